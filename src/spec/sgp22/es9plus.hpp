// ES9+ and ES11 (LPA to SM-DP+ and SM-DS): SGP.22 v2.6.1 sections 5.6, 5.8, 6.5.2 (JSON) and 6.6 (ASN.1).
#pragma once
#include "spec/sgp22/es10b.hpp"
#include "spec/sgp22/es11.hpp"
#include "spec/sgp22/json_header.hpp"

namespace eider::sgp22::es9plus {

// ---- JSON binding. Bytes members are base64 of DER with its tag, unless noted. ----
struct InitiateAuthenticationRequest {
  Bytes euiccChallenge;  // 16 octets, no tag
  Bytes euiccInfo1;      // EUICCInfo1
  std::string smdpAddress;
};
struct InitiateAuthenticationResponse {
  std::optional<ResponseHeader> header;
  Bytes transactionId;  // upper-case hexadecimal in JSON
  Bytes serverSigned1, serverSignature1 /* 5F37 40 … */, euiccCiPKIdToBeUsed /* 04 14 … */, serverCertificate;
};
struct AuthenticateClientRequest {
  Bytes transactionId;
  Bytes authenticateServerResponse;  // BF38
};
struct AuthenticateClientResponse {
  std::optional<ResponseHeader> header;
  Bytes transactionId;
  Bytes profileMetadata;  // BF25
  Bytes smdpSigned2, smdpSignature2, smdpCertificate;
};
struct GetBoundProfilePackageRequest {
  Bytes transactionId;
  Bytes prepareDownloadResponse;  // BF21
};
struct GetBoundProfilePackageResponse {
  std::optional<ResponseHeader> header;
  Bytes transactionId;
  Bytes boundProfilePackage;  // BF36
};
struct HandleNotificationRequest {
  Bytes pendingNotification;  // BF37 or 30
};
struct CancelSessionRequest {
  Bytes transactionId;
  Bytes cancelSessionResponse;  // BF41
};
using CancelSessionResponse = EmptyResponse;

// ES11 AuthenticateClient
struct EventEntry {
  std::string eventId, rspServerAddress;
};
struct AuthenticateClientEs11Response {
  std::optional<ResponseHeader> header;
  Bytes transactionId;
  std::vector<EventEntry> eventEntries;
};

inline constexpr HttpFunction kInitiateAuthentication{"InitiateAuthentication",
                                                      "/gsma/rsp2/es9plus/initiateAuthentication",
                                                      FunctionKind::kSynchronous, "5.6.1"};
inline constexpr HttpFunction kAuthenticateClient{
    "AuthenticateClient", "/gsma/rsp2/es9plus/authenticateClient", FunctionKind::kSynchronous, "5.6.3"};
inline constexpr HttpFunction kGetBoundProfilePackage{"GetBoundProfilePackage",
                                                      "/gsma/rsp2/es9plus/getBoundProfilePackage",
                                                      FunctionKind::kSynchronous, "5.6.2"};
inline constexpr HttpFunction kHandleNotification{
    "HandleNotification", "/gsma/rsp2/es9plus/handleNotification", FunctionKind::kNotification, "5.6.4"};
inline constexpr HttpFunction kCancelSession{"CancelSession", "/gsma/rsp2/es9plus/cancelSession",
                                             FunctionKind::kSynchronous, "5.6.5"};
inline constexpr std::string_view kAsn1Path = "/gsma/rsp2/asn1";

}  // namespace eider::sgp22::es9plus

