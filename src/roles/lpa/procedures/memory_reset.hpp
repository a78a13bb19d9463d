// eUICC Memory Reset: SGP.22 v2.6.1 section 3.3.2.
#pragma once
#include "roles/lpa/procedures/profiles.hpp"

namespace eider::lpa {

struct MemoryResetOptions {
  bool operationalProfiles = true;
  bool fieldLoadedTestProfiles = false;
  bool defaultSmdpAddress = false;
};
// Nothing to delete is an Es10Fault with code 1.
Result<OperationResult> reset_memory(Lpa& lpa, const MemoryResetOptions& options);

}  // namespace eider::lpa
