// What the tests of every Store of the SM-SR start from: a store of each kind.
#pragma once
#include <gtest/gtest.h>

#include "roles/smsr/memory_store.hpp"
#include "smsr_samples.hpp"
#include "store/smsr_sqlite.hpp"

namespace eider::smsr::samples {

enum class StoreKind { kMemory, kSqlite, kSealed };

class SmsrStore : public testing::TestWithParam<StoreKind> {
 public:
  void SetUp() override { reopen(); }
  // What is written is read after a restart.
  void reopen() {
    if (GetParam() == StoreKind::kMemory) {
      if (!store) store = std::make_unique<MemoryStore>();
      return;
    }
    store.reset();
    if (!keystore.find_wrapping_key("store"))
      keystore.add_wrapping_key("store", *crypto::SealingKey::make(Secret(Bytes(32, 5))));
    auto opened =
        store::SmsrSqlite::open(file.path(), {GetParam() == StoreKind::kSealed ? &keystore : nullptr});
    ASSERT_TRUE(opened) << opened.error().message();
    store = *std::move(opened);
  }
  static void must(const Status& s) { ASSERT_TRUE(s) << s.error().message(); }
  template <class F>
  void write(F&& body) {
    must(store->write([&](StoreTransaction& tx) -> Status { return body(tx); }));
  }
  template <class F>
  void read(F&& body) {
    must(store->read([&](StoreReader& r) -> Status {
      body(r);
      return {};
    }));
  }

  TemporaryStore file;
  crypto::MemoryKeyStore keystore;
  std::unique_ptr<Store> store;
};

inline std::string name_of(const testing::TestParamInfo<StoreKind>& info) {
  return info.param == StoreKind::kMemory ? "Memory" : info.param == StoreKind::kSqlite ? "Sqlite" : "Sealed";
}
#define EIDER_SMSR_STORES(SUITE) \
  INSTANTIATE_TEST_SUITE_P(      \
      Stores, SUITE, testing::Values(StoreKind::kMemory, StoreKind::kSqlite, StoreKind::kSealed), name_of)

}  // namespace eider::smsr::samples
