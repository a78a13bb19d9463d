// ES3.Handle…Notification: what an SM-SR reports of a Profile goes on to its owner (ES2), SGP.02 v4.2
// sections 5.3 and 5.4.
#pragma once
#include "roles/smdp/context.hpp"

namespace eider::smdp::es3 {

// From the SM-SR `sender`. A report that came before, of an unknown Profile, or of a card that this SM-SR
// does not manage changes nothing.
Status handle_notification(Work& w, const EntityId& sender, const Message& message);

}  // namespace eider::smdp::es3
