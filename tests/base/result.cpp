#include "base/result.hpp"

#include <gtest/gtest.h>

namespace eider {
namespace {

Status checked(bool first, const Status& a, const Status& b, int& after) {
  if (first)
    EIDER_CHECK(a);
  else
    EIDER_CHECK(b);
  ++after;
  return {};
}
Result<int> doubled(Result<int> r) {
  EIDER_TRY(value, std::move(r));
  return 2 * value;
}

TEST(ResultMacros, CheckIsOneStatement) {
  const Status good, bad = fail_local("refused");
  int after = 0;
  EXPECT_TRUE(checked(true, good, bad, after));
  EXPECT_TRUE(checked(false, bad, good, after));
  EXPECT_EQ(after, 2);
  EXPECT_EQ(checked(true, bad, good, after).error().message(), bad.error().message());
  EXPECT_FALSE(checked(false, good, bad, after));
  EXPECT_EQ(after, 2) << "nothing runs behind a fault";
}

TEST(ResultMacros, TryGivesTheValueOrTheFault) {
  EXPECT_EQ(doubled(21), 42);
  EXPECT_FALSE(doubled(fail_local("refused")));
}

}  // namespace
}  // namespace eider
