#include "card/inspect.hpp"

#include <set>

#include "card/m2m/isd_p.hpp"
#include "card/persistent_state.hpp"

namespace eider::card {
namespace {
// PersistentState writes only in commit(), which is never called here.
class ReadOnly final : public Nvm {
 public:
  explicit ReadOnly(const Nvm& nvm) : nvm_(nvm) {}
  std::optional<Bytes> get(std::string_view key) const override { return nvm_.get(key); }
  std::vector<std::string> keys(std::string_view prefix) const override { return nvm_.keys(prefix); }
  Status commit(const NvmBatch&) override { return fail_local("this view of a card is read-only"); }

 private:
  const Nvm& nvm_;
};

Result<std::vector<SecurityDomainRecord>> domains(const Nvm& nvm, std::string_view prefix) {
  std::vector<SecurityDomainRecord> out;
  for (const auto& key : nvm.keys(prefix)) {
    EIDER_TRY(record, der::decode<SecurityDomainRecord>(*nvm.get(key)));
    out.push_back(std::move(record));
  }
  return out;
}

M2mView m2m_view(const PersistentState& state) {
  const auto& m = *state.m2m;
  const auto aid = [](std::optional<std::uint16_t> instance) {
    return instance ? Aid::from(sgp22::isd_p_aid(*instance)) : std::nullopt;
  };
  M2mView out;
  out.active = state.m2m_active();
  if (m.smsAddress && m.smsAddress->size() > 1)
    out.sms_address = "+" + bcd_decode(ByteView(*m.smsAddress).subspan(1), true).value_or("?");
  for (const auto& k : m.keys)
    if (std::ranges::find(out.key_versions, k.keyVersion) == out.key_versions.end())
      out.key_versions.push_back(k.keyVersion);
  for (const auto& [instance, isd_p] : state.isd_ps)
    out.isd_ps.push_back({*aid(instance), m2m::life_cycle(state, isd_p), isd_p.pol1, isd_p.granted});
  out.fallback = aid(m.fallback);
  out.emergency = aid(m.emergency);
  out.pinned = aid(m.pinned);
  out.declared = m.declared;
  out.change = m.change;
  out.notice = m.notice;
  return out;
}
}  // namespace

Result<CardView> inspect(const Nvm& nvm) {
  ReadOnly memory(nvm);
  PersistentState state(memory);
  EIDER_CHECK(state.load());
  CardView view;
  view.eid = state.personalisation.eid;
  EIDER_TRY(isd_rs, domains(nvm, "isd-r/"));
  EIDER_TRY(ecasds, domains(nvm, "ecasd/"));
  view.isd_rs = std::move(isd_rs);
  view.ecasds = std::move(ecasds);
  for (const auto& [instance, p] : state.profiles)
    view.profiles.push_back({p.metadata.iccid, p.aid(), p.state, p.metadata, p.nickname, p.preloaded,
                             p.memory, state.profile_package(instance)->size()});
  for (const auto& [number, record] : state.notifications) {
    EIDER_TRY(metadata, der::decode<sgp22::NotificationMetadata>(record.metadata.der));
    view.notifications.push_back({std::move(metadata), record.installationResult});
  }
  view.next_sequence_number = state.isd_r.nextSequenceNumber;
  view.default_smdp_address = state.isd_r.defaultDpAddress;
  view.root_smds_address = state.personalisation.rootDsAddress;
  for (const auto& ci : state.personalisation.ciPublicKeys)
    view.verification_cis.push_back(ci.subjectKeyIdentifier);
  for (const auto& c : state.personalisation.credentials) view.signing_cis.push_back(c.ciPKId);
  view.memory = state.personalisation.nonVolatileMemory;
  view.free_memory = free_memory(state);
  view.one_time_keys = state.one_time_keys.keys.size();
  view.switch_pending = state.isd_r.pendingSwitch.has_value();
  view.memory_reset_pending = state.isd_r.pendingMemoryReset.has_value();
  view.loading = state.loading.has_value();
  view.previous_operational = state.isd_r.previousOperational;
  if (state.m2m) view.m2m = m2m_view(state);
  return view;
}

Result<Bytes> profile_package(const Nvm& nvm, const Iccid& iccid) {
  ReadOnly memory(nvm);
  PersistentState state(memory);
  EIDER_CHECK(state.load());
  const auto* profile = state.find(iccid);
  if (!profile) return fail_local("the card has no profile with ICCID " + sgp22::iccid_digits(iccid));
  return *state.profile_package(profile->instance);
}

Status check_laws(const CardView& card) {
  const auto one_personalized = [](const auto& list) {
    return list.size() == 1 && list.front().lifeCycle == LifeCycle::kPersonalized;
  };
  if (!one_personalized(card.isd_rs)) return fail_local("there must be exactly one ISD-R, PERSONALIZED");
  if (!one_personalized(card.ecasds)) return fail_local("there must be exactly one ECASD, PERSONALIZED");
  std::set<Bytes> iccids, aids;
  int enabled = 0;
  std::uint64_t used = 0;
  for (const auto& p : card.profiles) {
    enabled += p.state == sgp22::ProfileState::kEnabled;
    used += p.memory;
    if (!iccids.insert(to_bytes(p.iccid)).second) return fail_local("an ICCID is there twice");
    if (!aids.insert(to_bytes(p.aid)).second) return fail_local("an AID is there twice");
  }
  if (enabled > 1) return fail_local("more than one profile is enabled");
  if (used > card.memory) return fail_local("profiles take more memory than there is");
  for (const auto& n : card.notifications)
    if (n.metadata.seqNumber < 1 || n.metadata.seqNumber >= card.next_sequence_number)
      return fail_local("a notification has a sequence number that was not given out");
  if (card.m2m && card.m2m->active) {
    const auto enabled_ones = std::ranges::count(card.m2m->isd_ps, 0x3F, &IsdPView::life_cycle);
    if (enabled_ones != enabled) return fail_local("an enabled Profile without its ISD-P");
    for (const auto& attribute : {card.m2m->fallback, card.m2m->emergency})
      if (attribute &&
          std::ranges::find(card.m2m->isd_ps, *attribute, &IsdPView::aid) == card.m2m->isd_ps.end())
        return fail_local("an attribute is on an ISD-P that is not there");
  }
  return {};
}

}  // namespace eider::card
