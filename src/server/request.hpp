// From an HTTP request to a function of a server role and back: SGP.22 v2.6.1 sections 6.3 and 6.5.1.
#pragma once
#include "device/http_port.hpp"
#include "spec/sgp22/json_header.hpp"
#include "spec/sgp22/types.hpp"

namespace eider::server {

// One HTTP request as the server received it; views, valid during the call.
struct Request {
  std::string_view path;
  std::string_view content_type;
  ByteView body;
  std::string_view peer;            // address of the client, for limits
  ByteView client_certificate;      // DER; only where the client authenticates itself: ES2+, ES12, ES15
  std::string_view admin_protocol;  // X-Admin-Protocol as received; empty: the client sent none
};

// The header names the highest version of the sender (SGP.22 v2.6.1 section 6.2): any from 2.0 on is taken,
// so is its absence. FunctionStatus 1.3.2/3.1 for an earlier one and for what is no such name.
Status check_admin_protocol(std::string_view value);

HttpReply make_reply(int status, std::string_view content_type = {}, Bytes body = {});
bool is_content_type(std::string_view value, std::string_view expected);
// What a fault is over HTTP in the JSON binding: 200 and Failed for a refusal of the function and for members
// that are missing or malformed, 400 for what is not JSON, 503 for limits, 500 for this server's own trouble,
// which is logged under the name of the role.
HttpReply json_fault(const Fault& fault, std::string_view role, std::string_view function);

// Finds the function by its path among those of an interface in the JSON binding, calls it, and makes its
// result an answer. `functions`: a range of something with a member `http`; `call(function)`: Result<Bytes>.
template <class Functions, class Call>
HttpReply serve_json(const Request& request, std::string_view role, const Functions& functions, Call&& call) {
  for (const auto& f : functions) {
    if (f.http.path != request.path) continue;
    if (!is_content_type(request.content_type, sgp22::kJsonContentType)) return make_reply(415);
    if (auto version = check_admin_protocol(request.admin_protocol); !version)
      return json_fault(version.error(), role, f.http.name);
    Result<Bytes> answer = call(f);
    if (!answer) return json_fault(answer.error(), role, f.http.name);
    return make_reply(200, sgp22::kJsonContentType, *std::move(answer));
  }
  return make_reply(404);
}

// 1.3.1/2.1 unless the member is an EID, an ICCID.
Result<sgp22::Eid> read_eid(const std::string& text, std::string_view member = "eid");
Result<sgp22::Iccid> read_iccid(const std::string& text, std::string_view member = "iccid");

}  // namespace eider::server
