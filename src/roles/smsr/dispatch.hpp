// From an envelope to a function and back.
#pragma once
#include "roles/smsr/smsr.hpp"
#include "spec/sgp02/soap.hpp"

namespace eider::smsr {

Reply dispatch(Context& context, const SoapRequest& request);
// The answer that a held call waits for.
Result<std::optional<Reply>> held_reply(Context& context, const Ticket& ticket);
// A response that another server sent later, or in place: to what `related` says.
Status response_arrived(Context& context, const EntityId& from, const std::string& related,
                        const sgp02::soap::Message& message);

}  // namespace eider::smsr
