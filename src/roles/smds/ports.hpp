// What the SM-DS needs from outside: durable events, and an Alternative SM-DS its Root. Clock and Random are
// in base.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "spec/sgp22/types.hpp"

namespace eider::smds {

// What the owner of a Profile has waiting for a card: SGP.22 v2.6.1 section 3.6. Its key is caller and
// event_id.
struct Event {
  std::string caller;  // OID of the SM-DP+ or Alternative SM-DS, from its certificate
  std::string event_id;
  sgp22::Eid eid;
  std::string rsp_server_address;
  std::string root_event_id;  // under which the Root SM-DS knows of it; empty: it is not told
  bool registered = false;    // false while the Root has not answered: not yet for LPAs
  // Of the call that registered it: a repeat of that call is known by them.
  std::string function_call_identifier;
  bool forwarding_indicator = false;
  Time received_at{};
  Time expires_at{};  // from then on it is for nobody, and will be purged
  bool operator==(const Event&) const = default;
};

// How many events a caller may have, in all and for one card. There is no limit a card over all callers: it
// would tell one caller of the others.
struct EventLimits {
  std::size_t per_caller = 1'000'000;
  std::size_t per_caller_and_eid = 32;
};

struct Addition {
  enum class Outcome : std::uint8_t { kAdded, kKnown, kTooMany };
  Outcome outcome = Outcome::kAdded;
  std::optional<Event> known;  // the one that has the key already
};

struct EventFilter {
  std::optional<sgp22::Eid> eid;
  std::optional<std::string> caller;
  std::size_t limit = 1000;
};

// Safe to use from several threads; each member is one transaction, durable on return. Faults: LocalFault,
// the store cannot be read or written.
class Store {
 public:
  virtual ~Store() = default;
  // Nothing is changed unless it was added.
  virtual Result<Addition> add(const Event& event, const EventLimits& limits) = 0;
  virtual Result<std::optional<Event>> find(const std::string& caller, const std::string& event_id) = 0;
  // The Root has taken it. LocalFault when there is no such event.
  virtual Status set_registered(const std::string& caller, const std::string& event_id) = 0;
  virtual Status remove(const std::string& caller, const std::string& event_id) = 0;
  // Registered ones that have not expired at `now`, oldest first; of that EventID unless it is
  // empty. What a Root has told an LPA is the EventID that it was told itself.
  virtual Result<std::vector<Event>> events_of(const sgp22::Eid& eid, const std::string& event_id, Time now,
                                               std::size_t limit) = 0;
  // Those that expired first.
  virtual Result<std::vector<Event>> expired(Time now, std::size_t limit) = 0;
  // All there are, registered or not, oldest first.
  virtual Result<std::vector<Event>> list(const EventFilter& filter) = 0;
  virtual Result<std::uint64_t> count() = 0;
};

// A way to wake a device, outside of SGP.22 v2: a push service that its maker runs, say. It is told of the
// eUICC alone, never of the event, its server or its caller. A hint: devices poll whether or not it arrives.
class PushPort {
 public:
  virtual ~PushPort() = default;
  // Must not block. Safe to use from several threads.
  virtual void event_waits(const sgp22::Eid& eid) = 0;
};

// ES15 of an Alternative SM-DS, SGP.22 v2.6.1 section 5.10. Faults: TransportFault (the Root was not
// reached), FunctionStatus (it refused). Safe to use from several threads.
class RootPort {
 public:
  virtual ~RootPort() = default;
  // Sends forwardingIndicator false.
  virtual Status register_event(const sgp22::Eid& eid, const std::string& rsp_server_address,
                                const std::string& event_id) = 0;
  virtual Status delete_event(const sgp22::Eid& eid, const std::string& event_id) = 0;
};

}  // namespace eider::smds
