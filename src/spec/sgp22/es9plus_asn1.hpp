// Error numbers of the ASN.1 binding of ES9+ and the subject and reason codes that the JSON binding has for
// them: SGP.22 v2.6.1 sections 5.6 and 6.6.2.
#pragma once
#include <span>

#include "spec/sgp22/status_codes.hpp"

namespace eider::sgp22::es9plus::asn1 {

struct ErrorNumber {
  status::Code code;
  std::int64_t number;
};
inline constexpr std::int64_t kOtherError = 127;

// Several codes may share a number; the first is the one that it is read as.
std::span<const ErrorNumber> initiate_authentication_errors();
std::span<const ErrorNumber> authenticate_client_errors();
std::span<const ErrorNumber> get_bound_profile_package_errors();
std::span<const ErrorNumber> cancel_session_errors();
// Those of the SM-DS: sections 5.8 and 6.6.3.
std::span<const ErrorNumber> initiate_authentication_es11_errors();
std::span<const ErrorNumber> authenticate_client_es11_errors();

// kOtherError for a code that the function has no number for.
std::int64_t number_of(std::span<const ErrorNumber> errors, const FunctionStatus& status);
// What the server meant. A number without a code, undefinedError among them, is an execution error of the
// SM-DP+ (8.8 / 4.2) whose message names it.
FunctionStatus status_of(std::span<const ErrorNumber> errors, std::int64_t number);

}  // namespace eider::sgp22::es9plus::asn1
