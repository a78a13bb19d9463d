#include "profile/lint.hpp"

namespace eider::profile {
namespace {

constexpr auto kE = Severity::kError;
constexpr auto kW = Severity::kWarning;
constexpr auto kN = Severity::kNote;
constexpr std::string_view kSaip = "TCA PPIF";
constexpr std::string_view kPin = "TCA PPIF, PE-PINCodes and PE-PUKCodes";
constexpr std::string_view kFile = "TCA PPIF, file system";
constexpr std::string_view kNaa = "TCA PPIF, PE-AKAParameter";
constexpr std::string_view kSd = "TCA PPIF, PE-SecurityDomain";
constexpr std::string_view kRfm = "TCA PPIF, PE-RFM";

constexpr LintRule kRules[] = {
    {"PKG-01", kE, kSaip, "the package is a concatenation of complete elements"},
    {"PKG-02", kE, kSaip, "each element decodes"},
    {"PKG-03", kW, kSaip, "no members that the module does not name"},
    {"PKG-04", kE, kSaip, "a card with every service can carry the element out"},
    {"HDR-01", kE, kSaip, "exactly one header"},
    {"HDR-02", kE, kSaip, "the header is first"},
    {"HDR-03", kE, kSaip, "the header lists the services that the elements need"},
    {"HDR-04", kW, kSaip, "the header lists every template in use, and no other"},
    {"HDR-05", kW, kSaip, "elements that a profile cannot do without are mandated"},
    {"END-01", kE, kSaip, "exactly one end"},
    {"END-02", kE, kSaip, "the end is last"},
    {"PEID-01", kE, kSaip, "identifications are unique"},
    {"IOT-01", kE, kSaip, "iot and opt-iot only with iotOptions"},
    {"IOT-02", kE, kSaip, "iotOptions come with an iot"},
    {"IOT-03", kE, kSaip, "no mf in an IoT minimal profile"},
    {"ORD-01", kE, kSaip, "optional files come after the ADF they belong to"},
    {"ORD-02", kE, kSaip, "the MF comes before what is in it"},
    {"CARD-01", kE, kSaip, "elements that a package has once"},
    {"SCP-01", kE, kSaip, "elements that an ADF has once"},
    {"TPL-01", kE, kFile, "templateID is an assigned one of the element"},
    {"FCP-01", kE, kFile, "pinStatusTemplateDO is a bare list of references"},
    {"FCP-02", kW, kFile, "short file identifiers are unique in a directory"},
    {"FCP-03", kE, kFile, "access rules refer to a record that exists and says something"},
    {"PIN-01", kE, kPin, "a PUK that a PIN names exists"},
    {"PIN-02", kE, kPin, "one entry for each PIN reference"},
    {"PIN-03", kW, kPin, "tries left do not exceed the maximum"},
    {"PIN-04", kE, kPin, "global and local references are not mixed"},
    {"PIN-05", kE, kPin, "local references are not used at the MF"},
    {"PIN-06", kE, kPin, "only local references outside the MF"},
    {"PIN-08", kE, kPin, "references of PIN status templates are configured"},
    {"PUK-01", kE, kPin, "one entry for each PUK reference"},
    {"PUK-02", kW, kPin, "pukCodes follow the MF at once"},
    {"ICC-02", kW, kSaip, "F in the header's ICCID is padding only"},
    {"ICC-03", kE, "SGP.22 v2.6.1 5.5.5", "there is an EF.ICCID with content"},
    {"ICC-04", kW, kSaip, "the header's ICCID is the one of EF.ICCID"},
    {"ICC-05", kN, "ITU-T E.118", "the ICCID ends with its Luhn check digit"},
    {"NAA-01", kE, kNaa, "akaParameter comes after an NAA"},
    {"NAA-02", kE, kNaa, "cdmaParameter comes after a CSIM"},
    {"NAA-03", kW, kNaa, "each USIM and ISIM has authentication parameters"},
    {"AKA-01", kE, kNaa, "length of the key"},
    {"AKA-03", kE, kNaa, "length of OPc or TOPc"},
    {"AKA-05", kW, kNaa, "the key is not a null, counting or test key"},
    {"AKA-06", kW, kNaa, "algorithmOptions ask for a RES of more than 32 bits"},
    {"USIM-01", kW, "TS 31.102 4.2", "the IMSI is well-formed"},
    {"USIM-02", kW, "TS 31.102 4.2.8", "files of services that EF.UST offers exist"},
    {"USIM-03", kW, "TS 31.102 4.2.18", "EF.AD gives the length of the MNC as 2 or 3"},
    {"USIM-04", kN, "TS 22.011 4", "EF.ACC has exactly one of the classes 0 to 9"},
    {"DIR-01", kW, "TS 102 221 13.1", "EF.DIR names every ADF"},
    {"SD-01", kE, kSd, "rfm comes after a security domain"},
    {"SD-02", kE, kSd, "application comes after a security domain"},
    {"SD-03", kE, kSd, "key identifier and version are unique"},
    {"SD-05", kE, kSd, "openPersoData and catTpParameters in the first security domain only"},
    {"SD-07", kW, "SGP.22 v2.6.1 2.4.2", "there is an MNO-SD"},
    {"SD-08", kW, kSd, "a remote manager's security domain has keys"},
    {"APP-01", kE, kSd, "the MNO-SD is not extradited"},
    {"APP-02", kE, kSd, "the target of an extradition is PERSONALIZED"},
    {"RFM-01", kW, kRfm, "a tarList, or an AID that contains a TAR"},
    {"RFM-02", kE, kRfm, "tarList is not empty"},
    {"RFM-03", kW, "TS 102 225 5.1.1", "the minimum security level asks for integrity"},
    {"RFM-04", kN, "TS 102 226", "there is remote file management"},
    {"SEC-01", kW, "TS.48", "no publicly known OTA keys"},
    {"SEC-02", kW, kSd, "no null OTA keys"},
    {"SEC-03", kW, "TS 102 225 5.1.1", "remote management refuses unauthenticated and replayed messages"},
};

}  // namespace

const char* to_string(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      break;
  }
  return "error";
}
std::span<const LintRule> lint_rules() {
  return kRules;
}
const LintRule* find_lint_rule(std::string_view id) {
  for (const auto& r : kRules)
    if (r.id == id) return &r;
  return nullptr;
}

}  // namespace eider::profile
