// Event retrieval: SGP.22 v2.6.1 sections 3.6.2 and 5.8. An SM-DS names servers; whether one is the SM-DP+ or
// an SM-DS further down shows its certificate.
#pragma once
#include "roles/lpa/procedures/download.hpp"

namespace eider::lpa {

struct DiscoveredEvent {
  std::string smdpAddress;
  std::string eventId;           // the MatchingID of the download
  std::vector<std::string> via;  // the SM-DSs that led to it, the first asked first
};
struct UnreachedEvent {
  std::string address;
  std::string eventId;
  Fault fault;
};
struct Discovery {
  std::vector<DiscoveredEvent> events;  // in the order in which they are to be processed
  std::vector<UnreachedEvent> unreached;
};

// What a hostile SM-DS can make an LPA do is bounded.
struct DiscoveryLimits {
  std::size_t servers = 64;  // contacts, the first SM-DS among them
  std::size_t depth = 3;     // SM-DSs in a row
};

// Empty: the Root SM-DS of the card; LocalFault when that names none. Faults are of the first SM-DS and of
// the card; what lies behind an event that cannot be followed is among the unreached.
Result<Discovery> discover(Lpa& lpa, const std::string& smdsAddress = {}, const DiscoveryLimits& limits = {});

DownloadRequest download_request(const DiscoveredEvent& event);

}  // namespace eider::lpa
