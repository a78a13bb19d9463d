// What an LPA remembers between its runs.
#include "store/lpa_state.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <stdlib.h>

namespace eider::store {
namespace {
struct LpaState : testing::Test {
  void SetUp() override {
    auto name = (std::filesystem::temp_directory_path() / "eider-lpa-state-XXXXXX").string();
    dir = ::mkdtemp(name.data());
    path = dir / "below" / "lpa";
  }
  void TearDown() override { std::filesystem::remove_all(dir); }
  lpa::LpaStore::Backoff after(int failures, int ms) const { return {failures, Time(Duration(ms))}; }
  std::filesystem::path dir, path;
};
}  // namespace

TEST_F(LpaState, SurvivesItsRun) {
  {
    auto f = *LpaStateFile::open(path);
    EXPECT_FALSE(f->backoff("a.example.com"));
    ASSERT_TRUE(f->set_backoff("a.example.com", after(3, 1700000)));
    ASSERT_TRUE(f->set_backoff("b.example.com", after(1, 5)));
    ASSERT_TRUE(f->set_backoff("b.example.com", std::nullopt));
  }
  auto f = *LpaStateFile::open(path);
  EXPECT_EQ(f->backoff("a.example.com")->failures, 3);
  EXPECT_EQ(f->backoff("a.example.com")->next_attempt, Time(Duration(1700000)));
  EXPECT_FALSE(f->backoff("b.example.com"));
}

TEST_F(LpaState, MakesNoFileWhileThereIsNothingToRemember) {
  auto f = *LpaStateFile::open(path);
  ASSERT_TRUE(f->set_backoff("a.example.com", std::nullopt));
  EXPECT_FALSE(std::filesystem::exists(path.parent_path()));
}

TEST_F(LpaState, TwoLpasKeepEachOthersChanges) {
  auto f = *LpaStateFile::open(path), g = *LpaStateFile::open(path);
  ASSERT_TRUE(f->set_backoff("a.example.com", after(1, 1)));
  ASSERT_TRUE(g->set_backoff("b.example.com", after(2, 2)));
  ASSERT_TRUE(f->set_backoff("c.example.com", after(3, 3)));
  const auto all = *LpaStateFile::open(path);
  EXPECT_EQ(all->backoff("a.example.com")->failures, 1);
  EXPECT_EQ(all->backoff("b.example.com")->failures, 2);
  EXPECT_EQ(all->backoff("c.example.com")->failures, 3);
}

TEST_F(LpaState, WhatIsDamagedIsToldWithItsRemedy) {
  std::filesystem::create_directories(path.parent_path());
  for (const char* text : {"", "eider-lpa 2\n", "eider-lpa 1\na.example.com\n", "eider-lpa 1\na 0 5\n",
                           "eider-lpa 1\na 1 x\n", "eider-lpa 1\na 1 5 more\n"}) {
    std::ofstream(path, std::ios::trunc) << text;
    const auto f = LpaStateFile::open(path);
    ASSERT_FALSE(f) << text;
    EXPECT_NE(f.error().as<LocalFault>()->remedy.find("Delete it"), std::string::npos);
  }
}

}  // namespace eider::store
