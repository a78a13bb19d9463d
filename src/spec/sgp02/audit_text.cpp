#include "spec/sgp02/audit_text.hpp"

#include <algorithm>

namespace eider::sgp02 {
namespace {

struct Row {
  OperationType type;
  const char* text;
};
constexpr Row kOperations[] = {
    {OperationType::kCreateISDP, "CreateISDP"},
    {OperationType::kEnableProfile, "EnableProfile"},
    {OperationType::kDisableProfile, "DisableProfile"},
    {OperationType::kDeleteProfile, "DeleteProfile"},
    {OperationType::kEuiccCapabilityAudit, "eUICCCapabilityAudit"},
    {OperationType::kMasterDelete, "MasterDelete"},
    {OperationType::kSetFallbackAttribute, "SetFallbackAttribute"},
    {OperationType::kEstablishISDRKeySet, "EstablishISDRKeySet"},
    {OperationType::kFinaliseISDRhandover, "FinaliseISDRhandover"},
    {OperationType::kNotifiedDeclaration, "notification: eUICC declaration"},
    {OperationType::kNotifiedProfileChange, "notification: Profile change"},
    {OperationType::kNotifiedRollBack, "notification: roll-back"},
    {OperationType::kNotifiedFallBack, "notification: fall-back"},
};

}  // namespace

std::string operation_text(OperationType type) {
  const auto row = std::ranges::find(kOperations, type, &Row::type);
  if (row != std::end(kOperations)) return row->text;
  const auto v = static_cast<std::uint16_t>(type);
  return "operation " + to_hex(Bytes{static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v)});
}

std::string status_text(const FunctionExecutionStatus& s) {
  std::string out(kExecutionStatusNames[static_cast<std::size_t>(s.status)]);
  if (s.statusCodeData) out += " " + s.statusCodeData->subject + "/" + s.statusCodeData->reason;
  return out;
}

}  // namespace eider::sgp02
