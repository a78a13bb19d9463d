// Sends what the SM-DP+ owes to others, as often as it takes: ES2+ notifications to operators, event
// deletions to an SM-DS. SGP.22 v2.6.1 sections 5.3.5 and 5.9.2.
#pragma once
#include "device/http_port.hpp"
#include "roles/smdpp/ports.hpp"

namespace eider::smdpp {

struct OutboxPolicy {
  Duration first_retry{5 * 1000};
  Duration longest_retry{60 * 60 * 1000};
  Duration request_timeout{10 * 1000};
};

struct OutboxRound {
  std::size_t delivered = 0;
  std::size_t postponed = 0;
};

// Sends the entries that are due, the first of each key only, so that one ICCID's notifications arrive in
// order. `http` has the client identity for mutual TLS. Faults are of the store.
Result<OutboxRound> send_outbox(Store& store, const Clock& clock, HttpPort& http, SmdsPort* smds,
                                const OutboxPolicy& policy = {}, std::size_t limit = 64);

}  // namespace eider::smdpp
