// What may become durable on a card.
#include <charconv>

#include "world/m2m/laws.hpp"

namespace eider::world::m2m {
namespace {
namespace m2m_card = card::m2m;
using m2m_card::Cause;
using sgp22::ProfileState;

std::string digits_of(const sgp02::Iccid& iccid) {
  return sgp22::iccid_digits(iccid);
}
std::optional<unsigned> number_behind(std::string_view key, std::string_view prefix) {
  if (!key.starts_with(prefix)) return std::nullopt;
  unsigned out = 0;
  const auto text = key.substr(prefix.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

template <class T>
bool apply_record(std::map<std::uint16_t, T>& to, unsigned number, const std::optional<Bytes>& value) {
  const auto instance = static_cast<std::uint16_t>(number);
  if (!value) return to.erase(instance), true;
  auto record = der::decode<T>(*value);
  if (!record) return false;
  to[instance] = *std::move(record);
  return true;
}

// False: a record cannot be read.
bool apply_change(CardBook& book, const std::string& key, const std::optional<Bytes>& value) {
  if (const auto n = number_behind(key, "profile/")) return apply_record(book.profiles, *n, value);
  if (const auto n = number_behind(key, "m2m/isd-p/")) return apply_record(book.isd_ps, *n, value);
  if (key == "m2m/state") {
    auto state = value ? der::decode<m2m_card::State>(*value) : fail_local("gone");
    if (!state) return false;
    book.state = *std::move(state);
  }
  if (const auto n = number_behind(key, "m2m/counter/"); n && value) {
    std::uint64_t counter = 0;
    for (const auto octet : *value) counter = counter << 8 | octet;
    book.counters[static_cast<std::uint8_t>(*n)] = counter;
  }
  return true;
}

const card::IsdPRecord* enabled_in(const CardBook& book) {
  for (const auto& [instance, p] : book.profiles)
    if (p.state == ProfileState::kEnabled) return &p;
  return nullptr;
}
std::vector<Bytes> keys_of_version(const CardBook& book, std::uint8_t version) {
  std::vector<Bytes> out;
  for (const auto& k : book.state.keys)
    if (k.keyVersion == version) out.push_back(to_bytes(k.value.view()));
  return out;
}
std::uint8_t pol1_of(const CardBook& book, std::uint16_t instance) {
  const auto it = book.isd_ps.find(instance);
  return it == book.isd_ps.end() ? std::uint8_t{0} : it->second.pol1;
}
}  // namespace

std::size_t Laws::add_card(const CardTemplate& card, const card::MemoryNvm& memory) {
  auto& book = cards_.emplace_back();
  book.eid = card.eid;
  book.octets = card.octets;
  for (const auto* prefix : {"profile/", "m2m/"})
    for (const auto& key : memory.keys(prefix))
      require(apply_change(book, key, memory.get(key)), "card.records",
              [&] { return name_of_card(cards_.size() - 1) + ": " + key + " cannot be read"; });
  check_card(cards_.size() - 1, book);
  return cards_.size() - 1;
}

void Laws::card_committed(std::size_t card, const card::NvmBatch& batch) {
  const auto before = cards_[card];
  auto& book = cards_[card];
  for (const auto& [key, value] : batch.changes()) {
    journal_.mark(key.size() + (value ? 1 : 0));
    if (!require(apply_change(book, key, value), "card.records",
                 [&] { return name_of_card(card) + ": " + key + " cannot be read"; }))
      return;
  }
  check_card(card, book);
  check_counters(card, before, book, batch);
  check_switch(card, before, book);
  check_deletions(card, before, book);
  check_installations(card, before, book);
}

// What holds at every moment.
void Laws::check_card(std::size_t card, const CardBook& book) {
  const auto enabled = std::ranges::count_if(
      book.profiles, [](const auto& p) { return p.second.state == ProfileState::kEnabled; });
  require(enabled == 1, "card.one-enabled",
          [&] { return name_of_card(card) + " has " + std::to_string(enabled) + " Profiles enabled"; });
  require(book.state.fallback && book.profiles.contains(*book.state.fallback), "card.fallback",
          [&] { return name_of_card(card) + " has no Profile with the fall-back attribute"; });
  require(!book.state.emergency || book.state.emergency != book.state.fallback, "card.attributes",
          [&] { return name_of_card(card) + " has both attributes on one Profile"; });
  const bool reachable = std::ranges::any_of(book.state.keys, [&](const auto& k) {
    return k.keyVersion <= 0x0F && keys_of_version(book, k.keyVersion).size() >= 2;
  });
  require(reachable, "card.isd-r", [&] { return name_of_card(card) + ": its ISD-R has no SCP80 key set"; });
  for (const auto& [instance, p] : book.profiles)
    require(book.isd_ps.contains(instance), "card.isd-p", [&] {
      return name_of_card(card) + " has a Profile without ISD-P: " + digits_of(p.metadata.iccid);
    });
}

// A packet is accepted once; a number of SCP03 is used once; a notification has a number of its own.
void Laws::check_counters(std::size_t card, const CardBook& before, const CardBook& now,
                          const card::NvmBatch& batch) {
  for (const auto& [key, value] : batch.changes()) {
    const auto number = number_behind(key, "m2m/counter/");
    const auto version = static_cast<std::uint8_t>(number.value_or(0));
    const auto it = before.counters.find(version);
    if (!number || !value || it == before.counters.end()) continue;
    const auto counter = now.counters.at(version);
    const bool new_keys = keys_of_version(before, version) != keys_of_version(now, version);
    require(new_keys || counter > it->second, "scp80.accepted-once", [&] {
      return name_of_card(card) + " takes counter " + std::to_string(counter) + " after " +
             std::to_string(it->second);
    });
  }
  for (const auto& [instance, p] : now.isd_ps) {
    const auto it = before.isd_ps.find(instance);
    if (it == before.isd_ps.end()) continue;
    const bool same = it->second.keys.size() == p.keys.size() &&
                      std::ranges::equal(it->second.keys, p.keys, [](const auto& a, const auto& b) {
                        return equal(a.value.view(), b.value.view());
                      });
    require(!same || p.sequence >= it->second.sequence, "scp03.sequence", [&] {
      return name_of_card(card) + ": the counter of an ISD-P goes back to " + std::to_string(p.sequence);
    });
  }
  const auto &a = before.state, &b = now.state;
  require(b.nextNotification == a.nextNotification ||
              b.nextNotification == static_cast<std::uint16_t>(a.nextNotification + 1),
          "notification.number", [&] { return name_of_card(card) + ": the number of notifications jumps"; });
  const bool fresh = b.notice && (!a.notice || a.notice->sequence != b.notice->sequence);
  require(!fresh || b.notice->sequence == a.nextNotification, "notification.number", [&] {
    return name_of_card(card) + " gives the number " + std::to_string(b.notice->sequence) + " again";
  });
}

// Who is enabled changes by a change that was accepted, and against POL1 only where the specification says
// so.
void Laws::check_switch(std::size_t card, const CardBook& before, const CardBook& now) {
  const auto *was = enabled_in(before), *is = enabled_in(now);
  if (!was || !is || was->instance == is->instance) return;
  const auto& change = before.state.change;
  if (!require(change && change->from == was->instance && change->to == is->instance, "card.asked", [&] {
        return name_of_card(card) + " enables " + digits_of(is->metadata.iccid) + ", and nobody asked for it";
      }))
    return;
  journal_.note([&] {
    return name_of_card(card) + " enables " + digits_of(is->metadata.iccid) + " (cause " +
           std::to_string(static_cast<int>(change->cause)) + ")";
  });
  const auto pol1 = pol1_of(before, was->instance);
  require(change->cause != Cause::kCommand || (pol1 & m2m_card::kDisablingNotAllowed) == 0, "policy.pol1",
          [&] {
            return name_of_card(card) + " disables " + digits_of(was->metadata.iccid) + " against its POL1";
          });
  require(change->cause != Cause::kCommand || !before.state.pinned || before.state.pinned == is->instance,
          "policy.pinned", [&] {
            return name_of_card(card) +
                   " enables another Profile than the one that the fall-back interrupted";
          });
  require(change->cause != Cause::kFallBack || before.state.fallback == is->instance, "card.fallback",
          [&] { return name_of_card(card) + " falls back to " + digits_of(is->metadata.iccid); });
}

// A Profile goes when somebody asked for it or POL1 says so, and never against POL1.
void Laws::check_deletions(std::size_t card, const CardBook& before, const CardBook& now) {
  const auto& change = before.state.change;
  const bool confirmed = change && !now.state.change && change->cause == Cause::kCommand &&
                         change->phase == m2m_card::Phase::kUnconfirmed;
  for (const auto& [instance, p] : before.profiles) {
    const bool gone = !now.profiles.contains(instance);
    const auto pol1 = pol1_of(before, instance);
    const bool automatic = confirmed && change->from == instance &&
                           (pol1 & m2m_card::kDeletedWhenDisabled) != 0 && before.state.fallback != instance;
    const auto text = [&](const char* what) {
      return name_of_card(card) + ": " + digits_of(p.metadata.iccid) + what;
    };
    require(gone || !automatic, "policy.pol1-delete",
            [&] { return text(" stays, though its POL1 has it deleted"); });
    if (!gone) continue;
    journal_.note([&] { return text(" is deleted"); });
    const auto aid = *sgp02::Aid::from(sgp22::isd_p_aid(instance));
    const auto asked = deletes_.find({before.eid, aid});
    const bool master = asked != deletes_.end() && asked->second;
    require(p.state != ProfileState::kEnabled, "policy.enabled", [&] { return text(" goes while enabled"); });
    require(master || automatic || (pol1 & m2m_card::kDeletionNotAllowed) == 0, "policy.pol1",
            [&] { return text(" is deleted against its POL1"); });
    require(automatic || asked != deletes_.end(), "profile.lost",
            [&] { return text(" is gone, and nobody asked for it"); });
    if (const auto it = installed_on_.find(p.metadata.iccid); it != installed_on_.end())
      installed_on_.erase(it);
  }
}

// An ICCID is on one card at most, and on the one that the inventory gave it to.
void Laws::check_installations(std::size_t card, const CardBook& before, const CardBook& now) {
  for (const auto& [instance, p] : now.profiles) {
    if (before.profiles.contains(instance)) continue;
    ++installed_;
    journal_.note([&] { return name_of_card(card) + " has installed " + digits_of(p.metadata.iccid); });
    const auto other = installed_on_.find(p.metadata.iccid);
    require(other == installed_on_.end(), "iccid.one-card", [&] {
      return digits_of(p.metadata.iccid) + " is installed twice, first on " + name_of_card(other->second);
    });
    installed_on_[p.metadata.iccid] = card;
    const auto given = stock_.find(p.metadata.iccid);
    require(given != stock_.end() && given->second.state == smdpp::ProfileState::kPushed &&
                given->second.order && given->second.order->eid == now.eid,
            "stock.given", [&] {
              return name_of_card(card) + " has installed " + digits_of(p.metadata.iccid) +
                     ", which the inventory has not given to it";
            });
  }
}

}  // namespace eider::world::m2m
