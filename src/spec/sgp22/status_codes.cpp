#include "spec/sgp22/status_codes.hpp"

#include <algorithm>
#include <array>

namespace eider::status {
namespace {

struct Name {
  std::string_view code;
  std::string_view text;
};

constexpr Name kSubjects[] = {
    {"1", "generic"},
    {"1.1", "function requester"},
    {"1.2", "function provider"},
    {"1.3", "protocol"},
    {"1.3.1", "message format"},
    {"1.3.2", "protocol version"},
    {"1.6", "function"},
    {"8", "eUICC remote provisioning"},
    {"8.1", "eUICC"},
    {"8.1.1", "EID"},
    {"8.1.2", "EUM certificate"},
    {"8.1.3", "eUICC certificate"},
    {"8.1.4", "EUM's EID range"},
    {"8.2", "Profile"},
    {"8.2.1", "Profile ICCID"},
    {"8.2.5", "Profile Type"},
    {"8.2.6", "MatchingID"},
    {"8.2.7", "Confirmation Code"},
    {"8.2.8", "Profile Policy Rule"},
    {"8.2.9", "Profile Metadata"},
    {"8.2.10", "Bound Profile Package"},
    {"8.8", "SM-DP+"},
    {"8.8.1", "SM-DP+ address"},
    {"8.8.2", "security configuration of the SM-DP+"},
    {"8.8.3", "specification version number (SVN) at the SM-DP+"},
    {"8.8.4", "SM-DP+ certificate"},
    {"8.8.5", "download order"},
    {"8.9", "SM-DS"},
    {"8.9.1", "SM-DS address"},
    {"8.9.2", "security configuration of the SM-DS"},
    {"8.9.3", "specification version number (SVN) at the SM-DS"},
    {"8.9.4", "SM-DS certificate"},
    {"8.9.5", "event record"},
    {"8.10", "RSP operation"},
    {"8.10.1", "TransactionID"},
    {"8.11", "GSMA CI"},
    {"8.11.1", "CI public key"},
};
constexpr Name kReasons[] = {
    {"1.1", "unknown (identification)"},
    {"1.2", "not allowed"},
    {"2.1", "invalid"},
    {"2.2", "mandatory element missing"},
    {"2.3", "conditional element missing"},
    {"3.1", "unsupported"},
    {"3.3", "already in use"},
    {"3.5", "invalid transition"},
    {"3.7", "unavailable"},
    {"3.8", "refused"},
    {"3.9", "unknown"},
    {"3.10", "invalid association"},
    {"3.11", "value has changed"},
    {"4.2", "execution error"},
    {"4.3", "stopped on warning"},
    {"4.8", "insufficient memory"},
    {"4.10", "time to live expired"},
    {"5.1", "inaccessible"},
    {"6.1", "verification failed"},
    {"6.3", "expired"},
    {"6.4", "maximum number of retries exceeded"},
};

constexpr std::string_view kAny = "any";
constexpr std::string_view kDownloadOrder = "ES2+.DownloadOrder";
constexpr std::string_view kConfirmOrder = "ES2+.ConfirmOrder";
constexpr std::string_view kCancelOrder = "ES2+.CancelOrder";
constexpr std::string_view kReleaseProfile = "ES2+.ReleaseProfile";
constexpr std::string_view kProgress = "ES2+.HandleDownloadProgressInfo";
constexpr std::string_view kInitiate = "ES9+.InitiateAuthentication";
constexpr std::string_view kAuthenticate = "ES9+.AuthenticateClient";
constexpr std::string_view kGetBpp = "ES9+.GetBoundProfilePackage";
constexpr std::string_view kCancelSession = "ES9+.CancelSession";
constexpr std::string_view kInitiateDs = "ES11.InitiateAuthentication";
constexpr std::string_view kAuthenticateDs = "ES11.AuthenticateClient";
constexpr std::string_view kRegister = "ES12.RegisterEvent";
constexpr std::string_view kDelete = "ES12.DeleteEvent";

// Remedies that several rows share.
constexpr std::string_view kAskProfileOwner =
    "Call with the identity of the Operator that owns the Profile, or have the SM-DP+ grant this Operator "
    "access.";
constexpr std::string_view kCheckIccid =
    "Check the ICCID's digits; the Profile must have been provisioned at this SM-DP+.";
constexpr std::string_view kNewSession =
    "Start again with InitiateAuthentication; a TransactionID lives for one session at the server that gave "
    "it.";
constexpr std::string_view kCardSignature =
    "Verify and sign the octets as they were sent (no re-encoding); check that the card signed with the key "
    "of the "
    "certificate it presented and that the session's challenge came back.";
constexpr std::string_view kEumCertificate =
    "Check the EUM certificate's signature by the CI, its policy OID, key usage and the CRL; test cards need "
    "test CIs.";
constexpr std::string_view kEuiccCertificate =
    "Check the eUICC certificate's signature by the EUM, its policy OID, and that the EID lies in the EUM's "
    "name "
    "constraints.";
constexpr std::string_view kReplaceCertificate =
    "Check the server's clock; if the certificate really expired, only the EUM can provide a valid one.";
constexpr std::string_view kTrustCi =
    "Configure the CI certificate at the server, or use a server that belongs to one of the eUICC's CIs.";
constexpr std::string_view kSvn =
    "The eUICC must announce a 2.x version in EUICCInfo1 tag 82; a v3 card that also speaks 2.x puts its "
    "lowest there.";
constexpr std::string_view kCheckSmds = "Check the SM-DS address and that it is up, then repeat the call.";
constexpr std::string_view kReadSmdsStatus =
    "See the SM-DS's own status code in the message, cure that, repeat the call.";

constexpr Row kRows[] = {
    // ES2+
    {kDownloadOrder, kIccidUnknown, "No Profile with this ICCID", "5.3.1", kCheckIccid},
    {kDownloadOrder, kIccidNotAllowed, "The caller may not order this Profile", "5.3.1", kAskProfileOwner},
    {kDownloadOrder, kIccidInUse, "The Profile is not Available: it is reserved, downloaded or in use",
     "5.3.1", "Cancel the order that holds it (CancelOrder), or order another ICCID."},
    {kDownloadOrder, kProfileTypeUnknown, "No such Profile Type", "5.3.1",
     "Use a Profile Type that was agreed with this SM-DP+."},
    {kDownloadOrder, kProfileTypeNotAllowed, "The caller may not order Profiles of this type", "5.3.1",
     kAskProfileOwner},
    {kDownloadOrder, kProfileTypeUnavailable, "No Profile of this type is Available any more", "5.3.1",
     "Provision more Profiles of the type at the SM-DP+."},
    {kDownloadOrder, kProfileTypeRefused, "The ICCID does not belong to a Profile of the given type", "5.3.1",
     "Give either the ICCID or the type, or a pair that belongs together."},
    {kDownloadOrder, kProfileTypeConditionalMissing, "Neither an ICCID nor a Profile Type was given", "5.3.1",
     "Give at least one of iccid and profileType."},
    {kConfirmOrder, kIccidUnknown, "No Profile with this ICCID", "5.3.2", kCheckIccid},
    {kConfirmOrder, kIccidNotAllowed, "The caller may not confirm this Profile's order", "5.3.2",
     kAskProfileOwner},
    {kConfirmOrder, kIccidInvalidTransition, "The Profile is not in the state Allocated or Linked", "5.3.2",
     "Place the order with DownloadOrder first; a confirmed order must be cancelled before it is confirmed "
     "anew."},
    {kConfirmOrder, kMatchingIdInUse, "Another order uses this MatchingID", "5.3.2",
     "Leave matchingId out so that the SM-DP+ generates one, or choose an unused one."},
    {kConfirmOrder, kMatchingIdInvalid, "MatchingID is malformed, or empty together with an SM-DS address",
     "5.3.2", "Use upper-case letters, digits and '-'; an empty MatchingID is for the default SM-DP+ only."},
    {kConfirmOrder, kEidMissing, "The EID is needed for an SM-DS or default SM-DP+ order but was never given",
     "5.3.2", "Give the EID in DownloadOrder or ConfirmOrder."},
    {kConfirmOrder, kEidInvalidAssociation, "The EID differs from the one of DownloadOrder", "5.3.2",
     "Give the same EID, or cancel and order again."},
    {kConfirmOrder, kSmdsInaccessible, "The SM-DS address is invalid or the SM-DS cannot be reached", "5.3.2",
     kCheckSmds},
    {kConfirmOrder, kSmdsExecutionError, "The SM-DS refused the event registration", "5.3.2",
     kReadSmdsStatus},
    {kCancelOrder, kIccidUnknown, "No Profile with this ICCID", "5.3.3", kCheckIccid},
    {kCancelOrder, kIccidNotAllowed, "The caller may not cancel this Profile's order", "5.3.3",
     kAskProfileOwner},
    {kCancelOrder, kIccidInUse, "The Profile has already been downloaded", "5.3.3",
     "Delete the Profile on the device; then order it anew."},
    {kCancelOrder, kIccidInvalidTransition,
     "There is no order to cancel: the Profile is Available or Unavailable", "5.3.3",
     "Nothing to do; check the ICCID if an order was expected."},
    {kCancelOrder, kIccidInvalidAssociation, "Another EID is associated with the order", "5.3.3",
     "Give the EID that the order was placed with."},
    {kCancelOrder, kEidMissing, "An EID is associated with the order but was not given", "5.3.3",
     "Give the EID that the order was placed with."},
    {kCancelOrder, kMatchingIdInvalidAssociation, "Another MatchingID is associated with the order", "5.3.3",
     "Give the MatchingID that ConfirmOrder answered."},
    {kReleaseProfile, kIccidUnknown, "No Profile with this ICCID", "5.3.4", kCheckIccid},
    {kReleaseProfile, kIccidNotAllowed, "The caller may not release this Profile", "5.3.4", kAskProfileOwner},
    {kReleaseProfile, kIccidInvalidTransition, "The Profile is not in a state that can be released", "5.3.4",
     "Confirm the order first (ConfirmOrder with releaseFlag false)."},
    {kReleaseProfile, kSmdsInaccessible, "The SM-DS cannot be reached for the deferred event registration",
     "5.3.4", kCheckSmds},
    {kReleaseProfile, kSmdsExecutionError, "The SM-DS refused the deferred event registration", "5.3.4",
     kReadSmdsStatus},
    {kProgress, kOrderRefusedByEndUser, "The End User rejected the download", "5.3.5",
     "Nothing technical: order again when the End User wants the Profile."},
    {kProgress, kOrderRetriesExceeded, "Too many download attempts", "5.3.5", "Cancel and order again."},
    {kProgress, kConfirmationCodeRefused, "A wrong Confirmation Code was given", "5.3.5",
     "Give the End User the right code; the order ends after the allowed number of tries."},
    {kProgress, kConfirmationCodeRetriesExceeded, "Too many wrong Confirmation Codes; the order is ended",
     "5.3.5", "Cancel and order again with a new Confirmation Code."},
    {kProgress, kPprNotAllowed, "The device refused the Profile Policy Rules", "5.3.5",
     "The eUICC's rules authorisation table does not allow this Profile Owner's PPRs: remove them or ask the "
     "maker."},
    {kProgress, kMetadataMismatch, "Metadata in the package differed from the one shown before", "5.3.5",
     "SM-DP+ defect: send the same metadata in AuthenticateClient and in the package."},
    {kProgress, kBppExecutionError, "The eUICC could not load or install the Bound Profile Package", "5.3.5",
     "See resultData (`eider decode`) and `eider explain PIR <errorReason>`."},
    {kProgress, kUndefinedReason, "The LPA cancelled the session for an unspecified reason", "5.3.5",
     "Ask the device for its log; try again."},
    // ES9+
    {kInitiate, kSmdpAddressRefused, "The address the LPA sent is not one of this SM-DP+", "5.6.1",
     "Check the address in the Activation Code and the SM-DP+'s configured names; case does not matter."},
    {kInitiate, kSmdpCiUnsupported, "No CI of the eUICC's signing list is supported by the SM-DP+", "5.6.1",
     kTrustCi},
    {kInitiate, kSmdpSvnUnsupported, "The eUICC's SVN is not supported by the SM-DP+", "5.6.1", kSvn},
    {kInitiate, kSmdpCertificateUnavailable,
     "The SM-DP+ has no authentication certificate under a CI of the eUICC's verification list", "5.6.1",
     "Install a CERT.DPauth under one of the CIs that EUICCInfo1 lists in A9 (`eider decode` shows them)."},
    {kAuthenticate, kEumCertificateInvalid, "The EUM certificate is invalid", "5.6.3", kEumCertificate},
    {kAuthenticate, kEumCertificateExpired, "The EUM certificate has expired", "5.6.3", kReplaceCertificate},
    {kAuthenticate, kEuiccCertificateInvalid, "The eUICC certificate is invalid", "5.6.3", kEuiccCertificate},
    {kAuthenticate, kEuiccCertificateExpired, "The eUICC certificate has expired", "5.6.3",
     kReplaceCertificate},
    {kAuthenticate, kEuiccSignatureInvalid, "euiccSignature1 or the returned serverChallenge is wrong",
     "5.6.3", kCardSignature},
    {kAuthenticate, kInsufficientMemory, "The eUICC has too little memory for the Profile", "5.6.3",
     "Delete a Profile on the device, then try again."},
    {kAuthenticate, kCiPublicKeyUnknown, "The EUM certificate's CI is unknown to the SM-DP+", "5.6.3",
     kTrustCi},
    {kAuthenticate, kProfileNotReleased, "The Profile is ordered but not released yet", "5.6.3",
     "The Operator must call ReleaseProfile (or confirm with releaseFlag true); then try again."},
    {kAuthenticate, kTransactionIdUnknown, "TransactionID is unknown, or differs from the signed one",
     "5.6.3", kNewSession},
    {kAuthenticate, kMatchingIdRefused, "No order has this MatchingID", "5.6.3",
     "Check the Activation Code for typing errors; a used code is gone: ask the Operator for a new order."},
    {kAuthenticate, kEidRefused, "The order is bound to another EID, or there is none for this EID", "5.6.3",
     "Use the device the order was made for, or have the Operator order for this EID."},
    {kAuthenticate, kNoEligibleProfile, "No Profile is eligible for this device and eUICC", "5.6.3",
     "Compare the Profile's needs (algorithms, PPRs, size) with EUICCInfo2 and DeviceInfo."},
    {kAuthenticate, kOrderExpired, "The download order has expired", "5.6.3",
     "Ask the Operator for a new order."},
    {kAuthenticate, kOrderRetriesExceeded, "Too many download attempts; the order is ended", "5.6.3",
     "Ask the Operator for a new order; look at the earlier results for why the attempts failed."},
    {kGetBpp, kTransactionIdUnknown, "TransactionID is unknown, or differs from the signed one", "5.6.2",
     kNewSession},
    {kGetBpp, kEuiccSignatureInvalid, "euiccSignature2 is wrong", "5.6.2", kCardSignature},
    {kGetBpp, kBppUnavailable, "The package exists for another one-time key and cannot be bound again",
     "5.6.2", "Let the card reuse its stored key (bppEuiccOtpk in smdpSigned2), or cancel and order again."},
    {kGetBpp, kConfirmationCodeMissing, "The order needs a Confirmation Code and none was sent", "5.6.2",
     "Ask the End User for the code and send its hash in PrepareDownload."},
    {kGetBpp, kConfirmationCodeRefused, "The Confirmation Code is wrong", "5.6.2",
     "Start again with the right code: hashCc is SHA-256(SHA-256(code) || TransactionID)."},
    {kGetBpp, kConfirmationCodeRetriesExceeded, "Too many wrong Confirmation Codes; the order is ended",
     "5.6.2", "Ask the Operator for a new order and code."},
    {kGetBpp, kOrderExpired, "The download order has expired (reported here up to v2.5)", "5.6.2",
     "Ask the Operator for a new order."},
    {kCancelSession, kTransactionIdUnknown, "TransactionID is unknown, or differs from the signed one",
     "5.6.5", "Nothing to cancel: the session is over at the server."},
    {kCancelSession, kEuiccSignatureInvalid, "euiccCancelSessionSignature is wrong", "5.6.5", kCardSignature},
    {kCancelSession, kSmdpOidInvalidAssociation, "smdpOid is not the one of the session's CERT.DPauth",
     "5.6.5", "The card must copy the OID from the certificate of AuthenticateServer."},
    // ES11
    {kInitiateDs, kSmdsAddressRefused, "The address the LPA sent is not one of this SM-DS", "5.8.1",
     "Check the root SM-DS address of the eUICC (GetEuiccConfiguredAddresses)."},
    {kInitiateDs, kSmdsCiUnsupported, "No CI of the eUICC's signing list is supported by the SM-DS", "5.8.1",
     kTrustCi},
    {kInitiateDs, kSmdsSvnUnsupported, "The eUICC's SVN is not supported by the SM-DS", "5.8.1", kSvn},
    {kInitiateDs, kSmdsCertificateUnavailable,
     "The SM-DS has no authentication certificate under a CI of the eUICC's verification list", "5.8.1",
     "Install a CERT.DSauth under one of the CIs that EUICCInfo1 lists in A9."},
    {kAuthenticateDs, kEumCertificateInvalid, "The EUM certificate is invalid", "5.8.2", kEumCertificate},
    {kAuthenticateDs, kEumCertificateExpired, "The EUM certificate has expired", "5.8.2",
     kReplaceCertificate},
    {kAuthenticateDs, kEuiccCertificateInvalid, "The eUICC certificate is invalid", "5.8.2",
     kEuiccCertificate},
    {kAuthenticateDs, kEuiccCertificateExpired, "The eUICC certificate has expired", "5.8.2",
     kReplaceCertificate},
    {kAuthenticateDs, kEuiccSignatureInvalid, "euiccSignature1 or the returned serverChallenge is wrong",
     "5.8.2", kCardSignature},
    {kAuthenticateDs, kCiPublicKeyUnknown, "The EUM certificate's CI is unknown to the SM-DS", "5.8.2",
     kTrustCi},
    {kAuthenticateDs, kTransactionIdUnknown, "TransactionID is unknown, or differs from the signed one",
     "5.8.2", kNewSession},
    {kAuthenticateDs, kEventUnknown, "No event with this EventID for this EID", "5.8.2",
     "Ask without EventID for all events; the event may already have been deleted."},
    // ES12 and ES15
    {kRegister, kEventInUse, "The caller has already registered this EventID", "5.9.1",
     "EventIDs are never reused: choose a new one."},
    {kRegister, kSmdsInaccessible, "The root SM-DS cannot be reached for the cascaded registration", "5.9.1",
     kCheckSmds},
    {kRegister, kSmdsExecutionError, "The root SM-DS refused the cascaded registration", "5.9.1",
     kReadSmdsStatus},
    {kDelete, kEventUnknown, "The caller has registered no such event", "5.9.2",
     "Nothing to delete; use the same client certificate as for the registration."},
    {kDelete, kSmdsInaccessible, "The root SM-DS cannot be reached for the cascaded deletion", "5.9.2",
     kCheckSmds},
    {kDelete, kSmdsExecutionError, "The root SM-DS refused the cascaded deletion", "5.9.2", kReadSmdsStatus},
    // Any function
    {kAny, kRequesterUnknown, "functionRequesterIdentifier is not a known requester", "5.2.6",
     "Have the server's operator register this identifier and its client certificate."},
    {kAny, kFormatInvalid, "A member of the request is malformed", "5.2.6",
     "Compare the request with the function's JSON schema (section 6.5.2); `eider decode` shows what is "
     "inside."},
    {kAny, kFormatMandatoryMissing, "A mandatory member of the request is missing", "5.2.6",
     "Send every member that the function's JSON schema requires (section 6.5.2)."},
    {kAny, kFormatConditionalMissing, "A member that this case needs is missing", "5.2.6",
     "See the function's conditions in its input table."},
    {kAny, kProtocolVersionUnsupported, "The X-Admin-Protocol version is not supported", "5.2.6",
     "Send the sender's highest version, as in gsma/rsp/v2.6.1."},
    {kAny, kFunctionNotAllowed, "The requester may not call this function", "5.2.6",
     "Have the server's operator grant the function to this requester."},
    {kAny, kFunctionCallInUse, "The functionCallIdentifier was used for a call with other content", "5.2.6",
     "Give each new call a new functionCallIdentifier; repeat a call whose answer was lost unchanged."},
    {kAny, kFunctionUnsupported, "The server does not have this function", "5.2.6",
     "Check the path, and with the server's operator which functions it offers."},
};

template <class Table>
std::string_view name_in(const Table& table, std::string_view code) {
  const auto* it = std::ranges::find(table, code, &Name::code);
  return it == std::end(table) ? std::string_view{} : it->text;
}

bool same_function(std::string_view row, std::string_view wanted) {
  if (row == wanted) return true;
  const auto dot = row.find('.');
  return dot != std::string_view::npos && row.substr(dot + 1) == wanted;
}

std::string_view parent(std::string_view code) {
  return code.substr(0, code.rfind('.'));
}

int distance(const Row& row, std::string_view subject, std::string_view reason) {
  if (row.code.subject == subject) return row.code.reason == reason ? 0 : 1;
  const bool near = row.code.subject == parent(subject) || parent(row.code.subject) == subject ||
                    parent(row.code.subject) == parent(subject);
  if (row.code.reason == reason) return near ? 2 : 4;
  return near ? 3 : 5;
}

}  // namespace

std::string_view subject_name(std::string_view subject) {
  return name_in(kSubjects, subject);
}
std::string_view reason_name(std::string_view reason) {
  return name_in(kReasons, reason);
}

std::span<const Row> rows() {
  return kRows;
}

std::vector<const Row*> find(std::string_view subject, std::string_view reason) {
  std::vector<const Row*> out;
  for (const auto& row : kRows)
    if (row.code == Code{subject, reason}) out.push_back(&row);
  return out;
}

std::vector<const Row*> of_function(std::string_view function) {
  std::vector<const Row*> out;
  for (const auto& row : kRows)
    if (same_function(row.function, function)) out.push_back(&row);
  return out;
}

const Row* find(std::string_view function, Code code) {
  const Row* first = nullptr;
  for (const auto& row : kRows) {
    if (row.code != code) continue;
    if (same_function(row.function, function)) return &row;
    if (!first) first = &row;
  }
  return first;
}

std::vector<const Row*> closest(std::string_view subject, std::string_view reason, std::size_t limit) {
  std::vector<const Row*> out;
  for (int d = 0; d < 5; ++d)
    for (const auto& row : kRows) {
      if (out.size() == limit) return out;
      const bool shown = std::ranges::any_of(out, [&](const Row* r) { return r->code == row.code; });
      if (!shown && distance(row, subject, reason) == d) out.push_back(&row);
    }
  return out;
}

FunctionStatus make_status(Code code, std::string subject_identifier, std::string message) {
  if (message.empty())
    if (const Row* row = find({}, code)) message = row->cause;
  return FunctionStatus{std::string(code.subject), std::string(code.reason), std::move(subject_identifier),
                        std::move(message)};
}

bool is(const FunctionStatus& status, Code code) {
  return status.subject_code == code.subject && status.reason_code == code.reason;
}

}  // namespace eider::status
