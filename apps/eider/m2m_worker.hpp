// The thread on which an M2M server does what time has come for and what calls have left to do.
#pragma once
#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.hpp"

namespace eider::app::m2m {

class Worker {
 public:
  // Does what is due; when there is more to do, nothing: not before something comes in.
  using Turn = std::function<std::optional<Time>()>;
  explicit Worker(Turn turn)
      : turn_(std::move(turn)), thread_([this](const std::stop_token& token) { run(token); }) {}
  ~Worker() {
    thread_.request_stop();
    wake();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void wake() {
    {
      const std::scoped_lock lock(mutex_);
      due_ = true;
    }
    wake_.notify_one();
  }

 private:
  void run(const std::stop_token& token) {
    const SystemClock clock;
    // What comes within a moment is done in one turn.
    constexpr Duration kLongest{1000}, kMoment{3};
    while (!token.stop_requested()) {
      {
        const std::scoped_lock lock(mutex_);
        due_ = false;
      }
      const auto next = turn_();
      const auto pause = next ? std::clamp(Duration(*next - clock.now()), kMoment, kLongest) : kLongest;
      {
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, pause, [&] { return due_ || token.stop_requested(); });
      }
      if (!token.stop_requested()) std::this_thread::sleep_for(kMoment);
    }
  }

  Turn turn_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool due_ = false;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace eider::app::m2m
