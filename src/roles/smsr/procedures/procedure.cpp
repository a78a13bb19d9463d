#include "roles/smsr/procedures/procedure.hpp"

namespace eider::smsr {

const Procedure& procedure(OperationKind kind) {
  namespace p = procedures;
  static const Procedure* const kAll[] = {
      &p::kCreateIsdp,         &p::kSendData,    &p::kEnable,       &p::kDisable,     &p::kDelete,
      &p::kUpdateConnectivity, &p::kSetFallback, &p::kSetEmergency, &p::kAudit,       &p::kMasterDelete,
      &p::kHandover,           &p::kTakeover,    &p::kConfirmation, &p::kCertificate, &p::kKeyEstablishment,
      &p::kFinalise,           &p::kAddressing,  &p::kHttpsKeys};
  return *kAll[static_cast<std::size_t>(kind)];
}

Script probe_script(const Aid& isdp_aid) {
  return Script::of(sgp02::es5::encode_get_status(isdp_aid));
}
Result<std::optional<sgp02::es5::ProfileStatus>> probe_answer(const CardAnswer& answer) {
  using Found = std::optional<sgp02::es5::ProfileStatus>;
  if (answer.sw() == sgp02::es5::kNotFound) return Found{};
  if (!answer.ok()) return refuse(code::kIsdrExecutionError, {}, "GET STATUS failed");
  const auto states = sgp02::es5::decode_status(answer.responses.back().data);
  if (!states) return refuse(code::kIsdrExecutionError, {}, "the answer to GET STATUS cannot be read");
  if (states->empty()) return Found{};
  return Found(states->front());
}

Outcome card_refused(const CardAnswer& answer, const std::string& identifier) {
  const auto sw = answer.sw();
  auto out = failure(sw == sgp02::es5::kPol1Forbids       ? code::kPol1Refuses
                     : sw == sgp02::es5::kNotEnoughMemory ? code::kEuiccMemory
                                                          : code::kIsdrExecutionError,
                     identifier);
  out.euicc_response = answer.content;
  return out;
}

}  // namespace eider::smsr
