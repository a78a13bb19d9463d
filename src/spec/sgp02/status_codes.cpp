#include "spec/sgp02/status_codes.hpp"

#include <algorithm>

namespace eider::sgp02::status {
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
    {"8.2", "Profile"},
    {"8.2.1", "Profile ICCID"},
    {"8.2.2", "POL1"},
    {"8.2.3", "POL2"},
    {"8.2.5", "Profile Type"},
    {"8.2.6", "subscription address"},
    {"8.3", "ISD-P"},
    {"8.3.1", "ISD-P AID"},
    {"8.4", "ISD-R"},
    {"8.5", "ECASD"},
    {"8.5.1", "eUICC certificate"},
    {"8.5.2", "validity of the eUICC certificate"},
    {"8.5.3", "SM-SR certificate"},
    {"8.6", "EIS"},
    {"8.7", "SM-SR"},
};
constexpr Name kReasons[] = {
    {"1", "access error"},
    {"1.1", "unknown (identification or authentication)"},
    {"1.2", "not allowed (authorisation)"},
    {"2", "format error"},
    {"2.1", "invalid"},
    {"2.2", "mandatory element missing"},
    {"2.3", "conditional element missing"},
    {"3", "conditions of use not satisfied"},
    {"3.1", "unsupported"},
    {"3.2", "maximum size exceeded"},
    {"3.3", "already in use"},
    {"3.4", "invalid destination"},
    {"3.5", "invalid transition"},
    {"3.6", "related objects exist"},
    {"3.7", "unavailable"},
    {"3.8", "refused"},
    {"3.9", "unknown"},
    {"4", "processing error"},
    {"4.2", "execution error"},
    {"4.3", "stopped on warning"},
    {"4.4", "busy"},
    {"4.8", "insufficient memory"},
    {"5", "transport error"},
    {"5.1", "inaccessible"},
    {"5.2", "timeout"},
    {"5.3", "time to live expired"},
    {"5.4", "delivered with no response"},
    {"6", "security error"},
    {"6.1", "verification failed"},
    {"6.2", "decipherment failed"},
    {"6.3", "expired"},
};

constexpr std::string_view kCheckEid =
    "Check the EID's digits and which SM-SR manages the card: ask with GetEIS, or look for a change of "
    "SM-SR.";
constexpr std::string_view kCheckIccid =
    "Ask with AuditEIS which Profiles the card has; the ICCID must be one of the requester's.";
constexpr std::string_view kAskOwner =
    "Have the Profile's Operator call, or grant the requester an authorisation (SetPLMA).";
constexpr std::string_view kReadCard =
    "Read EuiccResponseData with `eider decode`: it holds the status words of the card.";
constexpr std::string_view kEumChain =
    "Check the EUM's certificate and that the signed octets were not re-encoded on the way.";

