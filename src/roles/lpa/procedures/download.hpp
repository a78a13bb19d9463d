// Profile Download and Installation: SGP.22 v2.6.1 sections 3.1.2 and 3.1.3.
#pragma once
#include "roles/lpa/activation_code.hpp"
#include "roles/lpa/procedures/profiles.hpp"

namespace eider::lpa {

struct DownloadRequest {
  std::string smdpAddress;
  std::string matchingId;  // empty: none is sent (default SM-DP+)
  std::optional<sgp22::Oid> smdpOid;
  bool confirmationCodeRequired = false;
  std::optional<Secret> confirmationCode;  // nothing: the user is asked when one is needed
  bool enable = false;
};
DownloadRequest download_request(const ActivationCode& code);
// What the default SM-DP+ has for this eUICC; LocalFault when the card names none.
Result<DownloadRequest> default_smdp_request(Lpa& lpa);

struct DownloadResult {
  sgp22::StoreMetadataRequest metadata;
  sgp22::Aid isdpAid;
  std::vector<NotificationDelivery> notifications;  // the installation result among them
  std::optional<OperationResult> enabled;
  std::optional<Fault> enableFault;  // installed, but enabling it failed
};

// Every failure after the card has authenticated the server ends the session on both sides with the reason of
// section 5.7.14, except when the other side cannot be reached: then the order stays open for another try.
// Faults: what the server, the card or the user said; an installation that failed is an Es10Fault of "PIR".
Result<DownloadResult> download_profile(Lpa& lpa, const DownloadRequest& request);

}  // namespace eider::lpa
