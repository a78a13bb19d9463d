// ES10a and ES10b (LPA to ISD-R): SGP.22 v2.6.1 sections 5.7.3 to 5.7.14 and 5.7.22.
#pragma once
#include "spec/sgp22/es8plus.hpp"

namespace eider::sgp22 {

// ---- ES10a ----
struct EuiccConfiguredAddressesRequest {};
struct EuiccConfiguredAddressesResponse {
  std::optional<std::string> defaultDpAddress;
  std::string rootDsAddress;
  std::vector<RawTlv> unknown;
};
struct SetDefaultDpAddressRequest {
  std::string defaultDpAddress;  // empty: deletes
};
struct SetDefaultDpAddressResponse {
  std::uint8_t setDefaultDpAddressResult = 0;
};

// ---- ES10b: session ----
struct GetEuiccInfo1Request {};
struct GetEuiccInfo2Request {};
struct GetEuiccChallengeRequest {};
struct GetEuiccChallengeResponse {
  Challenge euiccChallenge;
};

struct ServerSigned1 {
  TransactionId transactionId;
  Challenge euiccChallenge;
  std::string serverAddress;
  Challenge serverChallenge;
  std::vector<RawTlv> unknown;
};
struct CtxParamsForCommonAuthentication {
  std::optional<std::string> matchingId;
  DeviceInfo deviceInfo;
  std::vector<RawTlv> unknown;
};
struct CtxParams1 {
  std::variant<CtxParamsForCommonAuthentication> value;
};
struct AuthenticateServerRequest {
  Signed<ServerSigned1> serverSigned1;
  Signature serverSignature1;
  KeyIdentifier euiccCiPKIdToBeUsed;
  CertificateDer serverCertificate;
  CtxParams1 ctxParams1;
  std::vector<RawTlv> unknown;
};
struct EuiccSigned1 {
  TransactionId transactionId;
  std::string serverAddress;
  Challenge serverChallenge;
  EUICCInfo2 euiccInfo2;
  CtxParams1 ctxParams1;
  std::vector<RawTlv> unknown;
};
struct AuthenticateResponseOk {
  Signed<EuiccSigned1> euiccSigned1;
  Signature euiccSignature1;
  CertificateDer euiccCertificate;
  CertificateDer eumCertificate;
  std::vector<RawTlv> unknown;
};
enum class AuthenticateErrorCode : std::uint8_t {
  kInvalidCertificate = 1,
  kInvalidSignature = 2,
  kUnsupportedCurve = 3,
  kNoSessionContext = 4,
  kInvalidOid = 5,
  kEuiccChallengeMismatch = 6,
  kCiPKUnknown = 7,
  kUndefinedError = 127,
};
struct AuthenticateResponseError {
  TransactionId transactionId;
  AuthenticateErrorCode authenticateErrorCode{};
};
struct AuthenticateServerResponse {
  std::variant<AuthenticateResponseOk, AuthenticateResponseError> value;
};

struct SmdpSigned2 {
  TransactionId transactionId;
  bool ccRequiredFlag = false;
  std::optional<OneTimePublicKey> bppEuiccOtpk;
  std::vector<RawTlv> unknown;
};
struct PrepareDownloadRequest {
  Signed<SmdpSigned2> smdpSigned2;
  Signature smdpSignature2;
  std::optional<FixedBytes<32>> hashCc;
  CertificateDer smdpCertificate;
};
struct EuiccSigned2 {
  TransactionId transactionId;
  OneTimePublicKey euiccOtpk;
  std::optional<FixedBytes<32>> hashCc;
  std::vector<RawTlv> unknown;
};
struct PrepareDownloadResponseOk {
  Signed<EuiccSigned2> euiccSigned2;
  Signature euiccSignature2;
};
enum class DownloadErrorCode : std::uint8_t {
  kInvalidCertificate = 1,
  kInvalidSignature = 2,
  kUnsupportedCurve = 3,
  kNoSessionContext = 4,
  kInvalidTransactionId = 5,
  kUndefinedError = 127,
};
struct PrepareDownloadResponseError {
  TransactionId transactionId;
  DownloadErrorCode downloadErrorCode{};
};
struct PrepareDownloadResponse {
  std::variant<PrepareDownloadResponseOk, PrepareDownloadResponseError> value;
};

enum class CancelSessionReason : std::uint8_t {
  kEndUserRejection = 0,
  kPostponed = 1,
  kTimeout = 2,
  kPprNotAllowed = 3,
  kMetadataMismatch = 4,
  kLoadBppExecutionError = 5,
  kUndefinedReason = 127,
};
extern const std::span<const der::NamedValue> kCancelSessionReasonNames;
struct CancelSessionRequest {
  TransactionId transactionId;
  CancelSessionReason reason{};
};
struct EuiccCancelSessionSigned {
  TransactionId transactionId;
  Oid smdpOid;
  CancelSessionReason reason{};
  std::vector<RawTlv> unknown;
};
struct CancelSessionResponseOk {
  Signed<EuiccCancelSessionSigned> euiccCancelSessionSigned;
  Signature euiccCancelSessionSignature;
};
enum class CancelSessionResponseError : std::uint8_t { kInvalidTransactionId = 5, kUndefinedError = 127 };
struct CancelSessionResponse {
  std::variant<CancelSessionResponseOk, CancelSessionResponseError> value;
};

// ---- ES10b: CRL, RAT ----
struct LoadCRLRequest {
  Bytes crl;  // content of the CertificateList: its tag 30 is replaced by A0
};
struct LoadCRLResponseOk {
  std::optional<std::vector<std::int64_t>> missingParts;
};
enum class LoadCRLResponseError : std::uint8_t {
  kInvalidSignature = 1,
  kInvalidCRLFormat = 2,
  kNotEnoughMemorySpace = 3,
  kVerificationKeyNotFound = 4,
  kFresherCrlAlreadyLoaded = 5,
  kBaseCrlMissing = 6,
  kUndefinedError = 127,
};
struct LoadCRLResponse {
  std::variant<LoadCRLResponseOk, LoadCRLResponseError> value;
};

struct ProfilePolicyAuthorisationRule {
  BitString pprIds;
  std::vector<OperatorId> allowedOperators;
  BitString pprFlags;  // bit 0: consentRequired
  bool operator==(const ProfilePolicyAuthorisationRule&) const = default;
};
struct GetRatRequest {};
struct GetRatResponse {
  std::variant<std::vector<ProfilePolicyAuthorisationRule>> value;  // rat
};

// ---- ES10b: notifications ----
struct ListNotificationRequest {
  std::optional<BitString> profileManagementOperation;
};
enum class ListNotificationsResultError : std::uint8_t { kUndefinedError = 127 };
struct ListNotificationResponse {
  std::variant<std::vector<NotificationMetadata>, ListNotificationsResultError> value;
};
struct NotificationSearchCriteria {
  std::variant<std::int64_t, BitString> value;  // seqNumber | profileManagementOperation
};
struct RetrieveNotificationsListRequest {
  std::optional<NotificationSearchCriteria> searchCriteria;
};
struct RetrieveNotificationsListResponse {
  std::variant<std::vector<PendingNotification>, ListNotificationsResultError> value;
};
enum class DeleteNotificationStatus : std::uint8_t { kOk = 0, kNothingToDelete = 1, kUndefinedError = 127 };
struct NotificationSentRequest {
  std::int64_t seqNumber = 0;
};
struct NotificationSentResponse {
  DeleteNotificationStatus deleteNotificationStatus{};
};

// ---- ISD-R selection ----
// In the FCI of the ISD-R (section 5.7.1).
struct ISDRProprietaryApplicationTemplate {
  Version svn;
  std::optional<BitString> lpaeSupport;
  std::vector<RawTlv> unknown;
};
struct LpaeActivationRequest {
  BitString lpaeOption;
};
struct LpaeActivationResponse {
  std::uint8_t lpaeActivationResult = 0;  // 0 ok, 1 notSupported
};

}  // namespace eider::sgp22

