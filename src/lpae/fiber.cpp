#include "lpae/fiber.hpp"

#include <utility>

namespace eider::lpae {

void Fiber::start(std::function<void()> body) {
  cancelled_ = false;
  thrown_ = nullptr;
  inside_ = alive_ = true;
  try {
    thread_ = std::thread([this, work = std::move(body)] { run(work); });
  } catch (...) {
    inside_ = alive_ = false;
    throw;
  }
  std::unique_lock lock(mutex_);
  turn_changed_.wait(lock, [&] { return !inside_; });
  lock.unlock();
  finish();
}

void Fiber::run(const std::function<void()>& body) {
  try {
    body();
  } catch (const Cancelled&) {
    // as it was asked
  } catch (...) {
    thrown_ = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  alive_ = inside_ = false;
  turn_changed_.notify_all();
}

void Fiber::give_turn() {
  std::unique_lock lock(mutex_);
  inside_ = true;
  turn_changed_.notify_all();
  turn_changed_.wait(lock, [&] { return !inside_; });
}

void Fiber::finish() {
  if (alive_) return;
  if (thread_.joinable()) thread_.join();
  if (auto thrown = std::exchange(thrown_, nullptr)) std::rethrow_exception(thrown);
}

void Fiber::resume() {
  if (!alive_) return;
  give_turn();
  finish();
}

void Fiber::cancel() noexcept {
  if (alive_) {
    cancelled_ = true;
    give_turn();
  }
  if (thread_.joinable()) thread_.join();
}

void Fiber::suspend() {
  if (cancelled_) throw Cancelled{};
  std::unique_lock lock(mutex_);
  inside_ = false;
  turn_changed_.notify_all();
  turn_changed_.wait(lock, [&] { return inside_; });
  if (cancelled_) throw Cancelled{};
}

}  // namespace eider::lpae
