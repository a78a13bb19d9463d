// What every function of the off-card interfaces carries (SGP.02 v4.2 sections 5.1.3 to 5.1.5, Annexes A and
// B): the base of requests and responses, and the header of a message.
#pragma once
#include <string>

#include "base/clock.hpp"
#include "spec/sgp22/types.hpp"

namespace eider::sgp02 {

using Aid = FixedBytes<16>;
using Eid = FixedBytes<16>;
// As EF.ICCID: 19 digits with and without the filler are the same.
using Iccid = sgp22::Iccid;
// Who somebody is: the registeredID in the subjectAltName of its TLS certificate, EntityId on the wire.
using EntityId = der::Oid;

enum class Interface : std::uint8_t { kEs1, kEs2, kEs3, kEs4, kEs4a, kEs7 };
// A set of these may call a function.
enum Party : std::uint8_t {
  kEum = 1,
  kMno = 2,
  kSmDp = 4,
  kSmSr = 8,
  kM2mSp = 16,
};

struct BaseRequest {
  std::string functionCallIdentifier;           // unique for the requester: repeated, it is the same call
  std::optional<std::uint32_t> validityPeriod;  // seconds, counted from the receipt
  bool operator==(const BaseRequest&) const = default;
};

enum class ExecutionStatus : std::uint8_t { kExecutedSuccess, kExecutedWithWarning, kFailed, kExpired };
// As messages have them (StatusType).
inline constexpr std::string_view kExecutionStatusNames[] = {"EXECUTED_SUCCESS", "EXECUTED_WITHWARNING",
                                                             "FAILED", "EXPIRED"};

struct StatusCodeData {
  std::string subject;  // dotted, never a number
  std::string reason;
  std::optional<std::string> subjectIdentifier;
  std::optional<std::string> message;
  bool operator==(const StatusCodeData&) const = default;
};

struct FunctionExecutionStatus {
  ExecutionStatus status = ExecutionStatus::kExecutedSuccess;
  std::optional<StatusCodeData> statusCodeData;  // of kFailed always
  bool operator==(const FunctionExecutionStatus&) const = default;
};

struct BaseResponse {
  std::optional<Time> processingStart, processingEnd;
  std::optional<std::uint32_t> acceptableValidityPeriod;  // seconds, when the requested one was refused
  FunctionExecutionStatus functionExecutionStatus;
  bool operator==(const BaseResponse&) const = default;
};

// A party as the header names it. `address` is its URL without the query, in which the others travel.
struct Entity {
  EntityId id;
  std::string name;
  std::string userName;
  std::string address;
  bool operator==(const Entity&) const = default;
};

struct MessageHeader {
  Entity sender;    // wsa:From: a claim, until it is compared with the certificate
  Entity receiver;  // wsa:To
  // wsa:MessageID whole: what an answer's relatesTo repeats. make_message_id (soap.hpp) composes it of the
  // following two and the sender; reading finds them in it.
  std::string messageId;
  std::string transactionId;  // the same in all messages of one procedure
  std::optional<Time> messageDate;
  // wsa:ReplyTo: where the answer goes. Absent or the anonymous address: into the HTTP response.
  std::optional<std::string> replyTo;
  std::optional<std::string> relatesTo;  // wsa:RelatesTo: messageId of the request that this answers
  std::string action;                    // wsa:Action; writing takes it from the function
  bool operator==(const MessageHeader&) const = default;
};

inline constexpr std::string_view kAnonymousAddress = "http://www.w3.org/2005/08/addressing/anonymous";

}  // namespace eider::sgp02
