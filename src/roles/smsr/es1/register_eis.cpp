// ES1.RegisterEIS and UpdateEISAdditionalProperties (SGP.02 v4.2 sections 3.9, 5.2.1, 5.2.2).
#include "crypto/transport_key.hpp"
#include "roles/smsr/eis_view.hpp"
#include "roles/smsr/functions.hpp"
#include "roles/smsr/rights.hpp"

namespace eider::smsr::es1 {
namespace {

// Of the key sets that this SM-SR uses. What it cannot use stays in the EIS.
Result<std::optional<CardKeys>> unwrap(const Eid& eid, const sgp02::KeySet& set, const Secret& transport) {
  if (!set.type || (*set.type != KeySetType::kScp80 && *set.type != KeySetType::kScp81) || set.keys.empty())
    return std::optional<CardKeys>{};
  CardKeys out{eid, set.version, *set.type, set.cntr.value_or(0), {}};
  for (const auto& key : set.keys)
    for (const auto& c : key.keyComponents) {
      auto value = crypto::unwrap_transported(c.type, c.value, transport.view(), key.kcv);
      if (!value)
        return refuse(code::kEisInvalid, sgp22::eid_digits(eid), "a key does not fit its check value");
      out.keys.push_back({key.index, c.type, *std::move(value)});
    }
  return std::optional(std::move(out));
}

Status put_keys(StoreTransaction& tx, const sgp02::Eis& eis, const Secret& transport) {
  EIDER_TRY(euicc, managed(tx, eis.eid()));
  if (!eis.isdR) return refuse(code::kEisInvalid, {}, "no ISD-R");
  for (const auto& set : eis.isdR->keySets) {
    EIDER_TRY(keys, unwrap(eis.eid(), set, transport));
    if (!keys) continue;
    EIDER_CHECK(tx.put_key_set(*keys));
    auto& version = keys->type == KeySetType::kScp80 ? euicc.scp80_version : euicc.scp81_version;
    if (version == 0) version = keys->version;
  }
  if (euicc.scp80_version == 0)
    return refuse(code::kEisInvalid, sgp22::eid_digits(eis.eid()), "the ISD-R has no SCP80 key set");
  return tx.put_euicc(euicc);
}
}  // namespace

Result<Handled> register_eis(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& eis = in.as<sgp02::es1::RegisterEISRequest>().eis;
  const auto eid = sgp22::eid_digits(eis.eid());
  // Who signed is who registers.
  if (eis.eumSigned.info.eumId != in.caller.id)
    return refuse(code::kRequesterNotAllowed, eid, "the EIS is another EUM's");
  EIDER_TRY(known, tx.euicc(eis.eid()));
  if (known) return refuse(code::kEidInUse, eid);
  EIDER_CHECK(verify_eis(context, eis, context.now()));
  EIDER_CHECK(put_eis(tx, context, eis));
  EIDER_CHECK(put_keys(tx, eis, context.settings.find(in.caller.id)->transport_key));
  return done(sgp02::SimpleResponse{});
}

Result<Handled> update_additional_properties(StoreTransaction& tx, Context&, const Incoming& in) {
  const auto& r = in.as<sgp02::es1::UpdateEISAdditionalPropertiesRequest>();
  EIDER_TRY(euicc, managed(tx, r.eid));
  EIDER_TRY(document, tx.document(euicc.eid));
  if (!document || document->signed_info.info.eumId != in.caller.id)
    return refuse(code::kEuiccNotAllowed, sgp22::eid_digits(r.eid));
  auto& mine = document->properties.properties;
  for (const auto& p : r.additionalProperties.properties) {
    const auto found = std::ranges::find(mine, p.key, &sgp02::AdditionalProperty::key);
    if (found == mine.end())
      mine.push_back(p);
    else
      found->value = p.value;
  }
  EIDER_CHECK(tx.put_document(*document));
  return done(sgp02::SimpleResponse{});
}

}  // namespace eider::smsr::es1
