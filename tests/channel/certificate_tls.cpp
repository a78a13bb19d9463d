// What the client of TLS says of itself (RFC 5246 section 7.4.1, RFC 6066; SGP.22 v2.6.1 section 2.6.6).
// Handshakes with a server stand in tests/lpae.
#include "channel/certificate_tls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eider::channel {
namespace {
using testing::HasSubstr;

CertificateTls client(const std::string& host, const std::vector<Bytes>& cis) {
  auto made = CertificateTls::client(host, cis, [](ByteView) { return Status(); });
  if (!made) throw std::runtime_error(made.error().message());
  return *std::move(made);
}
}  // namespace

TEST(CertificateTls, OffersTheSuitesOfSgp22AndNamesHostAndCis) {
  const Bytes ci(20, 0xA5);
  auto tls = client("smdpp.example.com", {ci});
  const auto hello = to_hex(tls.output());
  ASSERT_EQ(hello.substr(0, 2), "16");
  EXPECT_THAT(hello, HasSubstr("0006C02BC02300FF")) << "two suites, and no renegotiation";
  EXPECT_THAT(hello, HasSubstr("0000001600140000"
                               "11" +
                               to_hex(as_bytes("smdpp.example.com"))));
  EXPECT_THAT(hello, HasSubstr("00030017"
                               "0015"
                               "01" +
                               to_hex(ci)))
      << "trusted_ca_keys, key_sha1_hash";
  EXPECT_THAT(hello, HasSubstr("000A000600040017001A")) << "P-256 and brainpoolP256r1";
  EXPECT_THAT(hello, HasSubstr("000D000400020403")) << "SHA-256 with ECDSA";
  EXPECT_FALSE(tls.established());
  EXPECT_FALSE(tls.write(as_bytes("too early")));
}

TEST(CertificateTls, AnAddressIsNoServerName) {
  auto tls = client("192.0.2.1", {});
  EXPECT_THAT(to_hex(tls.output()), testing::Not(HasSubstr(to_hex(as_bytes("192.0.2.1")))));
}

TEST(CertificateTls, NobodyIsTakenWithoutBeingVerified) {
  EXPECT_FALSE(CertificateTls::client("smdpp.example.com", {}, nullptr));
}

TEST(CertificateTls, EndsWithWhatIsNoTls) {
  auto tls = client("smdpp.example.com", {});
  const auto fed = tls.feed(as_bytes("HTTP/1.1 200 OK\r\n\r\n"));
  ASSERT_FALSE(fed);
  ASSERT_TRUE(fed.error().as<VerificationFault>());
  EXPECT_EQ(fed.error().as<VerificationFault>()->check, VerificationFault::Check::kFormat);
  EXPECT_FALSE(tls.feed(hex("16"))) << "it is over";
}

}  // namespace eider::channel
