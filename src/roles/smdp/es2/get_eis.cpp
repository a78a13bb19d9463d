// ES2.GetEIS, SGP.02 v4.2 section 5.3: what the SM-SR knows of a card, as far as it concerns the caller.
#include "roles/smdp/es2/functions.hpp"

namespace eider::smdp::es2 {
namespace {
Result<std::any> ask_get_eis(StoreReader&, Procedure& p, const std::any& request) {
  const auto& r = std::any_cast<const sgp02::es2::GetEISRequest&>(request);
  p.eid = r.eid;
  sgp02::es3::GetEISRequest out;
  out.eid = r.eid;
  return std::any(std::move(out));
}
Status get_eis_executed(Work&, Procedure& p, const std::any&, std::any& response) {
  restrict_eis(p.caller, response);
  return {};
}
}  // namespace

Relay get_eis() {
  return {FunctionName::kGetEIS, FunctionName::kGetEIS, smsr_of<sgp02::es2::GetEISRequest>, ask_get_eis,
          get_eis_executed};
}

}  // namespace eider::smdp::es2
