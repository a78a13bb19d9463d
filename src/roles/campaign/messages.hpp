// The calls of a campaign as messages of ES4, or of ES2 by way of an SM-DP, and what comes back (SGP.02 v4.2
// Annexes A and B). No sockets.
#pragma once
#include "device/http_port.hpp"
#include "roles/campaign/ports.hpp"
#include "spec/sgp02/soap.hpp"

namespace eider::campaign {

struct Peer {
  EntityId id;
  HttpsUrl url;
};
struct Parties {
  EntityId self;
  // Profiles are managed at the SM-SR itself, or, without it, by the SM-DP; those that are missing come from
  // the SM-DP, which is told the SM-SR's identity.
  std::optional<Peer> smsr, smdp;
  EntityId smsr_id;
  // Answers of functions that reach a card come there. Nothing: in the HTTP response.
  std::optional<std::string> reply_to;
};

// Whom the call goes to. Needs the peer: see `missing_peer`.
const Peer& peer_of(const Parties& parties, Action action);
// What a campaign cannot do with these parties: for people; nothing: all is there.
std::string missing_peer(const Parties& parties, const Goal& goal);

// The request, ready for an HttpPort. The same call makes the same message, octet for octet.
HttpPost request_of(const Parties& parties, const Call& call);
// What an Operator lets this party do (GetPLMA), asked of whoever is asked for EISs.
HttpPost rights_request(const Parties& parties, const EntityId& owner, const std::string& identifier,
                        Time now);

// What the HTTP exchange has brought. Nothing: it was taken (202), the answer comes later.
std::optional<Answer> read_reply(const Parties& parties, const Call& call, const Result<HttpReply>& reply);
Result<std::vector<sgp02::Plma>> read_rights(const Result<HttpReply>& reply);
// A message that came to `reply_to`. Nothing: it is no answer to a call of this campaign.
std::optional<Answer> read_late(const Parties& parties, const Campaign& campaign,
                                const sgp02::soap::Message& message);

}  // namespace eider::campaign
