// A thread for work that waits for a disk: what comes while it works makes up its next batch, in order.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace eider::net::detail {

template <class Item>
class BatchThread {
 public:
  BatchThread(std::size_t most, std::function<void(std::vector<Item>)> work)
      : most_(most), work_(std::move(work)), thread_([this] { run(); }) {}
  // What has begun is finished; what waits is dropped.
  ~BatchThread() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  BatchThread(const BatchThread&) = delete;
  BatchThread& operator=(const BatchThread&) = delete;

  void post(Item item) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(item));
      if (waiting_.size() > 1) return;
    }
    wake_.notify_one();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
      if (closed_) return;
      std::vector<Item> batch;
      if (waiting_.size() <= most_) {
        batch.swap(waiting_);
      } else {
        const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(most_);
        batch.assign(std::move_iterator(waiting_.begin()), std::move_iterator(end));
        waiting_.erase(waiting_.begin(), end);
      }
      lock.unlock();
      work_(std::move(batch));
      lock.lock();
    }
  }

  std::size_t most_;
  std::function<void(std::vector<Item>)> work_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Item> waiting_;
  bool closed_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace eider::net::detail
