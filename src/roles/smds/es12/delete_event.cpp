// ES12.DeleteEvent and ES15.DeleteEvent, SGP.22 v2.6.1 sections 5.9.2 and 5.10.2.
#include "roles/smds/es12/functions.hpp"

namespace eider::smds::es12 {
namespace {

// What the Root does not know need not be deleted there; after any other failure the event stays here.
Status delete_at_root(Context& context, const Event& event) {
  if (event.root_event_id.empty()) return {};
  if (!context.root) return refuse(status::kSmdsInaccessible, {}, "this SM-DS has no Root any more");
  const auto gone = context.root->delete_event(event.eid, event.root_event_id);
  if (gone) return {};
  const auto* refused = gone.error().as<FunctionStatus>();
  if (refused && status::is(*refused, status::kEventUnknown)) return {};
  return refuse(refused ? status::kSmdsExecutionError : status::kSmdsInaccessible, {},
                gone.error().message());
}

}  // namespace

Status withdraw(Context& context, const Event& event) {
  if (event.root_event_id.empty()) return context.store.remove(event.caller, event.event_id);
  const UnderWay::Key key(event.caller, event.event_id);
  if (!context.under_way.begin(key))
    return fail(TransportFault{true, "another call for this event is still being carried out"});
  auto outcome = delete_at_root(context, event);
  if (outcome) outcome = context.store.remove(event.caller, event.event_id);
  context.under_way.end(key);
  return outcome;
}

Result<sgp22::es12::DeleteEventResponse> delete_event(Context& context, const Caller& caller,
                                                      const sgp22::es12::DeleteEventRequest& request) {
  EIDER_TRY(eid, server::read_eid(request.eid));
  EIDER_TRY(event, context.store.find(caller.oid, request.eventId));
  // For another card the caller has registered no such event.
  if (!event || !(event->eid == eid)) return refuse(status::kEventUnknown, request.eventId);
  EIDER_CHECK(withdraw(context, *event));
  return sgp22::es12::DeleteEventResponse{sgp22::ResponseHeader{}};
}

}  // namespace eider::smds::es12
