#include "roles/smsr/replies.hpp"

#include "roles/smsr/eis_view.hpp"
#include "spec/sgp02/soap.hpp"

namespace eider::smsr {
namespace {
namespace es3 = sgp02::es3;
namespace es7 = sgp02::es7;

std::optional<Bytes> given(const Bytes& octets) {
  if (octets.empty()) return std::nullopt;
  return octets;
}

template <class T>
std::any about_profile(const Context& context, const OutboxEntry& e) {
  T n;
  n.eid = e.eid;
  n.iccid = e.report.iccid;
  n.completionTimestamp = e.report.completed_at;
  n.smsrId = context.settings.id;
  n.requester = e.report.initiator;
  return n;
}
}  // namespace

sgp02::BaseResponse base_of(const Outcome& outcome, Time start) {
  const auto end = outcome.ended_at == Time{} ? std::nullopt : std::optional(outcome.ended_at);
  return {start, end, std::nullopt, {outcome.status, outcome.code}};
}

Result<std::any> response_of(StoreReader& reader, Context& context, const sgp02::Function& f,
                             const Call& call, const Outcome& o) {
  using N = sgp02::FunctionName;
  auto base = base_of(o, call.received_at);
  if (call.acceptable_validity) base.acceptableValidityPeriod = call.acceptable_validity;
  switch (f.id) {
    case N::kCreateISDP:
      return std::any(es3::CreateISDPResponse{base, o.isdp_aid, given(o.euicc_response)});
    case N::kAuditEIS: {
      sgp02::EisResponse r{base, std::nullopt};
      if (!o.succeeded()) return std::any(r);
      EIDER_TRY(answered, reader.answered_call(call.caller, call.call_identifier));
      if (!answered) return std::any(r);
      EIDER_TRY(eis, eis_view(reader, context, {call.caller, f.interface}, answered->eid, answered->iccids));
      r.eis = std::move(eis);
      return std::any(std::move(r));
    }
    case N::kAuthenticateSMSR:
      return std::any(es7::AuthenticateSMSRResponse{base, given(o.first), given(o.euicc_response)});
    case N::kCreateAdditionalKeySet:
      return std::any(es7::CreateAdditionalKeySetResponse{base, given(o.first), given(o.second),
                                                          given(o.euicc_response)});
    default:
      if (*f.response.type == typeid(sgp02::EuiccResponse))
        return std::any(sgp02::EuiccResponse{base, given(o.euicc_response)});
      return sgp02::soap::make_response(f, base);
  }
}

Result<std::any> notification_of(StoreReader& reader, Context& context, const OutboxEntry& e) {
  switch (e.report.report) {
    case Report::kEnabled:
      return about_profile<sgp02::HandleProfileEnabledNotification>(context, e);
    case Report::kDisabled:
      return about_profile<sgp02::HandleProfileDisabledNotification>(context, e);
    case Report::kDeleted:
      return about_profile<sgp02::HandleProfileDeletedNotification>(context, e);
    case Report::kDownloaded:
      return about_profile<sgp02::HandleProfileDownloadedNotification>(context, e);
    case Report::kFallbackSet:
      return about_profile<sgp02::HandleProfileFallBackAttributeSetNotification>(context, e);
    case Report::kFallbackUnset:
      return about_profile<sgp02::HandleProfileFallBackAttributeUnsetNotification>(context, e);
    case Report::kEmergencySet:
      return about_profile<sgp02::HandleEmergencyProfileAttributeSetNotification>(context, e);
    case Report::kEmergencyUnset:
      return about_profile<sgp02::HandleEmergencyProfileAttributeUnsetNotification>(context, e);
    case Report::kPol2Updated: {
      EIDER_TRY(p, reader.profile(e.eid, e.report.iccid));
      sgp02::HandleProfilePOL2UpdatedNotification n{e.eid, e.report.iccid, e.report.completed_at,
                                                    context.settings.id, std::nullopt};
      if (p) n.pol2 = p->pol2;
      return std::any(std::move(n));
    }
    case Report::kPlmaSet:
      return std::any(
          sgp02::HandlePLMASettingNotification{e.report.plma, e.report.completed_at, context.settings.id});
    case Report::kSmsrChanged: {
      const auto interface =
          e.call.function.starts_with("ES3-") ? sgp02::Interface::kEs3 : sgp02::Interface::kEs4;
      EIDER_TRY(eis, eis_view(reader, context, {e.target, interface}, e.eid));
      return std::any(sgp02::HandleSMSRChangeNotification{std::move(eis), e.report.completed_at});
    }
  }
  return fail_local("no such notification");
}

sgp02::Entity self(const Context& context) {
  return {context.settings.id, context.settings.name, {}, context.settings.url};
}
std::string fresh_message_id(Context& context, const std::string& transaction_id) {
  return sgp02::soap::make_message_id(context.settings.id, to_hex(context.random(16)), transaction_id,
                                      context.now());
}
sgp02::MessageHeader header_to(Context& context, const EntityId& target, const std::string& url,
                               const std::string& transaction_id, const std::string& message_id) {
  sgp02::MessageHeader h;
  h.sender = self(context);
  h.receiver.id = target;
  h.receiver.address = url;
  h.messageId = message_id;
  h.transactionId = transaction_id;
  h.messageDate = context.now();
  return h;
}

}  // namespace eider::smsr
