// SetPLMA, GetPLMA, SetONC and GetONC of ES4A, and of ES3 where an SM-DP passes them on (SGP.02 v4.2 sections
// 3.20, 3.21, 5.7).
#include "roles/smsr/functions.hpp"
#include "roles/smsr/outbox.hpp"

namespace eider::smsr::shared {
namespace {
// An Operator speaks for itself. An SM-DP for the Operators whose Profiles it has loaded: a wrong one would
// be its breach of contract, but that of a stranger is refused.
Status speaks_for(Context& context, const Incoming& in, const EntityId& owner) {
  const auto* peer = context.settings.find(owner);
  if (!peer || (peer->parties & sgp02::kMno) == 0)
    return refuse(code::kRequesterUnknown, owner.dotted(), "no Operator of this identifier");
  if (in.caller.interface == sgp02::Interface::kEs3 || owner == in.caller.id) return {};
  return refuse(code::kRequesterNotAllowed, owner.dotted());
}
}  // namespace

Result<Handled> set_plma(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& plma = in.as<sgp02::SetPLMARequest>().plma;
  EIDER_CHECK(speaks_for(context, in, plma.mnoId));
  EIDER_CHECK(tx.put_plma(plma));
  ReportContent content{Report::kPlmaSet, {}, context.now(), in.caller.id, plma};
  EIDER_CHECK(report_to(tx, context, plma.m2mSpId, {}, std::nullopt, std::move(content)));
  return done(sgp02::SimpleResponse{});
}

Result<Handled> get_plma(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::GetPLMARequest>();
  auto owner = r.mnoId;
  auto party = r.m2mSpId;
  if (in.caller.interface == sgp02::Interface::kEs3) {
    if (!owner) return refuse(code::kFormatConditionalMissing, "Mno-id");
    EIDER_CHECK(speaks_for(context, in, *owner));
  } else if (owner != in.caller.id && party != in.caller.id) {
    // What is not said: those that the caller gave, on ES4 those that it got.
    auto& mine = in.caller.interface == sgp02::Interface::kEs4a ? owner : party;
    if (mine) return refuse(code::kRequesterNotAllowed, mine->dotted());
    mine = in.caller.id;
  }
  EIDER_TRY(plmas, tx.plmas(owner, party, r.profileType));
  return done(sgp02::GetPLMAResponse{{}, std::move(plmas)});
}

Result<Handled> set_onc(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& onc = in.as<sgp02::SetONCRequest>().onc;
  EIDER_CHECK(speaks_for(context, in, onc.mnoId));
  EIDER_CHECK(tx.put_onc(onc));
  return done(sgp02::SimpleResponse{});
}

Result<Handled> get_onc(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::GetONCRequest>();
  if (!r.mnoId && in.caller.interface == sgp02::Interface::kEs3)
    return refuse(code::kFormatConditionalMissing, "Mno-id");
  const auto owner = r.mnoId.value_or(in.caller.id);
  EIDER_CHECK(speaks_for(context, in, owner));
  EIDER_TRY(oncs, tx.oncs(owner, r.profileType));
  return done(sgp02::GetONCResponse{{}, std::move(oncs)});
}

}  // namespace eider::smsr::shared
