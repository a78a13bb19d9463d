#include "spec/sgp22/es9plus_asn1.hpp"

namespace eider::sgp22::es9plus::asn1 {
namespace {
constexpr ErrorNumber kInitiateErrors[] = {{status::kSmdpAddressRefused, 1},
                                           {status::kSmdpSvnUnsupported, 2},
                                           {status::kSmdpCiUnsupported, 3},
                                           {status::kSmdpCertificateUnavailable, 3}};
constexpr ErrorNumber kAuthenticateErrors[] = {{status::kEumCertificateInvalid, 1},
                                               {status::kEumCertificateExpired, 2},
                                               {status::kEuiccCertificateInvalid, 3},
                                               {status::kEuiccCertificateExpired, 4},
                                               {status::kEuiccSignatureInvalid, 5},
                                               {status::kMatchingIdRefused, 6},
                                               {status::kEidRefused, 7},
                                               {status::kNoEligibleProfile, 8},
                                               {status::kCiPublicKeyUnknown, 9},
                                               {status::kTransactionIdUnknown, 10},
                                               {status::kInsufficientMemory, 11},
                                               {status::kOrderExpired, 18}};
constexpr ErrorNumber kBindErrors[] = {
    {status::kEuiccSignatureInvalid, 1},   {status::kConfirmationCodeMissing, 2},
    {status::kConfirmationCodeRefused, 3}, {status::kConfirmationCodeRetriesExceeded, 4},
    {status::kBppUnavailable, 5},          {status::kOrderExpired, 6},
    {status::kTransactionIdUnknown, 95}};
constexpr ErrorNumber kCancelErrors[] = {{status::kTransactionIdUnknown, 1},
                                         {status::kEuiccSignatureInvalid, 2}};
constexpr ErrorNumber kInitiateDsErrors[] = {{status::kSmdsAddressRefused, 1},
                                             {status::kSmdsSvnUnsupported, 2},
                                             {status::kSmdsCiUnsupported, 3},
                                             {status::kSmdsCertificateUnavailable, 3}};
constexpr ErrorNumber kAuthenticateDsErrors[] = {
    {status::kEumCertificateInvalid, 1},   {status::kEumCertificateExpired, 2},
    {status::kEuiccCertificateInvalid, 3}, {status::kEuiccCertificateExpired, 4},
    {status::kEuiccSignatureInvalid, 5},   {status::kEventUnknown, 6},
    {status::kTransactionIdUnknown, 7}};
}  // namespace

std::span<const ErrorNumber> initiate_authentication_errors() {
  return kInitiateErrors;
}
std::span<const ErrorNumber> authenticate_client_errors() {
  return kAuthenticateErrors;
}
std::span<const ErrorNumber> get_bound_profile_package_errors() {
  return kBindErrors;
}
std::span<const ErrorNumber> cancel_session_errors() {
  return kCancelErrors;
}

std::span<const ErrorNumber> initiate_authentication_es11_errors() {
  return kInitiateDsErrors;
}
std::span<const ErrorNumber> authenticate_client_es11_errors() {
  return kAuthenticateDsErrors;
}

std::int64_t number_of(std::span<const ErrorNumber> errors, const FunctionStatus& s) {
  for (const auto& e : errors)
    if (status::is(s, e.code)) return e.number;
  return kOtherError;
}

FunctionStatus status_of(std::span<const ErrorNumber> errors, std::int64_t number) {
  for (const auto& e : errors)
    if (e.number == number) return status::make_status(e.code);
  return {"8.8", "4.2", {}, "error " + std::to_string(number) + " of the ASN.1 binding"};
}

}  // namespace eider::sgp22::es9plus::asn1
