#include <algorithm>

#include "roles/lpa/procedures/chip_info.hpp"
#include "roles/lpa/procedures/notifications.hpp"
#include "roles/lpa/procedures/profiles.hpp"
#include "spec/sgp22/status_codes.hpp"
#include "world/ecosystem.hpp"

namespace eider::world {
namespace {
class PlainPort final : public HttpPort {
 public:
  PlainPort(Network& network, std::string name) : network_(network), name_(std::move(name)) {}
  Result<HttpReply> post(const HttpPost& request) override { return network_.post(name_, {}, request); }

 private:
  Network& network_;
  std::string name_;
};

bool is_downloadable(const smdpp::Profile& p) {
  return p.order &&
         (p.state == smdpp::ProfileState::kReleased || p.state == smdpp::ProfileState::kDownloaded);
}
}  // namespace

// No faults any more, everybody does what is left to do; then the two sides must agree.
void Ecosystem::quiet() {
  faults_.stop();
  journal_.note([] { return std::string("--- quiet ---"); });
  while (network_.late()) network_.deliver_late();
  for (auto& server : servers_) server->restart();
  for (auto& device : devices_) (void)device->power_cycle();
  deliver_everything();
  if (!broken()) retry_downloads();
  if (!broken()) deliver_everything();
  if (broken()) return;
  laws_.quiet_cards();
  check_memory();
  use_every_sim();
  for (std::size_t n = 0; n < servers_.size() && !broken(); ++n) {
    const auto status = servers_[n]->memory().read([&](smdpp::StoreReader& reader) -> Status {
      laws_.quiet(n, reader);
      return {};
    });
    laws_.require(status.has_value(), "quiet.store", [&] { return status.error().message(); });
  }
  if (!broken()) laws_.quiet_operators();
}

void Ecosystem::deliver_everything() {
  for (auto& device : devices_) {
    lpa::DeliverOptions options;
    options.ignore_backoff = true;
    const auto outcome = device->run([&](lpa::Lpa& lpa) -> Status {
      EIDER_CHECK(lpa::deliver_notifications(lpa, options));
      return {};
    });
    laws_.require(outcome.has_value(), "quiet.deliver",
                  [&] { return device->name() + " cannot deliver: " + outcome.error().message(); });
  }
  for (auto& server : servers_) {
    for (int round = 0; round < 300; ++round) {
      PlainPort port(network_, server->address());
      const auto sent = server->send_owed(port);
      if (!sent) return (void)laws_.require(false, "quiet.owed", [&] { return sent.error().message(); });
      if (*sent == 0 && round > 0) break;
      clock_.advance(std::chrono::hours(1));  // past every back-off
    }
  }
}

// Law 4: what did not install can be downloaded again by the same eUICC, as long as the operator's policy
// lets it.
void Ecosystem::retry_downloads() {
  for (std::size_t n = 0; n < servers_.size(); ++n) {
    std::vector<smdpp::Profile> open;
    (void)servers_[n]->memory().read([&](smdpp::StoreReader& reader) -> Status {
      EIDER_TRY(all, reader.profiles({}));
      std::ranges::copy_if(all, std::back_inserter(open), is_downloadable);
      return {};
    });
    for (const auto& profile : open) {
      // An earlier retry may have got this one: without MatchingID the SM-DP+ chooses.
      std::optional<smdpp::Profile> now;
      (void)servers_[n]->memory().read([&](smdpp::StoreReader& reader) -> Status {
        EIDER_TRY(found, reader.profile(profile.iccid));
        now = std::move(found);
        return {};
      });
      if (now && is_downloadable(*now) && !broken()) retry(n, *now);
    }
  }
}

namespace {
// May this refusal end or stop a retry? Each for the reason that it names.
bool is_policy(const Fault& fault, const smdpp::Profile& p, const smdpp::ProfileType& type, Time now) {
  const auto& order = *p.order;
  if (const auto* s = fault.as<FunctionStatus>()) {
    if (status::is(*s, status::kOrderExpired)) return order.expires_at && *order.expires_at <= now;
    if (status::is(*s, status::kOrderRetriesExceeded)) return order.download_attempts >= type.download_limit;
    if (status::is(*s, status::kConfirmationCodeRetriesExceeded))
      return order.confirmation_failures >= type.confirmation_limit;
    if (status::is(*s, status::kBppUnavailable)) return !type.rebinding;
    return false;
  }
  return false;
}
}  // namespace

void Ecosystem::retry(std::size_t server, const smdpp::Profile& profile) {
  const auto digits = sgp22::iccid_digits(profile.iccid);
  auto device = devices_.begin();
  if (profile.order->eid)
    device = std::ranges::find_if(devices_, [&](const auto& d) { return d->eid() == *profile.order->eid; });
  if (device == devices_.end()) return;
  const auto& book = laws_.card((*device)->index());
  const auto metadata = der::decode<sgp22::StoreMetadataRequest>(profile.metadata);
  if (!metadata) return;
  smdpp::ProfileType type;
  (void)servers_[server]->memory().read([&](smdpp::StoreReader& reader) -> Status {
    EIDER_TRY(found, reader.profile_type(profile.type));
    if (found) type = *found;
    return {};
  });
  lpa::DownloadRequest request;
  request.smdpAddress = servers_[server]->address();
  request.matchingId = profile.order->matching_id.value_or("");
  (*device)->user().set_code(confirmation_code_of(digits));
  const bool fits = [&] {
    std::uint64_t used = 0;
    bool operational = false;
    for (const auto& [instance, p] : book.profiles) {
      used += p.memory;
      operational |= p.metadata.profileClass == sgp22::ProfileClass::kOperational;
    }
    const auto& rules = metadata->profilePolicyRules;
    const bool ruled = rules && (rules->test(sgp22::kPpr1) || rules->test(sgp22::kPpr2));
    if (ruled && !book.rules_allowed) return false;
    if (rules && rules->test(sgp22::kPpr1) && operational) return false;
    return book.octets - used > 32 * 1024;
  }();
  const auto outcome = (*device)->run([&](lpa::Lpa& lpa) -> Status {
    EIDER_CHECK(lpa::download_profile(lpa, request));
    return {};
  });
  report((*device)->name(), "retry of " + digits, outcome);
  // Without a MatchingID the SM-DP+ chooses among the orders of the eUICC: another one than this may come
  // first.
  if (outcome || !fits || request.matchingId.empty()) return;
  laws_.require(is_policy(outcome.error(), profile, type, clock_.now()), "order.retry", [&] {
    return digits + " is " + std::string(to_string(profile.state)) +
           " and its eUICC does not get it: " + outcome.error().message();
  });
}

// The free memory that a card announces is what its profiles leave.
void Ecosystem::check_memory() {
  for (auto& device : devices_) check_memory(*device);
}

void Ecosystem::check_memory(Device& device) {
  const auto& book = laws_.card(device.index());
  const auto outcome = device.run([&](lpa::Lpa& lpa) -> Status {
    EIDER_TRY(info, lpa::chip_info(lpa));
    std::uint64_t used = 0;  // counted now: a recovery may have installed or deleted
    for (const auto& [instance, p] : book.profiles) used += p.memory;
    laws_.require(
        info.resources && info.resources->free_nvm_octets == book.octets - used, "card.memory", [&] {
          return "card " + std::to_string(device.index()) + " announces " +
                 std::to_string(info.resources ? info.resources->free_nvm_octets : 0) + " free octets of " +
                 std::to_string(book.octets) + " with " + std::to_string(used) + " in use";
        });
    EIDER_TRY(profiles, lpa::list_profiles(lpa));
    laws_.require(profiles.size() == book.profiles.size(), "card.list", [&] {
      return "card " + std::to_string(device.index()) + " lists " + std::to_string(profiles.size()) +
             " Profiles and holds " + std::to_string(book.profiles.size());
    });
    return {};
  });
  laws_.require(outcome.has_value(), "quiet.card",
                [&] { return device.name() + ": " + outcome.error().message(); });
}

// Whatever was torn: the enabled Profile opens with its PIN or its PUK, and the network gets in.
void Ecosystem::use_every_sim() {
  for (auto& device : devices_) {
    if (broken()) return;
    const auto outcome = device->use_sim(core_, [](Handset& handset) { return handset.works(); });
    report(device->name(), "last use of its SIM", outcome);
    laws_.require(outcome.has_value(), "quiet.sim",
                  [&] { return device->name() + ": " + outcome.error().message(); });
  }
}

}  // namespace eider::world
