// A screen as cells, and the octets that make a terminal show it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eider::tui {

struct Size {
  int rows = 24, columns = 80;
  bool operator==(const Size&) const = default;
};

enum class Tone : std::uint8_t { kPlain, kGood, kWarning, kBad, kQuiet, kAccent };

struct Style {
  Tone tone = Tone::kPlain;
  bool reverse = false, bold = false;
  bool operator==(const Style&) const = default;
};

struct Cell {
  std::string text = " ";  // empty: the right half of a wide character
  Style style;
  bool operator==(const Cell&) const = default;
};

class Canvas {
 public:
  // At least one cell.
  explicit Canvas(Size size);
  Size size() const { return size_; }
  // Draws from `column` on, at most `limit` columns and never beyond the edge; returns the column behind it.
  int put(int row, int column, std::string_view utf8, Style style = {}, int limit = 1 << 20);
  void fill(int row, int column, int width, Style style);
  // A frame with its inside cleared.
  void box(int row, int column, int height, int width, std::string_view title, Style style);
  const Cell& at(int row, int column) const { return cells_[index(row, column)]; }
  void show_cursor(int row, int column) { cursor_ = {row, column}; }
  std::optional<std::pair<int, int>> cursor() const { return cursor_; }
  // Without trailing spaces.
  std::vector<std::string> lines() const;
  // The lines, each ended by "\n".
  std::string text() const;

 private:
  std::size_t index(int row, int column) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(size_.columns) +
           static_cast<std::size_t>(column);
  }
  void set(int row, int column, std::string text, Style style);
  Size size_;
  std::vector<Cell> cells_;
  std::optional<std::pair<int, int>> cursor_;
};

struct Look {
  bool colour = true;
  bool unicode = true;  // otherwise frames are drawn in ASCII, and what is not ASCII is "?"
};

// What a terminal that shows `before` is sent so that it shows `now`; the whole screen when `before` is
// missing or of another size. ECMA-48 control functions only, with DEC's private modes for the cursor.
std::string to_ansi(const Canvas& now, const Canvas* before, const Look& look);

}  // namespace eider::tui
