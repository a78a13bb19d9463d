// ES11.AuthenticateClient, SGP.22 v2.6.1 section 5.8.2: who is this eUICC, what is waiting for it.
#include "roles/smds/es11/functions.hpp"

namespace eider::smds::es11 {

Result<es9::AuthenticateClientEs11Response> authenticate_client(
    Context& context, const Call&, const es9::AuthenticateClientRequest& request) {
  auto response = der::decode<sgp22::AuthenticateServerResponse>(request.authenticateServerResponse);
  if (!response)
    return refuse(status::kFormatInvalid, "authenticateServerResponse", response.error().message());
  const auto now = context.clock.now();
  // A session is good for one attempt: what was answered once is never answered to a second caller.
  const auto session = context.sessions.take(request.transactionId, now);
  if (!session) return refuse(status::kTransactionIdUnknown);
  const auto* ok = std::get_if<sgp22::AuthenticateResponseOk>(&response->value);
  if (!ok) return server::refuse_card_error(std::get<sgp22::AuthenticateResponseError>(response->value));

  const auto crls = context.crls();
  const server::EuiccTrust trust{context.config.roots, crls.get(), now, context.eum_certificates,
                                 context.verified};
  EIDER_TRY(euicc,
            server::authenticate_euicc(trust, session->state, session->id, *ok, status::kSmdsSvnUnsupported));
  const auto event_id = server::matching_id_of(ok->euiccSigned1.value);
  EIDER_TRY(events,
            context.store.events_of(euicc.eid, event_id, now, context.config.limits.events_per_answer));
  if (events.empty() && !event_id.empty()) return refuse(status::kEventUnknown, event_id);

  es9::AuthenticateClientEs11Response answer;
  answer.header.emplace();
  answer.transactionId = to_bytes(session->id);
  for (auto& event : events)
    answer.eventEntries.push_back({std::move(event.event_id), std::move(event.rsp_server_address)});
  return answer;
}

}  // namespace eider::smds::es11
