#include "spec/etsi/text.hpp"

#include <algorithm>

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

namespace {
// One character of UTF-8; U+FFFD for what is none, which takes one octet.
char32_t take_utf8(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t more = first < 0x80         ? 0
                           : first >> 5 == 0x06 ? 1
                           : first >> 4 == 0x0E ? 2
                           : first >> 3 == 0x1E ? 3
                                                : 9;
  char32_t c = more == 0 ? first : first & (0x3Fu >> more);
  bool whole = more < text.size() && more != 9;
  for (std::size_t i = 1; whole && i <= more; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    whole = next >> 6 == 0x02;
    c = c << 6 | (next & 0x3Fu);
  }
  text.remove_prefix(whole ? more + 1 : 1);
  return whole ? c : kUnknown;
}
constexpr std::uint8_t kOfExtension[] = {0x0A, 0x14, 0x28, 0x29, 0x2F, 0x3C, 0x3D, 0x3E, 0x40, 0x65};
constexpr std::uint8_t kOctets = 0x04, kUcs2 = 0x08;
}  // namespace

std::optional<Bytes> gsm_octets(std::string_view utf8) {
  Bytes out;
  while (!utf8.empty()) {
    const auto c = take_utf8(utf8);
    const auto at = c == kUnknown ? std::u16string_view::npos : kAlphabet.find(static_cast<char16_t>(c));
    if (at != std::u16string_view::npos && c <= 0xFFFF) {
      out.push_back(static_cast<std::uint8_t>(at));
      continue;
    }
    const auto* other = std::ranges::find_if(kOfExtension, [&](auto octet) { return extension(octet) == c; });
    if (other == std::end(kOfExtension) || c == kUnknown) return std::nullopt;
    out.push_back(kEscape);
    out.push_back(*other);
  }
  return out;
}

Bytes ucs2_octets(std::string_view utf8) {
  Bytes out;
  while (!utf8.empty()) {
    auto c = take_utf8(utf8);
    if (c > 0xFFFF) c = kUnknown;
    out.push_back(static_cast<std::uint8_t>(c >> 8));
    out.push_back(static_cast<std::uint8_t>(c));
  }
  return out;
}

Bytes alpha_octets(std::string_view utf8) {
  if (auto octets = gsm_octets(utf8)) return *std::move(octets);
  return concat({Bytes{0x80}, ucs2_octets(utf8)});
}

std::string text_string_text(ByteView value) {
  if (value.empty()) return {};
  const auto text = value.subspan(1);
  // Groups of the scheme that say nothing of the alphabet are left out (3GPP TS 23.038 section 4).
  switch (value[0] & 0x0C) {
    case kOctets:
      return gsm_text(text);
    case kUcs2:
      return ucs2_text(text);
    default:
      return gsm_packed_text(text, text.size() * 8 / 7);
  }
}

Bytes text_string_octets(std::string_view utf8) {
  if (const auto octets = gsm_octets(utf8)) return concat({Bytes{kOctets}, *octets});
  return concat({Bytes{kUcs2}, ucs2_octets(utf8)});
}

}  // namespace eider::etsi
