// Delivery of what the card has to report: SGP.22 v2.6.1 section 3.5.
#pragma once
#include "roles/lpa/lpa.hpp"

namespace eider::lpa {

struct NotificationDelivery {
  enum class State : std::uint8_t {
    kDelivered,  // acknowledged and removed from the card
    kFailed,     // the server refused it or did not answer; it stays on the card
    kPostponed,  // an earlier one for the same server got no answer, or its time to retry has not come
  };
  sgp22::NotificationMetadata metadata;
  State state = State::kPostponed;
  std::optional<Fault> fault;
};

struct DeliverOptions {
  std::optional<std::int64_t> only;  // one sequence number
  bool ignore_backoff = false;       // the user asked now
  bool keep = false;                 // leave acknowledged ones on the card
};

// Groups by server address, each in ascending sequence; a group that fails does not hold up another. Only the
// card failing is a fault of this function.
Result<std::vector<NotificationDelivery>> deliver_notifications(Lpa& lpa, const DeliverOptions& options = {});

// After an operation on Profiles: tells the user of what did not arrive, and never fails the operation.
std::vector<NotificationDelivery> deliver_after_operation(Lpa& lpa);

// Ascending sequence.
Result<std::vector<sgp22::NotificationMetadata>> list_notifications(Lpa& lpa);
// Gives up on a notification: the server then keeps believing the old state. For explicit user actions only.
Status discard_notification(Lpa& lpa, std::int64_t seqNumber);

std::string notification_event_name(const sgp22::BitString& profileManagementOperation);

}  // namespace eider::lpa
