#include "crypto/pki_dir.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/test_pki.hpp"

namespace eider::crypto {
namespace {
namespace fs = std::filesystem;
using R = CertificateRole;

class PkiDir : public testing::Test {
 protected:
  PkiDir() : root(fs::temp_directory_path() / ("eider-pki-" + std::to_string(::getpid()) + "-" + name())) {
    fs::remove_all(root);
  }
  ~PkiDir() override { fs::remove_all(root); }
  static std::string name() { return testing::UnitTest::GetInstance()->current_test_info()->name(); }

  PkiDirectory fill(const PassphraseSource& passphrase = no_passphrase()) {
    auto dir = *PkiDirectory::create(root, passphrase);
    for (const auto& item : pki.items) EXPECT_TRUE(dir.add(item));
    return dir;
  }
  static mode_t mode(const fs::path& p) {
    struct stat s = {};
    ::stat(p.c_str(), &s);
    return s.st_mode & 0777;
  }
  fs::path root;
  test::TestPki pki = test::make_test_pki({Curve::kP256, Curve::kBrainpoolP256r1});
};

TEST_F(PkiDir, WhatWasAddedIsFoundAgain) {
  fill();
  const auto dir = *PkiDirectory::open(root);
  EXPECT_EQ(dir.entries().size(), pki.items.size());
  for (const auto& item : pki.items) {
    const auto* entry = dir.find(item.name);
    ASSERT_NE(entry, nullptr) << item.name;
    EXPECT_EQ(entry->certificate, item.certificate);
    EXPECT_EQ(entry->role, item.role);
    EXPECT_EQ(mode(dir.key_path(*entry)), 0600u);
    const auto key = dir.signing_key(*entry);
    ASSERT_TRUE(key) << key.error().message();
    EXPECT_TRUE(verify(item.certificate.public_key(), as_bytes("x"), (*key)->sign({as_bytes("x")})->view()));
  }
  const auto* dp = dir.find(R::kDpAuth, Curve::kBrainpoolP256r1);
  ASSERT_NE(dp, nullptr);
  EXPECT_EQ(dp->curve(), Curve::kBrainpoolP256r1);
  EXPECT_EQ(dir.issuer_of(*dp)->role, R::kCi);
  const auto roots = *dir.roots(sgp22::certificate_profile(R::kCi));
  EXPECT_EQ(roots.anchors().size(), 2u);
  VerifyOptions options;
  options.now = test::pki_time();
  EXPECT_TRUE(verify_certificate(dp->certificate, sgp22::certificate_profile(R::kDpAuth), roots, options));
}

TEST_F(PkiDir, KeysAreEncryptedUnderAPassphrase) {
  fill(fixed_passphrase(Secret(as_bytes("open sesame"))));
  std::ifstream in(root / "keys" / "ci-p256.pem");
  std::string first;
  std::getline(in, first);
  EXPECT_EQ(first, "-----BEGIN ENCRYPTED PRIVATE KEY-----");
  const auto locked = *PkiDirectory::open(root);
  EXPECT_TRUE(locked.signing_key(*locked.find(R::kCi)).error().as<LocalFault>());
  ::setenv("EIDER_TEST_PASSPHRASE", "open sesame", 1);
  const auto by_env = *PkiDirectory::open(root, passphrase_env("EIDER_TEST_PASSPHRASE"));
  EXPECT_TRUE(by_env.signing_key(*by_env.find(R::kCi)));
  std::ofstream(root / "pass") << "open sesame\nsecond line\n";
  const auto by_file = *PkiDirectory::open(root, passphrase_file(root / "pass"));
  EXPECT_TRUE(by_file.private_key(*by_file.find(R::kCi)));
  const auto wrong = *PkiDirectory::open(root, fixed_passphrase(Secret(as_bytes("open barley"))));
  EXPECT_FALSE(wrong.signing_key(*wrong.find(R::kCi)));
}

TEST_F(PkiDir, StoreFindsKeysByIdentifier) {
  fill();
  const FileKeyStore store(root / "keys", no_passphrase());
  const auto& dp = pki.get(R::kDpPb, Curve::kBrainpoolP256r1);
  const auto key = store.find_by_ski(dp.certificate.subject_key_identifier());
  ASSERT_TRUE(key);
  EXPECT_EQ((*key)->public_key(), dp.certificate.public_key());
  EXPECT_FALSE(store.find_by_ski(Bytes(20)));
  EXPECT_FALSE(store.find("../index"));
  EXPECT_TRUE(store.store("ci-p256", *dp.key).error().as<LocalFault>()) << "keys are never overwritten";
  fs::permissions(root / "keys" / "dppb-p256.pem", fs::perms::others_write, fs::perm_options::add);
  EXPECT_TRUE(store.find("dppb-p256").error().as<LocalFault>()) << "a key that anybody may replace";
}

TEST_F(PkiDir, MemoryStoreFindsToo) {
  MemoryKeyStore store;
  const auto& dp = pki.get(R::kDpAuth);
  store.add("dp", *dp.key);
  EXPECT_TRUE(store.find("dp"));
  EXPECT_TRUE(store.find_by_ski(dp.certificate.subject_key_identifier()));
  EXPECT_FALSE(store.find("ds"));
  EXPECT_FALSE(store.find_by_ski(Bytes(20)));
}

TEST_F(PkiDir, RevocationReachesVerification) {
  auto dir = fill();
  const Time now = test::pki_time() + std::chrono::hours(48);
  const auto& profile = sgp22::certificate_profile(R::kDpAuth);
  const auto check = [&] {
    const auto again = *PkiDirectory::open(root);
    const auto roots = *again.roots(sgp22::certificate_profile(R::kCi));
    const auto crls = *again.crls();
    VerifyOptions o;
    o.now = now;
    o.crls = &crls;
    return verify_certificate(again.find("dpauth-p256")->certificate, profile, roots, o);
  };
  EXPECT_TRUE(check());
  ASSERT_TRUE(dir.revoke(*dir.find("dpauth-p256"), now, 1));
  EXPECT_EQ(dir.find(R::kDpAuth)->name, "dpauth-brainpool") << "one that is not revoked comes first";
  EXPECT_EQ(dir.find(R::kDpAuth, Curve::kP256)->name, "dpauth-p256") << "there is no other";
  EXPECT_TRUE(check()) << "no CRL has been issued yet";
  for (const bool segmented : {false, true}) {
    ASSERT_TRUE(dir.issue_crl(*dir.find("ci-p256"), now, std::chrono::hours(24), segmented));
    const auto refused = check();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().as<VerificationFault>()->check, VerificationFault::Check::kRevoked);
  }
  const auto third =
      *PkiDirectory::open(root)->issue_crl(*dir.find("ci-p256"), now, std::chrono::hours(24), false);
  EXPECT_EQ(third.at(0).number(), 2u) << "numbers go on after reopening";
  EXPECT_FALSE(dir.revoke(*dir.find("dpauth-p256"), now, 1)) << "already revoked";
  SeededRandom random(3);
  const auto name = *dir.add(pki.euicc("89049032123451234512345678901235", random));
  EXPECT_FALSE(dir.revoke(*dir.find(name), now, 1)) << "eUICC certificates are not revoked singly";
}

TEST_F(PkiDir, BadDirectoriesAreNamed) {
  const auto missing = PkiDirectory::open(root);
  ASSERT_TRUE(missing.error().as<LocalFault>());
  EXPECT_NE(missing.error().message().find("eider pki init"), std::string::npos);
  fill();
  EXPECT_TRUE(PkiDirectory::create(root).error().as<LocalFault>()) << "no second init";
  std::ofstream(root / "certificates" / "dppb-p256.pem") << "nonsense";
  const auto broken = PkiDirectory::open(root);
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().message().find("dppb-p256.pem"), std::string::npos);
  std::ofstream(root / "index.json") << "{}";
  EXPECT_FALSE(PkiDirectory::open(root));
}

}  // namespace
}  // namespace eider::crypto
