// Steps that Enable, Disable and the Disable before a Delete share.
#pragma once
#include "roles/smsr/procedures/procedure.hpp"

namespace eider::smsr {

// The card has changed the enabled Profile, and the SM-SR has confirmed that: `enabled` is it.
Status change_confirmed(StoreTransaction& tx, Context& context, Operation& operation, const Aid& enabled);
// The card went back to what it was, or fell back.
Status change_failed(StoreTransaction& tx, Context& context, Operation& operation, std::string message);

}  // namespace eider::smsr
