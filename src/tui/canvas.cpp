#include "tui/canvas.hpp"

#include <algorithm>

#include "tui/text.hpp"

namespace eider::tui {

Canvas::Canvas(Size size)
    : size_{std::max(size.rows, 1), std::max(size.columns, 1)},
      cells_(static_cast<std::size_t>(size_.rows) * static_cast<std::size_t>(size_.columns)) {}

// A wide character of which one half goes loses the other as well.
void Canvas::set(int row, int column, std::string text, Style style) {
  auto& cell = cells_[index(row, column)];
  if (cell.text.empty() && column > 0 && !text.empty()) cells_[index(row, column - 1)].text = " ";
  const bool was_wide = column + 1 < size_.columns && cells_[index(row, column + 1)].text.empty();
  cell = {std::move(text), style};
  if (was_wide) cells_[index(row, column + 1)].text = " ";
}

int Canvas::put(int row, int column, std::string_view utf8, Style style, int limit) {
  if (row < 0 || row >= size_.rows || column < 0) return column;
  const int end = std::min(size_.columns, column + std::min(limit, size_.columns));
  for (const auto& g : glyphs(utf8)) {
    if (column + g.columns > end) break;
    set(row, column, g.text, style);
    if (g.columns == 2) {
      set(row, column + 1, " ", style);
      cells_[index(row, column + 1)].text.clear();
    }
    column += g.columns;
  }
  return column;
}

void Canvas::fill(int row, int column, int width, Style style) {
  if (width > 0) put(row, column, std::string(static_cast<std::size_t>(width), ' '), style);
}

void Canvas::box(int row, int column, int height, int width, std::string_view title, Style style) {
  if (height < 2 || width < 2) return;
  std::string line;
  for (int i = 0; i < width - 2; ++i) line += "─";
  put(row, column, "┌" + line + "┐", style);
  put(row + height - 1, column, "└" + line + "┘", style);
  for (int i = 1; i + 1 < height; ++i) {
    put(row + i, column, "│", style);
    fill(row + i, column + 1, width - 2, {});
    put(row + i, column + width - 1, "│", style);
  }
  if (!title.empty() && width > 6) {
    auto bold = style;
    bold.bold = true;
    put(row, column + 2, " " + cut(title, width - 6) + " ", bold);
  }
}

std::vector<std::string> Canvas::lines() const {
  std::vector<std::string> out;
  for (int row = 0; row < size_.rows; ++row) {
    std::string line;
    for (int column = 0; column < size_.columns; ++column) line += at(row, column).text;
    line.erase(line.find_last_not_of(' ') + 1);
    out.push_back(std::move(line));
  }
  return out;
}

std::string Canvas::text() const {
  std::string out;
  for (const auto& line : lines()) out += line + "\n";
  return out;
}

namespace {

std::string sgr(const Style& style, bool colour) {
  std::string out = "\x1b[0";
  if (style.bold) out += ";1";
  if (style.reverse) out += ";7";
  if (colour) {
    constexpr const char* kColours[] = {"", ";32", ";33", ";31", ";90", ";36"};
    out += kColours[static_cast<int>(style.tone)];
  }
  return out + "m";
}

std::string in_ascii(const std::string& text) {
  if (text.size() == 1) return text;
  static constexpr std::pair<std::string_view, char> kDrawn[] = {
      {"─", '-'}, {"│", '|'}, {"┌", '+'}, {"┐", '+'}, {"└", '+'}, {"┘", '+'}, {"●", '*'},
      {"○", 'o'}, {"…", '~'}, {"█", '#'}, {"░", '.'}, {"▸", '>'}, {"•", '*'},
  };
  for (const auto& [from, to] : kDrawn)
    if (text == from) return {to};
  return std::string(static_cast<std::size_t>(columns_of(text)), '?');
}

std::string move_to(int row, int column) {
  return "\x1b[" + std::to_string(row + 1) + ";" + std::to_string(column + 1) + "H";
}
}  // namespace

std::string to_ansi(const Canvas& now, const Canvas* before, const Look& look) {
  const auto size = now.size();
  if (before && !(before->size() == size)) before = nullptr;
  std::string out = "\x1b[?25l";
  if (!before) out += "\x1b[0m\x1b[2J";
  std::optional<Style> pen;
  for (int row = 0; row < size.rows; ++row) {
    int there = -1;  // where the terminal's cursor is in this row
    for (int column = 0; column < size.columns; ++column) {
      const auto& cell = now.at(row, column);
      if (cell.text.empty()) continue;
      const bool wide = column + 1 < size.columns && now.at(row, column + 1).text.empty();
      if (before && cell == before->at(row, column) &&
          (!wide || now.at(row, column + 1) == before->at(row, column + 1)))
        continue;
      if (!before && cell == Cell{}) continue;  // the screen was cleared
      if (there != column) out += move_to(row, column);
      if (pen != cell.style) out += sgr(cell.style, look.colour);
      pen = cell.style;
      out += look.unicode ? cell.text : in_ascii(cell.text);
      there = column + (wide ? 2 : 1);
    }
  }
  if (pen && *pen != Style{}) out += "\x1b[0m";
  if (now.cursor()) out += move_to(now.cursor()->first, now.cursor()->second) + "\x1b[?25h";
  return out;
}

}  // namespace eider::tui
