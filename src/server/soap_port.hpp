// How a server role sends one SOAP message over HTTPS, both sides authenticated by their TLS certificates.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::server {

struct SoapPost {
  std::string url;     // https://host[:port]/path
  std::string action;  // for Content-Type
  Bytes body;          // the envelope
  std::string party;   // OID of whom it is for: nobody else gets it
};
struct SoapReply {
  int status = 0;
  Bytes body;                // empty with 202
  Bytes server_certificate;  // DER, of the TLS connection: who answered
};

class SoapPort {
 public:
  virtual ~SoapPort() = default;
  // Any status is a reply. Faults: TransportFault, VerificationFault (the server's certificate), LocalFault.
  virtual Result<SoapReply> post(const SoapPost& request) = 0;
  // The replies in the order of the requests, which may be under way at the same time.
  virtual std::vector<Result<SoapReply>> post_all(std::span<const SoapPost> requests) {
    std::vector<Result<SoapReply>> out;
    for (const auto& r : requests) out.push_back(post(r));
    return out;
  }
};

}  // namespace eider::server
