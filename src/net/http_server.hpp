// HTTP/1.1 server for ES2+, ES9+, ES11, ES12 and ES15 (SGP.22 v2.6.1 sections 2.6.6 and 6).
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "device/http_port.hpp"
#include "net/tls_identity.hpp"

namespace eider::net {

struct HttpHeaderView {
  std::string_view name;
  std::string_view value;
};

// Views are valid while the handler runs; copy what must live longer.
struct HttpRequest {
  std::string_view method;
  std::string_view target;  // path and query, as sent
  std::span<const HttpHeaderView> headers;
  ByteView body;
  ByteView peer_certificate;  // DER; empty unless the client authenticated itself (mutual TLS)
  std::string_view peer_address;
  // The first header of that name, in any case; empty when absent.
  std::string_view header(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type;  // left out when the body is empty
  std::vector<HttpHeader> headers;
  Bytes body;
  static HttpResponse of(int status, std::string_view content_type, std::string_view body);
};

// Called by several threads at once; it may block, and then holds up the other connections of its thread
// alone. An exception becomes 500.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

enum class ClientAuthentication : std::uint8_t { kNone, kOptional, kRequired };

struct HttpServerConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free port, see HttpServer::port()

  // One per curve or CI, the preferred first. Empty only with plain_http.
  std::vector<TlsIdentity> identities;
  ClientAuthentication client_authentication = ClientAuthentication::kNone;
  std::vector<Bytes> client_anchors;  // DER; the CI certificates that client certificates must chain to
  const Clock* clock = nullptr;       // for the validity of client certificates; null: the system's

  // No TLS, for benches and behind a reverse proxy: refused on any address but loopback.
  bool plain_http = false;

  std::size_t max_body = 1024 * 1024;
  std::size_t max_header = 16 * 1024;
  Duration request_timeout{
      10000};  // from the first octet of a request to its last; also for the TLS handshake
  Duration write_timeout{10000};
  Duration idle_timeout{60000};  // between requests of one connection
  Duration stop_grace{5000};     // stop() waits that long for requests in progress
  std::size_t max_connections = 1024;
  std::size_t max_requests_per_connection = 10000;
  bool keep_alive = true;

  // Each serves its connections and runs their handlers, without handing over; a new connection goes to the
  // thread that has the fewest. At least as many as handlers may block at once (commits, most of all).
  unsigned threads = 4;
};

struct HttpServerCounters {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;  // over max_connections
  std::uint64_t connections_active = 0;
  std::uint64_t handshakes_failed = 0;
  std::uint64_t requests = 0;  // handed to the handler
  std::uint64_t timeouts = 0;
  std::uint64_t malformed = 0;  // 400, 413, 431
  std::uint64_t handler_failures = 0;
  std::uint64_t bytes_in = 0;   // request bodies
  std::uint64_t bytes_out = 0;  // responses, with their headers
};

// TLS 1.2 and 1.3 with the suites of SGP.22 section 6, no resumption, no renegotiation. With several
// identities the client's groups, trusted_ca_keys and certificate_authorities choose; TLS 1.3 is not offered
// on brainpoolP256r1.
class HttpServer {
 public:
  HttpServer(HttpServerConfig config, HttpHandler handler);
  ~HttpServer();  // stops
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Binds and serves. Faults: LocalFault (address, certificate, key, limits). Once only.
  Status start();
  // Takes no more connections, lets requests in progress finish (stop_grace), then closes. Idempotent; not to
  // be called from a handler.
  void stop();
  std::uint16_t port() const;
  HttpServerCounters counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::net
