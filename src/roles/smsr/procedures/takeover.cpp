// SM-SR2 of an SM-SR change. It is the manager from the moment that the receipt verifies, whatever comes
// after (SGP.02 v4.2 section 3.8, step 23).
#include "channel/scenario3.hpp"
#include "codec/tlv.hpp"
#include "crypto/transport_key.hpp"
#include "roles/smsr/eis_view.hpp"
#include "roles/smsr/outbox.hpp"
#include "roles/smsr/procedures/handover.hpp"
#include "spec/sgp02/soap.hpp"

namespace eider::smsr {
namespace {
namespace es5 = sgp02::es5;
namespace scenario3 = channel::scenario3;
constexpr std::uint8_t kLastScp80Version = 0x0F;

// An SCP80 key set that the ISD-R does not have: those of SM-SR1 stay until the end.
Result<std::uint8_t> own_version(const Context& context, const sgp02::Eis& eis) {
  for (std::uint8_t i = 0; i < kLastScp80Version; ++i) {
    const auto v =
        static_cast<std::uint8_t>((context.settings.own_key_version - 1 + i) % kLastScp80Version + 1);
    const bool taken = eis.isdR && std::ranges::find(eis.isdR->keySets, v, &sgp02::KeySet::version) !=
                                       eis.isdR->keySets.end();
    if (!taken) return v;
  }
  return refuse(code::kEisInvalid, {}, "no key version is free");
}

struct Agreement {
  sgp02::Eis eis;
  sgp02::es7::CreateAdditionalKeySetRequest request;
  std::unique_ptr<scenario3::Initiator> initiator;
};
Result<Agreement> agreement(Context& context, const Operation& o) {
  EIDER_TRY(eis, eis_of(o));
  EIDER_TRY(ecasd, ecasd_certificate(eis.eumSigned.info));
  EIDER_TRY(version, own_version(context, eis));
  Agreement out{std::move(eis), {}, nullptr};
  out.request.eid = o.eid;
  out.request.keyVersionNumber = version;
  out.request.scenarioParameter = scenario3::kDerivationRandom | scenario3::kCertificate;
  const auto crt = control_reference_template(out.request, {});
  EIDER_TRY(decoded, scenario3::ControlReferenceTemplate::decode(crt));
  Remembered random(o.secret);
  out.initiator = std::make_unique<scenario3::Initiator>(decoded, ecasd.public_key(), random);
  return out;
}

Status begin(StoreTransaction& tx, Context& context, Operation& o) {
  EIDER_CHECK(wait(tx, context, o, Stage::kPeer));
  return call_peer(tx, context, o, "ES7-AuthenticateSMSR");
}

// What the card is still to be told is told without a caller: until then it obeys the SM-SR before.
Status release_steps(StoreTransaction& tx, Context& context, const Operation& o) {
  EIDER_TRY(all, tx.operations(o.eid));
  for (auto& step : all) {
    if (step.parent != o.id) continue;
    step.parent = 0;
    step.expires_at = context.now() + context.settings.longest_validity;
    EIDER_CHECK(tx.put_operation(step));
  }
  return {};
}

// Before step 23 nothing was stored of the eUICC.
Status expired(StoreTransaction& tx, Context& context, Operation& o) {
  if (o.stage != Stage::kCommitted) return finish(tx, context, o, expired_in(sgp22::eid_digits(o.eid)));
  auto out = failure(code::kEuiccInaccessible, sgp22::eid_digits(o.eid), "the handover was not finalised");
  out.status = ExecutionStatus::kExecutedWithWarning;
  EIDER_CHECK(release_steps(tx, context, o));
  return finish(tx, context, o, out);
}

Status add_step(StoreTransaction& tx, Context& context, const Eid& eid, OperationId parent, Time expires_at,
                OperationKind kind) {
  Operation step;
  step.eid = eid;
  step.kind = kind;
  step.internal = true;
  step.parent = parent;
  step.expires_at = expires_at;
  return enqueue(tx, context, step);
}

// Of the ISD-R, as whoever gets the EIS next is told: those of SM-SR1 until they are deleted, and ours.
Result<sgp02::KeySet> listed(const CardKeys& keys) {
  sgp02::KeySet out;
  out.version = keys.version;
  out.type = keys.type;
  for (const auto& key : keys.keys) {
    sgp02::Key k;
    k.index = key.identifier;
    EIDER_TRY(kcv, crypto::key_check_value(key.type, key.value.view()));
    k.kcv = std::move(kcv);
    k.keyComponents.push_back({key.type, {}});
    out.keys.push_back(std::move(k));
  }
  return out;
}
Status list_own_alone(StoreTransaction& tx, const Eid& eid) {
  EIDER_TRY(document, tx.document(eid));
  EIDER_TRY(euicc, tx.euicc(eid));
  if (!document || !euicc) return {};
  std::erase_if(document->isd_r.keySets, [&](const sgp02::KeySet& set) {
    return !set.keys.empty() && set.version != euicc->scp80_version;
  });
  return tx.put_document(*document);
}

Status commit(StoreTransaction& tx, Context& context, Operation& o, const Agreement& a,
              const scenario3::KeySet& derived) {
  auto eis = a.eis;
  eis.smsrId = context.settings.id;
  CardKeys keys{o.eid, a.request.keyVersionNumber, KeySetType::kScp80, 0, {}};
  for (std::uint8_t i = 0; i < derived.keys.size(); ++i)
    keys.keys.push_back({static_cast<std::uint8_t>(i + 1), scenario3::kAes, derived.keys[i]});
  EIDER_CHECK(put_eis(tx, context, eis));
  EIDER_CHECK(tx.put_key_set(keys));
  EIDER_CHECK(list_key_set(tx, keys));
  EIDER_TRY(euicc, tx.euicc(o.eid));
  euicc->scp80_version = keys.version;
  EIDER_CHECK(tx.put_euicc(*euicc));
  EIDER_CHECK(tx.remove_expected_handover(o.eid));
  EIDER_CHECK(wait(tx, context, o, Stage::kCommitted));
  EIDER_TRY(profiles, tx.profiles(o.eid));
  if (!profiles.empty())
    EIDER_CHECK(report_to_owners(tx, context, profiles.front(), Report::kSmsrChanged, std::nullopt));
  return add_step(tx, context, o.eid, o.id, o.expires_at, OperationKind::kFinalise);
}

// ---- FinaliseISDRhandover, then UpdateSMSRAddressingParameters
// Key sets that are not ours; without those that are done (`data`).
Result<std::vector<es5::KeyRange>> keys_to_delete(StoreReader& reader, const Operation& o) {
  EIDER_TRY(document, reader.document(o.eid));
  EIDER_TRY(euicc, reader.euicc(o.eid));
  if (!document || !euicc) return refuse(code::kEidUnknown);
  std::vector<es5::KeyRange> ranges;
  for (const auto& set : document->isd_r.keySets) {
    if (set.keys.empty() || set.version == euicc->scp80_version ||
        std::ranges::find(o.data, set.version) != o.data.end())
      continue;
    const auto [low, high] = std::ranges::minmax(set.keys, {}, &sgp02::Key::index);
    ranges.push_back({set.version, low.index, high.index});
  }
  if (ranges.empty()) return refuse(code::kEisInvalid, {}, "the EIS names no key set to delete");
  return ranges;
}
// All at once; one by one when the card does not have one of them, since then it deletes none.
Result<Script> finalise_script(StoreReader& reader, Context&, const Operation& o) {
  EIDER_TRY(ranges, keys_to_delete(reader, o));
  if (!o.data.empty()) ranges.resize(1);
  return Script::of(es5::encode_finalise_handover(ranges));
}
Status finalise_answered(StoreTransaction& tx, Context& context, Operation& o, const CardAnswer& answer) {
  const bool missing = answer.sw() == es5::kNotFound;
  if (missing && o.data.empty()) {
    o.data.push_back(0);
    return again(tx, context, o, o.stage);
  }
  // What is not there any more was deleted, or the card never had it.
  const bool ok = answer.ok() || missing;
  if (ok && !o.data.empty()) {
    EIDER_TRY(left, keys_to_delete(tx, o));
    o.data.push_back(left.front().key_version);
    if (left.size() > 1) return again(tx, context, o, o.stage);
  }
  EIDER_CHECK(finish(tx, context, o, ok ? Outcome{} : card_refused(answer, {})));
  if (ok) EIDER_CHECK(list_own_alone(tx, o.eid));
  return finalised(tx, context, o, ok);
}
Result<Script> addressing_script(StoreReader&, Context& context, const Operation&) {
  const auto& s = context.settings;
  Bytes address = {s.sms_address.type};
  const auto digits = bcd_encode(s.sms_address.digits, true);
  if (!digits) return refuse(code::kFunctionUnsupported, {}, "the SM-SR's address is no number");
  append(address, *digits);
  return Script::of(es5::AddressingParameters{std::move(address), s.addressing}.encode());
}
Status addressing_answered(StoreTransaction& tx, Context& context, Operation& o, const CardAnswer& answer) {
  EIDER_CHECK(finish(tx, context, o, answer.ok() ? Outcome{} : card_refused(answer, {})));
  return finalised(tx, context, o, answer.ok());
}
// The card could not be reached: the change stands, and its step goes on without a caller. Until then the
// card obeys the SM-SR before, and reports to it.
Status step_expired(StoreTransaction& tx, Context& context, Operation& o) {
  const auto before = o;
  o.parent = 0;
  o.expires_at = context.now() + context.settings.longest_validity;
  EIDER_CHECK(again(tx, context, o, o.stage));
  return finalised(tx, context, before, false);
}
}  // namespace

Status list_key_set(StoreTransaction& tx, const CardKeys& keys) {
  EIDER_TRY(document, tx.document(keys.eid));
  if (!document) return fail_local("an eUICC without its EIS");
  EIDER_TRY(set, listed(keys));
  document->isd_r.keySets.push_back(std::move(set));
  return tx.put_document(*document);
}

Result<sgp02::Eis> eis_of(const Operation& o) {
  const auto message = sgp02::soap::decode(o.data);
  const auto* request = message ? message->as<sgp02::es7::HandoverEUICCRequest>() : nullptr;
  if (!request) return fail_local("the EIS of a handover cannot be read again");
  return request->eis;
}

Result<sgp02::es7::CreateAdditionalKeySetRequest> key_set_request(StoreReader&, Context& context,
                                                                  const Operation& o, ByteView challenge) {
  EIDER_TRY(a, agreement(context, o));
  EIDER_TRY(data, a.initiator->command_data(*context.settings.signing_key, challenge));
  EIDER_TRY(parts, scenario3::CommandData::decode(data, crypto::Curve::kP256));
  a.request.ephemeralPublicKey = to_bytes(parts.public_key_tlv);
  a.request.signature = to_bytes(parts.signature);
  return std::move(a.request);
}

Status challenge_arrived(StoreTransaction& tx, Context& context, Operation& o, ByteView challenge) {
  if (o.stage != Stage::kPeer) return {};
  EIDER_CHECK(wait(tx, context, o, Stage::kPeerKeySet));
  return call_peer(tx, context, o, "ES7-CreateAdditionalKeySet", to_bytes(challenge));
}

Status receipt_arrived(StoreTransaction& tx, Context& context, Operation& o, ByteView random,
                       ByteView receipt) {
  if (o.stage != Stage::kPeerKeySet) return {};
  EIDER_TRY(a, agreement(context, o));
  Bytes answer;
  if (!random.empty()) append_tlv(answer, 0x85, random);
  append_tlv(answer, 0x86, receipt);
  const auto keys = a.initiator->finish(answer, {});
  if (!keys)
    return finish(tx, context, o,
                  failure(code::kEcasdVerification, sgp22::eid_digits(o.eid), "the receipt does not verify"));
  return commit(tx, context, o, a, *keys);
}

namespace {
// Without a caller, who is told of the change before: without them long scripts go by short message.
Status ask_for_https_keys(StoreTransaction& tx, Context& context, const Eid& eid) {
  EIDER_TRY(euicc, tx.euicc(eid));
  if (!euicc || !euicc->http || euicc->scp81_version != 0) return {};
  return add_step(tx, context, eid, 0, context.now() + context.settings.longest_validity,
                  OperationKind::kHttpsKeys);
}
}  // namespace

Status finalised(StoreTransaction& tx, Context& context, const Operation& step, bool ok) {
  EIDER_TRY(parent, tx.operation(step.parent));
  if (ok && step.kind == OperationKind::kFinalise)
    return add_step(tx, context, step.eid, step.parent, step.expires_at, OperationKind::kAddressing);
  // The card may have fallen back, or come back, after its EIS was given out.
  if (ok) EIDER_CHECK(audit_later(tx, context, step.eid));
  if (ok && context.settings.https_keys) EIDER_CHECK(ask_for_https_keys(tx, context, step.eid));
  if (!parent) return {};
  Outcome out;
  if (!ok) {
    out = failure(code::kIsdrExecutionError, sgp22::eid_digits(parent->eid),
                  "the change is done, " + std::string(to_string(step.kind)) + " is not");
    out.status = ExecutionStatus::kExecutedWithWarning;
  }
  return finish(tx, context, *parent, out);
}

const Procedure procedures::kTakeover = {
    OperationKind::kTakeover, 0, false, false, begin, nullptr, nullptr, expired};
const Procedure procedures::kFinalise = {
    OperationKind::kFinalise, 0x0900,      false, false, nullptr, finalise_script,
    finalise_answered,        step_expired};
const Procedure procedures::kAddressing = {
    OperationKind::kAddressing, 0,           false, false, nullptr, addressing_script,
    addressing_answered,        step_expired};

}  // namespace eider::smsr
