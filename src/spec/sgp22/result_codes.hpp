// Result codes inside ES10, ES8+ and ASN.1-bound ES9+ responses, and the status list of Profile Elements: the
// number, its name, what it means, and what to do. SGP.22 v2.6.1 sections 2.5.6, 5.7 and 6.6; TCA Profile
// Package section on EUICCResponse.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "base/fault.hpp"

namespace eider::result_code {

struct Row {
  std::string_view function;  // "EnableProfile", "PIR", "PE"
  int code;
  std::string_view name;
  std::string_view cause;
  std::string_view section;
  std::string_view remedy;
};

std::span<const Row> rows();
// Function names are compared without regard to case; "PIR" and "ProfileInstallationResult" are one.
std::vector<const Row*> of_function(std::string_view function);
const Row* find(std::string_view function, int code);
// "iccidOrAidNotFound", or "unknown" for a number outside the table.
std::string_view name(std::string_view function, int code);
Es10Fault make_fault(std::string_view function, int code);

// AuthenticateServer
inline constexpr int kAuthInvalidCertificate = 1;
inline constexpr int kAuthInvalidSignature = 2;
inline constexpr int kAuthUnsupportedCurve = 3;
inline constexpr int kAuthNoSessionContext = 4;
inline constexpr int kAuthInvalidOid = 5;
inline constexpr int kAuthEuiccChallengeMismatch = 6;
inline constexpr int kAuthCiPKUnknown = 7;
// PrepareDownload; the first four are as for AuthenticateServer
inline constexpr int kDownloadInvalidTransactionId = 5;
// CancelSession
inline constexpr int kCancelInvalidTransactionId = 5;
// CancelSessionReason
inline constexpr int kReasonEndUserRejection = 0;
inline constexpr int kReasonPostponed = 1;
inline constexpr int kReasonTimeout = 2;
inline constexpr int kReasonPprNotAllowed = 3;
inline constexpr int kReasonMetadataMismatch = 4;
inline constexpr int kReasonLoadBppExecutionError = 5;
inline constexpr int kReasonUndefined = 127;
// ES10c
inline constexpr int kOk = 0;
inline constexpr int kIccidOrAidNotFound = 1;
inline constexpr int kProfileNotInDisabledState = 2;  // DisableProfile: not in Enabled state
inline constexpr int kDisallowedByPolicy = 3;
inline constexpr int kWrongProfileReenabling = 4;
inline constexpr int kCatBusy = 5;
inline constexpr int kNothingToDelete = 1;
inline constexpr int kUndefinedError = 127;
// errorReason of the ProfileInstallationResult
inline constexpr int kPirIncorrectInputValues = 1;
inline constexpr int kPirInvalidSignature = 2;
inline constexpr int kPirInvalidTransactionId = 3;
inline constexpr int kPirUnsupportedCrtValues = 4;
inline constexpr int kPirUnsupportedRemoteOperationType = 5;
inline constexpr int kPirUnsupportedProfileClass = 6;
inline constexpr int kPirScp03tStructureError = 7;
inline constexpr int kPirScp03tSecurityError = 8;
inline constexpr int kPirIccidAlreadyExists = 9;
inline constexpr int kPirInsufficientMemory = 10;
inline constexpr int kPirInterruption = 11;
inline constexpr int kPirPEProcessingError = 12;
inline constexpr int kPirDataMismatch = 13;
inline constexpr int kPirInvalidNaaKey = 14;
inline constexpr int kPirPprNotAllowed = 15;
inline constexpr int kPirUnknownError = 127;

}  // namespace eider::result_code
