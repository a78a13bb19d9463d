#include "roles/smdp/es3/notifications.hpp"

#include <set>

#include "base/log.hpp"

namespace eider::smdp::es3 {
namespace {
using sgp02::ProfileState;

// Each report once: by what it says, since it has no identifier.
Result<bool> is_new(Work& w, const EntityId& sender, const Message& message) {
  const sgp02::MessageHeader none;
  const auto text =
      sgp02::soap::encode(none, *message.function, sgp02::MessageKind::kNotification, message.body);
  const auto digest = crypto::sha256(as_bytes(text));
  const auto key = "notification " + to_hex(digest);
  EIDER_TRY(known, w.tx.answered_call(sender, key));
  if (known) return false;
  EIDER_CHECK(w.tx.put_answered_call({sender, key, digest, message.function->id, {}, w.now}));
  return true;
}

// A later report may have overtaken an earlier one.
Status set_state(Work& w, Profile& profile, ProfileState state, Time when) {
  if (when < profile.changed_at) return {};
  profile.state = state;
  profile.changed_at = when;
  return w.tx.put_profile(profile);
}

Status deleted(Work& w, const Profile& profile) {
  EIDER_CHECK(w.tx.remove_keys(profile.iccid));
  EIDER_CHECK(w.tx.remove_profile(profile.iccid));
  Procedure p;
  p.caller = profile.owner;
  p.call_identifier = "deletion of " + iccid_text(profile.iccid);
  p.function = FunctionName::kHandleProfileDeletedNotification;
  p.eid = profile.eid;
  p.iccid = profile.iccid;
  p.smsr = profile.smsr;
  p.answered = true;
  p.step = Step::kSettle;
  p.settle = Settle::kDeleted;
  p.received_at = p.expires_at = w.now;
  p.resume_at = w.now;
  return w.tx.add_procedure(p);
}

template <class T>
Result<bool> about_profile(Work& w, const EntityId& sender, const Message& message,
                           const std::function<Status(Profile&, const T&)>& effect) {
  const auto* n = message.as<T>();
  if (!n) return false;
  EIDER_TRY(profile, w.tx.profile(n->iccid));
  if (!profile || !(profile->eid == n->eid) || !(profile->smsr == sender)) {
    log::warn("smdp",
              "a notification of a Profile that is not managed by its sender: " + iccid_text(n->iccid));
    return true;
  }
  EIDER_TRY(fresh, is_new(w, sender, message));
  if (!fresh) return true;
  const auto owner = profile->owner;
  EIDER_CHECK(effect(*profile, *n));
  EIDER_CHECK(notify(w, owner, message.body));
  return true;
}
template <class T>
Result<bool> passed_on(Work& w, const EntityId& sender, const Message& message) {
  return about_profile<T>(w, sender, message, [](Profile&, const T&) { return Status{}; });
}

// What goes on with a card goes on by way of its new SM-SR; what the old one was asked it may still answer.
Status move_procedures(Work& w, const Eid& eid, const EntityId& to) {
  EIDER_TRY(procedures, w.tx.procedures(eid));
  for (auto& p : procedures) {
    if (p.smsr == to) continue;
    p.smsr = to;
    EIDER_CHECK(w.tx.put_procedure(p));
  }
  return {};
}

// The card is with another SM-SR from now on: its sender.
Result<bool> smsr_change(Work& w, const EntityId& sender, const Message& message) {
  const auto* n = message.as<sgp02::HandleSMSRChangeNotification>();
  if (!n) return false;
  if (!(n->eis.smsrId == sender)) return true;
  EIDER_TRY(fresh, is_new(w, sender, message));
  if (!fresh) return true;
  EIDER_TRY(profiles, w.tx.profiles(n->eis.eid()));
  std::set<EntityId> owners;
  for (auto& profile : profiles) {
    owners.insert(profile.owner);
    profile.smsr = sender;
    // What the SM-SR before has still to say comes too late: the EIS says it.
    const auto& infos = n->eis.profileInfos;
    const auto info = std::ranges::find(infos, profile.iccid, &sgp02::ProfileInfo::iccid);
    if (info != infos.end() && info->state != ProfileState::kCreated &&
        n->completionTimestamp >= profile.changed_at) {
      profile.state = info->state;
      profile.changed_at = n->completionTimestamp;
    }
    EIDER_CHECK(w.tx.put_profile(profile));
  }
  EIDER_CHECK(move_procedures(w, n->eis.eid(), sender));
  for (const auto& owner : owners) {
    auto own = *n;  // of the card's other Profiles nobody hears
    std::erase_if(own.eis.profileInfos, [&](const auto& info) { return !(info.mnoId == owner); });
    own.eis.isdR.reset();
    own.eis.auditTrail.reset();
    EIDER_CHECK(notify(w, owner, own));
  }
  return true;
}

// What an operator allowed others is told to them (SGP.01 section 3.5.20); by way of the SM-DP to one that is
// its operator too.
Result<bool> plma_set(Work& w, const EntityId& sender, const Message& message) {
  const auto* n = message.as<sgp02::HandlePLMASettingNotification>();
  if (!n) return false;
  EIDER_TRY(fresh, is_new(w, sender, message));
  if (fresh) EIDER_CHECK(notify(w, n->plma.m2mSpId, message.body));
  return true;
}
}  // namespace

Status handle_notification(Work& w, const EntityId& sender, const Message& message) {
  using namespace sgp02;
  const auto state = [&](ProfileState to) {
    return [&w, to](Profile& profile, const auto& n) {
      return set_state(w, profile, to, n.completionTimestamp);
    };
  };
  const std::function<Result<bool>()> kinds[] = {
      [&] {
        return about_profile<HandleProfileEnabledNotification>(w, sender, message,
                                                               state(ProfileState::kEnabled));
      },
      [&] {
        return about_profile<HandleProfileDisabledNotification>(w, sender, message,
                                                                state(ProfileState::kDisabled));
      },
      [&] {
        return about_profile<HandleProfileDeletedNotification>(
            w, sender, message, [&](Profile& profile, const auto&) { return deleted(w, profile); });
      },
      [&] {
        return about_profile<HandleProfilePOL2UpdatedNotification>(w, sender, message,
                                                                   [&](Profile& profile, const auto& n) {
                                                                     profile.pol2 = n.pol2.value_or(Pol2{});
                                                                     return w.tx.put_profile(profile);
                                                                   });
      },
      [&] { return passed_on<HandleProfileDownloadedNotification>(w, sender, message); },
      [&] { return passed_on<HandleEmergencyProfileAttributeSetNotification>(w, sender, message); },
      [&] { return passed_on<HandleEmergencyProfileAttributeUnsetNotification>(w, sender, message); },
      [&] { return passed_on<HandleProfileFallBackAttributeSetNotification>(w, sender, message); },
      [&] { return passed_on<HandleProfileFallBackAttributeUnsetNotification>(w, sender, message); },
      [&] { return smsr_change(w, sender, message); },
      [&] { return plma_set(w, sender, message); },
  };
  for (const auto& kind : kinds) {
    EIDER_TRY(was_it, kind());
    if (was_it) return {};
  }
  return {};
}

}  // namespace eider::smdp::es3
