// ES12.RegisterEvent and ES15.RegisterEvent, SGP.22 v2.6.1 sections 5.9.1 and 5.10.1.
#include <algorithm>

#include "base/log.hpp"
#include "roles/smds/es12/functions.hpp"

namespace eider::smds::es12 {
namespace {

using Request = sgp22::es12::RegisterEventRequest;

// An FQDN, or host:port as test installations have it: what an LPA can make an address of.
bool is_server_address(const std::string& text) {
  return text.find('/') == std::string::npos && text.find('?') == std::string::npos &&
         parse_https_url(text).has_value();
}

// An LPA sends it back as a MatchingID.
bool is_event_id(const std::string& text) {
  return !text.empty() && text.size() <= 200 &&
         std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

Result<Event> read_event(Context& context, const Caller& caller, const Request& request) {
  EIDER_TRY(eid, server::read_eid(request.eid));
  if (!is_server_address(request.rspServerAddress))
    return refuse(status::kFormatInvalid, "rspServerAddress", request.rspServerAddress);
  if (!is_event_id(request.eventId)) return refuse(status::kFormatInvalid, "eventId", request.eventId);
  Event event;
  event.caller = caller.oid;
  event.event_id = request.eventId;
  event.eid = eid;
  event.rsp_server_address = request.rspServerAddress;
  event.function_call_identifier = request.header.functionCallIdentifier;
  event.forwarding_indicator = request.forwardingIndicator;
  event.received_at = context.clock.now();
  // A Root ignores the indicator; what came from an Alternative SM-DS goes no further.
  if (request.forwardingIndicator && context.root && !caller.smds)
    event.root_event_id = to_hex(context.random.fixed<16>());
  event.registered = event.root_event_id.empty();
  return event;
}

// The call whose answer was lost, made again. Without an identifier it cannot be told from a second use.
bool same_call(const Event& a, const Event& b) {
  return !a.function_call_identifier.empty() && a.function_call_identifier == b.function_call_identifier &&
         a.eid == b.eid && a.rsp_server_address == b.rsp_server_address &&
         a.forwarding_indicator == b.forwarding_indicator;
}

Status answer_known(const Event& known, const Event& event) {
  if (!same_call(known, event)) return refuse(status::kEventInUse, event.event_id);
  // Neither yes nor no would be true before the Root has answered the first call.
  if (!known.registered) return fail(TransportFault{true, "the same call is still being carried out"});
  return {};
}

// The Root sends LPAs to this server, which then sends them to the SM-DP+.
Status cascade(Context& context, const Event& event) {
  const auto done = context.root->register_event(event.eid, context.config.address, event.root_event_id);
  if (done) return context.store.set_registered(event.caller, event.event_id);
  const bool refused = done.error().as<FunctionStatus>() != nullptr;
  const auto* lost = done.error().as<TransportFault>();
  if ((lost && lost->sent) || done.error().as<DecodeFault>()) {
    // The Root may have it, and would send LPAs here in vain.
    const auto undone = context.root->delete_event(event.eid, event.root_event_id);
    if (!undone && !undone.error().as<FunctionStatus>())
      log::warn("smds", "the Root SM-DS may keep the event " + event.root_event_id + ", which is gone here");
  }
  EIDER_CHECK(context.store.remove(event.caller, event.event_id));
  return refuse(refused ? status::kSmdsExecutionError : status::kSmdsInaccessible, {},
                done.error().message());
}

}  // namespace

Result<sgp22::es12::RegisterEventResponse> register_event(Context& context, const Caller& caller,
                                                          const Request& request) {
  EIDER_TRY(event, read_event(context, caller, request));
  EIDER_TRY(known, context.store.add(event));
  if (known) {
    EIDER_CHECK(answer_known(*known, event));
  } else if (!event.registered) {
    EIDER_CHECK(cascade(context, event));
  }
  return sgp22::es12::RegisterEventResponse{sgp22::ResponseHeader{}};
}

}  // namespace eider::smds::es12
