// ES10a, the data functions of ES10b and ES10c that need no session: SGP.22 v2.6.1
// sections 5.7.3, 5.7.4, 5.7.7 to 5.7.11, 5.7.15, 5.7.20 to 5.7.22.
#include <gtest/gtest.h>
#include <set>

#include "card/pki.hpp"
#include "spec/sgp22/es10c.hpp"
#include "support/test_card.hpp"

namespace eider::test {
namespace {
using namespace sgp22;
}  // namespace

TEST(CardData, ConfiguredAddresses) {
  eum::CardModel model;
  model.default_smdp_address = "smdpp.example.com";
  TestCard card(pki_of_both_curves(), model);
  auto a = card.driver.call<EuiccConfiguredAddressesResponse>(EuiccConfiguredAddressesRequest{});
  EXPECT_EQ(a.defaultDpAddress, "smdpp.example.com");
  EXPECT_EQ(a.rootDsAddress, "lpa.ds.gsma.com");

  EXPECT_EQ(card.driver.call<SetDefaultDpAddressResponse>(SetDefaultDpAddressRequest{"other.example.com"})
                .setDefaultDpAddressResult,
            0);
  card.power_on();
  a = card.driver.call<EuiccConfiguredAddressesResponse>(EuiccConfiguredAddressesRequest{});
  EXPECT_EQ(a.defaultDpAddress, "other.example.com");
  card.driver.call<SetDefaultDpAddressResponse>(SetDefaultDpAddressRequest{""});
  a = card.driver.call<EuiccConfiguredAddressesResponse>(EuiccConfiguredAddressesRequest{});
  EXPECT_FALSE(a.defaultDpAddress);
  EXPECT_EQ(card.driver.call<SetDefaultDpAddressResponse>(SetDefaultDpAddressRequest{std::string(254, 'a')})
                .setDefaultDpAddressResult,
            127);
}

TEST(CardData, Info1ListsTheCisInTheirPriority) {
  TestCard card(pki_of_both_curves(), {}, kCardEid, {crypto::Curve::kBrainpoolP256r1, crypto::Curve::kP256});
  const auto info = card.driver.call<EUICCInfo1>(GetEuiccInfo1Request{});
  EXPECT_EQ(version_text(info.svn), "2.6.1");
  ASSERT_EQ(info.euiccCiPKIdListForVerification.size(), 2u);
  const auto ski = [](crypto::Curve c) {
    return to_hex(
        pki_of_both_curves().get(crypto::CertificateRole::kCi, c).certificate.subject_key_identifier());
  };
  EXPECT_EQ(to_hex(info.euiccCiPKIdListForVerification[0]), ski(crypto::Curve::kBrainpoolP256r1));
  EXPECT_EQ(to_hex(info.euiccCiPKIdListForSigning[1]), ski(crypto::Curve::kP256));
}

TEST(CardData, Info2SaysWhatTheCardCanDo) {
  TestCard card(pki_of_both_curves());
  const auto info = card.driver.call<EUICCInfo2>(GetEuiccInfo2Request{});
  EXPECT_EQ(info.svn, *parse_version("2.6.1"));
  EXPECT_EQ(info.profileVersion, *parse_version("2.3.1"));
  const auto resource = parse_ext_card_resource(info.extCardResource);
  ASSERT_TRUE(resource);
  EXPECT_EQ(resource->free_nvm_octets, 1024u * 1024u);
  EXPECT_TRUE(info.rspCapability.test(kAdditionalProfile));
  EXPECT_TRUE(info.rspCapability.test(kTestProfileSupport));
  EXPECT_FALSE(info.forbiddenProfilePolicyRules);
}

TEST(CardData, AnEmptyRatForbidsEveryRule) {
  eum::CardModel model;
  model.rat.clear();
  TestCard card(pki_of_both_curves(), model);
  const auto info = card.driver.call<EUICCInfo2>(GetEuiccInfo2Request{});
  ASSERT_TRUE(info.forbiddenProfilePolicyRules);
  EXPECT_TRUE(info.forbiddenProfilePolicyRules->test(kPpr1));
  EXPECT_TRUE(info.forbiddenProfilePolicyRules->test(kPpr2));
  EXPECT_EQ(to_hex(card.driver.store_data("BF4300").data), "BF4302A000");
}

TEST(CardData, RatComesBackAsPersonalised) {
  const auto rat = eum::parse_rat(
      R"([{"pprIds": ["ppr1", "ppr2"], "allowedOperators": [{"mccMnc": "26202F", "gid1": "AB"}],
                                       "consentRequired": true}])");
  ASSERT_TRUE(rat) << rat.error().message();
  eum::CardModel model;
  model.rat = *rat;
  TestCard card(pki_of_both_curves(), model);
  const auto r = card.driver.call<GetRatResponse>(GetRatRequest{});
  EXPECT_EQ(std::get<0>(r.value), *rat);
  EXPECT_EQ(to_hex(rat->front().allowedOperators.front().mccMnc), "62F220");
  EXPECT_FALSE(eum::parse_rat("{}"));
  EXPECT_FALSE(eum::parse_rat(R"([{"pprIds": ["ppr3"], "allowedOperators": []}])"));
  EXPECT_FALSE(eum::parse_rat(R"([{"pprIds": [], "allowedOperators": [{"mccMnc": "2620"}]}])"));
}

