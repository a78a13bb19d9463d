// The rules about elements, codes, keys and security domains. Those that the public validator of profile
// packages has bear its identifiers; the others say what that one leaves out.
#include <algorithm>

#include "profile/lint_checks.hpp"

namespace eider::profile {
namespace {

constexpr auto kE = Severity::kError;
constexpr auto kW = Severity::kWarning;
constexpr auto kN = Severity::kNote;
constexpr std::string_view kSaip = "TCA PPIF, PEDefinitions";
constexpr std::string_view kIot = "TCA PPIF, IoT minimal profile";
constexpr std::string_view kOrder = "TCA PPIF, order of elements";
constexpr std::string_view kPin = "TCA PPIF, PE-PINCodes and PE-PUKCodes";
constexpr std::string_view kRsp555 = "SGP.22 v2.6.1 5.5.5";
constexpr std::string_view kE118 = "ITU-T E.118";
constexpr std::string_view kNaa = "TCA PPIF, PE-AKAParameter";
constexpr std::string_view k33102 = "TS 33.102 annex C";
constexpr std::string_view kSd = "TCA PPIF, PE-SecurityDomain";
constexpr std::string_view kRsp242 = "SGP.22 v2.6.1 2.4.2";
constexpr std::string_view kRfm = "TCA PPIF, PE-RFM";
constexpr std::string_view k102226 = "TS 102 226";
constexpr std::string_view kTs48 = "TS.48";
constexpr std::string_view k102225 = "TS 102 225 5.1.1";

constexpr LintRule kLintRules[] = {
    {"PKG-01", kE, kSaip, "the package is a concatenation of complete elements",
     "Take the file as it left the tool that made it: it is cut or damaged."},
    {"PKG-02", kE, kSaip, "each element decodes",
     "Make the element again; eider decode shows the octet that does not fit."},
    {"PKG-03", kW, kSaip, "no members that the module does not name",
     "Leave the member out, or check it by hand: it belongs to a later version."},
    {"PKG-04", kE, kSaip, "a card with every service can carry the element out",
     "Mend what the finding names: a card would refuse the element."},
    {"HDR-01", kE, kSaip, "exactly one header", "Keep one ProfileHeader."},
    {"HDR-02", kE, kSaip, "the header is first", "Move the header to the beginning."},
    {"HDR-03", kE, kSaip, "the header lists the services that the elements need",
     "Add the service to eUICC-Mandatory-services."},
    {"HDR-04", kW, kSaip, "the header lists every template in use, and no other",
     "Make eUICC-Mandatory-GFSTEList the list of the templateIDs in use."},
    {"HDR-05", kW, kSaip, "elements that a profile cannot do without are mandated",
     "Put mandated into the element's header."},
    {"END-01", kE, kSaip, "exactly one end", "Keep one PE-End."},
    {"END-02", kE, kSaip, "the end is last", "Move PE-End to the end."},
    {"PEID-01", kE, kSaip, "identifications are unique", "Number the elements anew."},
    {"PEID-02", kE, kSaip, "every element but the header has an identification",
     "Give the element a PEHeader with an identification."},
    {"IOT-01", kE, kIot, "iot and opt-iot only with iotOptions",
     "Add iotOptions to the header, or use the elements of a full profile."},
    {"IOT-02", kE, kIot, "iotOptions come with an iot", "Add a PE-IoT, or leave iotOptions out."},
    {"IOT-03", kE, kIot, "no mf in an IoT minimal profile", "Leave PE-MF out: PE-IoT creates the MF."},
    {"ORD-01", kE, kOrder, "opt-usim comes after a usim",
     "Move the element behind the usim that it belongs to."},
    {"ORD-02", kE, kOrder, "opt-isim comes after an isim",
     "Move the element behind the isim that it belongs to."},
    {"ORD-03", kE, kOrder, "opt-csim comes after a csim",
     "Move the element behind the csim that it belongs to."},
    {"ORD-04", kE, kOrder, "gsm-access comes after a usim",
     "Move the element behind the usim that it belongs to."},
    {"ORD-05", kE, kOrder, "phonebook comes after a usim",
     "Move the element behind the usim that it belongs to."},
    {"ORD-06", kE, kOrder, "df-5gs comes after a usim",
     "Move the element behind the usim that it belongs to."},
    {"ORD-07", kE, kOrder, "df-saip comes after a usim",
     "Move the element behind the usim that it belongs to."},
    {"ORD-08", kE, kOrder, "df-snpn comes after a usim",
     "Move the element behind the usim that it belongs to."},
    {"ORD-09", kE, kOrder, "df-5gprose comes after a usim",
     "Move the element behind the usim that it belongs to."},
    {"ORD-10", kE, kOrder, "opt-iot comes after an iot",
     "Move the element behind the iot that it belongs to."},
    {"ORD-11", kE, kOrder, "cd comes after the MF",
     "Create the MF first, by mf, iot or genericFileManagement."},
    {"ORD-12", kE, kOrder, "telecom comes after the MF",
     "Create the MF first, by mf, iot or genericFileManagement."},
    {"ORD-13", kE, kOrder, "usim comes after the MF",
     "Create the MF first, by mf, iot or genericFileManagement."},
    {"ORD-14", kE, kOrder, "isim comes after the MF",
     "Create the MF first, by mf, iot or genericFileManagement."},
    {"ORD-15", kE, kOrder, "csim comes after the MF",
     "Create the MF first, by mf, iot or genericFileManagement."},
    {"CARD-01", kE, kOrder, "at most one mf", "Keep one of them."},
    {"CARD-02", kE, kOrder, "at most one iot", "Keep one of them."},
    {"CARD-03", kE, kOrder, "at most one pukCodes", "Keep one of them."},
    {"CARD-04", kE, kOrder, "at most one cd", "Keep one of them."},
    {"CARD-05", kE, kOrder, "at most one telecom", "Keep one of them."},
    {"CARD-06", kE, kOrder, "at most one opt-iot", "Keep one of them."},
    {"CARD-07", kE, kOrder, "the MF is created once",
     "Create the MF by mf or by genericFileManagement, not by both."},
    {"SCP-01", kE, kOrder, "at most one phonebook for each USIM",
     "Keep one, or move the other behind the ADF that it is for."},
    {"SCP-02", kE, kOrder, "at most one gsm-access for each USIM",
     "Keep one, or move the other behind the ADF that it is for."},
    {"SCP-03", kE, kOrder, "at most one df-5gs for each USIM",
     "Keep one, or move the other behind the ADF that it is for."},
    {"SCP-04", kE, kOrder, "at most one df-saip for each USIM",
     "Keep one, or move the other behind the ADF that it is for."},
    {"SCP-05", kE, kOrder, "at most one df-snpn for each USIM",
     "Keep one, or move the other behind the ADF that it is for."},
    {"SCP-06", kE, kOrder, "at most one df-5gprose for each USIM",
     "Keep one, or move the other behind the ADF that it is for."},
    {"SCP-07", kE, kOrder, "at most one opt-usim for each USIM",
     "Keep one, or move the other behind the ADF that it is for."},
    {"SCP-08", kE, kOrder, "at most one opt-isim for each ISIM",
     "Keep one, or move the other behind the ADF that it is for."},
    {"SCP-09", kE, kOrder, "at most one opt-csim for each CSIM",
     "Keep one, or move the other behind the ADF that it is for."},
    {"PIN-01", kE, kPin, "a PUK that a PIN names exists",
     "Add the PUK to pukCodes, or leave unblockingPINReference out."},
    {"PIN-02", kE, kPin, "one entry for each PIN reference", "Keep one of the entries."},
    {"PIN-03", kW, kPin, "tries left do not exceed the maximum",
     "Make the low nibble no larger than the high one."},
    {"PIN-04", kE, kPin, "global and local references are not mixed",
     "Put global PINs into the pinCodes of the MF, local ones into that of their directory."},
    {"PIN-05", kE, kPin, "local references are not used at the MF",
     "Move the PIN behind the directory that it is for."},
    {"PIN-06", kE, kPin, "only local references outside the MF",
     "Move the PIN into the pinCodes behind the MF."},
    {"PIN-07", kE, kPin, "one pinCodes for each directory",
     "Put the PINs of one directory into one element."},
    {"PIN-08", kE, kPin, "global references of PIN status templates are configured at the MF",
     "Configure the PIN behind the MF, or take it out of pinStatusTemplateDO."},
    {"PIN-09", kE, kPin, "local references of PIN status templates are configured",
     "Configure the PIN behind its directory, or take it out of pinStatusTemplateDO."},
    {"PUK-01", kE, kPin, "one entry for each PUK reference", "Keep one of the entries."},
    {"PUK-02", kE, kPin, "pukCodes follow the MF at once, in an IoT minimal profile the header",
     "Move pukCodes behind the element that creates the MF."},
    {"ICC-01", kE, kIot, "F in the header's ICCID of an IoT minimal profile is padding only",
     "Write the digits, then F up to ten octets."},
    {"ICC-02", kW, kSaip, "F in the header's ICCID is padding only",
     "Write the digits, then F up to ten octets."},
    {"ICC-03", kE, kRsp555, "there is an EF.ICCID with content",
     "Give EF.ICCID its ten octets: the card compares them with the metadata."},
    {"ICC-04", kW, kSaip, "the header's ICCID is the one of EF.ICCID",
     "Make both the same; EF.ICCID has the nibbles swapped."},
    {"ICC-05", kN, kE118, "the ICCID ends with its Luhn check digit",
     "Compute the last digit; eider profile personalise does it for a ?."},
    {"NAA-01", kE, kNaa, "akaParameter comes after an NAA",
     "Move the element behind the NAA that it is for."},
    {"NAA-02", kE, kNaa, "cdmaParameter comes after a CSIM", "Move the element behind the csim."},
    {"NAA-04", kE, kNaa, "eap comes after an ADF", "Move the element behind the ADF that it is for."},
    {"AKA-01", kE, kNaa, "the key of MILENAGE and of the test algorithm has 16 octets",
     "Give a key of 16 octets."},
    {"AKA-02", kE, kNaa, "the key of TUAK has 16 or 32 octets", "Give a key of 16 or 32 octets."},
    {"AKA-03", kE, kNaa, "OPc of MILENAGE has 16 octets", "Give OPc, which is not OP, in 16 octets."},
    {"AKA-04", kE, kNaa, "TOPc of TUAK has 32 octets", "Give TOPc, which is not TOP, in 32 octets."},
    {"AUTH-01", kW, kNaa, "each USIM and ISIM has authentication parameters",
     "Add an akaParameter behind the NAA."},
    {"AUTH-02", kW, kNaa, "algorithmOptions ask for a RES of more than 32 bits",
     "Set algorithmOptions to 01 (64 bits) or 02 (128 bits)."},
    {"AUTH-03", kE, k33102, "limits and initial values of SEQ have 43 bits",
     "Keep the first octet of sqnDelta, sqnAgeLimit and sqnInit at or below 07."},
    {"AUTH-04", kE, kNaa, "key data are mapped from an NAA whose parameters come before",
     "Name the AID of an NAA that has an akaParameter before this one."},
    {"AUTH-05", kW, kNaa, "an NAA has one set of authentication parameters",
     "Keep one akaParameter: which one a card would use is not defined."},
    {"AUTH-06", kE, kNaa, "algorithmID is MILENAGE, TUAK or the test algorithm",
     "Set algorithmID to 1, 2 or 3."},
    {"KEY-01", kW, kNaa, "the key is not a null, counting or test key",
     "Give the subscriber a random key: eider profile personalise --k."},
    {"SD-01", kE, kSd, "rfm comes after a security domain", "Move the element behind its security domain."},
    {"SD-02", kE, kSd, "application comes after a security domain",
     "Move the element behind its security domain."},
    {"SD-03", kE, kSd, "key identifier and version are unique",
     "Give the key an identifier or a version of its own."},
    {"SD-04", kE, kSd, "each component of a key has a type of its own", "Keep one component of each type."},
    {"SD-05", kE, kSd, "openPersoData in the first security domain only",
     "Move openPersoData to the MNO-SD."},
    {"SD-06", kE, kSd, "catTpParameters in the first security domain only",
     "Move catTpParameters to the MNO-SD."},
    {"SD-07", kW, kRsp242, "there is an MNO-SD",
     "Add a securityDomain: without one the Operator reaches nothing over the air."},
    {"SD-08", kW, kSd, "a remote manager's security domain has keys",
     "Add a keyList to the security domain."},
    {"SD-09", kE, kSd, "keys have the length of their type", "AES: 16, 24 or 32 octets; DES: 8, 16 or 24."},
    {"APP-01", kE, kSd, "the MNO-SD is not extradited",
     "Leave extraditeSecurityDomainAID out of the first security domain."},
    {"APP-02", kE, kSd, "the target of an extradition is PERSONALIZED",
     "Put the target before this element, with lifeCycleState 0F."},
    {"APP-03", kE, kSd, "AIDs of security domains, applications and remote managers are unique",
     "Give the instance an AID of its own."},
    {"RFM-01", kW, kRfm, "a tarList, or an AID that contains a TAR",
     "Add a tarList, or an AID of 15 or 16 octets with the TAR in 13 to 15."},
    {"RFM-02", kE, kRfm, "rfm comes after the ADFs", "Move the element behind the NAAs of the profile."},
    {"RFM-03", kE, kRfm, "tarList is not empty", "Add a TAR, or leave tarList out."},
    {"RFM-04", kN, k102226, "there is remote file management",
     "Add an rfm if the Operator shall change files over the air."},
    {"RFM-05", kE, kRfm, "adfRFMAccess names an ADF of the profile",
     "Name the AID of an ADF that an element before creates."},
    {"RFM-06", kE, kRfm, "a TAR has one owner", "Give the remote manager a TAR of its own."},
    {"SEC-01", kW, kTs48, "no publicly known OTA keys", "Give the security domain keys of its own."},
    {"SEC-02", kW, kSd, "no null OTA keys", "Give the security domain random keys."},
    {"SEC-03", kW, k102225, "remote management refuses unauthenticated and replayed messages",
     "Set the minimum security level to 12 or 16 (hexadecimal)."},
    {"SEC-04", kW, k102225, "the minimum security level asks for integrity",
     "Set the minimum security level to 12 or 16 (hexadecimal)."},
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
  static const auto all = [] {
    std::vector<LintRule> out(std::begin(kLintRules), std::end(kLintRules));
    std::ranges::copy(lint::file_rules(), std::back_inserter(out));
    return out;
  }();
  return all;
}
const LintRule* find_lint_rule(std::string_view id) {
  const auto all = lint_rules();
  const auto found = std::ranges::find(all, id, &LintRule::id);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace eider::profile
