// The sessions that cards have open in this process. What there is to say to a card goes there: at once, when
// its session waits for that.
#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "roles/smsr/card_link.hpp"

namespace eider::smsr {

struct SessionScript {
  Script script;
  std::string token;  // of the next URI
};

// Safe to use from several threads.
class OpenSessions {
 public:
  using Number = std::uint64_t;
  // `wake` is called by any thread when there may be something for the session; it must not call back.
  Number opened(const Eid& eid, std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    sessions_.emplace(eid, Session{++last_, std::move(wake), false, std::nullopt});
    return last_;
  }
  // What it was given and has not taken.
  std::optional<SessionScript> closed(const Eid& eid, Number number) {
    const std::lock_guard lock(mutex_);
    const auto it = find(eid, number);
    if (it == sessions_.end()) return std::nullopt;
    auto left = std::move(it->second.script);
    sessions_.erase(it);
    return left;
  }
  bool any(const Eid& eid) const {
    const std::lock_guard lock(mutex_);
    return sessions_.contains(eid);
  }

  // The card waits in this session for something to be said to it.
  void wait(const Eid& eid, Number number) {
    const std::lock_guard lock(mutex_);
    if (const auto it = find(eid, number); it != sessions_.end()) it->second.waits = true;
  }
  bool waiting(const Eid& eid) const {
    const std::lock_guard lock(mutex_);
    const auto [first, last] = sessions_.equal_range(eid);
    return std::any_of(first, last, [](const auto& s) { return s.second.waits; });
  }
  // False: none waits any more.
  bool give(const Eid& eid, SessionScript script) {
    const std::lock_guard lock(mutex_);
    const auto [first, last] = sessions_.equal_range(eid);
    const auto it = std::find_if(first, last, [](const auto& s) { return s.second.waits; });
    if (it == last) return false;
    it->second.waits = false;
    it->second.script = std::move(script);
    if (it->second.wake) it->second.wake();
    return true;
  }
  // What it was given. It waits no more with it, or when it says so.
  std::optional<SessionScript> take(const Eid& eid, Number number) {
    const std::lock_guard lock(mutex_);
    const auto it = find(eid, number);
    if (it == sessions_.end()) return std::nullopt;
    return std::exchange(it->second.script, std::nullopt);
  }
  // False: it was given something that it is to take first.
  bool wait_no_more(const Eid& eid, Number number) {
    const std::lock_guard lock(mutex_);
    const auto it = find(eid, number);
    if (it == sessions_.end()) return true;
    if (it->second.script) return false;
    it->second.waits = false;
    return true;
  }
  void wake(const Eid& eid) const {
    const std::lock_guard lock(mutex_);
    const auto [first, last] = sessions_.equal_range(eid);
    for (auto it = first; it != last; ++it)
      if (it->second.waits && it->second.wake) it->second.wake();
  }

 private:
  struct Session {
    Number number = 0;
    std::function<void()> wake;
    bool waits = false;
    std::optional<SessionScript> script;
  };
  using Sessions = std::multimap<Eid, Session>;
  Sessions::iterator find(const Eid& eid, Number number) {
    const auto [first, last] = sessions_.equal_range(eid);
    const auto it = std::find_if(first, last, [&](const auto& s) { return s.second.number == number; });
    return it == last ? sessions_.end() : it;
  }

  mutable std::mutex mutex_;
  Number last_ = 0;
  Sessions sessions_;
};

}  // namespace eider::smsr
