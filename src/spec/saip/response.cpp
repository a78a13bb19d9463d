#include "spec/saip/response.hpp"

using namespace eider::saip;

namespace eider::saip {
namespace {

constexpr der::NamedValue kStatusNames[] = {
    {0, "ok"},
    {1, "pe-not-supported"},
    {2, "memory-failure"},
    {3, "bad-values"},
    {4, "not-enough-memory"},
    {5, "invalid-request-format"},
    {6, "invalid-parameter"},
    {7, "runtime-not-supported"},
    {8, "lib-not-supported"},
    {9, "template-not-supported"},
    {10, "feature-not-supported"},
    {11, "pin-code-missing"},
    {31, "unsupported-profile-version"},
};
constexpr der::Field kPeStatus[] = {
    der::field<&PeStatus::status>("status", 0x80).values(kStatusNames),
    der::field<&PeStatus::identification>("identification", 0x81).size(0, 32767),
    der::field<&PeStatus::additional_information>("additional-information", 0x82).size(0, 255),
    der::field<&PeStatus::offset>("offset", 0x83).size(0, 0x7FFFFFFF),
};
constexpr der::Field kEuiccResponse[] = {
    der::field<&EuiccResponse::peStatus>("peStatus", 0xA0),
    der::field<&EuiccResponse::profileInstallationAborted>("profileInstallationAborted", 0x81),
    der::field<&EuiccResponse::statusMessage>("statusMessage", 0x82).size(2, 64),
};

}  // namespace

std::string pe_status_name(PeStatusCode code) {
  const auto value = static_cast<std::int64_t>(code);
  for (const auto& n : kStatusNames)
    if (n.value == value) return std::string(n.name);
  const std::uint8_t octets[] = {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  if ((value >= 0x6000 && value < 0x7000) || (value >= 0x9000 && value < 0xA000))
    return "status word " + to_hex(octets);
  return (value >= 0xA000 ? "proprietary " : "reserved ") + to_hex(octets);
}

}  // namespace eider::saip

EIDER_DER_SEQUENCE(PeStatus, kPeStatus, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(EuiccResponse, kEuiccResponse, "SAIP PEDefinitions");
