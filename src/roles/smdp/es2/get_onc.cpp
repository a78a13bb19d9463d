// ES2.GetONC, SGP.02 v4.2 section 5.3 (v4): the notifications that the caller does not want.
#include "roles/smdp/es2/functions.hpp"

namespace eider::smdp::es2 {
namespace {
Result<std::any> ask_get_onc(StoreReader&, Procedure& p, const std::any& request) {
  const auto& r = std::any_cast<const sgp02::es2::GetONCRequest&>(request);
  if (r.mnoId && !(*r.mnoId == p.caller)) return refuse(status::kRequesterNotAllowed, r.mnoId->dotted());
  sgp02::es3::GetONCRequest out;
  out.mnoId = p.caller;
  out.profileType = r.profileType;
  return std::any(std::move(out));
}
Status get_onc_executed(Work&, Procedure& p, const std::any&, std::any& response) {
  if (auto* answer = std::any_cast<sgp02::GetONCResponse>(&response))
    std::erase_if(answer->oncs, [&](const auto& onc) { return !(onc.mnoId == p.caller); });
  return {};
}
}  // namespace

Relay get_onc() {
  return {FunctionName::kGetONC, FunctionName::kGetONC, smsr_of<sgp02::es2::GetONCRequest>, ask_get_onc,
          get_onc_executed};
}

}  // namespace eider::smdp::es2
