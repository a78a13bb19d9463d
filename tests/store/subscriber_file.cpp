// Whoever changes the file of a network's subscribers is obeyed from the next question on.
#include "store/subscriber_file.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <thread>

#include "base/random.hpp"

namespace eider::store {
namespace {
namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

struct SubscriberFileTest : testing::Test {
  fs::path dir = fs::temp_directory_path() / ("eider-subscribers-" + to_hex(SystemRandom().bytes(8)));
  fs::path path = dir / "network.csv";
  std::vector<std::string> told;

  SubscriberFileTest() { fs::create_directories(dir); }
  ~SubscriberFileTest() override { fs::remove_all(dir); }
  void write(const std::string& text) const { std::ofstream(path, std::ios::trunc) << text; }
  void put(const std::string& text) const {
    std::ofstream(dir / "new", std::ios::trunc) << text;
    fs::rename(dir / "new", path);
  }
  std::unique_ptr<SubscriberFile> open() {
    auto file = SubscriberFile::open(path, [&](const Result<std::size_t>& taken) {
      told.push_back(taken ? std::to_string(*taken) : taken.error().message());
    });
    EXPECT_TRUE(file) << file.error().message();
    return *std::move(file);
  }
};
}  // namespace

TEST_F(SubscriberFileTest, AnswersByWhatItSaysNow) {
  put("001010000000001,491\n001010000000002,492\n");
  const auto file = open();
  EXPECT_EQ(file->number_of("001010000000001"), "491");
  put("001010000000002,492\n");
  EXPECT_EQ(file->number_of("001010000000001"), std::nullopt) << "nobody has to wait for that";
  EXPECT_EQ(file->number_of("001010000000002"), "492");
  put("001010000000001,493\n001010000000002,492\n");
  EXPECT_EQ(file->number_of("001010000000001"), "493");
  EXPECT_THAT(told, ElementsAre("2", "1", "2"));
}

// The same size, in the place of the old one, as fast as can be: a time stamp alone does not tell them apart.
TEST_F(SubscriberFileTest, SeesEveryChangeHoweverQuick) {
  put("001010000000001,000\n");
  const auto file = open();
  for (int n = 100; n < 400; ++n) {
    const auto text = "001010000000001," + std::to_string(n) + "\n";
    if (n % 2 == 0) {
      put(text);
    } else {
      write(text);
    }
    ASSERT_EQ(file->number_of("001010000000001"), std::to_string(n));
  }
  EXPECT_EQ(told.size(), 301u) << "each of them once";
}

TEST_F(SubscriberFileTest, AnotherFileWithTheSameTimeAndSizeIsAnother) {
  put("001010000000001,491\n");
  const auto long_ago = fs::last_write_time(path) - std::chrono::hours(1);
  fs::last_write_time(path, long_ago);
  std::this_thread::sleep_for(std::chrono::milliseconds(40));
  const auto file = open();
  EXPECT_EQ(file->number_of("001010000000001"), "491");
  put("001010000000001,492\n");
  fs::last_write_time(path, long_ago);
  EXPECT_EQ(file->number_of("001010000000001"), "492");
}

TEST_F(SubscriberFileTest, AChangeIsToldWithoutAQuestion) {
  put("001010000000001,491\n");
  const auto file = open();
  file->look();
  EXPECT_THAT(told, ElementsAre("1"));
  put("# nobody\n");
  file->look();
  EXPECT_THAT(told, ElementsAre("1", "0"));
}

TEST_F(SubscriberFileTest, WhatCannotBeReadLeavesTheLastTableAndIsToldOnce) {
  put("001010000000001,491\n");
  const auto file = open();
  put("001010000000001,491\nnobody\n");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(file->number_of("001010000000001"), "491");
  ASSERT_EQ(told.size(), 2u);
  EXPECT_THAT(told.back(), HasSubstr("network.csv: line 2"));
  fs::remove(path);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(file->number_of("001010000000001"), "491");
  ASSERT_EQ(told.size(), 3u);
  EXPECT_THAT(told.back(), HasSubstr("cannot read"));
  put("001010000000001,492\n");
  EXPECT_EQ(file->number_of("001010000000001"), "492");
}

TEST_F(SubscriberFileTest, OpensNothingThatIsNoTable) {
  const auto missing = SubscriberFile::open(path);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message(), HasSubstr("network.csv"));
  put("nobody\n");
  const auto wrong = SubscriberFile::open(path);
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message(), HasSubstr("line 1"));
  EXPECT_FALSE(SubscriberFile::open(dir)) << "a directory";
}

TEST_F(SubscriberFileTest, IsAskedByManyWhileItChanges) {
  put("001010000000001,491\n");
  const auto file = open();
  std::atomic<bool> over{false}, wrong{false};
  std::vector<std::jthread> modems;
  for (int t = 0; t < 3; ++t)
    modems.emplace_back([&] {
      while (!over) wrong = wrong || file->number_of("001010000000001").value_or("491") != "491";
    });
  for (int n = 0; n < 200; ++n) put(n % 2 == 0 ? "" : "001010000000001,491\n");
  over = true;
  modems.clear();
  EXPECT_FALSE(wrong);
}

}  // namespace eider::store
