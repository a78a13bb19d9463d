#include "codec/xml_writer.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace eider::xml {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Octets of the UTF-8 character that begins here; 0 when there is none, or none that XML 1.0 has.
std::size_t character_size(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto first = octet(0);
  if (first < 0x80) return first >= 0x20 || first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (size == 0 || first > 0xF4 || text.size() < size) return 0;
  std::uint32_t code = first & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((octet(i) & 0xC0) != 0x80) return 0;
    code = code << 6 | (octet(i) & 0x3F);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[size] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) || code == 0xFFFE ||
      code == 0xFFFF)
    return 0;
  return size;
}

// A character that every text may hold as it is.
bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F && c != '&' && c != '<' && c != '>' && c != '"';
}

void append_escaped(std::string& out, std::string_view text, bool attribute) {
  while (!text.empty()) {
    const auto special = std::ranges::find_if_not(text, is_plain) - text.begin();
    out += text.substr(0, static_cast<std::size_t>(special));
    text.remove_prefix(static_cast<std::size_t>(special));
    if (text.empty()) return;
    const auto size = character_size(text);
    if (size == 0) {
      out += kReplacement;
      text.remove_prefix(1);
      continue;
    }
    switch (text[0]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\r':
        out += "&#xD;";
        break;
      case '"':
        out += attribute ? "&quot;" : "\"";
        break;
      case '\n':
        out += attribute ? "&#xA;" : "\n";
        break;
      case '\t':
        out += attribute ? "&#x9;" : "\t";
        break;
      default:
        out += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
}

}  // namespace

void append_text(std::string& out, std::string_view text) {
  append_escaped(out, text, false);
}
void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "=\"";
  append_escaped(out, value, true);
  out += '"';
}

void Writer::finish_tag() {
  if (std::exchange(in_tag_, false)) out_ += '>';
}
void Writer::open(std::string_view name) {
  finish_tag();
  out_ += '<';
  out_ += name;
  open_.emplace_back(name);
  in_tag_ = true;
}
void Writer::attribute(std::string_view name, std::string_view value) {
  append_attribute(out_, name, value);
}
void Writer::text(std::string_view text) {
  finish_tag();
  append_text(out_, text);
}
void Writer::raw(std::string_view xml) {
  finish_tag();
  out_ += xml;
}
void Writer::close() {
  if (std::exchange(in_tag_, false)) {
    out_ += "/>";
  } else {
    out_ += "</";
    out_ += open_.back();
    out_ += '>';
  }
  open_.pop_back();
}

}  // namespace eider::xml
