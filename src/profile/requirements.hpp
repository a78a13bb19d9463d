// What an eUICC must have to take a profile package. The SM-DP+ keeps it with a Profile.
#pragma once
#include "codec/der_values.hpp"

namespace eider::profile {

struct Requirements {
  der::BitString uicc_capability;
  std::uint8_t profile_major = 2;  // version of the profile package
  std::uint8_t profile_minor = 0;
  std::uint32_t size_octets = 0;  // estimate of the installed size; 0: unknown
  bool operator==(const Requirements&) const = default;
};

}  // namespace eider::profile
