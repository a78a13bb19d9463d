// Cards of the M2M architecture as they leave their EUM (SGP.02 v4.2 sections 2.2.1, 2.2.5, 2.3.2.2).
#include "roles/eum/m2m.hpp"

#include <gtest/gtest.h>

#include "card/inspect.hpp"
#include "support/m2m_card.hpp"

namespace eider::test {
namespace {

TEST(EumM2m, EcasdCertificateIsOfTheEidAndSignedByTheEum) {
  const auto card = make_m2m_card();
  const auto& m = *card.personalisation.m2m;
  const auto certificate = must(crypto::GpCertificate::decode(m.ecasdCertificate));
  const auto& eum = m2m_pki().get(crypto::CertificateRole::kEum).certificate;
  EXPECT_TRUE(certificate.verify(eum.public_key()));
  EXPECT_EQ(to_hex(certificate.fields().subject), kM2mEid);
  EXPECT_EQ(certificate.fields().key_usage, 0x0080);
  EXPECT_EQ(to_hex(certificate.fields().authority_key_identifier), to_hex(eum.public_key().key_identifier()));
  const auto key = must(crypto::PrivateKey::from_encoded(m.ecasdPrivateKey.view()));
  EXPECT_TRUE(key.public_key() == certificate.public_key());
}

TEST(EumM2m, KeySetsAreThoseOfScp80AndScp81) {
  const auto card = make_m2m_card();
  const auto keys = scp80_keys(card);
  EXPECT_EQ(keys.kic->value.size(), 16u);
  EXPECT_FALSE(keys.kic->value == keys.kid->value);
  const auto& all = card.personalisation.m2m->isdRKeys;
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[3].keyVersion, 0x40);
  EXPECT_EQ(all[3].keyType, eum::kPskKey);
  EXPECT_EQ(psk_of(card).size(), 16u);
  auto other = M2mPlan::usual();
  other.seed = 8;
  EXPECT_FALSE(psk_of(make_m2m_card(other)) == psk_of(card));
}

TEST(EumM2m, ProfilesGetTheirIsdPsInOrderAndTheEnabledOneIsFallBack) {
  auto plan = M2mPlan::usual();
  plan.m2m.profiles[0].fallback = false;
  plan.m2m.profiles.push_back({m2m_package(kSecondIccid, 0x03), false, false, true, false, {}});
  M2mTestCard card(plan);
  ASSERT_EQ(card.made.profiles.size(), 2u);
  EXPECT_EQ(to_hex(card.made.profiles[1].isdp_aid), "A0000005591010FFFFFFFF8900001100");
  EXPECT_EQ(card.made.profiles[1].pol1, 0x03);
  EXPECT_TRUE(card.made.profiles[0].fallback);
  const auto view = must(card::inspect(card.nvm));
  must(card::check_laws(view));
  ASSERT_TRUE(view.m2m);
  EXPECT_TRUE(view.m2m->active);
  EXPECT_EQ(view.m2m->sms_address, "+4917655500001");
  ASSERT_TRUE(view.m2m->fallback && view.m2m->emergency);
  EXPECT_EQ(to_hex(*view.m2m->fallback), to_hex(card.made.profiles[0].isdp_aid));
  EXPECT_EQ(to_hex(*view.m2m->emergency), to_hex(card.made.profiles[1].isdp_aid));
  ASSERT_EQ(view.m2m->isd_ps.size(), 2u);
  EXPECT_EQ(view.m2m->isd_ps[1].pol1, 0x03);
  EXPECT_EQ(view.m2m->isd_ps[1].life_cycle, 0x1F);
  EXPECT_EQ(view.m2m->isd_ps[0].life_cycle, 0x3F);
}

TEST(EumM2m, ContradictionsAreRefused) {
  const auto refused = [](const std::function<void(M2mPlan&)>& edit) {
    auto plan = M2mPlan::usual();
    plan.m2m.profiles.push_back({m2m_package(kSecondIccid), false, false, false, false, {}});
    edit(plan);
    SeededRandom random(1);
    const eum::EumSigner signers[] = {eum_signer(m2m_pki(), crypto::Curve::kP256)};
    return !eum::personalise_m2m(plan.model, plan.m2m, *sgp22::parse_eid(kM2mEid), signers, pki_time(),
                                 random);
  };
  EXPECT_FALSE(refused([](M2mPlan&) {}));
  EXPECT_TRUE(refused([](M2mPlan& p) { p.m2m.profiles[0].enabled = false; }));
  EXPECT_TRUE(refused([](M2mPlan& p) { p.m2m.profiles[1].enabled = true; }));
  EXPECT_TRUE(refused([](M2mPlan& p) { p.m2m.profiles[1].fallback = true; }));
  EXPECT_TRUE(refused([](M2mPlan& p) { p.m2m.profiles[0].emergency = true; }));
  EXPECT_TRUE(refused([](M2mPlan& p) { p.m2m.sms_address = "12x"; }));
  EXPECT_TRUE(refused([](M2mPlan& p) { p.m2m.profiles[1].package.pop_back(); }));
}

TEST(EumM2m, ManufactureRefusesARecordThatContradictsItself) {
  const auto refused = [](const std::function<void(eum::Personalisation&)>& edit) {
    auto record = make_m2m_card().personalisation;
    edit(record);
    card::MemoryNvm nvm;
    return !card::manufacture(record, nvm) && nvm.keys("").empty();
  };
  EXPECT_TRUE(refused([](auto& p) { p.m2m->ecasdPrivateKey = Secret(hex("3000")); }));
  EXPECT_TRUE(
      refused([](auto& p) { std::erase_if(p.m2m->isdRKeys, [](auto& k) { return k.keyVersion == 1; }); }));
  EXPECT_TRUE(refused([](auto& p) { p.m2m->isdRKeys[0].value = Secret(hex("0102")); }));
  EXPECT_TRUE(refused([](auto& p) { p.m2m->fallback.reset(); }));
  EXPECT_TRUE(refused([](auto& p) { p.m2m->emergency = p.m2m->fallback; }));
  EXPECT_TRUE(refused([](auto& p) { p.m2m->ecasdCertificate = Bytes(); }));
}

TEST(EumM2m, ACardMayCarryBothArchitectures) {
  auto plan = M2mPlan::usual();
  plan.m2m.profiles.clear();
  plan.m2m.active = false;
  const M2mTestCard consumer(plan);
  const auto view = must(card::inspect(consumer.nvm));
  ASSERT_TRUE(view.m2m);
  EXPECT_FALSE(view.m2m->active);
  EXPECT_EQ(view.signing_cis.size(), 1u);
  plan.m2m.active = true;
  EXPECT_TRUE(must(card::inspect(M2mTestCard(plan).nvm)).signing_cis.empty());
  plan.m2m.consumer = true;
  EXPECT_EQ(must(card::inspect(M2mTestCard(plan).nvm)).signing_cis.size(), 1u);
}

}  // namespace
}  // namespace eider::test
