// How an LPA or a server role sends one HTTP request: POST over TLS (SGP.22 v2.6.1 sections 6.1 to 6.3).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace eider {

struct HttpHeader {
  std::string name;
  std::string value;
};

// ASCII case-insensitive, as header names and host names compare.
bool equal_ignoring_case(std::string_view a, std::string_view b);

struct HttpPost {
  std::string host;  // FQDN (or an IP address); checked against the server's certificate
  std::uint16_t port = 443;
  std::string path = "/";
  std::vector<HttpHeader> headers;  // Host and Content-Length are added by the port
  Bytes body;
  Duration timeout{30000};  // for everything: name look-up, connection, TLS, request and reply
  // If the server's certificate names GSMA role OIDs, one of these must be among them (dotted text: dp-tls is
  // "2.23.146.1.2.1.3", ds-tls "2.23.146.1.2.1.6"). Empty: the set that the port was configured with.
  std::vector<std::string> server_policies;
  // Whom the request is for: a registeredID (dotted text) that the server's certificate must name, or nothing
  // is sent. Empty: the host name says enough.
  std::string server_id;
};

struct HttpReply {
  int status = 0;
  std::vector<HttpHeader> headers;
  Bytes body;
  // The first header of that name, in any case; empty when absent.
  std::string_view header(std::string_view name) const;
};

class HttpPort {
 public:
  virtual ~HttpPort() = default;
  // Any status is a reply, 4xx and 5xx included; redirects are not followed. Faults: TransportFault (`sent`
  // tells whether the request may have been carried out), VerificationFault (the server's certificate),
  // LocalFault.
  virtual Result<HttpReply> post(const HttpPost& request) = 0;
  // The next post opens a new connection with a new key exchange: call it where an RSP session begins
  // (SGP.22 v2.6.1 section 2.6.6). Ports without connections have nothing to do.
  virtual void new_session() {}
};

struct HttpsUrl {
  std::string host;
  std::uint16_t port = 443;
  std::string path = "/";
};

// "https://host[:port][/path]", or "host[:port][/path]" as SM-DP+ addresses are written. Refuses user
// information, fragments, white space and any other scheme.
Result<HttpsUrl> parse_https_url(std::string_view text);

}  // namespace eider
