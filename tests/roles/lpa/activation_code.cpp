// SGP.22 v2.6.1 section 4.1 and the forms that users and live operators are known to produce.
#include "roles/lpa/activation_code.hpp"

#include <gtest/gtest.h>

namespace eider::lpa {
namespace {

struct Good {
  const char* text;
  const char* address;
  const char* token;
  const char* oid;
  bool cc;
  const char* formatted;
};

const Good kGood[] = {
    {"1$SMDP.GSMA.COM$04386-AGYFT-A74Y8-3F815", "SMDP.GSMA.COM", "04386-AGYFT-A74Y8-3F815", "", false,
     "LPA:1$SMDP.GSMA.COM$04386-AGYFT-A74Y8-3F815"},
    {"1$SMDP.GSMA.COM$04386-AGYFT-A74Y8-3F815$$1", "SMDP.GSMA.COM", "04386-AGYFT-A74Y8-3F815", "", true,
     "LPA:1$SMDP.GSMA.COM$04386-AGYFT-A74Y8-3F815$$1"},
    {"1$SMDP.GSMA.COM$04386-AGYFT-A74Y8-3F815$1.3.6.1.4.1.31746$1", "SMDP.GSMA.COM",
     "04386-AGYFT-A74Y8-3F815", "1.3.6.1.4.1.31746", true,
     "LPA:1$SMDP.GSMA.COM$04386-AGYFT-A74Y8-3F815$1.3.6.1.4.1.31746$1"},
    {"1$SMDP.GSMA.COM$04386-AGYFT-A74Y8-3F815$1.3.6.1.4.1.31746", "SMDP.GSMA.COM", "04386-AGYFT-A74Y8-3F815",
     "1.3.6.1.4.1.31746", false, "LPA:1$SMDP.GSMA.COM$04386-AGYFT-A74Y8-3F815$1.3.6.1.4.1.31746"},
    {"1$SMDP.GSMA.COM$$1.3.6.1.4.1.31746", "SMDP.GSMA.COM", "", "1.3.6.1.4.1.31746", false,
     "LPA:1$SMDP.GSMA.COM$$1.3.6.1.4.1.31746"},
    {"1$smdp.example.com$", "smdp.example.com", "", "", false, "LPA:1$smdp.example.com$"},
    {"LPA:1$smdp.example.com$A", "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"lpa:1$smdp.example.com$A", "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"LpA: 1$smdp.example.com$A", "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"  LPA:1$smdp.example.com$A\r\n", "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"\tLPA:1$smdp.exam\n ple.com$A", "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"\xEF\xBB\xBFLPA:1$smdp.example.com$A\xC2\xA0", "smdp.example.com", "A", "", false,
     "LPA:1$smdp.example.com$A"},
    {"LPA:1$smdp.\xE2\x80\x8B"
     "example.com$A",
     "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"1$smdp.example.com$A$", "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"1$smdp.example.com$A$$", "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"1$smdp.example.com$A$$0", "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"1$smdp.example.com$A$2.999.10$", "smdp.example.com", "A", "2.999.10", false,
     "LPA:1$smdp.example.com$A$2.999.10"},
    {"1$smdp.example.com$$$1", "smdp.example.com", "", "", true, "LPA:1$smdp.example.com$$$1"},
    {"1$smdp.example.com$A$$1$", "smdp.example.com", "A", "", true, "LPA:1$smdp.example.com$A$$1"},
    {"1$smdp.example.com$A$$1$81370F5125D0B1D408D4C3B232E6D25E795BEBFB$x", "smdp.example.com", "A", "", true,
     "LPA:1$smdp.example.com$A$$1"},
    {"1$smdp.example.com$A$$$later", "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"1$smdp.example.com$qr_abc.De+f/g=", "smdp.example.com", "qr_abc.De+f/g=", "", false,
     "LPA:1$smdp.example.com$qr_abc.De+f/g="},
    {"1$smdp-1.example.com.$A", "smdp-1.example.com.", "A", "", false, "LPA:1$smdp-1.example.com.$A"},
    {"1$localhost:8443$A", "localhost:8443", "A", "", false, "LPA:1$localhost:8443$A"},
    {"1$192.0.2.7$A", "192.0.2.7", "A", "", false, "LPA:1$192.0.2.7$A"},
    // Links, and what stands in them.
    {"LPA%3A1%24smdp.example.com%24A", "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"lpa%3a1%24smdp.example.com%24A%24%241", "smdp.example.com", "A", "", true,
     "LPA:1$smdp.example.com$A$$1"},
    {"https://esimsetup.example.com/esim_qrcode_provisioning?carddata=LPA:1$smdp.example.com$A",
     "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"https://esimsetup.example.com/esim?x=1&carddata=LPA%3A1%24smdp.example.com%24A&utm=2#top",
     "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"lpa://1$smdp.example.com$A", "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"1$smdp.example.com$A%24B", "smdp.example.com", "A%24B", "", false, "LPA:1$smdp.example.com$A%24B"},
    // Copied out of a text, a command line, a chat.
    {"\"LPA:1$smdp.example.com$A\"", "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {" '1$smdp.example.com$A' ", "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"\xE2\x80\x9CLPA:1$smdp.example.com$A\xE2\x80\x9D", "smdp.example.com", "A", "", false,
     "LPA:1$smdp.example.com$A"},
    {"LPA:1\\$smdp.example.com\\$A", "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"LPA:1$smdp.example.com$K2\xE2\x80\x93XY\xE2\x80\x91Z", "smdp.example.com", "K2-XY-Z", "", false,
     "LPA:1$smdp.example.com$K2-XY-Z"},
    {"\xE2\x80\x8ELPA\xEF\xBC\x9A"
     "1\xEF\xBC\x84smdp.example.com\xEF\xBC\x84"
     "A\xE2\x81\xA0",
     "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    {"\xE2\x81\xA6LPA:1$smdp.\xC2\xAD"
     "example.com$A\xE2\x81\xA9\xE2\x80\xA8",
     "smdp.example.com", "A", "", false, "LPA:1$smdp.example.com$A"},
    // An OID of a live operator: github.com/creamlike1024/EasyLPAC/issues/20
    {"LPA:1$dp-plus-par07-01.oasis-smartsim.com$16972-65675-56112-2T7TD$1.3.6.1.2.1.53860.7.5.1.1",
     "dp-plus-par07-01.oasis-smartsim.com", "16972-65675-56112-2T7TD", "1.3.6.1.2.1.53860.7.5.1.1", false,
     "LPA:1$dp-plus-par07-01.oasis-smartsim.com$16972-65675-56112-2T7TD$1.3.6.1.2.1.53860.7.5.1.1"},
};

struct Bad {
  const char* text;
  const char* expected;  // part of the message
};

const Bad kBad[] = {
    {"", "empty"},
    {" \r\n", "empty"},
    {"LPA:", "no $"},
    {"smdp.example.com", "no $"},
    {"LPA%3A1%24smdp.example.com%2", "percent-encoded"},
    {"https://esimsetup.example.com/?carddata=LPA:1%2", "percent-encoded"},
    {"https://esimsetup.example.com/?carddata=", "empty"},
    {"\"\"", "empty"},
    {"2$smdp.example.com$A", "format \"2\""},
    {"$smdp.example.com$A", "format \"\""},
    {"01$smdp.example.com$A", "format \"01\""},
    {"https://example.com/?c=1$smdp.example.com$A", "format \"https"},
    {"1$$A", "no SM-DP+ address"},
    {"1$smdp.example.com", "token is missing"},
    {"1$smdp_example.com$A", "not a host name"},
    {"1$smdp..example.com$A", "not a host name"},
    {"1$-smdp.example.com$A", "not a host name"},
    {"1$smdp.example.com/path$A", "not a host name"},
    {"1$smdp.example.com:0$A", "not a host name"},
    {"1$smdp.example.com:70000$A", "not a host name"},
    {"1$user@smdp.example.com$A", "not a host name"},
    {"1$smdp.example.com$\xC3\xA9", "not printable"},
    {"1$smdp.example.com$A$1", "must be the SM-DP+ OID"},
    {"1$smdp.example.com$A$1.x", "not an object identifier"},
    {"1$smdp.example.com$A$3.1", "not an object identifier"},
    {"1$smdp.example.com$A$$2", "must be 1 or absent"},
    {"1$smdp.example.com$A$$yes", "must be 1 or absent"},
    {"EID:89049032123451234512345678901235", "EID"},
    {"LPA:EID:89049032123451234512345678901235", "EID"},
};

class ActivationCodeAccepted : public testing::TestWithParam<Good> {};
TEST_P(ActivationCodeAccepted, HasItsParts) {
  const auto& c = GetParam();
  auto r = parse_activation_code(c.text);
  ASSERT_TRUE(r) << c.text << ": " << r.error().message();
  EXPECT_EQ(r->smdpAddress, c.address);
  EXPECT_EQ(r->matchingId, c.token);
  EXPECT_EQ(r->smdpOid ? r->smdpOid->dotted() : "", c.oid);
  EXPECT_EQ(r->confirmationCodeRequired, c.cc);
  EXPECT_EQ(format_activation_code(*r), c.formatted);
  EXPECT_EQ(*parse_activation_code(format_activation_code(*r, false)), *r);
}
INSTANTIATE_TEST_SUITE_P(Lpa, ActivationCodeAccepted, testing::ValuesIn(kGood));

class ActivationCodeRefused : public testing::TestWithParam<Bad> {};
TEST_P(ActivationCodeRefused, SaysWhy) {
  const auto& c = GetParam();
  auto r = parse_activation_code(c.text);
  ASSERT_FALSE(r) << c.text;
  ASSERT_TRUE(r.error().as<LocalFault>());
  EXPECT_NE(r.error().as<LocalFault>()->what.find(c.expected), std::string::npos) << r.error().message();
  EXPECT_FALSE(r.error().as<LocalFault>()->remedy.empty());
}
INSTANTIATE_TEST_SUITE_P(Lpa, ActivationCodeRefused, testing::ValuesIn(kBad));

}  // namespace

TEST(ActivationCode, MayHaveAtMost255Characters) {
  const std::string head = "1$smdp.example.com$";
  const std::string longest(255 - head.size(), 'A');
  EXPECT_TRUE(parse_activation_code(head + longest));
  EXPECT_TRUE(parse_activation_code("LPA:" + head + longest));
  EXPECT_FALSE(parse_activation_code(head + longest + "A"));
}

}  // namespace eider::lpa
