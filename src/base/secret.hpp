// Key material and codes: zeroised when they go, never printable, compared in constant time.
#pragma once
#include "base/bytes.hpp"

namespace eider {

// Overwrites in a way the compiler may not remove.
void zeroise(std::span<std::uint8_t> bytes);
// Time depends on the lengths only.
bool equal_constant_time(ByteView a, ByteView b);

class Secret {
 public:
  Secret() = default;
  explicit Secret(ByteView v) : data_(v.begin(), v.end()) {}
  explicit Secret(std::size_t size) : data_(size) {}
  // Takes the buffer over: nothing is left behind in the argument.
  explicit Secret(Bytes&& v) : data_(std::move(v)) {}
  Secret(const Secret&);
  Secret(Secret&& o) noexcept : data_(std::move(o.data_)) {}
  Secret& operator=(const Secret& o);
  Secret& operator=(Secret&& o) noexcept;
  ~Secret();

  ByteView view() const { return data_; }
  std::span<std::uint8_t> mutable_view() { return data_; }
  std::size_t size() const { return data_.size(); }
  bool empty() const { return data_.empty(); }
  bool operator==(const Secret& o) const { return equal_constant_time(data_, o.data_); }

 private:
  Bytes data_;
};

}  // namespace eider
