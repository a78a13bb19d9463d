// ES7.HandoverEUICC, AuthenticateSMSR and CreateAdditionalKeySet (SGP.02 v4.2 sections 3.8, 5.6).
#include "roles/smsr/procedures/handover.hpp"

#include "channel/scenario3.hpp"
#include "codec/tlv.hpp"
#include "roles/smsr/eis_view.hpp"
#include "roles/smsr/functions.hpp"
#include "roles/smsr/rights.hpp"
#include "spec/sgp02/store_data.hpp"

namespace eider::smsr::es7 {

Result<Handled> handover_euicc(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& eis = in.as<sgp02::es7::HandoverEUICCRequest>().eis;
  const auto eid = sgp22::eid_digits(eis.eid());
  EIDER_TRY(here, tx.euicc(eis.eid()));
  EIDER_TRY(leaving, being_handed_over(tx, eis.eid()));
  if (here && !leaving) {
    // Its answer was lost: this SM-SR manages the eUICC already.
    sgp02::SimpleResponse r;
    r.base.functionExecutionStatus = code::with_warning(code::kEidInUse, eid, "taken over already");
    return done(std::move(r));
  }
  if (leaving) return refuse(code::kBusy, eid);
  EIDER_TRY(expected, tx.expected_handover(eis.eid()));
  if (!expected || expected->current_smsr != in.caller.id || expected->expires_at <= context.now())
    return refuse(code::kSmsrRefused, context.settings.id.dotted(), "nobody announced this handover");
  EIDER_CHECK(verify_eis(context, eis, eis.eumSigned.info.productionDate));
  for (const auto& i : eis.profileInfos) {
    EIDER_TRY(elsewhere, tx.eid_of_iccid(i.iccid));
    if (elsewhere) return refuse(code::kIccidInUse, sgp22::iccid_digits(i.iccid));
  }
  auto o = operation_of(in, OperationKind::kTakeover, eis.eid());
  o.peer = in.caller.id;
  o.data = to_bytes(in.octets);
  constexpr std::size_t kEnough = 1024;  // for a scalar by rejection
  o.secret = Secret(context.random(kEnough));
  return later(tx, context, std::move(o));
}

namespace {
// The SM-SR that the eUICC is on its way to.
Result<Operation> handover_to(StoreReader& reader, const Incoming& in, const Eid& eid) {
  EIDER_TRY(euicc, managed(reader, eid));
  EIDER_TRY(all, reader.operations(euicc.eid));
  for (auto& o : all)
    if (o.kind == OperationKind::kHandover && o.started && o.peer == in.caller.id) return std::move(o);
  return refuse(code::kEuiccNotAllowed, sgp22::eid_digits(eid), "it is not on its way to this SM-SR");
}
Result<Handled> step(StoreTransaction& tx, Context& context, const Incoming& in, const Operation& parent,
                     OperationKind kind, Bytes data) {
  EIDER_TRY(same, find_step(tx, parent.eid, kind));
  if (same) EIDER_CHECK(tx.remove_operation(same->id));
  auto o = operation_of(in, kind, parent.eid);
  o.parent = parent.id;
  o.data = std::move(data);
  o.expires_at = std::min(in.expires_at, parent.expires_at);
  return later(tx, context, std::move(o));
}

Status verify_certificate(const Context& context, const crypto::GpCertificate& c) {
  const auto& f = c.fields();
  if (f.role != crypto::GpRole::kSmSr)
    return refuse(code::kSmsrCertificateInvalid, {}, "it is not that of an SM-SR");
  bool verified = false;
  for (const auto& ci : context.settings.roots.anchors())
    verified =
        verified || ((f.authority_key_identifier.empty() || equal(f.authority_key_identifier, ci.ski)) &&
                     c.verify(ci.key));
  if (!verified) return refuse(code::kSmsrCertificateInvalid, {}, "no CI of ours signed it");
  const auto today = format_time(context.now());
  if (f.expiration < today.substr(0, 4) + today.substr(5, 2) + today.substr(8, 2))
    return refuse(code::kSmsrCertificateExpired);
  return {};
}
}  // namespace

Result<Handled> authenticate_smsr(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::es7::AuthenticateSMSRRequest>();
  EIDER_TRY(parent, handover_to(tx, in, r.eid));
  const auto certificate = crypto::GpCertificate::decode(r.smsrCertificate);
  if (!certificate) return refuse(code::kSmsrCertificateInvalid, {}, "it cannot be read");
  EIDER_CHECK(verify_certificate(context, *certificate));
  return step(tx, context, in, parent, OperationKind::kCertificate, r.smsrCertificate);
}

Result<Handled> create_additional_key_set(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::es7::CreateAdditionalKeySetRequest>();
  EIDER_TRY(parent, handover_to(tx, in, r.eid));
  EIDER_TRY(document, tx.document(r.eid));
  // A key set of ours in its place would lock us out before the change is certain.
  const bool deletes = (r.scenarioParameter & channel::scenario3::kDeleteKeySets) != 0;
  EIDER_TRY(taken, tx.key_set(r.eid, r.keyVersionNumber));
  if (deletes || taken)
    return refuse(code::kFormatInvalid, "KeyVersionNumber", "the key sets of this SM-SR stay until the end");
  const auto crt = control_reference_template(r, document ? ByteView(document->isd_r.sdin) : ByteView());
  // The point, the value of 7F49, or the whole.
  const auto& key = r.ephemeralPublicKey;
  Bytes point = key;
  if (!key.empty() && key[0] == 0x04) point = concat({hex("B041"), key, hex("F00100")});
  if (key.size() < 2 || key[0] != 0x7F) point = make_tlv(0x7F49, point);
  Bytes signature = r.signature;
  if (signature.size() == 64) signature = make_tlv(0x5F37, signature);
  auto data = concat({sgp02::dgi_header(0x3A02, crt.size()), crt, point, signature});
  if (!channel::scenario3::CommandData::decode(data, crypto::Curve::kP256))
    return refuse(code::kFormatInvalid, "EphemeralPublicKey");
  parent.key_version = r.keyVersionNumber;  // which the card may have from now on
  EIDER_CHECK(tx.put_operation(parent));
  return step(tx, context, in, parent, OperationKind::kKeyEstablishment, std::move(data));
}

}  // namespace eider::smsr::es7
