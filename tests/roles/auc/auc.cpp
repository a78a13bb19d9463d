#include "roles/auc/auc.hpp"

#include <gtest/gtest.h>

namespace eider::auc {
namespace {

using profile::AkaVerdict;
using profile::NetworkAuthentication;
using profile::to_sqn;
using saip::AlgorithmId;

// 3GPP TS 35.208 test set 1.
const AkaRand kRand = *AkaRand::from(hex("23553CBE9637A89D218AE64DAE47BF35"));

saip::AkaParameter parameters(AlgorithmId id = AlgorithmId::kMilenage, std::uint8_t options = 0x01) {
  saip::AkaParameter p;
  auto& algo = p.algoConfiguration.value.emplace<saip::AlgoParameter>();
  algo.algorithmID = id;
  algo.algorithmOptions = saip::octet(options);
  algo.key = Secret(hex("465B5CE8B199B49FAA5F0A2EE238A6BC"));
  algo.opc = Secret(hex("CD63CB71954A9F4E48A5994E37A02BAF"));
  if (id == AlgorithmId::kTuak) algo.opc = Secret(concat({algo.opc.view(), algo.opc.view()}));
  return p;
}

// AUTN and XRES as in TS 35.208 (SQN xor AK, AMF, MAC-A).
TEST(AuthenticationCentre, MakesTestSet1) {
  SeededRandom random(1);
  const auto auc = *AuthenticationCentre::make(parameters(), random);
  const auto v = auc.vector(kRand, *AkaSqn::from(hex("FF9BB4D0B607")), *AkaAmf::from(hex("B9B9")));
  EXPECT_EQ(to_hex(v.autn), "55F328B43577B9B94A9FFAC354DFAFB3");
  EXPECT_EQ(to_hex(v.keys.res), "A54211D5E3BA50BF");
  EXPECT_EQ(to_hex(v.keys.ck), "B40BA9A3C58B2A05BBF0D987B21BF8CB");
}

// AUTS of test set 1 as another implementation computes it (AES of python3-cryptography).
TEST(AuthenticationCentre, ReadsAuts) {
  SeededRandom random(1);
  auto auc = *AuthenticationCentre::make(parameters(), random);
  const auto auts = hex("BA853F3C123CCF44E93596E355C6");
  const auto sqn_ms = auc.resynchronise(kRand, auts);
  ASSERT_TRUE(sqn_ms) << sqn_ms.error().message();
  EXPECT_EQ(to_hex(*sqn_ms), "FF9BB4D0B607");
  EXPECT_EQ(auc.sqn(), *sqn_ms);
  auto other = *AuthenticationCentre::make(parameters(), random);
  for (std::size_t bit = 0; bit < 8 * auts.size(); ++bit) {
    auto bad = auts;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_FALSE(other.resynchronise(kRand, bad)) << bit;
  }
  EXPECT_FALSE(other.resynchronise(kRand, ByteView(auts).first(13)));
  EXPECT_FALSE(other.resynchronise(AkaRand{}, auts));
  EXPECT_EQ(other.sqn(), AkaSqn{});
}

class WithEachAlgorithm : public testing::TestWithParam<std::pair<AlgorithmId, std::uint8_t>> {};

TEST_P(WithEachAlgorithm, CardAndNetworkAgree) {
  SeededRandom random(7);
  const auto p = parameters(GetParam().first, GetParam().second);
  auto auc = *AuthenticationCentre::make(p, random);
  const auto card = *NetworkAuthentication::make(p);
  auto state = card.initial_state();
  for (int i = 0; i < 100; ++i) {
    const auto v = auc.next();
    const auto r = card.authenticate(state, v.rand, v.autn);
    ASSERT_EQ(r.verdict, AkaVerdict::kAccepted) << i;
    EXPECT_TRUE(equal(r.keys.res, v.keys.res));
    EXPECT_TRUE(equal(r.keys.ck, v.keys.ck));
    EXPECT_TRUE(equal(r.keys.ik, v.keys.ik));
  }
  const auto b = auc.next_bootstrapping();
  EXPECT_EQ(card.authenticate(state, b.rand, b.autn).verdict, AkaVerdict::kMacFailure);
  const auto r = card.bootstrap(state, b.rand, b.autn);
  ASSERT_EQ(r.verdict, AkaVerdict::kAccepted);
  EXPECT_TRUE(equal(r.keys.res, b.keys.res));
}

INSTANTIATE_TEST_SUITE_P(Aka, WithEachAlgorithm,
                         testing::Values(std::pair{AlgorithmId::kMilenage, std::uint8_t{0x01}},
                                         std::pair{AlgorithmId::kTuak, std::uint8_t{0x01}},
                                         std::pair{AlgorithmId::kTuak, std::uint8_t{0x53}},
                                         std::pair{AlgorithmId::kUsimTestAlgorithm, std::uint8_t{0x02}}));

// TS 33.102 section 6.3.5, both directions: a network that has fallen behind, and one too far ahead.
TEST(AuthenticationCentre, Resynchronises) {
  SeededRandom random(8);
  auto p = parameters();
  p.sqnInit = std::vector<FixedBytes<6>>(profile::kIndCount, *FixedBytes<6>::from(hex("000000001000")));
  const auto card = *NetworkAuthentication::make(p);
  for (const auto& start : {to_sqn(0, 0), to_sqn(0x1000, 31), to_sqn(std::uint64_t{1} << 40, 5)}) {
    auto state = card.initial_state();
    auto auc = *AuthenticationCentre::make(p, random, start);
    auto v = auc.next();
    auto r = card.authenticate(state, v.rand, v.autn);
    if (start != to_sqn(0x1000, 31)) {
      ASSERT_EQ(r.verdict, AkaVerdict::kSynchronisationFailure);
      const auto sqn_ms = auc.resynchronise(v.rand, r.auts);
      ASSERT_TRUE(sqn_ms);
      EXPECT_EQ(*sqn_ms, to_sqn(0x1000, 0));
      v = auc.next();
      r = card.authenticate(state, v.rand, v.autn);
    }
    EXPECT_EQ(r.verdict, AkaVerdict::kAccepted);
  }
}

// A replay that the card reports does not set a network back that is further already.
TEST(AuthenticationCentre, ReplaysDoNotMoveIt) {
  SeededRandom random(9);
  const auto p = parameters();
  auto auc = *AuthenticationCentre::make(p, random);
  const auto card = *NetworkAuthentication::make(p);
  auto state = card.initial_state();
  const auto v = auc.next();
  ASSERT_EQ(card.authenticate(state, v.rand, v.autn).verdict, AkaVerdict::kAccepted);
  (void)auc.next();
  const auto before = auc.sqn();
  const auto r = card.authenticate(state, v.rand, v.autn);
  ASSERT_EQ(r.verdict, AkaVerdict::kSynchronisationFailure);
  EXPECT_EQ(*auc.resynchronise(v.rand, r.auts), v.sqn);
  EXPECT_EQ(auc.sqn(), before);
}

TEST(AuthenticationCentre, CountsSeqAndInd) {
  SeededRandom random(10);
  auto auc = *AuthenticationCentre::make(parameters(), random, to_sqn(41, 31));
  EXPECT_EQ(auc.next().sqn, to_sqn(42, 0));
  EXPECT_EQ(auc.next().sqn, to_sqn(43, 1));
  auto last = *AuthenticationCentre::make(parameters(), random, to_sqn(profile::kSeqLimit - 1, 3));
  EXPECT_EQ(last.next().sqn, to_sqn(0, 4));
}

// TS 33.401 A.2, TS 33.501 A.2 and A.4 over test set 1, computed with Python's hmac.
TEST(AuthenticationCentre, DerivesKeys) {
  SeededRandom random(1);
  const auto auc = *AuthenticationCentre::make(parameters(), random);
  const auto v = auc.vector(kRand, *AkaSqn::from(hex("FF9BB4D0B607")), *AkaAmf::from(hex("B9B9")));
  constexpr std::string_view kNetwork = "5G:mnc001.mcc001.3gppnetwork.org";
  EXPECT_EQ(to_hex(k_asme(v, *FixedBytes<3>::from(hex("00F110"))).view()),
            "48579AF8781C742D5120E6ED8CCAC13193F38C53AB7AA69396F49CA6E1B0562D");
  EXPECT_EQ(to_hex(k_ausf(v, kNetwork).view()),
            "474698CAF02CC715DB2EC0726510CFEE6CAA5BB1A649CB01224F2E23AF94DE1B");
  EXPECT_EQ(to_hex(xres_star(v, kNetwork)), "F236A7417272BFB2D66D4D670733B527");
}

TEST(AuthenticationCentre, RefusesMappings) {
  SeededRandom random(1);
  saip::AkaParameter p;
  p.algoConfiguration.value.emplace<saip::MappingParameter>();
  EXPECT_FALSE(AuthenticationCentre::make(p, random));
}

}  // namespace
}  // namespace eider::auc
