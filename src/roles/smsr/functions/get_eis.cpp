// GetEIS and AuditEIS of ES3 and ES4 (SGP.02 v4.2 sections 5.4.1, 5.4.2, 5.5.6, 5.5.11).
#include "roles/smsr/eis_view.hpp"
#include "roles/smsr/functions.hpp"
#include "roles/smsr/rights.hpp"

namespace eider::smsr::shared {
namespace {
// An SM-DP looks at cards before it loads its first Profile; others have one there.
Status may_look(StoreReader& reader, const Caller& caller, const Eid& eid) {
  EIDER_TRY(euicc, managed(reader, eid));
  if (caller.interface == sgp02::Interface::kEs3) return {};
  EIDER_TRY(profiles, reader.profiles(euicc.eid));
  for (const auto& p : profiles) {
    EIDER_TRY(seen, sees(reader, caller, p));
    if (seen) return {};
  }
  return refuse(code::kEuiccNotAllowed, sgp22::eid_digits(eid));
}
}  // namespace

Result<Handled> get_eis(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::GetEISRequest>();
  EIDER_CHECK(may_look(tx, in.caller, r.eid));
  EIDER_TRY(eis, eis_view(tx, context, in.caller, r.eid));
  return done(sgp02::EisResponse{{}, std::move(eis)});
}

Result<Handled> audit_eis(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::AuditEISRequest>();
  EIDER_CHECK(may_look(tx, in.caller, r.eid));
  EIDER_TRY(euicc, available(tx, r.eid));
  for (const auto& iccid : r.iccids) {
    EIDER_TRY(p, tx.profile(euicc.eid, iccid));
    if (!p || p->state == ProfileState::kInCreation)
      return refuse(code::kIccidUnknown, sgp22::iccid_digits(iccid));
    EIDER_TRY(seen, sees(tx, in.caller, *p));
    if (!seen) return refuse(code::kIccidNotAllowed, sgp22::iccid_digits(iccid));
  }
  auto o = operation_of(in, OperationKind::kAudit, r.eid);
  o.iccids = r.iccids;
  return later(tx, context, std::move(o));
}

}  // namespace eider::smsr::shared
