// TLS contexts and the verification policy of both sides. For the .cpp files of this folder only.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/detail/openssl.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"

namespace eider::net::detail {

// A server's identities, one SSL_CTX each; the ClientHello chooses. Keep it alive as long as its connections.
class ServerTls {
 public:
  static Result<std::unique_ptr<ServerTls>> create(const HttpServerConfig& config);
  // Make every connection from this one.
  SSL_CTX* context() const { return entries_.front().context.get(); }
  void set_time(SSL* ssl) const;

 private:
  struct Entry {
    SslCtxPtr context;
    int group = 0;                       // TLS group of an EC key (RFC 8422); 0: not an EC key
    std::vector<Bytes> authority_keys;   // SHA-1 of the keys above the leaf
    std::vector<Bytes> authority_names;  // DER names above the leaf
  };
  static int on_client_hello(SSL* ssl, int* alert, void* self);
  const Entry& choose(SSL* ssl) const;

  std::vector<Entry> entries_;
  const Clock* clock_ = nullptr;
};

class ClientTls {
 public:
  static Result<std::shared_ptr<ClientTls>> create(const HttpClientConfig& config);
  SSL_CTX* context() const { return context_.get(); }

  // What one connection demands of the server and what came of it. Outlives the SSL it is attached to.
  struct Peer {
    std::string host;
    std::vector<std::string> policies;
    std::string id;  // registeredID; empty: any
    std::optional<Fault> fault;
    const ClientTls* tls = nullptr;
  };
  void attach(SSL* ssl, Peer& peer) const;
  // Whether a server whose certificate leads to `anchor` must name its role.
  bool needs_policy(const X509* anchor) const;

 private:
  static int add_trusted_ca_keys(SSL* ssl, unsigned type, const unsigned char** out, std::size_t* size,
                                 int* alert, void* self);
  SslCtxPtr context_;
  Bytes trusted_ca_keys_;  // body of the extension (RFC 6066 section 6)
  std::vector<Bytes> role_anchors_;
  const Clock* clock_ = nullptr;
};

// SHA-1 key hashes in the body of a trusted_ca_keys extension; nothing when it is malformed.
std::optional<std::vector<Bytes>> trusted_ca_key_hashes(ByteView extension);
// DER names in the body of a certificate_authorities extension (RFC 8446 section 4.2.4).
std::optional<std::vector<Bytes>> certificate_authority_names(ByteView extension);

}  // namespace eider::net::detail
