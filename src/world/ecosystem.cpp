#include "world/ecosystem.hpp"

#include <stdexcept>

namespace eider::world {
namespace {
void must(const Status& status) {
  if (!status) throw std::runtime_error("world: " + status.error().message());
}
}  // namespace

Ecosystem::Ecosystem(const Foundry& foundry, const RunOptions& options)
    : foundry_(foundry),
      options_(options),
      clock_(world_start()),
      journal_(clock_, options.trace),
      laws_(journal_, clock_),
      faults_(stream_seed(options.seed, options.run, Stream::kFaults), options.faults),
      dice_(stream_seed(options.seed, options.run, Stream::kSetup)),
      network_(clock_, faults_, journal_),
      core_(foundry, stream_seed(options.seed, options.run, Stream::kCore)) {
  make_servers();
  make_devices();
  dice_ = Dice(stream_seed(options.seed, options.run, Stream::kActors));
  network_.set_interleave([this] { interleave(); });
}

smdpp::ProfileType Ecosystem::make_type(const std::string& name, const std::string& owner) {
  smdpp::ProfileType type;
  type.name = name;
  type.owner = owner;
  type.protection = dice_.chance(400) ? smdpp::Protection::kRandomKeys : smdpp::Protection::kSessionKeys;
  type.rebinding = dice_.chance(800);
  type.reuse_after_delete = dice_.chance(400);
  type.ineligible_ends_order = dice_.chance(500);
  type.retry_after_error = dice_.chance(500);
  type.download_limit = static_cast<std::uint32_t>(dice_.between(3, 10));
  type.confirmation_limit = static_cast<std::uint32_t>(dice_.between(1, 3));
  if (dice_.chance(250)) type.order_lifetime = std::chrono::hours(2);
  return type;
}

// The own SM-DP+ hears of everything, mostly; sometimes the other one or nobody is named as well.
sgp22::StoreMetadataRequest Ecosystem::make_metadata(const PackageTemplate& package, std::size_t server) {
  sgp22::StoreMetadataRequest m;
  m.iccid = package.iccid;
  m.serviceProviderName = "Eider";
  m.profileName = "Profile " + sgp22::iccid_digits(package.iccid).substr(15);
  m.profileClass = package.test ? sgp22::ProfileClass::kTest : sgp22::ProfileClass::kOperational;
  m.profileOwner = foundry_.owner;
  auto& list = m.notificationConfigurationInfo.emplace();
  const der::BitString all{sgp22::kEventInstall, sgp22::kEventEnable, sgp22::kEventDisable,
                           sgp22::kEventDelete};
  if (dice_.chance(850)) {
    list.push_back({all, foundry_.servers[server].address});
  } else {
    der::BitString some;
    for (int event = 0; event < 4; ++event) some.set(event, dice_.chance(500));
    if (!some.none()) list.push_back({some, foundry_.servers[server].address});
  }
  if (servers_.size() > 1 && dice_.chance(200)) list.push_back({all, foundry_.servers[1 - server].address});
  if (list.empty()) m.notificationConfigurationInfo.reset();
  if (!package.test && dice_.chance(250)) {
    der::BitString rules;
    rules.set(dice_.chance(500) ? sgp22::kPpr1 : sgp22::kPpr2);
    if (dice_.chance(200)) rules.set(sgp22::kPpr1), rules.set(sgp22::kPpr2);
    m.profilePolicyRules = rules;
  }
  return m;
}

void Ecosystem::make_servers() {
  const std::size_t servers = dice_.chance(300) ? 2 : 1, operators = dice_.chance(300) ? 2 : 1;
  for (std::size_t n = 0; n < operators; ++n) {
    operators_.push_back(
        std::make_unique<OperatorDesk>(foundry_.operators[n], network_, laws_, journal_, faults_));
    network_.add(foundry_.operators[n].host, *operators_.back());
  }
  for (std::size_t n = 0; n < operators; ++n)
    for (const auto* kind : {"plain", "special"})
      type_names_.push_back(foundry_.operators[n].id + "-" + kind);
  for (std::size_t n = 0; n < servers; ++n) {
    servers_.push_back(std::make_unique<ServerHost>(
        ServerHost::Parts{foundry_, n, dice_.chance(300) ? 2u : 1u,
                          stream_seed(options_.seed, options_.run, Stream::kServer, n), clock_, faults_,
                          journal_, laws_},
        options_.sabotage));
    network_.add(servers_.back()->address(), *servers_.back());
  }
  for (std::size_t n = 0; n < servers; ++n) make_stock(n);
}

void Ecosystem::make_stock(std::size_t server) {
  const auto stock = dice_.between(3, foundry_.packages[server].size());
  std::vector<smdpp::ProfileType> types;
  std::vector<smdpp::Operator> owners;
  for (std::size_t n = 0; n < operators_.size(); ++n) {
    const auto& self = foundry_.operators[n];
    smdpp::Operator o;
    o.id = self.id;
    o.name = self.id;
    o.requester_identifier = self.requester;
    o.certificates = {crypto::sha256(self.certificate)};
    if (dice_.chance(850)) o.notification_url = "https://" + self.host;
    laws_.set_operator(server, o);
    owners.push_back(std::move(o));
    for (const auto* kind : {"plain", "special"}) {
      types.push_back(make_type(self.id + "-" + kind, self.id));
      laws_.set_type(server, types.back());
    }
  }
  must(servers_[server]->memory().write([&](smdpp::StoreTransaction& tx) -> Status {
    for (const auto& o : owners) EIDER_CHECK(tx.put_operator(o));
    for (const auto& t : types) EIDER_CHECK(tx.put_profile_type(t));
    for (std::size_t n = 0; n < stock; ++n) {
      // The last package has the key of a Test Profile.
      const auto& package = foundry_.packages[server][foundry_.packages[server].size() - 1 - n];
      laws_.add_secret(package.k);
      laws_.add_secret(to_bytes(as_bytes(confirmation_code_of(sgp22::iccid_digits(package.iccid)))));
      const auto& type = dice_.pick(types);
      smdpp::Profile p;
      p.iccid = package.iccid;
      p.type = type.name;
      p.owner = type.owner;
      p.metadata = der::encode(make_metadata(package, server));
      p.requirements.size_octets = static_cast<std::uint32_t>(package.upp.size());
      p.changed_at = clock_.now();
      EIDER_CHECK(tx.put_profile(p));
      EIDER_CHECK(tx.put_package(p.iccid, package.upp));
    }
    return {};
  }));
}

void Ecosystem::make_devices() {
  const auto count = dice_.chance(150) ? 1u : dice_.chance(700) ? 2u : 3u;
  const bool other_curves = dice_.chance(80);
  for (std::size_t n = 0; n < count; ++n) {
    const auto curves = other_curves ? static_cast<CardCurves>(dice_.below(kCardCurves)) : CardCurves::kP256;
    const auto& cards = foundry_.cards[static_cast<std::size_t>(curves)];
    // No card lives twice in one world.
    const auto& card = cards[(n * 2 + dice_.below(2)) % cards.size()];
    const auto seed = [&](Stream stream) { return stream_seed(options_.seed, options_.run, stream, n); };
    devices_.push_back(std::make_unique<Device>(
        Device::Parts{card, n, seed(Stream::kCard), seed(Stream::kLpa), seed(Stream::kUser),
                      seed(Stream::kHandset), clock_, network_, faults_, laws_, journal_},
        options_.sabotage));
  }
}

void Ecosystem::step() {
  clock_.advance(std::chrono::seconds(1 + dice_.below(60)));
  act();
}

// Between two messages of one, another one may do something: that is how calls of several clients meet at a
// server.
void Ecosystem::interleave() {
  if (depth_ >= 2 || !faults_.happens(FaultKind::kInterleaved, 20)) return;
  ++depth_;
  act();
  --depth_;
}

RunResult Ecosystem::run() {
  RunResult result;
  for (; result.steps < options_.steps && !broken(); ++result.steps) step();
  if (!broken()) quiet();
  result.violation = laws_.violation();
  result.faults = faults_.counts();
  result.messages = network_.messages();
  for (const auto& d : devices_) result.commands += d->commands();
  for (const auto& book : laws_.cards())
    for (const auto& [number, n] : book.all) result.downloads += n.installation_result && n.success;
  result.checks = laws_.checks();
  result.digest = journal_.digest();
  return result;
}

RunResult run_world(const Foundry& foundry, const RunOptions& options) {
  return Ecosystem(foundry, options).run();
}

}  // namespace eider::world
