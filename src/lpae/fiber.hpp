// Two flows of control that take turns: the card, which answers command after command, and its LPA, which
// calls servers and asks the user as if they answered at once. Only one of them runs at any time, and each
// change of turn is a call here, so that both are as deterministic as one would be.
#pragma once
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace eider::lpae {

// Everything but suspend() is called from outside.
class Fiber {
 public:
  Fiber() = default;
  ~Fiber() { cancel(); }
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Runs `body` until it suspends itself or ends. What it throws comes out of the call that gave it its turn.
  // std::system_error when there is no thread to be had. A mistake of the caller while one is running.
  void start(std::function<void()> body);
  // Goes on behind suspend(). Nothing happens without a body that has not ended.
  void resume();
  bool running() const { return alive_; }
  // Unwinds the body from where it is suspended.
  void cancel() noexcept;

  // From within the body.
  void suspend();

 private:
  struct Cancelled {};
  void run(const std::function<void()>& body);
  void give_turn();
  void finish();

  std::mutex mutex_;
  std::condition_variable turn_changed_;
  bool inside_ = false;  // whose turn it is
  bool alive_ = false, cancelled_ = false;
  std::exception_ptr thrown_;
  std::thread thread_;
};

}  // namespace eider::lpae
