// ES3.CreateISDP, SendData, ProfileDownloadCompleted and UpdateConnectivityParameters: what an SM-DP needs
// for a download (SGP.02 v4.2 sections 3.1, 5.4.3 to 5.4.5, 5.4.13).
#include "codec/tlv.hpp"
#include "roles/smsr/card_link.hpp"
#include "roles/smsr/eis_view.hpp"
#include "roles/smsr/functions.hpp"
#include "roles/smsr/outbox.hpp"
#include "roles/smsr/policy.hpp"
#include "roles/smsr/registry.hpp"
#include "roles/smsr/rights.hpp"
#include "spec/sgp02/store_data.hpp"

namespace eider::smsr::es3 {

Result<Handled> create_isdp(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::es3::CreateISDPRequest>();
  EIDER_TRY(euicc, available(tx, r.eid));
  EIDER_TRY(elsewhere, tx.eid_of_iccid(r.iccid));
  if (elsewhere) return refuse(code::kIccidInUse, sgp22::iccid_digits(r.iccid));
  if (r.requiredMemory > euicc.remaining_memory) return refuse(code::kEuiccMemory, sgp22::eid_digits(r.eid));
  EIDER_TRY(profiles, tx.profiles(r.eid));
  EIDER_TRY(aid, free_aid(profiles));
  Profile p;
  p.eid = r.eid;
  p.iccid = r.iccid;
  p.isdp_aid = aid;
  p.owner = r.mnoId;
  p.smdp_id = in.caller.id;
  p.allocated_memory = r.requiredMemory;
  EIDER_CHECK(tx.put_profile(p));
  auto o = operation_of(in, OperationKind::kCreateIsdp, r.eid);
  o.iccid = r.iccid;
  o.isdp_aid = aid;
  o.more_to_do = r.moreToDo.value_or(false);
  return later(tx, context, std::move(o));
}

namespace {
// What goes to the ISD-R is for the ISD-P that its first command names: INSTALL [for personalization], and
// STORE DATA behind it.
std::optional<Aid> named_isdp(ByteView data) {
  const auto first = read_tlv(data, false);
  if (!first || first->tag != 0x22) return std::nullopt;
  const auto command = parse_command(first->value);
  if (!command) return std::nullopt;
  const auto* f = sgp02::es5::find_function(*command);
  if (!f || f->id != sgp02::es5::FunctionId::kInstallForPersonalization) return std::nullopt;
  const auto aid = sgp02::es5::decode_install_for_personalization(*command);
  return aid ? std::optional(*aid) : std::nullopt;
}
// An SM-DP has nothing to say to the ISD-R but how keys of its ISD-P are established.
bool only_establishment(ByteView data) {
  const auto members = read_tlvs(data, false);
  if (!members || members->empty()) return false;
  for (const auto& m : *members) {
    const auto command = m.tag == 0x22 ? parse_command(m.value) : fail_local("no command");
    if (!command || (command->ins != 0xE2 && command->ins != 0xE6)) return false;
    if (command->ins == 0xE6 && command->p1 != 0x20) return false;
    const auto dgi = sgp02::dgi_of(command->data);
    if (command->ins == 0xE2 && command->p2 == 0 && dgi != 0x3A01 && dgi != 0x3A02) return false;
  }
  return true;
}
}  // namespace

Result<Handled> send_data(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::es3::SendDataRequest>();
  EIDER_TRY(euicc, available(tx, r.eid));
  EIDER_TRY(profiles, tx.profiles(euicc.eid));
  if (r.sdAid == isd_r_aid()) {
    const auto isdp = named_isdp(r.data);
    const bool own = std::ranges::any_of(profiles, [&](const Profile& p) {
      return p.smdp_id == in.caller.id && p.state == ProfileState::kCreated && (!isdp || p.isdp_aid == *isdp);
    });
    if (!own || !only_establishment(r.data))
      return refuse(code::kSdAidUnknown, to_hex(r.sdAid), "only for an ISD-P that the SM-DP has created");
  } else {
    const auto p = with_aid(profiles, r.sdAid);
    if (!p || p->state == ProfileState::kInCreation || p->smdp_id != in.caller.id)
      return refuse(code::kSdAidUnknown, to_hex(r.sdAid));
  }
  auto o = operation_of(in, OperationKind::kSendData, r.eid);
  o.isdp_aid = r.sdAid;
  o.data = r.data;
  o.more_to_do = r.moreToDo.value_or(false);
  return later(tx, context, std::move(o));
}

Result<Handled> profile_download_completed(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::es3::ProfileDownloadCompletedRequest>();
  EIDER_TRY(p, entitled(tx, in.caller, in.function->id, r.eid, r.iccid));
  if (p.state != ProfileState::kCreated)
    return refuse(code::kIccidInvalidTransition, sgp22::iccid_digits(r.iccid));
  p.state = ProfileState::kDisabled;
  p.type = r.profileType.value_or("");
  if (r.subscriptionAddress) {
    p.imsi = r.subscriptionAddress->imsi.value_or("");
    p.msisdn = msisdn_digits(r.subscriptionAddress->msisdn.value_or(""));
  }
  EIDER_CHECK(check_rules(r.pol2.value_or(Pol2{})));
  p.pol2 = r.pol2.value_or(Pol2{});
  EIDER_CHECK(tx.put_profile(p));
  EIDER_CHECK(report(tx, context, p, Report::kDownloaded, in.caller.id));
  return done(sgp02::SimpleResponse{});
}

Result<Handled> update_connectivity_parameters(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::es3::UpdateConnectivityParametersRequest>();
  EIDER_TRY(p, entitled(tx, in.caller, in.function->id, r.eid, r.iccid));
  auto o = operation_of(in, OperationKind::kUpdateConnectivity, r.eid);
  o.iccid = p.iccid;
  o.isdp_aid = p.isdp_aid;
  o.data = r.connectivityParameters;
  return later(tx, context, std::move(o));
}

}  // namespace eider::smsr::es3
