#include "store/value_delta.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace eider::store {

// Worked by hand after the description in the header.
TEST(ValueDelta, KnownOctets) {
  EXPECT_EQ(delta_between(hex("0011223344"), hex("0011223344")), Bytes{});
  EXPECT_EQ(delta_between(hex("0011223344"), hex("00AA223344")), hex("0101AA"));
  EXPECT_EQ(delta_between(hex("0011223344"), hex("00AA2233BB")),
            hex("0104AA2233BB"));  // one stretch is shorter
  Bytes base(300), value = base;
  value[200] = 7;
  EXPECT_EQ(delta_between(base, value), hex("C8010107"));
}

TEST(ValueDelta, GivesTheValueBack) {
  SeededRandom random(4);
  for (int i = 0; i < 500; ++i) {
    const auto base = random.bytes(random.below(400));
    auto value = base;
    for (auto changes = random.below(20); changes != 0 && !value.empty(); --changes)
      value[random.below(value.size())] = static_cast<std::uint8_t>(random.below(256));
    EXPECT_EQ(apply_delta(base, delta_between(base, value)), value);
  }
}

TEST(ValueDelta, RefusesWhatDoesNotFit) {
  const auto base = hex("0011223344");
  for (const auto* bad : {"05", "0501AA", "0100", "0401", "0402AABB", "80", "808080808001AA",
                          "FFFFFFFF0F01AA", "00FFFFFFFF0FAA", "0401AA0001BB"}) {
    EXPECT_FALSE(apply_delta(base, hex(bad))) << bad;
    EXPECT_FALSE(is_delta(base.size(), hex(bad))) << bad;
  }
}

}  // namespace eider::store
