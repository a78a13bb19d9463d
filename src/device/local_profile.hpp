// The device's own functions on the Profiles of an M2M card: test and emergency Profile (ESx; SGP.02 v4.2
// sections 3.22, 3.23, 3.30, 3.31). The coding is ours: docs/sgp02-open-points.md.
#pragma once
#include <string_view>

#include "device/terminal.hpp"

namespace eider::device {

// The second octet of the DGI.
enum class LocalFunction : std::uint8_t {
  kEnableTestProfile = 0x0A,
  kDisableTestProfile,
  kEnableEmergencyProfile,
  kDisableEmergencyProfile,
};
std::string_view name_of(LocalFunction function);  // "enable-test"
std::optional<LocalFunction> find_local_function(std::string_view name);

// What the ISD-R says; 9000: the card has asked for a REFRESH, and the terminal has carried that out.
Result<std::uint16_t> run_local_function(Terminal& terminal, LocalFunction function);

}  // namespace eider::device
