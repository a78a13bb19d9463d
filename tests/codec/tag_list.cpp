// Tag lists, ISO 7816-4 section 8.5.1.
#include <gtest/gtest.h>

#include "codec/tlv.hpp"

namespace eider {
namespace {

TEST(TagList, ReadsTagsOfOneToFourOctets) {
  EXPECT_EQ(parse_tag_list(hex("5A9F70BF8125DF818103")),
            (std::vector<Tag>{0x5A, 0x9F70, 0xBF8125, 0xDF818103}));
  EXPECT_EQ(parse_tag_list({}), std::vector<Tag>());
}

TEST(TagList, RefusesWhatIsNoTag) {
  for (const auto* text : {"9F", "5ABF81", "DF81818103"}) EXPECT_FALSE(parse_tag_list(hex(text))) << text;
}

}  // namespace
}  // namespace eider
