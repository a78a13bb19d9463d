#include "world/m2m/ecosystem.hpp"

namespace eider::world::m2m {

// Is anything under way that somebody waits for?
bool Ecosystem::anything_owed() {
  bool owed = false;
  for (auto& s : smsrs_)
    (void)s->memory().read([&](smsr::StoreReader& reader) -> Status {
      EIDER_TRY(messages, reader.outbox_size());
      owed = owed || messages != 0;
      for (const auto& unit : units_) {
        EIDER_TRY(operations, reader.operations(unit->eid()));
        owed = owed || !operations.empty();
      }
      return {};
    });
  (void)smdp_->memory().read([&](smdp::StoreReader& reader) -> Status {
    EIDER_TRY(messages, reader.outbox_size());
    owed = owed || messages != 0;
    for (const auto& unit : units_) {
      EIDER_TRY(procedures, reader.procedures(unit->eid()));
      owed = owed || !procedures.empty();
    }
    return {};
  });
  for (const auto& card : laws_.cards()) owed = owed || card.state.change || card.state.notice;
  return owed || centre_.next();
}

// No faults any more, everybody is reached, time goes on; then all sides must agree.
void Ecosystem::quiet() {
  faults_.stop();
  journal_.note([] { return std::string("--- quiet ---"); });
  while (network_.late()) network_.deliver_late();
  for (auto& s : smsrs_) s->restart();
  smdp_->restart();
  subscribers_.unknown.clear();
  uncovered_.clear();
  centre_.release();
  for (auto& unit : units_) {
    unit->set_covered(true);
    unit->power_on();
  }
  pass(std::chrono::minutes(1));
  for (auto* desk : {operators_[0].get(), operators_[1].get(), provider_.get()})
    for (std::size_t n = 0; n < desk->calls().size(); ++n)
      if (!desk->calls()[n].done()) desk->ask_again(desk->calls()[n]);
  constexpr int kMostDays = 40;
  for (int half_days = 0; half_days < 2 * kMostDays && !broken(); ++half_days) {
    pass(std::chrono::hours(12));
    if (!anything_owed()) break;
  }
  if (broken()) return;
  laws_.require(!anything_owed(), "quiet.rest", [&] { return what_is_owed(); });
  std::vector<smsr::MemoryStore*> stores;
  for (auto& s : smsrs_) stores.push_back(&s->memory());
  for (const auto& unit : units_)
    if (!broken()) laws_.quiet_card(unit->index(), stores, smdp_->memory());
  if (!broken()) laws_.quiet_stock(smdp_->stock());
  if (!broken()) laws_.quiet_calls();
}

// For the text of a broken law.
std::string Ecosystem::what_is_owed() {
  std::string out = "still under way:";
  for (auto& s : smsrs_)
    (void)s->memory().read([&](smsr::StoreReader& reader) -> Status {
      EIDER_TRY(messages, reader.outbox_size());
      if (messages != 0) out += " " + std::to_string(messages) + " messages of " + s->name();
      for (const auto& unit : units_) {
        EIDER_TRY(operations, reader.operations(unit->eid()));
        for (const auto& o : operations)
          out += " " + s->name() + " " + std::string(to_string(o.kind)) + " stage " +
                 std::to_string(static_cast<int>(o.stage)) + " transport " +
                 std::to_string(static_cast<int>(o.transport)) + " on " + unit->name() + " at " +
                 format_time(o.next_at) + ";";
      }
      return {};
    });
  (void)smdp_->memory().read([&](smdp::StoreReader& reader) -> Status {
    EIDER_TRY(messages, reader.outbox_size());
    if (messages != 0) out += " " + std::to_string(messages) + " messages of the SM-DP";
    for (const auto& unit : units_) {
      EIDER_TRY(procedures, reader.procedures(unit->eid()));
      for (const auto& p : procedures) out += " SM-DP " + std::string(to_string(p.step)) + ";";
    }
    return {};
  });
  for (std::size_t n = 0; n < laws_.cards().size(); ++n)
    if (laws_.cards()[n].state.change || laws_.cards()[n].state.notice)
      out += " " + name_of_card(n) + " waits for a confirmation;";
  if (centre_.next()) out += " messages at the service centre";
  return out;
}

}  // namespace eider::world::m2m
