// ES2+.ReleaseProfile, SGP.22 v2.6.1 section 5.3.4.
#include "roles/smdpp/es2plus/functions.hpp"

namespace eider::smdpp::es2plus {

Result<es2::ReleaseProfileResponse> release_profile(Context& context, const Call& call,
                                                    const es2::ReleaseProfileRequest& request) {
  EIDER_TRY(iccid, read_iccid(request.iccid));
  std::optional<Profile> found;
  EIDER_CHECK(context.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(profile, own_profile(reader, call.caller, iccid));
    found = std::move(profile);
    return {};
  }));
  const es2::ReleaseProfileResponse success{sgp22::ResponseHeader{}};
  if (found->state == ProfileState::kReleased) {
    EIDER_CHECK(
        context.store.write([&](StoreTransaction& tx) { return remember(context, tx, call, success); }));
    return success;
  }
  Profile trial = *found;
  EIDER_CHECK(advance(trial, ProfileEvent::kReleaseProfile, context.clock.now()));
  EIDER_CHECK(release(context, *found, [&](StoreTransaction& tx, Profile& profile) -> Status {
    EIDER_CHECK(advance(profile, ProfileEvent::kReleaseProfile, context.clock.now()));
    EIDER_CHECK(tx.put_profile(profile));
    return remember(context, tx, call, success);
  }));
  return success;
}

}  // namespace eider::smdpp::es2plus
