// Server and client together over loopback, with certificates that are right or wrong in one point.
#include <atomic>
#include <gtest/gtest.h>
#include <thread>

#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/support/certificates.hpp"
#include "support/shared_data.hpp"

namespace eider::net {
namespace {

using test::CertificateSpec;
using test::Curve;
using test::TestCa;
using Check = VerificationFault::Check;

HttpResponse echo_securely(const HttpRequest& request) {
  HttpResponse response;
  response.content_type = "application/octet-stream";
  response.headers.push_back({"X-Target", std::string(request.target)});
  response.headers.push_back({"X-Peer", std::to_string(request.peer_certificate.size())});
  response.headers.push_back({"X-Agent", std::string(request.header("user-agent"))});
  response.body = to_bytes(request.body);
  return response;
}

HttpServerConfig server_config(std::vector<TlsIdentity> identities) {
  HttpServerConfig config;
  config.identities = std::move(identities);
  return config;
}

struct Pair {
  Pair(HttpServerConfig server_configuration, HttpClientConfig client_configuration,
       HttpHandler handler = echo_securely)
      : server(std::move(server_configuration), std::move(handler)) {
    const auto started = server.start();
    EXPECT_TRUE(started) << started.error().message();
    for (const char* host : {"smdpp.example.com", "other.example.com", "a.b.example.com"}) {
      client_configuration.resolve[std::string(host) + ":443"] = "127.0.0.1:" + std::to_string(server.port());
    }
    auto made = HttpClient::create(std::move(client_configuration));
    EXPECT_TRUE(made) << made.error().message();
    client = *std::move(made);
  }
  Result<HttpReply> post(const std::string& host = "smdpp.example.com", Bytes body = hex("0102")) {
    HttpPost request;
    request.host = host;
    request.path = "/gsma/rsp2/es9plus/initiateAuthentication";
    request.headers = {{"User-Agent", "gsma-rsp-lpad"}};
    request.body = std::move(body);
    request.timeout = Duration{5000};
    return client->post(request);
  }
  HttpServer server;
  std::unique_ptr<HttpClient> client;
};

HttpClientConfig trusting(const TestCa& ca) {
  HttpClientConfig config;
  config.trust_anchors = {ca.certificate()};
  return config;
}

void expect_refused(const Result<HttpReply>& reply, Check check) {
  ASSERT_FALSE(reply) << "accepted";
  const auto* fault = reply.error().as<VerificationFault>();
  ASSERT_NE(fault, nullptr) << reply.error().message();
  EXPECT_EQ(fault->check, check) << fault->what;
}

class HttpsOnCurve : public testing::TestWithParam<Curve> {};
INSTANTIATE_TEST_SUITE_P(Curves, HttpsOnCurve, testing::Values(Curve::kP256, Curve::kBrainpool),
                         [](const auto& p) { return p.param == Curve::kP256 ? "P256" : "BrainpoolP256r1"; });

TEST_P(HttpsOnCurve, RoundTrip) {
  const TestCa ca(GetParam());
  Pair pair(server_config({ca.issue({})}), trusting(ca));
  const auto reply = pair.post();
  ASSERT_TRUE(reply) << reply.error().message();
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, hex("0102"));
  EXPECT_EQ(reply->header("x-target"), "/gsma/rsp2/es9plus/initiateAuthentication");
  EXPECT_EQ(reply->header("X-AGENT"), "gsma-rsp-lpad");
  EXPECT_EQ(reply->header("X-Peer"), "0");
}

TEST_P(HttpsOnCurve, RootInTheChain) {
  const TestCa ca(GetParam());
  Pair pair(server_config({ca.issue_with_root({})}), trusting(ca));
  EXPECT_TRUE(pair.post());
}

TEST_P(HttpsOnCurve, RefusesUnknownCa) {
  const TestCa ca(GetParam()), other(GetParam());
  Pair leaf_only(server_config({ca.issue({})}), trusting(other));
  expect_refused(leaf_only.post(), Check::kChain);
  const TestCa differently_named(GetParam(), "Another CI");
  Pair with_root(server_config({ca.issue_with_root({})}), trusting(differently_named));
  expect_refused(with_root.post(), Check::kChain);
}

TEST_P(HttpsOnCurve, ChecksTheHostName) {
  const TestCa ca(GetParam());
  Pair plain(server_config({ca.issue({})}), trusting(ca));
  expect_refused(plain.post("other.example.com"), Check::kBinding);
  EXPECT_TRUE(plain.post("SMDPP.Example.COM"));
  CertificateSpec wildcard;
  wildcard.alternative_names = "DNS:*.example.com";
  Pair wild(server_config({ca.issue(wildcard)}), trusting(ca));
  EXPECT_TRUE(wild.post("other.example.com"));
  expect_refused(wild.post("a.b.example.com"), Check::kBinding);
  CertificateSpec name_only;
  name_only.alternative_names.reset();
  Pair common_name(server_config({ca.issue(name_only)}), trusting(ca));
  expect_refused(common_name.post(), Check::kBinding);
}

TEST(Https, TellsNothingToAnotherParty) {
  const TestCa ca(Curve::kP256);
  CertificateSpec spec;
  spec.alternative_names = "DNS:smdpp.example.com,RID:2.999.20,RID:2.999.22";
  std::atomic<int> heard = 0;
  Pair pair(server_config({ca.issue(spec)}), trusting(ca), [&](const HttpRequest& r) {
    ++heard;
    return echo_securely(r);
  });
  HttpPost request;
  request.host = "smdpp.example.com";
  request.body = hex("0102");
  const auto asked = [&](const char* id) {
    request.server_id = id;
    return pair.client->post(request);
  };
  for (const auto* other : {"2.999.2", "2.999.200", "2.999.21"})
    expect_refused(asked(other), Check::kBinding);
  EXPECT_EQ(heard, 0);
  EXPECT_TRUE(asked("2.999.20"));
  EXPECT_TRUE(asked("2.999.22"));
  expect_refused(asked("2.999.21"), Check::kBinding);  // on a kept connection, too
  EXPECT_EQ(heard, 2);
  EXPECT_TRUE(asked(""));
  CertificateSpec nobody;
  Pair other(server_config({ca.issue(nobody)}), trusting(ca));
  request.server_id = "2.999.20";
  expect_refused(other.client->post(request), Check::kBinding);
}

TEST_P(HttpsOnCurve, ChecksValidity) {
  const TestCa ca(GetParam());
  CertificateSpec expired;
  expired.not_after = -60;
  Pair old(server_config({ca.issue(expired)}), trusting(ca));
  expect_refused(old.post(), Check::kExpired);
  CertificateSpec early;
  early.not_before = 3600;
  Pair young(server_config({ca.issue(early)}), trusting(ca));
  expect_refused(young.post(), Check::kNotYetValid);
}

TEST(Https, TakesTheTimeFromTheClock) {
  const TestCa ca(Curve::kP256);
  const auto now = SystemClock().now();
  ManualClock clock(now);
  auto config = trusting(ca);
  config.clock = &clock;
  Pair pair(server_config({ca.issue({})}), config);
  EXPECT_TRUE(pair.post());
  clock.set(now + std::chrono::hours(48));
  pair.client->new_session();
  expect_refused(pair.post(), Check::kExpired);
}

struct RoleCheck {
  const TestCa& ca;
  bool required = false;
  bool accepts(std::optional<std::string> policies, std::vector<std::string> asked = {}) const {
    CertificateSpec spec;
    spec.policies = std::move(policies);
    auto config = trusting(ca);
    config.policy_required = required;
    Pair pair(server_config({ca.issue(spec)}), config);
    HttpPost request;
    request.host = "smdpp.example.com";
    request.server_policies = std::move(asked);
    const auto reply = pair.client->post(request);
    if (!reply) expect_refused(reply, Check::kRole);
    return reply.has_value();
  }
};

TEST(Https, ChecksTheRole) {
  const TestCa ca(Curve::kP256);
  const RoleCheck check{ca};
  EXPECT_TRUE(check.accepts("2.23.146.1.2.1.3"));
  EXPECT_TRUE(check.accepts("2.23.146.1.2.1.6"));
  EXPECT_TRUE(check.accepts("critical,2.23.146.1.2.1.3"));
  EXPECT_TRUE(check.accepts("2.999.5,2.23.146.1.2.1.3"));
  EXPECT_TRUE(check.accepts("2.999.5"));     // no GSMA role at all
  EXPECT_TRUE(check.accepts(std::nullopt));  // as the parties of M2M have it
  EXPECT_FALSE(check.accepts("2.23.146.1.2.1.4"));
  EXPECT_FALSE(check.accepts("2.23.146.1.2.1.33"));
  EXPECT_FALSE(check.accepts("2.23.146.1.2.1.6", {"2.23.146.1.2.1.3"}));
  EXPECT_TRUE(check.accepts("2.23.146.1.2.1.6", {"2.23.146.1.2.1.6"}));
}

// CERT.DP.TLS and CERT.DS.TLS name their role: SGP.22 v2.6.1 section 4.5.2.1.
TEST(Https, AServerBelowACiNamesItsRoleWhereThatIsAsked) {
  const TestCa ca(Curve::kP256);
  const RoleCheck check{ca, true};
  EXPECT_TRUE(check.accepts("2.23.146.1.2.1.3"));
  EXPECT_TRUE(check.accepts("2.999.5,2.23.146.1.2.1.3", {"2.23.146.1.2.1.3"}));
  EXPECT_FALSE(check.accepts(std::nullopt));
  EXPECT_FALSE(check.accepts("2.999.5"));
  EXPECT_FALSE(check.accepts("2.23.146.1.2.1.6", {"2.23.146.1.2.1.3"}));
}

TEST(Https, ChecksKeyUsages) {
  const TestCa ca(Curve::kP256);
  const auto refused = [&](auto change) {
    CertificateSpec spec;
    change(spec);
    Pair pair(server_config({ca.issue(spec)}), trusting(ca));
    expect_refused(pair.post(), Check::kExtension);
  };
  refused([](auto& s) { s.key_usage.reset(); });
  refused([](auto& s) { s.key_usage = "critical,keyAgreement"; });
  refused([](auto& s) { s.extended_key_usage.reset(); });
  refused([](auto& s) { s.extended_key_usage = "critical,clientAuth"; });
  refused([](auto& s) { s.unknown_critical_extension = true; });
}

TEST(Https, OneServerOnBothCurves) {
  const TestCa nist(Curve::kP256), brainpool(Curve::kBrainpool), foreign(Curve::kP256, "Foreign CI");
  HttpServer server(server_config({nist.issue({}), brainpool.issue({}), foreign.issue({})}), echo_securely);
  ASSERT_TRUE(server.start());
  const auto works = [&](const TestCa& ca) {
    auto config = trusting(ca);
    config.resolve["smdpp.example.com:443"] = "127.0.0.1:" + std::to_string(server.port());
    auto client = HttpClient::create(config);
    HttpPost request;
    request.host = "smdpp.example.com";
    const auto reply = (*client)->post(request);
    EXPECT_TRUE(reply) << reply.error().message();
    return reply.has_value();
  };
  // Only the CI hints of the ClientHello tell the server which of its three certificates the client can
  // verify.
  EXPECT_TRUE(works(nist));
  EXPECT_TRUE(works(brainpool));
  EXPECT_TRUE(works(foreign));
}

TEST(Https, MutualAuthentication) {
  const TestCa ca(Curve::kP256), stranger(Curve::kP256, "Stranger");
  auto config = server_config({ca.issue({})});
  config.client_authentication = ClientAuthentication::kRequired;
  config.client_anchors = {ca.certificate()};

  auto with = trusting(ca);
  with.identity = ca.issue({.common_name = "operator"});
  Pair good(config, with);
  const auto reply = good.post();
  ASSERT_TRUE(reply) << reply.error().message();
  EXPECT_EQ(reply->header("X-Peer"), std::to_string(with.identity->chain[0].size()));

  const auto refused = [&](std::optional<TlsIdentity> identity) {
    auto client = trusting(ca);
    client.identity = std::move(identity);
    Pair pair(config, client);
    const auto answer = pair.post();
    ASSERT_FALSE(answer);
    const auto* fault = answer.error().as<TransportFault>();
    ASSERT_NE(fault, nullptr) << answer.error().message();
    EXPECT_FALSE(fault->sent) << fault->what;
    EXPECT_EQ(pair.server.counters().requests, 0u);
  };
  refused(std::nullopt);
  refused(stranger.issue({}));
  refused(ca.issue({.extended_key_usage = "critical,serverAuth"}));
  refused(ca.issue({.not_after = -60}));

  config.client_authentication = ClientAuthentication::kOptional;
  Pair optional(config, trusting(ca));
  const auto anonymous = optional.post();
  ASSERT_TRUE(anonymous) << anonymous.error().message();
  EXPECT_EQ(anonymous->header("X-Peer"), "0");
}

TEST(Https, ReusesTheConnectionWithinASession) {
  const TestCa ca(Curve::kP256);
  Pair pair(server_config({ca.issue({})}), trusting(ca));
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(pair.post());
  EXPECT_EQ(pair.client->connections_opened(), 1u);
  EXPECT_EQ(pair.server.counters().connections_accepted, 1u);
  pair.client->new_session();
  ASSERT_TRUE(pair.post());
  EXPECT_EQ(pair.client->connections_opened(), 2u);
  const auto other = pair.client->open_session();
  HttpPost request;
  request.host = "smdpp.example.com";
  ASSERT_TRUE(other->post(request));
  EXPECT_EQ(other->connections_opened(), 1u);
  EXPECT_EQ(pair.server.counters().connections_accepted, 3u);
}

TEST(Https, ReconnectsWhenTheServerClosed) {
  const TestCa ca(Curve::kP256);
  auto config = server_config({ca.issue({})});
  config.idle_timeout = Duration{100};
  Pair pair(config, trusting(ca));
  ASSERT_TRUE(pair.post());
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  const auto again = pair.post();
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(pair.client->connections_opened(), 2u);
}

TEST(Https, LargeBodiesAndLimits) {
  const TestCa ca(Curve::kP256);
  auto server = server_config({ca.issue({})});
  server.max_body = 600'000;
  auto client = trusting(ca);
  client.max_body = 500'000;
  Pair pair(server, client);
  const auto large = pair.post("smdpp.example.com", Bytes(400'000, 0x5A));
  ASSERT_TRUE(large) << large.error().message();
  EXPECT_EQ(large->body, Bytes(400'000, 0x5A));
  const auto too_large_reply = pair.post("smdpp.example.com", Bytes(550'000, 1));
  ASSERT_FALSE(too_large_reply);
  ASSERT_TRUE(too_large_reply.error().as<TransportFault>());
  EXPECT_TRUE(too_large_reply.error().as<TransportFault>()->sent);
  const auto too_large_request = pair.post("smdpp.example.com", Bytes(700'000, 1));
  ASSERT_TRUE(too_large_request) << too_large_request.error().message();
  EXPECT_EQ(too_large_request->status, 413);
  EXPECT_TRUE(pair.post());
}

TEST(Https, TimesOutAndSaysThatItWasSent) {
  const TestCa ca(Curve::kP256);
  Pair pair(server_config({ca.issue({})}), trusting(ca), [](const HttpRequest& request) {
    if (request.target == "/slow") std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    return HttpResponse{};
  });
  ASSERT_TRUE(pair.post());
  HttpPost request;
  request.host = "smdpp.example.com";
  request.path = "/slow";
  request.timeout = Duration{300};
  const auto start = std::chrono::steady_clock::now();
  const auto reply = pair.client->post(request);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(1400));
  ASSERT_FALSE(reply);
  ASSERT_TRUE(reply.error().as<TransportFault>()) << reply.error().message();
  EXPECT_TRUE(reply.error().as<TransportFault>()->sent);
}

TEST(Https, AnotherThreadEndsAPost) {
  const TestCa ca(Curve::kP256);
  std::atomic<bool> release{false};
  Pair pair(server_config({ca.issue({})}), trusting(ca), [&](const HttpRequest& request) {
    while (!release) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return echo_securely(request);
  });
  pair.client->interrupt();  // of nothing: the next post is not meant
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    pair.client->interrupt();
  });
  const auto begun = std::chrono::steady_clock::now();
  const auto reply = pair.post();
  EXPECT_LT(std::chrono::steady_clock::now() - begun,
            std::chrono::milliseconds(4000));  // its timeout is 5000
  other.join();
  release = true;
  ASSERT_FALSE(reply);
  EXPECT_TRUE(reply.error().as<LocalFault>()) << reply.error().message();
  EXPECT_TRUE(pair.post());  // over a new connection
}

TEST(Https, NobodyThereWasNotSent) {
  const TestCa ca(Curve::kP256);
  Pair pair(server_config({ca.issue({})}), trusting(ca));
  pair.server.stop();
  const auto reply = pair.post();
  ASSERT_FALSE(reply);
  ASSERT_TRUE(reply.error().as<TransportFault>());
  EXPECT_FALSE(reply.error().as<TransportFault>()->sent);
  HttpPost unknown;
  unknown.host = "no-such-host.invalid";
  const auto lookup = pair.client->post(unknown);
  ASSERT_FALSE(lookup);
  ASSERT_TRUE(lookup.error().as<TransportFault>());
  EXPECT_FALSE(lookup.error().as<TransportFault>()->sent);
}

TEST(Https, DoesNotFollowRedirects) {
  const TestCa ca(Curve::kP256);
  Pair pair(server_config({ca.issue({})}), trusting(ca), [](const HttpRequest&) {
    HttpResponse response;
    response.status = 307;
    response.headers.push_back({"Location", "https://smdpp.example.com/elsewhere"});
    return response;
  });
  const auto reply = pair.post();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 307);
  EXPECT_EQ(pair.server.counters().requests, 1u);
}

TEST(Https, ConcurrentClients) {
  const TestCa ca(Curve::kP256);
  auto config = server_config({ca.issue({})});
  config.threads = 3;
  Pair pair(config, trusting(ca));
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      const auto session = pair.client->open_session();
      for (int i = 0; i < 25; ++i) {
        HttpPost request;
        request.host = "smdpp.example.com";
        request.body = Bytes(static_cast<std::size_t>(t * 1000 + i), static_cast<std::uint8_t>(t));
        const auto reply = session->post(request);
        if (reply && reply->body == request.body) ++good;
        if (i % 10 == 9) session->new_session();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 200);
  EXPECT_EQ(pair.server.counters().requests, 200u);
}

TEST(Https, RefusesRequestsThatWouldSplit) {
  const TestCa ca(Curve::kP256);
  Pair pair(server_config({ca.issue({})}), trusting(ca));
  const auto local = [&](auto change) {
    HttpPost request;
    request.host = "smdpp.example.com";
    change(request);
    const auto reply = pair.client->post(request);
    return !reply && reply.error().as<LocalFault>();
  };
  EXPECT_TRUE(local([](auto& r) { r.path = "/a b"; }));
  EXPECT_TRUE(local([](auto& r) { r.path = "a"; }));
  EXPECT_TRUE(local([](auto& r) { r.host = "a/b"; }));
  EXPECT_TRUE(local([](auto& r) { r.headers = {{"X", "1\r\nY: 2"}}; }));
  EXPECT_TRUE(local([](auto& r) { r.headers = {{"X:", "1"}}; }));
  EXPECT_TRUE(local([](auto& r) { r.headers = {{"content-length", "7"}}; }));
  EXPECT_EQ(pair.server.counters().connections_accepted, 0u);
}

TEST(Https, ConfigurationFaults) {
  EXPECT_FALSE(HttpClient::create({}));
  HttpClientConfig garbage;
  garbage.trust_anchors = {hex("3003020100")};
  EXPECT_FALSE(HttpClient::create(garbage));
  EXPECT_FALSE(HttpServer(server_config({}), echo_securely).start());
  const TestCa ca(Curve::kP256);
  auto mismatched = ca.issue({});
  mismatched.key = ca.issue({}).key;
  EXPECT_FALSE(HttpServer(server_config({mismatched}), echo_securely).start());
  auto no_anchors = server_config({ca.issue({})});
  no_anchors.client_authentication = ClientAuthentication::kRequired;
  EXPECT_FALSE(HttpServer(no_anchors, echo_securely).start());
}

// The SGP.26 test certificates as they come, at a moment at which they are valid.
TEST(Https, Sgp26Certificates) {
  EIDER_SHARED_OR_SKIP(folder, "sgp26");
  const ManualClock clock(*parse_time("2026-10-01T00:00:00Z"));
  for (const std::string curve : {"NIST", "BRP"}) {
    SCOPED_TRACE(curve);
    const auto identity = load_tls_identity(folder / ("DPtls/CERT_S_SM_DP_VARO_TLS_" + curve + ".der"),
                                            folder / ("DPtls/SK_S_SM_DP_TLS_" + curve + ".pem"));
    ASSERT_TRUE(identity) << identity.error().message();
    HttpServer server(server_config({*identity}), echo_securely);
    ASSERT_TRUE(server.start());
    HttpClientConfig config;
    config.clock = &clock;
    const auto root = folder / ("CertificateIssuer/CERT_CI_ECDSA_" + curve + ".der");
    const auto anchors = load_certificates(root);
    ASSERT_TRUE(anchors) << anchors.error().message();
    config.trust_anchors = *anchors;
    config.resolve["testsmdpplus1.example.com:443"] = "127.0.0.1:" + std::to_string(server.port());
    auto client = HttpClient::create(config);
    ASSERT_TRUE(client) << client.error().message();
    HttpPost request;
    request.host = "testsmdpplus1.example.com";
    request.server_policies = {"2.23.146.1.2.1.3"};
    const auto reply = (*client)->post(request);
    EXPECT_TRUE(reply) << reply.error().message();
  }
}

}  // namespace
}  // namespace eider::net
