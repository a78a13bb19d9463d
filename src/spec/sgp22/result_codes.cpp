#include "spec/sgp22/result_codes.hpp"

#include <algorithm>
#include <cctype>

namespace eider::result_code {
namespace {

constexpr std::string_view kAuthenticateServer = "AuthenticateServer";
constexpr std::string_view kPrepareDownload = "PrepareDownload";
constexpr std::string_view kCancelSession = "CancelSession";
constexpr std::string_view kReason = "CancelSessionReason";
constexpr std::string_view kPir = "PIR";
constexpr std::string_view kCommand = "bppCommandId";
constexpr std::string_view kEnable = "EnableProfile";
constexpr std::string_view kDisable = "DisableProfile";
constexpr std::string_view kDelete = "DeleteProfile";
constexpr std::string_view kReset = "eUICCMemoryReset";
constexpr std::string_view kNickname = "SetNickname";
constexpr std::string_view kProfiles = "GetProfilesInfo";
constexpr std::string_view kList = "ListNotification";
constexpr std::string_view kRetrieve = "RetrieveNotificationsList";
constexpr std::string_view kRemove = "RemoveNotificationFromList";
constexpr std::string_view kAddress = "SetDefaultDpAddress";
constexpr std::string_view kCrl = "LoadCRL";
constexpr std::string_view kLpae = "LpaeActivation";
constexpr std::string_view kInitiate = "InitiateAuthentication";
constexpr std::string_view kAuthenticateClient = "AuthenticateClient";
constexpr std::string_view kAuthenticateClientDs = "AuthenticateClientES11";
constexpr std::string_view kGetBpp = "GetBoundProfilePackage";
constexpr std::string_view kCancelServer = "CancelSessionES9";
constexpr std::string_view kPe = "PE";

constexpr std::string_view kNewSession =
    "Begin again with GetEUICCChallenge: the card keeps one session, in RAM.";
constexpr std::string_view kServerCertificate =
    "Check the server certificate (`eider decode`): policy OID, key usage, CI among the card's, not on the "
    "CRL.";
constexpr std::string_view kServerSignature =
    "The server must sign the exact octets it sends, raw r||s of 64 octets.";
constexpr std::string_view kListProfiles =
    "List the Profiles (GetProfilesInfo) and use an ICCID or AID from there.";
constexpr std::string_view kUndefined =
    "The card gives no detail: check the request's encoding, then the card's state.";
constexpr std::string_view kCatBusyRemedy =
    "Wait until the running proactive session of the card has ended, then repeat.";
constexpr std::string_view kProfileDefect =
    "Defect of the SM-DP+ or of the Profile: check the package with `eider decode`.";
constexpr std::string_view kPackage =
    "Check the Profile Package against the eUICC's capabilities (EUICCInfo2).";
constexpr std::string_view kSeeStatus =
    "See `eider explain SUBJECT REASON` for the JSON form of the same answer.";

constexpr Row kRows[] = {
    {kAuthenticateServer, 1, "invalidCertificate",
     "The server certificate does not verify, is revoked or of a wrong kind", "5.7.13", kServerCertificate},
    {kAuthenticateServer, 2, "invalidSignature", "serverSignature1 does not verify", "5.7.13",
     kServerSignature},
    {kAuthenticateServer, 3, "unsupportedCurve", "The card does not support the certificate's curve",
     "5.7.13", "Use a certificate on a curve the card lists: NIST P-256 or brainpoolP256r1."},
    {kAuthenticateServer, 4, "noSessionContext",
     "No GetEUICCChallenge came before, or the session has moved on", "5.7.13", kNewSession},
    {kAuthenticateServer, 5, "invalidOid",
     "The certificate is neither an SM-DP+ nor an SM-DS authentication certificate", "5.7.13",
     "Send CERT.DPauth or CERT.DSauth, not CERT.DPpb or a TLS certificate."},
    {kAuthenticateServer, 6, "euiccChallengeMismatch",
     "serverSigned1 holds another challenge than the card gave", "5.7.13", kNewSession},
    {kAuthenticateServer, 7, "ciPKUnknown",
     "The certificate's CI, or euiccCiPKIdToBeUsed, is not one of the card's", "5.7.13",
     "Choose a CI that EUICCInfo1 lists in A9 (verification) and AA (signing)."},
    {kAuthenticateServer, 127, "undefinedError", "Any other failure", "5.7.13", kUndefined},

    {kPrepareDownload, 1, "invalidCertificate",
     "CERT.DPpb does not verify, or has another owner or CI than CERT.DPauth", "5.7.5", kServerCertificate},
    {kPrepareDownload, 2, "invalidSignature",
     "smdpSignature2 does not verify over smdpSigned2 and euiccSignature1", "5.7.5",
     "Sign smdpSigned2 followed by the whole euiccSignature1 TLV (5F37 40 ...)."},
    {kPrepareDownload, 3, "unsupportedCurve", "The card does not support the curve of CERT.DPpb", "5.7.5",
     "Use a CERT.DPpb on a curve of the card."},
    {kPrepareDownload, 4, "noSessionContext", "No SM-DP+ is authenticated (an SM-DS does not count)", "5.7.5",
     kNewSession},
    {kPrepareDownload, 5, "invalidTransactionId", "TransactionID differs from the session's", "5.7.5",
     kNewSession},
    {kPrepareDownload, 127, "undefinedError", "Any other failure, such as a required but missing hashCc",
     "5.7.5", kUndefined},

    {kCancelSession, 5, "invalidTransactionId", "No session, or one with another TransactionID", "5.7.14",
     "Nothing to cancel on the card."},
    {kCancelSession, 127, "undefinedError", "Any other failure", "5.7.14", kUndefined},

    {kReason, 0, "endUserRejection", "The End User said no; ends the order", "5.7.14",
     "Order again when wanted."},
    {kReason, 1, "postponed", "The End User said not now; the order stays", "5.7.14",
     "Download later with the same code."},
    {kReason, 2, "timeout", "The End User did not answer in time; the order stays", "5.7.14",
     "Download later with the same code."},
    {kReason, 3, "pprNotAllowed",
     "The card's rules authorisation table refuses the Profile's PPRs; ends the order", "5.7.14",
     "Remove the PPRs from the Profile or have the RAT allow this Profile Owner (GetRAT)."},
    {kReason, 4, "metadataMismatch",
     "Metadata of the package differs from the one shown before; ends the order", "5.7.14",
     "Defect of the SM-DP+: send the same metadata twice."},
    {kReason, 5, "loadBppExecutionError",
     "The package has no valid structure, or the card answered an error status word", "5.7.14",
     "Check the package with `eider decode`, and the status word with `eider explain SW`."},
    {kReason, 127, "undefinedReason", "None of the others", "5.7.14", "See the LPA's log."},

    {kPir, 1, "incorrectInputValues", "A command in the package has wrong values", "2.5.6", kProfileDefect},
    {kPir, 2, "invalidSignature", "smdpSign in InitialiseSecureChannel does not verify", "2.5.6",
     "Sign with the key of CERT.DPpb; the signed part ends with the card's otPK.EUICC."},
    {kPir, 3, "invalidTransactionId", "TransactionID in InitialiseSecureChannel is not the session's",
     "2.5.6", kNewSession},
    {kPir, 4, "unsupportedCrtValues", "Key type or length in the CRT is not AES-128", "2.5.6",
     "Use key type 88 and length 10."},
    {kPir, 5, "unsupportedRemoteOperationType", "remoteOpId is not installBoundProfilePackage", "2.5.6",
     "Use the value 1."},
    {kPir, 6, "unsupportedProfileClass", "The card does not support Profiles of this class", "2.5.6",
     "Test Profiles need a card with testProfileSupport in rspCapability."},
    {kPir, 7, "scp03tStructureError", "A protected record is malformed", "2.5.6", kProfileDefect},
    {kPir, 8, "scp03tSecurityError", "MAC or decryption of a record failed", "2.5.6",
     "Compare the session keys: shared secret, key type, length, hostId, EID; the MAC chain must not be "
     "cut."},
    {kPir, 9, "installFailedDueToIccidAlreadyExistsOnEuicc", "A Profile with this ICCID is installed already",
     "2.5.6", "Delete it first, or use another Profile."},
    {kPir, 10, "installFailedDueToInsufficientMemoryForProfile",
     "Too little memory; the server may allow a retry", "2.5.6",
     "Delete a Profile, then download again with the same order."},
    {kPir, 11, "installFailedDueToInterruption", "Loading was interrupted; the server may allow a retry",
     "2.5.6", "Download again with the same order."},
    {kPir, 12, "installFailedDueToPEProcessingError", "A Profile Element could not be processed", "2.5.6",
     "See simaResponse for the element's status and offset (`eider explain PE <status>`)."},
    {kPir, 13, "installFailedDueToDataMismatch", "ICCID, owner or GIDs in the files differ from the metadata",
     "2.5.6", "Make EF.ICCID, EF.IMSI, EF.GID1 and EF.GID2 agree with the metadata."},
    {kPir, 14, "testProfileInstallFailedDueToInvalidNaaKey",
     "A Test Profile has another key than the test key", "2.5.6",
     "Use the key that SGP.22 prescribes for Test Profiles."},
    {kPir, 15, "pprNotAllowed", "The Profile's policy rules are not allowed on this card", "2.5.6",
     "See GetRAT; PPR1 also fails while an Operational Profile is installed."},
    {kPir, 31, "insufficientMinimumSecurityLevel", "A command of the Profile has too low a security level",
     "2.5.6", "Raise the minimum security level in the Profile."},
    {kPir, 32, "serverAddressAbsentInEuiccAllowList",
     "The card's list of allowed servers does not hold this one", "2.5.6", "Use an allowed server."},
    {kPir, 127, "installFailedDueToUnknownError", "Any other failure", "2.5.6", kUndefined},

    {kCommand, 0, "initialiseSecureChannel", "Failed at the opening of the channel", "2.5.6", kProfileDefect},
    {kCommand, 1, "configureISDP", "Failed when the ISD-P was created", "2.5.6", kProfileDefect},
    {kCommand, 2, "storeMetadata", "Failed at the first record of the metadata", "2.5.6", kProfileDefect},
    {kCommand, 3, "storeMetadata2", "Failed at the second record of the metadata", "2.5.6", kProfileDefect},
    {kCommand, 4, "replaceSessionKeys", "Failed at the change to the protection keys", "2.5.6",
     kProfileDefect},
    {kCommand, 5, "loadProfileElements", "Failed while Profile Elements were loaded", "2.5.6",
     kProfileDefect},

    {kEnable, 0, "ok", "Enabled, or will be after the REFRESH", "5.7.16", ""},
    {kEnable, 1, "iccidOrAidNotFound", "No such Profile on the card", "5.7.16", kListProfiles},
    {kEnable, 2, "profileNotInDisabledState", "The Profile is enabled already", "5.7.16", "Nothing to do."},
    {kEnable, 3, "disallowedByPolicy", "PPR1 of the enabled Profile forbids disabling it", "5.7.16",
     "Only the Profile Owner can lift PPR1, by ES6.UpdateMetadata."},
    {kEnable, 4, "wrongProfileReenabling",
     "A Test Profile is enabled: only another Test Profile or the Operational Profile before it may follow",
     "5.7.16", "Disable the Test Profile first."},
    {kEnable, 5, "catBusy", "A proactive session is running", "5.7.16", kCatBusyRemedy},
    {kEnable, 127, "undefinedError", "Any other failure", "5.7.16", kUndefined},

    {kDisable, 0, "ok", "Disabled, or will be after the REFRESH", "5.7.17", ""},
    {kDisable, 1, "iccidOrAidNotFound", "No such Profile on the card", "5.7.17", kListProfiles},
    {kDisable, 2, "profileNotInEnabledState", "The Profile is disabled already", "5.7.17", "Nothing to do."},
    {kDisable, 3, "disallowedByPolicy", "PPR1 of the Profile forbids disabling it", "5.7.17",
     "Only the Profile Owner can lift PPR1, by ES6.UpdateMetadata."},
    {kDisable, 5, "catBusy", "A proactive session is running", "5.7.17", kCatBusyRemedy},
    {kDisable, 127, "undefinedError", "Any other failure", "5.7.17", kUndefined},

    {kDelete, 0, "ok", "Deleted", "5.7.18", ""},
    {kDelete, 1, "iccidOrAidNotFound", "No such Profile on the card", "5.7.18", kListProfiles},
    {kDelete, 2, "profileNotInDisabledState", "The Profile is enabled", "5.7.18", "Disable it first."},
    {kDelete, 3, "disallowedByPolicy", "PPR2 of the Profile forbids deleting it", "5.7.18",
     "Only the Profile Owner can lift PPR2, by ES6.UpdateMetadata; a memory reset does not ask for PPRs."},
    {kDelete, 127, "undefinedError", "Any other failure", "5.7.18", kUndefined},

    {kReset, 0, "ok", "Done", "5.7.19", ""},
    {kReset, 1, "nothingToDelete", "No Profile of the chosen kinds", "5.7.19", "Nothing to do."},
    {kReset, 5, "catBusy", "A proactive session is running", "5.7.19", kCatBusyRemedy},
    {kReset, 127, "undefinedError", "Any other failure", "5.7.19", kUndefined},

    {kNickname, 0, "ok", "Set or removed", "5.7.21", ""},
    {kNickname, 1, "iccidNotFound", "No such Profile on the card", "5.7.21", kListProfiles},
    {kNickname, 127, "undefinedError", "Any other failure", "5.7.21", kUndefined},

    {kProfiles, 1, "incorrectInputValues", "The search criterion or the tag list is malformed", "5.7.15",
     "Send one of 4F, 5A, 95 inside A0, and tags of ProfileInfo in 5C."},
    {kProfiles, 127, "undefinedError", "Any other failure", "5.7.15", kUndefined},
    {kList, 127, "undefinedError", "The filter has no bit set, or another failure", "5.7.9", kUndefined},
    {kRetrieve, 127, "undefinedError", "Any failure", "5.7.10", kUndefined},
    {kRemove, 0, "ok", "Removed", "5.7.11", ""},
    {kRemove, 1, "nothingToDelete", "No notification with this sequence number", "5.7.11", "Nothing to do."},
    {kRemove, 127, "undefinedError", "Any other failure", "5.7.11", kUndefined},
    {kAddress, 0, "ok", "Set, or deleted by an empty address", "5.7.4", ""},
    {kAddress, 127, "undefinedError", "Any failure", "5.7.4", "The address must be a UTF-8 host name."},

    {kCrl, 1, "invalidSignature", "The CRL's signature does not verify", "5.7.12",
     "Fetch the CRL again from its CI."},
    {kCrl, 2, "invalidCRLFormat", "The CRL is malformed", "5.7.12", "Fetch the CRL again from its CI."},
    {kCrl, 3, "notEnoughMemorySpace", "No room for the revoked serial numbers", "5.7.12",
     "None on this card."},
    {kCrl, 4, "verificationKeyNotFound", "The CRL's issuer is not a CI of the card", "5.7.12",
     "Load only CRLs of the CIs in EUICCInfo1."},
    {kCrl, 5, "fresherCrlAlreadyLoaded", "The card already has a later CRL", "5.7.12", "Nothing to do."},
    {kCrl, 6, "baseCrlMissing", "A delta CRL came without its base", "5.7.12", "Load the base CRL first."},
    {kCrl, 127, "undefinedError", "Any other failure", "5.7.12", kUndefined},
    {kLpae, 0, "ok", "Activated", "5.7.1", ""},
    {kLpae, 1, "notSupported", "The card has no LPA of its own in this form", "5.7.1",
     "Use the LPA of the device."},

    {kInitiate, 1, "invalidDpAddress", "The address is not one of the server", "6.6.2.1", kSeeStatus},
    {kInitiate, 2, "euiccVersionNotSupportedByDp", "SVN is not supported", "6.6.2.1", kSeeStatus},
    {kInitiate, 3, "ciPKIdNotSupported", "No common CI", "6.6.2.1", kSeeStatus},
    {kAuthenticateClient, 1, "eumCertificateInvalid", "As 8.1.2 / 6.1", "6.6.2.2", kSeeStatus},
    {kAuthenticateClient, 2, "eumCertificateExpired", "As 8.1.2 / 6.3", "6.6.2.2", kSeeStatus},
    {kAuthenticateClient, 3, "euiccCertificateInvalid", "As 8.1.3 / 6.1", "6.6.2.2", kSeeStatus},
    {kAuthenticateClient, 4, "euiccCertificateExpired", "As 8.1.3 / 6.3", "6.6.2.2", kSeeStatus},
    {kAuthenticateClient, 5, "euiccSignatureInvalid", "As 8.1 / 6.1", "6.6.2.2", kSeeStatus},
    {kAuthenticateClient, 6, "matchingIdRefused", "As 8.2.6 / 3.8", "6.6.2.2", kSeeStatus},
    {kAuthenticateClient, 7, "eidMismatch", "As 8.1.1 / 3.8", "6.6.2.2", kSeeStatus},
    {kAuthenticateClient, 8, "noEligibleProfile", "As 8.2.5 / 4.3", "6.6.2.2", kSeeStatus},
    {kAuthenticateClient, 9, "ciPKUnknown", "As 8.11.1 / 3.9", "6.6.2.2", kSeeStatus},
    {kAuthenticateClient, 10, "invalidTransactionId", "As 8.10.1 / 3.9", "6.6.2.2", kSeeStatus},
    {kAuthenticateClient, 11, "insufficientMemory", "As 8.1 / 4.8", "6.6.2.2", kSeeStatus},
    {kAuthenticateClient, 18, "downloadOrderExpired", "As 8.8.5 / 4.10", "6.6.2.2", kSeeStatus},
    {kAuthenticateClient, 127, "undefinedError", "Any other failure", "6.6.2.2", kSeeStatus},
    {kAuthenticateClientDs, 1, "eumCertificateInvalid", "As 8.1.2 / 6.1", "6.6.2", kSeeStatus},
    {kAuthenticateClientDs, 2, "eumCertificateExpired", "As 8.1.2 / 6.3", "6.6.2", kSeeStatus},
    {kAuthenticateClientDs, 3, "euiccCertificateInvalid", "As 8.1.3 / 6.1", "6.6.2", kSeeStatus},
    {kAuthenticateClientDs, 4, "euiccCertificateExpired", "As 8.1.3 / 6.3", "6.6.2", kSeeStatus},
    {kAuthenticateClientDs, 5, "euiccSignatureInvalid", "As 8.1 / 6.1", "6.6.2", kSeeStatus},
    {kAuthenticateClientDs, 6, "eventIdUnknown", "As 8.9.5 / 3.9", "6.6.2", kSeeStatus},
    {kAuthenticateClientDs, 7, "invalidTransactionId", "As 8.10.1 / 3.9", "6.6.2", kSeeStatus},
    {kAuthenticateClientDs, 127, "undefinedError", "Any other failure", "6.6.2", kSeeStatus},
    {kGetBpp, 1, "euiccSignatureInvalid", "As 8.1 / 6.1", "6.6.2.3", kSeeStatus},
    {kGetBpp, 2, "confirmationCodeMissing", "As 8.2.7 / 2.2", "6.6.2.3", kSeeStatus},
    {kGetBpp, 3, "confirmationCodeRefused", "As 8.2.7 / 3.8", "6.6.2.3", kSeeStatus},
    {kGetBpp, 4, "confirmationCodeRetriesExceeded", "As 8.2.7 / 6.4", "6.6.2.3", kSeeStatus},
    {kGetBpp, 5, "bppRebindingRefused", "As 8.2 / 3.7", "6.6.2.3", kSeeStatus},
    {kGetBpp, 6, "downloadOrderExpired", "As 8.8.5 / 4.10, up to v2.5", "6.6.2.3", kSeeStatus},
    {kGetBpp, 95, "invalidTransactionId", "As 8.10.1 / 3.9", "6.6.2.3", kSeeStatus},
    {kGetBpp, 127, "undefinedError", "Any other failure", "6.6.2.3", kSeeStatus},
    {kCancelServer, 1, "invalidTransactionId", "As 8.10.1 / 3.9", "6.6.2.5", kSeeStatus},
    {kCancelServer, 2, "euiccSignatureInvalid", "As 8.1 / 6.1", "6.6.2.5", kSeeStatus},
    {kCancelServer, 127, "undefinedError", "Any other failure", "6.6.2.5", kSeeStatus},

    {kPe, 0, "ok", "The Profile Package was processed", "TCA", ""},
    {kPe, 1, "pe-not-supported", "The kind of Profile Element is unknown to the card", "TCA", kPackage},
    {kPe, 2, "memory-failure", "Writing to non-volatile memory failed", "TCA",
     "Try again; else the card is defective."},
    {kPe, 3, "bad-values", "A value is out of range or inconsistent, or a file exists already", "TCA",
     kPackage},
    {kPe, 4, "not-enough-memory", "No room for the element", "TCA",
     "Delete a Profile, or make this one smaller."},
    {kPe, 5, "invalid-request-format", "The element cannot be decoded, or the order of elements is wrong",
     "TCA", kPackage},
    {kPe, 6, "invalid-parameter", "An unknown tag in the element, or a wrong security domain", "TCA",
     kPackage},
    {kPe, 7, "runtime-not-supported", "An application needs a runtime the card lacks", "TCA", kPackage},
    {kPe, 8, "lib-not-supported", "A needed library or its version is missing", "TCA", kPackage},
    {kPe, 9, "template-not-supported", "The file template is unknown to the card", "TCA",
     "Use a template that the card knows, or create the files generically."},
    {kPe, 10, "feature-not-supported", "A service, algorithm, key type or file type is missing on the card",
     "TCA", kPackage},
    {kPe, 11, "pin-code-missing", "A PIN that is referred to does not exist", "TCA", "Add the PE-PINCodes."},
    {kPe, 31, "unsupported-profile-version", "The header's major version is not supported", "TCA", kPackage},
};

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}
bool names(std::string_view row, std::string_view wanted) {
  return same(row, wanted) || (row == kPir && same(wanted, "ProfileInstallationResult"));
}

}  // namespace

std::span<const Row> rows() {
  return kRows;
}

std::vector<const Row*> of_function(std::string_view function) {
  std::vector<const Row*> out;
  for (const auto& row : kRows)
    if (names(row.function, function)) out.push_back(&row);
  return out;
}

const Row* find(std::string_view function, int code) {
  for (const auto& row : kRows)
    if (row.code == code && names(row.function, function)) return &row;
  return nullptr;
}

std::string_view name(std::string_view function, int code) {
  const Row* row = find(function, code);
  return row ? row->name : "unknown";
}

Es10Fault make_fault(std::string_view function, int code) {
  return Es10Fault{std::string(function), code, std::string(name(function, code))};
}

}  // namespace eider::result_code
