// Notifications of the eUICC (SGP.22 v2.6.1 sections 3.5 and 5.7.9 to 5.7.11).
#pragma once
#include "card/ecasd/ecasd.hpp"

namespace eider::card {

// Is the notification's event among those of the filter? Installation results count as install.
bool matches(const sgp22::NotificationMetadata& metadata, const der::BitString& events);

// Adds one OtherSignedNotification per address that the profile's metadata names for the event. No commit.
Status add_notifications(PersistentState& state, Ecasd& ecasd, const IsdPRecord& profile,
                         sgp22::NotificationEvent event);

// Signs and adds a ProfileInstallationResult; `data.notificationMetadata.seqNumber` is set here. Returns the
// whole BF37. No commit.
Result<Bytes> add_installation_result(PersistentState& state, Ecasd& ecasd, const KeyIdentifier& ci_pk_id,
                                      sgp22::ProfileInstallationResultData data);

// The PendingNotification as the LPA gets it.
Result<Bytes> pending_notification(const Ecasd& ecasd, const NotificationRecord& record);

}  // namespace eider::card
