#include "roles/lpa/procedures/notifications.hpp"
#include "roles/lpa/procedures/profiles.hpp"
#include "world/ecosystem.hpp"

namespace eider::world {
namespace {
using sgp22::ProfileState;

// The class and the code of a fault: what of it is the same in every replay.
std::uint64_t mark_of(const Status& outcome) {
  if (outcome) return 0;
  const auto& fault = outcome.error();
  std::uint64_t code = fault.kind().index() + 1;
  if (const auto* e = fault.as<Es10Fault>()) code = code * 1000 + static_cast<std::uint64_t>(e->code);
  if (const auto* s = fault.as<FunctionStatus>())
    for (const char c : s->subject_code + "/" + s->reason_code)
      code = code * 31 + static_cast<unsigned char>(c);
  return code;
}
}  // namespace

void Ecosystem::report(const std::string& who, const std::string& what, const Status& outcome) {
  journal_.mark(mark_of(outcome));
  journal_.note([&] { return who + ": " + what + ": " + (outcome ? "ok" : outcome.error().message()); });
}

void Ecosystem::act() {
  if (broken()) return;
  const auto what = dice_.below(125);
  journal_.mark(what);
  if (what >= 100) return user_uses_sim();
  if (what < 28) return operator_acts();
  if (what < 58) return user_downloads();
  if (what < 82) return user_manages();
  if (what < 90) return deliver_notifications();
  if (what < 95) return server_sends_owed();
  return time_passes();
}

std::optional<std::pair<OperatorDesk*, OrderNote*>> Ecosystem::some_order() {
  auto& desk = *dice_.pick(operators_);
  if (desk.orders().empty()) return std::nullopt;
  return std::pair(&desk, &dice_.pick(desk.orders()));
}

Device* Ecosystem::some_free_device() {
  auto& device = *dice_.pick(devices_);
  return device.busy() ? nullptr : &device;
}

void Ecosystem::operator_acts() {
  const auto order = some_order();
  if (!order || dice_.chance(350)) return operator_orders();
  operator_handles(*order->first, *order->second);
}

void Ecosystem::operator_orders() {
  auto& desk = *dice_.pick(operators_);
  const auto server = static_cast<std::size_t>(dice_.below(servers_.size()));
  std::optional<std::pair<std::size_t, sgp22::Eid>> card;
  if (dice_.chance(500)) {
    const auto n = static_cast<std::size_t>(dice_.below(devices_.size()));
    card.emplace(n, devices_[n]->eid());
  }
  const auto type = desk.self().id + (dice_.chance(500) ? "-plain" : "-special");
  (void)desk.order(*servers_[server], server, type, card, {});
  if (broken() || desk.orders().empty()) return;
  // Most orders go on at once: it is the life after them that is of interest.
  if (dice_.chance(800)) operator_handles(desk, desk.orders().back());
}

void Ecosystem::operator_handles(OperatorDesk& desk, OrderNote& order) {
  const auto& server = *servers_[order.server];
  std::optional<sgp22::Eid> eid;
  if (order.card) eid = devices_[*order.card]->eid();
  if (order.confirmed && dice_.chance(120)) {
    (void)desk.cancel(server, order, eid, dice_.chance(600));
  } else if (!order.confirmed) {
    std::optional<std::string> id;
    const auto kind = dice_.below(10);
    if (kind < 7)
      id = "EIDER-" + order.iccid.substr(order.iccid.size() - 4) + "-" + std::to_string(dice_.below(3));
    if (kind == 7 && eid) id = "";
    (void)desk.confirm(server, order, id, eid, dice_.chance(300) ? confirmation_code_of(order.iccid) : "",
                       dice_.chance(800));
  } else if (!order.released) {
    (void)desk.release(server, order);
  } else if (order.cancelled || dice_.chance(100)) {
    // The Profile is ordered anew, by its ICCID.
    (void)desk.order(server, order.server, {}, std::nullopt, order.iccid);
  }
}

void Ecosystem::user_downloads() {
  const auto order = some_order();
  if (!order) return operator_orders();
  const auto& note = *order->second;
  auto* device = some_free_device();
  if (note.card && !faults_.happens(FaultKind::kWrongCard, 100)) device = devices_[*note.card].get();
  if (!device || device->busy()) return;
  lpa::DownloadRequest request;
  request.smdpAddress = servers_[note.server]->address();
  request.matchingId = note.matching_id.value_or("");
  request.enable = dice_.chance(500);
  device->user().set_code(confirmation_code_of(note.iccid));
  const auto outcome = device->run([&](lpa::Lpa& lpa) -> Status {
    EIDER_TRY(result, lpa::download_profile(lpa, request));
    (void)result;
    return {};
  });
  report(device->name(), "download with \"" + request.matchingId + "\" from " + request.smdpAddress, outcome);
}

void Ecosystem::user_manages() {
  auto* device = some_free_device();
  if (!device) return;
  const auto what = dice_.below(100), which = dice_.below(64);
  const auto outcome = device->run([&](lpa::Lpa& lpa) -> Status {
    EIDER_TRY(profiles, lpa::list_profiles(lpa));
    if (what < 4) {
      lpa::MemoryResetOptions options;
      options.fieldLoadedTestProfiles = (which & 1) != 0;
      options.defaultSmdpAddress = (which & 2) != 0;
      EIDER_CHECK(lpa::reset_memory(lpa, options));
      return {};
    }
    if (profiles.empty()) return {};
    const auto& profile = profiles[static_cast<std::size_t>(which % profiles.size())];
    if (what < 15) return lpa::set_nickname(lpa, profile, "nickname " + std::to_string(which));
    if (what < 65) {
      if (profile.profileState == ProfileState::kEnabled) {
        EIDER_CHECK(lpa::disable_profile(lpa, profile));
      } else {
        EIDER_CHECK(lpa::enable_profile(lpa, profile));
      }
      return {};
    }
    if (profile.profileState == ProfileState::kEnabled && what < 85)
      EIDER_CHECK(lpa::disable_profile(lpa, profile));
    EIDER_CHECK(lpa::delete_profile(lpa, profile));
    return {};
  });
  report(device->name(),
         what < 4    ? "memory reset"
         : what < 15 ? "nickname"
         : what < 65 ? "switch"
                     : "delete",
         outcome);
}

void Ecosystem::deliver_notifications() {
  auto* device = some_free_device();
  if (!device) return;
  lpa::DeliverOptions options;
  options.ignore_backoff = dice_.chance(500);
  const auto outcome = device->run([&](lpa::Lpa& lpa) -> Status {
    EIDER_CHECK(lpa::deliver_notifications(lpa, options));
    return {};
  });
  report(device->name(), "deliver notifications", outcome);
}

// A phone is used most where a Profile is enabled.
void Ecosystem::user_uses_sim() {
  auto* device = some_free_device();
  if (!device) return;
  const auto outcome = device->use_sim(core_, [](Handset& handset) { return handset.use(); });
  report(device->name(), "use of its SIM", outcome);
  if (dice_.chance(200) && !faults_.quiet() && !broken()) {
    faults_.pause(true);
    check_memory(*device);
    faults_.pause(false);
  }
}

namespace {
// An SM-DP+ as client of operators.
class ServerPort final : public HttpPort {
 public:
  ServerPort(Network& network, std::string name) : network_(network), name_(std::move(name)) {}
  Result<HttpReply> post(const HttpPost& request) override { return network_.post(name_, {}, request); }

 private:
  Network& network_;
  std::string name_;
};
}  // namespace

void Ecosystem::server_sends_owed() {
  auto& server = *dice_.pick(servers_);
  if (!server.reachable()) return;
  ServerPort port(network_, server.address());
  const auto sent = server.send_owed(port);
  report(server.address(), "send what is owed to operators", sent ? Status{} : fail(sent.error()));
}

void Ecosystem::time_passes() {
  if (faults_.happens(FaultKind::kTimeJump, 500)) {
    static constexpr int kMinutes[] = {5, 16, 70, 130, 60 * 24 * 3};
    clock_.advance(std::chrono::minutes(kMinutes[dice_.below(5)]));
  } else {
    clock_.advance(std::chrono::minutes(1 + dice_.below(3)));
  }
  if (network_.late() && dice_.chance(500)) network_.deliver_late();
}

}  // namespace eider::world
