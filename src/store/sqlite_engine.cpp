#include "store/sqlite_engine.hpp"

#include <atomic>
#include <condition_variable>
#include <pthread.h>
#include <thread>

#include "base/log.hpp"
#include "store/sqlite_store.hpp"

namespace eider::store {
namespace {

Status migrate(Connection& c, std::span<const char* const> steps) {
  EIDER_CHECK(c.execute("BEGIN IMMEDIATE"));
  std::int64_t version = 0;
  {
    auto q = c.query("PRAGMA user_version");
    EIDER_CHECK(q.step());
    version = q.integer(0);
  }
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

Status check_empty(Connection& c, const StoreSchema& schema) {
  auto q = c.query(schema.must_be_empty);
  EIDER_TRY(found, q.step());
  if (found)
    return fail_local("the store was made without a key and holds keys in the clear",
                      "make a new one with the key");
  return {};
}

}  // namespace

struct SqliteEngine::Impl {
  ~Impl();
  std::string path;
  std::unique_ptr<Connection> writer;
  std::optional<RowSealer> sealer;
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
void SqliteEngine::Impl::tend_log() {
  constexpr std::int64_t kCheckpointPages = 8000, kRestartPages = 32000;
  const auto pages = log_pages.load();
  if (pages < moved_pages) moved_pages = 0;  // it began anew
  if (pages - moved_pages < kCheckpointPages) return;
  moved_pages = pages;
  auto done = checkpointer->execute("PRAGMA wal_checkpoint(PASSIVE)");
  if (done && pages >= kRestartPages) done = checkpointer->execute("PRAGMA wal_checkpoint(RESTART)");
  if (!done) log::warn("store", done.error().message());
}

void SqliteEngine::Impl::take_care() {
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

SqliteEngine::Impl::~Impl() {
  if (!caretaker.joinable()) return;
  {
    const std::lock_guard lock(caretaker_mutex);
    closing = true;
  }
  caretaker_wake.notify_one();
  caretaker.join();
  if (!flush()) log::warn("store", "posted writes were lost");
}

SqliteEngine::SqliteEngine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteEngine::~SqliteEngine() = default;

Result<std::unique_ptr<SqliteEngine>> SqliteEngine::open(const std::string& path, const StoreSchema& schema,
                                                         const StoreKey& key) {
  EIDER_CHECK(create_private(path));
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  EIDER_TRY(writer, open_durable(path));
  impl->writer = std::move(writer);
  impl->transaction.emplace(*impl->writer);
  impl->readers.emplace(path);
  EIDER_CHECK(migrate(*impl->writer, schema.migrations));
  EIDER_TRY(name, wrapping_key_name(*impl->writer));
  if (name && !key.keys)
    return fail_local("the store is sealed and its key was not given", "open it with the key store");
  if (!name && key.keys && schema.must_be_empty) EIDER_CHECK(check_empty(*impl->writer, schema));
  if (key.keys) {
    EIDER_TRY(sealer, open_or_seal(*impl->writer, key, schema.sealed));
    impl->sealer = std::move(sealer);
  }
  impl->writer->count_log_pages(impl->log_pages);
  EIDER_TRY(checkpointer, open_durable(path));
  impl->checkpointer = std::move(checkpointer);
  impl->caretaker = std::thread([self = impl.get()] { self->take_care(); });
  ::pthread_setname_np(impl->caretaker.native_handle(), "eider-store");
  return std::unique_ptr<SqliteEngine>(new SqliteEngine(std::move(impl)));
}

const RowSealer* SqliteEngine::sealer() const {
  return impl_->sealer ? &*impl_->sealer : nullptr;
}

Status SqliteEngine::read(const Body& body) {
  EIDER_TRY(connection, impl_->readers->take());
  EIDER_CHECK(connection->query("BEGIN").run());
  auto result = body(*connection);
  EIDER_CHECK(connection->query("COMMIT").run());
  impl_->readers->give_back(std::move(connection));
  return result;
}

Status SqliteEngine::write(const Body& body, bool durable) {
  const std::function<Status()> job = [&] { return body(*impl_->writer); };
  return impl_->commits.submit(job, durable);
}

Result<std::optional<std::string>> SqliteEngine::key_name(const std::string& path,
                                                          const StoreSchema& schema) {
  EIDER_TRY(connection, open_durable(path));
  EIDER_CHECK(migrate(*connection, schema.migrations));
  return wrapping_key_name(*connection);
}

Status SqliteEngine::change_key(const StoreKey& key) {
  EIDER_TRY(connection, open_durable(impl_->path));
  return rewrap(*connection, key);
}

void SqliteEngine::post(Body body) {
  const bool first = impl_->commits.post([this, body = std::move(body)] { return body(*impl_->writer); });
  if (!first) return;
  bool wake = false;
  {
    const std::lock_guard lock(impl_->caretaker_mutex);
    impl_->posted = true;
    wake = impl_->dozing;
  }
  if (wake) impl_->caretaker_wake.notify_one();
}

std::uint64_t SqliteEngine::commits() const {
  return impl_->commits.batches();
}
std::uint64_t SqliteEngine::writes() const {
  return impl_->commits.jobs();
}

}  // namespace eider::store
