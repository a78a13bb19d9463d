// Subject and reason codes of the off-card interfaces (SGP.02 v4.2 section 5.1.6 and the tables of 5.2
// to 5.7), and the rows that say which function answers which pair, why, and what to do about it. The codes
// are those that SGP.22 took over; what they are said of differs, so the rows are their own.
#pragma once
#include "base/result.hpp"
#include "spec/sgp02/function.hpp"

namespace eider::sgp02::status {

// Not the Code of SGP.22: the functions of the two namespaces would be found for either.
struct Code {
  std::string_view subject;
  std::string_view reason;
  friend bool operator==(const Code&, const Code&) = default;
};
struct Row {
  std::string_view function;
  Code code;
  std::string_view cause;
  std::string_view section;
  std::string_view remedy;
};

std::string_view subject_name(std::string_view subject);
std::string_view reason_name(std::string_view reason);

// A row's function is "ES3.CreateISDP", or without the interface when several have it, or "any".
std::span<const Row> rows();
std::vector<const Row*> find(std::string_view subject, std::string_view reason);
std::vector<const Row*> of_function(std::string_view function);

// What a function answers. Without `message` the table's cause is sent.
FunctionStatus make_status(Code code, std::string subject_identifier = {}, std::string message = {});
inline tl::unexpected<Fault> refuse(Code code, std::string subject_identifier = {},
                                    std::string message = {}) {
  return fail(make_status(code, std::move(subject_identifier), std::move(message)));
}
// The same as part of a response, and back. A fault that is no FunctionStatus becomes kExecutionError.
FunctionExecutionStatus failed(const Fault& fault);
FunctionExecutionStatus failed(Code code, std::string subject_identifier = {}, std::string message = {});
FunctionExecutionStatus with_warning(Code code, std::string subject_identifier = {},
                                     std::string message = {});
FunctionExecutionStatus expired();
FunctionStatus to_function_status(const FunctionExecutionStatus& status);
// A message is for the party that wsa:To names (ReceiverEntity, SGP.02 Annex B); one without an OID in
// it is for whoever it reaches. FunctionStatus kFormatInvalid of "To" otherwise.
Status check_addressee(const MessageHeader& header, const EntityId& self);

// Any function
inline constexpr Code kRequesterUnknown{"1.1", "1.1"};
inline constexpr Code kRequesterNotAllowed{"1.1", "1.2"};
inline constexpr Code kRequesterVerification{"1.1", "6.1"};
inline constexpr Code kBusy{"1.2", "4.4"};
inline constexpr Code kFormatInvalid{"1.3.1", "2.1"};
inline constexpr Code kFormatMandatoryMissing{"1.3.1", "2.2"};
inline constexpr Code kFormatConditionalMissing{"1.3.1", "2.3"};
inline constexpr Code kFormatTooLarge{"1.3.1", "3.2"};
inline constexpr Code kProtocolVersionUnsupported{"1.3.2", "3.1"};
inline constexpr Code kFunctionNotAllowed{"1.6", "1.2"};
inline constexpr Code kFunctionUnsupported{"1.6", "3.1"};
inline constexpr Code kFunctionCallInUse{"1.6", "3.3"};  // the identifier of another call: a reading
inline constexpr Code kValidityRefused{"1.6", "3.8"};    // longer than is granted: a reading
inline constexpr Code kFunctionExpired{"1.6", "5.3"};
inline constexpr Code kExecutionError{"1.6", "4.2"};
// eUICC
inline constexpr Code kEuiccNotAllowed{"8.1", "1.2"};
inline constexpr Code kEuiccMemory{"8.1", "4.8"};
inline constexpr Code kEidUnknown{"8.1.1", "1.1"};  // at the SM-SR
inline constexpr Code kEidUnknownToSmDp{"8.1.1", "3.9"};
inline constexpr Code kEidInvalid{"8.1.1", "2.1"};
inline constexpr Code kEidInUse{"8.1.1", "3.3"};  // registered already
inline constexpr Code kEuiccInaccessible{"8.1.1", "5.1"};
// Profile
inline constexpr Code kIccidUnknown{"8.2.1", "3.9"};
inline constexpr Code kIccidNotAllowed{"8.2.1", "1.2"};
inline constexpr Code kIccidInUse{"8.2.1", "3.3"};
inline constexpr Code kIccidInvalidTransition{"8.2.1", "3.5"};
inline constexpr Code kPol1Refuses{"8.2.2", "3.8"};
inline constexpr Code kPol2Refuses{"8.2.3", "3.8"};
inline constexpr Code kProfileTypeUnknown{"8.2.5", "3.9"};
inline constexpr Code kProfileTypeIncompatible{"8.2.5", "2.1"};
inline constexpr Code kProfileTypeUnavailable{"8.2.5", "3.7"};
inline constexpr Code kProfileTypeConditionalMissing{"8.2.5", "2.3"};
// Security domains of the card
inline constexpr Code kSdAidUnknown{"8.3.1", "3.9"};
inline constexpr Code kIsdpExecutionError{"8.3", "4.2"};
inline constexpr Code kIsdrExecutionError{"8.4", "4.2"};
inline constexpr Code kEcasdVerification{"8.5", "6.1"};  // a receipt or a signature of the card
inline constexpr Code kEuiccCertificateInvalid{"8.5.1", "6.1"};
inline constexpr Code kEuiccCertificateExpired{"8.5.2", "6.3"};
inline constexpr Code kSmsrCertificateInvalid{"8.5.3", "6.1"};
inline constexpr Code kSmsrCertificateExpired{"8.5.3", "6.3"};
// EIS, SM-SR
inline constexpr Code kEisInvalid{"8.6", "2.1"};
inline constexpr Code kEisSignature{"8.6", "6.1"};
inline constexpr Code kSmsrUnknown{"8.7", "3.9"};
inline constexpr Code kSmsrNotAllowed{"8.7", "1.2"};
inline constexpr Code kSmsrRefused{"8.7", "3.8"};  // no PrepareSMSRChange came before
inline constexpr Code kSmsrInaccessible{"8.7", "5.1"};

}  // namespace eider::sgp02::status
