#include "codec/base64.hpp"

namespace eider {
namespace {
constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto kReverse = [] {
  std::array<std::int8_t, 256> t{};
  for (auto& v : t) v = -1;
  for (int i = 0; i < 64; ++i) t[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return t;
}();
}  // namespace

std::string base64_encode(ByteView in) {
  std::string out((in.size() + 2) / 3 * 4, '=');
  std::size_t o = 0;
  for (std::size_t i = 0; i < in.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, in.size() - i);
    std::uint32_t v = static_cast<std::uint32_t>(in[i]) << 16;
    if (n > 1) v |= static_cast<std::uint32_t>(in[i + 1]) << 8;
    if (n > 2) v |= in[i + 2];
    for (std::size_t k = 0; k <= n; ++k) out[o + k] = kAlphabet[v >> (18 - 6 * k) & 63];
    o += 4;
  }
  return out;
}

std::optional<Bytes> base64_decode(std::string_view in) {
  Bytes out;
  out.reserve(in.size() / 4 * 3);
  std::uint32_t v = 0;
  int have = 0, padding = 0;
  for (char c : in) {
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t') continue;
    if (c == '=') {
      if (have < 2 || ++padding > 4 - have) return std::nullopt;
      continue;
    }
    const int d = kReverse[static_cast<std::uint8_t>(c)];
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
