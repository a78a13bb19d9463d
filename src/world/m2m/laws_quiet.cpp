// When nothing goes wrong any more and everything has been said: what servers believe is what is.
#include "spec/sgp22/aids.hpp"
#include "world/m2m/laws.hpp"

namespace eider::world::m2m {
namespace {
using sgp22::ProfileState;

std::string iccid_text(const sgp02::Iccid& iccid) {
  return sgp22::iccid_digits(iccid);
}
std::uint16_t instance_in(const sgp02::Aid& aid) {
  return static_cast<std::uint16_t>(aid[13] << 8 | aid[14]);
}
smsr::ProfileState state_on_card(const CardBook& book, std::uint16_t instance) {
  const auto it = book.profiles.find(instance);
  if (it == book.profiles.end()) return smsr::ProfileState::kCreated;
  return it->second.state == ProfileState::kEnabled ? smsr::ProfileState::kEnabled
                                                    : smsr::ProfileState::kDisabled;
}
}  // namespace

void Laws::quiet_card(std::size_t card, const std::vector<smsr::MemoryStore*>& smsrs,
                      smdp::MemoryStore& smdp) {
  const auto& book = cards_[card];
  require(!book.state.change && !book.state.notice && book.state.declared, "quiet.notice",
          [&] { return name_of_card(card) + " still waits for a confirmation"; });
  std::optional<std::size_t> manager;
  std::size_t managers = 0;
  for (std::size_t n = 0; n < smsrs.size(); ++n)
    (void)smsrs[n]->read([&](smsr::StoreReader& reader) -> Status {
      EIDER_TRY(euicc, reader.euicc(book.eid));
      if (euicc) manager = n, ++managers;
      return {};
    });
  if (!require(managers == 1, "quiet.manager",
               [&] { return name_of_card(card) + " is managed by " + std::to_string(managers) + " SM-SRs"; }))
    return;
  const auto read = smsrs[*manager]->read([&](smsr::StoreReader& reader) -> Status {
    EIDER_CHECK(quiet_eis(card, reader));
    return quiet_keys(card, *manager, reader);
  });
  require(read.has_value(), "quiet.store", [&] { return read.error().message(); });
  quiet_smdp(card, *manager, smdp);
}

// Law 5: the EIS is the card.
Status Laws::quiet_eis(std::size_t card, smsr::StoreReader& reader) {
  const auto& book = cards_[card];
  EIDER_TRY(profiles, reader.profiles(book.eid));
  std::set<std::uint16_t> known;
  for (const auto& p : profiles) {
    const auto instance = instance_in(p.isdp_aid);
    known.insert(instance);
    const auto text = [&](const std::string& what) {
      return name_of_card(card) + ": " + iccid_text(p.iccid) + " is " + std::string(to_string(p.state)) +
             " in the EIS" + what;
    };
    if (!require(book.isd_ps.contains(instance), "quiet.eis", [&] { return text(", and not on the card"); }))
      continue;
    const auto state = state_on_card(book, instance);
    // One that is installed, and whose SM-DP lost the card from sight before it could say so.
    const bool abandoned = p.state == smsr::ProfileState::kCreated && abandoned_.contains(p.iccid);
    require(p.state == state || abandoned, "quiet.eis",
            [&] { return text(" and " + std::string(to_string(state)) + " on the card"); });
    if (const auto it = book.profiles.find(instance); it != book.profiles.end())
      require(it->second.metadata.iccid == p.iccid, "quiet.eis",
              [&] { return text(", where the card has " + iccid_text(it->second.metadata.iccid)); });
    require(p.fallback == (book.state.fallback == instance), "quiet.fallback", [&] {
      return text(p.fallback ? " with the fall-back attribute" : " without the fall-back attribute");
    });
    require(p.emergency == (book.state.emergency == instance), "quiet.emergency",
            [&] { return text(p.emergency ? " as emergency Profile" : ", not as emergency Profile"); });
  }
  for (const auto& [instance, isd_p] : book.isd_ps)
    require(known.contains(instance), "quiet.eis", [&] {
      const auto it = book.profiles.find(instance);
      return name_of_card(card) + " has an ISD-P " + std::to_string(instance) +
             " that the EIS does not have" +
             (it == book.profiles.end() ? std::string() : ", with " + iccid_text(it->second.metadata.iccid));
    });
  return {};
}

// The manager has the keys of the card, counts above it, and is the one that the card knows.
Status Laws::quiet_keys(std::size_t card, std::size_t manager, smsr::StoreReader& reader) {
  const auto& book = cards_[card];
  EIDER_TRY(euicc, reader.euicc(book.eid));
  EIDER_TRY(sets, reader.key_sets(book.eid));
  const auto name = name_of_card(card) + " and SM-SR " + std::to_string(manager);
  require(std::ranges::find(sets, euicc->scp80_version, &smsr::CardKeys::version) != sets.end(), "quiet.keys",
          [&] { return name + ": the key set in use is not there"; });
  for (const auto& set : sets)
    for (const auto& key : set.keys) {
      const auto* own = card::m2m::find_key(book.state.keys, set.version, key.identifier);
      require(own && equal(own->value.view(), key.value.view()), "quiet.keys", [&] {
        return name + " do not have the same key " + std::to_string(set.version) + "/" +
               std::to_string(key.identifier);
      });
    }
  // A change of the SM-SR that failed may have left its key set behind, and the EIS says so.
  EIDER_TRY(document, reader.document(book.eid));
  const auto listed = [&](std::uint8_t version) {
    return document && std::ranges::find(document->isd_r.keySets, version, &sgp02::KeySet::version) !=
                           document->isd_r.keySets.end();
  };
  for (const auto& key : book.state.keys)
    require(listed(key.keyVersion), "quiet.keys", [&] {
      return name + ": the card has a key set " + std::to_string(key.keyVersion) + " of somebody else";
    });
  for (const auto& set : sets) {
    const auto it = book.counters.find(set.version);
    if (set.type != smsr::KeySetType::kScp80 || it == book.counters.end()) continue;
    require(it->second <= set.counter, "quiet.counter",
            [&] { return name + ": the card has counted further than its SM-SR"; });
  }
  return {};
}

// What the SM-DP keeps of Profiles that it installed.
void Laws::quiet_smdp(std::size_t card, std::size_t manager, smdp::MemoryStore& smdp) {
  const auto& book = cards_[card];
  std::vector<smdp::Profile> kept;
  (void)smdp.read([&](smdp::StoreReader& reader) -> Status {
    EIDER_TRY(profiles, reader.profiles(book.eid));
    kept = std::move(profiles);
    return {};
  });
  for (const auto& [instance, p] : book.profiles) {
    if (!stock_.contains(p.metadata.iccid)) continue;  // of the EUM
    const auto it = std::ranges::find(kept, p.metadata.iccid, &smdp::Profile::iccid);
    if (!require(it != kept.end(), "quiet.smdp", [&] {
          return name_of_card(card) + " has " + iccid_text(p.metadata.iccid) +
                 ", of which the SM-DP knows nothing";
        }))
      continue;
    if (direct_.contains(it->owner) || abandoned_.contains(it->iccid)) continue;
    require(it->smsr == foundry_.smsrs[manager].party.id, "quiet.smdp-manager", [&] {
      return "the SM-DP looks for " + iccid_text(p.metadata.iccid) + " at " + it->smsr.dotted();
    });
    const bool enabled = p.state == ProfileState::kEnabled;
    if (enabled && silenced_.contains(it->owner)) continue;
    require((it->state == sgp02::ProfileState::kEnabled) == enabled, "quiet.smdp-state", [&] {
      return "the SM-DP does not know that " + iccid_text(p.metadata.iccid) + " is " +
             (enabled ? "enabled" : "disabled");
    });
  }
  for (const auto& p : kept)
    require(direct_.contains(p.owner) || installed_on_.contains(p.iccid), "quiet.smdp", [&] {
      return "the SM-DP keeps " + iccid_text(p.iccid) + ", which " + name_of_card(card) + " does not have";
    });
}

void Laws::quiet_stock(smdpp::MemoryStore&) {
  using S = smdpp::ProfileState;
  for (const auto& [iccid, p] : stock_) {
    const bool on_card = installed_on_.contains(iccid);
    require(!on_card || p.state == S::kInstalled || abandoned_.contains(iccid), "quiet.stock", [&] {
      return iccid_text(iccid) + " is on a card, and " + std::string(to_string(p.state)) +
             " in the inventory";
    });
    require(on_card || p.state != S::kPushed || abandoned_.contains(iccid), "stock.burned",
            [&] { return iccid_text(iccid) + " is on no card, and still reserved"; });
  }
}

}  // namespace eider::world::m2m
