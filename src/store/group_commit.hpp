// One durable commit for the writes of many threads: the first thread to come leads, takes along whoever
// waits and what was posted before, and hands over. Internal to src/store.
#pragma once
#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

#include "base/result.hpp"

namespace eider::store {

struct WriteJob {
  const std::function<Status()>* body = nullptr;
  bool durable = true;
  Status result;
  std::exception_ptr exception;
};

class GroupCommit {
 public:
  // Runs the jobs one after the other and commits them; sets each job's result.
  using RunBatch = std::function<void(std::vector<WriteJob*>&)>;
  explicit GroupCommit(RunBatch run, std::size_t max_batch = 64)
      : run_(std::move(run)), max_batch_(max_batch) {}

  Status submit(const std::function<Status()>& body, bool durable);
  // Runs before whatever is submitted later, with the next batch; nobody waits for it. True when nothing else
  // is waiting to be taken along: then somebody has to see to it that a batch comes.
  bool post(std::function<Status()> body);
  bool has_posted() const;
  std::uint64_t batches() const { return batches_; }
  std::uint64_t jobs() const { return jobs_; }  // that the batches carried

 private:
  struct Waiter {
    WriteJob job;
    bool done = false;
    bool awake = false;
    std::condition_variable
        wake;  // of mutex_; std::binary_semaphore would spin first, and a commit takes long
  };
  void lead(Waiter& own);

  RunBatch run_;
  std::size_t max_batch_;
  mutable std::mutex mutex_;
  std::vector<Waiter*> queue_;
  std::vector<std::function<Status()>> posted_;
  bool led_ = false;
  std::atomic<std::uint64_t> batches_ = 0, jobs_ = 0;
};

}  // namespace eider::store
