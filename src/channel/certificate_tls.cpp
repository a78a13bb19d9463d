#include "channel/certificate_tls.hpp"

#include <openssl/x509.h>

#include "channel/detail/tls_engine.hpp"

namespace eider::channel {
namespace {
using Check = VerificationFault::Check;
constexpr const char* kSuitesOfSgp22 = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA256";
constexpr const char* kCurvesOfSgp22 = "P-256:brainpoolP256r1";
constexpr unsigned kTrustedCaKeysExtension = 3;
constexpr std::uint8_t kKeySha1Hash = 1;

bool is_address(const std::string& host) {
  return host.find(':') != std::string::npos || host.find_first_not_of("0123456789.") == std::string::npos;
}
}  // namespace

Bytes encode_trusted_ca_keys(const std::vector<Bytes>& key_hashes) {
  Bytes list;
  for (const auto& hash : key_hashes) {
    list.push_back(kKeySha1Hash);
    append(list, hash);
  }
  Bytes out{static_cast<std::uint8_t>(list.size() >> 8), static_cast<std::uint8_t>(list.size())};
  append(out, list);
  return out;
}

struct CertificateTls::Impl final : detail::TlsEngine {
  Verify verify;
  Bytes trusted_ca_keys;
  std::optional<Fault> refused;  // what `verify` said

  static int on_certificate(X509_STORE_CTX* store, void*) {
    auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* self = static_cast<Impl*>(SSL_get_app_data(ssl));
    auto* leaf = X509_STORE_CTX_get0_cert(store);
    const int size = i2d_X509(leaf, nullptr);
    Bytes der(static_cast<std::size_t>(std::max(size, 0)));
    auto* at = der.data();
    if (size <= 0 || i2d_X509(leaf, &at) != size) {
      self->refused = VerificationFault{Check::kFormat, "the server's certificate cannot be read"};
    } else if (auto good = self->verify(der); !good) {
      self->refused = std::move(good).error();
    }
    if (!self->refused) return 1;
    X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
  }
  static int add_ca_keys(SSL* ssl, unsigned, const unsigned char** out, std::size_t* size, int*, void*) {
    const auto& body = static_cast<const Impl*>(SSL_get_app_data(ssl))->trusted_ca_keys;
    *out = body.data();
    *size = body.size();
    return 1;
  }
  static detail::SslContextPtr make_context() {
    auto context = detail::make_tls_context(false, kSuitesOfSgp22);
    auto* c = context.get();
    SSL_CTX_set1_groups_list(c, kCurvesOfSgp22);
    SSL_CTX_set1_sigalgs_list(c, "ECDSA+SHA256");
    SSL_CTX_set_verify(c, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(c, on_certificate, nullptr);
    const auto ignore = [](SSL*, unsigned, const unsigned char*, std::size_t, int*, void*) { return 1; };
    SSL_CTX_add_client_custom_ext(c, kTrustedCaKeysExtension, add_ca_keys, nullptr, nullptr, ignore, nullptr);
    return context;
  }
  static SSL_CTX* shared_context() {
    static auto& context =
        *new detail::SslContextPtr(make_context());  // stays, as that of channel/psk_tls.cpp
    return context.get();
  }

  Impl() : TlsEngine(shared_context(), false) { SSL_set_app_data(ssl(), this); }
  void name(const std::string& host) { SSL_set_tlsext_host_name(ssl(), host.c_str()); }

 protected:
  Fault meaning(unsigned long) const override {
    if (refused) return *refused;
    return VerificationFault{Check::kFormat, detail::last_tls_error()};
  }
};

CertificateTls::CertificateTls(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CertificateTls::~CertificateTls() = default;
CertificateTls::CertificateTls(CertificateTls&&) noexcept = default;
CertificateTls& CertificateTls::operator=(CertificateTls&&) noexcept = default;

Result<CertificateTls> CertificateTls::client(const std::string& host, const std::vector<Bytes>& ci_keys,
                                              Verify verify) {
  if (!verify) return fail_local("nobody verifies the server's certificate");
  auto impl = std::make_unique<Impl>();
  impl->verify = std::move(verify);
  impl->trusted_ca_keys = encode_trusted_ca_keys(ci_keys);
  if (!is_address(host)) impl->name(host);
  if (auto s = impl->run(); !s) return tl::unexpected<Fault>(std::move(s).error());
  return CertificateTls(std::move(impl));
}

Status CertificateTls::feed(ByteView octets) {
  return impl_->feed(octets);
}
Bytes CertificateTls::output() {
  return impl_->output();
}
bool CertificateTls::established() const {
  return impl_->established();
}
Bytes CertificateTls::read() {
  return impl_->read();
}
Status CertificateTls::write(ByteView plain) {
  return impl_->write(plain);
}
void CertificateTls::close() {
  impl_->close();
}
bool CertificateTls::peer_closed() const {
  return impl_->peer_closed();
}
std::string CertificateTls::suite() const {
  return impl_->suite();
}

}  // namespace eider::channel
