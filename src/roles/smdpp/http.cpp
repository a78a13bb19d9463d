#include "roles/smdpp/http.hpp"

#include "base/log.hpp"
#include "spec/sgp22/status_codes.hpp"

namespace eider::smdpp {

HttpReply make_reply(int status, std::string_view content_type, Bytes body) {
  HttpReply reply;
  reply.status = status;
  reply.headers.push_back({"X-Admin-Protocol", std::string(sgp22::kAdminProtocol)});
  if (!content_type.empty()) reply.headers.push_back({"Content-Type", std::string(content_type)});
  reply.body = std::move(body);
  return reply;
}

bool is_content_type(std::string_view value, std::string_view expected) {
  value = value.substr(0, value.find(';'));
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  return equal_ignoring_case(value, expected);
}

namespace {

HttpReply failed(const FunctionStatus& status) {
  const sgp22::EmptyResponse response{sgp22::ResponseHeader::failed(status)};
  return make_reply(200, sgp22::kJsonContentType, to_bytes(as_bytes(json::encode(response))));
}

HttpReply malformed(const DecodeFault& fault) {
  if (fault.what.starts_with("not JSON") || fault.what == "not base64" || fault.what == "not hexadecimal")
    return make_reply(400);
  const auto& code =
      fault.what == "mandatory member missing" ? status::kFormatMandatoryMissing : status::kFormatInvalid;
  return failed(status::make_status(code, fault.path, fault.what));
}

}  // namespace

HttpReply json_fault(const Fault& fault, std::string_view function) {
  if (const auto* status = fault.as<FunctionStatus>()) return failed(*status);
  if (const auto* decode = fault.as<DecodeFault>()) return malformed(*decode);
  log::error("smdpp", std::string(function) + ": " + fault.message());
  return make_reply(fault.not_reached() ? 503 : 500);
}

}  // namespace eider::smdpp
