#include "server/request.hpp"

#include <charconv>

#include "base/log.hpp"
#include "spec/sgp22/status_codes.hpp"

namespace eider::server {

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

HttpReply json_fault(const Fault& fault, std::string_view role, std::string_view function) {
  if (const auto* status = fault.as<FunctionStatus>()) return failed(*status);
  if (const auto* decode = fault.as<DecodeFault>()) return malformed(*decode);
  log::error(role, std::string(function) + ": " + fault.message());
  return make_reply(fault.not_reached() ? 503 : 500);
}

Result<sgp22::Eid> read_eid(const std::string& text, std::string_view member) {
  const auto eid = sgp22::parse_eid(text);
  if (!eid) return status::refuse(status::kFormatInvalid, std::string(member), text);
  return *eid;
}

Result<sgp22::Iccid> read_iccid(const std::string& text, std::string_view member) {
  const auto iccid = sgp22::parse_iccid(text);
  if (!iccid) return status::refuse(status::kFormatInvalid, std::string(member), text);
  return *iccid;
}

Status check_admin_protocol(std::string_view value) {
  if (value.empty()) return {};
  constexpr std::string_view kName = "gsma/rsp/v";
  auto version = value;
  if (version.starts_with(kName)) {
    version.remove_prefix(kName.size());
    std::uint32_t major = 0;
    const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), major);
    const bool more = end != version.data() + version.size();
    if (error == std::errc{} && major >= 2 && (!more || *end == '.')) return {};
  }
  return fail(status::make_status(status::kProtocolVersionUnsupported, std::string(value.substr(0, 64)),
                                  std::string("this server speaks ") + std::string(sgp22::kAdminProtocol)));
}

}  // namespace eider::server
