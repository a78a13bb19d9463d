// What SM-SRs store, and what they send to cards.
#include "channel/sms.hpp"
#include "roles/smsr/card_link.hpp"
#include "world/m2m/laws.hpp"

namespace eider::world::m2m {
namespace {
using sgp02::Pol2Action, sgp02::Pol2Qualification;
using smsr::OperationKind;

bool rules_out(const smsr::Profile& p, Pol2Action action) {
  return p.pol2.has(action, Pol2Qualification::kNotAllowed);
}
std::string smsr_name(std::size_t n) {
  return "SM-SR " + std::to_string(n);
}
Bytes key_octets(const smsr::CardKeys& keys) {
  Bytes out;
  for (const auto& k : keys.keys) append(out, k.value.view());
  return out;
}
bool on_its_way(const smsr::Operation& o) {
  return o.transport == smsr::Transport::kSms || o.transport == smsr::Transport::kSession;
}
}  // namespace

void Laws::smsr_committed(std::size_t n, const SmsrChange& change, smsr::StoreReader& reader) {
  if (smsrs_.size() <= n) smsrs_.resize(n + 1);
  for (const auto& e : change.euiccs) manager_changed(n, e);
  for (const auto& k : change.keys) {
    if (!k.after) {
      smsrs_[n].keys.erase({k.before->eid, k.before->version});
      continue;
    }
    require(
        !k.before || key_octets(*k.before) != key_octets(*k.after) || k.after->counter >= k.before->counter,
        "scp80.counter-back",
        [&] { return smsr_name(n) + " counts back to " + std::to_string(k.after->counter); });
    smsrs_[n].keys[{k.after->eid, k.after->version}] = *k.after;
  }
  for (const auto& o : change.operations) operation_changed(n, o, reader);
}

// A notification is taken once; a card has one manager, two only while one hands it to the other.
void Laws::manager_changed(std::size_t n, const Changed<smsr::Euicc>& e) {
  const auto& eid = e.after ? e.after->eid : e.before->eid;
  if (e.before && e.after && e.before->last_notification != e.after->last_notification)
    require(!e.before->last_notification ||
                static_cast<std::int16_t>(*e.after->last_notification - *e.before->last_notification) > 0,
            "notification.once", [&] {
              return smsr_name(n) + " takes notification " + std::to_string(*e.after->last_notification) +
                     " after " + std::to_string(*e.before->last_notification);
            });
  auto& mine = smsrs_[n].managed;
  if (!e.after) {
    moved_.insert(eid);
    mine.erase(eid);
    // The one that takes over has stored the card before.
    const bool elsewhere =
        std::ranges::any_of(smsrs_, [&](const SmsrBook& other) { return other.managed.contains(eid); });
    require(elsewhere, "handover.manager",
            [&] { return smsr_name(n) + " gives a card away that nobody has"; });
    return;
  }
  if (!mine.insert(eid).second) return;
  for (std::size_t other = 0; other < smsrs_.size(); ++other) {
    if (other == n || !smsrs_[other].managed.contains(eid)) continue;
    require(smsrs_[other].committed.contains(eid), "handover.one-manager",
            [&] { return smsr_name(n) + " takes a card over that " + smsr_name(other) + " still manages"; });
  }
}

void Laws::operation_changed(std::size_t n, const Changed<smsr::Operation>& c, smsr::StoreReader& reader) {
  const auto& o = c.after ? *c.after : *c.before;
  if (o.kind == OperationKind::kHandover) {
    if (c.after && o.stage == smsr::Stage::kCommitted)
      smsrs_[n].committed.insert(o.eid);
    else if (!c.after)
      smsrs_[n].committed.erase(o.eid);
  }
  // Of several changes in one transaction the last one counts.
  const auto now = reader.operation(o.id);
  if (!now || !*now || !c.after) return;
  journal_.mark(static_cast<std::uint64_t>(o.kind) * 64 + static_cast<std::uint64_t>(o.stage) * 8 +
                static_cast<std::uint64_t>(o.transport));
  if (!o.token.empty() && (!c.before || c.before->token != o.token))
    require(tokens_.insert(o.token).second, "scp81.token",
            [&] { return smsr_name(n) + " hands a script out under a token that was used"; });
  if (on_its_way(o)) {
    const auto all = reader.operations(o.eid);
    const auto others = all ? std::ranges::count_if(*all,
                                                    [&](const smsr::Operation& other) {
                                                      return on_its_way(other) && smsr::is_step(other.kind) ==
                                                                                      smsr::is_step(o.kind);
                                                    })
                            : 0;
    require(others == 1, "operation.one", [&] {
      return smsr_name(n) + " has " + std::to_string(others) + " scripts on their way to one card";
    });
  }
  if (o.started && (!c.before || !c.before->started)) {
    journal_.note([&] {
      return smsr_name(n) + " begins " + std::string(to_string(o.kind)) +
             (o.iccid == sgp02::Iccid{} ? std::string() : " of " + sgp22::iccid_digits(o.iccid));
    });
    check_pol2(n, o, reader);
  }
}

// What begins is not forbidden by POL2, of this Profile and of the one that it takes the place of.
void Laws::check_pol2(std::size_t n, const smsr::Operation& o, smsr::StoreReader& reader) {
  const bool master = o.kind == OperationKind::kMasterDelete;
  if (o.kind == OperationKind::kDelete || master) deletes_[{o.eid, o.isdp_aid}] = master;
  const auto all = reader.profiles(o.eid);
  if (!all) return;
  const auto self = std::ranges::find(*all, o.iccid, &smsr::Profile::iccid);
  if (self == all->end()) return;
  const auto obey = [&](const smsr::Profile& p, Pol2Action action) {
    require(!rules_out(p, action), "policy.pol2", [&] {
      return smsr_name(n) + " begins " + std::string(to_string(o.kind)) + " against POL2 of " +
             sgp22::iccid_digits(p.iccid);
    });
  };
  const auto disables = [&](const smsr::Profile& p) {
    obey(p, Pol2Action::kDisable);
    for (const auto& other : *all)
      if (other.fallback) obey(other, Pol2Action::kEnable);
  };
  if (o.kind == OperationKind::kEnable) {
    obey(*self, Pol2Action::kEnable);
    for (const auto& other : *all)
      if (other.state == smsr::ProfileState::kEnabled) obey(other, Pol2Action::kDisable);
  } else if (o.kind == OperationKind::kDisable) {
    disables(*self);
  } else if (o.kind == OperationKind::kDelete) {
    obey(*self, Pol2Action::kDelete);
    if (self->state == smsr::ProfileState::kEnabled) disables(*self);
  }
}

// No counter is used twice with one key set, whichever way the packet took.
void Laws::smsr_sent(std::size_t n, const smsr::OutgoingSms& message) {
  if (smsrs_.size() <= n) smsrs_.resize(n + 1);
  channel::SmsReassembler reassembler;
  std::optional<Bytes> packet;
  for (const auto& part : message.user_data)
    if (auto whole = reassembler.add({0x91, "1"}, part); whole && *whole) packet = (*whole)->payload;
  const auto header = packet ? channel::scp80::read_command_header(*packet) : fail_local("no packet");
  if (!require(header.has_value(), "scp80.packet", [&] { return smsr_name(n) + " sends no Command Packet"; }))
    return;
  bool known = false;
  for (const auto& [id, keys] : smsrs_[n].keys) {
    const auto set = smsr::scp80_keys(keys);
    if (!set || id.second != header->kid.version) continue;
    const auto command = channel::scp80::open_command(*packet, *set);
    if (!command) continue;
    known = true;
    auto& last = sent_[key_octets(keys)];
    require(command->counter > last, "scp80.counter-reused", [&] {
      return smsr_name(n) + " sends counter " + std::to_string(command->counter) + " after " +
             std::to_string(last);
    });
    require(command->counter <= keys.counter, "scp80.durable", [&] {
      return smsr_name(n) + " sends counter " + std::to_string(command->counter) +
             ", which it has not stored";
    });
    last = std::max(last, command->counter);
  }
  require(known, "scp80.packet", [&] { return smsr_name(n) + " sends a packet under no key of its own"; });
}

}  // namespace eider::world::m2m
