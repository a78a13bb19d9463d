#include <filesystem>
#include <gtest/gtest.h>

#include "crypto/pki_dir.hpp"
#include "support/test_pki.hpp"

namespace eider::crypto {
namespace {
using R = CertificateRole;
using K = GpCertificateKind;

struct Pki {
  test::TestPki base = test::make_test_pki({Curve::kP256, Curve::kBrainpoolP256r1});
  PkiPlan plan;
  M2mPki m2m;
  SeededRandom random{5};

  Pki() {
    plan.curves = {Curve::kP256, Curve::kBrainpoolP256r1};
    plan.now = test::pki_time();
    m2m = *build_m2m_pki(sgp22::certificate_profiles(), plan, {}, base.items, random);
  }
};

TEST(PkiM2m, EveryPartyHasATlsCertificateWithItsOid) {
  const Pki pki;
  VerifyOptions options;
  options.now = test::pki_time();
  std::map<std::string, int> oids;
  for (const auto& item : pki.m2m.tls) {
    EXPECT_TRUE(
        verify_certificate(item.certificate, sgp22::certificate_profile(item.role), pki.base.roots, options))
        << item.name;
    ASSERT_EQ(item.certificate.registered_ids().size(), 1U);
    ++oids[item.certificate.registered_ids().front().dotted()];
    EXPECT_EQ(item.certificate.dns_names().size(), 1U);
    const auto& uses = item.certificate.extended_key_usage();
    EXPECT_NE(std::ranges::find(uses, key_purpose::kClientAuth), uses.end()) << item.name;
    EXPECT_NE(std::ranges::find(uses, key_purpose::kServerAuth), uses.end()) << item.name;
  }
  const std::map<std::string, int> expected = {{"2.999.11", 2}, {"2.999.20", 2}, {"2.999.21", 2},
                                               {"2.999.30", 2}, {"2.999.40", 2}, {"2.999.5", 2}};
  EXPECT_EQ(oids, expected);
}

TEST(PkiM2m, CardsReadTheOthers) {
  const Pki pki;
  ASSERT_EQ(pki.m2m.cards.size(), 6U);  // on each curve an SM-DP and two SM-SRs
  for (const auto& item : pki.m2m.cards) {
    const auto* ci = find_item(pki.base.items, R::kCi, item.certificate.public_key().curve());
    EXPECT_TRUE(item.certificate.verify(ci->certificate.public_key())) << item.name;
    const auto& f = item.certificate.fields();
    EXPECT_EQ(f.role, item.kind == K::kSmDp ? GpRole::kSmDp : GpRole::kSmSr);
    EXPECT_TRUE(equal(f.authority_key_identifier, ci->certificate.subject_key_identifier()));
    EXPECT_EQ(item.key->public_key(), item.certificate.public_key());
  }
  EXPECT_EQ(gp_subject_text(pki.m2m.cards[0].kind, pki.m2m.cards[0].certificate), "2.999.11");
  EXPECT_EQ(gp_subject_text(pki.m2m.cards[2].kind, pki.m2m.cards[2].certificate), "2.999.21");
}

TEST(PkiM2m, ADirectoryKeepsThem) {
  Pki pki;
  const auto root = std::filesystem::temp_directory_path() / ("eider-pki-m2m-" + std::to_string(::getpid()));
  std::filesystem::remove_all(root);
  {
    auto dir = *PkiDirectory::create(root);
    for (const auto& item : pki.base.items) ASSERT_TRUE(dir.add(item));
    for (const auto& item : pki.m2m.tls) ASSERT_TRUE(dir.add(item));
    for (const auto& item : pki.m2m.cards) ASSERT_TRUE(dir.add(item));
    const auto& eum = pki.base.get(R::kEum, Curve::kP256);
    const auto eid = hex("89049032000000000000000000000164");
    const auto ecasd = build_gp_certificate(K::kEcasd, eid, eum.certificate, *make_signing_key(*eum.key),
                                            eum.name, pki.plan.now, 365, pki.random);
    ASSERT_TRUE(ecasd);
    ASSERT_TRUE(dir.add(*ecasd));
  }
  const auto dir = *PkiDirectory::open(root);
  EXPECT_EQ(dir.gp_entries().size(), 7U);
  const auto* second = dir.find_gp("certsr-p256-2");
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(gp_subject_text(second->kind, second->certificate), "2.999.21");
  EXPECT_EQ(dir.find_gp(K::kSmSr, Curve::kP256, der::Oid("2.999.20").content())->name, "certsr-p256");
  EXPECT_EQ(dir.find_gp(K::kSmSr, Curve::kP256, der::Oid("2.999.99").content()), nullptr);
  const auto* ecasd = dir.find_gp(K::kEcasd);
  ASSERT_NE(ecasd, nullptr);
  EXPECT_EQ(ecasd->name, "ecasd-p256-89049032000000000000000000000164");
  EXPECT_TRUE(ecasd->certificate.verify(dir.find(R::kEum, Curve::kP256)->certificate.public_key()));
  const auto key = dir.signing_key(*second);
  ASSERT_TRUE(key);
  EXPECT_EQ((*key)->public_key(), second->certificate.public_key());
  EXPECT_TRUE(dir.private_key(*ecasd));
  const auto* smsr = dir.find("smsrtls-p256-2");
  ASSERT_NE(smsr, nullptr);
  EXPECT_EQ(smsr->certificate.registered_ids().front().dotted(), "2.999.21");
  std::filesystem::remove_all(root);
}

TEST(PkiM2m, NotWithoutACi) {
  SeededRandom random(1);
  PkiPlan plan;
  plan.now = test::pki_time();
  EXPECT_FALSE(build_m2m_pki(sgp22::certificate_profiles(), plan, {}, {}, random));
}

}  // namespace
}  // namespace eider::crypto
