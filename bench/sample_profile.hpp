// A profile of the size that the figures speak of.
#pragma once
#include <cstdlib>
#include <string>

#include "profile/builder.hpp"

namespace eider::bench {

// A generic profile with a ballast file: the package has `octets` or little more.
inline Bytes generic_profile(const std::string& iccid, std::size_t octets) {
  SeededRandom random(5);
  auto parameters = profile::GenericProfileParameters::random(random);
  parameters.iccid = iccid;
  for (std::size_t ballast = 256; ballast < octets; ballast += 256) {
    parameters.ballast = ballast;
    auto package = profile::build_generic_profile(parameters);
    if (package.size() >= octets) return package;
  }
  std::abort();
}

}  // namespace eider::bench
