// What the server negotiates with clients that are not ours: versions, suites, curves, resumption (SGP.22
// v2.6.1 section 2.6.6).
#include <gtest/gtest.h>

#include "channel/certificate_tls.hpp"
#include "net/detail/openssl.hpp"
#include "net/detail/tls.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/support/certificates.hpp"
#include "net/support/raw_client.hpp"

namespace eider::net {
namespace {

using test::Curve;
using test::TestCa;
using SslPtr = std::unique_ptr<SSL, detail::Deleter<SSL_free>>;
using SessionPtr = std::unique_ptr<SSL_SESSION, detail::Deleter<SSL_SESSION_free>>;

struct Negotiated {
  bool ok = false;
  int version = 0;
  std::string suite;
  bool resumed = false;
  bool renegotiated = false;
  SessionPtr session;
};

class TlsPolicy : public testing::Test {
 protected:
  TlsPolicy()
      : server_(config(), [](const HttpRequest&) { return HttpResponse::of(200, "text/plain", "hello"); }) {
    EXPECT_TRUE(server_.start());
  }
  HttpServerConfig config() const {
    HttpServerConfig out;
    out.identities = {nist_.issue({}), brainpool_.issue({})};
    return out;
  }

  // Shakes hands as `set_up` says, asks for one page, and reports.
  template <class SetUp>
  Negotiated connect(SetUp set_up, SSL_SESSION* resume = nullptr, bool renegotiate = false) {
    const detail::SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_security_level(context.get(), 0);
    set_up(context.get());
    const test::RawClient socket(server_.port());
    const SslPtr ssl(SSL_new(context.get()));
    SSL_set_fd(ssl.get(), socket.fd());
    if (resume) SSL_set_session(ssl.get(), resume);
    Negotiated out;
    if (SSL_connect(ssl.get()) != 1) {
      ERR_clear_error();
      return out;
    }
    out.version = SSL_version(ssl.get());
    out.suite = SSL_get_cipher_name(ssl.get());
    if (renegotiate) out.renegotiated = SSL_renegotiate(ssl.get()) == 1 && SSL_do_handshake(ssl.get()) == 1;
    constexpr std::string_view kAsk = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    SSL_write(ssl.get(), kAsk.data(), static_cast<int>(kAsk.size()));
    char answer[512];
    const int n = SSL_read(ssl.get(), answer, sizeof answer);
    out.ok = n > 0 && std::string_view(answer, static_cast<std::size_t>(n)).ends_with("hello");
    out.resumed = SSL_session_reused(ssl.get()) == 1;
    out.session.reset(SSL_get1_session(ssl.get()));
    ERR_clear_error();
    return out;
  }

  static auto only(int version, const char* suites = nullptr) {
    return [=](SSL_CTX* context) {
      SSL_CTX_set_min_proto_version(context, version);
      SSL_CTX_set_max_proto_version(context, version);
      if (suites) SSL_CTX_set_cipher_list(context, suites);
    };
  }

