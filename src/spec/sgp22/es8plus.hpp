// ES8+ (SM-DP+ to eUICC inside the Bound Profile Package) and its result: SGP.22 v2.6.1
// sections 2.5.4, 2.5.6, 5.5.
#pragma once
#include "spec/sgp22/types.hpp"

namespace eider::sgp22 {

struct ControlRefTemplate {
  FixedBytes<1> keyType;  // 88: AES
  FixedBytes<1> keyLen;   // 10: 16 octets
  BoundedBytes<16> hostId;
};

struct InitialiseSecureChannelRequest {
  std::uint8_t remoteOpId = 1;  // installBoundProfilePackage
  TransactionId transactionId;
  ControlRefTemplate controlRefTemplate;
  OneTimePublicKey smdpOtpk;
  Signature smdpSign;
};
// What smdpSign covers besides the eUICC's one-time key (section 5.5.1): the members before the signature,
// without BF23.
Bytes smdp_sign_input(const InitialiseSecureChannelRequest& request, const OneTimePublicKey& euiccOtpk);

struct DpProprietaryData {
  Oid dpOid;
  std::vector<RawTlv> unknown;
};
struct ConfigureISDPRequest {
  std::optional<DpProprietaryData> dpProprietaryData;  // at most 128 octets with tag and length
};

struct ReplaceSessionKeysRequest {
  FixedBytes<16> initialMacChainingValue;
  FixedBytes<16> ppkEnc;
  FixedBytes<16> ppkCmac;
};

// The segments are views of the decoded input: values without tag and length, valid while that input lives.
struct BoundProfilePackage {
  InitialiseSecureChannelRequest initialiseSecureChannelRequest;
  der::ListOf<der::OctetsView, 0x87> firstSequenceOf87;
  der::ListOf<der::OctetsView, 0x88> sequenceOf88;
  std::optional<der::ListOf<der::OctetsView, 0x87>> secondSequenceOf87;
  der::ListOf<der::OctetsView, 0x86> sequenceOf86;
};

struct NotificationMetadata {
  std::int64_t seqNumber = 0;
  BitString profileManagementOperation;  // exactly one bit
  std::string notificationAddress;
  std::optional<Iccid> iccid;
};

enum class BppCommandId : std::uint8_t {
  kInitialiseSecureChannel = 0,
  kConfigureISDP = 1,
  kStoreMetadata = 2,
  kStoreMetadata2 = 3,
  kReplaceSessionKeys = 4,
  kLoadProfileElements = 5,
};
enum class ErrorReason : std::uint8_t {
  kIncorrectInputValues = 1,
  kInvalidSignature = 2,
  kInvalidTransactionId = 3,
  kUnsupportedCrtValues = 4,
  kUnsupportedRemoteOperationType = 5,
  kUnsupportedProfileClass = 6,
  kScp03tStructureError = 7,
  kScp03tSecurityError = 8,
  kInstallFailedDueToIccidAlreadyExistsOnEuicc = 9,
  kInstallFailedDueToInsufficientMemoryForProfile = 10,
  kInstallFailedDueToInterruption = 11,
  kInstallFailedDueToPEProcessingError = 12,
  kInstallFailedDueToDataMismatch = 13,
  kTestProfileInstallFailedDueToInvalidNaaKey = 14,
  kPprNotAllowed = 15,
  kInstallFailedDueToUnknownError = 127,
};
extern const std::span<const der::NamedValue> kBppCommandIdNames;
extern const std::span<const der::NamedValue> kErrorReasonNames;

struct SuccessResult {
  Aid aid;
  Bytes simaResponse;
};
struct ErrorResult {
  BppCommandId bppCommandId{};
  ErrorReason errorReason{};
  std::optional<Bytes> simaResponse;
};
struct FinalResult {
  std::variant<SuccessResult, ErrorResult> value;
};
struct ProfileInstallationResultData {
  TransactionId transactionId;
  NotificationMetadata notificationMetadata;
  Oid smdpOid;
  FinalResult finalResult;
};
struct ProfileInstallationResult {
  Signed<ProfileInstallationResultData> profileInstallationResultData;
  Signature euiccSignPIR;
};

struct OtherSignedNotification {
  Signed<NotificationMetadata> tbsOtherNotification;
  Signature euiccNotificationSignature;
  CertificateDer euiccCertificate;
  CertificateDer eumCertificate;
};
struct PendingNotification {
  std::variant<ProfileInstallationResult, OtherSignedNotification> value;
};

}  // namespace eider::sgp22

EIDER_DER(eider::sgp22::ControlRefTemplate, 0x30);
EIDER_DER(eider::sgp22::InitialiseSecureChannelRequest, 0xBF23);
EIDER_DER(eider::sgp22::DpProprietaryData, 0x30);
EIDER_DER(eider::sgp22::ConfigureISDPRequest, 0xBF24);
EIDER_DER(eider::sgp22::ReplaceSessionKeysRequest, 0xBF26);
EIDER_DER(eider::sgp22::BoundProfilePackage, 0xBF36);
EIDER_DER(eider::sgp22::NotificationMetadata, 0xBF2F);
EIDER_DER(eider::sgp22::SuccessResult, 0x30);
EIDER_DER(eider::sgp22::ErrorResult, 0x30);
EIDER_DER(eider::sgp22::FinalResult, 0);
EIDER_DER(eider::sgp22::ProfileInstallationResultData, 0xBF27);
EIDER_DER(eider::sgp22::ProfileInstallationResult, 0xBF37);
EIDER_DER(eider::sgp22::OtherSignedNotification, 0x30);
EIDER_DER(eider::sgp22::PendingNotification, 0);
