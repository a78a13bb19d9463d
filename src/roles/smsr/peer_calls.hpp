// Functions of other servers that the SM-SR calls, and what follows from their answers. The request is made
// when it is sent, always the same for one entry of the outbox.
#pragma once
#include "roles/smsr/call.hpp"
#include "roles/smsr/outbox.hpp"

namespace eider::smsr {

// Body of a kCall entry; FunctionStatus when its operation is over.
Result<std::any> peer_request(StoreReader& reader, Context& context, const OutboxEntry& entry);
// The answer of the peer. The entry is gone.
Status peer_answered(StoreTransaction& tx, Context& context, const OutboxEntry& entry,
                     const sgp02::BaseResponse& base, const std::any& body);

}  // namespace eider::smsr
