#include "spec/saip/naa.hpp"

using namespace eider::saip;

namespace eider::saip {

const Bytes& AlgoParameter::default_xoring_constants() {
  static const Bytes value = [] {  // c1..c5 = 0, 1, 2, 4, 8
    Bytes c(80);
    for (std::size_t i = 1; i < 5; ++i) c[16 * i + 15] = static_cast<std::uint8_t>(1U << (i - 1));
    return c;
  }();
  return value;
}
FixedBytes<6> AkaParameter::default_limit() {
  FixedBytes<6> v;
  v[2] = 0x10;  // 2^28
  return v;
}

namespace {

using der::Field;

constexpr der::NamedValue kAlgorithms[] = {{1, "milenage"}, {2, "tuak"}, {3, "usim-test"}};

constexpr Field kPinConfiguration[] = {
    der::field<&PinConfiguration::keyReference>("keyReference", 0x80),
    der::field<&PinConfiguration::pinValue>("pinValue", 0x81).size(8, 8),
    der::field<&PinConfiguration::unblockingPINReference>("unblockingPINReference", 0x82),
    der::defaulted<&PinConfiguration::pinAttributes>("pinAttributes", 0x83),
    der::defaulted<&PinConfiguration::maxNumOfAttemps_retryNumLeft>("maxNumOfAttemps-retryNumLeft", 0x84),
};
constexpr Field kPinCodesChoice[] = {
    der::alternative<&PinCodesChoice::value, PinCodesChoice::kPinConfig>("pinconfig", 0xA0).size(1, 26),
    der::alternative<&PinCodesChoice::value, PinCodesChoice::kFilePath>("filePath", 0x81).size(0, 8),
};
constexpr Field kPinCodes[] = {
    der::field<&PinCodes::header>("pin-Header", 0xA0),
    der::field<&PinCodes::pinCodes>("pinCodes", 0xA1),
};
constexpr Field kPukConfiguration[] = {
    der::field<&PukConfiguration::keyReference>("keyReference", 0x80),
    der::field<&PukConfiguration::pukValue>("pukValue", 0x81).size(8, 8),
    der::defaulted<&PukConfiguration::maxNumOfAttemps_retryNumLeft>("maxNumOfAttemps-retryNumLeft", 0x82),
};
constexpr Field kPukCodes[] = {
    der::field<&PukCodes::header>("puk-Header", 0xA0),
    der::field<&PukCodes::pukCodes>("pukCodes", 0xA1).size(1, 16),
};
constexpr Field kMappingParameter[] = {
    der::field<&MappingParameter::mappingOptions>("mappingOptions", 0x80),
    der::field<&MappingParameter::mappingSource>("mappingSource", 0x81).size(5, 16),
};
constexpr Field kAlgoParameter[] = {
    der::field<&AlgoParameter::algorithmID>("algorithmID", 0x80).values(kAlgorithms),
    der::field<&AlgoParameter::algorithmOptions>("algorithmOptions", 0x81),
    der::field<&AlgoParameter::key>("key", 0x82),
    der::field<&AlgoParameter::opc>("opc", 0x83),
    der::defaulted<&AlgoParameter::rotationConstants>("rotationConstants", 0x84),
    der::defaulted<&AlgoParameter::xoringConstants>("xoringConstants", 0x85).size(80, 80),
    der::field<&AlgoParameter::authCounterMax>("authCounterMax", 0x86),
    der::defaulted<&AlgoParameter::numberOfKeccak>("numberOfKeccak", 0x87).size(0, 255),
};
constexpr Field kAlgoConfiguration[] = {
    der::alternative<&AlgoConfiguration::value, AlgoConfiguration::kMapping>("mappingParameter", 0xA0),
    der::alternative<&AlgoConfiguration::value, AlgoConfiguration::kAlgo>("algoParameter", 0xA1),
};
constexpr Field kAkaParameter[] = {
    der::field<&AkaParameter::header>("aka-header", 0xA0),
    der::field<&AkaParameter::algoConfiguration>("algoConfiguration", 0xA1),
    der::defaulted<&AkaParameter::sqnOptions>("sqnOptions", 0x82),
    der::defaulted<&AkaParameter::sqnDelta>("sqnDelta", 0x83),
    der::defaulted<&AkaParameter::sqnAgeLimit>("sqnAgeLimit", 0x84),
    der::field<&AkaParameter::sqnInit>("sqnInit", 0xA5).size(32, 32),
};
constexpr Field kCdmaParameter[] = {
    der::field<&CdmaParameter::header>("cdma-header", 0xA0),
    der::field<&CdmaParameter::authenticationKey>("authenticationKey", 0x81).size(8, 8),
    der::field<&CdmaParameter::ssd>("ssd", 0x82).size(16, 16),
    der::field<&CdmaParameter::hrpdAccessAuthenticationData>("hrpdAccessAuthenticationData", 0x83)
        .size(2, 32),
    der::field<&CdmaParameter::simpleIPAuthenticationData>("simpleIPAuthenticationData", 0x84).size(3, 483),
    der::field<&CdmaParameter::mobileIPAuthenticationData>("mobileIPAuthenticationData", 0x85)
        .size(5, 957)
        .about("at least 12 octets before 3.0"),
};

}  // namespace
}  // namespace eider::saip

EIDER_DER_SEQUENCE(PinConfiguration, kPinConfiguration, "SAIP PEDefinitions");
EIDER_DER_CHOICE(PinCodesChoice, kPinCodesChoice, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(PinCodes, kPinCodes, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(PukConfiguration, kPukConfiguration, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(PukCodes, kPukCodes, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(MappingParameter, kMappingParameter, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(AlgoParameter, kAlgoParameter, "SAIP PEDefinitions");
EIDER_DER_CHOICE(AlgoConfiguration, kAlgoConfiguration, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(AkaParameter, kAkaParameter, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(CdmaParameter, kCdmaParameter, "SAIP PEDefinitions");
