// ES2.AuditEIS, SGP.02 v4.2 section 5.3: the SM-SR asks the card itself.
#include "roles/smdp/es2/functions.hpp"

namespace eider::smdp::es2 {
namespace {
// Without ICCIDs: of every Profile that is the caller's, and only when there is one.
Result<std::any> ask_audit_eis(StoreReader& reader, Procedure& p, const std::any& request) {
  const auto& r = std::any_cast<const sgp02::es2::AuditEISRequest&>(request);
  p.eid = r.eid;
  sgp02::es3::AuditEISRequest out;
  out.eid = r.eid;
  out.iccids = r.iccids;
  for (const auto& iccid : r.iccids) EIDER_CHECK(own_profile(reader, p.caller, r.eid, iccid));
  if (!r.iccids.empty()) return std::any(std::move(out));
  EIDER_TRY(profiles, reader.profiles(r.eid));
  for (const auto& profile : profiles)
    if (profile.owner == p.caller) out.iccids.push_back(profile.iccid);
  if (out.iccids.empty()) return refuse(status::kEuiccNotAllowed, to_hex(r.eid));
  return std::any(std::move(out));
}
Status audit_eis_executed(Work&, Procedure& p, const std::any&, std::any& response) {
  restrict_eis(p.caller, response);
  return {};
}
}  // namespace

Relay audit_eis() {
  return {FunctionName::kAuditEIS, FunctionName::kAuditEIS, smsr_of<sgp02::es2::AuditEISRequest>,
          ask_audit_eis, audit_eis_executed};
}

}  // namespace eider::smdp::es2