EIDER_DER(eider::sgp22::EuiccConfiguredAddressesRequest, 0xBF3C);
EIDER_DER(eider::sgp22::EuiccConfiguredAddressesResponse, 0xBF3C);
EIDER_DER(eider::sgp22::SetDefaultDpAddressRequest, 0xBF3F);
EIDER_DER(eider::sgp22::SetDefaultDpAddressResponse, 0xBF3F);
EIDER_DER(eider::sgp22::GetEuiccInfo1Request, 0xBF20);
EIDER_DER(eider::sgp22::GetEuiccInfo2Request, 0xBF22);
EIDER_DER(eider::sgp22::GetEuiccChallengeRequest, 0xBF2E);
EIDER_DER(eider::sgp22::GetEuiccChallengeResponse, 0xBF2E);
EIDER_DER(eider::sgp22::ServerSigned1, 0x30);
EIDER_DER(eider::sgp22::CtxParamsForCommonAuthentication, 0x30);
EIDER_DER(eider::sgp22::CtxParams1, 0);
EIDER_DER(eider::sgp22::AuthenticateServerRequest, 0xBF38);
EIDER_DER(eider::sgp22::EuiccSigned1, 0x30);
EIDER_DER(eider::sgp22::AuthenticateResponseOk, 0x30);
EIDER_DER(eider::sgp22::AuthenticateResponseError, 0x30);
EIDER_DER(eider::sgp22::AuthenticateServerResponse, 0xBF38);
EIDER_DER(eider::sgp22::SmdpSigned2, 0x30);
EIDER_DER(eider::sgp22::PrepareDownloadRequest, 0xBF21);
EIDER_DER(eider::sgp22::EuiccSigned2, 0x30);
EIDER_DER(eider::sgp22::PrepareDownloadResponseOk, 0x30);
EIDER_DER(eider::sgp22::PrepareDownloadResponseError, 0x30);
EIDER_DER(eider::sgp22::PrepareDownloadResponse, 0xBF21);
EIDER_DER(eider::sgp22::CancelSessionRequest, 0xBF41);
EIDER_DER(eider::sgp22::EuiccCancelSessionSigned, 0x30);
EIDER_DER(eider::sgp22::CancelSessionResponseOk, 0x30);
EIDER_DER(eider::sgp22::CancelSessionResponse, 0xBF41);
EIDER_DER(eider::sgp22::LoadCRLRequest, 0xBF35);
EIDER_DER(eider::sgp22::LoadCRLResponseOk, 0x30);
EIDER_DER(eider::sgp22::LoadCRLResponse, 0xBF35);
EIDER_DER(eider::sgp22::ProfilePolicyAuthorisationRule, 0x30);
EIDER_DER(eider::sgp22::GetRatRequest, 0xBF43);
EIDER_DER(eider::sgp22::GetRatResponse, 0xBF43);
EIDER_DER(eider::sgp22::ListNotificationRequest, 0xBF28);
EIDER_DER(eider::sgp22::ListNotificationResponse, 0xBF28);
EIDER_DER(eider::sgp22::NotificationSearchCriteria, 0);
EIDER_DER(eider::sgp22::RetrieveNotificationsListRequest, 0xBF2B);
EIDER_DER(eider::sgp22::RetrieveNotificationsListResponse, 0xBF2B);
EIDER_DER(eider::sgp22::NotificationSentRequest, 0xBF30);
EIDER_DER(eider::sgp22::NotificationSentResponse, 0xBF30);
EIDER_DER(eider::sgp22::ISDRProprietaryApplicationTemplate, 0xE0);
EIDER_DER(eider::sgp22::LpaeActivationRequest, 0xBF42);
EIDER_DER(eider::sgp22::LpaeActivationResponse, 0xBF42);
