// Power lost at every octet of a card file's writes: the file opens, and holds the batch whole or not at all;
// and store/torn_write.hpp says the same as the file on the disk.
#include "store/torn_write.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/random.hpp"
#include "store/card_file.hpp"

namespace eider::store {
namespace {
using Values = card::MemoryNvm::Values;
constexpr std::size_t kMark = 12;

struct Directory {
  std::filesystem::path path;
  Directory() {
    auto name = (std::filesystem::temp_directory_path() / "eider-torn-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Directory() { std::filesystem::remove_all(path); }
};
Bytes file_octets(const std::filesystem::path& p) {
  std::ifstream in(p, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}
void write_file(const std::filesystem::path& p, ByteView b) {
  std::ofstream(p, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(b.data()), static_cast<std::streamsize>(b.size()));
}
Values values_of(const CardFile& f) {
  Values out;
  for (const auto& key : f.keys("")) out[key] = *f.get(key);
  return out;
}

// A card file with one commit, and a second one on top of it.
struct Case {
  Directory dir;
  std::filesystem::path path = dir.path / "card.eider";
  Values before, after;
  card::NvmBatch batch;
  Bytes first, second;  // the files
  explicit Case(std::size_t octets) {
    SeededRandom random(octets);
    card::NvmBatch initial;
    for (int i = 0; i < 20; ++i)
      initial.put("file/0010/" + std::to_string(i), random.bytes(random.below(300)));
    auto f = *CardFile::create(path);
    EXPECT_TRUE(f->commit(initial));
    before = values_of(*f);
    first = file_octets(path);
    batch.put("file/0010/3", random.bytes(octets / 2));
    batch.put("package/0011", random.bytes(octets - octets / 2));
    batch.erase("file/0010/7");
    EXPECT_TRUE(f->commit(batch));
    after = values_of(*f);
    second = file_octets(path);
  }
  // The file after so many octets of the second record and its mark.
  Bytes torn(std::size_t octets, bool length_only) const {
    auto out = first;
    const auto at = first.size() - kMark;
    const auto record = second.size() - at - kMark;
    out.resize(std::max(out.size(), at + (length_only ? std::max(octets, record) : octets)));
    std::copy_n(second.begin() + static_cast<std::ptrdiff_t>(at), octets,
                out.begin() + static_cast<std::ptrdiff_t>(at));
    return out;
  }
  std::size_t record() const { return second.size() - first.size(); }
};

// `step`: of the octets between the first and the last 100 of a write.
void tear_everywhere(const Case& c, std::size_t step) {
  EXPECT_EQ(record_octets(c.batch), c.record());
  const auto total = c.record() + kMark;
  for (std::size_t n = 0; n <= total; n += n < 100 || n + 100 + step > total ? 1 : step)
    for (const bool length_only : {false, true}) {
      const auto& expected = n >= c.record() ? c.after : c.before;
      write_file(c.path, c.torn(n, length_only));
      auto f = CardFile::open(c.path);
      ASSERT_TRUE(f) << n << " of " << total << ": " << f.error().message();
      ASSERT_TRUE(values_of(**f) == expected) << n;
      Values found;
      ASSERT_TRUE(torn_commit(c.before, c.batch, {n, length_only}, found)) << n;
      ASSERT_TRUE(found == expected) << n;
      // The next commit takes the place of what was torn.
      card::NvmBatch next;
      next.put("next", hex("01"));
      ASSERT_TRUE((*f)->commit(next));
      f->reset();
      ASSERT_TRUE(CardFile::open(c.path)) << n;
    }
}
}  // namespace

TEST(TornWrite, AtEveryOctetOfASmallWrite) {
  tear_everywhere(Case(7), 1);
  tear_everywhere(Case(400), 1);
}
TEST(TornWrite, SampledInALargeWrite) {
  tear_everywhere(Case(60000), 997);
}

// A compaction writes a file of its own and renames it: what a tear leaves of that one is in nobody's way.
TEST(TornWrite, ACompactionThatWasCutIsNotSeen) {
  const Case c(400);
  for (std::size_t n = 0; n <= c.second.size(); n += 23) {
    write_file(c.path, c.second);
    write_file(c.path.string() + ".new", ByteView(c.second).first(n));
    auto f = *CardFile::open(c.path);
    EXPECT_TRUE(values_of(*f) == c.after);
    // The next compaction takes its place.
    for (int i = 0; i < 8; ++i) {
      card::NvmBatch batch;
      batch.put("page", Bytes(4000, static_cast<std::uint8_t>(i)));
      ASSERT_TRUE(f->commit(batch));
    }
    f.reset();
    EXPECT_FALSE(std::filesystem::exists(c.path.string() + ".new"));
    EXPECT_EQ((*CardFile::open(c.path))->get("page"), Bytes(4000, 7));
  }
}

}  // namespace eider::store
