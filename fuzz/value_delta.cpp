// Any octets as a delta of a card store: no crash, a value of the base's length, and its own delta gives it
// back. The first octet is the length of the base in units of four octets.
#include "store/value_delta.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace eider;
  const ByteView input(data, size);
  if (input.empty() || input.size() - 1 < input[0] * std::size_t{4}) return 0;
  const auto base = input.subspan(1, input[0] * std::size_t{4}), delta = input.subspan(1 + base.size());
  const auto value = store::apply_delta(base, delta);
  if (value.has_value() != store::is_delta(base.size(), delta)) std::abort();
  if (!value) return 0;
  if (value->size() != base.size()) std::abort();
  if (store::apply_delta(base, store::delta_between(base, *value)) != value) std::abort();
  return 0;
}
