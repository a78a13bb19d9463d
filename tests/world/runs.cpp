// Whole runs: every law holds, with and without faults, and a run replays exactly.
#include <gtest/gtest.h>

#include "base/log.hpp"
#include "world/runner.hpp"

namespace eider::world {
namespace {

struct World : testing::Test {
  void SetUp() override { log::set_level(log::Level::kOff); }  // injected faults are no news
  void TearDown() override { log::set_level(log::Level::kWarn); }

  static Report run(unsigned faults, std::uint64_t runs, std::uint64_t seed = 1, unsigned jobs = 2) {
    RunnerOptions options;
    options.seed = seed;
    options.runs = runs;
    options.faults = faults;
    options.jobs = jobs;
    options.max_failures = 1;
    return run_worlds(options);
  }
  static std::string text(const Report& report) {
    std::string out;
    for (const auto& f : report.failures) {
      out += "run " + std::to_string(f.run) + ": " + f.violation.law + ": " + f.violation.what + "\n";
      for (const auto& line : f.last_events) out += "  " + line + "\n";
    }
    return out;
  }
};

TEST_F(World, WithoutFaultsEveryLawHolds) {
  const auto report = run(0, 60);
  EXPECT_TRUE(report.failures.empty()) << text(report);
  EXPECT_EQ(report.faults, FaultCounts{});
  EXPECT_GT(report.downloads, 60u);
}

TEST_F(World, WithRareFaultsEveryLawHolds) {
  const auto report = run(1, 60, 11);
  EXPECT_TRUE(report.failures.empty()) << text(report);
}

TEST_F(World, WithUsualFaultsEveryLawHolds) {
  const auto report = run(2, 100, 12);
  EXPECT_TRUE(report.failures.empty()) << text(report);
  EXPECT_GT(report.downloads, 100u);
}

TEST_F(World, WithManyFaultsEveryLawHolds) {
  const auto report = run(3, 120, 13);
  EXPECT_TRUE(report.failures.empty()) << text(report);
  for (std::size_t n = 0; n < kConsumerFaultKinds; ++n)
    EXPECT_GT(report.faults[n], 0u) << to_string(static_cast<FaultKind>(n)) << " never happened";
}

// ECDSA signatures differ from run to run; nothing may depend on them, nor on the number of threads.
TEST_F(World, ReplaysExactly) {
  const auto first = run(3, 30, 5, 1), second = run(3, 30, 5, 3);
  EXPECT_EQ(first.digest, second.digest);
  EXPECT_EQ(first.messages, second.messages);
  EXPECT_EQ(first.faults, second.faults);
  EXPECT_NE(first.digest, run(3, 30, 6, 2).digest);
}

TEST_F(World, TracesWhatHappens) {
  RunOptions options;
  options.run = 3;
  std::vector<std::string> lines;
  options.trace = [&](const std::string& line) { lines.push_back(line); };
  const auto watched = run_world(Foundry::shared(), options);
  EXPECT_FALSE(lines.empty());
  options.trace = nullptr;
  EXPECT_EQ(run_world(Foundry::shared(), options).digest, watched.digest) << "watching changes nothing";
}

}  // namespace
}  // namespace eider::world
