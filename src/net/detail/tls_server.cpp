#include <algorithm>
#include <openssl/core_names.h>

#include "net/detail/tls.hpp"
#include "net/detail/tls_common.hpp"

namespace eider::net::detail {
namespace {

constexpr unsigned kTrustedCaKeys = 3, kSupportedGroups = 10, kCertificateAuthorities = 47;
constexpr int kSecp256r1 = 23, kBrainpoolP256r1 = 26;

// Client certificates of ES2+ are set up bilaterally, hence more than the one signature algorithm of SGP.22.
constexpr const char* kClientSignatures = "ECDSA+SHA256:ECDSA+SHA384:RSA-PSS+SHA256:RSA+SHA256";

Result<int> group_of(const X509* leaf) {
  EVP_PKEY* key = X509_get0_pubkey(leaf);
  if (!key || EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) {
    return fail_local("TLS server certificate without an EC key", "SGP.22 needs P-256 or brainpoolP256r1");
  }
  char name[64] = {};
  EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name, nullptr);
  switch (OBJ_sn2nid(name)) {
    case NID_X9_62_prime256v1:
      return kSecp256r1;
    case NID_brainpoolP256r1:
      return kBrainpoolP256r1;
    default:
      return fail_local("TLS server certificate on curve " + std::string(name),
                        "use P-256 or brainpoolP256r1");
  }
}

ByteView extension(SSL* ssl, unsigned type) {
  const unsigned char* data = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, type, &data, &size) != 1) return {};
  return {data, size};
}

// True when the client offered no list, or one with the group in it.
bool group_offered(ByteView groups, int group) {
  if (groups.size() < 2) return true;
  for (std::size_t i = 2; i + 1 < groups.size(); i += 2) {
    if ((groups[i] << 8 | groups[i + 1]) == group) return true;
  }
  return false;
}

bool intersects(const std::vector<Bytes>& a, const std::optional<std::vector<Bytes>>& b) {
  return b && std::ranges::any_of(a, [&](const Bytes& x) { return std::ranges::find(*b, x) != b->end(); });
}

Status require_clients(SSL_CTX* context, const HttpServerConfig& config) {
  if (config.client_authentication == ClientAuthentication::kNone) return {};
  if (config.client_anchors.empty()) {
    return fail_local("client authentication without trust anchors",
                      "give the CI certificates of the clients");
  }
  EIDER_CHECK(trust(context, config.client_anchors));
  for (const auto& der : config.client_anchors) SSL_CTX_add_client_CA(context, parse_x509(der).get());
  if (SSL_CTX_set1_client_sigalgs_list(context, kClientSignatures) != 1)
    return fail_local("TLS: " + openssl_error());
  const bool required = config.client_authentication == ClientAuthentication::kRequired;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
  return {};
}

// OpenSSL shows the ClientHello callback only extensions that it or the application knows. The answer is an
// empty one (RFC 6066 section 6), in TLS 1.2.
Status know_trusted_ca_keys(SSL_CTX* context) {
  const auto answer = [](SSL*, unsigned, const unsigned char** out, std::size_t* size, int*, void*) {
    *out = nullptr;
    *size = 0;
    return 1;
  };
  const auto parse = [](SSL*, unsigned, const unsigned char*, std::size_t, int*, void*) { return 1; };
  if (SSL_CTX_add_server_custom_ext(context, kTrustedCaKeys, answer, nullptr, nullptr, parse, nullptr) != 1) {
    return fail_local("TLS: " + openssl_error());
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<ServerTls>> ServerTls::create(const HttpServerConfig& config) {
  if (config.identities.empty())
    return fail_local("HTTPS without a certificate", "configure one, or plain_http");
  std::unique_ptr<ServerTls> tls(new ServerTls);
  tls->clock_ = config.clock;
  for (const auto& identity : config.identities) {
    Entry entry{SslCtxPtr(SSL_CTX_new(TLS_server_method())), 0, {}, {}};
    if (!entry.context) return fail_local("TLS: " + openssl_error());
    SSL_CTX* context = entry.context.get();
    EIDER_CHECK(set_common(context, false));
    EIDER_CHECK(use_identity(context, identity));
    EIDER_CHECK(require_clients(context, config));
    EIDER_TRY(group, group_of(SSL_CTX_get0_certificate(context)));
    entry.group = group;
    for (const auto& der : identity.chain) {
      const auto certificate = parse_x509(der);
      entry.authority_names.push_back(name_der(X509_get_issuer_name(certificate.get())));
      if (const auto* id = X509_get0_authority_key_id(certificate.get())) {
        entry.authority_keys.emplace_back(ASN1_STRING_get0_data(id),
                                          ASN1_STRING_get0_data(id) + ASN1_STRING_length(id));
      }
      if (&der != &identity.chain.front()) entry.authority_keys.push_back(key_hash(certificate.get()));
    }
    EIDER_CHECK(know_trusted_ca_keys(context));
    SSL_CTX_set_client_hello_cb(context, &ServerTls::on_client_hello, tls.get());
    tls->entries_.push_back(std::move(entry));
  }
  return tls;
}

void ServerTls::set_time(SSL* ssl) const {
  set_verify_time(ssl, clock_);
}

// SGP.22 v2.6.1 section 2.6.6: the certificate must chain to a CI that the client trusts, on a curve that it
// knows.
const ServerTls::Entry& ServerTls::choose(SSL* ssl) const {
  if (entries_.size() == 1) return entries_.front();
  const ByteView groups = extension(ssl, kSupportedGroups);
  const auto keys = trusted_ca_key_hashes(extension(ssl, kTrustedCaKeys));
  const auto names = certificate_authority_names(extension(ssl, kCertificateAuthorities));
  // Key hashes tell more than names: the test CIs of SGP.26 have one name on both curves.
  const Entry* best = nullptr;
  int best_rank = -1;
  for (const auto& entry : entries_) {
    if (!group_offered(groups, entry.group)) continue;
    const int rank = 2 * intersects(entry.authority_keys, keys) + intersects(entry.authority_names, names);
    if (rank > best_rank) {
      best = &entry;
      best_rank = rank;
    }
  }
  return best ? *best : entries_.front();
}

int ServerTls::on_client_hello(SSL* ssl, int*, void* self) {
  const auto* tls = static_cast<const ServerTls*>(self);
  const Entry& entry = tls->choose(ssl);
  if (&entry != &tls->entries_.front()) SSL_set_SSL_CTX(ssl, entry.context.get());
  // brainpoolP256r1 certificates have no TLS 1.3 signature scheme in OpenSSL 3.0 (RFC 8734 came as an
  // addition).
  if (entry.group == kBrainpoolP256r1) SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
  return SSL_CLIENT_HELLO_SUCCESS;
}

}  // namespace eider::net::detail
