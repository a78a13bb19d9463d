// ES12 and ES15 (event registration at an SM-DS): SGP.22 v2.6.1 sections 5.9, 5.10 and 6.5.2.
#pragma once
#include "spec/sgp22/es9plus.hpp"

namespace eider::sgp22::es12 {

struct RegisterEventRequest {
  RequestHeader header;
  std::string eid;
  std::string rspServerAddress;  // of the SM-DP+ (ES12) or of the Alternative SM-DS (ES15)
  std::string eventId;
  bool forwardingIndicator = false;  // true: cascade to the Root SM-DS; false on ES15
};
struct DeleteEventRequest {
  RequestHeader header;
  std::string eid;
  std::string eventId;
};
using RegisterEventResponse = EmptyResponse;
using DeleteEventResponse = EmptyResponse;

inline constexpr HttpFunction kRegisterEvent{"RegisterEvent", "/gsma/rsp2/es12/registerEvent",
                                             FunctionKind::kSynchronous, "5.9.1"};
inline constexpr HttpFunction kDeleteEvent{"DeleteEvent", "/gsma/rsp2/es12/deleteEvent",
                                           FunctionKind::kSynchronous, "5.9.2"};

}  // namespace eider::sgp22::es12

EIDER_JSON(eider::sgp22::es12::RegisterEventRequest);
EIDER_JSON(eider::sgp22::es12::DeleteEventRequest);
