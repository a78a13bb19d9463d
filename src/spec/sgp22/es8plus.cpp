#include "spec/sgp22/es8plus.hpp"

namespace eider::sgp22 {

Bytes smdp_sign_input(const InitialiseSecureChannelRequest& r, const OneTimePublicKey& euiccOtpk) {
  Bytes out = der::encode(r.remoteOpId, 0x82);
  append_tlv(out, 0x80, r.transactionId);
  append(out, der::encode(r.controlRefTemplate, 0xA6));
  append_tlv(out, 0x5F49, r.smdpOtpk);
  append_tlv(out, 0x5F49, euiccOtpk);
  return out;
}

namespace {
using der::alternative;
using der::Field;
using der::field;
using der::NamedValue;

constexpr NamedValue kCommands[] = {{0, "initialiseSecureChannel"}, {1, "configureISDP"},
                                    {2, "storeMetadata"},           {3, "storeMetadata2"},
                                    {4, "replaceSessionKeys"},      {5, "loadProfileElements"}};
constexpr NamedValue kErrorReasons[] = {{1, "incorrectInputValues"},
                                        {2, "invalidSignature"},
                                        {3, "invalidTransactionId"},
                                        {4, "unsupportedCrtValues"},
                                        {5, "unsupportedRemoteOperationType"},
                                        {6, "unsupportedProfileClass"},
                                        {7, "scp03tStructureError"},
                                        {8, "scp03tSecurityError"},
                                        {9, "installFailedDueToIccidAlreadyExistsOnEuicc"},
                                        {10, "installFailedDueToInsufficientMemoryForProfile"},
                                        {11, "installFailedDueToInterruption"},
                                        {12, "installFailedDueToPEProcessingError"},
                                        {13, "installFailedDueToDataMismatch"},
                                        {14, "testProfileInstallFailedDueToInvalidNaaKey"},
                                        {15, "pprNotAllowed"},
                                        {31, "insufficientMinimumSecurityLevel"},
                                        {32, "serverAddressAbsentInEuiccAllowList"},
                                        {127, "installFailedDueToUnknownError"}};
constexpr NamedValue kRemoteOp[] = {{1, "installBoundProfilePackage"}};
constexpr NamedValue kMetadataEvents[] = {{0, "notificationInstall"},
                                          {1, "notificationEnable"},
                                          {2, "notificationDisable"},
                                          {3, "notificationDelete"}};
}  // namespace
const std::span<const NamedValue> kBppCommandIdNames = kCommands;
const std::span<const NamedValue> kErrorReasonNames = kErrorReasons;

namespace {
constexpr Field kCrt[] = {field<&ControlRefTemplate::keyType>("keyType", 0x80),
                          field<&ControlRefTemplate::keyLen>("keyLen", 0x81),
                          field<&ControlRefTemplate::hostId>("hostId", 0x84).size(1, 16)};
using Isc = InitialiseSecureChannelRequest;
constexpr Field kIsc[] = {field<&Isc::remoteOpId>("remoteOpId", 0x82).values(kRemoteOp),
                          field<&Isc::transactionId>("transactionId", 0x80).size(1, 16),
                          field<&Isc::controlRefTemplate>("controlRefTemplate", 0xA6),
                          field<&Isc::smdpOtpk>("smdpOtpk", 0x5F49),
                          field<&Isc::smdpSign>("smdpSign", 0x5F37)};
constexpr Field kDpData[] = {field<&DpProprietaryData::dpOid>("dpOid", 0x80)};
constexpr Field kConfigure[] = {field<&ConfigureISDPRequest::dpProprietaryData>("dpProprietaryData", 0xB8)};
using Rsk = ReplaceSessionKeysRequest;
constexpr Field kReplace[] = {field<&Rsk::initialMacChainingValue>("initialMacChainingValue", 0x80),
                              field<&Rsk::ppkEnc>("ppkEnc", 0x81), field<&Rsk::ppkCmac>("ppkCmac", 0x82)};
using Bpp = BoundProfilePackage;
constexpr Field kBpp[] = {field<&Bpp::initialiseSecureChannelRequest>("initialiseSecureChannelRequest"),
                          field<&Bpp::firstSequenceOf87>("firstSequenceOf87", 0xA0).size(1, 1),
                          field<&Bpp::sequenceOf88>("sequenceOf88", 0xA1).size(1, 2),
                          field<&Bpp::secondSequenceOf87>("secondSequenceOf87", 0xA2).size(1, 1),
                          field<&Bpp::sequenceOf86>("sequenceOf86", 0xA3)};
using Nm = NotificationMetadata;
constexpr Field kMetadata[] = {
    field<&Nm::seqNumber>("seqNumber", 0x80),
    field<&Nm::profileManagementOperation>("profileManagementOperation", 0x81).values(kMetadataEvents),
    field<&Nm::notificationAddress>("notificationAddress"), field<&Nm::iccid>("iccid", 0x5A)};
constexpr Field kSuccess[] = {field<&SuccessResult::aid>("aid", 0x4F).size(5, 16),
                              field<&SuccessResult::simaResponse>("simaResponse")};
constexpr Field kError[] = {field<&ErrorResult::bppCommandId>("bppCommandId", 0x80).values(kCommands),
                            field<&ErrorResult::errorReason>("errorReason", 0x81).values(kErrorReasons),
                            field<&ErrorResult::simaResponse>("simaResponse", 0x82)};
constexpr Field kFinal[] = {alternative<&FinalResult::value, 0>("successResult", 0xA0),
                            alternative<&FinalResult::value, 1>("errorResult", 0xA1)};
using Pird = ProfileInstallationResultData;
constexpr Field kPird[] = {field<&Pird::transactionId>("transactionId", 0x80),
                           field<&Pird::notificationMetadata>("notificationMetadata"),
                           field<&Pird::smdpOid>("smdpOid"), field<&Pird::finalResult>("finalResult", 0xA2)};
constexpr Field kPir[] = {
    field<&ProfileInstallationResult::profileInstallationResultData>("profileInstallationResultData"),
    field<&ProfileInstallationResult::euiccSignPIR>("euiccSignPIR", 0x5F37)};
using Osn = OtherSignedNotification;
constexpr Field kOther[] = {field<&Osn::tbsOtherNotification>("tbsOtherNotification"),
                            field<&Osn::euiccNotificationSignature>("euiccNotificationSignature", 0x5F37),
                            field<&Osn::euiccCertificate>("euiccCertificate"),
                            field<&Osn::eumCertificate>("eumCertificate")};
constexpr Field kPending[] = {alternative<&PendingNotification::value, 0>("profileInstallationResult"),
                              alternative<&PendingNotification::value, 1>("otherSignedNotification")};
}  // namespace
}  // namespace eider::sgp22

