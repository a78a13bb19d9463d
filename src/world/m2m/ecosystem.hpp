// One M2M world: who lives in it, what they do next, and the quiet at its end. Internal to src/world/m2m.
#pragma once
#include "world/m2m/desk.hpp"
#include "world/m2m/smdp_host.hpp"
#include "world/m2m/smsr_host.hpp"
#include "world/m2m/unit.hpp"
#include "world/m2m/world.hpp"

namespace eider::world::m2m {

sgp02::Pol2 some_pol2(Dice& dice);

class Ecosystem {
 public:
  Ecosystem(const Foundry& foundry, const RunOptions& options, const Sabotage* sabotage);
  RunResult run();

 private:
  // ---- ecosystem.cpp: making it, and time
  void make_servers(const Sabotage* sabotage);
  void make_stock();
  void make_units(const Sabotage* sabotage);
  void register_cards();
  void step();
  // Everything that can be done now is done.
  void settle();
  std::optional<Time> next_event();
  std::string waiting();
  void pass(Duration duration);
  void interleave();
  bool broken() const { return laws_.violation().has_value(); }

  // ---- actions.cpp
  void act();
  void download();
  void manage();
  void change_policy();
  void move_attribute();
  void authorise();
  void audit();
  void change_smsr();
  void repeat_call();
  void surroundings();  // coverage, subscriptions, devices
  void restart_servers(std::uint64_t per_mille);
  struct Target {
    Desk* desk = nullptr;
    sgp02::Iccid iccid;
    sgp02::Eid eid;
  };
  std::optional<Target> some_profile();
  Unit& some_unit() { return *dice_.pick(units_); }
  Desk& some_operator() { return *operators_[static_cast<std::size_t>(dice_.below(operators_.size()))]; }
  Duration some_validity();
  // Whom SM-SRs do not know goes by way of the SM-DP; others do either.
  bool by_smdp(const Desk& desk) { return !direct_.contains(desk.self().id) || dice_.chance(500); }

  // ---- quiet.cpp
  void quiet();
  void tell_numbers();
  void tell_number(Desk& desk, const sgp02::EntityId& smsr, const sgp02::Eid& eid,
                   const PackageTemplate& profile);
  bool anything_owed();
  std::string what_is_owed();

  const Foundry& foundry_;
  RunOptions options_;
  ManualClock clock_;
  Journal journal_;
  Laws laws_;
  Faults faults_;
  Dice dice_;
  Network network_;
  MessageCentre centre_;
  SubscriberBook subscribers_;
  std::vector<std::unique_ptr<SmsrHost>> smsrs_;
  std::unique_ptr<SmdpHost> smdp_;
  std::vector<std::unique_ptr<Desk>> operators_;
  std::unique_ptr<Desk> provider_, eum_;
  std::vector<std::unique_ptr<Unit>> units_;
  std::vector<std::pair<std::size_t, Time>> uncovered_;  // units, and when they are back
  std::set<sgp02::EntityId> direct_;                     // Operators that SM-SRs know
  unsigned depth_ = 0;
};

}  // namespace eider::world::m2m
