// STORE DATA chains (GlobalPlatform; SGP.22 v2.6.1 section 5.7.2): P1 tells more (11) and last (91) blocks,
// P2 counts them.
#pragma once
#include <utility>

#include "base/bytes.hpp"

namespace eider::card {

class StoreDataChain {
 public:
  static constexpr std::size_t kMaxCommand = 256 * 255;

  enum class Next : std::uint8_t { kMore, kComplete, kWrongBlock, kTooLong };
  // What the card answers when the command is not complete.
  static constexpr std::uint16_t status_word(Next next) {
    return next == Next::kWrongBlock ? 0x6A86 : next == Next::kTooLong ? 0x6700 : 0x9000;
  }
  // Block 0 always begins a new command: a sender that gave up may start again.
  Next add(std::uint8_t block, bool last, ByteView data) {
    if (block == 0) {
      command_.clear();
      expected_ = 0;
    }
    if (block != expected_) return fail(Next::kWrongBlock);
    if (command_.size() + data.size() > kMaxCommand) return fail(Next::kTooLong);
    append(command_, data);
    if (!last && ++expected_ == 256) return fail(Next::kTooLong);
    if (last) expected_ = kNothing;
    return last ? Next::kComplete : Next::kMore;
  }
  Bytes take() { return std::exchange(command_, {}); }
  void clear() {
    command_.clear();
    expected_ = kNothing;
  }

 private:
  static constexpr unsigned kNothing = 1000;  // no block but 0 is expected
  Next fail(Next why) {
    clear();
    return why;
  }
  Bytes command_;
  unsigned expected_ = kNothing;
};

}  // namespace eider::card
