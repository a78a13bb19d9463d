#include <algorithm>

#include "world/laws.hpp"

namespace eider::world {
using card::IsdPRecord;
using card::NotificationRecord;
using sgp22::ProfileClass;
using sgp22::ProfileState;

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

void Laws::broken(std::string law, std::string what) {
  journal_.note([&] { return "LAW BROKEN  " + law + ": " + what; });
  if (!violation_) violation_ = Violation{std::move(law), std::move(what)};
}

// One batch as the changes it makes.
struct Laws::Change {
  struct Put {
    std::optional<IsdPRecord> before;
    IsdPRecord after;
  };
  std::vector<Put> put;          // profiles written
  std::vector<IsdPRecord> gone;  // profiles erased
  std::map<std::int64_t, CardBook::Notification> added;
  std::vector<std::int64_t> removed;  // notifications erased
  std::optional<card::IsdRRecord> settings;
  bool domains = false;
};

namespace {
std::string name_of(std::size_t card) {
  return "card " + std::to_string(card);
}
std::string text_of(const sgp22::Iccid& iccid) {
  return sgp22::iccid_digits(iccid);
}

std::optional<CardBook::Notification> read_notification(const NotificationRecord& record,
                                                        std::int64_t& number) {
  const auto metadata = der::decode<sgp22::NotificationMetadata>(record.metadata.der);
  if (!metadata) return std::nullopt;
  number = metadata->seqNumber;
  CardBook::Notification n;
  n.installation_result = record.installationResult;
  n.address = lower_case(metadata->notificationAddress);
  n.iccid = metadata->iccid.value_or(sgp22::Iccid{});
  for (int bit = 3; bit >= 0; --bit)
    if (metadata->profileManagementOperation.test(bit)) n.event = bit;
  if (record.installationResult) {
    const auto pir = der::decode<sgp22::ProfileInstallationResult>(record.signedPart.der);
    if (!pir) return std::nullopt;
    const auto& data = pir->profileInstallationResultData.value;
    n.success = std::holds_alternative<sgp22::SuccessResult>(data.finalResult.value);
    n.transaction = data.transactionId;
  }
  return n;
}

// Recipients that the metadata names for an event, each once.
std::multiset<std::string> recipients(const IsdPRecord& profile, int event) {
  std::multiset<std::string> out;
  if (!profile.metadata.notificationConfigurationInfo) return out;
  std::set<std::string> seen;
  for (const auto& entry : *profile.metadata.notificationConfigurationInfo)
    if (entry.profileManagementOperations.test(event) &&
        seen.insert(lower_case(entry.notificationAddress)).second)
      out.insert(lower_case(entry.notificationAddress));
  return out;
}
}  // namespace

std::size_t Laws::add_card(const sgp22::Eid& eid, std::uint32_t octets, bool rules_allowed,
                           const card::Nvm& memory) {
  CardBook book;
  book.eid = eid;
  book.octets = octets;
  book.rules_allowed = rules_allowed;
  for (const auto& key : memory.keys("profile/"))
    if (auto record = der::decode<IsdPRecord>(memory.get(key).value_or(Bytes{})))
      book.profiles.emplace(record->instance, *std::move(record));
  cards_.push_back(std::move(book));
  card_at_rest(cards_.size() - 1, memory);
  return cards_.size() - 1;
}

bool Laws::decode_change(std::size_t card, const card::NvmBatch& batch, Change& change) {
  auto& book = cards_[card];
  for (const auto& [key, value] : batch.changes()) {
    if (key.starts_with("isd-r/") || key.starts_with("ecasd/")) change.domains = true;
    if (key == "settings" && value) {
      auto settings = der::decode<card::IsdRRecord>(*value);
      if (!settings) return false;
      change.settings = *std::move(settings);
    } else if (key.starts_with("profile/")) {
      const auto instance = static_cast<std::uint16_t>(std::stoul(key.substr(8), nullptr, 16));
      const auto known = book.profiles.find(instance);
      if (!value) {
        if (known != book.profiles.end()) change.gone.push_back(known->second);
        continue;
      }
      auto record = der::decode<IsdPRecord>(*value);
      if (!record) return false;
      change.put.push_back(
          {known == book.profiles.end() ? std::nullopt : std::optional(known->second), *std::move(record)});
    } else if (key.starts_with("notification/")) {
      if (!value) {
        change.removed.push_back(static_cast<std::int64_t>(std::stoull(key.substr(13), nullptr, 16)));
        continue;
      }
      const auto record = der::decode<NotificationRecord>(*value);
      std::int64_t number = 0;
      auto notification = record ? read_notification(*record, number) : std::nullopt;
      if (!notification) return false;
      change.added.emplace(number, *std::move(notification));
    }
  }
  return true;
}

void Laws::card_committed(std::size_t card, const card::NvmBatch& batch) {
  Change change;
  if (!require(decode_change(card, batch, change), "card.records",
               [&] { return name_of(card) + " wrote a record that cannot be read"; }))
    return;
  require(!change.domains, "card.domains", [&] { return name_of(card) + " changed its ISD-R or ECASD"; });
  check_policy(card, change);
  check_notifications(card, change);
  check_removals(card, change);
  check_one_time_key(card, change);
  auto& book = cards_[card];
  for (const auto& p : change.gone) book.profiles.erase(p.instance), book.sims.erase(p.instance);
  for (const auto& p : change.put) book.profiles[p.after.instance] = p.after;
  if (change.settings) book.memory_reset = change.settings->pendingMemoryReset;
  sim_committed(card, batch);
  check_states(card, change);
  check_iccids(card, change);
}

// Law 1, and the memory that profiles take.
void Laws::check_states(std::size_t card, const Change& change) {
  const auto& book = cards_[card];
  const auto enabled = std::ranges::count_if(
      book.profiles, [](const auto& p) { return p.second.state == ProfileState::kEnabled; });
  require(enabled <= 1, "card.one-enabled",
          [&] { return name_of(card) + " has " + std::to_string(enabled) + " enabled Profiles"; });
  if (change.put.empty()) return;
  std::uint64_t used = 0;
  for (const auto& [instance, p] : book.profiles) used += p.memory;
  require(used <= book.octets, "card.memory", [&] {
    return name_of(card) + " holds " + std::to_string(used) + " octets of profiles in " +
           std::to_string(book.octets);
  });
}

// Law 2.
void Laws::check_iccids(std::size_t card, const Change& change) {
  for (const auto& put : change.put) {
    if (put.before) {
      require(put.before->metadata.iccid == put.after.metadata.iccid, "card.iccid-changed", [&] {
        return name_of(card) + ": " + text_of(put.before->metadata.iccid) + " changed its ICCID";
      });
      continue;
    }
    const auto& iccid = put.after.metadata.iccid;
    installed_ever_.emplace(cards_[card].eid, iccid);
    std::size_t holders = 0;
    for (const auto& book : cards_)
      holders += static_cast<std::size_t>(std::ranges::count_if(
          book.profiles, [&](const auto& p) { return p.second.metadata.iccid == iccid; }));
    require(holders == 1, "iccid.one-card",
            [&] { return text_of(iccid) + " is installed " + std::to_string(holders) + " times"; });
  }
}

// Law 7: PPR1 and PPR2 hold whoever asks; only the memory reset ignores them.
void Laws::check_policy(std::size_t card, const Change& change) {
  const auto& book = cards_[card];
  const auto rule = [](const IsdPRecord& p, int bit) {
    return p.metadata.profilePolicyRules && p.metadata.profilePolicyRules->test(bit);
  };
  for (const auto& p : change.gone)
    require(!rule(p, sgp22::kPpr2) || book.memory_reset, "policy.ppr2",
            [&] { return name_of(card) + " deleted " + text_of(p.metadata.iccid) + " in spite of PPR2"; });
  const auto other_class_enabled = [&] {
    return std::ranges::any_of(change.put, [](const Change::Put& p) {
      return p.after.state == ProfileState::kEnabled &&
             p.after.metadata.profileClass != ProfileClass::kOperational;
    });
  };
  for (const auto& put : change.put) {
    const bool disabled = put.before && put.before->state == ProfileState::kEnabled &&
                          put.after.state == ProfileState::kDisabled;
    if (disabled)
      require(!rule(*put.before, sgp22::kPpr1) || other_class_enabled(), "policy.ppr1", [&] {
        return name_of(card) + " disabled " + text_of(put.before->metadata.iccid) + " in spite of PPR1";
      });
    if (put.before) {
      require(
          put.before->metadata.profilePolicyRules == put.after.metadata.profilePolicyRules, "policy.changed",
          [&] { return name_of(card) + ": the rules of " + text_of(put.after.metadata.iccid) + " changed"; });
      continue;
    }
    const bool any_rule = rule(put.after, sgp22::kPpr1) || rule(put.after, sgp22::kPpr2);
    require(!any_rule || book.rules_allowed, "policy.rat",
            [&] { return name_of(card) + " took a rule that its RAT does not allow"; });
    const bool operational = std::ranges::any_of(book.profiles, [](const auto& p) {
      return p.second.metadata.profileClass == ProfileClass::kOperational;
    });
    require(!rule(put.after, sgp22::kPpr1) || !operational, "policy.ppr1-install",
            [&] { return name_of(card) + " took PPR1 beside another Operational Profile"; });
  }
}

// Law 3: the operation and exactly one notification per addressed recipient become durable together.
void Laws::check_notifications(std::size_t card, const Change& change) {
  auto& book = cards_[card];
  using Key = std::tuple<sgp22::Iccid, int, std::string>;
  std::multiset<Key> owed, made;
  const auto owe = [&](const IsdPRecord& p, int event) {
    for (const auto& address : recipients(p, event)) owed.emplace(p.metadata.iccid, event, address);
  };
  std::set<sgp22::Iccid> installed;
  for (const auto& p : change.gone) owe(p, sgp22::kEventDelete);
  for (const auto& put : change.put) {
    if (!put.before) {
      installed.insert(put.after.metadata.iccid);
      owe(put.after, sgp22::kEventInstall);
    } else if (put.before->state != put.after.state) {
      owe(put.after, put.after.state == ProfileState::kEnabled ? sgp22::kEventEnable : sgp22::kEventDisable);
    }
  }
  std::size_t results = 0;
  for (const auto& [number, n] : change.added) {
    require(book.all.empty() || number > book.all.rbegin()->first, "notification.number",
            [&] { return name_of(card) + " used the sequence number " + std::to_string(number) + " again"; });
    if (!n.installation_result) {
      made.emplace(n.iccid, n.event, n.address);
      continue;
    }
    ++results;
    require(n.success == installed.contains(n.iccid), "notification.result", [&] {
      return name_of(card) + ": the installation result of " + text_of(n.iccid) + " says " +
             (n.success ? "success, and no Profile came" : "failure, and the Profile came");
    });
  }
  require(results == installed.size() || (installed.empty() && results <= 1), "notification.result", [&] {
    return name_of(card) + " installed " + std::to_string(installed.size()) + " Profiles with " +
           std::to_string(results) + " results";
  });
  require(owed == made, "notification.one-each", [&] {
    std::string text = name_of(card) + " owes {";
    for (const auto& [iccid, event, address] : owed)
      text += " " + event_name(event) + " of " + text_of(iccid) + " to " + address;
    text += " } and made {";
    for (const auto& [iccid, event, address] : made)
      text += " " + event_name(event) + " of " + text_of(iccid) + " to " + address;
    return text + " }";
  });
  for (const auto& [number, n] : change.added) book.pending[number] = book.all[number] = n;
}

// Law 3: kept until acknowledged. More than the memory for them takes push out the oldest (section 5.7.9).
void Laws::check_removals(std::size_t card, const Change& change) {
  auto& book = cards_[card];
  for (const auto number : change.removed) {
    const auto found = book.pending.find(number);
    if (found == book.pending.end()) continue;
    const auto same = static_cast<std::size_t>(std::ranges::count_if(book.pending, [&](const auto& n) {
      return n.second.installation_result == found->second.installation_result;
    }));
    const bool pushed = same > card::kNotificationCapacity;
    if (pushed) book.pushed_out.insert(number);
    require(pushed || book.acknowledged.contains(number), "notification.kept", [&] {
      return name_of(card) + " dropped notification " + std::to_string(number) +
             " before its acknowledgement";
    });
    require(pushed || book.removing == number, "notification.removed",
            [&] { return name_of(card) + " removed notification " + std::to_string(number) + " unasked"; });
    book.pending.erase(found);
  }
}

// Law 6: a one-time key that installed a Profile is used up.
void Laws::check_one_time_key(std::size_t card, const Change& change) {
  auto& book = cards_[card];
  for (const auto& put : change.put) {
    if (put.before) continue;
    if (!require(book.prepared.has_value(), "fresh.one-time-key",
                 [&] { return name_of(card) + " installed a Profile without PrepareDownload"; }))
      continue;
    auto& use = euicc_keys_[to_bytes(*book.prepared)];
    require(!use.consumed, "fresh.one-time-key",
            [&] { return name_of(card) + " installed two Profiles with one one-time key"; });
    use.consumed = true;
  }
}

void Laws::card_at_rest(std::size_t card, const card::Nvm& memory) {
  const auto& book = cards_[card];
  for (const auto* prefix : {"isd-r/", "ecasd/"}) {
    const auto keys = memory.keys(prefix);
    const auto record =
        keys.size() == 1 ? der::decode<card::SecurityDomainRecord>(memory.get(keys.front()).value_or(Bytes{}))
                         : Result<card::SecurityDomainRecord>(fail_local("not one"));
    require(record && record->lifeCycle == card::LifeCycle::kPersonalized, "card.domains",
            [&] { return name_of(card) + " has not exactly one " + prefix + " in PERSONALIZED"; });
  }
  require(memory.keys("profile/").size() == book.profiles.size() &&
              memory.keys("package/").size() == book.profiles.size(),
          "card.books", [&] { return name_of(card) + ": profiles and packages do not pair"; });
  for (const std::string_view prefix : {"files/", "file/", "pins/", "aka/", "ota/"})
    for (const auto& key : memory.keys(prefix)) {
      const auto instance = std::stoul(key.substr(prefix.size(), 4), nullptr, 16);
      require(book.profiles.contains(static_cast<std::uint16_t>(instance)), "card.leak",
              [&] { return name_of(card) + " keeps " + key + " of a Profile that is not there"; });
    }
  require(memory.keys("notification/").size() == book.pending.size(), "card.books",
          [&] { return name_of(card) + ": the list of notifications is not the one that was written"; });
}

}  // namespace eider::world
