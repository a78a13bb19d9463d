// What a service centre for tests does to messages, by rule and by command: hold, delay, reorder, duplicate,
// lose, refuse. Seeded, so that a run can be had again.
#pragma once
#include <array>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace eider::smsc {

enum class Flow : std::uint8_t { kMt, kMo, kReceipt };  // from an ESME, from a device, delivery receipts
constexpr std::array kFlowNames = {"mt", "mo", "receipts"};

struct Chance {
  unsigned percent = 0;
  unsigned next = 0;  // so many for certain, then by percent
};
struct FaultRules {
  bool hold = false;  // what comes is kept until it is released
  Chance lose;        // taken, and never seen again
  Chance duplicate;   // delivered twice
  Chance reorder;     // kept for reorder_wait, so that later ones overtake it
  Chance refuse;      // ESME_RSUBMITFAIL, RP-ERROR
  Chance throttle;    // ESME_RTHROTTLED; of a device: RP-ERROR with congestion
  Chance mute;        // taken, and the submit_sm is never answered
  Duration shortest_delay{0}, longest_delay{0};
};

class Faults {
 public:
  explicit Faults(std::uint64_t seed) : random_(seed) {}

  // One rule: an action (hold, release, lose, duplicate, reorder, refuse, throttle, mute, delay, clear), a
  // flow (mt, mo, receipts; none: all), and how much: "10%", "next 2", for a delay milliseconds as "500" or
  // "200-900". "lose mt 10%", "delay 200-900", "hold mo". LocalFault for anything else.
  Status command(std::string_view text);

  struct Fate {
    bool refuse = false, throttle = false, mute = false, lose = false, duplicate = false, hold = false;
    Duration delay{0};
  };
  Fate decide(Flow flow);
  bool holds(Flow flow) const { return rules(flow).hold; }
  const FaultRules& rules(Flow flow) const { return rules_[static_cast<std::size_t>(flow)]; }

  static constexpr Duration kReorderWait{1000};

 private:
  bool happens(Chance& chance);

  SeededRandom random_;
  std::array<FaultRules, kFlowNames.size()> rules_;
};

}  // namespace eider::smsc
