#include "roles/smdp/es2/functions.hpp"

namespace eider::smdp::es2 {

std::span<const Relay> relays() {
  static const Relay kRelays[] = {get_eis(),
                                  audit_eis(),
                                  update_policy_rules(),
                                  update_subscription_address(),
                                  enable_profile(),
                                  disable_profile(),
                                  delete_profile(),
                                  set_fall_back_attribute(),
                                  set_plma(),
                                  get_plma(),
                                  set_onc(),
                                  get_onc(),
                                  set_emergency_profile_attribute()};
  return kRelays;
}

const Relay* find_relay(FunctionName es2) {
  for (const auto& r : relays())
    if (r.es2 == es2) return &r;
  return nullptr;
}

Result<Profile> own_profile(StoreReader& reader, const EntityId& caller, const Eid& eid, const Iccid& iccid) {
  EIDER_TRY(profile, reader.profile(iccid));
  if (!profile || !(profile->eid == eid)) return refuse(status::kIccidUnknown, iccid_text(iccid));
  if (!(profile->owner == caller)) return refuse(status::kIccidNotAllowed, iccid_text(iccid));
  return *std::move(profile);
}

Status change_profile(Work& w, const Procedure& p, const std::function<void(Profile&)>& edit) {
  if (!p.iccid) return {};
  EIDER_TRY(profile, w.tx.profile(*p.iccid));
  if (!profile) return {};
  edit(*profile);
  return w.tx.put_profile(*profile);
}

namespace {
// When the SM-SR did what it answers; now, if it does not say.
Time done_at(const Work& w, const Procedure& p, std::any& response) {
  const auto* base = row(sgp02::Interface::kEs2, p.function).response.response_base(response);
  return base && base->processingEnd ? *base->processingEnd : w.now;
}
}  // namespace

bool is_overtaken(const Work& w, const Procedure& p, std::any& response, const Profile& profile) {
  return p.answered && done_at(w, p, response) < profile.changed_at;
}

Status change_state(Work& w, const Procedure& p, std::any& response, sgp02::ProfileState to) {
  return change_profile(w, p, [&](Profile& profile) {
    if (is_overtaken(w, p, response, profile)) return;
    profile.state = to;
    profile.changed_at = std::max(profile.changed_at, done_at(w, p, response));
  });
}

void restrict_eis(const EntityId& caller, std::any& response) {
  auto* answer = std::any_cast<sgp02::EisResponse>(&response);
  if (!answer || !answer->eis) return;
  auto& eis = *answer->eis;
  std::erase_if(eis.profileInfos, [&](const auto& p) { return !(p.mnoId == caller); });
  eis.isdR.reset();
  if (!eis.auditTrail) return;
  std::erase_if(eis.auditTrail->records, [&](const auto& r) {
    return !r.iccid ||
           std::ranges::none_of(eis.profileInfos, [&](const auto& p) { return p.iccid == *r.iccid; });
  });
}

}  // namespace eider::smdp::es2
