// eider pki as a person runs it.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "support/command.hpp"
#include "support/shared_data.hpp"

namespace eider {
namespace {
namespace fs = std::filesystem;

class CmdPki : public testing::Test {
 protected:
  test::Outcome pki(const std::string& arguments) const { return place.eider("pki " + arguments); }
  void expect(const std::string& arguments, int exit_code, const std::string& text) const {
    const auto run = pki(arguments);
    EXPECT_EQ(run.code, exit_code) << arguments << "\n" << run.text;
    EXPECT_TRUE(run.says(text)) << arguments << "\n" << run.text;
  }
  test::Workplace place;
};

TEST_F(CmdPki, FromInitToRevocation) {
  expect("init --out p --curve both --smdp-host smdpp.test", 0, "dptls-brainpool");
  for (const char* name : {"ci-p256", "eum-brainpool", "dpauth-p256", "dppb-brainpool", "dptls-p256",
                           "dsauth-p256", "dstls-brainpool"})
    expect("verify --dir p " + std::string(name), 0, "valid CERT.");
  expect("verify --dir p operator-p256 --role operator", 0, "valid operator client");
  expect("issue --dir p --role euicc --eid 89049032123451234512345678901235", 0,
         "issued euicc-p256-89049032123451234512345678901235");
  expect("verify --dir p euicc-p256-89049032123451234512345678901235", 0, "valid CERT.EUICC.ECDSA");
  expect("issue --dir p --role dptls --host two.test --oid 2.999.12", 0, "two.test");
  expect("show --dir p dptls-p256-2", 0, "2.999.12");
  expect("verify --dir p dptls-p256-2 --role dpauth", 1, "certificate of another role");
  expect("verify --dir p dptls-p256-2 --at 2099-01-01T00:00:00Z", 1, "expired");
  expect("revoke --dir p dpauth-p256", 0, "eider pki crl");
  expect("crl --dir p --issuer ci-p256 --out crl.b64 --base64", 0, "1 revoked");
  expect("verify --dir p dpauth-p256", 1, "revoked");
  expect("verify p/certificates/dpauth-p256.pem --root p/certificates/ci-p256.pem --crl crl.b64", 1,
         "revoked");
  expect("verify p/certificates/dpauth-p256.pem --root p/certificates/ci-p256.pem", 0, "valid");
  expect("show crl.b64", 0, "CRL number 0");
  expect("show --dir p", 0, "REVOKED");
}

TEST_F(CmdPki, ThePartiesOfM2m) {
  expect("init --out p --m2m --m2m-host localhost", 0, "certsr-p256-2");
  for (const char* name :
       {"smdptls-p256", "smsrtls-p256", "smsrtls-p256-2", "eumtls-p256", "mnotls-p256", "m2msptls-p256"})
    expect("verify --dir p " + std::string(name), 0, "valid ");
  for (const char* role : {"dptls", "dstls"})
    expect("verify --dir p mnotls-p256 --role " + std::string(role), 1, "has no certificate policy");
  for (const char* name : {"certdp-p256", "certsr-p256", "certsr-p256-2"})
    expect("verify --dir p " + std::string(name), 0, "valid CERT.");
  expect("show --dir p smsrtls-p256-2", 0, "2.999.21");
  expect("show --dir p certdp-p256", 0, "2.999.11");
  expect("issue --dir p --role ecasd --eid 89049032123451234512345678901235", 0, "CERT.ECASD.ECKA");
  expect("verify --dir p ecasd-p256-89049032123451234512345678901235", 0, "issued by eum-p256");
  expect("issue --dir p --role certsr --oid 2.999.22 --json", 0, "\"subject\":\"2.999.22\"");
  expect("issue --dir p --role certsr", 2, "--oid");
  expect("issue --dir p --role ecasd --eid 89", 2, "--eid");
  expect("issue --dir p --role smsrtls --oid 2.999.22 --host other.test", 0, "issued smsrtls-p256-3");
  expect("init --out q --smsrs 3", 2, "--m2m");
}

TEST_F(CmdPki, PassphrasesProtectKeys) {
  std::ofstream(place / "secret") << "open sesame\n";
  expect("init --out p --passphrase-file secret", 0, "ci-p256");
  expect("issue --dir p --role dpauth", 1, "passphrase");
  expect("issue --dir p --role dpauth --passphrase-file secret", 0, "issued dpauth-p256-2");
  expect("show --dir p", 0, "dpauth-p256-2");
}

TEST_F(CmdPki, WrongUseSaysWhatToDo) {
  expect("init --out p --curve p521", 2, "p256 or brainpool");
  expect("init", 2, "--out");
  expect("show --dir nowhere", 1, "eider pki init");
  expect("init --out p --smdp-host 'no host'", 2, "not a host name");
  expect("init --out p", 0, "ci-p256");
  expect("init --out p", 1, "already holds a PKI");
  expect("issue --dir p --role nobody", 2, "dpauth");
  expect("issue --dir p --role euicc --eid 123", 2, "32 decimal digits");
  expect("issue --dir p --role euicc --eid 89049099123451234512345678901235", 1, "outside the EUM's range");
  expect("issue --dir p --role dpauth --curve brainpool", 1, "needs an issuer");
  expect("verify --dir p nobody", 1, "no entry");
  expect("verify --dir p ci-p256 --at yesterday", 2, "2026-11-24T15:00:00Z");
  expect("revoke --dir p dppb-p256 --reason boredom", 2, "keyCompromise");
  for (const char* sub : {"init", "issue", "show", "verify", "revoke", "crl", "import"})
    expect(std::string(sub) + " --help", 0, "Example");
}

TEST_F(CmdPki, ImportsSgp26) {
  EIDER_SHARED_OR_SKIP(dir, "sgp26");
  expect("import '" + fs::absolute(dir).string() + "' --out p", 0, "19 certificates");
  const test::Outcome shown = pki("show --dir p");
  EXPECT_EQ(shown.text.find("no private key"), std::string::npos) << shown.text;
  for (const char* name : {"ci-p256", "eum-brainpool", "dpauth-p256", "dppb-brainpool",
                           "euicc-p256-89049032123451234512345678901235"})
    expect("verify --dir p " + std::string(name) + " --at 2026-06-01T00:00:00Z", 0, "valid");
  expect("verify --dir p dptls-p256-2 --at 2026-06-01T00:00:00Z", 1, "expired");
  expect("show --dir p dpauth-p256 --json", 0, "\"registeredIds\":[\"2.999.10\"]");
}

}  // namespace
}  // namespace eider
