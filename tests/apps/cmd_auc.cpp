// `eider auc`, as a person at a shell uses it.
#include <gtest/gtest.h>

#include "support/command.hpp"

namespace eider::test {
namespace {
class CmdAuc : public testing::Test {
 protected:
  CmdAuc() {
    // 3GPP TS 35.208 test set 1.
    place_.write("k", "465B5CE8B199B49FAA5F0A2EE238A6BC\n");
    place_.write("op", "CDC202D5123E20F62B6D676AC72CB318\n");
  }
  std::string run(const std::string& arguments, int expected = 0) const {
    const auto r = place_.eider("auc " + arguments);
    EXPECT_EQ(r.code, expected) << r.text;
    return r.text;
  }
  Workplace place_;
};

TEST_F(CmdAuc, MakesVectors) {
  // The SQN of the set, one step back in SEQ and IND.
  const auto text =
      run("vector --k @k --op @op --sqn FF9BB4D0B5E6 --amf B9B9 --rand 23553CBE9637A89D218AE64DAE47BF35");
  EXPECT_TRUE(contains(text, "AUTN   55F328B43577B9B94A9FFAC354DFAFB3")) << text;
  EXPECT_TRUE(contains(text, "XRES   A54211D5E3BA50BF"));
  EXPECT_TRUE(contains(text, "SRES   46F8416A"));
  EXPECT_TRUE(contains(text, "Kc     EAE4BE823AF9A08B"));
  EXPECT_TRUE(contains(text, "SQN    FF9BB4D0B607"));
  EXPECT_FALSE(contains(text, "465B5CE8")) << "the key is not shown";
}

TEST_F(CmdAuc, Resynchronises) {
  const auto text =
      run("resync --k @k --op @op --rand 23553CBE9637A89D218AE64DAE47BF35 --auts "
          "BA853F3C123CCF44E93596E355C6 --json");
  EXPECT_TRUE(contains(text, R"("SQN_MS":"FF9BB4D0B607")")) << text;
  EXPECT_TRUE(contains(text, R"("SQN":"FF9BB4D0B628")")) << text;
  run("resync --k @k --op @op --rand 23553CBE9637A89D218AE64DAE47BF35 --auts BA853F3C123CCF44E93596E355C7",
      1);
}

TEST_F(CmdAuc, ReadsPackages) {
  ASSERT_EQ(place_
                .eider("profile create -o p.der --isim --k 465B5CE8B199B49FAA5F0A2EE238A6BC --op "
                       "CDC202D5123E20F62B6D676AC72CB318")
                .code,
            0);
  const std::string set = " --sqn FF9BB4D0B5E6 --amf B9B9 --rand 23553CBE9637A89D218AE64DAE47BF35";
  EXPECT_TRUE(contains(run("vector --package p.der" + set), "55F328B43577B9B94A9FFAC354DFAFB3"));
  EXPECT_TRUE(
      contains(run("vector --package p.der --aid A0000000871004" + set), "55F328B43577B9B94A9FFAC354DFAFB3"));
  EXPECT_TRUE(contains(run("vector --package p.der --aid A0000000871009" + set, 1), "no akaParameter"));
}

TEST_F(CmdAuc, RefusesWrongUse) {
  run("vector", 2);
  run("vector --k @k", 2);
  run("vector --k 12", 2);
  run("vector --k xy --op @op", 2);
  run("vector --k @missing --op @op", 1);
  run("vector --k @k --op @op --sqn 00", 2);
  run("resync --k @k --op @op", 2);
}

}  // namespace
}  // namespace eider::test
