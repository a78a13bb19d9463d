// Text in columns of a terminal. What comes from cards and servers can neither drive the terminal nor change
// the order in which it is read.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace eider::tui {

// 0: drawn over the character before; 1 or 2 columns; -1: never shown (controls, direction marks, what has no
// width).
int columns_of(char32_t c);

// What takes one place: a character with what is drawn over it.
struct Glyph {
  std::string text;  // UTF-8
  int columns = 1;
};
// Malformed octets become U+FFFD, control characters "?"; direction marks and their like are left out. At
// most four marks stay on a character.
std::vector<Glyph> glyphs(std::string_view utf8);
int columns_of(std::string_view utf8);

// At most `columns` wide, with an ellipsis where something is missing.
std::string cut(std::string_view utf8, int columns);
// The same, filled up with spaces.
std::string padded(std::string_view utf8, int columns);
// Lines at most `columns` wide, broken at spaces where there are some, and at every "\n". Never empty.
std::vector<std::string> wrap(std::string_view utf8, int columns);

std::string encode_utf8(char32_t c);

}  // namespace eider::tui
