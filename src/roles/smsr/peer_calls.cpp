#include "roles/smsr/peer_calls.hpp"

#include "roles/smsr/eis_view.hpp"
#include "roles/smsr/procedures/handover.hpp"

namespace eider::smsr {
namespace {
namespace es7 = sgp02::es7;

sgp02::BaseRequest base_of(Context& context, const OutboxEntry& e) {
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(e.give_up_at - context.now()).count();
  return {e.call.call_identifier, static_cast<std::uint32_t>(std::max<long>(left, 1))};
}
}  // namespace

Result<std::any> peer_request(StoreReader& reader, Context& context, const OutboxEntry& e) {
  EIDER_TRY(o, reader.operation(e.operation));
  if (!o) return refuse(code::kFunctionExpired);
  const auto base = base_of(context, e);
  if (e.call.function == "ES7-HandoverEUICC") {
    EIDER_TRY(eis, eis_view(reader, context, {e.target, sgp02::Interface::kEs7}, e.eid));
    return std::any(es7::HandoverEUICCRequest{base, std::move(eis)});
  }
  if (e.call.function == "ES7-AuthenticateSMSR")
    return std::any(
        es7::AuthenticateSMSRRequest{base, e.eid, to_bytes(context.settings.certificate->octets())});
  if (e.call.function == "ES7-CreateAdditionalKeySet") {
    EIDER_TRY(request, key_set_request(reader, context, *o, e.data));
    request.base = base;
    return std::any(std::move(request));
  }
  return fail_local("no such call: " + e.call.function);
}

Status peer_answered(StoreTransaction& tx, Context& context, const OutboxEntry& e,
                     const sgp02::BaseResponse& base, const std::any& body) {
  EIDER_TRY(o, tx.operation(e.operation));
  if (!o || o->peer != e.target) return {};
  if (o->kind == OperationKind::kHandover) return handover_answered(tx, context, *o, base);
  const auto& status = base.functionExecutionStatus;
  if (status.status == ExecutionStatus::kFailed || status.status == ExecutionStatus::kExpired) {
    if (o->stage == Stage::kCommitted) return {};
    Outcome out;
    out.status = ExecutionStatus::kFailed;
    out.code = status.statusCodeData;
    return finish(tx, context, *o, out);
  }
  if (const auto* r = std::any_cast<es7::AuthenticateSMSRResponse>(&body); r && r->randomChallenge)
    return challenge_arrived(tx, context, *o, *r->randomChallenge);
  if (const auto* r = std::any_cast<es7::CreateAdditionalKeySetResponse>(&body); r && r->receipt)
    return receipt_arrived(tx, context, *o, r->derivationRandom.value_or(Bytes{}), *r->receipt);
  if (o->stage == Stage::kCommitted) return {};
  return finish(tx, context, *o,
                failure(code::kSmsrRefused, e.target.dotted(), "its answer lacks something"));
}

}  // namespace eider::smsr
