// The Bound Profile Package cut into what the card takes at once: SGP.22 v2.6.1 sections 2.5.5 and 5.7.6.
#pragma once
#include "spec/sgp22/es8plus.hpp"

namespace eider::lpa {

struct BppSegments {
  // Views of the package, in order; header octets as received.
  std::vector<ByteView> segments;
  // StoreMetadataRequest of the '88' records, which are only MACed: readable without the session keys.
  Bytes metadata;
};

// The views live as long as `package`. DecodeFault when the structure is not that of section 2.5.4.
Result<BppSegments> segment_bound_profile_package(ByteView package);

}  // namespace eider::lpa
