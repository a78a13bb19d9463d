// What is promised to be durable has been synchronised with the disk when the call returns: the program's own
// fdatasync and fsync stand before those of the C library, for our code and for SQLite.
#include <atomic>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/random.hpp"
#include "store/card_file.hpp"
#include "store/smdpp_sqlite.hpp"
#include "store/smsr_sqlite.hpp"

namespace {
std::atomic<int> synchronised{0};
}

extern "C" int fdatasync(int fd) {
  ++synchronised;
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}
extern "C" int fsync(int fd) {
  ++synchronised;
  return static_cast<int>(::syscall(SYS_fsync, fd));
}

namespace eider {
namespace {
namespace fs = std::filesystem;

struct Durable : testing::Test {
  fs::path dir = fs::temp_directory_path() / ("eider-durable-" + to_hex(SystemRandom().bytes(8)));
  void SetUp() override { fs::create_directories(dir); }
  void TearDown() override { fs::remove_all(dir); }
  template <class F>
  static int synchronisations(F&& act) {
    const int before = synchronised;
    act();
    return synchronised - before;
  }
};

TEST_F(Durable, CardFileCommitsReachTheDisk) {
  const auto file = *store::CardFile::create(dir / "card");
  for (int i = 1; i <= 3; ++i) {
    card::NvmBatch batch;
    batch.put("key", Bytes(static_cast<std::size_t>(i), 0xAA));
    EXPECT_GE(synchronisations([&] { ASSERT_TRUE(file->commit(batch)); }), 1) << i;
  }
}

TEST_F(Durable, TheSmDpPlusSynchronisesWhatItPromises) {
  const auto store = *store::SmdppSqlite::open((dir / "smdpp.db").string());
  const auto put = [&](const char* name, smdpp::Durability durability) {
    return synchronisations([&] {
      ASSERT_TRUE(store->write(
          [&](smdpp::StoreTransaction& tx) -> Status {
            smdpp::ProfileType type;
            type.name = name;
            return tx.put_profile_type(type);
          },
          durability));
    });
  };
  EXPECT_GE(put("a", smdpp::Durability::kPower), 1);
  EXPECT_EQ(put("b", smdpp::Durability::kProcess), 0) << "promises nothing: costs no turn of the disk";
  EXPECT_GE(put("c", smdpp::Durability::kPower), 1);
}

TEST_F(Durable, TheSmSrSynchronisesEveryWrite) {
  const auto store = *store::SmsrSqlite::open((dir / "smsr.db").string());
  for (int i = 1; i <= 3; ++i)
    EXPECT_GE(synchronisations([&] {
                ASSERT_TRUE(store->write([&](smsr::StoreTransaction& tx) -> Status {
                  smsr::Euicc euicc;
                  euicc.remaining_memory = static_cast<std::uint32_t>(i);
                  return tx.put_euicc(euicc);
                }));
              }),
              1)
        << i;
}

}  // namespace
}  // namespace eider