// ---- ASN.1 binding (section 6.6.2): every request and response stands inside A2 { … }. ----
namespace eider::sgp22::es9plus::asn1 {

struct InitiateAuthenticationRequest {
  Challenge euiccChallenge;
  std::string smdpAddress;
  der::RawTlv euiccInfo1;
};
struct InitiateAuthenticationOk {
  TransactionId transactionId;
  CertificateDer serverSigned1;  // any SEQUENCE, kept as it is
  Signature serverSignature1;
  KeyIdentifier euiccCiPKIdToBeUsed;
  CertificateDer serverCertificate;
};
struct InitiateAuthenticationResponse {
  std::variant<InitiateAuthenticationOk, std::int64_t> value;
};
struct AuthenticateClientRequest {
  TransactionId transactionId;
  der::RawTlv authenticateServerResponse;
  std::optional<Null> useMatchingIdForAcr;  // asks for an Activation Code, not for a Profile; from v2.6 on
};
struct AuthenticateClientOk {
  TransactionId transactionId;
  der::RawTlv profileMetadata;
  CertificateDer smdpSigned2;
  Signature smdpSignature2;
  CertificateDer smdpCertificate;
};
struct AuthenticateClientResponse {
  std::variant<AuthenticateClientOk, std::int64_t> value;
};
struct GetBoundProfilePackageRequest {
  TransactionId transactionId;
  der::RawTlv prepareDownloadResponse;
};
struct GetBoundProfilePackageOk {
  TransactionId transactionId;
  der::RawTlv boundProfilePackage;
};
struct GetBoundProfilePackageResponse {
  std::variant<GetBoundProfilePackageOk, std::int64_t> value;
};
struct HandleNotification {
  PendingNotification pendingNotification;
};
struct CancelSessionRequest {
  TransactionId transactionId;
  sgp22::CancelSessionResponse cancelSessionResponse;  // its tag BF41 is replaced by A1
};
struct CancelSessionOk {};
struct CancelSessionResponse {
  std::variant<CancelSessionOk, std::int64_t> value;
};
struct RemoteProfileProvisioningRequest {
  std::variant<InitiateAuthenticationRequest, AuthenticateClientRequest, GetBoundProfilePackageRequest,
               HandleNotification, CancelSessionRequest>
      value;
};
struct RemoteProfileProvisioningResponse {
  std::variant<InitiateAuthenticationResponse, AuthenticateClientResponse, GetBoundProfilePackageResponse,
               CancelSessionResponse, es11::asn1::AuthenticateClientResponse>
      value;
};

enum class InitiateAuthenticationError : std::uint8_t {
  kInvalidDpAddress = 1,
  kEuiccVersionNotSupportedByDp = 2,
  kCiPKIdNotSupported = 3
};
enum class AuthenticateClientError : std::uint8_t {
  kEumCertificateInvalid = 1,
  kEumCertificateExpired = 2,
  kEuiccCertificateInvalid = 3,
  kEuiccCertificateExpired = 4,
  kEuiccSignatureInvalid = 5,
  kMatchingIdRefused = 6,
  kEidMismatch = 7,
  kNoEligibleProfile = 8,
  kCiPKUnknown = 9,
  kInvalidTransactionId = 10,
  kInsufficientMemory = 11,
  kDownloadOrderExpired = 18,
  kUndefinedError = 127,
};
enum class GetBoundProfilePackageError : std::uint8_t {
  kEuiccSignatureInvalid = 1,
  kConfirmationCodeMissing = 2,
  kConfirmationCodeRefused = 3,
  kConfirmationCodeRetriesExceeded = 4,
  kBppRebindingRefused = 5,
  kDownloadOrderExpired = 6,
  kInvalidTransactionId = 95,
  kUndefinedError = 127,
};
enum class CancelSessionError : std::uint8_t {
  kInvalidTransactionId = 1,
  kEuiccSignatureInvalid = 2,
  kUndefinedError = 127
};

}  // namespace eider::sgp22::es9plus::asn1

EIDER_JSON(eider::sgp22::es9plus::InitiateAuthenticationRequest);
EIDER_JSON(eider::sgp22::es9plus::InitiateAuthenticationResponse);
EIDER_JSON(eider::sgp22::es9plus::AuthenticateClientRequest);
EIDER_JSON(eider::sgp22::es9plus::AuthenticateClientResponse);
EIDER_JSON(eider::sgp22::es9plus::GetBoundProfilePackageRequest);
EIDER_JSON(eider::sgp22::es9plus::GetBoundProfilePackageResponse);
EIDER_JSON(eider::sgp22::es9plus::HandleNotificationRequest);
EIDER_JSON(eider::sgp22::es9plus::CancelSessionRequest);
EIDER_JSON(eider::sgp22::es9plus::EventEntry);
EIDER_JSON(eider::sgp22::es9plus::AuthenticateClientEs11Response);
EIDER_DER(eider::sgp22::es9plus::asn1::InitiateAuthenticationRequest, 0xBF39);
EIDER_DER(eider::sgp22::es9plus::asn1::InitiateAuthenticationOk, 0x30);
EIDER_DER(eider::sgp22::es9plus::asn1::InitiateAuthenticationResponse, 0xBF39);
EIDER_DER(eider::sgp22::es9plus::asn1::AuthenticateClientRequest, 0xBF3B);
EIDER_DER(eider::sgp22::es9plus::asn1::AuthenticateClientOk, 0x30);
EIDER_DER(eider::sgp22::es9plus::asn1::AuthenticateClientResponse, 0xBF3B);
EIDER_DER(eider::sgp22::es9plus::asn1::GetBoundProfilePackageRequest, 0xBF3A);
EIDER_DER(eider::sgp22::es9plus::asn1::GetBoundProfilePackageOk, 0x30);
EIDER_DER(eider::sgp22::es9plus::asn1::GetBoundProfilePackageResponse, 0xBF3A);
EIDER_DER(eider::sgp22::es9plus::asn1::HandleNotification, 0xBF3D);
EIDER_DER(eider::sgp22::es9plus::asn1::CancelSessionRequest, 0xBF41);
EIDER_DER(eider::sgp22::es9plus::asn1::CancelSessionOk, 0x30);
EIDER_DER(eider::sgp22::es9plus::asn1::CancelSessionResponse, 0xBF41);
EIDER_DER(eider::sgp22::es9plus::asn1::RemoteProfileProvisioningRequest, 0xA2);
EIDER_DER(eider::sgp22::es9plus::asn1::RemoteProfileProvisioningResponse, 0xA2);
