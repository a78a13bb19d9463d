// One round of an LPA that asks by itself: what the card has to report is delivered, then all servers that
// may have something for it are asked, in the order of SGP.22 v2.6.1 section 3.4.4: the default SM-DP+, then
// the SM-DSs.
#pragma once
#include "roles/lpa/polling/policy.hpp"
#include "roles/lpa/procedures/discovery.hpp"

namespace eider::lpa::polling {

struct Waiting {
  std::string smdpAddress;
  std::string eventId;                           // empty: at the default SM-DP+
  std::string serviceProviderName, profileName;  // once the SM-DP+ has told them
  bool confirmationCode = false;                 // the SM-DP+ wants one
  bool same_event(const Waiting& other) const {
    return smdpAddress == other.smdpAddress && eventId == other.eventId;
  }
};
struct RoundOptions {
  bool default_smdp = true, root_smds = true;  // of the card, where it names them
  std::vector<std::string> smds;               // further ones
  bool enable = false;                         // what was downloaded
  std::vector<Waiting> known;                  // events that the End User knows of: they wait on, unasked
};
struct Installed {
  Waiting from;
  DownloadResult result;
};
struct Failed {
  std::string address;
  std::string eventId;  // empty: the server itself
  Fault fault;
};

struct RoundResult {
  Situation situation = Situation::kNoProfile;  // at the end
  std::vector<NotificationDelivery> notifications;
  std::vector<Installed> installed;
  std::vector<Waiting> waiting;  // for the End User, who has not been asked or has put it off
  std::vector<Failed> failed;

  // Every server answered, whatever it said.
  bool answered() const;
};

Result<Situation> situation_of(Lpa& lpa);

// The End User's intent is needed for each download (section 3.2): the user interface is asked, and may put
// it off. Only the card failing is a fault of this function.
Result<RoundResult> ask_round(Lpa& lpa, const RoundOptions& options);

}  // namespace eider::lpa::polling
