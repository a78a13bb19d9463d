// ES2+.CancelOrder, SGP.22 v2.6.1 section 5.3.3.
#include "roles/smdpp/es2plus/functions.hpp"

namespace eider::smdpp::es2plus {
namespace {

Status check_association(const Order& order, const es2::CancelOrderRequest& request,
                         const std::optional<Eid>& eid) {
  if (eid && order.eid != eid) return refuse(status::kIccidInvalidAssociation, *request.eid);
  // An EID that a download linked is not the operator's to know.
  if (!eid && order.eid && order.eid_from_operator) return refuse(status::kEidMissing);
  if (request.matchingId.value_or("") != order.matching_id.value_or(""))
    return refuse(status::kMatchingIdInvalidAssociation, request.matchingId.value_or(""));
  return {};
}

}  // namespace

Result<es2::CancelOrderResponse> cancel_order(Context& context, const Call& call,
                                              const es2::CancelOrderRequest& request) {
  EIDER_TRY(iccid, read_iccid(request.iccid));
  EIDER_TRY(eid, read_eid(request.eid));
  const bool to_available = request.finalProfileStatusIndicator == "Available";
  if (!to_available && request.finalProfileStatusIndicator != "Unavailable")
    return refuse(status::kFormatInvalid, "finalProfileStatusIndicator", request.finalProfileStatusIndicator);
  const es2::CancelOrderResponse answer{sgp22::ResponseHeader{}};
  EIDER_CHECK(context.store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(profile, own_profile(tx, call.caller, iccid));
    if (profile.state == ProfileState::kDownloaded || profile.state == ProfileState::kInstalled)
      return refuse(status::kIccidInUse, request.iccid, "the Profile was downloaded");
    if (!profile.order) return advance(profile, ProfileEvent::kCancelToAvailable, context.clock.now());
    EIDER_CHECK(check_association(*profile.order, request, eid));
    if (to_available && profile.order->maybe_installed)
      return refuse(status::kIccidInUse, request.iccid, "a package was delivered and its fate is unknown");
    EIDER_CHECK(withdraw_event(tx, context, profile));
    EIDER_CHECK(advance(profile,
                        to_available ? ProfileEvent::kCancelToAvailable : ProfileEvent::kCancelToUnavailable,
                        context.clock.now()));
    profile.order.reset();
    EIDER_CHECK(tx.remove_kept_bpp(iccid));
    EIDER_CHECK(tx.put_profile(profile));
    return remember(context, tx, call, answer);
  }));
  return answer;
}

}  // namespace eider::smdpp::es2plus
