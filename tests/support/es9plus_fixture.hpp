// An SM-DP+ with one operator, one Profile and two eUICCs.
#pragma once
#include <gtest/gtest.h>

#include "support/smdpp_fixture.hpp"

namespace eider::test {

using smdpp::ProfileState;
using Strings = std::vector<std::string>;

struct SmDpPlusEs9 : testing::Test {
  smdpp::MemoryStore store;
  SmDpPlusFixture f{store};
  SoftwareEuicc card{f.pki, kEid1, 11}, other{f.pki, kEid2, 12};

  void SetUp() override {
    f.put_operator("op", f.client_certificate);
    f.add_profile(1);
  }
  ProfileState state(int n = 1) { return f.profile(n).state; }
};

}  // namespace eider::test
