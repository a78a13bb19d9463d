#include "codec/base64.hpp"

#include <cstring>

namespace eider {
namespace {
constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto kReverse = [] {
  std::array<std::int8_t, 256> t{};
  for (auto& v : t) v = -1;
  for (int i = 0; i < 64; ++i) t[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return t;
}();

int reverse(char c) {
  return kReverse[static_cast<std::uint8_t>(c)];
}

// Twelve bits at a time: two letters for each value.
constexpr auto kPairs = [] {
  std::array<char, 2 * 4096> t{};
  for (std::size_t v = 0; v < 4096; ++v) {
    t[2 * v] = kAlphabet[v >> 6];
    t[2 * v + 1] = kAlphabet[v & 63];
  }
  return t;
}();
}  // namespace

std::string base64_encode(ByteView in) {
  std::string out((in.size() + 2) / 3 * 4, '=');
  char* o = out.data();
  std::size_t i = 0;
  for (; i + 3 <= in.size(); i += 3, o += 4) {
    const std::uint32_t v =
        static_cast<std::uint32_t>(in[i]) << 16 | static_cast<std::uint32_t>(in[i + 1]) << 8 | in[i + 2];
    std::memcpy(o, &kPairs[2 * (v >> 12)], 2);
    std::memcpy(o + 2, &kPairs[2 * (v & 0xFFF)], 2);
  }
  const auto left = in.size() - i;
  if (left == 0) return out;
  const std::uint32_t v =
      static_cast<std::uint32_t>(in[i]) << 16 | (left > 1 ? static_cast<std::uint32_t>(in[i + 1]) << 8 : 0);
  for (std::size_t k = 0; k <= left; ++k) o[k] = kAlphabet[v >> (18 - 6 * k) & 63];
  return out;
}

std::optional<Bytes> base64_decode(std::string_view in) {
  Bytes out;
  out.reserve(in.size() / 4 * 3);
  std::uint32_t v = 0;
  int have = 0, padding = 0;
  std::size_t at = 0;
  // Whole groups without anything else between them.
  for (; at + 4 <= in.size(); at += 4) {
    const int a = reverse(in[at]), b = reverse(in[at + 1]), c = reverse(in[at + 2]), d = reverse(in[at + 3]);
    if ((a | b | c | d) < 0) break;
    const std::uint8_t three[] = {static_cast<std::uint8_t>(a << 2 | b >> 4),
                                  static_cast<std::uint8_t>(b << 4 | c >> 2),
                                  static_cast<std::uint8_t>(c << 6 | d)};
    out.insert(out.end(), three, three + 3);
  }
  for (char c : in.substr(at)) {
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t') continue;
    if (c == '=') {
      if (have < 2 || ++padding > 4 - have) return std::nullopt;
      continue;
    }
    const int d = reverse(c);
    if (d < 0 || padding) return std::nullopt;
    v = v << 6 | static_cast<std::uint32_t>(d);
    if (++have == 4) {
      out.push_back(static_cast<std::uint8_t>(v >> 16));
      out.push_back(static_cast<std::uint8_t>(v >> 8));
      out.push_back(static_cast<std::uint8_t>(v));
      v = 0;
      have = 0;
    }
  }
  if (have == 0) return padding ? std::nullopt : std::optional<Bytes>(std::move(out));
  if (have + padding != 4) return std::nullopt;
  if (have == 2) {
    if (v & 0xF) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(v >> 4));
  } else {
    if (v & 3) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(v >> 10));
    out.push_back(static_cast<std::uint8_t>(v >> 2));
  }
  return out;
}

}  // namespace eider
