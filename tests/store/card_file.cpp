// The file in which a card keeps its memory: durability, torn ends, damage, locks, size.
#include "store/card_file.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

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
card::NvmBatch batch(std::initializer_list<std::pair<const char*, const char*>> puts,
                     std::initializer_list<const char*> erases = {}) {
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
  std::ofstream(p, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(b.data()), static_cast<std::streamsize>(b.size()));
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
  ASSERT_EQ(whole.size(), ends.back() + 12);  // and the mark of the last one
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

namespace {
// Commits of different sizes, one of them empty; `states[n]` is the content after n of them.
struct Committed {
  Bytes file;
  std::vector<std::size_t> ends;
  std::vector<std::map<std::string, Bytes>> states;
};
std::map<std::string, Bytes> content(const CardFile& f) {
  std::map<std::string, Bytes> out;
  for (const auto& key : f.keys("")) out[key] = *f.get(key);
  return out;
}
Committed commit_some(const std::filesystem::path& path) {
  Committed out;
  SeededRandom random(5);
  auto f = *CardFile::create(path);
  out.ends.push_back(f->file_size());
  out.states.push_back({});
  for (const std::size_t size : {3u, 40u, 0u, 600u, 25u}) {
    card::NvmBatch b;
    if (size != 0) b.put("key" + std::to_string(size % 4), random.bytes(size));
    EXPECT_TRUE(f->commit(b));
    out.ends.push_back(f->file_size());
    out.states.push_back(content(*f));
  }
  f.reset();
  out.file = read(path);
  return out;
}
void expect_precise(const Fault& fault, std::size_t at) {
  const auto* local = fault.as<LocalFault>();
  ASSERT_TRUE(local) << at;
  EXPECT_NE(local->what.find("damaged: record "), std::string::npos) << at << ": " << local->what;
  EXPECT_NE(local->remedy.find("nothing was changed"), std::string::npos) << at;
}
}  // namespace

TEST(CardFile, EveryDamagedOctetIsToldOrHarmless) {
  TemporaryDirectory dir;
  const auto path = dir.path / "a.eider";
  const auto good = commit_some(path);
  std::size_t told = 0;
  for (std::size_t i = 0; i < good.file.size(); ++i) {
    for (const int flip : {0x03, 0x80}) {
      auto bad = good.file;
      bad[i] ^= static_cast<std::uint8_t>(flip);
      write(path, bad);
      const auto f = CardFile::open(path);
      if (f) {
        EXPECT_EQ(content(**f), good.states.back()) << i;
        continue;
      }
      ++told;
      if (i >= good.ends.front()) expect_precise(f.error(), i);
      EXPECT_EQ(read(path), bad) << i;
    }
  }
  EXPECT_EQ(told, 2 * good.ends.back());  // everything but the last mark
}

TEST(CardFile, DamageIsToldAlsoWhenTheLastCommitIsTorn) {
  TemporaryDirectory dir;
  const auto path = dir.path / "a.eider";
  const auto good = commit_some(path);
  const auto last = good.ends[good.ends.size() - 2];
  for (std::size_t i = good.ends.front(); i < last; ++i) {
    auto bad = good.file;
    bad.resize(good.ends.back() - 7);
    bad[i] ^= 0x10;
    write(path, bad);
    const auto f = CardFile::open(path);
    ASSERT_FALSE(f) << i;
    expect_precise(f.error(), i);
  }
}

TEST(CardFile, LostRepeatedAndExchangedRecordsAreTold) {
  TemporaryDirectory dir;
  const auto path = dir.path / "a.eider";
  const auto good = commit_some(path);
  const auto part = [&](std::size_t from, std::size_t to) {
    return ByteView(good.file).subspan(good.ends[from], good.ends[to] - good.ends[from]);
  };
  const auto head = ByteView(good.file).first(good.ends[0]), tail = ByteView(good.file).subspan(good.ends[5]);
  for (const auto& bad : {concat({head, part(1, 5), tail}), concat({head, part(0, 2), part(3, 5), tail}),
                          concat({head, part(0, 2), part(1, 5), tail}),
                          concat({head, part(0, 1), part(2, 3), part(1, 2), part(3, 5), tail})}) {
    write(path, bad);
    const auto f = CardFile::open(path);
    ASSERT_FALSE(f);
    expect_precise(f.error(), 0);
  }
}

// What a disk may leave of an append that lost its power: the new length with parts of it still zero.
TEST(CardFile, AnUnacknowledgedCommitWithHolesIsTorn) {
  TemporaryDirectory dir;
  const auto path = dir.path / "a.eider";
  const auto good = commit_some(path);
  const auto begin = good.ends[3], end = good.ends[4];  // the commit of 600 octets
  for (const auto& [from, to] :
       {std::pair{begin, end}, {begin, begin + 100}, {begin + 100, end}, {end - 1, end}}) {
    auto torn = good.file;
    torn.resize(end);
    std::fill(torn.begin() + static_cast<std::ptrdiff_t>(from),
              torn.begin() + static_cast<std::ptrdiff_t>(to), std::uint8_t(torn[to - 1] == 0));
    write(path, torn);
    auto f = CardFile::open(path);
    ASSERT_TRUE(f) << from;
    EXPECT_EQ(content(**f), good.states[3]);
    ASSERT_TRUE((*f)->commit(batch({{"state", "next"}})));
    f->reset();
    EXPECT_EQ(value(**CardFile::open(path), "state"), "next");
  }
}

// Written by hand after the description of version 1: length, CRC-32 (computed with zlib), payload. Two puts
// of "a", "1" then "2".
TEST(CardFile, FilesOfVersion1AreReadAndBecomeVersion2) {
  TemporaryDirectory dir;
  const auto path = dir.path / "a.eider";
  const auto old =
      hex("4549444552434152440001"
          "00000009"
          "DC68E6DD010001610000000131"
          "00000009"
          "4561B767010001610000000132");
  write(path, old);
  EXPECT_EQ(value(**CardFile::open_read_only(path), "a"), "2");
  {
    auto f = *CardFile::open(path);
    EXPECT_EQ(value(*f, "a"), "2");
    EXPECT_EQ(read(path), old);  // looking changes nothing
    ASSERT_TRUE(f->commit(batch({{"b", "3"}})));
  }
  EXPECT_EQ(read(path)[10], 2);
  EXPECT_EQ(value(**CardFile::open(path), "a"), "2");
  EXPECT_EQ(value(**CardFile::open(path), "b"), "3");
  for (std::size_t i = 0; i < 28; ++i) {  // the head and the first record
    auto bad = old;
    bad[i] ^= 0x40;
    write(path, bad);
    EXPECT_FALSE(CardFile::open(path)) << i;
  }
  write(path, ByteView(old).first(old.size() - 1));
  EXPECT_EQ(value(**CardFile::open(path), "a"), "1");
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
    EXPECT_EQ(f->writes(), static_cast<std::uint64_t>(i) + 1);  // its wear
    largest = std::max<std::size_t>(largest, std::filesystem::file_size(path));
    EXPECT_FALSE(CardFile::open(path));  // locked, whichever inode it is now
  }
  EXPECT_LT(largest, 32u * 1024u);
  f.reset();
  f = *CardFile::open(path);
  EXPECT_EQ(f->writes(), 300u);
  EXPECT_EQ(f->keys("").size(), model.size());
  for (const auto& [key, v] : model) EXPECT_EQ(f->get(key), v);
  EXPECT_FALSE(std::filesystem::exists(path.string() + ".new"));
}

}  // namespace eider::store
