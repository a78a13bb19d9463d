#include "tui/text.hpp"

#include <algorithm>
#include <iterator>

#include "tui/width_table.hpp"

namespace eider::tui {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr int kMostMarks = 4;

template <std::size_t N>
bool within(const Range (&table)[N], char32_t c) {
  const auto* after = std::ranges::upper_bound(table, static_cast<std::uint32_t>(c), {},
                                               [](const Range& r) { return r.first; });
  return after != std::begin(table) && c <= std::prev(after)->last;
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

// Format characters: they join, part or turn what stands around them.
bool is_format(char32_t c) {
  return c == 0xAD || c == 0x61C || c == 0x180E || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

// The character at `at`, which moves behind it; one octet where it is malformed (RFC 3629).
char32_t next_character(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0;
  if (more == 0 || lead > 0xF4) return kReplacement;
  char32_t c = lead & (0x3F >> more);
  auto end = at;
  for (int i = 0; i < more; ++i, ++end) {
    if (end >= text.size() || (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80) return kReplacement;
    c = c << 6 | (static_cast<unsigned char>(text[end]) & 0x3F);
  }
  const bool too_long = (more == 2 && c < 0x800) || (more == 3 && c < 0x10000);
  if (too_long || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return kReplacement;
  at = end;
  return c;
}
}  // namespace

int columns_of(char32_t c) {
  if (is_control(c) || is_format(c)) return -1;
  if (within(kMarks, c)) return 0;
  return within(kWide, c) ? 2 : 1;
}

std::string encode_utf8(char32_t c) {
  std::string out;
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (c >> shift & 0x3F)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    tail(12), tail(6), tail(0);
  }
  return out;
}

std::vector<Glyph> glyphs(std::string_view utf8) {
  std::vector<Glyph> out;
  int marks = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    auto c = next_character(utf8, at);
    if (is_control(c)) c = '?';
    const int columns = columns_of(c);
    if (columns < 0) continue;
    if (columns == 0) {
      if (!out.empty() && marks++ < kMostMarks) out.back().text += encode_utf8(c);
      continue;
    }
    marks = 0;
    out.push_back({encode_utf8(c), columns});
  }
  return out;
}

int columns_of(std::string_view utf8) {
  int sum = 0;
  for (const auto& g : glyphs(utf8)) sum += g.columns;
  return sum;
}

std::string cut(std::string_view utf8, int columns) {
  const auto all = glyphs(utf8);
  int whole = 0;
  for (const auto& g : all) whole += g.columns;
  std::string out;
  if (columns <= 0) return out;
  int left = whole <= columns ? columns : columns - 1;
  for (const auto& g : all) {
    if (g.columns > left) break;
    left -= g.columns;
    out += g.text;
  }
  if (whole > columns) out += "…";
  return out;
}

std::string padded(std::string_view utf8, int columns) {
  auto out = cut(utf8, columns);
  const int missing = columns - columns_of(out);
  if (missing > 0) out.append(static_cast<std::size_t>(missing), ' ');
  return out;
}

namespace {
void wrap_line(std::string_view line, int columns, std::vector<std::string>& out) {
  const auto all = glyphs(line);
  // What a line is continued with stands below its beginning.
  std::size_t indent = 0;
  while (indent < all.size() && all[indent].text == " ") ++indent;
  // And what has a label, or a dot, goes on below its text.
  for (auto i = indent; i + 2 < all.size() && i * 2 < static_cast<std::size_t>(columns); ++i) {
    const bool dot = i == indent && all[i].text == "•";
    if (!dot && (all[i].text != " " || all[i + 1].text != " ")) continue;
    while (++i < all.size() && all[i].text == " ") {
    }
    indent = i;
    break;
  }
  if (indent * 2 > static_cast<std::size_t>(columns)) indent = 0;
  for (std::size_t at = 0; at < all.size() || at == 0;) {
    std::string text = at == 0 ? "" : std::string(indent, ' ');
    int used = at == 0 ? 0 : static_cast<int>(indent);
    std::size_t end = at, space = 0;
    while (end < all.size() && used + all[end].columns <= columns) {
      if (all[end].text == " " && end > at) space = end;
      used += all[end++].columns;
    }
    if (end == at && end < all.size()) ++end;  // wider than the line
    const bool broken = end < all.size();
    if (broken && all[end].text != " " && space > at && (at > 0 || space >= indent)) end = space;
    for (auto i = at; i < end; ++i) text += all[i].text;
    out.push_back(std::move(text));
    at = end;
    while (at < all.size() && all[at].text == " ") ++at;
    if (at >= all.size()) break;
  }
}
}  // namespace

std::vector<std::string> wrap(std::string_view utf8, int columns) {
  std::vector<std::string> out;
  columns = std::max(columns, 1);
  for (std::size_t at = 0; at <= utf8.size();) {
    const auto end = std::min(utf8.find('\n', at), utf8.size());
    wrap_line(utf8.substr(at, end - at), columns, out);
    at = end + 1;
  }
  return out;
}

}  // namespace eider::tui
