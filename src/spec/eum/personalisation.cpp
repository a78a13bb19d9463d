#include "spec/eum/personalisation.hpp"

#include "codec/der_secret.hpp"

namespace eider::eum {
namespace {
using der::Field;
using der::field;

constexpr Field kCi[] = {field<&CiPublicKey::subjectPublicKeyInfo>("subjectPublicKeyInfo", 0x80),
                         field<&CiPublicKey::subjectKeyIdentifier>("subjectKeyIdentifier", 0x81).size(20, 20),
                         field<&CiPublicKey::certificateSerialNumber>("certificateSerialNumber", 0x82),
                         field<&CiPublicKey::ciOid>("ciOid", 0x83)};
constexpr Field kCredential[] = {field<&EuiccCredential::ciPKId>("ciPKId", 0x80).size(20, 20),
                                 field<&EuiccCredential::privateKey>("privateKey", 0x81),
                                 field<&EuiccCredential::euiccCertificate>("euiccCertificate"),
                                 field<&EuiccCredential::eumCertificate>("eumCertificate")};
constexpr Field kPreloaded[] = {field<&PreloadedProfile::metadata>("metadata"),
                                field<&PreloadedProfile::profilePackage>("profilePackage", 0x80),
                                field<&PreloadedProfile::enabled>("enabled", 0x81),
                                field<&PreloadedProfile::ciPKId>("ciPKId", 0x82),
                                field<&PreloadedProfile::pol1>("pol1", 0x83)};
constexpr Field kKey[] = {field<&SecurityDomainKey::keyVersion>("keyVersion", 0x80),
                          field<&SecurityDomainKey::keyIdentifier>("keyIdentifier", 0x81),
                          field<&SecurityDomainKey::keyType>("keyType", 0x82),
                          field<&SecurityDomainKey::value>("value", 0x83)};
constexpr Field kM2m[] = {field<&M2m::active>("active", 0x80),
                          field<&M2m::ecasdCertificate>("ecasdCertificate", 0x81),
                          field<&M2m::ecasdPrivateKey>("ecasdPrivateKey", 0x82),
                          field<&M2m::caIdentifier>("caIdentifier", 0x83),
                          field<&M2m::isdRKeys>("isdRKeys", 0xA4),
                          field<&M2m::sin>("sin", 0x85),
                          field<&M2m::sdin>("sdin", 0x86),
                          field<&M2m::smsAddress>("smsAddress", 0x87),
                          field<&M2m::otherAddressing>("otherAddressing", 0x88),
                          field<&M2m::fallback>("fallback", 0x89),
                          field<&M2m::emergency>("emergency", 0x8A)};
constexpr Field kLpae[] = {field<&Lpae::nameServer>("nameServer", 0x80).size(6, 18),
                           field<&Lpae::accessPoint>("accessPoint", 0x81)};
using P = Personalisation;
constexpr Field kPersonalisation[] = {field<&P::eid>("eid", 0x5A),
                                      field<&P::ciPublicKeys>("ciPublicKeys", 0xA0),
                                      field<&P::credentials>("credentials", 0xA1),
                                      field<&P::rat>("rat", 0xA2),
                                      field<&P::defaultDpAddress>("defaultDpAddress", 0x83),
                                      field<&P::rootDsAddress>("rootDsAddress", 0x84),
                                      field<&P::nonVolatileMemory>("nonVolatileMemory", 0x85),
                                      field<&P::volatileMemory>("volatileMemory", 0x86),
                                      field<&P::svn>("svn", 0x87),
                                      field<&P::profileVersion>("profileVersion", 0x88),
                                      field<&P::firmwareVersion>("firmwareVersion", 0x89),
                                      field<&P::ppVersion>("ppVersion", 0x8A),
                                      field<&P::uiccCapability>("uiccCapability", 0x8B),
                                      field<&P::rspCapability>("rspCapability", 0x8C),
                                      field<&P::euiccCategory>("euiccCategory", 0x8D),
                                      field<&P::sasAccreditationNumber>("sasAccreditationNumber", 0x8E),
                                      field<&P::preloadedProfiles>("preloadedProfiles", 0xAF),
                                      field<&P::additionalProfileVersions>("additionalProfileVersions", 0xB1),
                                      field<&P::m2m>("m2m", 0xB2),
                                      field<&P::lpae>("lpae", 0xB3)};
}  // namespace
}  // namespace eider::eum

using namespace eider::eum;
EIDER_DER_SEQUENCE(eider::eum::CiPublicKey, kCi, "SGP.22 v2.6.1 2.4.2");
EIDER_DER_SEQUENCE(eider::eum::EuiccCredential, kCredential, "SGP.22 v2.6.1 2.4.2");
EIDER_DER_SEQUENCE(eider::eum::PreloadedProfile, kPreloaded, "SGP.22 v2.6.1 2.4.5");
EIDER_DER_SEQUENCE(eider::eum::SecurityDomainKey, kKey, "SGP.02 v4.2 2.2.5");
EIDER_DER_SEQUENCE(eider::eum::M2m, kM2m, "SGP.02 v4.2 2.2.1");
EIDER_DER_SEQUENCE(eider::eum::Lpae, kLpae, "SGP.22 v2.6.1 5.11");
EIDER_DER_SEQUENCE(eider::eum::Personalisation, kPersonalisation, "SGP.22 v2.6.1 2.4");
