// The audit trail of an EIS in words (SGP.02 v4.2 section 5.1.1.3.12).
#pragma once
#include "spec/sgp02/eis.hpp"

namespace eider::sgp02 {

// "EnableProfile", "notification: roll-back"; "operation 0A00" for what is not listed.
std::string operation_text(OperationType type);
// "EXECUTED_SUCCESS", "FAILED 8.2.3/3.8"
std::string status_text(const FunctionExecutionStatus& status);

}  // namespace eider::sgp02
