// Subject and reason codes of the server interfaces, SGP.22 v2.6.1 section 5.2.6, and the rows that say which
// function answers which pair, why, and what to do about it. Codes are dotted text: 3.10 is not 3.1.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace eider::status {

struct Code {
  std::string_view subject;
  std::string_view reason;
  friend bool operator==(const Code&, const Code&) = default;
};

// One answer that one function may give.
struct Row {
  std::string_view function;  // "ES9+.AuthenticateClient"
  Code code;
  std::string_view cause;
  std::string_view section;
  std::string_view remedy;
};

// Names of the codes alone ("MatchingID", "refused"); empty for one that is not in the specification's lists.
std::string_view subject_name(std::string_view subject);
std::string_view reason_name(std::string_view reason);

std::span<const Row> rows();
// Rows of a pair in any function; rows of one function ("AuthenticateClient" finds both ES9+ and ES11).
std::vector<const Row*> find(std::string_view subject, std::string_view reason);
std::vector<const Row*> of_function(std::string_view function);
// The row of this function and pair, else the first row of the pair, else nothing.
const Row* find(std::string_view function, Code code);
// Up to `limit` rows that share the subject, then the reason, then the start of the subject, nearest first.
std::vector<const Row*> closest(std::string_view subject, std::string_view reason, std::size_t limit = 5);

// What a server answers. Without `message` the table's cause is sent.
FunctionStatus make_status(Code code, std::string subject_identifier = {}, std::string message = {});
bool is(const FunctionStatus& status, Code code);
inline tl::unexpected<Fault> refuse(Code code, std::string subject_identifier = {},
                                    std::string message = {}) {
  return fail(make_status(code, std::move(subject_identifier), std::move(message)));
}

// eUICC
inline constexpr Code kEuiccSignatureInvalid{"8.1", "6.1"};
inline constexpr Code kInsufficientMemory{"8.1", "4.8"};
inline constexpr Code kEidMissing{"8.1.1", "2.2"};
inline constexpr Code kEidRefused{"8.1.1", "3.8"};  // the order is bound to another EID
inline constexpr Code kEidInvalidAssociation{"8.1.1", "3.10"};
inline constexpr Code kEumCertificateInvalid{"8.1.2", "6.1"};
inline constexpr Code kEumCertificateExpired{"8.1.2", "6.3"};
inline constexpr Code kEuiccCertificateInvalid{"8.1.3", "6.1"};
inline constexpr Code kEuiccCertificateExpired{"8.1.3", "6.3"};
// Profile
inline constexpr Code kProfileNotReleased{"8.2", "1.2"};
inline constexpr Code kBppUnavailable{"8.2", "3.7"};  // bound to another one-time key, cannot be bound again
inline constexpr Code kIccidNotAllowed{"8.2.1", "1.2"};
inline constexpr Code kIccidInUse{"8.2.1", "3.3"};
inline constexpr Code kIccidInvalidTransition{"8.2.1", "3.5"};
inline constexpr Code kIccidUnknown{"8.2.1", "3.9"};
inline constexpr Code kIccidInvalidAssociation{"8.2.1", "3.10"};
inline constexpr Code kProfileTypeNotAllowed{"8.2.5", "1.2"};
inline constexpr Code kProfileTypeConditionalMissing{"8.2.5", "2.3"};  // neither ICCID nor profile type given
inline constexpr Code kProfileTypeUnavailable{"8.2.5", "3.7"};
inline constexpr Code kProfileTypeRefused{"8.2.5", "3.8"};  // the ICCID is of another type
inline constexpr Code kProfileTypeUnknown{"8.2.5", "3.9"};
inline constexpr Code kNoEligibleProfile{"8.2.5", "4.3"};
inline constexpr Code kMatchingIdInvalid{"8.2.6", "2.1"};
inline constexpr Code kMatchingIdInUse{"8.2.6", "3.3"};
inline constexpr Code kMatchingIdRefused{"8.2.6", "3.8"};
inline constexpr Code kMatchingIdInvalidAssociation{"8.2.6", "3.10"};
inline constexpr Code kConfirmationCodeMissing{"8.2.7", "2.2"};
inline constexpr Code kConfirmationCodeRefused{"8.2.7", "3.8"};
inline constexpr Code kConfirmationCodeRetriesExceeded{"8.2.7", "6.4"};
inline constexpr Code kPprNotAllowed{"8.2.8", "1.2"};
inline constexpr Code kMetadataMismatch{"8.2.9", "3.11"};
inline constexpr Code kBppExecutionError{"8.2.10", "4.2"};
// SM-DP+
inline constexpr Code kSmdpOidInvalidAssociation{"8.8", "3.10"};
inline constexpr Code kSmdpAddressRefused{"8.8.1", "3.8"};
inline constexpr Code kSmdpCiUnsupported{"8.8.2", "3.1"};
inline constexpr Code kSmdpSvnUnsupported{"8.8.3", "3.1"};
inline constexpr Code kSmdpCertificateUnavailable{"8.8.4", "3.7"};
inline constexpr Code kOrderRefusedByEndUser{"8.8.5", "3.8"};
inline constexpr Code kOrderExpired{"8.8.5", "4.10"};
inline constexpr Code kOrderRetriesExceeded{"8.8.5", "6.4"};
// SM-DS
inline constexpr Code kSmdsExecutionError{"8.9", "4.2"};
inline constexpr Code kSmdsInaccessible{"8.9", "5.1"};
inline constexpr Code kSmdsAddressRefused{"8.9.1", "3.8"};
inline constexpr Code kSmdsCiUnsupported{"8.9.2", "3.1"};
inline constexpr Code kSmdsSvnUnsupported{"8.9.3", "3.1"};
inline constexpr Code kSmdsCertificateUnavailable{"8.9.4", "3.7"};
inline constexpr Code kEventInUse{"8.9.5", "3.3"};
inline constexpr Code kEventUnknown{"8.9.5", "3.9"};
// Operation, CI
inline constexpr Code kTransactionIdUnknown{"8.10.1", "3.9"};
inline constexpr Code kCiPublicKeyUnknown{"8.11.1", "3.9"};
inline constexpr Code kUndefinedReason{"8", "4.2"};
// Any function: codes that SGP.22 inherits from SGP.02
inline constexpr Code kRequesterUnknown{"1.1", "1.1"};
inline constexpr Code kFormatInvalid{"1.3.1", "2.1"};
inline constexpr Code kFormatMandatoryMissing{"1.3.1", "2.2"};
inline constexpr Code kFormatConditionalMissing{"1.3.1", "2.3"};
inline constexpr Code kProtocolVersionUnsupported{"1.3.2", "3.1"};
inline constexpr Code kFunctionNotAllowed{"1.6", "1.2"};
// An ES2+ functionCallIdentifier of another call. No clause of SGP.22 names the case: our reading of 5.2.6.2.
inline constexpr Code kFunctionCallInUse{"1.6", "3.3"};
inline constexpr Code kFunctionUnsupported{"1.6", "3.1"};

}  // namespace eider::status
