#include "channel/psk_tls.hpp"

#include <map>
#include <mutex>
#include <openssl/err.h>
#include <openssl/ssl.h>

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
struct FreeContext {
  void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
};
struct FreeSsl {
  void operator()(SSL* p) const { SSL_free(p); }
};
std::string last_error() {
  char text[256] = "TLS failed";
  if (const auto code = ERR_peek_last_error(); code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
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

struct PskTls::Impl {
  std::unique_ptr<SSL, FreeSsl> ssl;
  BIO* in = nullptr;  // both owned by ssl
  BIO* out = nullptr;
  std::string identity;
  Secret key;  // of a client
  FindKey find;
  Bytes plain;
  bool server = false, over = false, closed = false;

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

  static std::unique_ptr<SSL_CTX, FreeContext> make_context(bool is_server, PskSuites suites) {
    std::unique_ptr<SSL_CTX, FreeContext> context(
        SSL_CTX_new(is_server ? TLS_server_method() : TLS_client_method()));
    auto* c = context.get();
    SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(c, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(c, suite_list(suites));
    SSL_CTX_set_options(c, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
    if (is_server)
      SSL_CTX_set_psk_server_callback(c, server_key);
    else
      SSL_CTX_set_psk_client_callback(c, client_key);
    return context;
  }
  // Costs more to make than a handshake does: one of each kind for all connections, never changed.
  static SSL_CTX* shared_context(bool is_server, PskSuites suites) {
    using Made = std::map<std::pair<bool, PskSuites>, std::unique_ptr<SSL_CTX, FreeContext>>;
    static std::mutex mutex;
    static auto& made = *new Made;  // stays: OpenSSL may be gone before what is static here
    const std::lock_guard lock(mutex);
    auto& context = made[{is_server, suites}];
    if (!context) context = make_context(is_server, suites);
    return context.get();
  }

  Impl(bool is_server, PskSuites suites) : server(is_server) {
    auto* c = shared_context(is_server, suites);
    ssl.reset(SSL_new(c));
    in = BIO_new(BIO_s_mem());
    out = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl.get(), in, out);
    SSL_set_app_data(ssl.get(), this);
    if (is_server)
      SSL_set_accept_state(ssl.get());
    else
      SSL_set_connect_state(ssl.get());
  }

  Status failed() {
    const auto code = ERR_peek_last_error();
    over = true;
    return fail_verification(about_keys(code) ? Check::kMac : Check::kFormat, last_error());
  }
  // Goes on as far as the octets that are there allow.
  Status run() {
    ERR_clear_error();
    if (!SSL_is_init_finished(ssl.get())) {
      const int n = SSL_do_handshake(ssl.get());
      if (n != 1) return SSL_get_error(ssl.get(), n) == SSL_ERROR_WANT_READ ? Status() : failed();
    }
    std::uint8_t part[4096];
    for (;;) {
      const int n = SSL_read(ssl.get(), part, sizeof part);
      if (n > 0) {
        append(plain, ByteView(part, static_cast<std::size_t>(n)));
        continue;
      }
      const int error = SSL_get_error(ssl.get(), n);
      if (error == SSL_ERROR_WANT_READ) return {};
      if (error != SSL_ERROR_ZERO_RETURN) return failed();
      closed = true;
      return {};
    }
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
  if (impl_->over) return fail_verification(Check::kFormat, "the TLS connection is over");
  BIO_write(impl_->in, octets.data(), static_cast<int>(octets.size()));
  return impl_->run();
}
Bytes PskTls::output() {
  Bytes out(BIO_ctrl_pending(impl_->out));
  if (!out.empty()) BIO_read(impl_->out, out.data(), static_cast<int>(out.size()));
  return out;
}
bool PskTls::established() const {
  return !impl_->over && SSL_is_init_finished(impl_->ssl.get()) == 1;
}
Bytes PskTls::read() {
  return std::exchange(impl_->plain, {});
}
Status PskTls::write(ByteView plain) {
  if (!established()) return fail_local("the TLS handshake is not done");
  if (plain.empty()) return {};
  ERR_clear_error();
  if (SSL_write(impl_->ssl.get(), plain.data(), static_cast<int>(plain.size())) <= 0) return impl_->failed();
  return {};
}
void PskTls::close() {
  if (established()) SSL_shutdown(impl_->ssl.get());
}
bool PskTls::peer_closed() const {
  return impl_->closed;
}
const std::string& PskTls::identity() const {
  return impl_->identity;
}
std::string PskTls::suite() const {
  return established() ? SSL_get_cipher_name(impl_->ssl.get()) : std::string();
}

}  // namespace eider::channel
