// Header objects of the JSON binding, SGP.22 v2.6.1 section 6.5.1.
#pragma once
#include "codec/json_binding.hpp"

namespace eider::sgp22 {

// On ES2+, ES12 and ES15 requests; never on ES9+ and ES11.
struct RequestHeader {
  std::string functionRequesterIdentifier;
  std::string functionCallIdentifier;
};
struct StatusCodeData {
  std::string subjectCode, reasonCode;
  std::optional<std::string> subjectIdentifier, message;
};
struct FunctionExecutionStatus {
  std::string status = "Executed-Success";  // Executed-WithWarning, Failed, Expired
  std::optional<StatusCodeData> statusCodeData;
};
struct ResponseHeader {
  FunctionExecutionStatus functionExecutionStatus;

  bool success() const { return functionExecutionStatus.status.starts_with("Executed"); }
  static ResponseHeader failed(const FunctionStatus& status);
};
// A response that carries nothing but its header: every Failed one, and functions without output.
struct EmptyResponse {
  std::optional<ResponseHeader> header;
};
// The fault that a header reports, if it is not a success. An absent header counts as success.
std::optional<FunctionStatus> fault_of(const std::optional<ResponseHeader>& header);

// How a server function is reached over HTTP (section 6.5.2).
enum class FunctionKind : std::uint8_t { kSynchronous, kNotification };  // notification: 204 without body
struct HttpFunction {
  std::string_view name;
  std::string_view path;
  FunctionKind kind;
  std::string_view section;
};

inline constexpr std::string_view kAdminProtocol = "gsma/rsp/v2.6.1";
inline constexpr std::string_view kJsonContentType = "application/json";
inline constexpr std::string_view kAsn1ContentType = "application/x-gsma-rsp-asn1";

}  // namespace eider::sgp22

EIDER_JSON(eider::sgp22::RequestHeader);
EIDER_JSON(eider::sgp22::StatusCodeData);
EIDER_JSON(eider::sgp22::FunctionExecutionStatus);
EIDER_JSON(eider::sgp22::ResponseHeader);
EIDER_JSON(eider::sgp22::EmptyResponse);
