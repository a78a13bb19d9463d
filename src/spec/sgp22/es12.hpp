// ES12 and ES15 (event registration at an SM-DS) and the ES11 answer in ASN.1: SGP.22 v2.6.1 sections 5.8
// to 5.10, 6.5.2.
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

namespace eider::sgp22::es11::asn1 {

struct EventEntry {
  std::string eventId, rspServerAddress;
};
struct AuthenticateClientOk {
  TransactionId transactionId;
  std::vector<EventEntry> eventEntries;
};
struct AuthenticateClientResponse {
  std::variant<AuthenticateClientOk, std::int64_t> value;
};

}  // namespace eider::sgp22::es11::asn1

EIDER_JSON(eider::sgp22::es12::RegisterEventRequest);
EIDER_JSON(eider::sgp22::es12::DeleteEventRequest);
EIDER_DER(eider::sgp22::es11::asn1::EventEntry, 0x30);
EIDER_DER(eider::sgp22::es11::asn1::AuthenticateClientOk, 0x30);
EIDER_DER(eider::sgp22::es11::asn1::AuthenticateClientResponse, 0xBF40);
