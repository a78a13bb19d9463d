#include <algorithm>

#include "world/laws.hpp"

namespace eider::world {
using smdpp::OnCardState;

namespace {
std::string digits_of(const sgp22::Iccid& iccid) {
  return sgp22::iccid_digits(iccid);
}

// Has the server been addressed for all events that change what it believes of the Profile?
bool hears_everything(const smdpp::Profile& profile, const std::string& address) {
  const auto metadata = der::decode<sgp22::StoreMetadataRequest>(profile.metadata);
  if (!metadata || !metadata->notificationConfigurationInfo) return false;
  bool heard[4] = {};
  for (const auto& entry : *metadata->notificationConfigurationInfo)
    if (lower_case(entry.notificationAddress) == address)
      for (int event = 0; event < 4; ++event) heard[event] |= entry.profileManagementOperations.test(event);
  return heard[sgp22::kEventEnable] && heard[sgp22::kEventDisable] && heard[sgp22::kEventDelete];
}
}  // namespace

// Law 5 for one server: what it believes is what is.
void Laws::quiet(std::size_t server, smdpp::StoreReader& reader) {
  const auto& book = servers_[server];
  const auto profiles = reader.profiles({});
  if (!require(profiles.has_value(), "quiet.store", [] { return std::string("the store cannot be read"); }))
    return;
  for (const auto& p : *profiles) {
    const CardBook* holder = nullptr;
    const card::IsdPRecord* record = nullptr;
    for (const auto& card : cards_)
      for (const auto& [instance, r] : card.profiles)
        if (r.metadata.iccid == p.iccid) holder = &card, record = &r;
    const auto state = [&] {
      return digits_of(p.iccid) + " is " + std::string(to_string(p.state)) + " at its SM-DP+";
    };
    // An operator may write a Profile off while nobody knows whether it arrived: then he no longer follows
    // it.
    if (p.state == smdpp::ProfileState::kUnavailable) continue;
    if (holder) {
      require(p.state == smdpp::ProfileState::kInstalled, "quiet.installed",
              [&] { return state() + " and installed on a card"; });
      require(p.order && p.order->eid == holder->eid, "quiet.eid",
              [&] { return state() + ", bound to another eUICC than its own"; });
    } else if (p.state == smdpp::ProfileState::kInstalled && hears_everything(p, book.address)) {
      require(p.on_card == OnCardState::kDeleted, "quiet.deleted",
              [&] { return state() + ", " + std::string(to_string(p.on_card)) + ", and on no card"; });
    }
    if (!holder || !hears_everything(p, book.address)) continue;
    const bool lost = std::ranges::any_of(holder->pushed_out,
                                          [&](std::int64_t n) { return holder->all.at(n).iccid == p.iccid; });
    if (lost) continue;
    const auto wanted =
        record->state == sgp22::ProfileState::kEnabled ? OnCardState::kEnabled : OnCardState::kDisabled;
    require(p.on_card == wanted, "quiet.state", [&] {
      return state() + " as " + std::string(to_string(p.on_card)) + ", and the card has it as " +
             std::string(to_string(wanted));
    });
  }
  // Every notification that a card made for this server was processed.
  for (const auto& card : cards_) {
    for (const auto& [number, n] : card.all) {
      if (n.installation_result || n.address != book.address || card.pushed_out.contains(number)) continue;
      const bool mine = std::ranges::any_of(*profiles, [&](const auto& p) {
        return p.iccid == n.iccid && p.state != smdpp::ProfileState::kUnavailable;
      });
      if (!mine) continue;
      const auto done = book.processed.find({card.eid, n.iccid});
      require(done != book.processed.end() && done->second.contains(number), "quiet.processed", [&] {
        return "notification " + std::to_string(number) + " (" + event_name(n.event) + " of " +
               digits_of(n.iccid) + ") was acknowledged and never processed";
      });
    }
  }
  const auto owed = reader.outbox_size();
  require(owed && *owed == 0, "quiet.outbox",
          [&] { return "SM-DP+ " + std::to_string(server) + " still owes messages"; });
}

void Laws::quiet_cards() {
  for (std::size_t c = 0; c < cards_.size(); ++c) {
    require(cards_[c].pending.empty(), "quiet.notifications", [&] {
      return "card " + std::to_string(c) + " still has " + std::to_string(cards_[c].pending.size()) +
             " notifications";
    });
    require(!cards_[c].memory_reset, "quiet.memory-reset",
            [&] { return "card " + std::to_string(c) + " did not finish its memory reset"; });
  }
}

// Every message that an SM-DP+ owed has reached the operator, and none that it did not owe.
void Laws::quiet_operators() {
  std::size_t owed = 0, came = 0;
  for (const auto& server : servers_) {
    owed += server.owed.size();
    for (const auto& [call, body] : server.owed) {
      const bool arrived = std::ranges::any_of(received_, [&](const auto& r) {
        const auto found = r.second.find(call);
        return found != r.second.end() && found->second == body;
      });
      require(arrived, "quiet.operator", [&] { return "the operator never got " + body; });
    }
  }
  for (const auto& [host, calls] : received_) came += calls.size();
  require(came == owed, "quiet.operator", [&] {
    return "operators got " + std::to_string(came) + " messages, " + std::to_string(owed) + " were owed";
  });
}

}  // namespace eider::world
