// Application identifiers of the eUICC, SGP.22 v2.6.1 annex F and SGP.02 annex H.
#pragma once
#include "base/bytes.hpp"

namespace eider::sgp22 {

inline constexpr std::array<std::uint8_t, 16> kIsdRAid = {0xA0, 0,    0,    0x05, 0x59, 0x10, 0x10, 0xFF,
                                                          0xFF, 0xFF, 0xFF, 0x89, 0,    0,    0x01, 0x00};
inline constexpr std::array<std::uint8_t, 16> kEcasdAid = {0xA0, 0,    0,    0x05, 0x59, 0x10, 0x10, 0xFF,
                                                           0xFF, 0xFF, 0xFF, 0x89, 0,    0,    0x02, 0x00};
// Instance n (0x0010 to 0xFFFF) of an ISD-P stands in octets 14 and 15.
constexpr std::array<std::uint8_t, 16> isd_p_aid(std::uint16_t instance) {
  return {0xA0,
          0,
          0,
          0x05,
          0x59,
          0x10,
          0x10,
          0xFF,
          0xFF,
          0xFF,
          0xFF,
          0x89,
          0,
          static_cast<std::uint8_t>(instance >> 8),
          static_cast<std::uint8_t>(instance),
          0x00};
}
// What an Operator calls the ISD-P of the Profile that its message reached.
inline constexpr std::array<std::uint8_t, 16> kOwnIsdPAid = {0xA0, 0,    0,    0x05, 0x59, 0x10, 0x10, 0xFF,
                                                             0xFF, 0xFF, 0xFF, 0x89, 0,    0,    0x0F, 0x00};
// What every ISD-P is an instance of: load file and module (SGP.02 annex H).
inline constexpr std::array<std::uint8_t, 16> kIsdPLoadFileAid = isd_p_aid(0x000D);
inline constexpr std::array<std::uint8_t, 16> kIsdPModuleAid = isd_p_aid(0x000E);
inline constexpr std::uint16_t kFirstIsdPInstance = 0x0010;

}  // namespace eider::sgp22