constexpr Row kRows[] = {
    // Any function
    {"any", kRequesterUnknown,
     "No party is registered with the identity of the TLS certificate, or EntityId differs from it", "5.1.6",
     "Register the requester's OID at the provider; it must stand as registeredID in the client "
     "certificate."},
    {"any", kRequesterNotAllowed, "The requester's role may not call this interface", "5.1.6",
     "Register the party with the role that the interface is for, or call the interface of its role."},
    {"any", kRequesterVerification, "The requester's certificate or signature does not verify", "5.1.6",
     "Check the certificate's chain, its validity and the provider's roots."},
    {"any", kBusy, "Another operation on this card runs, or its SM-SR changes", "5.1.6",
     "Repeat the call later, or give a validity period that lets it wait its turn."},
    {"any", kFormatInvalid, "An element of the message has a value that it must not have", "5.1.6",
     "Validate the message with the schemas (`eider decode --schema`); the message text names the element."},
    {"any", kFormatMandatoryMissing, "A mandatory element is missing", "5.1.6",
     "Add the element that the message text names."},
    {"any", kFormatConditionalMissing, "An element that this combination needs is missing", "5.1.6",
     "Add the element that the message text names."},
    {"any", kFormatTooLarge, "The message, or an element of it, is larger than the provider takes", "5.1.6",
     "Send less at once, or raise the provider's limit."},
    {"any", kProtocolVersionUnsupported, "The namespace of the message is of a version that is not supported",
     "5.1.6", "Use http://namespaces.gsma.org/esim-messaging/3."},
    {"any", kFunctionNotAllowed, "The requester may not call this function", "5.1.6", kAskOwner},
    {"any", kFunctionUnsupported, "The provider does not have this function", "5.1.6",
     "Look into docs/interfaces.md for the functions that are served."},
    {"any", kFunctionCallInUse, "FunctionCallIdentifier is that of another, different call", "5.1.6",
     "Give every call an identifier of its own; repeat one only with the same content."},
    {"any", kValidityRefused, "The validity period is longer than the provider grants", "5.1.5",
     "Ask for AcceptableValidityPeriod of the answer, or less."},
    {"any", kFunctionExpired, "The validity period ended before the function was done", "5.1.6",
     "Give a longer validity period; look at the card's last contact (AuditEIS)."},
    {"any", kExecutionError, "The provider failed for a reason of its own", "5.1.6",
     "See the provider's log for the function call identifier."},
    // The card
    {"any", kEuiccNotAllowed, "The requester has nothing to do with this card", "5.1.6", kAskOwner},
    {"any", kEidUnknown, "This SM-SR does not manage the card", "5.1.6", kCheckEid},
    {"any", kEidUnknownToSmDp, "The SM-SR that the request names does not manage the card", "5.3", kCheckEid},
    {"any", kEidInvalid, "The EID's check digits are wrong", "5.1.6", kCheckEid},
    {"any", kEuiccInaccessible, "The card did not answer within the validity period", "5.1.6",
     "Check coverage and subscription address; the operation was not acknowledged, so audit before you "
     "repeat it."},
    {"ES1.RegisterEIS", kEidInUse, "A card with this EID is registered already", "5.2",
     "Nothing to do when it was this EUM's repeated call; otherwise two cards share an EID."},
    {"ES1.RegisterEIS", kEisInvalid, "The EIS contradicts itself: EID, certificate or key sets", "5.2",
     "Compare the EID with tag 5F20 of the ECASD's certificate, and each key's check value."},
    {"ES1.RegisterEIS", kEisSignature, "The EUM's signature over EumSignedInfo does not verify", "5.2",
     kEumChain},
    {"ES1.RegisterEIS", kEuiccCertificateInvalid, "The ECASD's certificate was not issued by the EUM", "5.2",
     kEumChain},
    {"ES3.CreateISDP", kEuiccMemory, "The card has less memory than RequiredMemory", "5.4",
     "Delete a Profile, or take a smaller one."},
    {"ES3.CreateISDP", kIccidInUse, "The card has a Profile with this ICCID", "5.4",
     "Delete it first (DeleteISDP), when it is one that an earlier download left."},
    {"ES2.DownloadProfile", kIccidInUse, "The Profile is on a card or on its way to one", "5.3",
     "Order another ICCID, or wait for the other download."},
    {"ES2.DownloadProfile", kEuiccMemory, "The card has less memory than the Profile needs", "5.3",
     "Delete a Profile, or take a smaller one."},
    {"ES2.DownloadProfile", kProfileTypeUnknown, "No such Profile Type", "5.3",
     "Use a Profile Type that was agreed with this SM-DP."},
    {"ES2.DownloadProfile", kProfileTypeIncompatible, "The card cannot take Profiles of this type", "5.3",
     "Compare the card's EuiccCapabilities with what the Profile needs (`eider profile fit`)."},
    {"ES2.DownloadProfile", kProfileTypeUnavailable, "No Profile of this type is free any more", "5.3",
     "Provision more Profiles of the type at the SM-DP."},
    {"ES2.DownloadProfile", kProfileTypeConditionalMissing, "Neither an ICCID nor a Profile Type was given",
     "5.3", "Give one of Iccid and ProfileType."},
    {"ES2.DownloadProfile", kEuiccCertificateInvalid,
     "The ECASD's certificate does not lead to a root of the SM-DP", "5.3",
     "Configure the CI of the card's EUM at the SM-DP."},
    {"ES2.DownloadProfile", kEcasdVerification,
     "The card's receipt does not verify: the key set was not established", "5.3",
     "Repeat the download; if it fails again the SM-SR or the card answers for another key."},
    {"ES2.DownloadProfile", kIsdpExecutionError, "The card refused the Profile Package", "5.3", kReadCard},
    // Profiles
    {"any", kIccidUnknown, "The card has no Profile with this ICCID", "5.1.6", kCheckIccid},
    {"any", kIccidNotAllowed,
     "The Profile belongs to another Operator, or is in a state that does not allow it", "5.1.6", kAskOwner},
    {"any", kIccidInvalidTransition, "The Profile is not in the state that the function starts from", "5.1.6",
     "Ask with GetEIS for its state."},
    {"any", kPol1Refuses, "POL1, on the card, forbids it", "5.1.6",
     "The Operator changes POL1 (ES6) while the Profile is enabled."},
    {"any", kPol2Refuses, "POL2 forbids it, or the Profile has the fall-back attribute", "5.1.6",
     "Change the rules (UpdatePolicyRules), or move the attribute to another Profile "
     "(SetFallBackAttribute)."},
    // Domains of the card
    {"ES3.SendData", kSdAidUnknown, "The card has no security domain with this AID for the requester", "5.4",
     "Use the AID that CreateISDP answered, or that of the ISD-R."},
    {"any", kIsdpExecutionError, "The ISD-P refused a command", "5.1.6", kReadCard},
    {"any", kIsdrExecutionError, "The ISD-R refused a command", "5.1.6", kReadCard},
    // Change of SM-SR
    {"ES7.HandoverEUICC", kEisSignature, "The EUM's signature over EumSignedInfo does not verify", "5.6",
     kEumChain},
    {"ES7.HandoverEUICC", kEuiccCertificateInvalid,
     "The ECASD's certificate does not lead to a root of the new SM-SR", "5.6",
     "Configure the CI of the card's EUM at the new SM-SR."},
    {"ES7.HandoverEUICC", kEuiccCertificateExpired, "The ECASD's certificate has expired", "5.6",
     "Check the clock; the card itself does not look at dates, so the new SM-SR may be told to take it."},
    {"ES7.HandoverEUICC", kSmsrRefused, "No PrepareSMSRChange announced this card", "5.6",
     "Call PrepareSMSRChange at the new SM-SR first."},
    {"ES7.HandoverEUICC", kEcasdVerification, "The card's receipt does not verify", "5.6",
     "Repeat the change; the old SM-SR still manages the card."},
    {"ES7.AuthenticateSMSR", kSmsrCertificateInvalid, "The certificate is no CERT.SR.ECDSA of a known CI",
     "5.6",
     "Send the GlobalPlatform certificate (7F21) with role 02 in C8, issued by a CI that the card knows."},
    {"ES7.AuthenticateSMSR", kSmsrCertificateExpired, "The certificate of the new SM-SR has expired", "5.6",
     "Have the CI issue a new one."},
    {"ES7.CreateAdditionalKeySet", kEcasdVerification,
     "The card refused the signature over the key set's data", "5.6", kReadCard},
    {"SMSRChange", kSmsrUnknown, "No SM-SR with this OID is known", "5.5",
     "Register the SM-SR with its address."},
    {"any", kSmsrUnknown, "No SM-SR with this OID is known", "5.3",
     "Register the SM-SR with its address at the SM-DP."},
    {"PrepareSMSRChange", kSmsrNotAllowed, "This SM-SR does not take cards for the requester", "5.5",
     "Agree the change with the new SM-SR's operator."},
    {"any", kSmsrInaccessible, "The SM-SR did not answer", "5.3",
     "Check its address and that it is up; audit the card before the call is repeated."},
};

