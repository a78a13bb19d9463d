#include "roles/smsr/rights.hpp"

#include "roles/smsr/operations.hpp"

namespace eider::smsr {
namespace {
using N = sgp02::FunctionName;
using sgp02::Interface;

// Of functions about one Profile. The owner may do all of them on ES4, the Profile's SM-DP on ES3. `plma`:
// the operation that an authorisation must name for others; empty: nobody else may.
struct Row {
  N function;
  std::string_view plma;
};
constexpr Row kRows[] = {
    {N::kEnableProfile, "EnableProfile"},
    {N::kDisableProfile, "DisableProfile"},
    {N::kDeleteProfile, "DeleteProfile"},
    {N::kDeleteISDP, ""},
    {N::kSendData, ""},
    {N::kProfileDownloadCompleted, ""},
    {N::kUpdatePolicyRules, ""},
    {N::kUpdateSubscriptionAddress, ""},
    {N::kUpdateConnectivityParameters, ""},
    {N::kSetFallBackAttribute, "SetFallBackAttribute"},
    {N::kSetEmergencyProfileAttribute, "SetEmergencyProfileAttribute"},
};
std::string_view plma_operation(N function) {
  for (const auto& r : kRows)
    if (r.function == function) return r.plma;
  return {};
}
}  // namespace

Result<Euicc> managed(StoreReader& reader, const Eid& eid) {
  EIDER_TRY(found, reader.euicc(eid));
  if (!found) return refuse(code::kEidUnknown, sgp22::eid_digits(eid));
  return *std::move(found);
}
Result<Euicc> available(StoreReader& reader, const Eid& eid) {
  EIDER_TRY(found, managed(reader, eid));
  EIDER_TRY(leaving, being_handed_over(reader, eid));
  if (leaving) return refuse(code::kBusy, sgp22::eid_digits(eid), "an SM-SR change is under way");
  return found;
}

Result<bool> authorised(StoreReader& reader, const EntityId& owner, const EntityId& party,
                        std::string_view type, std::string_view operation) {
  if (operation.empty()) return false;
  EIDER_TRY(plmas, reader.plmas(owner, party, std::nullopt));
  for (const auto& p : plmas)
    if ((!p.profileType || *p.profileType == type) &&
        std::ranges::find(p.authorisedOperations, operation) != p.authorisedOperations.end())
      return true;
  return false;
}

Result<bool> sees(StoreReader& reader, const Caller& caller, const Profile& p) {
  if (p.state == ProfileState::kInCreation) return false;
  if (caller.interface == Interface::kEs7) return true;
  if (caller.interface == Interface::kEs3) return p.smdp_id == caller.id;
  if (p.owner == caller.id) return true;
  EIDER_TRY(plmas, reader.plmas(p.owner, caller.id, std::nullopt));
  return std::ranges::any_of(plmas,
                             [&](const Plma& a) { return !a.profileType || *a.profileType == p.type; });
}

Result<Profile> entitled(StoreReader& reader, const Caller& caller, N function, const Eid& eid,
                         const Iccid& iccid) {
  EIDER_TRY(euicc, available(reader, eid));
  EIDER_TRY(profiles, reader.profiles(eid));
  bool any = caller.interface == Interface::kEs3;  // an SM-DP may be about to load its first one
  const Profile* found = nullptr;
  for (const auto& p : profiles) {
    EIDER_TRY(seen, sees(reader, caller, p));
    any = any || seen;
    if (p.iccid == iccid && p.state != ProfileState::kInCreation) found = &p;
  }
  if (!any) return refuse(code::kEuiccNotAllowed, sgp22::eid_digits(eid));
  if (!found) return refuse(code::kIccidUnknown, sgp22::iccid_digits(iccid));
  const bool own =
      caller.interface == Interface::kEs3 ? found->smdp_id == caller.id : found->owner == caller.id;
  if (own) return *found;
  if (caller.interface == Interface::kEs4) {
    EIDER_TRY(may, authorised(reader, found->owner, caller.id, found->type, plma_operation(function)));
    if (may) return *found;
  }
  return refuse(code::kIccidNotAllowed, sgp22::iccid_digits(iccid));
}

}  // namespace eider::smsr
