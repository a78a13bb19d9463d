#include "roles/smdp/es2/download_profile.hpp"

#include "spec/sgp02/status_codes.hpp"

namespace eider::smdp::es2 {
namespace status = sgp02::status;

Status begin_download(StoreReader& reader, Procedure& p, const sgp02::es2::DownloadProfileRequest& request) {
  const bool has_type = request.profileType && !request.profileType->empty();
  if (!request.iccid && !has_type) return status::refuse(status::kProfileTypeConditionalMissing);
  if (request.iccid) {
    EIDER_TRY(known, reader.profile(*request.iccid));
    if (known) {
      if (!(known->owner == p.caller))
        return status::refuse(status::kIccidNotAllowed, iccid_text(*request.iccid));
      return status::refuse(status::kIccidInUse, iccid_text(*request.iccid));
    }
  }
  p.smsr = request.smsrId;
  p.eid = request.eid;
  p.enable = request.enableProfile;
  p.step = Step::kGetEis;
  return {};
}

}  // namespace eider::smdp::es2
