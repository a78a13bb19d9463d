// The server keeps nothing of its own: it may stop between any two calls, and around any commit.
#include <filesystem>
#include <gtest/gtest.h>

#include "store/smdpp_sqlite.hpp"
#include "support/smdpp_fixture.hpp"

namespace eider::test {
namespace {

using smdpp::MemoryStore;
using smdpp::ProfileState;

TEST(SmDpPlusRestart, BetweenAnyTwoCalls) {
  const auto directory =
      std::filesystem::temp_directory_path() / ("eider-restart-" + to_hex(SystemRandom().bytes(8)));
  std::filesystem::create_directories(directory);
  struct Reopening final : smdpp::Store {
    std::string path;
    std::unique_ptr<store::SmdppSqlite> inner;
    void reopen() {
      inner.reset();
      inner = *store::SmdppSqlite::open(path);
    }
    Status read(const std::function<Status(smdpp::StoreReader&)>& b) override { return inner->read(b); }
    Status write(const std::function<Status(smdpp::StoreTransaction&)>& b, smdpp::Durability d) override {
      return inner->write(b, d);
    }
  } durable;
  durable.path = (directory / "smdpp.db").string();
  durable.reopen();
  {
    SmDpPlusFixture f(durable);
    const auto restart = [&] {
      f.server.reset();
      durable.reopen();
      f.start();
    };
    f.put_operator("op", f.client_certificate);
    f.add_profile(1, "op", 12000);
    const auto code = f.release(1, {}, "4711");
    SoftwareEuicc card{f.pki, kEid1, 11};
    restart();
    const auto first = f.initiate(card);
    ASSERT_EQ(code_of(first), "ok");
    restart();
    f.last_authenticate = {first->transactionId, card.authenticate_server(*first, code)};
    auto second = f.repeat_authenticate();
    ASSERT_EQ(code_of(second), "ok");
    restart();
    EXPECT_EQ(f.repeat_authenticate()->smdpSignature2, second->smdpSignature2);
    restart();
    const auto bpp = f.bind(card, *second, "4711");
    ASSERT_EQ(code_of(bpp), "ok");
    EXPECT_EQ(card.open(*bpp).package, SmDpPlusFixture::package(1, 12000));
    restart();
    EXPECT_EQ(*f.repeat_bind(), *bpp);
    restart();
    const auto result = card.success(SmDpPlusFixture::iccid(1));
    EXPECT_EQ(f.notify(result), 204);
    restart();
    EXPECT_EQ(f.notify(result), 204);
    EXPECT_EQ(f.profile(1).state, ProfileState::kInstalled);
    EXPECT_EQ(f.progress().size(), 3u);
    f.server.reset();
  }
  durable.inner.reset();
  std::filesystem::remove_all(directory);
}

// The LPA repeats each call until it is answered; whatever happened to the commits, the outcome is that of
// one pass.
void download_with_fault(std::uint64_t commit, MemoryStore::Fail how) {
  MemoryStore store;
  SmDpPlusFixture f(store);
  f.put_operator("op", f.client_certificate);
  f.add_profile(1);
  const auto code = f.release(1, {}, "4711");
  SoftwareEuicc card{f.pki, kEid1, 11};
  store.fail_commit(commit, how);
  const auto insist = [&](const auto& call) {
    for (int i = 0; i < 3; ++i) {
      auto r = call();
      if (r || r.error().template as<FunctionStatus>()) return r;
      store.restart();  // the server comes back
      f.start();
    }
    return call();
  };
  const auto begin = [&] {
    const auto first = insist([&] { return f.initiate(card); });
    EXPECT_EQ(code_of(first), "ok");
    f.last_authenticate = {first->transactionId, card.authenticate_server(*first, code)};
    return insist([&] { return f.repeat_authenticate(); });
  };
  auto second = begin();
  // InitiateAuthentication promises nothing: with the process its session may go, and the LPA starts again.
  const bool session_lost = commit == 1 && how == MemoryStore::Fail::kKillBefore;
  EXPECT_EQ(code_of(second) == "8.10.1/3.9", session_lost);
  if (session_lost) second = begin();
  ASSERT_EQ(code_of(second), "ok");
  f.last_bind = {second->transactionId, card.prepare_download(*second, "4711")};
  const auto bpp = insist([&] { return f.repeat_bind(); });
  ASSERT_EQ(code_of(bpp), "ok");
  EXPECT_EQ(card.open(*bpp).package, SmDpPlusFixture::package(1, 3000));
  const auto result = card.success(SmDpPlusFixture::iccid(1));
  const auto told = insist([&]() -> Result<int> {
    const int status = f.notify(result);
    if (status != 204) return fail(TransportFault{true, std::to_string(status)});
    return status;
  });
  ASSERT_TRUE(told);
  store.restart();
  EXPECT_EQ(f.profile(1).state, ProfileState::kInstalled);
  EXPECT_EQ(f.profile(1).order->download_attempts, 1u);
  EXPECT_EQ(f.profile(1).order->deliveries, 1u);
  EXPECT_EQ(f.progress(),
            (std::vector<std::string>{"1 Executed-Success", "3 Executed-Success", "4 Executed-Success"}));
}

TEST(SmDpPlusRestart, AroundAnyCommit) {
  using Fail = MemoryStore::Fail;
  for (std::uint64_t commit = 1; commit <= 5; ++commit)
    for (const auto how : {Fail::kBefore, Fail::kAfter, Fail::kKillBefore, Fail::kKillAfter}) {
      SCOPED_TRACE("commit " + std::to_string(commit) + ", fault " + std::to_string(static_cast<int>(how)));
      download_with_fault(commit, how);
    }
}

}  // namespace
}  // namespace eider::test
