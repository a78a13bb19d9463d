// Keys and codes: PINs and PUKs, parameters of AKA and of CDMA authentication.
#pragma once
#include "spec/saip/common.hpp"

namespace eider::saip {

// Retry counters are one octet: maximum in the high nibble, tries left in the low one.
struct PinConfiguration {
  std::uint8_t keyReference = 0;  // 1..8 global, 10..14 ADM1-5, 129..136 local, 138..142 ADM6-10
  Secret pinValue;                // 8 octets, ASCII digits filled with FF
  std::optional<std::uint8_t> unblockingPINReference;
  std::uint8_t pinAttributes = 7;  // b1 enabled, b2 changeable, b3 may be disabled
  std::uint8_t maxNumOfAttemps_retryNumLeft = 0x33;
  Unknown unknown;
};
struct PinCodesChoice {
  enum Index : std::size_t { kPinConfig, kFilePath };
  std::variant<std::vector<PinConfiguration>, BoundedBytes<8>> value;  // filePath: shares the PINs of that DF
};
struct PinCodes {
  PeHeader header;
  PinCodesChoice pinCodes;
  Unknown unknown;
};

struct PukConfiguration {
  std::uint8_t keyReference = 0;  // 1..8, 129..136
  Secret pukValue;
  std::uint8_t maxNumOfAttemps_retryNumLeft = 0xAA;
  Unknown unknown;
};
struct PukCodes {
  PeHeader header;
  std::vector<PukConfiguration> pukCodes;
  Unknown unknown;
};

enum class AlgorithmId : std::uint8_t { kMilenage = 1, kTuak = 2, kUsimTestAlgorithm = 3 };

// Key data of the NAA with this AID is used; its parameters must come earlier in the package.
struct MappingParameter {
  FixedBytes<1> mappingOptions;
  Aid mappingSource;
  Unknown unknown;
};
struct AlgoParameter {
  static const Bytes& default_xoring_constants();
  AlgorithmId algorithmID = AlgorithmId::kMilenage;
  FixedBytes<1> algorithmOptions;  // b3-b1 length of RES, b6-b4 of MAC, b7 of CK and IK
  Secret key;                      // 16 octets; TUAK also 32
  Secret opc;                      // OPc 16, TOPc 32 octets: the derived value, never OP
  FixedBytes<5> rotationConstants =
      *FixedBytes<5>::from(std::array<std::uint8_t, 5>{0x40, 0x00, 0x20, 0x40, 0x60});
  Bytes xoringConstants = default_xoring_constants();
  std::optional<FixedBytes<3>> authCounterMax;
  std::uint8_t numberOfKeccak = 1;
  Unknown unknown;
};
struct AlgoConfiguration {
  enum Index : std::size_t { kMapping, kAlgo };
  std::variant<MappingParameter, AlgoParameter> value;
  const AlgoParameter* algo() const { return std::get_if<AlgoParameter>(&value); }
  const MappingParameter* mapping() const { return std::get_if<MappingParameter>(&value); }
};
struct AkaParameter {
  static FixedBytes<6> default_limit();
  PeHeader header;
  AlgoConfiguration algoConfiguration;
  FixedBytes<1> sqnOptions = octet(0x02);
  FixedBytes<6> sqnDelta = default_limit();
  FixedBytes<6> sqnAgeLimit = default_limit();
  std::optional<std::vector<FixedBytes<6>>> sqnInit;  // 32 values of SEQ; absent: all zero
  Unknown unknown;
};

struct CdmaParameter {
  PeHeader header;
  Secret authenticationKey;
  std::optional<Secret> ssd;
  std::optional<Secret> hrpdAccessAuthenticationData;
  std::optional<Secret> simpleIPAuthenticationData;
  std::optional<Secret> mobileIPAuthenticationData;
  Unknown unknown;
};

}  // namespace eider::saip

EIDER_DER(eider::saip::PinConfiguration, 0x30);
EIDER_DER(eider::saip::PinCodesChoice, 0);
EIDER_DER(eider::saip::PinCodes, 0x30);
EIDER_DER(eider::saip::PukConfiguration, 0x30);
EIDER_DER(eider::saip::PukCodes, 0x30);
EIDER_DER(eider::saip::MappingParameter, 0x30);
EIDER_DER(eider::saip::AlgoParameter, 0x30);
EIDER_DER(eider::saip::AlgoConfiguration, 0);
EIDER_DER(eider::saip::AkaParameter, 0x30);
EIDER_DER(eider::saip::CdmaParameter, 0x30);
