#include "world/m2m/smdp_host.hpp"

#include <stdexcept>

namespace eider::world::m2m {

class SmdpHost::Turn {
 public:
  explicit Turn(SmdpHost& host) : host_(host) {
    if (++host_.depth_ > 1 || host_.down()) return;
    auto& faults = host_.parts_.faults;
    const auto early = [&] { return faults.dice().chance(500); };
    if (faults.happens(FaultKind::kServerKilled, 3))
      host_.observed_.fail_commit(faults.dice().between(1, 3), early() ? ObservedSmdpStore::Fail::kKillBefore
                                                                       : ObservedSmdpStore::Fail::kKillAfter);
    if (faults.happens(FaultKind::kStoreRefuses, 5))
      host_.stock_observed_.fail_commit(1,
                                        early() ? ObservedStore::Fail::kBefore : ObservedStore::Fail::kAfter);
  }
  // When something is due is known by run() alone.
  ~Turn() {
    if (--host_.depth_ > 0) return;
    host_.observed_.call_off();
    host_.stock_observed_.call_off();
    if (host_.down()) host_.parts_.journal.note([] { return std::string("the SM-DP dies"); });
  }
  Turn(const Turn&) = delete;

 private:
  SmdpHost& host_;
};

// The stock, whose Profiles have numbers; the Operator has not told all of them yet.
class SmdpHost::Inventory final : public server::Inventory {
 public:
  Inventory(server::Inventory& stock, const Foundry& foundry) : stock_(stock), foundry_(foundry) {}
  Result<server::StockProfile> reserve(const server::Reservation& reservation) override {
    EIDER_TRY(p, stock_.reserve(reservation));
    for (const auto& list : foundry_.packages)
      for (std::size_t n = 0; n < list.size(); ++n)
        if (list[n].iccid == p.iccid && n % 4 != 3) p.msisdn = list[n].subscription.number;
    return p;
  }
  Result<Secret> package(const sgp02::Iccid& iccid) override { return stock_.package(iccid); }
  Status installed(const sgp02::Iccid& iccid, const std::string& order) override {
    return stock_.installed(iccid, order);
  }
  Status returned(const sgp02::Iccid& iccid, const std::string& order) override {
    return stock_.returned(iccid, order);
  }
  Status deleted(const sgp02::Iccid& iccid, const sgp02::Eid& eid) override {
    return stock_.deleted(iccid, eid);
  }

 private:
  server::Inventory& stock_;
  const Foundry& foundry_;
};

SmdpHost::SmdpHost(const Parts& parts, const Sabotage* sabotage)
    : parts_(parts),
      random_(parts.seed),
      wire_(parts.foundry, parts.foundry.smdp, parts.network),
      observed_(memory_, [this](const SmdpChange& change) { parts_.laws.smdp_committed(change); }),
      store_(&observed_),
      stock_observed_(stock_memory_,
                      [this](const StoreChange& change) { parts_.laws.stock_committed(change); }),
      stock_(stock_observed_, parts.clock),
      inventory_(std::make_unique<Inventory>(stock_, parts.foundry)) {
  if (sabotage && sabotage->smdp) {
    sabotaged_ = sabotage->smdp(observed_);
    store_ = sabotaged_.get();
  }
  if (sabotage && sabotage->inventory) bad_inventory_ = sabotage->inventory(*inventory_);
  parts_.network.add(parts.foundry.smdp.host, *this);
  boot();
}

void SmdpHost::boot() {
  const auto& f = parts_.foundry;
  smdp::SmDpConfig config;
  config.self = {f.smdp.id, f.smdp.name, {}, f.smdp.url()};
  config.credentials.push_back({f.dp_certificate, f.dp_key});
  config.roots = f.roots;
  config.eums.push_back(f.eum_certificate);
  config.limits.validity = std::chrono::hours(6);
  if (parts_.repeats) config.limits.repeat_unanswered = std::chrono::hours(1);
  auto role = smdp::SmDp::create(std::move(config), {*store_, bad_inventory_ ? *bad_inventory_ : *inventory_,
                                                     wire_, parts_.clock, random_});
  if (!role) throw std::runtime_error("the SM-DP does not start: " + role.error().message());
  role_ = *std::move(role);
  next_ = parts_.clock.now();
}

void SmdpHost::restart() {
  parts_.journal.note([] { return std::string("the SM-DP starts anew"); });
  role_.reset();
  killed_ = false;
  observed_.restart();
  stock_observed_.restart();
  boot();
}

bool SmdpHost::poll() {
  if (down() || depth_ > 0 || !next_ || *next_ > parts_.clock.now()) return false;
  const Turn turn(*this);
  const auto next = role_->run();
  // After a fault of its store it tries again, as whoever runs it would.
  next_ = next ? *next : std::optional(parts_.clock.now() + std::chrono::seconds(5));
  return true;
}

std::optional<HttpReply> SmdpHost::handle(const HttpPost& request, const std::string& client,
                                          ByteView certificate) {
  if (down()) return std::nullopt;
  const Turn turn(*this);
  parts_.laws.arrived(request.host, request.body);
  std::optional<HttpReply> reply;
  const auto name = request.path.substr(request.path.rfind('/') + 1);
  if (name.starts_with("ES2-"))
    role_->es2({request.body, certificate}, [&reply](HttpReply r) { reply = std::move(r); });
  else
    reply = role_->es3({request.body, certificate});
  next_ = parts_.clock.now();
  if (down()) return std::nullopt;
  if (!reply) reply = HttpReply{};  // it would be held open: nobody asks so here
  parts_.journal.mark(static_cast<std::uint64_t>(reply->status));
  parts_.journal.note(
      [&] { return "SM-DP: " + name + " of " + client + " -> " + std::to_string(reply->status); });
  return reply;
}

}  // namespace eider::world::m2m
