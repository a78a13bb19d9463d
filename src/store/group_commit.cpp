#include "store/group_commit.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/log.hpp"

namespace eider::store {

Status GroupCommit::submit(const std::function<Status()>& body, bool durable) {
  Waiter own;
  own.job.body = &body;
  own.job.durable = durable;
  {
    std::unique_lock lock(mutex_);
    queue_.push_back(&own);
    if (std::exchange(led_, true)) own.wake.wait(lock, [&] { return own.awake; });
  }
  // Woken: either the job is done, or it is this thread's turn to lead.
  if (!own.done) lead(own);
  if (own.job.exception) std::rethrow_exception(own.job.exception);
  return std::move(own.job.result);
}

bool GroupCommit::post(std::function<Status()> body) {
  const std::lock_guard lock(mutex_);
  posted_.push_back(std::move(body));
  return posted_.size() == 1;
}

bool GroupCommit::has_posted() const {
  const std::lock_guard lock(mutex_);
  return !posted_.empty();
}

void GroupCommit::lead(Waiter& own) {
  std::vector<Waiter*> batch;
  std::vector<std::function<Status()>> posted;
  {
    const std::lock_guard lock(mutex_);
    const auto n = std::min(queue_.size(), max_batch_);
    batch.assign(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(n));
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(n));
    posted.swap(posted_);
    ++batches_;
  }
  std::vector<WriteJob> posted_jobs(posted.size());
  std::vector<WriteJob*> jobs;
  for (std::size_t i = 0; i < posted.size(); ++i) {
    posted_jobs[i].body = &posted[i];
    posted_jobs[i].durable = false;
    jobs.push_back(&posted_jobs[i]);
  }
  for (auto* w : batch) jobs.push_back(&w->job);
  jobs_ += jobs.size();
  run_(jobs);
  for (const auto& job : posted_jobs) {
    if (job.exception) log::error("store", "a posted write ended by an exception");
    if (!job.result) log::warn("store", job.result.error().message());
  }
  const std::lock_guard lock(mutex_);
  const auto wake = [](Waiter& w) {
    w.awake = true;
    w.wake.notify_one();  // under the lock: a waiter that is awake may be gone
  };
  if (queue_.empty())
    led_ = false;
  else
    wake(*queue_.front());
  for (auto* w : batch) {
    w->done = true;
    if (w != &own) wake(*w);
  }
}

}  // namespace eider::store
