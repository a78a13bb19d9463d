#include "roles/campaign/card_list.hpp"

#include <gtest/gtest.h>

#include "spec/sgp22/types.hpp"

namespace eider::campaign {
namespace {
constexpr std::string_view kEid = "89001012012341234012345678901224";    // SGP.02 section 2.2.2
constexpr std::string_view kOther = "89049032123451234512345678901235";  // SGP.22, test data of SGP.23
std::string join(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const auto p : parts) out += p;
  return out;
}
}  // namespace

TEST(CampaignCardList, LinesOfTextInTheirForms) {
  const auto text =
      join({"\xEF\xBB\xBF"
            "EID,ICCID,remark\r\n",
            kEid, ",8949000000000000123,old\r\n", "\n# a remark\n  ", kOther,
            "  # another\n89490000000000005555\n"});
  const auto list = read_card_list(text);
  EXPECT_TRUE(list.problems.empty());
  ASSERT_EQ(list.cards.size(), 3U);
  EXPECT_EQ(sgp22::eid_digits(*list.cards[0].eid), kEid);
  EXPECT_EQ(sgp22::iccid_digits(*list.cards[0].target), "8949000000000000123");
  EXPECT_EQ(list.cards[0].line, 2U);
  EXPECT_FALSE(list.cards[1].target);
  EXPECT_EQ(list.cards[1].line, 5U);
  EXPECT_FALSE(list.cards[2].eid);
  EXPECT_TRUE(list.cards[2].iccid);
}

TEST(CampaignCardList, WrongLinesAreNamed) {
  const auto text = join({kEid, "\n89001012012341234012345678901225\nhello\n", kOther, ",89xx\n12\n"});
  const auto list = read_card_list(text);
  EXPECT_EQ(list.cards.size(), 1U);
  ASSERT_EQ(list.problems.size(), 4U);
  const std::uint32_t lines[] = {2, 3, 4, 5};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(list.problems[i].line, lines[i]);
  EXPECT_NE(list.problems[0].what.find("check digits"), std::string::npos);
  EXPECT_NE(list.problems[1].what.find("\"hello\""), std::string::npos);
}

TEST(CampaignCardList, NothingUnprintableIsRepeated) {
  const auto list = read_card_list("\x1B[31mred\x07\n");
  ASSERT_EQ(list.problems.size(), 1U);
  EXPECT_EQ(list.problems[0].what.find('\x1B'), std::string::npos);
}

TEST(CampaignCardList, WhatTheSmsrLists) {
  const auto text =
      join({R"({"euiccs":7,"list":[{"eid":")", kEid, R"(","enabled":"8949000000000000123","profiles":2},)",
            R"({"eid":")", kOther, R"(","enabled":"-"},{"eid":"1"},3]})"});
  const auto list = read_card_list(text);
  EXPECT_EQ(list.total, 7U);
  ASSERT_EQ(list.cards.size(), 2U);
  EXPECT_TRUE(list.cards[0].iccid);
  EXPECT_FALSE(list.cards[1].iccid);
  EXPECT_EQ(list.problems.size(), 2U);
  for (const auto* bad : {"{", "{}", R"({"list":3})", R"({"list":[)"}) {
    const auto none = read_card_list(bad);
    EXPECT_TRUE(none.cards.empty());
    EXPECT_EQ(none.problems.size(), 1U) << bad;
  }
}

TEST(CampaignCardList, IccidsBecomeCardsAndNoCardComesTwice) {
  const auto inventory =
      read_card_list(join({R"({"list":[{"eid":")", kEid, R"(","enabled":"8949000000000000123"}]})"}));
  auto list = read_card_list(join({"8949000000000000123\n8949000000000000999\n", kOther, "\n", kEid, "\n"}));
  resolve(list, inventory);
  ASSERT_EQ(list.cards.size(), 2U);
  EXPECT_EQ(sgp22::eid_digits(*list.cards[0].eid), kEid);
  EXPECT_EQ(sgp22::eid_digits(*list.cards[1].eid), kOther);
  ASSERT_EQ(list.problems.size(), 2U);
  EXPECT_EQ(list.problems[0].line, 2U);
  EXPECT_EQ(list.problems[1].line, 4U);
  EXPECT_NE(list.problems[1].what.find("line 1"), std::string::npos);
}

}  // namespace eider::campaign
