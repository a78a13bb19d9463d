#include "store/smdpp_sqlite.hpp"

#include <atomic>
#include <condition_variable>
#include <pthread.h>
#include <thread>

#include "base/log.hpp"
#include "store/smdpp_rows.hpp"
#include "store/smdpp_view.hpp"
#include "store/sqlite_store.hpp"

namespace eider::store {
namespace {

Status migrate(Connection& c) {
  EIDER_CHECK(c.execute("BEGIN IMMEDIATE"));
  std::int64_t version = 0;
  {
    auto q = c.query("PRAGMA user_version");
    EIDER_CHECK(q.step());
    version = q.integer(0);
  }
  const auto steps = smdpp_migrations();
  const auto newest = static_cast<std::int64_t>(steps.size());
  if (version > newest) {
    EIDER_CHECK(c.execute("ROLLBACK"));
    return fail_local("the store was written by a newer eider", "use that version");
  }
  for (auto step = version; step < newest; ++step)
    EIDER_CHECK(c.execute(steps[static_cast<std::size_t>(step)]));
  EIDER_CHECK(c.execute(("PRAGMA user_version=" + std::to_string(newest)).c_str()));
  return c.execute("COMMIT");
}

}  // namespace

struct SmdppSqlite::Impl {
  ~Impl();
  std::string path;
  std::unique_ptr<Connection> writer;
  std::optional<RowSealer> sealer;
  const RowSealer* sealing() const { return sealer ? &*sealer : nullptr; }
  std::optional<JobTransaction> transaction;
  std::atomic<std::int64_t> log_pages = 0;  // in the write-ahead log, about
  GroupCommit commits{[this](std::vector<WriteJob*>& jobs) { transaction->run(jobs); }};
  std::optional<Readers> readers;

  // Commits what was posted when nobody else does, and moves the log into the database.
  std::thread caretaker;
  std::mutex caretaker_mutex;
  std::condition_variable caretaker_wake;
  bool posted = false, closing = false, dozing = false;
  std::unique_ptr<Connection> checkpointer;
  std::int64_t moved_pages = 0;  // of the log, into the database
  void tend_log();
  void take_care();
  Status flush() {
    return commits.submit([]() -> Status { return {}; }, false);
  }
};

// Moves the log into the database now and then: the longer it waits, the more often a page was written
// meanwhile and is moved once. Under constant load the log never runs empty by itself; before it gets long,
// writers wait for that.
void SmdppSqlite::Impl::tend_log() {
  constexpr std::int64_t kCheckpointPages = 8000, kRestartPages = 32000;
  const auto pages = log_pages.load();
  if (pages < moved_pages) moved_pages = 0;  // it began anew
  if (pages - moved_pages < kCheckpointPages) return;
  moved_pages = pages;
  auto done = checkpointer->execute("PRAGMA wal_checkpoint(PASSIVE)");
  if (done && pages >= kRestartPages) done = checkpointer->execute("PRAGMA wal_checkpoint(RESTART)");
  if (!done) log::warn("store", done.error().message());
}

void SmdppSqlite::Impl::take_care() {
  constexpr auto kPostedWait = std::chrono::milliseconds(5);
  constexpr auto kCheckpointPause = std::chrono::milliseconds(500);
  std::unique_lock lock(caretaker_mutex);
  while (!closing) {
    // While writes are posted it looks every few milliseconds by itself, and need not be woken for each.
    const bool busy = std::exchange(posted, false);
    dozing = !busy;
    if (busy)
      caretaker_wake.wait_for(lock, kPostedWait, [this] { return closing; });
    else
      caretaker_wake.wait_for(lock, kCheckpointPause, [this] { return posted || closing; });
    dozing = false;
    lock.unlock();
    if (busy && commits.has_posted() && !flush()) log::warn("store", "posted writes were lost");
    tend_log();
    lock.lock();
  }
}

SmdppSqlite::Impl::~Impl() {
  if (!caretaker.joinable()) return;
  {
    const std::lock_guard lock(caretaker_mutex);
    closing = true;
  }
  caretaker_wake.notify_one();
  caretaker.join();
  if (!flush()) log::warn("store", "posted writes were lost");
}

SmdppSqlite::SmdppSqlite(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SmdppSqlite::~SmdppSqlite() = default;

Result<std::unique_ptr<SmdppSqlite>> SmdppSqlite::open(const std::string& path, const StoreKey& key) {
  EIDER_CHECK(create_private(path));
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  EIDER_TRY(writer, open_durable(path));
  impl->writer = std::move(writer);
  impl->transaction.emplace(*impl->writer);
  impl->readers.emplace(path);
  EIDER_CHECK(migrate(*impl->writer));
  EIDER_TRY(name, wrapping_key_name(*impl->writer));
  if (name && !key.keys)
    return fail_local("the store is sealed and its key was not given", "open it with the key store");
  if (key.keys) {
    EIDER_TRY(sealer, open_or_seal(*impl->writer, *key.keys, key.name));
    impl->sealer = std::move(sealer);
  }
  impl->writer->count_log_pages(impl->log_pages);
  EIDER_TRY(checkpointer, open_durable(path));
  impl->checkpointer = std::move(checkpointer);
  impl->caretaker = std::thread([self = impl.get()] { self->take_care(); });
  ::pthread_setname_np(impl->caretaker.native_handle(), "eider-store");
  return std::unique_ptr<SmdppSqlite>(new SmdppSqlite(std::move(impl)));
}

Status SmdppSqlite::read(const std::function<Status(smdpp::StoreReader&)>& body) {
  EIDER_TRY(connection, impl_->readers->take());
  EIDER_CHECK(connection->query("BEGIN").run());
  SmdppView view(*connection, impl_->sealing());
  auto result = body(view);
  EIDER_CHECK(connection->query("COMMIT").run());
  impl_->readers->give_back(std::move(connection));
  return result;
}

Status SmdppSqlite::write(const std::function<Status(smdpp::StoreTransaction&)>& body,
                          smdpp::Durability durability) {
  SmdppView view(*impl_->writer, impl_->sealing());
  const std::function<Status()> job = [&] { return body(view); };
  return impl_->commits.submit(job, durability == smdpp::Durability::kPower);
}

Result<std::optional<std::string>> SmdppSqlite::key_name(const std::string& path) {
  EIDER_TRY(connection, open_durable(path));
  EIDER_CHECK(migrate(*connection));
  return wrapping_key_name(*connection);
}

Status SmdppSqlite::change_key(const StoreKey& key) {
  EIDER_TRY(connection, open_durable(impl_->path));
  return rewrap(*connection, *key.keys, key.name);
}

void SmdppSqlite::post(std::function<Status(smdpp::StoreTransaction&)> body) {
  const bool first = impl_->commits.post([this, body = std::move(body)] {
    SmdppView view(*impl_->writer, impl_->sealing());
    return body(view);
  });
  if (!first) return;
  bool wake = false;
  {
    const std::lock_guard lock(impl_->caretaker_mutex);
    impl_->posted = true;
    wake = impl_->dozing;
  }
  if (wake) impl_->caretaker_wake.notify_one();
}

std::uint64_t SmdppSqlite::commits() const {
  return impl_->commits.batches();
}
std::uint64_t SmdppSqlite::writes() const {
  return impl_->commits.jobs();
}

}  // namespace eider::store
