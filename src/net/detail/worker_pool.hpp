// Threads with a bounded queue: what would wait too long is refused at once instead.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace eider::net::detail {

class WorkerPool {
 public:
  struct Task {
    virtual ~Task() = default;
    virtual void run() = 0;
  };

  WorkerPool(unsigned threads, std::size_t max_queued);
  ~WorkerPool();  // runs what is queued, then joins
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, and the task untouched, when the queue is full.
  bool try_submit(std::unique_ptr<Task>& task);

 private:
  void work();
  const std::size_t max_queued_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Task>> queue_;
  std::size_t idle_ = 0;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace eider::net::detail
