#include "base/secret.hpp"

#include <string.h>

namespace eider {

void zeroise(std::span<std::uint8_t> bytes) {
  if (!bytes.empty()) explicit_bzero(bytes.data(), bytes.size());
}

Secret::Secret(const Secret&) = default;
Secret& Secret::operator=(const Secret& o) {
  if (this != &o) {
    zeroise(data_);
    data_ = o.data_;
  }
  return *this;
}
Secret& Secret::operator=(Secret&& o) noexcept {
  if (this != &o) {
    zeroise(data_);
    data_ = std::move(o.data_);
  }
  return *this;
}
Secret::~Secret() {
  zeroise(data_);
}

bool equal_constant_time(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  volatile std::uint8_t diff = 0;
  for (std::size_t i = 0; i < a.size(); ++i) diff = diff | (a[i] ^ b[i]);
  return diff == 0;
}

}  // namespace eider
