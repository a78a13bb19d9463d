// Any octets as a card file: no crash, and the part that counts as good reads the same on its own.
#include <cstdlib>

#include "store/card_file_format.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const eider::ByteView file(data, size);
  const auto content = eider::store::parse_card_file(file);
  if (!content) return 0;
  if (content->good > size) std::abort();
  const auto same = eider::store::parse_card_file(file.first(content->good));
  if (!same || same->torn || same->good != content->good || same->values != content->values) std::abort();
  return 0;
}
