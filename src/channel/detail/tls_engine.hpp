// One connection of TLS 1.2 without sockets: what its two users (channel/psk_tls.hpp,
// channel/certificate_tls.hpp) share. For the .cpp files of this folder only.
#pragma once
#include <memory>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::channel::detail {

struct FreeContext {
  void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
};
struct FreeSsl {
  void operator()(SSL* p) const { SSL_free(p); }
};
using SslContextPtr = std::unique_ptr<SSL_CTX, FreeContext>;

// The newest error of this thread's queue, which is emptied.
std::string last_tls_error();
// TLS 1.2 alone with these suites: no resumption, no renegotiation, no compression.
SslContextPtr make_tls_context(bool server, const char* suites);

class TlsEngine {
 public:
  TlsEngine(SSL_CTX* context, bool server);
  virtual ~TlsEngine() = default;
  TlsEngine(const TlsEngine&) = delete;
  TlsEngine& operator=(const TlsEngine&) = delete;

  Status feed(ByteView octets);
  Bytes output();
  bool established() const { return !over_ && SSL_is_init_finished(ssl_.get()) == 1; }
  Bytes read() { return std::exchange(plain_, {}); }
  Status write(ByteView plain);
  void close();
  bool peer_closed() const { return closed_; }
  std::string suite() const { return established() ? SSL_get_cipher_name(ssl_.get()) : std::string(); }
  // Goes on as far as the octets that are there allow.
  Status run();

 protected:
  SSL* ssl() const { return ssl_.get(); }
  // What an end of the connection means; `code` is OpenSSL's.
  virtual Fault meaning(unsigned long code) const = 0;

 private:
  Status failed();
  std::unique_ptr<SSL, FreeSsl> ssl_;
  BIO* in_ = nullptr;  // both owned by ssl_
  BIO* out_ = nullptr;
  Bytes plain_;
  bool over_ = false, closed_ = false;
};

}  // namespace eider::channel::detail
