#include "store/sqlite_store.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace eider::store {

Status create_private(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return fail_local("cannot open " + path, "check the directory and its permissions");
  ::close(fd);
  return {};
}

Result<std::unique_ptr<Connection>> open_durable(const std::string& path) {
  EIDER_TRY(c, Connection::open(path));
  EIDER_CHECK(c->execute("PRAGMA journal_mode=WAL"));
  EIDER_CHECK(c->execute("PRAGMA synchronous=FULL"));
  EIDER_CHECK(c->execute("PRAGMA foreign_keys=OFF"));
  EIDER_CHECK(c->execute("PRAGMA temp_store=MEMORY"));
  // Readers see a new version with nearly every transaction, which empties their caches, and the system's
  // cache serves them as well. What a store of a million eUICCs has above its leaves has room, no more: that
  // keeps the memory of the process level.
  EIDER_CHECK(c->execute("PRAGMA cache_size=-8192"));
  EIDER_CHECK(c->execute("PRAGMA secure_delete=FAST"));
  return c;
}

Result<std::unique_ptr<Connection>> Readers::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!waiting_.empty()) {
      auto c = std::move(waiting_.back());
      waiting_.pop_back();
      return c;
    }
  }
  return open_durable(path_);
}
void Readers::give_back(std::unique_ptr<Connection> connection) {
  constexpr std::size_t kKept = 64;
  const std::lock_guard lock(mutex_);
  if (waiting_.size() < kKept) waiting_.push_back(std::move(connection));
}

Status JobTransaction::begin(bool durable) {
  if (durable != synced_) {
    EIDER_CHECK(writer_.sync_commits(durable));
    synced_ = durable;
  }
  return writer_.query("BEGIN IMMEDIATE").run();
}

// True: the job wants its changes kept.
bool JobTransaction::run_body(WriteJob& job) {
  try {
    job.result = (*job.body)();
    return job.result.has_value();
  } catch (...) {
    job.exception = std::current_exception();
    return false;
  }
}

// In a savepoint of its own, so that a refused job leaves nothing behind.
Status JobTransaction::run_among_others(WriteJob& job) {
  EIDER_CHECK(writer_.query("SAVEPOINT job").run());
  if (!run_body(job)) EIDER_CHECK(writer_.query("ROLLBACK TO job").run());
  return writer_.query("RELEASE job").run();
}

void JobTransaction::run(const std::vector<WriteJob*>& jobs) {
  const bool durable = std::ranges::any_of(jobs, [](const WriteJob* j) { return j->durable; });
  Status all = begin(durable);
  if (all && jobs.size() == 1) {
    if (!run_body(*jobs.front()))
      all = writer_.query("ROLLBACK").run();
    else
      all = writer_.query("COMMIT").run();
  } else {
    for (auto* job : jobs)
      if (all) all = run_among_others(*job);
    if (all) all = writer_.query("COMMIT").run();
  }
  if (all) return;
  (void)writer_.execute("ROLLBACK");
  for (auto* job : jobs)
    if (job->result) job->result = all;
}

}  // namespace eider::store
