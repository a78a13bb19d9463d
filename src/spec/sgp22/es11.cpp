#include "spec/sgp22/es11.hpp"

namespace eider::sgp22 {
namespace {
using E11 = es11::asn1::EventEntry;
using Ok11 = es11::asn1::AuthenticateClientOk;
using R11 = es11::asn1::AuthenticateClientResponse;
constexpr der::NamedValue kErrors[] = {{1, "eumCertificateInvalid"},   {2, "eumCertificateExpired"},
                                       {3, "euiccCertificateInvalid"}, {4, "euiccCertificateExpired"},
                                       {5, "euiccSignatureInvalid"},   {6, "eventIdUnknown"},
                                       {7, "invalidTransactionId"},    {127, "undefinedError"}};
constexpr der::Field kEntry[] = {der::field<&E11::eventId>("eventId", 0x80),
                                 der::field<&E11::rspServerAddress>("rspServerAddress", 0x81)};
constexpr der::Field kOk[] = {der::field<&Ok11::transactionId>("transactionId", 0x80),
                              der::field<&Ok11::eventEntries>("eventEntries", 0xA1)};
constexpr der::Field kResponse[] = {
    der::alternative<&R11::value, 0>("authenticateClientOk", 0xA0),
    der::alternative<&R11::value, 1>("authenticateClientError", 0x81).values(kErrors)};
}  // namespace
}  // namespace eider::sgp22

using namespace eider::sgp22;
EIDER_DER_SEQUENCE(eider::sgp22::es11::asn1::EventEntry, kEntry, "SGP.22 v2.6.1 6.6.3.1");
EIDER_DER_SEQUENCE(eider::sgp22::es11::asn1::AuthenticateClientOk, kOk, "SGP.22 v2.6.1 6.6.3.1");
EIDER_DER_CHOICE(eider::sgp22::es11::asn1::AuthenticateClientResponse, kResponse, "SGP.22 v2.6.1 6.6.3.1");
