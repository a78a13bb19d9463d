#include "base/bytes.hpp"

#include <stdexcept>

namespace eider {
namespace {
constexpr char kDigits[] = "0123456789ABCDEF";

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
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
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out[2 * i] = kDigits[bytes[i] >> 4];
    out[2 * i + 1] = kDigits[bytes[i] & 15];
  }
  return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
  Bytes out;
  out.reserve(text.size() / 2);
  int high = -1;
  for (char c : text) {
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
