// ES2+.DownloadOrder, SGP.22 v2.6.1 section 5.3.1: reserves a Profile.
#include "roles/smdpp/es2plus/functions.hpp"

namespace eider::smdpp::es2plus {
namespace {

// The given ICCID or any Available one of the type.
Result<Profile> choose(StoreReader& reader, const Operator& caller, const std::optional<Iccid>& iccid,
                       const std::optional<std::string>& type_name) {
  std::optional<Profile> profile;
  if (iccid) {
    EIDER_TRY(own, own_profile(reader, caller, *iccid));
    profile = std::move(own);
  }
  if (type_name) {
    EIDER_TRY(type, reader.profile_type(*type_name));
    if (!type) return refuse(status::kProfileTypeUnknown, *type_name);
    if (type->owner != caller.id) return refuse(status::kProfileTypeNotAllowed, *type_name);
    if (profile && profile->type != *type_name) return refuse(status::kProfileTypeRefused, *type_name);
  }
  if (profile) {
    if (profile->state != ProfileState::kAvailable)
      return refuse(status::kIccidInUse, sgp22::iccid_digits(*iccid));
    return *std::move(profile);
  }
  EIDER_TRY(available, reader.available_of_type(*type_name));
  if (!available) return refuse(status::kProfileTypeUnavailable, *type_name);
  return *std::move(available);
}

}  // namespace

Result<es2::DownloadOrderResponse> download_order(Context& context, const Call& call,
                                                  const es2::DownloadOrderRequest& request) {
  const auto given = [](const auto& text) { return text && !text->empty(); };
  if (!given(request.iccid) && !given(request.profileType))
    return refuse(status::kProfileTypeConditionalMissing);
  EIDER_TRY(eid, read_eid(request.eid));
  std::optional<Iccid> iccid;
  if (given(request.iccid)) {
    EIDER_TRY(parsed, read_iccid(*request.iccid));
    iccid = parsed;
  }
  const auto type = given(request.profileType) ? request.profileType : std::nullopt;
  es2::DownloadOrderResponse answer;
  answer.header.emplace();
  EIDER_CHECK(context.store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(profile, choose(tx, call.caller, iccid, type));
    const auto now = context.clock.now();
    EIDER_CHECK(
        advance(profile, eid ? ProfileEvent::kDownloadOrderWithEid : ProfileEvent::kDownloadOrder, now));
    Order order;
    order.eid = eid;
    order.eid_from_operator = eid.has_value();
    order.ordered_at = now;
    profile.order = std::move(order);
    profile.on_card = OnCardState::kUnknown;
    answer.iccid = iccid ? *request.iccid : sgp22::iccid_digits(profile.iccid);
    EIDER_CHECK(tx.put_profile(profile));
    return remember(context, tx, call, answer);
  }));
  return answer;
}

}  // namespace eider::smdpp::es2plus
