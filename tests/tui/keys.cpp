#include "tui/keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eider::tui {
namespace {
using testing::ElementsAre;

KeyPress pressed(Key key) {
  return {key, 0, false};
}
KeyPress typed(char32_t c, bool pasted = false) {
  return {Key::kCharacter, c, pasted};
}

TEST(TuiKeys, KnownSequences) {
  KeyReader r;
  EXPECT_THAT(r.feed("a\r\t\x7f\x03"), ElementsAre(typed('a'), pressed(Key::kEnter), pressed(Key::kTab),
                                                   pressed(Key::kBackspace), pressed(Key::kInterrupt)));
  EXPECT_THAT(r.feed("\x1b[A\x1bOB\x1b[1;5C\x1b[3~\x1b[5~\x1b[Z"),
              ElementsAre(pressed(Key::kUp), pressed(Key::kDown), pressed(Key::kRight), pressed(Key::kDelete),
                          pressed(Key::kPageUp), pressed(Key::kBackTab)));
  EXPECT_THAT(r.feed("漢é"), ElementsAre(typed(U'漢'), typed(U'é')));
  EXPECT_FALSE(r.waits());
}

TEST(TuiKeys, OctetsArriveOneByOne) {
  KeyReader r;
  std::vector<KeyPress> all;
  for (const char c : std::string("\x1b[B漢\x1b[24;2~x"))
    for (const auto& k : r.feed({&c, 1})) all.push_back(k);
  EXPECT_THAT(all, ElementsAre(pressed(Key::kDown), typed(U'漢'), typed('x')));  // F12 is no key here
}

TEST(TuiKeys, EscapeIsAKeyWhenNothingFollows) {
  KeyReader r;
  EXPECT_TRUE(r.feed("\x1b").empty());
  EXPECT_TRUE(r.waits());
  EXPECT_THAT(r.time_over(), ElementsAre(pressed(Key::kEscape)));
  EXPECT_FALSE(r.waits());
  EXPECT_THAT(r.feed("\x1bq"), ElementsAre(pressed(Key::kEscape), typed('q')));
}

TEST(TuiKeys, WhatIsPastedIsText) {
  KeyReader r;
  EXPECT_THAT(r.feed("\x1b[200~q\r\n\x1b[A\x03\x1b[201~q"), ElementsAre(typed('q', true), typed('q')));
}

TEST(TuiKeys, NonsenseIsDropped) {
  KeyReader r;
  EXPECT_THAT(r.feed("\xFF\xC0\xED\xA0\x80\x01z"), ElementsAre(typed('z')));
  EXPECT_THAT(r.feed("\x1b[" + std::string(500, '1') + "q"), testing::IsEmpty());
  EXPECT_FALSE(r.waits());
  for (int i = 0; i < 100; ++i) r.feed("\x1b[11111");  // is not kept without end
  EXPECT_THAT(r.feed("mmmmx"), testing::Contains(typed('x')));
}

}  // namespace
}  // namespace eider::tui
