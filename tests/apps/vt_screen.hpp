// What a terminal shows of the octets it is sent: the part of ECMA-48 that Eider uses, and no more. A
// sequence that it does not know is kept, so that a test sees it.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tui/text.hpp"

namespace eider::test {

class VtScreen {
 public:
  VtScreen(int rows, int columns) { resize(rows, columns); }
  void resize(int rows, int columns) {
    rows_ = rows, columns_ = columns;
    cells_.assign(static_cast<std::size_t>(rows),
                  std::vector<std::string>(static_cast<std::size_t>(columns), " "));
    row_ = column_ = 0;
  }
  void feed(std::string_view octets) {
    pending_ += octets;
    while (!pending_.empty() && take()) {
    }
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    for (const auto& row : cells_) {
      std::string line;
      for (const auto& cell : row) line += cell;
      line.erase(line.find_last_not_of(' ') + 1);
      out.push_back(std::move(line));
    }
    return out;
  }
  std::string text() const {
    std::string out;
    for (const auto& line : lines()) out += line + "\n";
    return out;
  }
  bool mode(const std::string& name) const { return modes_.contains(name); }  // DEC private mode that is set
  bool coloured() const { return coloured_; }                                 // some SGR had a colour
  const std::vector<std::string>& unknown() const { return unknown_; }
  void forget_unknown() { unknown_.clear(); }

 private:
  bool take() {
    const auto lead = static_cast<unsigned char>(pending_[0]);
    if (lead == 0x1B) return take_sequence();
    if (lead < 0x20) {
      if (lead == '\r') column_ = 0;
      if (lead == '\n') row_ = std::min(row_ + 1, rows_ - 1);
      pending_.erase(0, 1);
      return true;
    }
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (pending_.size() < length) return false;
    put(pending_.substr(0, length));
    pending_.erase(0, length);
    return true;
  }
  void put(const std::string& character) {
    const int width = tui::columns_of(std::string_view(character));
    if (width == 0) {  // on what stands before
      if (column_ > 0) cell(row_, column_ - 1) += character;
      return;
    }
    if (column_ + width > columns_) {
      unknown_.push_back("beyond the edge: " + character);
      return;
    }
    cell(row_, column_) = character;
    if (width == 2) cell(row_, column_ + 1) = "";
    column_ += width;
  }
  bool take_sequence() {
    if (pending_.size() < 2) return false;
    if (pending_[1] != '[') return drop(2);
    std::size_t end = 2;
    while (end < pending_.size() && (pending_[end] < 0x40 || pending_[end] > 0x7E)) ++end;
    if (end >= pending_.size()) return false;
    const auto parameters = pending_.substr(2, end - 2);
    const char final = pending_[end];
    if (final == 'H') {
      int row = 1, column = 1;
      if (std::sscanf(parameters.c_str(), "%d;%d", &row, &column) < 0) row = column = 1;
      row_ = std::min(row, rows_) - 1, column_ = std::min(column, columns_) - 1;
    } else if (final == 'J' && parameters == "2") {
      const int row = row_, column = column_;
      resize(rows_, columns_);
      row_ = row, column_ = column;
    } else if (final == 'm') {
      coloured_ |= parameters.find(";3") != std::string::npos || parameters.find(";9") != std::string::npos;
    } else if ((final == 'h' || final == 'l') && parameters.starts_with("?")) {
      if (final == 'h')
        modes_.insert(parameters);
      else
        modes_.erase(parameters);
    } else {
      return drop(end + 1);
    }
    pending_.erase(0, end + 1);
    return true;
  }
  bool drop(std::size_t length) {
    unknown_.push_back(pending_.substr(1, length - 1));
    pending_.erase(0, length);
    return true;
  }
  std::string& cell(int row, int column) {
    return cells_[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
  }
  int rows_ = 0, columns_ = 0, row_ = 0, column_ = 0;
  std::vector<std::vector<std::string>> cells_;
  std::set<std::string> modes_{"?7", "?25"};
  bool coloured_ = false;
  std::vector<std::string> unknown_;
  std::string pending_;
};

}  // namespace eider::test
