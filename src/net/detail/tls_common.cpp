#include "net/detail/tls_common.hpp"

namespace eider::net::detail {
namespace {

constexpr const char* kSuites12 = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA256";
constexpr const char* kSuites12Web =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";
constexpr const char* kSuites13 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kSignatures = "ECDSA+SHA256";
constexpr const char* kSignaturesWeb =
    "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+"
    "SHA384:"
    "RSA+SHA512";
constexpr const char* kGroups = "P-256:brainpoolP256r1";
constexpr const char* kGroupsWeb = "P-256:brainpoolP256r1:X25519:P-384";

}  // namespace

Status set_common(SSL_CTX* context, bool rsa) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_SSLv3);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const bool ok = SSL_CTX_set_num_tickets(context, 0) == 1 &&
                  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
                  SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
                  SSL_CTX_set_cipher_list(context, rsa ? kSuites12Web : kSuites12) == 1 &&
                  SSL_CTX_set_ciphersuites(context, kSuites13) == 1 &&
                  SSL_CTX_set1_groups_list(context, rsa ? kGroupsWeb : kGroups) == 1 &&
                  SSL_CTX_set1_sigalgs_list(context, rsa ? kSignaturesWeb : kSignatures) == 1;
  if (!ok) return fail_local("TLS set-up: " + openssl_error());
  return {};
}

Status use_identity(SSL_CTX* context, const TlsIdentity& identity) {
  if (identity.chain.empty()) return fail_local("a TLS identity without a certificate");
  if (!identity.key) return fail_local("a TLS identity without a private key");
  for (std::size_t i = 0; i < identity.chain.size(); ++i) {
    const auto certificate = parse_x509(identity.chain[i]);
    if (!certificate) return fail_local("TLS certificate: " + openssl_error());
    const bool ok = i == 0 ? SSL_CTX_use_certificate(context, certificate.get()) == 1
                           : SSL_CTX_add1_chain_cert(context, certificate.get()) == 1;
    if (!ok) return fail_local("TLS certificate: " + openssl_error());
  }
  SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
  if (SSL_CTX_use_PrivateKey(context, identity.key.get()) != 1) {
    return fail_local("TLS private key: " + openssl_error(), "give the key of the first certificate");
  }
  return {};
}

Status trust(SSL_CTX* context, const std::vector<Bytes>& anchors) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  for (const auto& der : anchors) {
    const auto certificate = parse_x509(der);
    if (!certificate || X509_STORE_add_cert(store, certificate.get()) != 1) {
      return fail_local("trust anchor: " + openssl_error(), "give CI certificates as DER");
    }
  }
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context),
                              X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
  return {};
}

void set_verify_time(SSL* ssl, const Clock* clock) {
  if (!clock) return;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(clock->now());
  X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl), std::chrono::system_clock::to_time_t(seconds));
}

Bytes name_der(const X509_NAME* name) {
  unsigned char* buffer = nullptr;
  const int size = i2d_X509_NAME(name, &buffer);
  if (size <= 0) return {};
  Bytes out(buffer, buffer + size);
  OPENSSL_free(buffer);
  return out;
}

Bytes key_hash(const X509* certificate) {
  Bytes out(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (X509_pubkey_digest(certificate, EVP_sha1(), out.data(), &size) != 1) size = 0;
  out.resize(size);
  return out;
}

}  // namespace eider::net::detail
