// The LPA's end of the toolkit: a command goes out and its answer comes back, or something happens in the
// terminal (ETSI TS 102 223). Both wait by giving the turn back to the card.
#pragma once
#include "base/clock.hpp"
#include "card/toolkit.hpp"
#include "lpae/fiber.hpp"

namespace eider::lpae {

namespace cat = etsi::cat;

class Conversation {
 public:
  explicit Conversation(card::Toolkit& toolkit) : toolkit_(toolkit) {}

  // ---- From within the fiber

  cat::TerminalAnswer ask(const cat::ProactiveCommand& command);
  cat::TerminalAnswer ask(cat::CommandType type, std::uint8_t qualifier,
                          std::vector<cat::Object> objects = {});

  enum class Event : std::uint8_t { kData, kLinkLost, kTime, kRefreshRefused };
  // The next thing that happens. Of those that have happened already, data come first.
  Event wait();
  // kTime after so long, where the terminal has timers; what has happened before is forgotten.
  void start_timer(Duration longest);
  void stop_timer();
  bool has(etsi::ProfileBit bit) const { return etsi::TerminalProfile(toolkit_.profile()).has(bit); }

  // ---- From outside

  void begin(std::function<void()> body);
  bool goes_on() const { return fiber_.running(); }
  void end();
  void answered(const cat::ReadAnswer& answer);
  void happened(Event event);

 private:
  void settle();
  card::Toolkit& toolkit_;
  std::optional<cat::TerminalAnswer> answer_;
  bool wants_answer_ = false, wants_event_ = false;
  bool data_ = false, lost_ = false, time_ = false, refused_ = false;
  bool timer_runs_ = false;
  Fiber fiber_;  // last: it ends before what it works on
};

// Of TIMER MANAGEMENT: while something is waited for, and for what is tried again later.
inline constexpr std::uint8_t kWaitTimer = 1, kLaterTimer = 2;
cat::ProactiveCommand timer_command(std::uint8_t timer, std::optional<Duration> start);

}  // namespace eider::lpae
