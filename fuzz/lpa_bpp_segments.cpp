// A Bound Profile Package is cut without gap or overlap, or refused.
#include <cstdlib>

#include "roles/lpa/bpp_segments.hpp"

using namespace eider;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView package(data, size);
  const auto parts = lpa::segment_bound_profile_package(package);
  if (!parts) return 0;
  Bytes together;
  for (const auto& s : parts->segments) append(together, s);
  if (!equal(together, package) || parts->metadata.size() > size) std::abort();
  return 0;
}
