#include "codec/tlv.hpp"

#include <cstdio>

namespace eider {
namespace {
tl::unexpected<Fault> bad(std::size_t offset, std::string what) {
  return fail(DecodeFault{"TLV", offset, std::move(what)});
}

std::size_t length_size(std::size_t n) {
  return n < 0x80 ? 1 : n < 0x100 ? 2 : n < 0x10000 ? 3 : n < 0x1000000 ? 4 : 5;
}
}  // namespace

std::string tag_text(Tag tag) {
  char text[12];
  std::snprintf(text, sizeof text, "%02X", tag);
  return std::strlen(text) % 2 ? "0" + std::string(text) : text;
}

Result<Tlv> read_tlv(ByteView in, bool minimal) {
  if (in.empty()) return bad(0, "no tag");
  std::size_t i = 0;
  Tag tag = in[i++];
  if ((tag & 0x1F) == 0x1F) {
    std::uint32_t number = 0;
    for (bool more = true; more;) {
      if (i >= in.size()) return bad(i, "tag cut short");
      if (i == 4) return bad(i, "tag longer than 4 octets");
      const auto b = in[i++];
      if (minimal && i == 2 && (b & 0x7F) == 0) return bad(i - 1, "tag number has a leading zero octet");
      tag = tag << 8 | b;
      number = number << 7 | (b & 0x7F);
      more = (b & 0x80) != 0;
    }
    if (minimal && number < 31) return bad(1, "tag number below 31 in the long form");
  }
  if (i >= in.size()) return bad(i, "length missing");
  std::size_t length = in[i++];
  if (length == 0x80) return bad(i - 1, "indefinite length");
  if (length > 0x80) {
    const std::size_t count = length & 0x7F;
    if (count > 4) return bad(i - 1, "length of more than 4 octets");
    if (in.size() - i < count) return bad(i, "length cut short");
    length = 0;
    const std::size_t at = i;
    for (std::size_t k = 0; k < count; ++k) length = length << 8 | in[i++];
    if (minimal && length_size(length) != count + 1) return bad(at, "length is not in its shortest form");
  }
  if (in.size() - i < length)
    return bad(
        i, "value of " + std::to_string(length) + " octets, " + std::to_string(in.size() - i) + " present");
  return Tlv{tag, in.subspan(i, length), in.first(i + length)};
}

Result<Tlv> read_single_tlv(ByteView in, bool minimal) {
  auto t = read_tlv(in, minimal);
  if (t && t->whole.size() != in.size()) return bad(t->whole.size(), "data after the end");
  return t;
}

Result<std::vector<Tlv>> read_tlvs(ByteView in, bool minimal) {
  std::vector<Tlv> out;
  for (std::size_t at = 0; at < in.size();) {
    auto t = read_tlv(in.subspan(at), minimal);
    if (!t) {
      auto f = *t.error().as<DecodeFault>();
      f.offset += at;
      return fail(std::move(f));
    }
    at += t->whole.size();
    out.push_back(*t);
  }
  return out;
}

std::optional<Tlv> find_tlv(ByteView content, Tag tag) {
  while (!content.empty()) {
    auto t = read_tlv(content, false);
    if (!t) return std::nullopt;
    if (t->tag == tag) return *t;
    content = content.subspan(t->whole.size());
  }
  return std::nullopt;
}

std::optional<Tag> read_tag(ByteView input) {
  if (input.empty()) return std::nullopt;
  Tag tag = input[0];
  if ((tag & 0x1F) != 0x1F) return tag;
  for (std::size_t i = 1; i < input.size() && i < 4; ++i) {
    tag = tag << 8 | input[i];
    if ((input[i] & 0x80) == 0) return tag;
  }
  return std::nullopt;
}

std::optional<std::vector<Tag>> parse_tag_list(ByteView list) {
  std::vector<Tag> out;
  while (!list.empty()) {
    const auto tag = read_tag(list);
    if (!tag) return std::nullopt;
    out.push_back(*tag);
    list = list.subspan(tag_size(*tag));
  }
  return out;
}

std::size_t tlv_header_size(Tag tag, std::size_t n) {
  return tag_size(tag) + length_size(n);
}

void append_tlv_header(Bytes& out, Tag tag, std::size_t n) {
  for (std::size_t k = tag_size(tag); k-- > 0;) out.push_back(static_cast<std::uint8_t>(tag >> (8 * k)));
  const std::size_t size = length_size(n);
  if (size > 1) out.push_back(static_cast<std::uint8_t>(0x80 | (size - 1)));
  for (std::size_t k = size > 1 ? size - 1 : 1; k-- > 0;)
    out.push_back(static_cast<std::uint8_t>(n >> (8 * k)));
}

void append_tlv(Bytes& out, Tag tag, ByteView value) {
  append_tlv_header(out, tag, value.size());
  append(out, value);
}

Bytes make_tlv(Tag tag, ByteView value) {
  return make_tlv(tag, {value});
}

Bytes make_tlv(Tag tag, std::initializer_list<ByteView> parts) {
  std::size_t n = 0;
  for (auto p : parts) n += p.size();
  Bytes out;
  out.reserve(tlv_header_size(tag, n) + n);
  append_tlv_header(out, tag, n);
  for (auto p : parts) append(out, p);
  return out;
}

}  // namespace eider
