// What a card answers to a profile package: EUICCResponse. In SGP.22 it travels as `simaResponse`.
#pragma once
#include "spec/saip/common.hpp"

namespace eider::saip {

enum class PeStatusCode : std::uint16_t {
  kOk = 0,
  kPeNotSupported = 1,
  kMemoryFailure = 2,
  kBadValues = 3,
  kNotEnoughMemory = 4,
  kInvalidRequestFormat = 5,
  kInvalidParameter = 6,
  kRuntimeNotSupported = 7,
  kLibNotSupported = 8,
  kTemplateNotSupported = 9,
  kFeatureNotSupported = 10,
  kPinCodeMissing = 11,
  kUnsupportedProfileVersion = 31,
};
// 6xxx and 9xxx are status words, A000 and above are the card's own codes.
std::string pe_status_name(PeStatusCode code);

struct PeStatus {
  PeStatusCode status = PeStatusCode::kOk;
  std::optional<std::uint16_t> identification;
  std::optional<std::uint8_t> additional_information;  // with feature-not-supported: 1 GBA, 2 MBMS
  std::optional<std::uint32_t> offset;
  Unknown unknown;
};
struct EuiccResponse {
  std::vector<PeStatus> peStatus;
  std::optional<der::Null> profileInstallationAborted;
  std::optional<std::string> statusMessage;
  Unknown unknown;
};

}  // namespace eider::saip

EIDER_DER(eider::saip::PeStatus, 0x30);
EIDER_DER(eider::saip::EuiccResponse, 0x30);
