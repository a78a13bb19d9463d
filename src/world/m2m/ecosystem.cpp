#include "world/m2m/ecosystem.hpp"

#include <stdexcept>

namespace eider::world::m2m {
namespace {
void set_up(const Status& status) {
  if (!status) throw std::runtime_error("M2M world: " + status.error().message());
}
std::uint64_t seed_of(const RunOptions& o, Stream stream, std::uint64_t index = 0) {
  return stream_seed(o.seed ^ 0x4D324D, o.run, stream, index);
}
}  // namespace

Ecosystem::Ecosystem(const Foundry& foundry, const RunOptions& options, const Sabotage* sabotage)
    : foundry_(foundry),
      options_(options),
      clock_(world_start()),
      journal_(clock_, options.trace),
      laws_(journal_, clock_, foundry),
      faults_(seed_of(options, Stream::kFaults), options.faults),
      dice_(seed_of(options, Stream::kSetup)),
      network_(clock_, faults_, journal_),
      centre_(clock_, faults_, journal_) {
  make_servers(sabotage);
  make_stock();
  make_units(sabotage);
  dice_ = Dice(seed_of(options, Stream::kActors));
  network_.set_interleave([this] { interleave(); });
}

void Ecosystem::make_servers(const Sabotage* sabotage) {
  for (const auto& o : foundry_.operators)
    if (dice_.chance(500)) direct_.insert(o.id);
  laws_.set_direct(direct_);
  for (std::size_t n = 0; n < kSmSrs; ++n)
    smsrs_.push_back(std::make_unique<SmsrHost>(
        SmsrHost::Parts{foundry_, n, seed_of(options_, Stream::kServer, n), direct_, clock_, network_,
                        centre_, faults_, journal_, laws_},
        sabotage));
  smdp_ = std::make_unique<SmdpHost>(
      SmdpHost::Parts{foundry_, seed_of(options_, Stream::kServer, 9), dice_.chance(500), clock_, network_,
                      faults_, journal_, laws_},
      sabotage);
  const auto desk = [&](const Party& party, std::uint64_t index) {
    return std::make_unique<Desk>(Desk::Parts{foundry_, party, seed_of(options_, Stream::kDesk, index),
                                              clock_, network_, laws_, journal_});
  };
  for (std::size_t n = 0; n < kOperators; ++n) operators_.push_back(desk(foundry_.operators[n], n));
  provider_ = desk(foundry_.provider, kOperators);
  eum_ = desk(foundry_.eum, kOperators + 1);
}

namespace {
sgp02::Pol2 pol2_of(std::size_t kind) {
  using A = sgp02::Pol2Action;
  using Q = sgp02::Pol2Qualification;
  sgp02::Pol2 out;
  const auto add = [&](A action, Q qualification) {
    out.rules.push_back({sgp02::Pol2Subject::kProfile, action, qualification});
  };
  if (kind == 1) add(A::kDisable, Q::kAutoDelete);
  if (kind == 2) add(A::kDelete, Q::kNotAllowed);
  if (kind == 3) add(A::kDisable, Q::kNotAllowed);
  if (kind == 4) add(A::kEnable, Q::kNotAllowed);
  return out;
}
}  // namespace

sgp02::Pol2 some_pol2(Dice& dice) {
  return pol2_of(dice.chance(400) ? 0 : 1 + static_cast<std::size_t>(dice.below(4)));
}

// The inventory: two types of each Operator; what the SM-DP knows of Operators and SM-SRs.
void Ecosystem::make_stock() {
  set_up(smdp_->stock().write([&](smdpp::StoreTransaction& tx) -> Status {
    for (std::size_t o = 0; o < kOperators; ++o) {
      const auto& self = foundry_.operators[o];
      smdpp::Operator owner;
      owner.id = owner.name = self.name;
      owner.requester_identifier = self.id.dotted();
      EIDER_CHECK(tx.put_operator(owner));
      for (const auto* kind : {"-plain", "-special"}) {
        smdpp::ProfileType type;
        type.name = self.name + kind;
        type.owner = owner.id;
        type.reuse_after_delete = dice_.chance(500);
        laws_.set_type(type);
        EIDER_CHECK(tx.put_profile_type(type));
      }
      for (const auto& package : foundry_.packages[o]) {
        smdpp::Profile p;
        p.iccid = package.iccid;
        p.type = self.name + (dice_.chance(600) ? "-plain" : "-special");
        p.owner = owner.id;
        p.requirements.size_octets =
            dice_.chance(300) ? 0
                              : static_cast<std::uint32_t>(package.upp.size()) * (dice_.chance(900) ? 5 : 1);
        p.changed_at = clock_.now();
        EIDER_CHECK(tx.put_profile(p));
        EIDER_CHECK(tx.put_package(p.iccid, package.upp));
        subscribers_.numbers[package.subscription.imsi] = package.subscription.number;
      }
    }
    return {};
  }));
  set_up(smdp_->memory().write([&](smdp::StoreTransaction& tx) -> Status {
    for (const auto& smsr : foundry_.smsrs)
      EIDER_CHECK(tx.put_smsr({smsr.party.id, smsr.party.name, smsr.party.url()}));
    for (const auto& self : foundry_.operators) {
      smdp::Operator o;
      o.id = self.id;
      o.name = self.name;
      if (dice_.chance(800)) o.notification_address = self.url();
      o.keys = dice_.chance(500) ? smdp::KeyPolicy::kKeep : smdp::KeyPolicy::kDelete;
      o.delete_tokens = dice_.chance(300);
      EIDER_CHECK(tx.put_operator(o));
      EIDER_CHECK(tx.put_type_policy({self.name + "-special", some_pol2(dice_)}));
    }
    return {};
  }));
}

void Ecosystem::make_units(const Sabotage* sabotage) {
  const auto count = dice_.chance(500) ? 1u : dice_.chance(700) ? 2u : 3u;
  std::vector<Air::Place> places;
  for (std::size_t n = 0; n < kSmSrs; ++n)
    places.push_back({foundry_.smsrs[n].address, foundry_.smsrs[n].port, smsrs_[n].get()});
  for (const auto& p : foundry_.bootstraps) subscribers_.numbers[p.subscription.imsi] = p.subscription.number;
  const auto first = dice_.below(foundry_.cards.size());
  for (std::size_t n = 0; n < count; ++n) {
    const auto& card = foundry_.cards[(first + n * 3) % foundry_.cards.size()];  // none twice
    units_.push_back(
        std::make_unique<Unit>(Unit::Parts{card, n, seed_of(options_, Stream::kCard, n), clock_, subscribers_,
                                           centre_, places, faults_, laws_, journal_},
                               sabotage));
    for (const auto& info : card.eis.profileInfos) operators_.front()->profiles[info.iccid] = card.eid;
  }
}

// The EUM hands every card to the first SM-SR; the device is switched on before or after.
void Ecosystem::register_cards() {
  for (auto& unit : units_) {
    const bool early = dice_.chance(300);
    if (early) unit->power_on();
    const auto& card = *std::ranges::find(foundry_.cards, unit->eid(), &CardTemplate::eid);
    auto& call = eum_->ask(foundry_.smsrs.front().party.id, sgp02::Interface::kEs1,
                           sgp02::es1::RegisterEISRequest{{}, card.eis}, unit->eid(), std::nullopt,
                           std::chrono::hours(1));
    for (int attempt = 0; attempt < 50 && !call.done(); ++attempt) {
      restart_servers(1000);
      clock_.advance(std::chrono::seconds(10));
      eum_->ask_again(call);
    }
    laws_.require(call.succeeded(), "setup.registered", [&] {
      return "the EIS of " + unit->name() +
             " is not taken: " + (call.done() ? status_text(*call.outcome) : std::string("no answer"));
    });
    if (!early) unit->power_on();
  }
}

std::optional<Time> Ecosystem::next_event() {
  std::optional<Time> out;
  const auto consider = [&](std::optional<Time> t) {
    if (t && (!out || *t < *out)) out = t;
  };
  consider(centre_.next());
  for (auto& s : smsrs_) consider(s->next());
  consider(smdp_->next());
  for (auto& u : units_) consider(u->next());
  for (const auto& [unit, back] : uncovered_) consider(back);
  return out;
}

// Who wants to go on when, for a person.
std::string Ecosystem::waiting() {
  std::string out = "it is " + format_time(clock_.now());
  const auto add = [&](const std::string& who, std::optional<Time> t) {
    if (t) out += ", " + who + " at " + format_time(*t);
  };
  add("the service centre", centre_.next());
  for (auto& s : smsrs_) add(s->name(), s->next());
  add("the SM-DP", smdp_->next());
  for (auto& u : units_) add(u->name(), u->next());
  return out;
}

void Ecosystem::settle() {
  constexpr int kMostRounds = 2000;
  for (int round = 0; round < kMostRounds; ++round) {
    if (broken()) return;
    bool any = centre_.run();
    std::erase_if(uncovered_, [&](const auto& u) {
      if (u.second > clock_.now()) return false;
      journal_.note([&] { return units_[u.first]->name() + " has coverage again"; });
      units_[u.first]->set_covered(true);
      return any = true;
    });
    for (auto& u : units_) any = u->poll() || any;
    for (auto& s : smsrs_) any = s->poll() || any;
    any = smdp_->poll() || any;
    if (!any) return;
  }
  laws_.require(false, "world.settles", [] { return std::string("there is always something more to do"); });
}

void Ecosystem::pass(Duration duration) {
  const auto end = clock_.now() + duration;
  constexpr int kMostEvents = 20000;
  for (int n = 0; n < kMostEvents && !broken(); ++n) {
    settle();
    const auto next = next_event();
    if (!next || *next > end) break;
    clock_.set(std::max(*next, clock_.now() + Duration(1)));
    if (n == kMostEvents - 1)
      laws_.require(false, "world.settles", [this] { return "somebody never rests: " + waiting(); });
  }
  if (clock_.now() < end) clock_.set(end);
  settle();
}

void Ecosystem::step() {
  if (network_.late() && dice_.chance(300)) network_.deliver_late();
  restart_servers(600);
  const auto pace = dice_.below(100);
  if (pace < 50)
    pass(std::chrono::seconds(1 + dice_.below(60)));
  else if (pace < 92)
    pass(std::chrono::minutes(1 + dice_.below(30)));
  else
    pass(std::chrono::minutes(30 + dice_.below(600)));
  if (!broken()) act();
}

// Between two messages of one, another one may do something: that is how calls of several clients meet at a
// server.
void Ecosystem::interleave() {
  if (depth_ >= 2 || !faults_.happens(FaultKind::kInterleaved, 15)) return;
  ++depth_;
  act();
  --depth_;
}

RunResult Ecosystem::run() {
  RunResult result;
  register_cards();
  for (; result.steps < options_.steps && !broken(); ++result.steps) step();
  if (!broken()) quiet();
  result.violation = laws_.violation();
  result.faults = faults_.counts();
  result.messages = network_.messages() + centre_.messages();
  for (const auto& u : units_) result.commands += u->commands();
  result.downloads = laws_.installed();
  result.checks = laws_.checks();
  result.digest = journal_.digest();
  return result;
}

RunResult run_world(const Foundry& foundry, const RunOptions& options, const Sabotage* sabotage) {
  return Ecosystem(foundry, options, sabotage).run();
}

}  // namespace eider::world::m2m
