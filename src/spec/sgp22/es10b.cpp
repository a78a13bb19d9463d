#include "spec/sgp22/es10b.hpp"

namespace eider::sgp22 {
namespace {
using der::alternative;
using der::Field;
using der::field;
using der::NamedValue;
using NoFields = std::span<const Field>;

constexpr NamedValue kAuthenticateErrors[] = {{1, "invalidCertificate"}, {2, "invalidSignature"},
                                              {3, "unsupportedCurve"},   {4, "noSessionContext"},
                                              {5, "invalidOid"},         {6, "euiccChallengeMismatch"},
                                              {7, "ciPKUnknown"},        {127, "undefinedError"}};
constexpr NamedValue kDownloadErrors[] = {{1, "invalidCertificate"},   {2, "invalidSignature"},
                                          {3, "unsupportedCurve"},     {4, "noSessionContext"},
                                          {5, "invalidTransactionId"}, {127, "undefinedError"}};
constexpr NamedValue kCancelReasons[] = {{0, "endUserRejection"}, {1, "postponed"},
                                         {2, "timeout"},          {3, "pprNotAllowed"},
                                         {4, "metadataMismatch"}, {5, "loadBppExecutionError"},
                                         {127, "undefinedReason"}};
constexpr NamedValue kCancelErrors[] = {{5, "invalidTransactionId"}, {127, "undefinedError"}};
constexpr NamedValue kCrlErrors[] = {{1, "invalidSignature"},        {2, "invalidCRLFormat"},
                                     {3, "notEnoughMemorySpace"},    {4, "verificationKeyNotFound"},
                                     {5, "fresherCrlAlreadyLoaded"}, {6, "baseCrlMissing"},
                                     {127, "undefinedError"}};
constexpr NamedValue kUndefined[] = {{127, "undefinedError"}};
constexpr NamedValue kDefaultDp[] = {{0, "ok"}, {127, "undefinedError"}};
constexpr NamedValue kDeleteStatus[] = {{0, "ok"}, {1, "nothingToDelete"}, {127, "undefinedError"}};
constexpr NamedValue kOperations[] = {{0, "notificationInstall"},
                                      {1, "notificationEnable"},
                                      {2, "notificationDisable"},
                                      {3, "notificationDelete"}};
constexpr NamedValue kRatPprs[] = {{0, "pprUpdateControl"}, {1, "ppr1"}, {2, "ppr2"}};
constexpr NamedValue kPprFlags[] = {{0, "consentRequired"}};
constexpr NamedValue kLpae[] = {{0, "lpaeUsingCat"}, {1, "lpaeUsingScws"}};
constexpr NamedValue kLpaeResult[] = {{0, "ok"}, {1, "notSupported"}};

constexpr Field kAddresses[] = {
    field<&EuiccConfiguredAddressesResponse::defaultDpAddress>("defaultDpAddress", 0x80),
    field<&EuiccConfiguredAddressesResponse::rootDsAddress>("rootDsAddress", 0x81)};
constexpr Field kSetDp[] = {field<&SetDefaultDpAddressRequest::defaultDpAddress>("defaultDpAddress", 0x80)};
constexpr Field kSetDpResult[] = {
    field<&SetDefaultDpAddressResponse::setDefaultDpAddressResult>("setDefaultDpAddressResult", 0x80)
        .values(kDefaultDp)};
constexpr Field kChallenge[] = {field<&GetEuiccChallengeResponse::euiccChallenge>("euiccChallenge", 0x80)};
constexpr Field kServerSigned1[] = {field<&ServerSigned1::transactionId>("transactionId", 0x80).size(1, 16),
                                    field<&ServerSigned1::euiccChallenge>("euiccChallenge", 0x81),
                                    field<&ServerSigned1::serverAddress>("serverAddress", 0x83),
                                    field<&ServerSigned1::serverChallenge>("serverChallenge", 0x84)};
constexpr Field kCommonAuth[] = {field<&CtxParamsForCommonAuthentication::matchingId>("matchingId", 0x80),
                                 field<&CtxParamsForCommonAuthentication::deviceInfo>("deviceInfo", 0xA1)};
constexpr Field kCtx[] = {alternative<&CtxParams1::value, 0>("ctxParamsForCommonAuthentication", 0xA0)};
using Asr = AuthenticateServerRequest;
constexpr Field kAuthRequest[] = {
    field<&Asr::serverSigned1>("serverSigned1"), field<&Asr::serverSignature1>("serverSignature1", 0x5F37),
    field<&Asr::euiccCiPKIdToBeUsed>("euiccCiPKIdToBeUsed"),
    field<&Asr::serverCertificate>("serverCertificate"), field<&Asr::ctxParams1>("ctxParams1")};
constexpr Field kEuiccSigned1[] = {field<&EuiccSigned1::transactionId>("transactionId", 0x80).size(1, 16),
                                   field<&EuiccSigned1::serverAddress>("serverAddress", 0x83),
                                   field<&EuiccSigned1::serverChallenge>("serverChallenge", 0x84),
                                   field<&EuiccSigned1::euiccInfo2>("euiccInfo2"),
                                   field<&EuiccSigned1::ctxParams1>("ctxParams1")};
using Aro = AuthenticateResponseOk;
constexpr Field kAuthOk[] = {
    field<&Aro::euiccSigned1>("euiccSigned1"), field<&Aro::euiccSignature1>("euiccSignature1", 0x5F37),
    field<&Aro::euiccCertificate>("euiccCertificate"), field<&Aro::eumCertificate>("eumCertificate")};
constexpr Field kAuthError[] = {
    field<&AuthenticateResponseError::transactionId>("transactionId", 0x80),
    field<&AuthenticateResponseError::authenticateErrorCode>("authenticateErrorCode")
        .values(kAuthenticateErrors)};
constexpr Field kAuthResponse[] = {
    alternative<&AuthenticateServerResponse::value, 0>("authenticateResponseOk", 0xA0),
    alternative<&AuthenticateServerResponse::value, 1>("authenticateResponseError", 0xA1)};
constexpr Field kSmdpSigned2[] = {field<&SmdpSigned2::transactionId>("transactionId", 0x80).size(1, 16),
                                  field<&SmdpSigned2::ccRequiredFlag>("ccRequiredFlag"),
                                  field<&SmdpSigned2::bppEuiccOtpk>("bppEuiccOtpk", 0x5F49)};
using Pdr = PrepareDownloadRequest;
constexpr Field kPrepare[] = {field<&Pdr::smdpSigned2>("smdpSigned2"),
                              field<&Pdr::smdpSignature2>("smdpSignature2", 0x5F37),
                              field<&Pdr::hashCc>("hashCc"), field<&Pdr::smdpCertificate>("smdpCertificate")};
constexpr Field kEuiccSigned2[] = {field<&EuiccSigned2::transactionId>("transactionId", 0x80).size(1, 16),
                                   field<&EuiccSigned2::euiccOtpk>("euiccOtpk", 0x5F49),
                                   field<&EuiccSigned2::hashCc>("hashCc")};
constexpr Field kPrepareOk[] = {
    field<&PrepareDownloadResponseOk::euiccSigned2>("euiccSigned2"),
    field<&PrepareDownloadResponseOk::euiccSignature2>("euiccSignature2", 0x5F37)};
constexpr Field kPrepareError[] = {
    field<&PrepareDownloadResponseError::transactionId>("transactionId", 0x80),
    field<&PrepareDownloadResponseError::downloadErrorCode>("downloadErrorCode").values(kDownloadErrors)};
constexpr Field kPrepareResponse[] = {
    alternative<&PrepareDownloadResponse::value, 0>("downloadResponseOk", 0xA0),
    alternative<&PrepareDownloadResponse::value, 1>("downloadResponseError", 0xA1)};
constexpr Field kCancel[] = {field<&CancelSessionRequest::transactionId>("transactionId", 0x80).size(1, 16),
                             field<&CancelSessionRequest::reason>("reason", 0x81).values(kCancelReasons)};
constexpr Field kCancelSigned[] = {
    field<&EuiccCancelSessionSigned::transactionId>("transactionId", 0x80),
    field<&EuiccCancelSessionSigned::smdpOid>("smdpOid", 0x81),
    field<&EuiccCancelSessionSigned::reason>("reason", 0x82).values(kCancelReasons)};
constexpr Field kCancelOk[] = {
    field<&CancelSessionResponseOk::euiccCancelSessionSigned>("euiccCancelSessionSigned"),
    field<&CancelSessionResponseOk::euiccCancelSessionSignature>("euiccCancelSessionSignature", 0x5F37)};
constexpr Field kCancelResponse[] = {
    alternative<&CancelSessionResponse::value, 0>("cancelSessionResponseOk", 0xA0),
    alternative<&CancelSessionResponse::value, 1>("cancelSessionResponseError", 0x81).values(kCancelErrors)};
constexpr Field kLoadCrl[] = {field<&LoadCRLRequest::crl>("crl", 0xA0)};
constexpr Field kLoadCrlOk[] = {field<&LoadCRLResponseOk::missingParts>("missingParts", 0xA0)};
constexpr Field kLoadCrlResponse[] = {
    alternative<&LoadCRLResponse::value, 0>("loadCRLResponseOk", 0xA0),
    alternative<&LoadCRLResponse::value, 1>("loadCRLResponseError", 0x81).values(kCrlErrors)};
using Ppar = ProfilePolicyAuthorisationRule;
constexpr Field kPpar[] = {field<&Ppar::pprIds>("pprIds", 0x80).values(kRatPprs),
                           field<&Ppar::allowedOperators>("allowedOperators", 0xA1),
                           field<&Ppar::pprFlags>("pprFlags", 0x82).values(kPprFlags)};
constexpr Field kRat[] = {alternative<&GetRatResponse::value, 0>("rat", 0xA0)};
constexpr Field kList[] = {
    field<&ListNotificationRequest::profileManagementOperation>("profileManagementOperation", 0x81)
        .values(kOperations)};
constexpr Field kListResponse[] = {
    alternative<&ListNotificationResponse::value, 0>("notificationMetadataList", 0xA0),
    alternative<&ListNotificationResponse::value, 1>("listNotificationsResultError", 0x81)
        .values(kUndefined)};
constexpr Field kCriteria[] = {
    alternative<&NotificationSearchCriteria::value, 0>("seqNumber", 0x80),
    alternative<&NotificationSearchCriteria::value, 1>("profileManagementOperation", 0x81)
        .values(kOperations)};
constexpr Field kRetrieve[] = {
    field<&RetrieveNotificationsListRequest::searchCriteria>("searchCriteria", 0xA0)};
constexpr Field kRetrieveResponse[] = {
    alternative<&RetrieveNotificationsListResponse::value, 0>("notificationList", 0xA0),
    alternative<&RetrieveNotificationsListResponse::value, 1>("notificationsListResultError", 0x81)
        .values(kUndefined)};
constexpr Field kSent[] = {field<&NotificationSentRequest::seqNumber>("seqNumber", 0x80)};
constexpr Field kSentResponse[] = {
    field<&NotificationSentResponse::deleteNotificationStatus>("deleteNotificationStatus", 0x80)
        .values(kDeleteStatus)};
constexpr Field kIsdR[] = {
    field<&ISDRProprietaryApplicationTemplate::svn>("svn", 0x82),
    field<&ISDRProprietaryApplicationTemplate::lpaeSupport>("lpaeSupport", 0x03).values(kLpae)};
constexpr Field kLpaeRequest[] = {
    field<&LpaeActivationRequest::lpaeOption>("lpaeOption", 0x80).values(kLpae)};
constexpr Field kLpaeResponse[] = {
    field<&LpaeActivationResponse::lpaeActivationResult>("lpaeActivationResult", 0x80).values(kLpaeResult)};
}  // namespace
const std::span<const NamedValue> kCancelSessionReasonNames = kCancelReasons;
}  // namespace eider::sgp22

