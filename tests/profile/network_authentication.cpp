#include "profile/network_authentication.hpp"

#include <gtest/gtest.h>
#include <map>

#include "base/random.hpp"
#include "crypto/gba.hpp"

namespace eider::profile {
namespace {

using saip::AlgorithmId;

// 3GPP TS 35.208 test set 1.
constexpr char kK[] = "465B5CE8B199B49FAA5F0A2EE238A6BC";
constexpr char kOpc[] = "CD63CB71954A9F4E48A5994E37A02BAF";
constexpr char kRandText[] = "23553CBE9637A89D218AE64DAE47BF35";
const AkaRand kRand = *AkaRand::from(hex(kRandText));

saip::AkaParameter parameters(AlgorithmId id = AlgorithmId::kMilenage, std::uint8_t options = 0x01) {
  saip::AkaParameter p;
  auto& algo = p.algoConfiguration.value.emplace<saip::AlgoParameter>();
  algo.algorithmID = id;
  algo.algorithmOptions = saip::octet(options);
  algo.key = Secret(hex(kK));
  algo.opc = Secret(id == AlgorithmId::kTuak ? concat({hex(kOpc), hex(kOpc)}) : hex(kOpc));
  return p;
}

saip::AlgoParameter& algo_of(saip::AkaParameter& p) {
  return std::get<saip::AlgoParameter>(p.algoConfiguration.value);
}

FixedBytes<6> six(std::uint64_t n) {
  return to_sqn(n >> kIndBits, static_cast<unsigned>(n % kIndCount));
}

// The network's half, from the functions alone.
Bytes autn_for(const saip::AkaParameter& p, const AkaRand& rand, const AkaSqn& sqn, bool concealed = true,
               const AkaAmf& amf = {}) {
  const auto algorithm = *make_algorithm(*p.algoConfiguration.algo());
  auto first = sqn;
  const auto ak = algorithm->f2345(rand).ak;
  for (std::size_t i = 0; concealed && i < 6; ++i) first[i] ^= ak[i];
  return concat({first, amf, algorithm->f1(rand, sqn, amf)});
}

// A card and its network, sending SEQ and IND.
struct Pair {
  explicit Pair(saip::AkaParameter parameters_)
      : p(std::move(parameters_)), card(*NetworkAuthentication::make(p)), state(card.initial_state()) {}
  AkaVerdict send(std::uint64_t seq, unsigned ind) {
    return card.authenticate(state, kRand, autn_for(p, kRand, to_sqn(seq, ind))).verdict;
  }
  saip::AkaParameter p;
  NetworkAuthentication card;
  SqnState state;
};

// AUTN of set 1: SQN xor AK, AMF, MAC-A, all of TS 35.208.
TEST(NetworkAuthentication, AnswersTestSet1) {
  auto p = parameters();
  p.sqnOptions = saip::octet(0x0E);  // the SQN of the set is far ahead
  const auto card = *NetworkAuthentication::make(p);
  EXPECT_EQ(card.autn_size(), 16U);
  auto state = card.initial_state();
  const auto r = card.authenticate(state, kRand, hex("55F328B43577B9B94A9FFAC354DFAFB3"));
  ASSERT_EQ(r.verdict, AkaVerdict::kAccepted);
  EXPECT_EQ(to_hex(r.keys.res), "A54211D5E3BA50BF");
  EXPECT_EQ(to_hex(r.keys.ck), "B40BA9A3C58B2A05BBF0D987B21BF8CB");
  EXPECT_EQ(to_hex(r.keys.ik), "F769BCD751044604127672711C6D3441");
  EXPECT_TRUE(r.state_changed);
  EXPECT_EQ(to_hex(state.sqn_ms()), "FF9BB4D0B607");
  // TS 55.205 test set 1.
  const auto gsm = card.gsm(state, kRand);
  EXPECT_EQ(to_hex(gsm.gsm->sres), "46F8416A");
  EXPECT_EQ(to_hex(gsm.gsm->kc), "EAE4BE823AF9A08B");
}

// The replay of set 1 is answered with AUTS = (SQN_MS xor AK*) || MAC-S; AK* is f5* of the set, MAC-S was
// computed with another implementation (AES of python3-cryptography), as AMF* is zero and that of the set is
// not.
TEST(NetworkAuthentication, ReplayGivesAuts) {
  auto p = parameters();
  p.sqnOptions = saip::octet(0x0E);
  const auto card = *NetworkAuthentication::make(p);
  auto state = card.initial_state();
  const auto autn = hex("55F328B43577B9B94A9FFAC354DFAFB3");
  ASSERT_EQ(card.authenticate(state, kRand, autn).verdict, AkaVerdict::kAccepted);
  const auto before = state;
  const auto r = card.authenticate(state, kRand, autn);
  EXPECT_EQ(r.verdict, AkaVerdict::kSynchronisationFailure);
  EXPECT_EQ(to_hex(r.auts), "BA853F3C123CCF44E93596E355C6");
  EXPECT_EQ(r.keys.ck.size(), 0U);
  EXPECT_FALSE(r.state_changed);
  EXPECT_EQ(state, before);
}

TEST(NetworkAuthentication, EveryFlippedBitOfAutnIsRefused) {
  Pair pair(parameters());
  const auto good = autn_for(pair.p, kRand, to_sqn(1, 0));
  const auto before = pair.state;
  for (std::size_t bit = 0; bit < 128; ++bit) {
    auto bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    const auto r = pair.card.authenticate(pair.state, kRand, bad);
    EXPECT_EQ(r.verdict, AkaVerdict::kMacFailure) << bit;
    EXPECT_EQ(r.keys.res.size(), 0U);
  }
  EXPECT_EQ(pair.card.authenticate(pair.state, kRand, ByteView(good).first(15)).verdict,
            AkaVerdict::kMacFailure);
  EXPECT_EQ(pair.state, before);
  EXPECT_EQ(pair.card.authenticate(pair.state, kRand, good).verdict, AkaVerdict::kAccepted);
}

// TS 33.102 annex C.2.2: each IND has a SEQ of its own.
TEST(SqnCheck, EachIndCountsForItself) {
  Pair pair(parameters());
  EXPECT_EQ(pair.send(0, 0), AkaVerdict::kSynchronisationFailure);
  EXPECT_EQ(pair.send(10, 3), AkaVerdict::kAccepted);
  EXPECT_EQ(pair.send(10, 3), AkaVerdict::kSynchronisationFailure);
  EXPECT_EQ(pair.send(9, 3), AkaVerdict::kSynchronisationFailure);
  EXPECT_EQ(pair.send(9, 4), AkaVerdict::kAccepted) << "older than the highest, but fresh for its IND";
  EXPECT_EQ(pair.state.sqn_ms(), to_sqn(10, 3));
  EXPECT_EQ(pair.send(11, 31), AkaVerdict::kAccepted);
  EXPECT_EQ(pair.state.sqn_ms(), to_sqn(11, 31));
}

TEST(SqnCheck, DeltaLimitsJumps) {
  auto p = parameters();
  p.sqnDelta = six(1000);
  Pair pair(p);
  EXPECT_EQ(pair.send(1001, 0), AkaVerdict::kSynchronisationFailure);
  EXPECT_EQ(pair.send(1000, 0), AkaVerdict::kAccepted);
  EXPECT_EQ(pair.send(2001, 1), AkaVerdict::kSynchronisationFailure) << "counted from the highest of all";
  EXPECT_EQ(pair.send(2000, 1), AkaVerdict::kAccepted);
  p.sqnOptions = saip::octet(0x06);
  Pair free(p);
  EXPECT_EQ(free.send(kSeqLimit - 1, 0), AkaVerdict::kAccepted);
}

TEST(SqnCheck, AgeLimitRefusesOldVectors) {
  auto p = parameters();
  p.sqnAgeLimit = six(100);
  Pair pair(p);
  EXPECT_EQ(pair.send(1000, 0), AkaVerdict::kAccepted);
  EXPECT_EQ(pair.send(900, 1), AkaVerdict::kSynchronisationFailure);
  EXPECT_EQ(pair.send(901, 1), AkaVerdict::kAccepted);
  p.sqnOptions = saip::octet(0x0A);
  Pair free(p);
  EXPECT_EQ(free.send(1000, 0), AkaVerdict::kAccepted);
  EXPECT_EQ(free.send(1, 1), AkaVerdict::kAccepted);
}

TEST(SqnCheck, WrapsAroundOnlyWhenAllowed) {
  auto p = parameters();
  p.sqnInit = std::vector<FixedBytes<6>>(kIndCount, six(kSeqLimit - 1));
  p.sqnOptions = saip::octet(0x02);
  Pair no(p);
  EXPECT_EQ(no.send(0, 0), AkaVerdict::kSynchronisationFailure);
  EXPECT_EQ(no.send(5, 1), AkaVerdict::kSynchronisationFailure);
  p.sqnOptions = saip::octet(0x00);
  Pair yes(p);
  EXPECT_EQ(yes.send(kSeqLimit - 1, 0), AkaVerdict::kSynchronisationFailure);
  EXPECT_EQ(yes.send(0, 0), AkaVerdict::kAccepted);
  EXPECT_EQ(yes.state.sqn_ms(), to_sqn(0, 0));
  EXPECT_EQ(yes.send(kSeqLimit - 1, 0), AkaVerdict::kSynchronisationFailure) << "the one before the turn";
  EXPECT_EQ(yes.send(3, 5), AkaVerdict::kAccepted);
}

TEST(SqnCheck, StartsFromSqnInit) {
  auto p = parameters();
  p.sqnInit.emplace(kIndCount);
  (*p.sqnInit)[7] = six(500);
  (*p.sqnInit)[9] = six(700);
  Pair pair(p);
  EXPECT_EQ(pair.state.sqn_ms(), to_sqn(700, 9));
  EXPECT_EQ(pair.send(500, 7), AkaVerdict::kSynchronisationFailure);
  EXPECT_EQ(pair.send(501, 7), AkaVerdict::kAccepted);
  EXPECT_EQ(pair.send(1, 8), AkaVerdict::kAccepted);
}

// Whatever arrives in whatever order: no SQN is accepted twice, and none below an accepted one of its IND.
TEST(SqnCheck, NoSqnIsEverAcceptedTwice) {
  SeededRandom random(33102);
  for (const std::uint8_t options : {0x00, 0x02, 0x06, 0x0A, 0x0E}) {
    auto p = parameters(AlgorithmId::kMilenage);
    p.sqnOptions = saip::octet(options);
    Pair pair(p);
    std::map<unsigned, std::uint64_t> accepted;
    for (int i = 0; i < 3000; ++i) {
      const auto seq = random.below(64);
      const auto ind = static_cast<unsigned>(random.below(kIndCount));
      const bool fresh = seq > 0 && (!accepted.contains(ind) || seq > accepted[ind]);
      EXPECT_EQ(pair.send(seq, ind) == AkaVerdict::kAccepted, fresh);
      if (fresh) accepted[ind] = seq;
    }
  }
}

TEST(NetworkAuthentication, SqnMayBeSentOpenly) {
  auto p = parameters();
  p.sqnOptions = saip::octet(0x03);
  const auto card = *NetworkAuthentication::make(p);
  auto state = card.initial_state();
  const auto autn = autn_for(p, kRand, to_sqn(4, 4), false);
  EXPECT_EQ(card.authenticate(state, kRand, autn).verdict, AkaVerdict::kAccepted);
  const auto again = card.authenticate(state, kRand, autn);
  EXPECT_EQ(again.verdict, AkaVerdict::kSynchronisationFailure);
  EXPECT_EQ(to_hex(ByteView(again.auts).first(6)), to_hex(to_sqn(4, 4)));
}

TEST(NetworkAuthentication, StopsAtAuthCounterMax) {
  auto p = parameters();
  algo_of(p).authCounterMax = *FixedBytes<3>::from(hex("000003"));
  Pair pair(p);
  EXPECT_EQ(pair.send(1, 0), AkaVerdict::kAccepted);
  const auto bad = pair.card.authenticate(pair.state, kRand, Bytes(16));
  EXPECT_EQ(bad.verdict, AkaVerdict::kMacFailure);
  EXPECT_TRUE(bad.state_changed) << "a failed attempt counts, durably";
  EXPECT_TRUE(pair.card.gsm(pair.state, kRand).gsm);
  EXPECT_EQ(pair.send(2, 0), AkaVerdict::kExhausted);
  EXPECT_EQ(pair.card.gsm(pair.state, kRand).verdict, AkaVerdict::kExhausted);
  EXPECT_EQ(pair.state.attempts, 3U);
}

// TS 34.108 section 8.1.2: any SQN is taken; AMF FFFF asks for resynchronisation.
TEST(NetworkAuthentication, TestAlgorithmTakesEverySqn) {
  auto p = parameters(AlgorithmId::kUsimTestAlgorithm, 0x02);
  algo_of(p).key = Secret(hex("000102030405060708090A0B0C0D0E0F"));
  const auto card = *NetworkAuthentication::make(p);
  auto state = card.initial_state();
  const auto rand = *AkaRand::from(hex("101112131415161718191A1B1C1D1E1F"));
  const auto autn = hex("10101010103080001010101010309010");
  for (int i = 0; i < 2; ++i) {
    const auto r = card.authenticate(state, rand, autn);
    EXPECT_EQ(r.verdict, AkaVerdict::kAccepted);
    EXPECT_EQ(to_hex(r.keys.res), "10101010101010101010101010101010");
    EXPECT_FALSE(r.state_changed);
  }
  const auto resync = card.authenticate(state, rand, hex("1010101010 30 FFFF 101010101030EFEF"));
  EXPECT_EQ(resync.verdict, AkaVerdict::kSynchronisationFailure);
  EXPECT_EQ(to_hex(resync.auts), "1010101010301010101010301010");
  EXPECT_EQ(card.authenticate(state, rand, Bytes(16)).verdict, AkaVerdict::kMacFailure);
}

TEST(NetworkAuthentication, TuakHasLongMacsAndKeys) {
  auto p = parameters(AlgorithmId::kTuak, 0x53);  // RES, MAC and keys of 256 bits
  Pair pair(p);
  EXPECT_EQ(pair.card.autn_size(), 40U);
  const auto r = pair.card.authenticate(pair.state, kRand, autn_for(p, kRand, to_sqn(1, 1)));
  ASSERT_EQ(r.verdict, AkaVerdict::kAccepted);
  EXPECT_EQ(r.keys.res.size(), 32U);
  EXPECT_EQ(r.keys.ck.size(), 32U);
  EXPECT_EQ(pair.send(1, 1), AkaVerdict::kSynchronisationFailure);
  EXPECT_FALSE(pair.card.gsm(pair.state, kRand).gsm);
}

// TS 33.220 section 5.3.2: a bootstrapping AUTN is none for an authentication, and the other way round.
TEST(NetworkAuthentication, BootstrapsGba) {
  Pair pair(parameters());
  const auto plain = autn_for(pair.p, kRand, to_sqn(1, 0));
  const auto ik = hex("F769BCD751044604127672711C6D3441");
  const auto altered = concat({ByteView(plain).first(8), crypto::gba_mac(ByteView(plain).subspan(8), ik)});
  EXPECT_EQ(pair.card.bootstrap(pair.state, kRand, plain).verdict, AkaVerdict::kMacFailure);
  EXPECT_EQ(pair.card.authenticate(pair.state, kRand, altered).verdict, AkaVerdict::kMacFailure);
  const auto r = pair.card.bootstrap(pair.state, kRand, altered);
  ASSERT_EQ(r.verdict, AkaVerdict::kAccepted);
  EXPECT_EQ(to_hex(r.keys.res), "A54211D5E3BA50BE");
  EXPECT_EQ(pair.card.bootstrap(pair.state, kRand, altered).verdict, AkaVerdict::kSynchronisationFailure);
}

TEST(SqnState, SurvivesAsOctets) {
  Pair pair(parameters());
  pair.send(5, 3);
  pair.send(8, 31);
  pair.state.attempts = 0x01020304;
  const auto octets = pair.state.encode();
  EXPECT_EQ(octets.size(), 198U);
  EXPECT_EQ(*SqnState::decode(octets), pair.state);
  EXPECT_FALSE(SqnState::decode(ByteView(octets).first(197)));
  auto bad = octets;
  bad[0] = 2;
  EXPECT_FALSE(SqnState::decode(bad));
  bad = octets;
  bad[1] = 32;
  EXPECT_FALSE(SqnState::decode(bad));
  bad = octets;
  bad[6] = 0x08;
  EXPECT_FALSE(SqnState::decode(bad));
}

TEST(NetworkAuthentication, RefusesWhatNoAlgorithmHas) {
  const auto refused = [](auto change) {
    auto p = parameters();
    change(p);
    return !NetworkAuthentication::make(p);
  };
  EXPECT_TRUE(refused([](auto& p) { algo_of(p).algorithmOptions = saip::octet(0x02); })) << "RES of 128 bits";
  EXPECT_TRUE(refused([](auto& p) { algo_of(p).algorithmOptions = saip::octet(0x05); }));
  EXPECT_TRUE(refused([](auto& p) { algo_of(p).algorithmOptions = saip::octet(0x09); })) << "MAC of 128 bits";
  EXPECT_TRUE(refused([](auto& p) { algo_of(p).algorithmOptions = saip::octet(0x41); }))
      << "keys of 256 bits";
  EXPECT_TRUE(refused([](auto& p) { algo_of(p).key = Secret(Bytes(32)); }));
  EXPECT_TRUE(refused([](auto& p) { algo_of(p).opc = Secret(Bytes(32)); }));
  EXPECT_TRUE(refused([](auto& p) { algo_of(p).xoringConstants.resize(79); }));
  EXPECT_TRUE(refused([](auto& p) { algo_of(p).rotationConstants[2] = 0x80; }));
  EXPECT_TRUE(refused([](auto& p) { algo_of(p).algorithmID = static_cast<AlgorithmId>(4); }));
  EXPECT_TRUE(refused([](auto& p) { p.sqnInit.emplace(31); }));
  EXPECT_TRUE(refused([](auto& p) { p.sqnInit.emplace(32)[4][0] = 0x08; }));
  EXPECT_TRUE(refused([](auto& p) { p.algoConfiguration.value.template emplace<saip::MappingParameter>(); }));
  EXPECT_FALSE(refused([](auto&) {}));
}

}  // namespace
}  // namespace eider::profile
