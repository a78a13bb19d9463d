#include "device/subscriber_table.hpp"

#include <gmock/gmock.h>

namespace eider::device {

TEST(SubscriberTable, ReadsLines) {
  const auto read = SubscriberTable::parse(
      "imsi,number\n# a network\n\n001010000000001,4917000001\r\n 001010000000002 , 4917000002\n001011,1");
  ASSERT_TRUE(read);
  SubscriberTable table(*read);
  EXPECT_EQ(table.number_of("001010000000001"), "4917000001");
  EXPECT_EQ(table.number_of("001010000000002"), "4917000002");
  EXPECT_EQ(table.number_of("001011"), "1");
  EXPECT_EQ(table.number_of("00101000000000"), std::nullopt);
  table.replace({});
  EXPECT_EQ(table.number_of("001011"), std::nullopt);
}

TEST(SubscriberTable, NamesTheLineThatIsNone) {
  for (const auto* bad : {"001010000000001", "001010000000001,", "00101,1", "0010100000000011,1", "00101a,1",
                          "001011,+1", "001011,123456789012345678901", ",1", "001011,1,2"}) {
    const auto read = SubscriberTable::parse("001012,5\n" + std::string(bad));
    ASSERT_FALSE(read) << bad;
    EXPECT_THAT(read.error().message(), testing::HasSubstr("line 2")) << bad;
  }
  EXPECT_THAT(SubscriberTable::parse("001012,5\n001012,6").error().message(), testing::HasSubstr("before"));
}

}  // namespace eider::device
