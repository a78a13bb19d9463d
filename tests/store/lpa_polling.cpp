// What an LPA that asks by itself keeps in a file.
#include "store/lpa_polling.hpp"

#include <fstream>
#include <gtest/gtest.h>

#include "base/random.hpp"

namespace eider::store {
namespace {
namespace polling = lpa::polling;

struct LpaPollingFile : testing::Test {
  std::filesystem::path dir =
      std::filesystem::temp_directory_path() / ("eider-polling-" + to_hex(SystemRandom().bytes(8)));
  ~LpaPollingFile() override { std::filesystem::remove_all(dir); }
};

TEST_F(LpaPollingFile, KeepsTheBook) {
  const auto path = dir / "state" / "polling";
  EXPECT_EQ(*read_polling_book(path), polling::Book());
  polling::Book book;
  book.situation = polling::Situation::kEnabled;
  book.since = Time(Duration(1700000000000));
  ASSERT_TRUE(write_polling_book(path, book));
  EXPECT_EQ(*read_polling_book(path), book);
  book.answered = book.since + Duration(5);
  book.next = book.since + Duration(9);
  book.failures = 3;
  ASSERT_TRUE(write_polling_book(path, book));
  EXPECT_EQ(*read_polling_book(path), book);
}

TEST_F(LpaPollingFile, TakesNothingElse) {
  const auto path = dir / "polling";
  std::filesystem::create_directories(dir);
  for (const char* text : {"", "eider-lpa 1\n", "eider-lpa-polling 1\n",
                           "eider-lpa-polling 1\nsituation 3\nsince 1\nfailures 0\n",
                           "eider-lpa-polling 1\nsituation 0\nsince 1\nfailures -1\n",
                           "eider-lpa-polling 1\nsituation 0\nsince x\nfailures 0\n",
                           "eider-lpa-polling 1\nsituation 0 0\nsince 1\nfailures 0\n",
                           "eider-lpa-polling 1\nsituation 0\nsituation 1\nsince 1\nfailures 0\n"}) {
    std::ofstream(path) << text;
    const auto read = read_polling_book(path);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().message().find("Delete it"), std::string::npos);
  }
}

}  // namespace
}  // namespace eider::store
