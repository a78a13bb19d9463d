#pragma once
#include <string>

#include "net/http_server.hpp"

namespace eider::net::detail {

struct ResponseFraming {
  bool keep_alive = true;
  bool http_1_0 = false;
  bool head_request = false;
};
// Replaces `out` by the status line and headers, and the body too where it is small enough to go in one
// write. True when the body is left to be written. A header that could split the response makes it a 500.
bool serialise(const HttpResponse& response, ResponseFraming framing, std::string& out);

}  // namespace eider::net::detail
