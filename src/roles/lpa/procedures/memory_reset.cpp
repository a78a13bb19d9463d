#include "roles/lpa/procedures/memory_reset.hpp"

#include "roles/lpa/es10c.hpp"

namespace eider::lpa {

Result<OperationResult> reset_memory(Lpa& lpa, const MemoryResetOptions& options) {
  sgp22::BitString bits;
  bits.set(sgp22::kDeleteOperationalProfiles, options.operationalProfiles);
  bits.set(sgp22::kDeleteFieldLoadedTestProfiles, options.fieldLoadedTestProfiles);
  bits.set(sgp22::kResetDefaultSmdpAddress, options.defaultSmdpAddress);
  if (bits.none())
    return fail_local("the memory reset selects nothing",
                      "Choose Profiles, test Profiles or the default SM-DP+ address.");
  EIDER_CHECK(es10c::euicc_memory_reset(lpa.card, bits));
  OperationResult out;
  EIDER_TRY(reset, lpa.card.settle());
  out.card_reset = reset;
  out.notifications = deliver_after_operation(lpa);
  return out;
}

}  // namespace eider::lpa
