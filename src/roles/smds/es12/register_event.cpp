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
  event.expires_at = event.received_at + context.config.limits.event_lifetime;
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

// The Root sends LPAs to this server, which then sends them to the SM-DP+. `again`: it may have been told
// before, by a call that was cut short; the identifier is random, so that "in use" means it was.
Status cascade(Context& context, const Event& event, bool again) {
  const auto done =
      context.root->register_event(event.eid, context.config.addresses.front(), event.root_event_id);
  const auto* refused = done ? nullptr : done.error().as<FunctionStatus>();
  if (done || (again && refused && status::is(*refused, status::kEventInUse)))
    return context.store.set_registered(event.caller, event.event_id);
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

// Nothing: it is there now, and was not before.
Result<std::optional<Event>> add_event(Context& context, const Event& event) {
  EIDER_TRY(addition, context.store.add(event, context.config.limits.events));
  if (addition.outcome == Addition::Outcome::kTooMany)
    return refuse(status::kSmdsExecutionError, {}, "the caller has as many events as it may have");
  return std::move(addition.known);
}

// The event is there, and the Root has not answered for it yet: of this call, or of one that was cut short by
// the end of the process or by its store.
Status settle_with_root(Context& context, const Event& event, bool known) {
  const UnderWay::Key key(event.caller, event.event_id);
  // Neither yes nor no would be true before the Root has answered the first call.
  if (!context.under_way.begin(key))
    return fail(TransportFault{true, "the same call is still being carried out"});
  const auto outcome = [&]() -> Status {
    if (!known) return cascade(context, event, false);
    EIDER_TRY(now, add_event(context, event));  // what it was may have ended meanwhile
    if (now && !same_call(*now, event)) return refuse(status::kEventInUse, event.event_id);
    if (now && now->registered) return {};
    return cascade(context, now ? *now : event, now.has_value());
  }();
  context.under_way.end(key);
  return outcome;
}

}  // namespace

Result<sgp22::es12::RegisterEventResponse> register_event(Context& context, const Caller& caller,
                                                          const Request& request) {
  EIDER_TRY(event, read_event(context, caller, request));
  EIDER_TRY(known, add_event(context, event));
  if (known && !same_call(*known, event)) return refuse(status::kEventInUse, event.event_id);
  if (!(known ? known->registered : event.registered))
    EIDER_CHECK(settle_with_root(context, event, known.has_value()));
  if (context.push) context.push->event_waits(event.eid);
  return sgp22::es12::RegisterEventResponse{sgp22::ResponseHeader{}};
}

}  // namespace eider::smds::es12
