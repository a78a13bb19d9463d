// Plain HTTP GET for what is signed itself: certificate revocation lists (SGP.22 v2.6.1 section 4.6).
#pragma once
#include <map>
#include <string>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace eider::net {

struct HttpGetOptions {
  std::size_t max_body = 1024 * 1024;
  Duration timeout{30000};  // for everything
  // "host:port" (lower case) to "address:port", in place of a name look-up.
  std::map<std::string, std::string> resolve;
};

// The body of a 200. Redirects are not followed. Faults: LocalFault (no http URI), TransportFault (nothing
// came, another status, more than max_body).
Result<Bytes> http_get(const std::string& uri, const HttpGetOptions& options = {});

}  // namespace eider::net
