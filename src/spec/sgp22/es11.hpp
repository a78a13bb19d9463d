// The answer of ES11.AuthenticateClient in ASN.1: SGP.22 v2.6.1 sections 5.8.2 and 6.6.3.
#pragma once
#include <variant>

#include "spec/sgp22/types.hpp"

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

EIDER_DER(eider::sgp22::es11::asn1::EventEntry, 0x30);
EIDER_DER(eider::sgp22::es11::asn1::AuthenticateClientOk, 0x30);
EIDER_DER(eider::sgp22::es11::asn1::AuthenticateClientResponse, 0xBF40);
