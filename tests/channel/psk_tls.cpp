// TLS-PSK of SCP81: SGP.02 v4.2 section 2.4.4.1.
#include "channel/psk_tls.hpp"

#include <gtest/gtest.h>

#include "support/must.hpp"

namespace eider::channel {
namespace {
using test::must;

const std::string kIdentity =
    "8001028110890010120123412340123456789012244F10A0000005591010FFFFFFFF8900000100820101830140";
Secret key(std::uint8_t first = 1) {
  Bytes k(16, 0x5A);
  k[0] = first;
  return Secret(std::move(k));
}
PskTls::FindKey knows_card() {
  return [](const std::string& identity) -> std::optional<Secret> {
    if (identity != kIdentity) return std::nullopt;
    return key();
  };
}
// Carries octets both ways until nothing moves; what each side said last.
struct Outcome {
  Status client, server;
};
Outcome shake(PskTls& client, PskTls& server) {
  Outcome o;
  for (bool moved = true; moved;) {
    moved = false;
    if (const auto octets = client.output(); !octets.empty() && o.server)
      moved = true, o.server = server.feed(octets);
    if (const auto octets = server.output(); !octets.empty() && o.client)
      moved = true, o.client = client.feed(octets);
  }
  return o;
}
struct TlsPair {
  PskTls client, server;
  TlsPair(PskSuites c = PskSuites::kBoth, PskSuites s = PskSuites::kBoth)
      : client(must(PskTls::client(kIdentity, key(), c))), server(PskTls::server(knows_card(), s)) {}
};

TEST(PskTls, TalksInBothSuitesAndPrefersGcm) {
  for (const auto& [suites, name] : {std::pair(PskSuites::kBoth, "PSK-AES128-GCM-SHA256"),
                                     std::pair(PskSuites::kGcmOnly, "PSK-AES128-GCM-SHA256"),
                                     std::pair(PskSuites::kCbcOnly, "PSK-AES128-CBC-SHA256")}) {
    TlsPair p(suites);
    const auto o = shake(p.client, p.server);
    ASSERT_TRUE(o.client && o.server);
    ASSERT_TRUE(p.client.established() && p.server.established());
    EXPECT_EQ(p.client.suite(), name);
    EXPECT_EQ(p.server.identity(), kIdentity);
    const Bytes request(40000, 0x11), answer(70000, 0x22);
    must(p.client.write(request));
    must(p.server.write(answer));
    shake(p.client, p.server);
    EXPECT_EQ(p.server.read(), request);
    EXPECT_EQ(p.client.read(), answer);
    p.client.close();
    shake(p.client, p.server);
    EXPECT_TRUE(p.server.peer_closed());
    EXPECT_FALSE(p.client.peer_closed());
  }
}

TEST(PskTls, ComesOctetByOctet) {
  TlsPair p;
  for (int i = 0; i < 5000 && !(p.client.established() && p.server.established()); ++i) {
    for (const auto b : p.client.output()) must(p.server.feed(ByteView(&b, 1)));
    for (const auto b : p.server.output()) must(p.client.feed(ByteView(&b, 1)));
  }
  EXPECT_TRUE(p.client.established() && p.server.established());
}

TEST(PskTls, RefusesAnotherKeyAnUnknownIdentityAndNoCommonSuite) {
  auto client = must(PskTls::client(kIdentity, key(2)));
  auto server = PskTls::server(knows_card());
  const auto wrong_key = shake(client, server);
  ASSERT_FALSE(wrong_key.server);
  EXPECT_EQ(wrong_key.server.error().as<VerificationFault>()->check, VerificationFault::Check::kMac);
  EXPECT_FALSE(client.established());
  EXPECT_FALSE(server.established());
  EXPECT_FALSE(server.feed(hex("16")));
  EXPECT_FALSE(server.write(hex("00")));

  auto stranger = must(PskTls::client("someone", key()));
  auto second = PskTls::server(knows_card());
  EXPECT_FALSE(shake(stranger, second).server);

  TlsPair apart(PskSuites::kGcmOnly, PskSuites::kCbcOnly);
  EXPECT_FALSE(shake(apart.client, apart.server).server);
}

TEST(PskTls, EveryChangedOctetOfARecordIsRefused) {
  TlsPair reference;
  shake(reference.client, reference.server);
  must(reference.client.write(hex("0102030405")));
  const auto size = reference.client.output().size();
  for (std::size_t i = 0; i < size; ++i) {
    TlsPair p;
    shake(p.client, p.server);
    must(p.client.write(hex("0102030405")));
    auto record = p.client.output();
    record[i] ^= 0x01;
    const auto s = p.server.feed(record);
    EXPECT_TRUE(p.server.read().empty()) << i;
    EXPECT_TRUE(!s || i == 3 || i == 4) << i;  // a longer record: the rest is still to come
  }
}

TEST(PskTls, RefusesShortKeysAndOtherProtocols) {
  EXPECT_FALSE(PskTls::client(kIdentity, Secret(Bytes(15, 1))));
  EXPECT_FALSE(PskTls::client("", key()));
  auto server = PskTls::server(knows_card());
  EXPECT_FALSE(server.feed(as_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
}

}  // namespace
}  // namespace eider::channel
