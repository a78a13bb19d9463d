#include "net/detail/worker_pool.hpp"

namespace eider::net::detail {

WorkerPool::WorkerPool(unsigned threads, std::size_t max_queued) : max_queued_(max_queued) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool WorkerPool::try_submit(std::unique_ptr<Task>& task) {
  bool notify = false;
  {
    const std::lock_guard lock(mutex_);
    // A free worker takes the task at once, so that only tasks beyond the workers count as waiting.
    if (queue_.size() >= max_queued_ + idle_) return false;
    queue_.push_back(std::move(task));
    notify = idle_ > 0;
  }
  if (notify) wake_.notify_one();
  return true;
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    wake_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) return;
    auto task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    task->run();
    task.reset();
    lock.lock();
  }
}

}  // namespace eider::net::detail
