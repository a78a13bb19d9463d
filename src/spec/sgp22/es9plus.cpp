#include "spec/sgp22/es9plus.hpp"

namespace eider::sgp22::es9plus {
namespace {
using namespace json;
using Ia = InitiateAuthenticationRequest;
constexpr json::Field kIa[] = {base64<&Ia::euiccChallenge>("euiccChallenge"),
                               base64<&Ia::euiccInfo1>("euiccInfo1"), text<&Ia::smdpAddress>("smdpAddress")};
using Iar = InitiateAuthenticationResponse;
constexpr json::Field kIar[] = {
    object<&Iar::header>("header"),
    hexadecimal<&Iar::transactionId>("transactionId").also("transactionID"),
    base64<&Iar::serverSigned1>("serverSigned1"),
    base64<&Iar::serverSignature1>("serverSignature1"),
    base64<&Iar::euiccCiPKIdToBeUsed>("euiccCiPKIdToBeUsed").also("euiccCiPKIdTobeUsed"),
    base64<&Iar::serverCertificate>("serverCertificate")};
using Ac = AuthenticateClientRequest;
constexpr json::Field kAc[] = {hexadecimal<&Ac::transactionId>("transactionId").also("transactionID"),
                               base64<&Ac::authenticateServerResponse>("authenticateServerResponse")};
using Acr = AuthenticateClientResponse;
constexpr json::Field kAcr[] = {object<&Acr::header>("header"),
                                hexadecimal<&Acr::transactionId>("transactionId").also("transactionID"),
                                base64<&Acr::profileMetadata>("profileMetadata"),
                                base64<&Acr::smdpSigned2>("smdpSigned2"),
                                base64<&Acr::smdpSignature2>("smdpSignature2"),
                                base64<&Acr::smdpCertificate>("smdpCertificate")};
using Gb = GetBoundProfilePackageRequest;
constexpr json::Field kGb[] = {hexadecimal<&Gb::transactionId>("transactionId").also("transactionID"),
                               base64<&Gb::prepareDownloadResponse>("prepareDownloadResponse")};
using Gbr = GetBoundProfilePackageResponse;
constexpr json::Field kGbr[] = {object<&Gbr::header>("header"),
                                hexadecimal<&Gbr::transactionId>("transactionId").also("transactionID"),
                                base64<&Gbr::boundProfilePackage>("boundProfilePackage")};
constexpr json::Field kHn[] = {
    base64<&HandleNotificationRequest::pendingNotification>("pendingNotification")};
using Cs = CancelSessionRequest;
constexpr json::Field kCs[] = {hexadecimal<&Cs::transactionId>("transactionId").also("transactionID"),
                               base64<&Cs::cancelSessionResponse>("cancelSessionResponse")};
constexpr json::Field kEvent[] = {text<&EventEntry::eventId>("eventId"),
                                  text<&EventEntry::rspServerAddress>("rspServerAddress")};
using Ac11 = AuthenticateClientEs11Response;
constexpr json::Field kAc11[] = {object<&Ac11::header>("header"),
                                 hexadecimal<&Ac11::transactionId>("transactionId").also("transactionID"),
                                 json::array<&Ac11::eventEntries>("eventEntries")};
}  // namespace
}  // namespace eider::sgp22::es9plus

