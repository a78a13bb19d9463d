// A download by an SM-DP between doubles of inventory, SM-SR and card.
#pragma once
#include <gtest/gtest.h>

#include "spec/sgp22/types.hpp"
#include "support/smdp_fixture.hpp"

namespace eider::smdp {

struct SmdpDownload : ::testing::Test {
  test::SmdpFixture f;
  std::string download(int n, bool enable = false, const std::string& id = "1") {
    f.stock(n);
    f.call(f.order(n, enable), id);
    f.settle_all();
    return f.code(id);
  }
  const std::string& stock_state(int n) {
    return f.inventory.items.at(sgp22::iccid_digits(f.iccid(n))).state;
  }
  std::size_t on_card() { return f.smsr.eis.profileInfos.size(); }
};

}  // namespace eider::smdp
