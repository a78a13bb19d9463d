// Threads with a bounded queue: what would wait too long is refused at once instead. The thread that became
// idle last works first: its caches are warm, and a quiet server keeps to a few of its threads.
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
  struct Worker {
    std::condition_variable wake;
    std::unique_ptr<Task> task;
  };
  void work();
  const std::size_t max_queued_;
  std::mutex mutex_;
  std::deque<std::unique_ptr<Task>> queue_;  // only while no worker is idle
  std::vector<Worker*> idle_;
  std::size_t starting_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace eider::net::detail
