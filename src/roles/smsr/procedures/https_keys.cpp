// A key set for HTTPS sessions (SCP81) by EstablishISDRKeySet: after an SM-SR change the ISD-R has none of
// the new SM-SR's (SGP.02 v4.2 section 3.8, after step 26; section 4.1.1.8 with the versions of
// section 2.2.5.1).
#include "channel/scenario3.hpp"
#include "codec/tlv.hpp"
#include "roles/smsr/eis_view.hpp"
#include "roles/smsr/procedures/handover.hpp"

namespace eider::smsr {
namespace {
namespace es5 = sgp02::es5;
namespace scenario3 = channel::scenario3;
constexpr std::uint8_t kFirstVersion = 0x40, kLastVersion = 0x4F;

// In `data`: the version that is being made, and the card's challenge once it is there.
std::uint8_t version_of(const Operation& o) {
  return o.data.empty() ? 0 : o.data.front();
}

Result<std::uint8_t> free_version(StoreReader& reader, const Eid& eid) {
  EIDER_TRY(document, reader.document(eid));
  if (!document) return refuse(code::kEidUnknown);
  const auto& sets = document->isd_r.keySets;
  for (auto v = kFirstVersion; v <= kLastVersion; ++v)
    if (std::ranges::find(sets, v, &sgp02::KeySet::version) == sets.end()) return v;
  return refuse(code::kEisInvalid, {}, "no key version is free");
}

Result<std::unique_ptr<scenario3::Initiator>> initiator(StoreReader& reader, const Operation& o) {
  EIDER_TRY(document, reader.document(o.eid));
  if (!document) return refuse(code::kEidUnknown);
  EIDER_TRY(ecasd, ecasd_certificate(document->signed_info.info));
  sgp02::es7::CreateAdditionalKeySetRequest request;
  request.keyVersionNumber = version_of(o);
  request.scenarioParameter = scenario3::kDerivationRandom | scenario3::kCertificate;
  EIDER_TRY(crt, scenario3::ControlReferenceTemplate::decode(control_reference_template(request, {})));
  Remembered random(o.secret);
  return std::make_unique<scenario3::Initiator>(crt, ecasd.public_key(), random);
}

Status begin(StoreTransaction& tx, Context& context, Operation& o) {
  if (!context.settings.certificate)
    return refuse(code::kFunctionUnsupported, {}, "the SM-SR has no CERT.SR.ECDSA");
  EIDER_TRY(version, free_version(tx, o.eid));
  o.data = {version};
  o.secret = Secret(context.random(32));
  return tx.put_operation(o);
}

Result<Script> script(StoreReader& reader, Context& context, const Operation& o) {
  const auto& s = context.settings;
  if (o.stage == Stage::kCommand)
    return Script::of(es5::encode_certificate(s.certificate->octets()), isd_r_aid());
  EIDER_TRY(agreement, initiator(reader, o));
  EIDER_TRY(data, agreement->command_data(*s.signing_key, ByteView(o.data).subspan(1)));
  return Script::of(es5::encode_store_data(data, true, 1), isd_r_aid());
}

Status challenged(StoreTransaction& tx, Context& context, Operation& o, const CardAnswer& answer) {
  const auto challenge = answer.ok() ? find_tlv(answer.responses.back().data, 0x85) : std::nullopt;
  if (!challenge) return finish(tx, context, o, card_refused(answer, sgp22::eid_digits(o.eid)));
  o.data.resize(1);
  append(o.data, challenge->value);
  return again(tx, context, o, Stage::kKeys);
}

Status put_keys(StoreTransaction& tx, const Operation& o, const scenario3::KeySet& derived) {
  EIDER_TRY(euicc, tx.euicc(o.eid));
  if (!euicc) return refuse(code::kEidUnknown);
  const CardKeys keys{
      o.eid, version_of(o), KeySetType::kScp81, 0, {StoredKey{1, scenario3::kPskTls, derived.keys.front()}}};
  EIDER_CHECK(tx.put_key_set(keys));
  EIDER_CHECK(list_key_set(tx, keys));
  euicc->scp81_version = keys.version;
  return tx.put_euicc(*euicc);
}

// The challenge was used by an attempt whose answer got lost, which may have made the key set, too.
Status begin_anew(StoreTransaction& tx, Context& context, Operation& o, bool exists) {
  if (exists) {
    EIDER_CHECK(suspect_key_set(tx, o.eid, version_of(o)));
    EIDER_TRY(version, free_version(tx, o.eid));
    o.data = {version};
  }
  o.data.resize(1);
  return again(tx, context, o, Stage::kCommand);
}

Status answered(StoreTransaction& tx, Context& context, Operation& o, const CardAnswer& answer) {
  if (o.stage == Stage::kCommand) return challenged(tx, context, o, answer);
  if (answer.sw() == es5::kNotFound) return begin_anew(tx, context, o, true);
  if (answer.sw() == es5::kConditionsNotSatisfied) return begin_anew(tx, context, o, false);
  if (!answer.ok()) return finish(tx, context, o, card_refused(answer, sgp22::eid_digits(o.eid)));
  EIDER_TRY(agreement, initiator(tx, o));
  const auto derived = agreement->finish(answer.responses.back().data, {});
  if (!derived)
    return finish(tx, context, o,
                  failure(code::kEcasdVerification, sgp22::eid_digits(o.eid), "the receipt does not verify"));
  EIDER_CHECK(put_keys(tx, o, *derived));
  return finish(tx, context, o, {});
}
}  // namespace

const Procedure procedures::kHttpsKeys = {
    OperationKind::kHttpsKeys, 0x0800, false, false, begin, script, answered, nullptr};

}  // namespace eider::smsr
