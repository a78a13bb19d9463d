#include "card/isd_r/isd_r.hpp"

namespace eider::card {

Result<sgp22::NotificationSentResponse> remove_notification_from_list(
    IsdR& isd_r, const sgp22::NotificationSentRequest& request) {
  if (!isd_r.state.notifications.contains(request.seqNumber))
    return sgp22::NotificationSentResponse{sgp22::DeleteNotificationStatus::kNothingToDelete};
  isd_r.state.erase_notification(request.seqNumber);
  EIDER_CHECK(isd_r.state.commit());
  return sgp22::NotificationSentResponse{sgp22::DeleteNotificationStatus::kOk};
}

}  // namespace eider::card
