// ES2.DownloadProfile, SGP.02 v4.2 section 5.3: what may be ordered. The rest is procedures/download.
#pragma once
#include "roles/smdp/context.hpp"

namespace eider::smdp::es2 {

// Fills the procedure; FunctionStatus: refused.
Status begin_download(StoreReader& reader, Procedure& p, const sgp02::es2::DownloadProfileRequest& request);

}  // namespace eider::smdp::es2
