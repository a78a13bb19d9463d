#include "channel/detail/tls_engine.hpp"

namespace eider::channel::detail {

std::string last_tls_error() {
  char text[256] = "TLS failed";
  if (const auto code = ERR_peek_last_error(); code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

SslContextPtr make_tls_context(bool server, const char* suites) {
  SslContextPtr context(SSL_CTX_new(server ? TLS_server_method() : TLS_client_method()));
  auto* c = context.get();
  SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(c, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(c, suites);
  SSL_CTX_set_options(c, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                             SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  return context;
}

TlsEngine::TlsEngine(SSL_CTX* context, bool server) : ssl_(SSL_new(context)) {
  in_ = BIO_new(BIO_s_mem());
  out_ = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl_.get(), in_, out_);
  if (server)
    SSL_set_accept_state(ssl_.get());
  else
    SSL_set_connect_state(ssl_.get());
}

Status TlsEngine::failed() {
  over_ = true;
  auto fault = meaning(ERR_peek_last_error());
  ERR_clear_error();
  return fail(std::move(fault));
}

Status TlsEngine::run() {
  ERR_clear_error();
  if (!SSL_is_init_finished(ssl_.get())) {
    const int n = SSL_do_handshake(ssl_.get());
    if (n != 1) return SSL_get_error(ssl_.get(), n) == SSL_ERROR_WANT_READ ? Status() : failed();
  }
  std::uint8_t part[4096];
  for (;;) {
    const int n = SSL_read(ssl_.get(), part, sizeof part);
    if (n > 0) {
      append(plain_, ByteView(part, static_cast<std::size_t>(n)));
      continue;
    }
    const int error = SSL_get_error(ssl_.get(), n);
    if (error == SSL_ERROR_WANT_READ) return {};
    if (error != SSL_ERROR_ZERO_RETURN) return failed();
    closed_ = true;
    return {};
  }
}

Status TlsEngine::feed(ByteView octets) {
  if (over_) return fail_verification(VerificationFault::Check::kFormat, "the TLS connection is over");
  BIO_write(in_, octets.data(), static_cast<int>(octets.size()));
  return run();
}

Bytes TlsEngine::output() {
  Bytes out(BIO_ctrl_pending(out_));
  if (!out.empty()) BIO_read(out_, out.data(), static_cast<int>(out.size()));
  return out;
}

Status TlsEngine::write(ByteView plain) {
  if (!established()) return fail_local("the TLS handshake is not done");
  if (plain.empty()) return {};
  ERR_clear_error();
  if (SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size())) <= 0) return failed();
  return {};
}

void TlsEngine::close() {
  if (established()) SSL_shutdown(ssl_.get());
}

}  // namespace eider::channel::detail
