#include "store/group_commit.hpp"

#include <algorithm>

namespace eider::store {

Status GroupCommit::submit(const std::function<Status()>& body, bool durable) {
  Waiter own;
  own.job.body = &body;
  own.job.durable = durable;
  bool leader = false;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(&own);
    leader = !led_;
    led_ = true;
  }
  if (!leader) own.wake.acquire();
  // Woken: either the job is done, or it is this thread's turn to lead.
  if (!own.done) lead(own);
  if (own.job.exception) std::rethrow_exception(own.job.exception);
  return std::move(own.job.result);
}

void GroupCommit::lead(Waiter& own) {
  std::vector<Waiter*> batch;
  {
    const std::lock_guard lock(mutex_);
    const auto n = std::min(queue_.size(), max_batch_);
    batch.assign(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(n));
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(n));
    ++batches_;
  }
  std::vector<WriteJob*> jobs;
  for (auto* w : batch) jobs.push_back(&w->job);
  run_(jobs);
  Waiter* next = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.empty())
      led_ = false;
    else
      next = queue_.front();
  }
  if (next) next->wake.release();
  for (auto* w : batch) {
    w->done = true;
    if (w != &own) w->wake.release();
  }
}

}  // namespace eider::store
