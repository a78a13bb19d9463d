// Messages out of records: answers to functions, notifications to others.
#pragma once
#include "roles/smsr/call.hpp"

namespace eider::smsr {

sgp02::BaseResponse base_of(const Outcome& outcome, Time start);
// The response of an operation's function.
Result<std::any> response_of(StoreReader& reader, Context& context, const sgp02::Function& function,
                             const Call& call, const Outcome& outcome);
// The notification of a kReport entry.
Result<std::any> notification_of(StoreReader& reader, Context& context, const OutboxEntry& entry);

sgp02::Entity self(const Context& context);
// The header of what the SM-SR sends by itself.
sgp02::MessageHeader header_to(Context& context, const EntityId& target, const std::string& url,
                               const std::string& transaction_id, const std::string& message_id);
std::string fresh_message_id(Context& context, const std::string& transaction_id);

}  // namespace eider::smsr
