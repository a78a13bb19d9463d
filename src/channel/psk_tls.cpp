#include "channel/psk_tls.hpp"

#include <map>
#include <mutex>

#include "channel/detail/tls_engine.hpp"

namespace eider::channel {
namespace {
using Check = VerificationFault::Check;
constexpr std::size_t kMinKey = 16, kMaxKey = 64, kMaxIdentity = 128;

const char* suite_list(PskSuites suites) {
  switch (suites) {
    case PskSuites::kGcmOnly:
      return "PSK-AES128-GCM-SHA256";
    case PskSuites::kCbcOnly:
      return "PSK-AES128-CBC-SHA256";
    default:
      return "PSK-AES128-GCM-SHA256:PSK-AES128-CBC-SHA256";
  }
}
// The alerts that a wrong key or a changed record end in.
bool about_keys(unsigned long code) {
  const int reason = ERR_GET_REASON(code);
  return reason == SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC || reason == SSL_R_BAD_RECORD_TYPE ||
         reason == SSL_R_DIGEST_CHECK_FAILED || reason == SSL_AD_REASON_OFFSET + SSL_AD_BAD_RECORD_MAC ||
         reason == SSL_AD_REASON_OFFSET + SSL_AD_DECRYPT_ERROR || reason == SSL_R_PSK_IDENTITY_NOT_FOUND ||
         reason == SSL_AD_REASON_OFFSET + SSL_AD_UNKNOWN_PSK_IDENTITY;
}
}  // namespace

struct PskTls::Impl final : detail::TlsEngine {
  std::string identity;
  Secret key;  // of a client
  FindKey find;

  static unsigned client_key(SSL* ssl, const char*, char* identity, unsigned identity_size,
                             unsigned char* key, unsigned key_size) {
    const auto* self = static_cast<Impl*>(SSL_get_app_data(ssl));
    if (self->identity.size() >= identity_size || self->key.size() > key_size) return 0;
    std::copy(self->identity.begin(), self->identity.end(), identity);
    identity[self->identity.size()] = '\0';
    std::ranges::copy(self->key.view(), key);
    return static_cast<unsigned>(self->key.size());
  }
  static unsigned server_key(SSL* ssl, const char* identity, unsigned char* key, unsigned key_size) {
    auto* self = static_cast<Impl*>(SSL_get_app_data(ssl));
    self->identity = identity != nullptr ? identity : "";
    const auto found = self->identity.size() <= kMaxIdentity ? self->find(self->identity) : std::nullopt;
    if (!found || found->size() < kMinKey || found->size() > key_size) return 0;
    std::ranges::copy(found->view(), key);
    return static_cast<unsigned>(found->size());
  }

  static detail::SslContextPtr make_context(bool is_server, PskSuites suites) {
    auto context = detail::make_tls_context(is_server, suite_list(suites));
    if (is_server)
      SSL_CTX_set_psk_server_callback(context.get(), server_key);
    else
      SSL_CTX_set_psk_client_callback(context.get(), client_key);
    return context;
  }
  // Costs more to make than a handshake does: one of each kind for all connections, never changed.
  static SSL_CTX* shared_context(bool is_server, PskSuites suites) {
    using Made = std::map<std::pair<bool, PskSuites>, detail::SslContextPtr>;
    static std::mutex mutex;
    static auto& made = *new Made;  // stays: OpenSSL may be gone before what is static here
    const std::lock_guard lock(mutex);
    auto& context = made[{is_server, suites}];
    if (!context) context = make_context(is_server, suites);
    return context.get();
  }

  Impl(bool is_server, PskSuites suites) : TlsEngine(shared_context(is_server, suites), is_server) {
    SSL_set_app_data(ssl(), this);
  }

 protected:
  Fault meaning(unsigned long code) const override {
    return VerificationFault{about_keys(code) ? Check::kMac : Check::kFormat, detail::last_tls_error()};
  }
};

PskTls::PskTls(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PskTls::~PskTls() = default;
PskTls::PskTls(PskTls&&) noexcept = default;
PskTls& PskTls::operator=(PskTls&&) noexcept = default;

Result<PskTls> PskTls::client(const std::string& identity, const Secret& key, PskSuites suites) {
  if (key.size() < kMinKey || key.size() > kMaxKey)
    return fail_local("a pre-shared key has 16 to 64 octets, not " + std::to_string(key.size()));
  if (identity.empty() || identity.size() > kMaxIdentity)
    return fail_local("a PSK identity has 1 to 128 characters, not " + std::to_string(identity.size()));
  auto impl = std::make_unique<Impl>(false, suites);
  impl->identity = identity;
  impl->key = key;
  if (auto s = impl->run(); !s) return tl::unexpected<Fault>(std::move(s).error());
  return PskTls(std::move(impl));
}
PskTls PskTls::server(FindKey find, PskSuites suites) {
  auto impl = std::make_unique<Impl>(true, suites);
  impl->find = std::move(find);
  return PskTls(std::move(impl));
}

Status PskTls::feed(ByteView octets) {
  return impl_->feed(octets);
}
Bytes PskTls::output() {
  return impl_->output();
}
bool PskTls::established() const {
  return impl_->established();
}
Bytes PskTls::read() {
  return impl_->read();
}
Status PskTls::write(ByteView plain) {
  return impl_->write(plain);
}
void PskTls::close() {
  impl_->close();
}
bool PskTls::peer_closed() const {
  return impl_->peer_closed();
}
const std::string& PskTls::identity() const {
  return impl_->identity;
}
std::string PskTls::suite() const {
  return impl_->suite();
}

}  // namespace eider::channel
