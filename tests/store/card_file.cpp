// The file in which a card keeps its memory: durability, torn ends, damage, locks, size.
#include "store/card_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/random.hpp"

namespace eider::store {
namespace {
struct TemporaryDirectory {
  std::filesystem::path path;
  TemporaryDirectory() {
    auto name = (std::filesystem::temp_directory_path() / "eider-card-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path); }
};
card::NvmBatch batch(std::initializer_list<std::pair<const char*, const char*>> puts, std::initializer_list<const char*> erases = {}) {
  card::NvmBatch b;
  for (const auto& [k, v] : puts) b.put(k, to_bytes(as_bytes(v)));
  for (const auto* k : erases) b.erase(k);
  return b;
}
std::string value(const CardFile& f, const char* key) {
  const auto v = f.get(key);
  return v ? std::string(as_text(*v)) : "-";
}
Bytes read(const std::filesystem::path& p) {
  std::ifstream in(p, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}
void write(const std::filesystem::path& p, ByteView b) {
  std::ofstream(p, std::ios::binary | std::ios::trunc).write(reinterpret_cast<const char*>(b.data()), static_cast<std::streamsize>(b.size()));
}
}  // namespace

TEST(CardFile, KeepsWhatWasCommitted) {
  TemporaryDirectory dir;
  const auto path = dir.path / "a.eider";
  {
    auto f = *CardFile::create(path);
    ASSERT_TRUE(f->commit(batch({{"a", "1"}, {"b", "2"}})));
    ASSERT_TRUE(f->commit(batch({{"b", "3"}, {"c/1", ""}, {"c/2", "x"}}, {"a"})));
  }
  auto f = *CardFile::open(path);
  EXPECT_EQ(value(*f, "a"), "-");
  EXPECT_EQ(value(*f, "b"), "3");
  EXPECT_EQ(value(*f, "c/1"), "");
  EXPECT_EQ(f->keys("c/"), (std::vector<std::string>{"c/1", "c/2"}));
  struct stat st{};
  ASSERT_EQ(::stat(path.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0600u);
  EXPECT_FALSE(CardFile::create(path));  // never over an existing card
}

TEST(CardFile, EveryTruncationIsTheStateBeforeTheCommitItCuts) {
  TemporaryDirectory dir;
  const auto path = dir.path / "a.eider";
  std::vector<std::size_t> ends;
  {
    auto f = *CardFile::create(path);
    ends.push_back(f->file_size());
    for (const char* v : {"one", "two", "three"}) {
      ASSERT_TRUE(f->commit(batch({{"state", v}, {v, "x"}})));
      ends.push_back(f->file_size());
    }
  }
  const auto whole = read(path);
  ASSERT_EQ(whole.size(), ends.back());
  const char* expected[] = {"-", "one", "two", "three"};
  for (std::size_t n = ends[0]; n <= whole.size(); ++n) {
    write(path, ByteView(whole).first(n));
    auto f = *CardFile::open(path);
    const auto commits = static_cast<std::size_t>(std::ranges::upper_bound(ends, n) - ends.begin()) - 1;
    EXPECT_EQ(value(*f, "state"), expected[commits]) << n;
    // The next commit takes the place of the torn one.
    ASSERT_TRUE(f->commit(batch({{"state", "next"}})));
    f.reset();
    EXPECT_EQ(value(**CardFile::open(path), "state"), "next") << n;
  }
  for (std::size_t n = 0; n < ends[0]; ++n) {
    write(path, ByteView(whole).first(n));
    EXPECT_FALSE(CardFile::open(path)) << n;
  }
}

TEST(CardFile, DamageBeforeTheLastRecordIsNotIgnored) {
  TemporaryDirectory dir;
  const auto path = dir.path / "a.eider";
  {
    auto f = *CardFile::create(path);
    ASSERT_TRUE(f->commit(batch({{"state", "one"}})));
    ASSERT_TRUE(f->commit(batch({{"state", "two"}})));
  }
  const auto whole = read(path);
  for (std::size_t i = 15; i < 11 + 8 + 15; ++i) {  // CRC and payload of the first record
    auto bad = whole;
    bad[i] ^= 0x40;
    write(path, bad);
    EXPECT_FALSE(CardFile::open(path)) << i;
  }
  auto last = whole;
  last.back() ^= 1;
  write(path, last);
  EXPECT_EQ(value(**CardFile::open(path), "state"), "one");
}

TEST(CardFile, TwoProcessesCannotOpenIt) {
  TemporaryDirectory dir;
  const auto path = dir.path / "a.eider";
  auto f = *CardFile::create(path);
  ASSERT_TRUE(f->commit(batch({{"a", "1"}})));
  const auto second = CardFile::open(path);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message().find("in use"), std::string::npos);
  auto viewer = *CardFile::open_read_only(path);
  EXPECT_EQ(value(*viewer, "a"), "1");
  EXPECT_FALSE(viewer->commit(batch({{"a", "2"}})));
  f.reset();
  EXPECT_TRUE(CardFile::open(path));
}

TEST(CardFile, CompactionKeepsTheContentTheLockAndASmallFile) {
  TemporaryDirectory dir;
  const auto path = dir.path / "a.eider";
  auto f = *CardFile::create(path);
  SeededRandom random(3);
  std::map<std::string, Bytes> model;
  std::size_t largest = 0;
  for (int i = 0; i < 300; ++i) {
    card::NvmBatch b;
    for (int k = 0; k < 3; ++k) {
      const auto key = "k" + std::to_string(random.below(12));
      if (random.below(4) == 0) {
        b.erase(key);
        model.erase(key);
      } else {
        model[key] = random.bytes(random.below(900));
        b.put(key, model[key]);
      }
    }
    ASSERT_TRUE(f->commit(b));
    largest = std::max<std::size_t>(largest, std::filesystem::file_size(path));
    EXPECT_FALSE(CardFile::open(path));  // locked, whichever inode it is now
  }
  EXPECT_LT(largest, 32u * 1024u);
  f.reset();
  f = *CardFile::open(path);
  EXPECT_EQ(f->keys("").size(), model.size());
  for (const auto& [key, v] : model) EXPECT_EQ(f->get(key), v);
  EXPECT_FALSE(std::filesystem::exists(path.string() + ".new"));
}

}  // namespace eider::store
