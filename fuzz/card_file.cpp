// Any octets as a card file: no crash, and the part that counts as good reads the same on its own.
#include "store/card_file.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const eider::ByteView file(data, size);
  std::size_t good = 0;
  const auto values = eider::store::parse_card_file(file, good);
  if (good > size) std::abort();
  if (!values) return 0;
  std::size_t again = 0;
  const auto same = eider::store::parse_card_file(file.first(good), again);
  if (!same || again != good || *same != *values) std::abort();
  return 0;
}