TEST(CardData, ChallengesNeverRepeat) {
  TestCard card(pki_of_both_curves());
  std::set<Bytes> seen;
  for (int i = 0; i < 50; ++i) {
    const auto r = card.driver.call<GetEuiccChallengeResponse>(GetEuiccChallengeRequest{});
    EXPECT_TRUE(seen.insert(to_bytes(r.euiccChallenge)).second);
  }
}

TEST(CardData, EmptyListsOfAFreshCard) {
  TestCard card(pki_of_both_curves());
  EXPECT_EQ(to_hex(card.driver.store_data("BF2D00").data), "BF2D02A000");
  EXPECT_EQ(to_hex(card.driver.store_data("BF2800").data), "BF2802A000");
  EXPECT_EQ(to_hex(card.driver.store_data("BF2804810204F0").data), "BF2802A000");
  EXPECT_EQ(to_hex(card.driver.store_data("BF2B00").data), "BF2B02A000");
  EXPECT_EQ(to_hex(card.driver.store_data("BF3003800101").data), "BF3003800101");
  EXPECT_EQ(to_hex(card.driver.store_data("BF2D045C029F70").data), "BF2D02A000");
  EXPECT_EQ(to_hex(card.driver.store_data("BF2D035C019F").data), "BF2D03810101");  // the tag list is cut off
}

TEST(CardData, UnknownProfilesAreNotFound) {
  TestCard card(pki_of_both_curves());
  const std::string iccid = "5A0A98001032547698103214";
  EXPECT_EQ(to_hex(card.driver.store_data("BF3111A00C" + iccid + "8101FF").data), "BF3103800101");
  EXPECT_EQ(to_hex(card.driver.store_data("BF3211A00C" + iccid + "810100").data), "BF3203800101");
  EXPECT_EQ(to_hex(card.driver.store_data("BF330C" + iccid).data), "BF3303800101");
  EXPECT_EQ(to_hex(card.driver.store_data("BF2910" + iccid + "90024869").data), "BF2903800101");
  EXPECT_EQ(to_hex(card.driver.store_data("BF3404820205C0").data), "BF3403800101");
  EXPECT_EQ(to_hex(card.driver.store_data("BF3404820205E0").data),
            "BF3403800100");  // the address is always there
  // The forms without response data.
  EXPECT_EQ(card.driver.apdu("81E2900014BF3111A00C" + iccid + "8101FF").sw, 0x6A82);
  EXPECT_EQ(card.driver.apdu("81E290000FBF330C" + iccid).sw, 0x6A82);
  EXPECT_EQ(card.driver.apdu("81E2900003BF2E00").sw, 0x6A86);
}

