// Local profile management: SGP.22 v2.6.1 sections 3.2.1 to 3.2.6. Notifications that an operation causes are
// delivered at its end; one that does not arrive stays on the card and never fails the operation.
#pragma once
#include "roles/lpa/procedures/notifications.hpp"
#include "spec/sgp22/es10c.hpp"

namespace eider::lpa {

struct OperationResult {
  bool card_reset = false;  // the card asked for a REFRESH, or needed one
  std::vector<NotificationDelivery> notifications;
};

Result<std::vector<sgp22::ProfileInfo>> list_profiles(Lpa& lpa, bool icons = false);
// By ICCID, AID in hexadecimal, nickname or name; LocalFault when none or several fit.
Result<sgp22::ProfileInfo> find_profile(Lpa& lpa, std::string_view which);

Result<OperationResult> enable_profile(Lpa& lpa, const sgp22::ProfileInfo& profile);
Result<OperationResult> disable_profile(Lpa& lpa, const sgp22::ProfileInfo& profile);
// The Profile must be disabled. Its server learns of it by the delete notification.
Result<OperationResult> delete_profile(Lpa& lpa, const sgp22::ProfileInfo& profile);
// At most 64 characters of UTF-8; empty removes it.
Status set_nickname(Lpa& lpa, const sgp22::ProfileInfo& profile, std::string_view nickname);

}  // namespace eider::lpa
