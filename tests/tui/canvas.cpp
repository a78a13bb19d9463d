#include "tui/canvas.hpp"

#include <gtest/gtest.h>

namespace eider::tui {
namespace {

TEST(TuiCanvas, WideCharactersAreWholeOrNotThere) {
  Canvas c({2, 6});
  EXPECT_EQ(c.put(0, 0, "漢字漢字"), 6);
  EXPECT_EQ(c.lines()[0], "漢字漢");
  EXPECT_EQ(c.put(1, 5, "漢"), 5);  // half of it would be over the edge
  EXPECT_EQ(c.lines()[1], "");
  c.put(0, 1, "x");  // over the right half of the first
  EXPECT_EQ(c.lines()[0], " x字漢");
  c.put(0, 2, "y");  // over the left half of the second
  EXPECT_EQ(c.lines()[0], " xy 漢");
}

TEST(TuiCanvas, ClipsAtItsEdges) {
  Canvas c({3, 5});
  c.put(-1, 0, "x"), c.put(3, 0, "x"), c.put(0, -1, "x"), c.put(0, 9, "x");
  c.put(1, 3, "abcdef");
  c.box(0, 0, 9, 9, "", {});
  EXPECT_EQ(c.lines()[1].substr(0, 3), "│");
  EXPECT_EQ(Canvas({0, -3}).text(), "\n");
}

TEST(TuiCanvas, OnlyWhatChangedIsSent) {
  Canvas before({2, 10});
  before.put(0, 0, "hello");
  Canvas now = before;
  EXPECT_EQ(to_ansi(now, &before, {}), "\x1b[?25l");
  now.put(1, 3, "漢", {Tone::kGood, false, false});
  EXPECT_EQ(to_ansi(now, &before, {}), "\x1b[?25l\x1b[2;4H\x1b[0;32m漢\x1b[0m");
  EXPECT_EQ(to_ansi(now, &before, {.colour = false}), "\x1b[?25l\x1b[2;4H\x1b[0m漢\x1b[0m");
  EXPECT_EQ(to_ansi(now, &before, {.unicode = false}), "\x1b[?25l\x1b[2;4H\x1b[0;32m??\x1b[0m");
  now.show_cursor(0, 5);
  EXPECT_TRUE(to_ansi(now, &before, {}).ends_with("\x1b[1;6H\x1b[?25h"));
}

TEST(TuiCanvas, AnotherSizeIsDrawnAnew) {
  const Canvas before({2, 10});
  Canvas now({1, 4});
  now.put(0, 1, "ab");
  EXPECT_EQ(to_ansi(now, &before, {}), "\x1b[?25l\x1b[0m\x1b[2J\x1b[1;2H\x1b[0mab");
}

TEST(TuiCanvas, FramesInAscii) {
  Canvas c({2, 3});
  c.box(0, 0, 2, 3, "", {});
  const auto sent = to_ansi(c, nullptr, {.colour = false, .unicode = false});
  EXPECT_NE(sent.find("+-+"), std::string::npos);
}

}  // namespace
}  // namespace eider::tui