namespace eider::sgp22::es9plus::asn1 {
namespace {
using der::alternative;
using der::field;
using DF = der::Field;
constexpr der::NamedValue kIaErrors[] = {
    {1, "invalidDpAddress"}, {2, "euiccVersionNotSupportedByDp"}, {3, "ciPKIdNotSupported"}};
constexpr der::NamedValue kAcErrors[] = {{1, "eumCertificateInvalid"},
                                         {2, "eumCertificateExpired"},
                                         {3, "euiccCertificateInvalid"},
                                         {4, "euiccCertificateExpired"},
                                         {5, "euiccSignatureInvalid"},
                                         {6, "matchingIdRefused"},
                                         {7, "eidMismatch"},
                                         {8, "noEligibleProfile"},
                                         {9, "ciPKUnknown"},
                                         {10, "invalidTransactionId"},
                                         {11, "insufficientMemory"},
                                         {18, "downloadOrderExpired"},
                                         {127, "undefinedError"}};
constexpr der::NamedValue kGbErrors[] = {
    {1, "euiccSignatureInvalid"},           {2, "confirmationCodeMissing"}, {3, "confirmationCodeRefused"},
    {4, "confirmationCodeRetriesExceeded"}, {5, "bppRebindingRefused"},     {6, "downloadOrderExpired"},
    {95, "invalidTransactionId"},           {127, "undefinedError"}};
constexpr der::NamedValue kCsErrors[] = {
    {1, "invalidTransactionId"}, {2, "euiccSignatureInvalid"}, {127, "undefinedError"}};

constexpr DF kIa[] = {field<&InitiateAuthenticationRequest::euiccChallenge>("euiccChallenge", 0x81),
                      field<&InitiateAuthenticationRequest::smdpAddress>("smdpAddress", 0x83),
                      field<&InitiateAuthenticationRequest::euiccInfo1>("euiccInfo1")};
using Iao = InitiateAuthenticationOk;
constexpr DF kIaOk[] = {field<&Iao::transactionId>("transactionId", 0x80),
                        field<&Iao::serverSigned1>("serverSigned1"),
                        field<&Iao::serverSignature1>("serverSignature1", 0x5F37),
                        field<&Iao::euiccCiPKIdToBeUsed>("euiccCiPKIdToBeUsed"),
                        field<&Iao::serverCertificate>("serverCertificate")};
constexpr DF kIaResponse[] = {
    alternative<&InitiateAuthenticationResponse::value, 0>("initiateAuthenticationOk", 0xA0),
    alternative<&InitiateAuthenticationResponse::value, 1>("initiateAuthenticationError", 0x81)
        .values(kIaErrors)};
constexpr DF kAc[] = {
    field<&AuthenticateClientRequest::transactionId>("transactionId", 0x80),
    field<&AuthenticateClientRequest::authenticateServerResponse>("authenticateServerResponse"),
    field<&AuthenticateClientRequest::useMatchingIdForAcr>("useMatchingIdForAcr")};
using Aco = AuthenticateClientOk;
constexpr DF kAcOk[] = {
    field<&Aco::transactionId>("transactionId", 0x80), field<&Aco::profileMetadata>("profileMetadata"),
    field<&Aco::smdpSigned2>("smdpSigned2"), field<&Aco::smdpSignature2>("smdpSignature2", 0x5F37),
    field<&Aco::smdpCertificate>("smdpCertificate")};
constexpr DF kAcResponse[] = {
    alternative<&AuthenticateClientResponse::value, 0>("authenticateClientOk", 0xA0),
    alternative<&AuthenticateClientResponse::value, 1>("authenticateClientError", 0x81).values(kAcErrors)};
constexpr DF kGb[] = {
    field<&GetBoundProfilePackageRequest::transactionId>("transactionId", 0x80),
    field<&GetBoundProfilePackageRequest::prepareDownloadResponse>("prepareDownloadResponse")};
constexpr DF kGbOk[] = {field<&GetBoundProfilePackageOk::transactionId>("transactionId", 0x80),
                        field<&GetBoundProfilePackageOk::boundProfilePackage>("boundProfilePackage")};
constexpr DF kGbResponse[] = {
    alternative<&GetBoundProfilePackageResponse::value, 0>("getBoundProfilePackageOk", 0xA0),
    alternative<&GetBoundProfilePackageResponse::value, 1>("getBoundProfilePackageError", 0x81)
        .values(kGbErrors)};
constexpr DF kHn[] = {field<&HandleNotification::pendingNotification>("pendingNotification", 0xA0)};
constexpr DF kCs[] = {field<&CancelSessionRequest::transactionId>("transactionId", 0x80),
                      field<&CancelSessionRequest::cancelSessionResponse>("cancelSessionResponse", 0xA1)};
constexpr DF kCsResponse[] = {
    alternative<&CancelSessionResponse::value, 0>("cancelSessionOk", 0xA0),
    alternative<&CancelSessionResponse::value, 1>("cancelSessionError", 0x81).values(kCsErrors)};
using Rq = RemoteProfileProvisioningRequest;
constexpr DF kRq[] = {alternative<&Rq::value, 0>("initiateAuthenticationRequest"),
                      alternative<&Rq::value, 1>("authenticateClientRequest"),
                      alternative<&Rq::value, 2>("getBoundProfilePackageRequest"),
                      alternative<&Rq::value, 3>("handleNotification"),
                      alternative<&Rq::value, 4>("cancelSessionRequest")};
using Rs = RemoteProfileProvisioningResponse;
constexpr DF kRs[] = {alternative<&Rs::value, 0>("initiateAuthenticationResponse"),
                      alternative<&Rs::value, 1>("authenticateClientResponse"),
                      alternative<&Rs::value, 2>("getBoundProfilePackageResponse"),
                      alternative<&Rs::value, 3>("cancelSessionResponse"),
                      alternative<&Rs::value, 4>("authenticateClientResponseEs11")};
}  // namespace
}  // namespace eider::sgp22::es9plus::asn1

