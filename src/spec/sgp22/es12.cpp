#include "spec/sgp22/es12.hpp"

namespace eider::sgp22 {
namespace {
using Re = es12::RegisterEventRequest;
constexpr json::Field kRegister[] = {json::object<&Re::header>("header"), json::text<&Re::eid>("eid"),
                                     json::text<&Re::rspServerAddress>("rspServerAddress"),
                                     json::text<&Re::eventId>("eventId"),
                                     json::boolean<&Re::forwardingIndicator>("forwardingIndicator")};
using De = es12::DeleteEventRequest;
constexpr json::Field kDeleteEvent[] = {json::object<&De::header>("header"), json::text<&De::eid>("eid"),
                                        json::text<&De::eventId>("eventId")};
}  // namespace
}  // namespace eider::sgp22

using namespace eider::sgp22;
EIDER_JSON_OBJECT(eider::sgp22::es12::RegisterEventRequest, "RegisterEventRequest", kRegister);
EIDER_JSON_OBJECT(eider::sgp22::es12::DeleteEventRequest, "DeleteEventRequest", kDeleteEvent);
