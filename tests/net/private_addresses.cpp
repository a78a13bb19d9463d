// Which servers an LPA does not speak to unless it was allowed.
#include <gtest/gtest.h>

#include "net/detail/lookup.hpp"
#include "net/http_client.hpp"
#include "net/support/certificates.hpp"

namespace eider::net {
namespace {

bool kept_away(const char* address) {
  return detail::is_private(boost::asio::ip::make_address(address));
}

TEST(PrivateAddresses, ByTheRegistriesOfIana) {
  for (const char* address : {"0.0.0.0",
                              "10.0.0.1",
                              "10.255.255.255",
                              "100.64.0.1",
                              "100.127.255.255",
                              "127.0.0.1",
                              "127.255.0.9",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.1",
                              "192.168.1.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "224.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "::127.0.0.1",
                              "::ffff:10.0.0.1",
                              "fc00::1",
                              "fdff::1",
                              "fe80::1",
                              "febf::1",
                              "fec0::1",
                              "ff02::1",
                              "64:ff9b::10.0.0.1",
                              "64:ff9b:1::1",
                              "2002:7f00:1::",
                              "2002:c0a8:101::1",
                              "100::1"})
    EXPECT_TRUE(kept_away(address)) << address;
  for (const char* address :
       {"1.1.1.1",         "9.255.255.255",  "11.0.0.0",         "100.63.255.255",  "100.128.0.0",
        "126.255.255.255", "128.0.0.1",      "169.253.0.1",      "172.15.255.255",  "172.32.0.1",
        "192.0.1.1",       "192.167.1.1",    "198.17.255.255",   "198.20.0.1",      "223.255.255.255",
        "2001:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "fbff::1"})
    EXPECT_FALSE(kept_away(address)) << address;
}

TEST(PrivateAddresses, AreRefusedBeforeAConnectionUnlessAllowed) {
  const test::TestCa ca(test::Curve::kP256);
  HttpClientConfig config;
  config.trust_anchors = {ca.certificate()};
  HttpPost request;
  request.port = 1;
  request.timeout = Duration{3000};
  config.private_addresses = false;
  const auto careful = *HttpClient::create(config);
  for (const char* host : {"127.0.0.1", "::1", "localhost", "10.0.0.1", "169.254.169.254"}) {
    request.host = host;
    const auto reply = careful->post(request);
    ASSERT_FALSE(reply);
    ASSERT_TRUE(reply.error().as<LocalFault>()) << host << ": " << reply.error().message();
    EXPECT_NE(reply.error().message().find("private address"), std::string::npos) << reply.error().message();
  }
  EXPECT_EQ(careful->connections_opened(), 0u);
  // Whoever says where a name leads means it.
  request.host = "smdpp.example.com";
  config.resolve["smdpp.example.com:1"] = "127.0.0.1:1";
  const auto told = (*HttpClient::create(config))->post(request);
  ASSERT_FALSE(told);
  EXPECT_TRUE(told.error().as<TransportFault>()) << told.error().message();
  config.private_addresses = true;
  request.host = "127.0.0.1";
  const auto allowed = (*HttpClient::create(config))->post(request);
  ASSERT_FALSE(allowed);
  EXPECT_TRUE(allowed.error().as<TransportFault>()) << allowed.error().message();
}

}  // namespace
}  // namespace eider::net
