#include "base/bytes.hpp"

#include <array>
#include <cstring>
#include <stdexcept>

namespace eider {
namespace {
constexpr char kDigits[] = "0123456789ABCDEF";

constexpr auto kNibbles = [] {
  std::array<std::int8_t, 256> t{};
  for (auto& v : t) v = -1;
  for (int i = 0; i < 10; ++i) t[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(i);
  for (int i = 10; i < 16; ++i)
    t[static_cast<std::size_t>('a' + i - 10)] = t[static_cast<std::size_t>('A' + i - 10)] =
        static_cast<std::int8_t>(i);
  return t;
}();
int nibble(char c) {
  return kNibbles[static_cast<std::uint8_t>(c)];
}
// Two letters for each octet.
constexpr auto kPairs = [] {
  std::array<char, 2 * 256> t{};
  for (std::size_t v = 0; v < 256; ++v) {
    t[2 * v] = kDigits[v >> 4];
    t[2 * v + 1] = kDigits[v & 15];
  }
  return t;
}();
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ':';
}
}  // namespace

Bytes concat(std::initializer_list<ByteView> parts) {
  std::size_t size = 0;
  for (auto p : parts) size += p.size();
  Bytes out;
  out.reserve(size);
  for (auto p : parts) append(out, p);
  return out;
}

std::string to_hex(ByteView bytes) {
  std::string out(bytes.size() * 2, '0');
  char* o = out.data();
  for (const auto octet : bytes) {
    std::memcpy(o, &kPairs[2 * std::size_t{octet}], 2);
    o += 2;
  }
  return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
  // Whole pairs without anything else between them.
  Bytes out(text.size() / 2);
  std::size_t done = 0;
  for (; 2 * done + 2 <= text.size(); ++done) {
    const int pair = nibble(text[2 * done]) * 16 | nibble(text[2 * done + 1]);
    if (pair < 0) break;
    out[done] = static_cast<std::uint8_t>(pair);
  }
  out.resize(done);
  int high = -1;
  for (char c : text.substr(2 * done)) {
    if (is_space(c)) {
      if (high >= 0) return std::nullopt;
      continue;
    }
    const int n = nibble(c);
    if (n < 0) return std::nullopt;
    if (high < 0) {
      high = n;
    } else {
      out.push_back(static_cast<std::uint8_t>(high << 4 | n));
      high = -1;
    }
  }
  if (high >= 0) return std::nullopt;
  return out;
}

Bytes hex(std::string_view text) {
  auto out = from_hex(text);
  if (!out) throw std::invalid_argument("not hexadecimal: " + std::string(text));
  return *std::move(out);
}

std::optional<Bytes> bcd_encode(std::string_view digits, bool swapped) {
  Bytes out((digits.size() + 1) / 2, 0xFF);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (digits[i] < '0' || digits[i] > '9') return std::nullopt;
    const auto d = static_cast<std::uint8_t>(digits[i] - '0');
    const bool low = (i % 2 == 0) == swapped;
    auto& b = out[i / 2];
    b = static_cast<std::uint8_t>(low ? (b & 0xF0) | d : (b & 0x0F) | (d << 4));
  }
  return out;
}

std::optional<std::string> bcd_decode(ByteView bytes, bool swapped) {
  std::string out;
  bool ended = false;
  for (auto b : bytes) {
    const int hi = b >> 4, lo = b & 15;
    for (int d : {swapped ? lo : hi, swapped ? hi : lo}) {
      if (d == 15) {
        ended = true;
      } else if (ended || d > 9) {
        return std::nullopt;
      } else {
        out.push_back(static_cast<char>('0' + d));
      }
    }
  }
  return out;
}

}  // namespace eider