TEST(CardData, NoLpaInThisCard) {
  TestCard card(pki_of_both_curves());
  EXPECT_EQ(to_hex(card.driver.store_data("BF420480020780").data), "BF4203800101");
}

TEST(CardManufacture, RefusesRecordsThatContradictThemselves) {
  SeededRandom random(1);
  const auto signer = eum_signer(pki_of_both_curves(), crypto::Curve::kP256);
  const auto good =
      must(eum::personalise({}, *parse_eid(kCardEid), std::span(&signer, 1), pki_time(), random));
  const auto refused = [](eum::Personalisation p) {
    card::MemoryNvm nvm;
    return !card::manufacture(p, nvm) && nvm.keys("").empty();
  };
  auto p = good;
  p.eid[15] ^= 1;
  EXPECT_TRUE(refused(p));
  p = good;
  p.credentials.clear();
  EXPECT_TRUE(refused(p));
  p = good;
  p.ciPublicKeys.clear();
  EXPECT_TRUE(refused(p));
  p = good;
  p.credentials[0].privateKey = crypto::PrivateKey::generate(crypto::Curve::kP256, random).pkcs8_der();
  EXPECT_TRUE(refused(p));
  card::MemoryNvm nvm;
  EXPECT_TRUE(card::manufacture(good, nvm));
  EXPECT_FALSE(card::manufacture(good, nvm));  // one card, one life
}

TEST(CardManufacture, MemoryMustHoldOneIsdRAndOneEcasdPersonalized) {
  TestCard card(pki_of_both_curves());
  const auto copy = [&] {
    card::MemoryNvm nvm;
    card::NvmBatch batch;
    for (const auto& key : card.nvm.keys("")) batch.put(key, *card.nvm.get(key));
    must(nvm.commit(batch));
    return nvm;
  };
  const auto powers_on = [&](card::MemoryNvm& nvm) {
    return card::Euicc(nvm, card.random).reset().has_value();
  };
  auto nvm = copy();
  EXPECT_TRUE(powers_on(nvm));
  for (const char* prefix : {"isd-r/", "ecasd/"}) {
    const auto keys = card.nvm.keys(prefix);
    ASSERT_EQ(keys.size(), 1u);
    auto record = *card.nvm.get(keys[0]);
    EXPECT_EQ(to_hex(record).substr(to_hex(record).size() - 8), "9F70010F");  // PERSONALIZED
    card::NvmBatch batch;
    batch.erase(keys[0]);
    nvm = copy();
    must(nvm.commit(batch));
    EXPECT_FALSE(powers_on(nvm));  // none
    batch.clear();
    batch.put(std::string(prefix) + "other", record);
    nvm = copy();
    must(nvm.commit(batch));
    EXPECT_FALSE(powers_on(nvm));  // two
    batch.clear();
    record.back() = 0x83;
    batch.put(keys[0], record);
    nvm = copy();
    must(nvm.commit(batch));
    EXPECT_FALSE(powers_on(nvm));  // LOCKED
  }
}

TEST(Eum, EidsHaveTheirCheckDigits) {
  const auto eid = eum::make_eid("89049032", 1);
  ASSERT_TRUE(eid);
  EXPECT_EQ(eid_digits(*eid).substr(0, 30), "890490320000000000000000000001");
  EXPECT_TRUE(eid_check_digits_valid(eid_digits(*eid)));
  EXPECT_EQ(eid_digits(*eum::make_eid("89049032123451234512345678", 9012)),
            "89049032123451234512345678901235");
  EXPECT_FALSE(eum::make_eid("8904903", 1));
  EXPECT_FALSE(eum::make_eid("8904903X", 1));
  EXPECT_FALSE(eum::make_eid("890490321234512345123456789", 9012));
}

TEST(Eum, AnEumCannotMakeCardsOfAnother) {
  SeededRandom random(1);
  const auto signer = eum_signer(pki_of_both_curves(), crypto::Curve::kP256);
  EXPECT_FALSE(
      eum::personalise({}, *eum::make_eid("89049033", 1), std::span(&signer, 1), pki_time(), random));
}

}  // namespace eider::test