using namespace eider::sgp22;
EIDER_DER_SEQUENCE(eider::sgp22::ControlRefTemplate, kCrt, "SGP.22 v2.6.1 5.5.1");
EIDER_DER_SEQUENCE(eider::sgp22::InitialiseSecureChannelRequest, kIsc, "SGP.22 v2.6.1 5.5.1");
EIDER_DER_SEQUENCE(eider::sgp22::DpProprietaryData, kDpData, "SGP.22 v2.6.1 5.5.2");
EIDER_DER_SEQUENCE(eider::sgp22::ConfigureISDPRequest, kConfigure, "SGP.22 v2.6.1 5.5.2");
EIDER_DER_SEQUENCE(eider::sgp22::ReplaceSessionKeysRequest, kReplace, "SGP.22 v2.6.1 5.5.4");
EIDER_DER_SEQUENCE(eider::sgp22::BoundProfilePackage, kBpp, "SGP.22 v2.6.1 2.5.4");
EIDER_DER_SEQUENCE(eider::sgp22::NotificationMetadata, kMetadata, "SGP.22 v2.6.1 5.7.9");
EIDER_DER_SEQUENCE(eider::sgp22::SuccessResult, kSuccess, "SGP.22 v2.6.1 2.5.6");
EIDER_DER_SEQUENCE(eider::sgp22::ErrorResult, kError, "SGP.22 v2.6.1 2.5.6");
EIDER_DER_CHOICE(eider::sgp22::FinalResult, kFinal, "SGP.22 v2.6.1 2.5.6");
EIDER_DER_SEQUENCE(eider::sgp22::ProfileInstallationResultData, kPird, "SGP.22 v2.6.1 2.5.6");
EIDER_DER_SEQUENCE(eider::sgp22::ProfileInstallationResult, kPir, "SGP.22 v2.6.1 2.5.6");
EIDER_DER_SEQUENCE(eider::sgp22::OtherSignedNotification, kOther, "SGP.22 v2.6.1 5.7.10");
EIDER_DER_CHOICE(eider::sgp22::PendingNotification, kPending, "SGP.22 v2.6.1 5.7.10");
