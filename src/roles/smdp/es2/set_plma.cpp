// ES2.SetPLMA, SGP.02 v4.2 section 5.3 (v4): handed on to the SM-SR, which keeps it.
#include "roles/smdp/es2/functions.hpp"

namespace eider::smdp::es2 {
namespace {
// An operator speaks for itself only.
Result<std::any> ask_set_plma(StoreReader&, Procedure& p, const std::any& request) {
  const auto& r = std::any_cast<const sgp02::es2::SetPLMARequest&>(request);
  if (!(r.plma.mnoId == p.caller)) return refuse(status::kRequesterNotAllowed, r.plma.mnoId.dotted());
  sgp02::es3::SetPLMARequest out;
  out.plma = r.plma;
  return std::any(std::move(out));
}
}  // namespace

Relay set_plma() {
  return {FunctionName::kSetPLMA, FunctionName::kSetPLMA, smsr_of<sgp02::es2::SetPLMARequest>, ask_set_plma,
          nullptr};
}

}  // namespace eider::smdp::es2
