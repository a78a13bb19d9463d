// What happened in a run: printed when someone watches, and always folded into a digest by which two runs
// compare.
#pragma once
#include <functional>
#include <string>

#include "base/clock.hpp"

namespace eider::world {

class Journal {
 public:
  using Sink = std::function<void(const std::string& line)>;
  Journal(const Clock& clock, Sink sink) : clock_(clock), sink_(std::move(sink)) {}

  bool watched() const { return static_cast<bool>(sink_); }
  // `text()` makes the line; called only when someone watches.
  template <class F>
  void note(F&& text) {
    if (watched()) write(text());
  }
  // Folds a decision or an outcome into the digest. Nothing that depends on ECDSA nonces may go in here.
  void mark(std::uint64_t value) { digest_ = (digest_ ^ value) * 0x100000001B3u; }
  std::uint64_t digest() const { return digest_; }

 private:
  void write(const std::string& text);
  const Clock& clock_;
  Sink sink_;
  std::uint64_t digest_ = 0xCBF29CE484222325u;
};

}  // namespace eider::world
