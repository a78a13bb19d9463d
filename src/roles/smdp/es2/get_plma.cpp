// ES2.GetPLMA, SGP.02 v4.2 section 5.3 (v4): what the caller allowed others.
#include "roles/smdp/es2/functions.hpp"

namespace eider::smdp::es2 {
namespace {
Result<std::any> ask_get_plma(StoreReader&, Procedure& p, const std::any& request) {
  const auto& r = std::any_cast<const sgp02::es2::GetPLMARequest&>(request);
  if (r.mnoId && !(*r.mnoId == p.caller)) return refuse(status::kRequesterNotAllowed, r.mnoId->dotted());
  sgp02::es3::GetPLMARequest out;
  out.mnoId = p.caller;
  out.m2mSpId = r.m2mSpId;
  out.profileType = r.profileType;
  return std::any(std::move(out));
}
Status get_plma_executed(Work&, Procedure& p, const std::any&, std::any& response) {
  if (auto* answer = std::any_cast<sgp02::GetPLMAResponse>(&response))
    std::erase_if(answer->plmas, [&](const auto& plma) { return !(plma.mnoId == p.caller); });
  return {};
}
}  // namespace

Relay get_plma() {
  return {FunctionName::kGetPLMA, FunctionName::kGetPLMA, smsr_of<sgp02::es2::GetPLMARequest>, ask_get_plma,
          get_plma_executed};
}

}  // namespace eider::smdp::es2
