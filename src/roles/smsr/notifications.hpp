// ES5.HandleDefaultNotification: what a card says by itself (SGP.02 v4.2 sections 3.15, 3.16, 4.1.1.11).
#pragma once
#include "roles/smsr/operations.hpp"

namespace eider::smsr {

// Takes it once, however often it comes, and lets the confirmation go out where there is to be one. `from`:
// MSISDN of the message; empty in a session.
Change notified(Context& context, const sgp02::es5::Notification& notification, const std::string& from);

}  // namespace eider::smsr
