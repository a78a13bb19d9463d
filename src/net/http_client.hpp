// HTTPS client for ES9+, ES11 (as LPA) and ES2+, ES12, ES15 (as a server's client side).
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "device/http_port.hpp"
#include "net/tls_identity.hpp"

namespace eider::net {

struct HttpClientConfig {
  std::vector<Bytes> trust_anchors;  // DER; the GSMA CI certificates
  bool web_roots = false;            // also trust the system's web certification authorities
  // dp-tls and ds-tls, flat and with sub-CAs; HttpPost::server_policies narrows it per request.
  std::vector<std::string> server_policies = {"2.23.146.1.2.1.3", "2.23.146.1.2.1.6",
                                              "2.23.146.1.2.1.0.0.1.0", "2.23.146.1.2.1.0.0.2.0"};
  // A server below one of the anchors must name one of them (SGP.22 v2.6.1 section 4.5.2.1). Certificates of
  // web authorities have none, nor have those of the parties of M2M.
  bool policy_required = false;
  std::optional<TlsIdentity> identity;  // for mutual TLS
  const Clock* clock = nullptr;         // for certificate validity; null: the system's
  // "host:port" (lower case) → "address:port", in place of a name look-up. Host name checks keep the asked
  // name.
  std::map<std::string, std::string> resolve;
  // Also servers whose names lead to this machine or a private network. What `resolve` says is always meant.
  bool private_addresses = true;
  std::size_t max_body = 4 * 1024 * 1024;
  std::size_t max_header = 32 * 1024;
  Duration connect_timeout{10000};  // look-up, TCP and TLS together
};

// One keep-alive connection at a time, with a TLS key exchange of its own: use one per RSP session, or call
// new_session(). Not for use by two threads at once. The server's certificate is always verified: chain to an
// anchor, validity, host name (SAN dNSName only), keyUsage digitalSignature, extKeyUsage serverAuth, role
// OID, and registeredID where the request names one.
class HttpClient final : public HttpPort {
 public:
  // Faults: LocalFault (no anchors at all, unreadable certificate or key).
  static Result<std::unique_ptr<HttpClient>> create(HttpClientConfig config);
  ~HttpClient() override;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  Result<HttpReply> post(const HttpPost& request) override;
  void new_session() override;
  // From any thread: the post that is under way ends within a tenth of a second as a LocalFault, its
  // connection closed. Nothing when none is.
  void interrupt();
  // Another client with the same configuration and TLS context, and a connection of its own.
  std::unique_ptr<HttpClient> open_session() const;
  // DER, of the server that the last connection went to; empty before there was one.
  Bytes server_certificate() const;
  // TCP connections opened so far.
  std::size_t connections_opened() const;

 private:
  class Impl;
  explicit HttpClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::net
