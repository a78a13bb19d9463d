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

namespace {
// The number of the Profile that is enabled on the card, if its SM-SR knows none where the card may be
// reached.
const PackageTemplate* untold(const CardBook& card, std::span<const PackageTemplate> packages,
                              smsr::StoreReader& smsr) {
  const auto is_enabled = [](const auto& p) { return p.second.state == sgp22::ProfileState::kEnabled; };
  const auto enabled = std::ranges::find_if(card.profiles, is_enabled);
  if (enabled == card.profiles.end()) return nullptr;
  const auto package = std::ranges::find(packages, enabled->second.metadata.iccid, &PackageTemplate::iccid);
  const auto euicc = smsr.euicc(card.eid);
  const auto profiles = smsr.profiles(card.eid);
  if (package == packages.end() || !euicc || !*euicc || !profiles) return nullptr;
  const auto known = std::ranges::find(*profiles, package->iccid, &smsr::Profile::iccid);
  const bool told = known == profiles->end() || !known->msisdn.empty();
  return told || (*euicc)->address == package->subscription.number ? nullptr : &*package;
}

template <class Request>
Request update_of(const sgp02::Eid& eid, const PackageTemplate& profile) {
  Request r;
  r.eid = eid;
  r.iccid = profile.iccid;
  r.newSubscriptionAddress = {profile.subscription.imsi, profile.subscription.number};
  return r;
}
}  // namespace

// A card speaks by itself only when something happens to it. Where its number was never told, its Operator
// tells it in the end.
void Ecosystem::tell_numbers() {
  for (const auto& card : laws_.cards())
    for (std::size_t o = 0; o < operators_.size(); ++o)
      for (std::size_t n = 0; n < smsrs_.size(); ++n) {
        const PackageTemplate* profile = nullptr;
        (void)smsrs_[n]->memory().read([&](smsr::StoreReader& reader) -> Status {
          profile = untold(card, foundry_.packages[o], reader);
          return {};
        });
        if (profile) tell_number(*operators_[o], foundry_.smsrs[n].party.id, card.eid, *profile);
      }
}

void Ecosystem::tell_number(Desk& desk, const sgp02::EntityId& smsr, const sgp02::Eid& eid,
                            const PackageTemplate& profile) {
  using sgp02::Interface;
  constexpr auto kValidity = std::chrono::hours(10);
  if (direct_.contains(desk.self().id)) {
    auto r = update_of<sgp02::es4::UpdateSubscriptionAddressRequest>(eid, profile);
    desk.ask(smsr, Interface::kEs4, std::move(r), eid, profile.iccid, kValidity);
  } else {
    auto r = update_of<sgp02::es2::UpdateSubscriptionAddressRequest>(eid, profile);
    r.smsrId = smsr;
    desk.ask(foundry_.smdp.id, Interface::kEs2, std::move(r), eid, profile.iccid, kValidity);
  }
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
    tell_numbers();
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
