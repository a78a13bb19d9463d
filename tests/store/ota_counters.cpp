#include "store/ota_counters.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <thread>

namespace eider::store {
namespace {
namespace fs = std::filesystem;

struct OtaCounterFileTest : testing::Test {
  fs::path dir;
  OtaCounterFileTest() {
    auto name = (fs::temp_directory_path() / "eider-ota-XXXXXX").string();
    dir = ::mkdtemp(name.data());
  }
  ~OtaCounterFileTest() override { fs::remove_all(dir); }
};
}  // namespace

TEST_F(OtaCounterFileTest, CountsUpForEachKeySetAndSurvives) {
  OtaCounterFile a(dir / "new" / "counters");
  EXPECT_EQ(*a.next("card/1", 1), 1u);
  EXPECT_EQ(*a.next("card/1", 1), 2u);
  EXPECT_EQ(*a.next("card/2", 1), 1u);
  EXPECT_EQ(*a.next("card/1", 10), 10u);
  OtaCounterFile b(dir / "new" / "counters");
  EXPECT_EQ(*b.next("card/1", 1), 11u);
  EXPECT_EQ(*b.next("card/2", 1), 2u);
  EXPECT_FALSE(b.next("two words", 1));
  EXPECT_FALSE(b.next("", 1));
}

TEST_F(OtaCounterFileTest, EndsWithTheLastCounter) {
  OtaCounterFile a(dir / "counters");
  EXPECT_EQ(*a.next("card/1", etsi::kCounterMax), etsi::kCounterMax);
  EXPECT_FALSE(a.next("card/1", 1));
  mno::MemoryOtaCounters m;
  EXPECT_EQ(*m.next("card/1", etsi::kCounterMax), etsi::kCounterMax);
  EXPECT_FALSE(m.next("card/1", 1));
}

// Counting anew would repeat counters: a damaged file is refused and stays as it is.
TEST_F(OtaCounterFileTest, RefusesADamagedFile) {
  for (const auto* text : {"", "other 1\n", "eider-ota 1\ncard\n", "eider-ota 1\ncard x\n",
                           "eider-ota 1\ncard 1 2\n", "eider-ota 1\ncard 1099511627776\n"}) {
    std::ofstream(dir / "counters") << text;
    EXPECT_FALSE(OtaCounterFile(dir / "counters").next("card", 1)) << text;
  }
}

TEST_F(OtaCounterFileTest, TwoSendersNeverShareACounter) {
  constexpr int kEach = 40;
  std::vector<std::uint64_t> all[2];
  {
    std::jthread threads[2];
    for (int t = 0; t < 2; ++t)
      threads[t] = std::jthread([&, t] {
        OtaCounterFile file(dir / "counters");
        for (int i = 0; i < kEach; ++i) all[t].push_back(*file.next("card", 1));
      });
  }
  std::vector<std::uint64_t> both = all[0];
  both.insert(both.end(), all[1].begin(), all[1].end());
  std::ranges::sort(both);
  for (std::size_t i = 0; i < both.size(); ++i) EXPECT_EQ(both[i], i + 1);
}

}  // namespace eider::store