using namespace eider::sgp22;
EIDER_DER_SEQUENCE(eider::sgp22::EuiccConfiguredAddressesRequest, NoFields{}, "SGP.22 v2.6.1 5.7.3");
EIDER_DER_SEQUENCE(eider::sgp22::EuiccConfiguredAddressesResponse, kAddresses, "SGP.22 v2.6.1 5.7.3");
EIDER_DER_SEQUENCE(eider::sgp22::SetDefaultDpAddressRequest, kSetDp, "SGP.22 v2.6.1 5.7.4");
EIDER_DER_SEQUENCE(eider::sgp22::SetDefaultDpAddressResponse, kSetDpResult, "SGP.22 v2.6.1 5.7.4");
EIDER_DER_SEQUENCE(eider::sgp22::GetEuiccInfo1Request, NoFields{}, "SGP.22 v2.6.1 5.7.8");
EIDER_DER_SEQUENCE(eider::sgp22::GetEuiccInfo2Request, NoFields{}, "SGP.22 v2.6.1 5.7.8");
EIDER_DER_SEQUENCE(eider::sgp22::GetEuiccChallengeRequest, NoFields{}, "SGP.22 v2.6.1 5.7.7");
EIDER_DER_SEQUENCE(eider::sgp22::GetEuiccChallengeResponse, kChallenge, "SGP.22 v2.6.1 5.7.7");
EIDER_DER_SEQUENCE(eider::sgp22::ServerSigned1, kServerSigned1, "SGP.22 v2.6.1 5.7.13");
EIDER_DER_SEQUENCE(eider::sgp22::CtxParamsForCommonAuthentication, kCommonAuth, "SGP.22 v2.6.1 5.7.13");
EIDER_DER_CHOICE(eider::sgp22::CtxParams1, kCtx, "SGP.22 v2.6.1 5.7.13");
EIDER_DER_SEQUENCE(eider::sgp22::AuthenticateServerRequest, kAuthRequest, "SGP.22 v2.6.1 5.7.13");
EIDER_DER_SEQUENCE(eider::sgp22::EuiccSigned1, kEuiccSigned1, "SGP.22 v2.6.1 5.7.13");
EIDER_DER_SEQUENCE(eider::sgp22::AuthenticateResponseOk, kAuthOk, "SGP.22 v2.6.1 5.7.13");
EIDER_DER_SEQUENCE(eider::sgp22::AuthenticateResponseError, kAuthError, "SGP.22 v2.6.1 5.7.13");
EIDER_DER_CHOICE(eider::sgp22::AuthenticateServerResponse, kAuthResponse, "SGP.22 v2.6.1 5.7.13");
EIDER_DER_SEQUENCE(eider::sgp22::SmdpSigned2, kSmdpSigned2, "SGP.22 v2.6.1 5.7.5");
EIDER_DER_SEQUENCE(eider::sgp22::PrepareDownloadRequest, kPrepare, "SGP.22 v2.6.1 5.7.5");
EIDER_DER_SEQUENCE(eider::sgp22::EuiccSigned2, kEuiccSigned2, "SGP.22 v2.6.1 5.7.5");
EIDER_DER_SEQUENCE(eider::sgp22::PrepareDownloadResponseOk, kPrepareOk, "SGP.22 v2.6.1 5.7.5");
EIDER_DER_SEQUENCE(eider::sgp22::PrepareDownloadResponseError, kPrepareError, "SGP.22 v2.6.1 5.7.5");
EIDER_DER_CHOICE(eider::sgp22::PrepareDownloadResponse, kPrepareResponse, "SGP.22 v2.6.1 5.7.5");
EIDER_DER_SEQUENCE(eider::sgp22::CancelSessionRequest, kCancel, "SGP.22 v2.6.1 5.7.14");
EIDER_DER_SEQUENCE(eider::sgp22::EuiccCancelSessionSigned, kCancelSigned, "SGP.22 v2.6.1 5.7.14");
EIDER_DER_SEQUENCE(eider::sgp22::CancelSessionResponseOk, kCancelOk, "SGP.22 v2.6.1 5.7.14");
EIDER_DER_CHOICE(eider::sgp22::CancelSessionResponse, kCancelResponse, "SGP.22 v2.6.1 5.7.14");
EIDER_DER_SEQUENCE(eider::sgp22::LoadCRLRequest, kLoadCrl, "SGP.22 v2.6.1 5.7.12");
EIDER_DER_SEQUENCE(eider::sgp22::LoadCRLResponseOk, kLoadCrlOk, "SGP.22 v2.6.1 5.7.12");
EIDER_DER_CHOICE(eider::sgp22::LoadCRLResponse, kLoadCrlResponse, "SGP.22 v2.6.1 5.7.12");
EIDER_DER_SEQUENCE(eider::sgp22::ProfilePolicyAuthorisationRule, kPpar, "SGP.22 v2.6.1 5.7.22");
EIDER_DER_SEQUENCE(eider::sgp22::GetRatRequest, NoFields{}, "SGP.22 v2.6.1 5.7.22");
EIDER_DER_CHOICE(eider::sgp22::GetRatResponse, kRat, "SGP.22 v2.6.1 5.7.22");
EIDER_DER_SEQUENCE(eider::sgp22::ListNotificationRequest, kList, "SGP.22 v2.6.1 5.7.9");
EIDER_DER_CHOICE(eider::sgp22::ListNotificationResponse, kListResponse, "SGP.22 v2.6.1 5.7.9");
EIDER_DER_CHOICE(eider::sgp22::NotificationSearchCriteria, kCriteria, "SGP.22 v2.6.1 5.7.10");
EIDER_DER_SEQUENCE(eider::sgp22::RetrieveNotificationsListRequest, kRetrieve, "SGP.22 v2.6.1 5.7.10");
EIDER_DER_CHOICE(eider::sgp22::RetrieveNotificationsListResponse, kRetrieveResponse, "SGP.22 v2.6.1 5.7.10");
EIDER_DER_SEQUENCE(eider::sgp22::NotificationSentRequest, kSent, "SGP.22 v2.6.1 5.7.11");
EIDER_DER_SEQUENCE(eider::sgp22::NotificationSentResponse, kSentResponse, "SGP.22 v2.6.1 5.7.11");
EIDER_DER_SEQUENCE(eider::sgp22::ISDRProprietaryApplicationTemplate, kIsdR, "SGP.22 v2.6.1 5.7.1");
EIDER_DER_SEQUENCE(eider::sgp22::LpaeActivationRequest, kLpaeRequest, "SGP.22 v2.6.1 5.7.1");
EIDER_DER_SEQUENCE(eider::sgp22::LpaeActivationResponse, kLpaeResponse, "SGP.22 v2.6.1 5.7.1");
