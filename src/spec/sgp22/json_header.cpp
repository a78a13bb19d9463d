#include "spec/sgp22/json_header.hpp"

namespace eider::sgp22 {

ResponseHeader ResponseHeader::failed(const FunctionStatus& status) {
  ResponseHeader h;
  h.functionExecutionStatus.status = "Failed";
  StatusCodeData data{status.subject_code, status.reason_code, {}, {}};
  if (!status.subject_identifier.empty()) data.subjectIdentifier = status.subject_identifier;
  if (!status.message.empty()) data.message = status.message;
  h.functionExecutionStatus.statusCodeData = std::move(data);
  return h;
}

std::optional<FunctionStatus> fault_of(const std::optional<ResponseHeader>& header) {
  if (!header || header->success()) return std::nullopt;
  FunctionStatus out;
  if (const auto& data = header->functionExecutionStatus.statusCodeData) {
    out.subject_code = data->subjectCode;
    out.reason_code = data->reasonCode;
    out.subject_identifier = data->subjectIdentifier.value_or("");
    out.message = data->message.value_or("");
  } else {
    out.message = header->functionExecutionStatus.status;
  }
  return out;
}

namespace {
using namespace json;
constexpr Field kRequest[] = {
    text<&RequestHeader::functionRequesterIdentifier>("functionRequesterIdentifier"),
    text<&RequestHeader::functionCallIdentifier>("functionCallIdentifier")};
constexpr Field kData[] = {
    text<&StatusCodeData::subjectCode>("subjectCode"), text<&StatusCodeData::reasonCode>("reasonCode"),
    text<&StatusCodeData::subjectIdentifier>("subjectIdentifier"), text<&StatusCodeData::message>("message")};
constexpr Field kStatus[] = {text<&FunctionExecutionStatus::status>("status"),
                             object<&FunctionExecutionStatus::statusCodeData>("statusCodeData")};
constexpr Field kResponseHeader[] = {
    object<&ResponseHeader::functionExecutionStatus>("functionExecutionStatus")};
constexpr Field kEmpty[] = {object<&EmptyResponse::header>("header")};
}  // namespace
}  // namespace eider::sgp22

using namespace eider::sgp22;
EIDER_JSON_OBJECT(eider::sgp22::RequestHeader, "header", kRequest);
EIDER_JSON_OBJECT(eider::sgp22::StatusCodeData, "statusCodeData", kData);
EIDER_JSON_OBJECT(eider::sgp22::FunctionExecutionStatus, "functionExecutionStatus", kStatus);
EIDER_JSON_OBJECT(eider::sgp22::ResponseHeader, "header", kResponseHeader);
EIDER_JSON_OBJECT(eider::sgp22::EmptyResponse, "Response", kEmpty);
