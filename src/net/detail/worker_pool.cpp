#include "net/detail/worker_pool.hpp"

namespace eider::net::detail {

WorkerPool::WorkerPool(unsigned threads, std::size_t max_queued)
    : max_queued_(max_queued), starting_(threads) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    for (auto* worker : idle_) worker->wake.notify_one();
  }
  for (auto& thread : threads_) thread.join();
}

bool WorkerPool::try_submit(std::unique_ptr<Task>& task) {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) {
    // Threads that have not come to their first wait yet are as good as idle.
    if (queue_.size() >= max_queued_ + starting_) return false;
    queue_.push_back(std::move(task));
    return true;
  }
  auto* worker = idle_.back();
  idle_.pop_back();
  worker->task = std::move(task);
  worker->wake.notify_one();
  return true;
}

void WorkerPool::work() {
  Worker self;
  std::unique_lock lock(mutex_);
  --starting_;
  while (true) {
    if (!queue_.empty()) {
      self.task = std::move(queue_.front());
      queue_.pop_front();
    } else if (!closing_) {
      idle_.push_back(&self);
      self.wake.wait(lock, [&] { return closing_ || self.task; });
    }
    if (!self.task) return;
    lock.unlock();
    self.task->run();
    self.task.reset();
    lock.lock();
  }
}

}  // namespace eider::net::detail