  const TestCa nist_{Curve::kP256}, brainpool_{Curve::kBrainpool};
  HttpServer server_;
};

TEST_F(TlsPolicy, BothSuitesOfSgp22InTls12) {
  for (const char* suite : {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256"}) {
    const auto result = connect(only(TLS1_2_VERSION, suite));
    EXPECT_TRUE(result.ok) << suite;
    EXPECT_EQ(result.suite, suite);
  }
  EXPECT_TRUE(connect(only(TLS1_3_VERSION)).ok);
}

TEST_F(TlsPolicy, NothingOlderOrWeaker) {
  EXPECT_FALSE(connect(only(TLS1_VERSION)).ok);
  EXPECT_FALSE(connect(only(TLS1_1_VERSION)).ok);
  EXPECT_FALSE(connect(only(TLS1_2_VERSION, "ECDHE-ECDSA-AES256-SHA384")).ok);
  EXPECT_FALSE(connect(only(TLS1_2_VERSION, "ECDHE-RSA-AES128-GCM-SHA256")).ok);
  EXPECT_FALSE(connect(only(TLS1_2_VERSION, "AECDH-AES128-SHA")).ok);
  const auto sha1 = [](SSL_CTX* context) {
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set1_sigalgs_list(context, "ECDSA+SHA1");
  };
  EXPECT_FALSE(connect(sha1).ok);
}

TEST_F(TlsPolicy, TheClientsCurveChoosesTheCertificate) {
  const auto groups = [](const char* list) {
    return [=](SSL_CTX* context) { SSL_CTX_set1_groups_list(context, list); };
  };
  const auto nist = connect(groups("P-256"));
  EXPECT_TRUE(nist.ok);
  EXPECT_EQ(nist.version, TLS1_3_VERSION);
  // OpenSSL 3.0 as a client has no TLS 1.3 key share for brainpool alone.
  const auto brainpool = connect([](SSL_CTX* context) {
    SSL_CTX_set1_groups_list(context, "brainpoolP256r1");
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
  });
  EXPECT_TRUE(brainpool.ok);
  EXPECT_EQ(brainpool.version, TLS1_2_VERSION);
  EXPECT_FALSE(connect(groups("X25519")).ok);
}

TEST_F(TlsPolicy, NoResumption) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto first = connect(only(version));
    ASSERT_TRUE(first.ok);
    ASSERT_TRUE(first.session);
    EXPECT_FALSE(SSL_SESSION_has_ticket(first.session.get()));
    const auto second = connect(only(version), first.session.get());
    EXPECT_TRUE(second.ok);
    EXPECT_FALSE(second.resumed);
  }
}

TEST_F(TlsPolicy, NoRenegotiation) {
  const auto result = connect(only(TLS1_2_VERSION), nullptr, true);
  EXPECT_NE(result.version, 0);
  EXPECT_FALSE(result.renegotiated);
}

TEST_F(TlsPolicy, WebRootsComeOnTopOfTheCis) {
  const auto post = [&](const Bytes& anchor) {
    HttpClientConfig client;
    client.web_roots = true;
    client.trust_anchors = {anchor};
    client.resolve["smdpp.example.com:443"] = "127.0.0.1:" + std::to_string(server_.port());
    auto made = HttpClient::create(client);
    EXPECT_TRUE(made) << made.error().message();
    HttpPost request;
    request.host = "smdpp.example.com";
    return (*made)->post(request);
  };
  EXPECT_TRUE(post(nist_.certificate()));
  const auto refused = post(TestCa(Curve::kP256).certificate());
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().as<VerificationFault>()) << refused.error().message();
}

// RFC 6066 section 6: the layout of the extension's body.
TEST(TlsHints, TrustedCaKeys) {
  const Bytes hash(20, 0xAB);
  const Bytes encoded = channel::encode_trusted_ca_keys({hash});
  EXPECT_EQ(encoded, concat({hex("0015 01"), hash}));
  EXPECT_EQ(detail::trusted_ca_key_hashes(encoded), std::vector<Bytes>{hash});
  // pre_agreed, an X.509 name, a certificate hash: read over.
  const Bytes mixed = concat({hex("0030 00 02 0002 3000 03"), Bytes(20, 1), hex("01"), hash});
  EXPECT_EQ(detail::trusted_ca_key_hashes(mixed), std::vector<Bytes>{hash});
  for (const char* bad : {"", "00", "0001", "0002 01AB", "0001 04", "0000 00", "0003 02 0001"}) {
    EXPECT_FALSE(detail::trusted_ca_key_hashes(hex(bad))) << bad;
  }
}

TEST(TlsHints, CertificateAuthorities) {
  EXPECT_EQ(detail::certificate_authority_names(hex("0004 0002 3000")), std::vector<Bytes>{hex("3000")});
  for (const char* bad : {"", "0004 0003 3000", "0003 0002 30", "0004 0002 3000 00"}) {
    EXPECT_FALSE(detail::certificate_authority_names(hex(bad))) << bad;
  }
}

}  // namespace
}  // namespace eider::net
