#include "card/isd_r/isd_r.hpp"
#include "card/notifications.hpp"

namespace eider::card {

Result<sgp22::ListNotificationResponse> list_notification(IsdR& isd_r,
                                                          const sgp22::ListNotificationRequest& request) {
  std::vector<sgp22::NotificationMetadata> list;
  for (const auto& [number, record] : isd_r.state.notifications) {
    EIDER_TRY(metadata, der::decode<sgp22::NotificationMetadata>(record.metadata.der));
    if (!request.profileManagementOperation || matches(metadata, *request.profileManagementOperation))
      list.push_back(std::move(metadata));
  }
  return sgp22::ListNotificationResponse{std::move(list)};
}

}  // namespace eider::card
