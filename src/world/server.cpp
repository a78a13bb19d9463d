#include "world/server.hpp"

#include <stdexcept>

#include "roles/smdpp/outbox.hpp"
#include "spec/sgp22/json_header.hpp"

namespace eider::world {

ServerHost::ServerHost(const Parts& parts, const Sabotage* sabotage)
    : parts_(parts),
      address_(parts.foundry.servers[parts.index].address),
      law_index_(parts.laws.add_server(address_)),
      random_(parts.seed),
      observed_(memory_,
                [this](const StoreChange& change) { parts_.laws.store_committed(law_index_, change); }),
      store_(&observed_) {
  if (sabotage && sabotage->store) {
    sabotaged_ = sabotage->store(observed_);
    store_ = sabotaged_.get();
  }
  if (sabotage && sabotage->server_random) bad_random_ = sabotage->server_random(random_);
  boot();
}

void ServerHost::boot() {
  replicas_.clear();
  for (std::size_t n = 0; n < parts_.replicas; ++n) {
    smdpp::SmDpPlusConfig config;
    config.addresses = {address_};
    config.credentials = parts_.foundry.servers[parts_.index].credentials;
    config.roots = parts_.foundry.roots;
    auto server = smdpp::SmDpPlus::create(
        std::move(config), {*store_, parts_.clock, bad_random_ ? *bad_random_ : random_, nullptr});
    if (!server) throw std::runtime_error("the SM-DP+ does not start: " + server.error().message());
    replicas_.push_back(*std::move(server));
  }
}

void ServerHost::restart() {
  parts_.journal.note([&] { return address_ + " starts again"; });
  observed_.restart();
  boot();
}

bool ServerHost::reachable() {
  if (!down() && depth_ == 0 && parts_.faults.happens(FaultKind::kServerPowerLost, 8)) {
    parts_.journal.note([&] { return address_ + " lost its power"; });
    observed_.lose_power();
  }
  if (!down()) return true;
  if (!parts_.faults.dice().chance(500)) return false;
  restart();
  return true;
}

// One of the next commits goes wrong.
void ServerHost::order_fault() {
  using Fail = ObservedStore::Fail;
  auto& faults = parts_.faults;
  const bool kill = faults.happens(FaultKind::kServerKilled, 12);
  if (!kill && !faults.happens(FaultKind::kStoreRefuses, 10)) return;
  const bool before = faults.dice().chance(500);
  const auto how =
      kill ? (before ? Fail::kKillBefore : Fail::kKillAfter) : (before ? Fail::kBefore : Fail::kAfter);
  parts_.journal.note([&] {
    return address_ + (kill ? " will die " : "'s store will fail ") + (before ? "before" : "after") +
           " a commit";
  });
  observed_.fail_commit(1 + faults.dice().below(2), how);
}

std::optional<HttpReply> ServerHost::handle(const HttpPost& request, const std::string& client,
                                            ByteView certificate) {
  if (depth_ == 0) order_fault();
  ++depth_;
  auto& replica = *replicas_[static_cast<std::size_t>(parts_.faults.dice().below(replicas_.size()))];
  smdpp::Request r;
  r.path = request.path;
  for (const auto& h : request.headers)
    if (equal_ignoring_case(h.name, "Content-Type"))
      r.content_type = h.value;
    else if (equal_ignoring_case(h.name, "X-Admin-Protocol"))
      r.admin_protocol = h.value;
  r.body = request.body;
  r.peer = client;
  r.client_certificate = certificate;
  auto reply = request.path.find("/es2plus/") != std::string::npos ? replica.es2plus(r) : replica.es9plus(r);
  --depth_;
  if (depth_ == 0) observed_.call_off();
  parts_.journal.mark(static_cast<std::uint64_t>(reply.status));
  parts_.laws.server_answered(law_index_, request.path, reply.body);
  if (down()) {
    parts_.journal.note([&] { return address_ + " died"; });
    return std::nullopt;
  }
  return reply;
}

Result<std::size_t> ServerHost::send_owed(HttpPort& http) {
  EIDER_TRY(round, smdpp::send_outbox(*store_, parts_.clock, http, nullptr));
  return round.delivered;
}

}  // namespace eider::world