namespace es9 = eider::sgp22::es9plus;
EIDER_JSON_OBJECT(eider::sgp22::es9plus::InitiateAuthenticationRequest, "InitiateAuthenticationRequest",
                  es9::kIa);
EIDER_JSON_OBJECT(eider::sgp22::es9plus::InitiateAuthenticationResponse, "InitiateAuthenticationResponse",
                  es9::kIar);
EIDER_JSON_OBJECT(eider::sgp22::es9plus::AuthenticateClientRequest, "AuthenticateClientRequest", es9::kAc);
EIDER_JSON_OBJECT(eider::sgp22::es9plus::AuthenticateClientResponse, "AuthenticateClientResponse", es9::kAcr);
EIDER_JSON_OBJECT(eider::sgp22::es9plus::GetBoundProfilePackageRequest, "GetBoundProfilePackageRequest",
                  es9::kGb);
EIDER_JSON_OBJECT(eider::sgp22::es9plus::GetBoundProfilePackageResponse, "GetBoundProfilePackageResponse",
                  es9::kGbr);
EIDER_JSON_OBJECT(eider::sgp22::es9plus::HandleNotificationRequest, "HandleNotificationRequest", es9::kHn);
EIDER_JSON_OBJECT(eider::sgp22::es9plus::CancelSessionRequest, "CancelSessionRequest", es9::kCs);
EIDER_JSON_OBJECT(eider::sgp22::es9plus::EventEntry, "EventEntry", es9::kEvent);
EIDER_JSON_OBJECT(eider::sgp22::es9plus::AuthenticateClientEs11Response, "AuthenticateClientEs11Response",
                  es9::kAc11);

namespace a1 = eider::sgp22::es9plus::asn1;
EIDER_DER_SEQUENCE(eider::sgp22::es9plus::asn1::InitiateAuthenticationRequest, a1::kIa,
                   "SGP.22 v2.6.1 6.6.2.1");
EIDER_DER_SEQUENCE(eider::sgp22::es9plus::asn1::InitiateAuthenticationOk, a1::kIaOk, "SGP.22 v2.6.1 6.6.2.1");
EIDER_DER_CHOICE(eider::sgp22::es9plus::asn1::InitiateAuthenticationResponse, a1::kIaResponse,
                 "SGP.22 v2.6.1 6.6.2.1");
EIDER_DER_SEQUENCE(eider::sgp22::es9plus::asn1::AuthenticateClientRequest, a1::kAc, "SGP.22 v2.6.1 6.6.2.2");
EIDER_DER_SEQUENCE(eider::sgp22::es9plus::asn1::AuthenticateClientOk, a1::kAcOk, "SGP.22 v2.6.1 6.6.2.2");
EIDER_DER_CHOICE(eider::sgp22::es9plus::asn1::AuthenticateClientResponse, a1::kAcResponse,
                 "SGP.22 v2.6.1 6.6.2.2");
EIDER_DER_SEQUENCE(eider::sgp22::es9plus::asn1::GetBoundProfilePackageRequest, a1::kGb,
                   "SGP.22 v2.6.1 6.6.2.3");
EIDER_DER_SEQUENCE(eider::sgp22::es9plus::asn1::GetBoundProfilePackageOk, a1::kGbOk, "SGP.22 v2.6.1 6.6.2.3");
EIDER_DER_CHOICE(eider::sgp22::es9plus::asn1::GetBoundProfilePackageResponse, a1::kGbResponse,
                 "SGP.22 v2.6.1 6.6.2.3");
EIDER_DER_SEQUENCE(eider::sgp22::es9plus::asn1::HandleNotification, a1::kHn, "SGP.22 v2.6.1 6.6.2.4");
EIDER_DER_SEQUENCE(eider::sgp22::es9plus::asn1::CancelSessionRequest, a1::kCs, "SGP.22 v2.6.1 6.6.2.5");
EIDER_DER_SEQUENCE(eider::sgp22::es9plus::asn1::CancelSessionOk, std::span<const eider::der::Field>{},
                   "SGP.22 v2.6.1 6.6.2.5");
EIDER_DER_CHOICE(eider::sgp22::es9plus::asn1::CancelSessionResponse, a1::kCsResponse,
                 "SGP.22 v2.6.1 6.6.2.5");
EIDER_DER_CHOICE(eider::sgp22::es9plus::asn1::RemoteProfileProvisioningRequest, a1::kRq,
                 "SGP.22 v2.6.1 6.6.1");
EIDER_DER_CHOICE(eider::sgp22::es9plus::asn1::RemoteProfileProvisioningResponse, a1::kRs,
                 "SGP.22 v2.6.1 6.6.1");
