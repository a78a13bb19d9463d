// ES2.SetONC, SGP.02 v4.2 section 5.3 (v4): handed on to the SM-SR, which keeps it.
#include "roles/smdp/es2/functions.hpp"

namespace eider::smdp::es2 {
namespace {
// An operator speaks for itself only.
Result<std::any> ask_set_onc(StoreReader&, Procedure& p, const std::any& request) {
  const auto& r = std::any_cast<const sgp02::es2::SetONCRequest&>(request);
  if (!(r.onc.mnoId == p.caller)) return refuse(status::kRequesterNotAllowed, r.onc.mnoId.dotted());
  sgp02::es3::SetONCRequest out;
  out.onc = r.onc;
  return std::any(std::move(out));
}
}  // namespace

Relay set_onc() {
  return {FunctionName::kSetONC, FunctionName::kSetONC, smsr_of<sgp02::es2::SetONCRequest>, ask_set_onc,
          nullptr};
}

}  // namespace eider::smdp::es2
