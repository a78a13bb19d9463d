#include "store/value_delta.hpp"

#include <algorithm>
#include <cstring>

namespace eider::store {
namespace {
// Fewer equal octets than this between two stretches cost no more than a second stretch would.
constexpr std::size_t kGap = 3;

void put_number(Bytes& out, std::size_t n) {
  for (; n >= 0x80; n >>= 7) out.push_back(static_cast<std::uint8_t>(n | 0x80));
  out.push_back(static_cast<std::uint8_t>(n));
}
std::optional<std::size_t> take_number(ByteView& in) {
  std::size_t n = 0;
  for (unsigned shift = 0; shift <= 28 && !in.empty(); shift += 7) {
    const auto octet = in.front();
    in = in.subspan(1);
    n |= std::size_t{octet & 0x7Fu} << shift;
    if ((octet & 0x80) == 0) return n;
  }
  return std::nullopt;
}

std::size_t first_difference(ByteView a, ByteView b, std::size_t from) {
  constexpr std::size_t kBlock = 64;
  while (a.size() - from >= kBlock && std::memcmp(a.data() + from, b.data() + from, kBlock) == 0)
    from += kBlock;
  while (from < a.size() && a[from] == b[from]) ++from;
  return from;
}
// Calls stretch(place, octets) for each. False: they do not fit into that size, or are none.
template <class F>
bool walk(std::size_t size, ByteView delta, F&& stretch) {
  std::size_t at = 0;
  while (!delta.empty()) {
    const auto skip = take_number(delta);
    const auto length = skip ? take_number(delta) : std::nullopt;
    if (!length || *length == 0 || *length > delta.size() || *skip > size - at || *length > size - at - *skip)
      return false;
    at += *skip;
    stretch(at, delta.first(*length));
    at += *length;
    delta = delta.subspan(*length);
  }
  return true;
}

// Behind the last octet of the stretch that begins at `from`.
std::size_t end_of_stretch(ByteView a, ByteView b, std::size_t from) {
  std::size_t end = from;
  for (std::size_t i = from; i < a.size() && i - end <= kGap; ++i)
    if (a[i] != b[i]) end = i + 1;
  return end;
}
}  // namespace

Bytes delta_between(ByteView base, ByteView value) {
  Bytes out;
  std::size_t done = 0;
  for (auto at = first_difference(base, value, 0); at < value.size();
       at = first_difference(base, value, done)) {
    put_number(out, at - done);
    done = end_of_stretch(base, value, at);
    put_number(out, done - at);
    append(out, value.subspan(at, done - at));
  }
  return out;
}

bool is_delta(std::size_t base_size, ByteView delta) {
  return walk(base_size, delta, [](std::size_t, ByteView) {});
}

std::optional<Bytes> apply_delta(ByteView base, ByteView delta) {
  Bytes out = to_bytes(base);
  const auto put = [&](std::size_t at, ByteView octets) {
    std::ranges::copy(octets, out.begin() + static_cast<std::ptrdiff_t>(at));
  };
  if (!walk(out.size(), delta, put)) return std::nullopt;
  return out;
}

}  // namespace eider::store