template <class Table>
std::string_view name_in(const Table& names, std::string_view code) {
  const auto* it = std::ranges::find(names, code, &Name::code);
  return it == std::end(names) ? std::string_view{} : it->text;
}
// "ES3.CreateISDP" is meant by itself and by "CreateISDP".
bool same_function(std::string_view row, std::string_view asked) {
  return row == asked ||
         (row.ends_with(asked) && row.size() > asked.size() && row[row.size() - asked.size() - 1] == '.') ||
         (asked.ends_with(row) && asked.size() > row.size() && asked[asked.size() - row.size() - 1] == '.');
}

StatusCodeData data_of(FunctionStatus status) {
  StatusCodeData out{std::move(status.subject_code), std::move(status.reason_code), {}, {}};
  if (!status.subject_identifier.empty()) out.subjectIdentifier = std::move(status.subject_identifier);
  if (!status.message.empty()) out.message = std::move(status.message);
  return out;
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
    if (row.code.subject == subject && (reason.empty() || row.code.reason == reason)) out.push_back(&row);
  return out;
}

std::vector<const Row*> of_function(std::string_view function) {
  std::vector<const Row*> out;
  for (const auto& row : kRows)
    if (same_function(row.function, function)) out.push_back(&row);
  return out;
}

FunctionStatus make_status(Code code, std::string subject_identifier, std::string message) {
  if (message.empty())
    for (const auto& row : kRows)
      if (row.code == code) {
        message = row.cause;
        break;
      }
  return {std::string(code.subject), std::string(code.reason), std::move(subject_identifier),
          std::move(message)};
}

FunctionExecutionStatus failed(const Fault& fault) {
  const auto* status = fault.as<FunctionStatus>();
  return {ExecutionStatus::kFailed,
          data_of(status ? *status : make_status(kExecutionError, {}, fault.message()))};
}
FunctionExecutionStatus failed(Code code, std::string subject_identifier, std::string message) {
  return {ExecutionStatus::kFailed,
          data_of(make_status(code, std::move(subject_identifier), std::move(message)))};
}
FunctionExecutionStatus with_warning(Code code, std::string subject_identifier, std::string message) {
  return {ExecutionStatus::kExecutedWithWarning,
          data_of(make_status(code, std::move(subject_identifier), std::move(message)))};
}
FunctionExecutionStatus expired() {
  return {ExecutionStatus::kExpired, data_of(make_status(kFunctionExpired))};
}

Status check_addressee(const MessageHeader& header, const EntityId& self) {
  const auto& to = header.receiver.id;
  if (to.empty() || to == self) return {};
  return refuse(kFormatInvalid, "To", "the message is for " + to.dotted() + ", and this is " + self.dotted());
}

FunctionStatus to_function_status(const FunctionExecutionStatus& status) {
  if (!status.statusCodeData) {
    const auto code = status.status == ExecutionStatus::kExpired ? kFunctionExpired : kExecutionError;
    return make_status(code);
  }
  const auto& data = *status.statusCodeData;
  return {data.subject, data.reason, data.subjectIdentifier.value_or(""), data.message.value_or("")};
}

}  // namespace eider::sgp02::status
