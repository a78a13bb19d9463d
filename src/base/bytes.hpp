// Octet strings: owning, viewing, of fixed and of bounded size; hex and BCD.
#pragma once
#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eider {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(ByteView v) {
  return Bytes(v.begin(), v.end());
}
inline void append(Bytes& out, ByteView v) {
  out.insert(out.end(), v.begin(), v.end());
}
Bytes concat(std::initializer_list<ByteView> parts);
// Not constant time: for secrets use `equal_constant_time` (base/secret.hpp).
inline bool equal(ByteView a, ByteView b) {
  return std::ranges::equal(a, b);
}

// Exactly N octets, stored inline.
template <std::size_t N>
struct FixedBytes : std::array<std::uint8_t, N> {
  FixedBytes() { this->fill(0); }
  // Requires v.size() == N; returns nothing otherwise.
  static std::optional<FixedBytes> from(ByteView v) {
    if (v.size() != N) return std::nullopt;
    FixedBytes out;
    std::copy(v.begin(), v.end(), out.begin());
    return out;
  }
  ByteView view() const { return {this->data(), N}; }
  operator ByteView() const { return view(); }
};

// At most N octets, stored inline.
template <std::size_t N>
class BoundedBytes {
 public:
  BoundedBytes() = default;
  static std::optional<BoundedBytes> from(ByteView v) {
    BoundedBytes out;
    if (!out.assign(v)) return std::nullopt;
    return out;
  }
  // False, and unchanged, when v is longer than N.
  bool assign(ByteView v) {
    if (v.size() > N) return false;
    std::copy(v.begin(), v.end(), data_.begin());
    size_ = v.size();
    return true;
  }
  ByteView view() const { return {data_.data(), size_}; }
  operator ByteView() const { return view(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const std::uint8_t* begin() const { return data_.data(); }
  const std::uint8_t* end() const { return data_.data() + size_; }
  bool operator==(const BoundedBytes& o) const { return equal(view(), o.view()); }
  auto operator<=>(const BoundedBytes& o) const {
    return std::lexicographical_compare_three_way(begin(), end(), o.begin(), o.end());
  }

 private:
  std::array<std::uint8_t, N> data_{};
  std::size_t size_ = 0;
};

// Upper-case hexadecimal, no separators.
std::string to_hex(ByteView bytes);
// Accepts either case and white space between octets; nothing on any other character or an odd digit count.
std::optional<Bytes> from_hex(std::string_view text);
// For constants in code and tests: throws std::invalid_argument on bad input.
Bytes hex(std::string_view text);

// Decimal digits to BCD and back. `swapped`: nibble order of EF.ICCID and TS 24.008 (first digit in the low
// nibble). An odd count is filled with F in the last nibble; decoding stops at F.
std::optional<Bytes> bcd_encode(std::string_view digits, bool swapped);
std::optional<std::string> bcd_decode(ByteView bytes, bool swapped);

}  // namespace eider
