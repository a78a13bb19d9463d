// A CI publishes its CRL over plain HTTP, an SM-DP+ fetches it: SGP.22 v2.6.1 section 4.6.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "codec/base64.hpp"
#include "net/crl_fetcher.hpp"
#include "net/http_server.hpp"
#include "support/smdpp_fixture.hpp"

namespace eider::test {
namespace {

using crypto::CertificateRole;

struct CrlHost {
  std::string body;
  int status = 200;
  std::atomic<int> asked = 0;
  std::string target;
  net::HttpServer server{config(), [this](const net::HttpRequest& r) {
                           ++asked;
                           target = std::string(r.method) + " " + std::string(r.target);
                           return net::HttpResponse::of(status, "application/pkix-crl", body);
                         }};
  static net::HttpServerConfig config() {
    net::HttpServerConfig c;
    c.plain_http = true;
    c.threads = 1;
    return c;
  }
  CrlHost() {
    const auto started = server.start();
    EXPECT_TRUE(started) << started.error().message();
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(server.port()); }
};

std::string published(const TestPki& pki, Time now, std::optional<Bytes> revoked, std::uint64_t number) {
  crypto::CrlRequest r;
  if (revoked) r.entries.push_back({*revoked, now, {}, now + std::chrono::hours(999)});
  r.number = number;
  r.this_update = now;
  r.next_update = now + std::chrono::hours(1);
  r.distribution_point = "http://ci.example.com/CRL.crl";
  const auto& ci = pki.get(CertificateRole::kCi);
  return base64_encode(crypto::issue_crl(ci.certificate, *crypto::make_signing_key(*ci.key), r)->der());
}

TEST(CrlOverHttp, ARevokedEumsCardsAreRefusedFromTheNextCallOn) {
  smdpp::MemoryStore store;
  SmDpPlusFixture f(store);
  f.crl_policy.distribution_points = false;
  f.crl_policy.locations = {"http://ci.example.com/CRL.crl?x=1"};
  f.start();
  f.put_operator("op", f.client_certificate);
  f.add_profile(1);
  f.add_profile(2);
  const auto code = f.release(1);
  const auto second = f.release(2);
  SoftwareEuicc card{f.pki, kEid1, 11};
  CrlHost host;
  net::HttpGetOptions options;
  options.resolve = {{"ci.example.com:80", host.address()}};
  net::CrlFetcher fetcher(options);
  host.body = published(f.pki, f.clock.now(), {}, 0);
  ASSERT_EQ(f.server->refresh_crls(fetcher)->fetched, 1u);
  EXPECT_EQ(host.target, "GET /CRL.crl?x=1");
  EXPECT_EQ(code_of(f.download(card, code)), "ok");

  host.body =
      published(f.pki, f.clock.now(), to_bytes(f.pki.get(CertificateRole::kEum).certificate.serial()), 1);
  ASSERT_EQ(f.server->refresh_crls(fetcher)->fetched, 0u) << "not due yet";
  EXPECT_EQ(host.asked, 1);
  f.clock.advance(std::chrono::hours(1));
  ASSERT_EQ(f.server->refresh_crls(fetcher)->fetched, 1u);
  EXPECT_EQ(code_of(f.authenticate(card, second)), "8.1.2/6.1");
  EXPECT_EQ(f.profile(2).state, smdpp::ProfileState::kReleased) << "the order is not used up";
}

TEST(CrlOverHttp, PlacesAreUrlsAndFiles) {
  CrlHost host;
  host.body = "abc";
  net::HttpGetOptions options;
  options.max_body = 10;
  net::CrlFetcher fetcher(options);
  EXPECT_EQ(as_text(*fetcher.fetch("http://" + host.address() + "/crl")), "abc");
  const auto file = std::filesystem::temp_directory_path() / ("eider-crl-" + to_hex(SystemRandom().bytes(8)));
  std::ofstream(file) << "abc";
  EXPECT_EQ(as_text(*fetcher.fetch(file.string())), "abc");
  EXPECT_EQ(as_text(*fetcher.fetch("file://" + file.string())), "abc");
  std::ofstream(file) << "more than ten";
  EXPECT_NE(fetcher.fetch(file.string()).error().message().find("over the limit"), std::string::npos);
  std::filesystem::remove(file);
  EXPECT_NE(fetcher.fetch(file.string()).error().message().find("cannot read"), std::string::npos);
  EXPECT_NE(fetcher.fetch("https://" + host.address() + "/crl").error().message().find("no http URI"),
            std::string::npos);
}

}  // namespace
}  // namespace eider::test
