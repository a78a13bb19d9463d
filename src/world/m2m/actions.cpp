// What the actors of an M2M world may do next.
#include "world/m2m/ecosystem.hpp"

namespace eider::world::m2m {
namespace es2 = sgp02::es2;
namespace es4 = sgp02::es4;
using sgp02::Interface;

void Ecosystem::act() {
  const auto what = dice_.below(100);
  if (what < 22) return download();
  if (what < 50) return manage();
  if (what < 58) return change_policy();
  if (what < 63) return move_attribute();
  if (what < 67) return authorise();
  if (what < 71) return audit();
  if (what < 77) return change_smsr();
  if (what < 87) return repeat_call();
  surroundings();
}

Duration Ecosystem::some_validity() {
  const auto kind = dice_.below(10);
  if (kind == 0) return std::chrono::minutes(2 + dice_.below(8));
  if (kind < 4) return std::chrono::minutes(20 + dice_.below(100));
  return std::chrono::hours(3 + dice_.below(20));
}

void Ecosystem::download() {
  const auto o = static_cast<std::size_t>(dice_.below(operators_.size()));
  auto& desk = *operators_[o];
  es2::DownloadProfileRequest r;
  r.eid = some_unit().eid();
  r.smsrId = desk.smsr_of(r.eid);
  if (dice_.chance(600))
    r.profileType = desk.self().name + (dice_.chance(600) ? "-plain" : "-special");
  else
    r.iccid = dice_.pick(foundry_.packages[o]).iccid;
  r.enableProfile = dice_.chance(400);
  const auto eid = r.eid;
  const auto iccid = r.iccid;
  desk.ask(foundry_.smdp.id, Interface::kEs2, std::move(r), eid, iccid, some_validity());
}

// Of an Operator's own; sometimes another one, or the M2M SP, asks for it.
std::optional<Ecosystem::Target> Ecosystem::some_profile() {
  auto& desk = some_operator();
  if (desk.profiles.empty()) return std::nullopt;
  auto it = desk.profiles.begin();
  std::advance(it, static_cast<std::ptrdiff_t>(dice_.below(desk.profiles.size())));
  return Target{&desk, it->first, it->second};
}

namespace {
const Subscription* subscription_of(const Foundry& f, const sgp02::Iccid& iccid) {
  for (const auto& list : f.packages)
    for (const auto& p : list)
      if (p.iccid == iccid) return &p.subscription;
  for (const auto& p : f.bootstraps)
    if (p.iccid == iccid) return &p.subscription;
  return nullptr;
}

// A function about one Profile: of ES2 by way of the SM-DP, of ES4 at the SM-SR.
template <class Es2, class Es4>
Call& ask_about(Desk& desk, const Foundry& f, bool relayed, const sgp02::Eid& eid, const sgp02::Iccid& iccid,
                Duration validity) {
  if (relayed) {
    Es2 r;
    r.eid = eid;
    r.smsrId = desk.smsr_of(eid);
    r.iccid = iccid;
    return desk.ask(f.smdp.id, Interface::kEs2, std::move(r), eid, iccid, validity);
  }
  Es4 r;
  r.eid = eid;
  r.iccid = iccid;
  return desk.ask(desk.smsr_of(eid), Interface::kEs4, std::move(r), eid, iccid, validity);
}
}  // namespace

void Ecosystem::manage() {
  const auto target = some_profile();
  if (!target) return;
  auto* desk = target->desk;
  bool relayed = by_smdp(*desk);
  if (dice_.chance(150)) {
    desk = dice_.chance(700) ? provider_.get() : &some_operator();
    if (desk != provider_.get() && !direct_.contains(desk->self().id)) desk = provider_.get();
    desk->set_smsr(target->eid, target->desk->smsr_of(target->eid));
    relayed = false;
  }
  const auto validity = some_validity();
  const auto what = dice_.below(100);
  if (what < 45)
    ask_about<es2::EnableProfileRequest, es4::EnableProfileRequest>(*desk, foundry_, relayed, target->eid,
                                                                    target->iccid, validity);
  else if (what < 65)
    ask_about<es2::DisableProfileRequest, es4::DisableProfileRequest>(*desk, foundry_, relayed, target->eid,
                                                                      target->iccid, validity);
  else
    ask_about<es2::DeleteProfileRequest, es4::DeleteProfileRequest>(*desk, foundry_, relayed, target->eid,
                                                                    target->iccid, validity);
}

void Ecosystem::change_policy() {
  const auto target = some_profile();
  if (!target) return;
  auto& desk = *target->desk;
  const auto* subscription = subscription_of(foundry_, target->iccid);
  const bool address = dice_.chance(500) && subscription;
  const auto pol2 = some_pol2(dice_);
  const auto ask = [&](auto r, const sgp02::EntityId& to, Interface interface) {
    r.eid = target->eid;
    r.iccid = target->iccid;
    if constexpr (requires { r.newSubscriptionAddress; })
      r.newSubscriptionAddress = {subscription->imsi, subscription->number};
    else
      r.pol2 = pol2;
    if constexpr (requires { r.smsrId; }) r.smsrId = desk.smsr_of(target->eid);
    desk.ask(to, interface, std::move(r), target->eid, target->iccid, some_validity());
  };
  const auto& smsr = desk.smsr_of(target->eid);
  if (by_smdp(desk))
    return address ? ask(es2::UpdateSubscriptionAddressRequest(), foundry_.smdp.id, Interface::kEs2)
                   : ask(es2::UpdatePolicyRulesRequest(), foundry_.smdp.id, Interface::kEs2);
  return address ? ask(es4::UpdateSubscriptionAddressRequest(), smsr, Interface::kEs4)
                 : ask(es4::UpdatePolicyRulesRequest(), smsr, Interface::kEs4);
}

void Ecosystem::move_attribute() {
  const auto target = some_profile();
  if (!target) return;
  const bool relayed = by_smdp(*target->desk);
  if (dice_.chance(800))
    ask_about<es2::SetFallBackAttributeRequest, es4::SetFallBackAttributeRequest>(
        *target->desk, foundry_, relayed, target->eid, target->iccid, some_validity());
  else
    ask_about<es2::SetEmergencyProfileAttributeRequest, es4::SetEmergencyProfileAttributeRequest>(
        *target->desk, foundry_, relayed, target->eid, target->iccid, some_validity());
}

// What others may do with an Operator's Profiles, or what it does not want to hear of.
void Ecosystem::authorise() {
  auto& desk = some_operator();
  const auto& unit = some_unit();
  if (dice_.chance(300)) {
    sgp02::SetONCRequest r;
    r.onc.mnoId = desk.self().id;
    if (dice_.chance(600)) {
      r.onc.discardedNotifications = {"HandleProfileEnabledNotification"};
      laws_.silenced(desk.self().id);
    }
    desk.ask(desk.smsr_of(unit.eid()), Interface::kEs4a, std::move(r), unit.eid(), std::nullopt,
             some_validity());
    return;
  }
  sgp02::SetPLMARequest r;
  r.plma.mnoId = desk.self().id;
  const auto& other = dice_.chance(600) ? *provider_ : some_operator();
  r.plma.m2mSpId = other.self().id;
  if (r.plma.m2mSpId == r.plma.mnoId) return;
  for (const auto* operation :
       {"EnableProfile", "DisableProfile", "DeleteProfile", "SetFallBackAttribute", "UnsetFallBackAttribute"})
    if (dice_.chance(600)) r.plma.authorisedOperations.push_back(operation);
  if (dice_.chance(500)) r.plma.authorisedNotifications = {"HandleProfileEnabledNotification"};
  desk.ask(desk.smsr_of(unit.eid()), Interface::kEs4a, std::move(r), unit.eid(), std::nullopt,
           some_validity());
}

void Ecosystem::audit() {
  auto& desk = some_operator();
  const auto eid = some_unit().eid();
  if (dice_.chance(500)) {
    es2::AuditEISRequest r;
    r.eid = eid;
    r.smsrId = desk.smsr_of(eid);
    desk.ask(foundry_.smdp.id, Interface::kEs2, std::move(r), eid, std::nullopt, some_validity());
  } else {
    es4::AuditEISRequest r;
    r.eid = eid;
    desk.ask(desk.smsr_of(eid), Interface::kEs4, std::move(r), eid, std::nullopt, some_validity());
  }
}

// Announced at the one that is to have the card, then asked of the one that has it.
void Ecosystem::change_smsr() {
  auto& desk = some_operator();
  const auto eid = some_unit().eid();
  const auto current = desk.smsr_of(eid);
  const auto& target = foundry_.smsrs[current == foundry_.smsrs.front().party.id ? 1 : 0].party.id;
  const auto validity = some_validity();
  const auto& prepared = desk.ask(target, Interface::kEs4, es4::PrepareSMSRChangeRequest{{}, eid, current},
                                  eid, std::nullopt, validity + std::chrono::hours(1));
  // Whoever has no answer goes on all the same, mostly: then it is refused.
  if (prepared.done() && !prepared.succeeded()) return;
  if (!prepared.done() && dice_.chance(500)) return;
  desk.ask(current, Interface::kEs4, es4::SMSRChangeRequest{{}, eid, target}, eid, std::nullopt, validity);
}

// Without an answer, or in the belief that there was none.
void Ecosystem::repeat_call() {
  auto& desk = dice_.chance(900) ? some_operator() : *provider_;
  std::vector<Call*> open;
  for (auto& call : desk.calls())
    if (!call.done()) open.push_back(&call);
  if (open.empty() || dice_.chance(150)) {
    if (desk.calls().empty() || options_.faults == 0) return;
    auto& old = desk.calls()[static_cast<std::size_t>(dice_.below(desk.calls().size()))];
    return desk.ask_again(old);
  }
  desk.ask_again(*dice_.pick(open));
}

void Ecosystem::surroundings() {
  auto& unit = some_unit();
  const auto back = [&] {
    return clock_.now() + (dice_.chance(500) ? Duration(std::chrono::minutes(1 + dice_.below(30)))
                                             : Duration(std::chrono::hours(1 + dice_.below(20))));
  };
  const auto what = dice_.below(3);
  if (what == 0 && unit.covered() && faults_.happens(FaultKind::kOutOfCoverage, 800)) {
    journal_.note([&] { return unit.name() + " loses coverage"; });
    unit.set_covered(false);
    uncovered_.emplace_back(unit.index(), back());
  } else if (what == 1) {
    // Mostly of the one that is in use, at times of one that is to be enabled.
    auto imsi = unit.imsi();
    if (dice_.chance(500)) {
      auto it = subscribers_.numbers.begin();
      std::advance(it, static_cast<std::ptrdiff_t>(dice_.below(subscribers_.numbers.size())));
      imsi = it->first;
    }
    if (imsi.empty()) return;
    if (subscribers_.unknown.erase(imsi) == 0 && faults_.happens(FaultKind::kSubscriberUnknown, 500))
      subscribers_.unknown.insert(imsi);
  } else if (what == 2 && faults_.happens(FaultKind::kDeviceReset, 500)) {
    unit.power_on();
  }
}

void Ecosystem::restart_servers(std::uint64_t per_mille) {
  for (auto& s : smsrs_) {
    if (s->idle() && !s->down() && faults_.happens(FaultKind::kServerPowerLost, 6)) s->kill();
    if (s->idle() && s->down() && dice_.chance(per_mille)) s->restart();
  }
  if (smdp_->idle() && !smdp_->down() && faults_.happens(FaultKind::kServerPowerLost, 6)) smdp_->kill();
  if (smdp_->idle() && smdp_->down() && dice_.chance(per_mille)) smdp_->restart();
}

}  // namespace eider::world::m2m
