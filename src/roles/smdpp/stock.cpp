#include "roles/smdpp/stock.hpp"

#include "roles/smdpp/context.hpp"
#include "roles/smdpp/inventory.hpp"
#include "roles/smdpp/subscriber.hpp"

namespace eider::smdpp {
namespace {

// What an order got is kept as an answered call is, under a caller that no operator can be.
constexpr char kCaller[] = "push";
Digest reservation_key(const std::string& order) {
  return digest_of(as_bytes("push/" + order));
}
Result<std::optional<Profile>> reserved_by(StoreReader& reader, const std::string& order) {
  EIDER_TRY(call, reader.answered_call(reservation_key(order)));
  if (!call) return std::optional<Profile>{};
  const auto iccid = Iccid::from(call->answer);
  if (!iccid) return fail_local("a reservation in the store cannot be read");
  return reader.profile(*iccid);
}

Result<Operator> operator_of(StoreReader& reader, const std::string& oid) {
  EIDER_TRY(all, reader.operators());
  for (auto& op : all)
    if (op.requester_identifier == oid) return std::move(op);
  return refuse(status::kIccidNotAllowed, oid, "the operator has no Profiles in the inventory");
}

// The given ICCID or any Available one of the type.
Result<Profile> choose(StoreReader& reader, const Operator& owner, const server::Reservation& r) {
  std::optional<Profile> profile;
  if (r.iccid) {
    EIDER_TRY(found, reader.profile(*r.iccid));
    const auto digits = sgp22::iccid_digits(*r.iccid);
    if (!found) return refuse(status::kIccidUnknown, digits);
    if (found->owner != owner.id) return refuse(status::kIccidNotAllowed, digits);
    profile = std::move(found);
  }
  if (r.type) {
    EIDER_TRY(type, reader.profile_type(*r.type));
    if (!type) return refuse(status::kProfileTypeUnknown, *r.type);
    if (type->owner != owner.id) return refuse(status::kProfileTypeNotAllowed, *r.type);
    if (profile && profile->type != *r.type) return refuse(status::kProfileTypeRefused, *r.type);
  }
  if (profile) {
    if (profile->state != ProfileState::kAvailable)
      return refuse(status::kIccidInUse, sgp22::iccid_digits(*r.iccid));
    return *std::move(profile);
  }
  if (!r.type) return refuse(status::kProfileTypeConditionalMissing);
  EIDER_TRY(available, reader.available_of_type(*r.type));
  if (!available) return refuse(status::kProfileTypeUnavailable, *r.type);
  return *std::move(available);
}

// IMSI and MSISDN: those of the subscriber, else what the package installs.
Status add_address(StoreReader& reader, const Profile& profile, server::StockProfile& out) {
  if (!profile.template_name.empty()) {
    EIDER_TRY(subscriber, decode_subscriber(profile.personalisation));
    if (!subscriber.imsi.empty()) out.imsi = subscriber.imsi;
    out.msisdn = subscriber.msisdn;
    return {};
  }
  EIDER_TRY(package, reader.package(profile.iccid));
  if (!package) return {};
  const auto facts = inspect_package(*package);
  if (facts && !facts->imsi.empty()) out.imsi = facts->imsi;
  return {};
}

Result<server::StockProfile> describe(StoreReader& reader, const Profile& profile, const std::string& owner) {
  server::StockProfile out;
  out.iccid = profile.iccid;
  out.type = profile.type;
  out.owner = owner;
  out.profile_major = profile.requirements.profile_major;
  out.profile_minor = profile.requirements.profile_minor;
  out.size = profile.requirements.size_octets;
  EIDER_CHECK(add_address(reader, profile, out));
  return out;
}

}  // namespace

Result<server::StockProfile> Stock::reserve(const server::Reservation& r) {
  std::optional<server::StockProfile> out;
  EIDER_CHECK(store_.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(owner, operator_of(tx, r.owner));
    EIDER_TRY(before, reserved_by(tx, r.order));
    if (before && before->state == ProfileState::kPushed && before->order && before->order->eid == r.eid) {
      EIDER_TRY(same, describe(tx, *before, r.owner));
      out = std::move(same);
      return {};
    }
    EIDER_TRY(profile, choose(tx, owner, r));
    const auto now = clock_.now();
    apply(profile, ProfileEvent::kPushReserved, now);
    Order order;
    order.eid = r.eid;
    order.eid_from_operator = true;
    order.maybe_installed = true;  // until the SM-DP says that it is not
    order.ordered_at = now;
    profile.order = std::move(order);
    profile.on_card = OnCardState::kUnknown;
    EIDER_CHECK(tx.put_profile(profile));
    EIDER_CHECK(tx.put_answered_call({reservation_key(r.order), kCaller, {}, to_bytes(profile.iccid), now}));
    EIDER_TRY(taken, describe(tx, profile, r.owner));
    out = std::move(taken);
    return {};
  }));
  return *std::move(out);
}

Result<Secret> Stock::package(const Iccid& iccid) {
  std::optional<Secret> out;
  EIDER_CHECK(store_.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(profile, reader.profile(iccid));
    if (!profile) return refuse(status::kIccidUnknown, sgp22::iccid_digits(iccid));
    EIDER_TRY(loaded, load_package(reader, templates_, *profile));
    out = std::move(loaded);
    return {};
  }));
  return *std::move(out);
}

// Of the order that has it, and only once.
Status Stock::settle(const Iccid& iccid, const std::string& order, ProfileEvent event) {
  return store_.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(profile, reserved_by(tx, order));
    if (!profile || !(profile->iccid == iccid) || !apply(*profile, event, clock_.now())) return {};
    if (event == ProfileEvent::kPushReturned)
      profile->order.reset();
    else
      profile->on_card = OnCardState::kDisabled;
    return tx.put_profile(*profile);
  });
}
Status Stock::installed(const Iccid& iccid, const std::string& order) {
  return settle(iccid, order, ProfileEvent::kPushInstalled);
}
Status Stock::returned(const Iccid& iccid, const std::string& order) {
  return settle(iccid, order, ProfileEvent::kPushReturned);
}

Status Stock::deleted(const Iccid& iccid, const Eid& eid) {
  return store_.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(profile, tx.profile(iccid));
    if (!profile || !profile->order || !(profile->order->eid == eid) ||
        profile->state != ProfileState::kInstalled)
      return {};
    EIDER_TRY(type, type_of(tx, *profile));
    profile->on_card = OnCardState::kDeleted;
    if (type.reuse_after_delete && apply(*profile, ProfileEvent::kDeletedForReuse, clock_.now())) {
      profile->order.reset();
      profile->on_card = OnCardState::kUnknown;
    }
    return tx.put_profile(*profile);
  });
}

}  // namespace eider::smdpp
