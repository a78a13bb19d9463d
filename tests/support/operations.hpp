// The input of a fuzzer that drives a card: a list of operations, an octet each, with their arguments.
#pragma once
#include <algorithm>

#include "card/nvm.hpp"

namespace eider::test {

class Operations {
 public:
  explicit Operations(ByteView input) : rest_(input) {}
  bool empty() const { return rest_.empty(); }
  // 0 when nothing is left.
  std::uint8_t octet() {
    if (rest_.empty()) return 0;
    const auto b = rest_[0];
    rest_ = rest_.subspan(1);
    return b;
  }
  // A length and that many octets, or what is left of them.
  Bytes octets() {
    const auto n = std::min<std::size_t>(octet(), rest_.size());
    const auto out = to_bytes(rest_.first(n));
    rest_ = rest_.subspan(n);
    return out;
  }
  // An octet that says at which of the next `writes` (a power of two) the power goes, and whether after it.
  void cut_power(card::MemoryNvm& nvm, unsigned writes) {
    const auto n = octet();
    nvm.cut_power_at((n & (writes - 1)) + 1,
                     (n & 4) != 0 ? card::MemoryNvm::Cut::kAfterWrite : card::MemoryNvm::Cut::kBeforeWrite);
  }

 private:
  ByteView rest_;
};

}  // namespace eider::test
