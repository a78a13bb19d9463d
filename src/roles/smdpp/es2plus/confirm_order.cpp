// ES2+.ConfirmOrder, SGP.22 v2.6.1 section 5.3.2: MatchingID, Confirmation Code, SM-DS, release.
#include "roles/smdpp/es2plus/functions.hpp"

namespace eider::smdpp::es2plus {
namespace {

// Only what the request says of itself.
Status check_request(const es2::ConfirmOrderRequest& request) {
  constexpr std::string_view kAllowed = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-";
  if (!request.matchingId) return {};
  if (request.matchingId->find_first_not_of(kAllowed) != std::string::npos ||
      request.matchingId->size() > 200)
    return refuse(status::kMatchingIdInvalid, *request.matchingId);
  if (request.matchingId->empty() && request.smdsAddress.value_or("") != "")
    return refuse(status::kMatchingIdInvalid, {}, "an SM-DS event needs a MatchingID");
  return {};
}

Status fill_order(Context& context, StoreReader& reader, Profile& profile,
                  const es2::ConfirmOrderRequest& request, const std::optional<Eid>& eid) {
  auto& order = *profile.order;
  if (eid && order.eid && !(*eid == *order.eid)) return refuse(status::kEidInvalidAssociation, *request.eid);
  if (eid) {
    order.eid = eid;
    order.eid_from_operator = true;
  }
  order.smds_address = request.smdsAddress.value_or("");
  const bool needs_eid = !order.smds_address.empty() || (request.matchingId && request.matchingId->empty());
  if (needs_eid && !order.eid) return refuse(status::kEidMissing);
  order.matching_id = request.matchingId ? *request.matchingId : new_matching_id(context.random);
  if (!order.matching_id->empty()) {
    EIDER_TRY(other, reader.profile_by_matching_id(*order.matching_id));
    if (other && !(other->iccid == profile.iccid))
      return refuse(status::kMatchingIdInUse, *order.matching_id);
  }
  if (request.confirmationCode && !request.confirmationCode->empty())
    order.confirmation_code_hash = crypto::sha256(as_bytes(*request.confirmationCode));
  EIDER_TRY(type, type_of(reader, profile));
  if (type.order_lifetime) order.expires_at = context.clock.now() + *type.order_lifetime;
  return {};
}

es2::ConfirmOrderResponse answer_of(Context& context, const Profile& profile, const ProfileType& type) {
  es2::ConfirmOrderResponse answer;
  answer.header.emplace();
  const auto& order = *profile.order;
  if (order.eid) answer.eid = sgp22::eid_digits(*order.eid);
  answer.matchingId = order.matching_id;
  answer.smdpAddress = type.smdp_address.empty() ? context.config.addresses.front() : type.smdp_address;
  return answer;
}

}  // namespace

Result<es2::ConfirmOrderResponse> confirm_order(Context& context, const Call& call,
                                                const es2::ConfirmOrderRequest& request) {
  EIDER_TRY(iccid, read_iccid(request.iccid));
  EIDER_TRY(eid, read_eid(request.eid));
  EIDER_CHECK(check_request(request));
  const auto event = request.releaseFlag ? ProfileEvent::kConfirmAndRelease : ProfileEvent::kConfirmOrder;
  std::optional<Profile> prepared;
  ProfileType type;
  EIDER_CHECK(context.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(profile, own_profile(reader, call.caller, iccid));
    Profile trial = profile;
    EIDER_CHECK(advance(trial, event, context.clock.now()));
    EIDER_CHECK(fill_order(context, reader, profile, request, eid));
    EIDER_TRY(found, type_of(reader, profile));
    type = std::move(found);
    prepared = std::move(profile);
    return {};
  }));
  es2::ConfirmOrderResponse answer;
  const auto commit = [&](StoreTransaction& tx, Profile& profile) -> Status {
    if (const auto& id = *profile.order->matching_id; !id.empty()) {
      EIDER_TRY(other, tx.profile_by_matching_id(id));
      if (other && !(other->iccid == iccid)) return refuse(status::kMatchingIdInUse, id);
    }
    EIDER_CHECK(advance(profile, event, context.clock.now()));
    EIDER_CHECK(tx.put_profile(profile));
    answer = answer_of(context, profile, type);
    return remember(context, tx, call, answer);
  };
  if (request.releaseFlag) {
    EIDER_CHECK(release(context, *prepared, commit));
  } else {
    EIDER_CHECK(context.store.write([&](StoreTransaction& tx) -> Status {
      EIDER_TRY(same, unchanged(tx, *prepared));
      if (!same) return refuse(status::kIccidInUse, request.iccid, "changed by another request");
      return commit(tx, *prepared);
    }));
  }
  return answer;
}

}  // namespace eider::smdpp::es2plus
