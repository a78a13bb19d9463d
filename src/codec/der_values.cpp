#include "codec/der_values.hpp"

#include <charconv>
#include <stdexcept>

namespace eider::der {
namespace {
void put_base128(Bytes& out, std::uint64_t v) {
  int shift = 63;
  while (shift > 0 && (v >> shift) == 0) shift -= 7;
  for (; shift >= 0; shift -= 7)
    out.push_back(static_cast<std::uint8_t>((v >> shift & 0x7F) | (shift ? 0x80 : 0)));
}
}  // namespace

Oid::Oid(std::string_view dotted) {
  auto o = parse(dotted);
  if (!o) throw std::invalid_argument("not an object identifier: " + std::string(dotted));
  *this = *o;
}

std::optional<Oid> Oid::parse(std::string_view text) {
  std::vector<std::uint64_t> arcs;
  for (const char *p = text.data(), *end = p + text.size();;) {
    std::uint64_t v = 0;
    const auto [next, error] = std::from_chars(p, end, v);
    if (error != std::errc() || v > (UINT64_MAX >> 8)) return std::nullopt;
    arcs.push_back(v);
    if (next == end) break;
    if (*next != '.') return std::nullopt;
    p = next + 1;
  }
  if (arcs.size() < 2 || arcs[0] > 2 || (arcs[0] < 2 && arcs[1] > 39)) return std::nullopt;
  Bytes content;
  put_base128(content, arcs[0] * 40 + arcs[1]);
  for (std::size_t i = 2; i < arcs.size(); ++i) put_base128(content, arcs[i]);
  return from_content(content);
}

std::optional<Oid> Oid::from_content(ByteView c) {
  if (c.empty() || (c.back() & 0x80)) return std::nullopt;
  bool start = true;
  int length = 0;
  for (auto b : c) {
    if (start && b == 0x80) return std::nullopt;  // leading zero
    length = start ? 1 : length + 1;
    if (length > 9) return std::nullopt;
    start = (b & 0x80) == 0;
  }
  Oid out;
  if (!out.content_.assign(c)) return std::nullopt;
  return out;
}

std::string Oid::dotted() const {
  std::string out;
  std::uint64_t v = 0;
  for (auto b : content_) {
    v = v << 7 | (b & 0x7F);
    if (b & 0x80) continue;
    if (out.empty()) {
      const std::uint64_t first = v < 40 ? 0 : v < 80 ? 1 : 2;
      out = std::to_string(first) + "." + std::to_string(v - first * 40);
    } else {
      out += "." + std::to_string(v);
    }
    v = 0;
  }
  return out;
}

}  // namespace eider::der
