// SM-SR1 of an SM-SR change: gives the eUICC away, and keeps it unless the other one has it.
#include "roles/smsr/procedures/handover.hpp"

#include "channel/scenario3.hpp"
#include "codec/tlv.hpp"

namespace eider::smsr {
namespace {
namespace es5 = sgp02::es5;
namespace scenario3 = channel::scenario3;

Status begin(StoreTransaction& tx, Context& context, Operation& o) {
  EIDER_CHECK(wait(tx, context, o, Stage::kPeer));
  return call_peer(tx, context, o, "ES7-HandoverEUICC");
}

// Before the receipt was given out the change has failed. After it the other one may be the manager: it is
// asked until it says so.
Status expired(StoreTransaction& tx, Context& context, Operation& o) {
  if (o.stage != Stage::kCommitted) {
    EIDER_CHECK(suspect_key_set(tx, o.eid, o.key_version));
    return finish(tx, context, o, expired_in(sgp22::eid_digits(o.eid)));
  }
  o.expires_at = o.next_at = context.now() + context.settings.longest_validity;
  EIDER_CHECK(tx.put_operation(o));
  return call_peer(tx, context, o, "ES7-HandoverEUICC");
}

// ---- EstablishISDRKeySet for the other SM-SR, in two steps with calls of their own.
Result<Script> certificate_script(StoreReader&, Context&, const Operation& o) {
  return Script::of(es5::encode_certificate(o.data), isd_r_aid());
}
Status certificate_answered(StoreTransaction& tx, Context& context, Operation& o, const CardAnswer& answer) {
  const auto challenge = answer.ok() ? find_tlv(answer.responses.back().data, 0x85) : std::nullopt;
  if (!challenge) return finish(tx, context, o, card_refused(answer, sgp22::eid_digits(o.eid)));
  Outcome out;
  out.first = to_bytes(challenge->value);
  return finish(tx, context, o, out);
}

Result<Script> keys_script(StoreReader&, Context&, const Operation& o) {
  return Script::of(es5::encode_store_data(o.data, true, 1), isd_r_aid());
}
// The receipt is what makes the other one the manager.
Status keys_answered(StoreTransaction& tx, Context& context, Operation& o, const CardAnswer& answer) {
  if (!answer.ok()) return finish(tx, context, o, card_refused(answer, sgp22::eid_digits(o.eid)));
  const auto& data = answer.responses.back().data;
  const auto members = read_tlvs(data, false);
  Outcome out;
  if (members)
    for (const auto& m : *members) (m.tag == 0x86 ? out.second : out.first) = to_bytes(m.value);
  if (out.second.empty()) return finish(tx, context, o, card_refused(answer, sgp22::eid_digits(o.eid)));
  EIDER_TRY(parent, tx.operation(o.parent));
  if (parent) {
    parent->stage = Stage::kCommitted;
    EIDER_CHECK(tx.put_operation(*parent));
  }
  return finish(tx, context, o, out);
}
}  // namespace

Status suspect_key_set(StoreTransaction& tx, const Eid& eid, std::uint8_t version) {
  constexpr std::uint8_t kFirst = 1, kLast = 3;
  EIDER_TRY(document, tx.document(eid));
  if (version == 0 || !document) return {};
  auto& sets = document->isd_r.keySets;
  if (std::ranges::find(sets, version, &sgp02::KeySet::version) != sets.end()) return {};
  sgp02::KeySet set;
  set.version = version;
  set.type = version <= 0x0F ? KeySetType::kScp80 : KeySetType::kScp81;
  for (auto i = kFirst; i <= kLast; ++i)
    set.keys.push_back(
        {i, {}, {{set.type == KeySetType::kScp80 ? scenario3::kAes : scenario3::kPskTls, {}}}});
  sets.push_back(std::move(set));
  return tx.put_document(*document);
}

Bytes control_reference_template(const sgp02::es7::CreateAdditionalKeySetRequest& r, ByteView sdin) {
  constexpr std::uint8_t kFirstPsk = 0x40;
  scenario3::ControlReferenceTemplate crt;
  crt.parameters = r.scenarioParameter;
  crt.key_version = r.keyVersionNumber;
  if (r.keyVersionNumber >= kFirstPsk) {
    crt.key_usage = scenario3::kOneKey;
    crt.key_type = scenario3::kPskTls;
  }
  if (r.initialSequenceCounter != 0)
    for (int i = 4; i >= 0; --i)
      crt.sequence_counter.push_back(static_cast<std::uint8_t>(r.initialSequenceCounter >> 8 * i));
  if ((r.scenarioParameter & scenario3::kHostId) != 0) {
    crt.sdin = to_bytes(sdin);
    crt.host_id = r.hostId.value_or(Bytes{});
  }
  return crt.encode();
}

Status handover_answered(StoreTransaction& tx, Context& context, Operation& o,
                         const sgp02::BaseResponse& base) {
  const auto& why = base.functionExecutionStatus.statusCodeData;
  const bool busy = why && code::Code{why->subject, why->reason} == code::kBusy;
  // It has not come to its end there yet: who manages the card that does not decide.
  if (busy && o.stage == Stage::kCommitted)
    return call_peer(tx, context, o, "ES7-HandoverEUICC", {}, context.settings.settling);
  Outcome out;
  out.status = base.functionExecutionStatus.status;
  out.code = base.functionExecutionStatus.statusCodeData;
  EIDER_CHECK(finish(tx, context, o, out));
  if (!out.succeeded()) return suspect_key_set(tx, o.eid, o.key_version);
  // It has its card now, with its history; audits that were due are its own.
  EIDER_TRY(left, tx.operations(o.eid));
  for (const auto& other : left) EIDER_CHECK(tx.remove_operation(other.id));
  return tx.remove_euicc(o.eid);
}

const Procedure procedures::kHandover = {
    OperationKind::kHandover, 0, false, false, begin, nullptr, nullptr, expired};
const Procedure procedures::kCertificate = {
    OperationKind::kCertificate, 0, false, false, nullptr, certificate_script, certificate_answered, nullptr};
const Procedure procedures::kKeyEstablishment = {
    OperationKind::kKeyEstablishment, 0x0800, false, false, nullptr, keys_script, keys_answered, nullptr};

}  // namespace eider::smsr
