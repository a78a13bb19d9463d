#include "spec/etsi/text.hpp"

namespace eider::etsi {
namespace {
constexpr char16_t kUnknown = 0xFFFD;

constexpr std::u16string_view kAlphabet =
    u"@£$¥èéùìòÇ\nØø\rÅå"
    u"Δ_ΦΓΛΩΠΨΣΘΞ\uFFFDÆæßÉ"
    u" !\"#¤%&'()*+,-./"
    u"0123456789:;<=>?"
    u"¡ABCDEFGHIJKLMNO"
    u"PQRSTUVWXYZÄÖÑÜ§"
    u"¿abcdefghijklmno"
    u"pqrstuvwxyzäöñüà";
static_assert(kAlphabet.size() == 128);
constexpr std::uint8_t kEscape = 0x1B;

char16_t extension(std::uint8_t octet) {
  switch (octet) {
    case 0x0A:
      return u'\f';
    case 0x14:
      return u'^';
    case 0x28:
      return u'{';
    case 0x29:
      return u'}';
    case 0x2F:
      return u'\\';
    case 0x3C:
      return u'[';
    case 0x3D:
      return u'~';
    case 0x3E:
      return u']';
    case 0x40:
      return u'|';
    case 0x65:
      return u'€';
    default:
      return kUnknown;
  }
}

// Of the basic plane; surrogates are no characters in UCS2.
void append_utf8(std::string& out, char16_t c) {
  if (c >= 0xD800 && c <= 0xDFFF) c = kUnknown;
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// Annex A, forms 81 and 82: octets from 80 on are offsets from a base, the others the default alphabet.
std::string based_text(ByteView v, std::size_t header, char16_t base) {
  std::string out;
  const auto characters = v.subspan(header, std::min<std::size_t>(v.size() - header, v[1]));
  for (const auto octet : characters) {
    if (octet < 0x80)
      out += gsm_text(ByteView(&octet, 1));
    else
      append_utf8(out, static_cast<char16_t>(base + (octet & 0x7F)));
  }
  return out;
}
}  // namespace

std::string gsm_text(ByteView v) {
  std::string out;
  for (std::size_t i = 0; i < v.size(); ++i) {
    if (v[i] == kEscape && i + 1 < v.size())
      append_utf8(out, extension(v[++i]));
    else
      append_utf8(out, v[i] < 0x80 ? kAlphabet[v[i]] : kUnknown);
  }
  return out;
}

std::string gsm_packed_text(ByteView v, std::size_t characters) {
  Bytes out;
  for (std::size_t n = 0; n < characters && (n + 1) * 7 <= v.size() * 8; ++n) {
    const std::size_t bit = n * 7, at = bit / 8, shift = bit % 8;
    const unsigned pair = v[at] | (at + 1 < v.size() ? static_cast<unsigned>(v[at + 1]) << 8 : 0u);
    out.push_back(static_cast<std::uint8_t>(pair >> shift & 0x7F));
  }
  return gsm_text(out);
}

std::string ucs2_text(ByteView v) {
  std::string out;
  for (std::size_t i = 0; i + 1 < v.size(); i += 2)
    append_utf8(out, static_cast<char16_t>(v[i] << 8 | v[i + 1]));
  return out;
}

std::string alpha_text(ByteView v) {
  if (v.size() >= 3 && v[0] == 0x81) return based_text(v, 3, static_cast<char16_t>(v[2] << 7));
  if (v.size() >= 4 && v[0] == 0x82) return based_text(v, 4, static_cast<char16_t>(v[2] << 8 | v[3]));
  const bool ucs2 = !v.empty() && v[0] == 0x80;
  // A character of UCS2 may end in FF; its pair FFFF is filling.
  while (!v.empty() && v.back() == 0xFF && (!ucs2 || v.size() % 2 == 0 || v[v.size() - 2] == 0xFF))
    v = v.first(v.size() - 1);
  return ucs2 ? ucs2_text(v.subspan(1)) : gsm_text(v);
}

}  // namespace eider::etsi
