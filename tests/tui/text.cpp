#include "tui/text.hpp"

#include <gtest/gtest.h>

namespace eider::tui {
namespace {

TEST(TuiText, ColumnsOfCharacters) {
  EXPECT_EQ(columns_of(U'a'), 1);
  EXPECT_EQ(columns_of(U'é'), 1);
  EXPECT_EQ(columns_of(U'漢'), 2);
  EXPECT_EQ(columns_of(U'ｱ'), 1);  // half-width katakana
  EXPECT_EQ(columns_of(U'Ａ'), 2);
  EXPECT_EQ(columns_of(U'한'), 2);
  EXPECT_EQ(columns_of(0x1F4F6), 2);  // antenna bars
  EXPECT_EQ(columns_of(0x0301), 0);   // combining acute
  EXPECT_EQ(columns_of(0x20000), 2);
  EXPECT_EQ(columns_of(0x1B), -1);
  EXPECT_EQ(columns_of(0x202E), -1);  // right-to-left override
  EXPECT_EQ(columns_of("楽天モバイル"), 12);
}

TEST(TuiText, NothingDrivesTheTerminalOrTurnsTheReading) {
  std::string all;
  for (const auto& g : glyphs("a\x1b[31mb\xC2\x9B"
                              "c\xE2\x80\xAE"
                              "d\xFF\xC0\xAF\xED\xA0\x80"))
    all += g.text;
  EXPECT_EQ(all, "a?[31mb?cd\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
  // Marks without end do not grow over other rows.
  std::string marks = "x";
  for (int i = 0; i < 100; ++i) marks += "\u0301";
  EXPECT_EQ(glyphs(marks).size(), 1u);
  EXPECT_EQ(glyphs(marks)[0].text.size(), 1u + 4 * 2);
  EXPECT_TRUE(glyphs("\u0301").empty());
}

TEST(TuiText, CutsBetweenCharacters) {
  EXPECT_EQ(cut("Travel", 6), "Travel");
  EXPECT_EQ(cut("Travel", 5), "Trav…");
  EXPECT_EQ(cut("漢字漢字", 8), "漢字漢字");
  EXPECT_EQ(cut("漢字漢字", 7), "漢字漢…");
  EXPECT_EQ(cut("漢字漢字", 6), "漢字…");  // no half of a character
  EXPECT_EQ(cut("x", 0), "");
  EXPECT_EQ(padded("漢", 4), "漢  ");
  EXPECT_EQ(padded("漢字", 2), "… ");
}

TEST(TuiText, Wraps) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrap("one two three", 8), (Lines{"one two", "three"}));
  EXPECT_EQ(wrap("one two three", 3), (Lines{"one", "two", "thr", "ee"}));
  EXPECT_EQ(wrap("a\n\nb", 5), (Lines{"a", "", "b"}));
  EXPECT_EQ(wrap("", 5), (Lines{""}));
  EXPECT_EQ(wrap("漢字漢字", 5), (Lines{"漢字", "漢字"}));
  EXPECT_EQ(wrap("漢", 1), (Lines{"漢"}));  // ends, whatever does not fit
  EXPECT_EQ(wrap("  in words", 8), (Lines{"  in", "  words"}));
  EXPECT_EQ(wrap("q  one two three", 11), (Lines{"q  one two", "   three"}));
  EXPECT_EQ(wrap("• one two three", 9), (Lines{"• one two", "  three"}));
}

}  // namespace
}  // namespace eider::tui
