#include "spec/saip/security_domain.hpp"

using namespace eider::saip;

namespace eider::saip {
namespace {

using der::Field;
using der::field;

constexpr Field kContactlessParameters[] = {
    field<&ContactlessParameters::protocolParameterData>("protocolParameterData", 0x80),
};
constexpr Field kSystemParameters[] = {
    field<&SystemParameters::volatileMemoryQuotaC7>("volatileMemoryQuotaC7", 0xC7).size(2, 4),
    field<&SystemParameters::nonVolatileMemoryQuotaC8>("nonVolatileMemoryQuotaC8", 0xC8).size(2, 4),
    field<&SystemParameters::globalServiceParameters>("globalServiceParameters", 0xCB),
    field<&SystemParameters::implicitSelectionParameter>("implicitSelectionParameter", 0xCF),
    field<&SystemParameters::volatileReservedMemory>("volatileReservedMemory", 0xD7).size(2, 4),
    field<&SystemParameters::nonVolatileReservedMemory>("nonVolatileReservedMemory", 0xD8).size(2, 4),
    field<&SystemParameters::ts102226SIMFileAccessToolkitParameter>("ts102226SIMFileAccessToolkitParameter",
                                                                    0xCA),
    field<&SystemParameters::ts102226AdditionalContactlessParameters>(
        "ts102226AdditionalContactlessParameters", 0xA0),
    field<&SystemParameters::contactlessProtocolParameters>("contactlessProtocolParameters", 0xD9),
    field<&SystemParameters::userInteractionContactlessParameters>("userInteractionContactlessParameters",
                                                                   0xDA),
    field<&SystemParameters::cumulativeGrantedVolatileMemory>("cumulativeGrantedVolatileMemory", 0x82)
        .size(2, 4),
    field<&SystemParameters::cumulativeGrantedNonVolatileMemory>("cumulativeGrantedNonVolatileMemory", 0x83)
        .size(2, 4),
};
constexpr Field kUiccParameters[] = {
    field<&UiccParameters::uiccToolkitApplicationSpecificParametersField>(
        "uiccToolkitApplicationSpecificParametersField", 0x80),
    field<&UiccParameters::uiccAccessApplicationSpecificParametersField>(
        "uiccAccessApplicationSpecificParametersField", 0x81),
    field<&UiccParameters::uiccAdministrativeAccessApplicationSpecificParametersField>(
        "uiccAdministrativeAccessApplicationSpecificParametersField", 0x82),
};
constexpr Field kControlReferenceTemplate[] = {
    field<&ControlReferenceTemplate::applicationProviderIdentifier>("applicationProviderIdentifier", 0x5F20),
};
constexpr Field kApplicationInstance[] = {
    field<&ApplicationInstance::applicationLoadPackageAID>("applicationLoadPackageAID", 0x4F).size(5, 16),
    field<&ApplicationInstance::classAID>("classAID", 0x4F).size(5, 16),
    field<&ApplicationInstance::instanceAID>("instanceAID", 0x4F).size(5, 16),
    field<&ApplicationInstance::extraditeSecurityDomainAID>("extraditeSecurityDomainAID", 0x4F).size(5, 16),
    field<&ApplicationInstance::applicationPrivileges>("applicationPrivileges", 0x82),
    der::defaulted<&ApplicationInstance::lifeCycleState>("lifeCycleState", 0x83),
    field<&ApplicationInstance::applicationSpecificParametersC9>("applicationSpecificParametersC9", 0xC9),
    field<&ApplicationInstance::systemSpecificParameters>("systemSpecificParameters", 0xEF),
    field<&ApplicationInstance::applicationParameters>("applicationParameters", 0xEA),
    field<&ApplicationInstance::processData>("processData").size(1, kNoLimit),
    field<&ApplicationInstance::controlReferenceTemplate>("controlReferenceTemplate", 0xB0).about("3.3"),
};
constexpr Field kKeyComponent[] = {
    field<&KeyComponent::keyType>("keyType", 0x80),
    field<&KeyComponent::keyData>("keyData", 0x86),
    der::defaulted<&KeyComponent::macLength>("macLength", 0x87),
};
constexpr Field kKeyObject[] = {
    field<&KeyObject::keyUsageQualifier>("keyUsageQualifier", 0x95).size(1, 2),
    der::defaulted<&KeyObject::keyAccess>("keyAccess", 0x96),
    field<&KeyObject::keyIdentifier>("keyIdentifier", 0x82),
    field<&KeyObject::keyVersionNumber>("keyVersionNumber", 0x83),
    field<&KeyObject::keyCounterValue>("keyCounterValue", 0x85),
    field<&KeyObject::keyComponents>("keyComponents").size(1, kNoLimit),
};
constexpr Field kOpenPersoData[] = {
    field<&OpenPersoData::restrictParameter>("restrictParameter", 0xD9),
    field<&OpenPersoData::contactlessProtocolParameters>("contactlessProtocolParameters"),
};
constexpr Field kCatTpParameters[] = {
    field<&CatTpParameters::catTpMaxSduSize>("catTpMaxSduSize", 0x80),
    field<&CatTpParameters::catTpMaxPduSize>("catTpMaxPduSize", 0x81),
};
constexpr Field kSecurityDomain[] = {
    field<&SecurityDomain::header>("sd-Header", 0xA0),
    field<&SecurityDomain::instance>("instance", 0xA1),
    field<&SecurityDomain::keyList>("keyList", 0xA2).size(1, kNoLimit),
    field<&SecurityDomain::sdPersoData>("sdPersoData", 0xA3).size(1, kNoLimit),
    field<&SecurityDomain::openPersoData>("openPersoData", 0xA4),
    field<&SecurityDomain::catTpParameters>("catTpParameters", 0xA5),
};
constexpr Field kLoadPackage[] = {
    field<&LoadPackage::loadPackageAID>("loadPackageAID", 0x4F).size(5, 16),
    field<&LoadPackage::securityDomainAID>("securityDomainAID", 0x4F).size(5, 16),
    field<&LoadPackage::nonVolatileCodeLimitC6>("nonVolatileCodeLimitC6", 0xC6),
    field<&LoadPackage::volatileDataLimitC7>("volatileDataLimitC7", 0xC7),
    field<&LoadPackage::nonVolatileDataLimitC8>("nonVolatileDataLimitC8", 0xC8),
    field<&LoadPackage::hashValue>("hashValue", 0xC1),
    field<&LoadPackage::loadBlockObject>("loadBlockObject", 0xC4),
};
constexpr Field kApplication[] = {
    field<&Application::header>("app-Header", 0xA0),
    field<&Application::loadBlock>("loadBlock", 0xA1),
    field<&Application::instanceList>("instanceList", 0xA2).size(1, kNoLimit),
};
constexpr Field kAdfRfmAccess[] = {
    field<&AdfRfmAccess::adfAID>("adfAID", 0x80).size(5, 16),
    field<&AdfRfmAccess::adfAccessDomain>("adfAccessDomain", 0x81),
    field<&AdfRfmAccess::adfAdminAccessDomain>("adfAdminAccessDomain", 0x82),
};
constexpr Field kRfm[] = {
    field<&Rfm::header>("rfm-header", 0xA0),
    field<&Rfm::instanceAID>("instanceAID", 0x4F).size(5, 16),
    field<&Rfm::securityDomainAID>("securityDomainAID", 0x4F).size(5, 16),
    field<&Rfm::tarList>("tarList", 0xA0),
    field<&Rfm::minimumSecurityLevel>("minimumSecurityLevel", 0x81),
    field<&Rfm::uiccAccessDomain>("uiccAccessDomain"),
    field<&Rfm::uiccAdminAccessDomain>("uiccAdminAccessDomain"),
    field<&Rfm::adfRFMAccess>("adfRFMAccess"),
};

}  // namespace
}  // namespace eider::saip

EIDER_DER_SEQUENCE(ContactlessParameters, kContactlessParameters, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(SystemParameters, kSystemParameters, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(UiccParameters, kUiccParameters, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(ControlReferenceTemplate, kControlReferenceTemplate, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(ApplicationInstance, kApplicationInstance, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(KeyComponent, kKeyComponent, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(KeyObject, kKeyObject, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(OpenPersoData, kOpenPersoData, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(CatTpParameters, kCatTpParameters, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(SecurityDomain, kSecurityDomain, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(LoadPackage, kLoadPackage, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(Application, kApplication, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(AdfRfmAccess, kAdfRfmAccess, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(Rfm, kRfm, "SAIP PEDefinitions");
