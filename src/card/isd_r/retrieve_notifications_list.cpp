#include "card/isd_r/isd_r.hpp"
#include "card/notifications.hpp"

namespace eider::card {

Result<Bytes> retrieve_notifications_list(IsdR& isd_r,
                                          const sgp22::RetrieveNotificationsListRequest& request) {
  Bytes list;
  for (const auto& [number, record] : isd_r.state.notifications) {
    if (request.searchCriteria) {
      const auto& by = request.searchCriteria->value;
      if (const auto* wanted = std::get_if<std::int64_t>(&by)) {
        if (number != *wanted) continue;
      } else {
        EIDER_TRY(metadata, der::decode<sgp22::NotificationMetadata>(record.metadata.der));
        if (!matches(metadata, std::get<der::BitString>(by))) continue;
      }
    }
    EIDER_TRY(pending, pending_notification(isd_r.ecasd, record));
    append(list, pending);
  }
  return make_tlv(0xBF2B, make_tlv(0xA0, list));
}

}  // namespace eider::card
