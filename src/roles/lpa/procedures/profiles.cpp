#include "roles/lpa/procedures/profiles.hpp"

#include <algorithm>

#include "roles/lpa/es10c.hpp"
#include "spec/sgp22/result_codes.hpp"

namespace eider::lpa {
using namespace sgp22;
namespace {

using Switch = Status (*)(Es10Client&, const ProfileIdentifier&, bool refreshFlag);

Result<ProfileIdentifier> identifier(const ProfileInfo& profile) {
  if (profile.iccid) return ProfileIdentifier{*profile.iccid};
  if (profile.isdpAid) return ProfileIdentifier{*profile.isdpAid};
  return fail_local("the card gives neither ICCID nor AID of this Profile");
}

bool worth_another_way(const Fault& fault) {
  if (fault.as<StatusWord>()) return true;
  const auto* e = fault.as<Es10Fault>();
  return e && (e->code == result_code::kCatBusy || e->code == result_code::kUndefinedError ||
               e->code == result_code::kIccidOrAidNotFound);
}

// Cards and readers without working REFRESH refuse refreshFlag, and some find a Profile by its AID only. The
// first refusal is what the user should read.
Status switch_profile(Lpa& lpa, Switch function, const ProfileInfo& profile) {
  EIDER_TRY(id, identifier(profile));
  auto first = function(lpa.card, id, true);
  if (first || !worth_another_way(first.error())) return first;
  if (function(lpa.card, id, false)) return {};
  if (profile.iccid && profile.isdpAid && function(lpa.card, ProfileIdentifier{*profile.isdpAid}, false))
    return {};
  return first;
}

Result<bool> has_state(Lpa& lpa, const ProfileInfo& profile, ProfileState wanted) {
  auto profiles = es10c::get_profiles_info(lpa.card);
  if (!profiles) {
    const auto* sw = profiles.error().as<StatusWord>();
    if (sw && sw->sw == 0x6985) return false;  // a REFRESH is pending
    return tl::unexpected<Fault>(std::move(profiles).error());
  }
  const auto found = std::ranges::find_if(
      *profiles, [&](const ProfileInfo& p) { return p.iccid && p.iccid == profile.iccid; });
  return found != profiles->end() && found->profileState == wanted;
}

Result<OperationResult> change_state(Lpa& lpa, Switch function, const ProfileInfo& profile,
                                     ProfileState wanted) {
  lpa.ui.progress(Step::kEnable, 0, 0);
  EIDER_CHECK(switch_profile(lpa, function, profile));
  OperationResult out;
  EIDER_TRY(refreshed, lpa.card.settle());
  out.card_reset = refreshed;
  auto done = has_state(lpa, profile, wanted);
  // A modem may carry out the REFRESH while the card is asked: the session goes with it.
  const bool cut_off = !done && lpa.card.in_modem();
  if (!done && !cut_off) return fail(std::move(done).error());
  if (cut_off || (!*done && !refreshed)) {
    // Accepted, but without a terminal session nobody performed the REFRESH: the reset does.
    EIDER_CHECK(lpa.card.restart());
    out.card_reset = true;
    done = has_state(lpa, profile, wanted);
    if (!done) return fail(std::move(done).error());
  }
  if (!*done)
    return fail_local("the card accepted the change but did not carry it out",
                      "Remove the card from its reader, insert it again and list its Profiles.");
  lpa.ui.progress(Step::kEnable, 1, 1);
  out.notifications = deliver_after_operation(lpa);
  return out;
}

std::size_t utf8_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}
}  // namespace

Result<std::vector<ProfileInfo>> list_profiles(Lpa& lpa, bool icons) {
  return es10c::get_profiles_info(lpa.card, icons);
}

Result<ProfileInfo> find_profile(Lpa& lpa, std::string_view which) {
  EIDER_TRY(profiles, list_profiles(lpa));
  const auto iccid = parse_iccid(which);
  const auto aid = from_hex(which);
  const auto pick = [&](auto fits) {
    std::vector<const ProfileInfo*> found;
    for (const auto& p : profiles)
      if (fits(p)) found.push_back(&p);
    return found;
  };
  auto found = pick([&](const ProfileInfo& p) {
    return (iccid && p.iccid == iccid) || (aid && p.isdpAid && equal(p.isdpAid->view(), *aid));
  });
  if (found.empty()) found = pick([&](const ProfileInfo& p) { return p.profileNickname == which; });
  if (found.empty()) found = pick([&](const ProfileInfo& p) { return p.profileName == which; });
  if (found.size() == 1) return *found.front();
  if (found.empty())
    return fail_local("the card has no Profile " + std::string(which),
                      "Name it by ICCID, AID, nickname or name as the list of Profiles shows it.");
  return fail_local(std::to_string(found.size()) + " Profiles are called " + std::string(which),
                    "Name the one you mean by its ICCID.");
}

Result<OperationResult> enable_profile(Lpa& lpa, const ProfileInfo& profile) {
  return change_state(lpa, &es10c::enable_profile, profile, ProfileState::kEnabled);
}

Result<OperationResult> disable_profile(Lpa& lpa, const ProfileInfo& profile) {
  return change_state(lpa, &es10c::disable_profile, profile, ProfileState::kDisabled);
}

Result<OperationResult> delete_profile(Lpa& lpa, const ProfileInfo& profile) {
  EIDER_TRY(id, identifier(profile));
  auto deleted = es10c::delete_profile(lpa.card, id);
  if (!deleted && worth_another_way(deleted.error()) && profile.iccid && profile.isdpAid) {
    auto by_aid = es10c::delete_profile(lpa.card, ProfileIdentifier{*profile.isdpAid});
    if (by_aid) deleted = by_aid;
  }
  EIDER_CHECK(deleted);
  OperationResult out;
  EIDER_TRY(reset, lpa.card.settle());
  out.card_reset = reset;
  out.notifications = deliver_after_operation(lpa);
  return out;
}

Status set_nickname(Lpa& lpa, const ProfileInfo& profile, std::string_view nickname) {
  if (!profile.iccid) return fail_local("the card does not give the ICCID of this Profile");
  if (utf8_characters(nickname) > 64)
    return fail_local("a nickname has at most 64 characters", "Choose a shorter one.");
  return es10c::set_nickname(lpa.card, *profile.iccid, nickname);
}

}  // namespace eider::lpa
