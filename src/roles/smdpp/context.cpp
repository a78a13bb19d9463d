#include "roles/smdpp/context.hpp"

#include "spec/sgp22/es2plus.hpp"

namespace eider::smdpp {

const DpCredential* Context::credential_of(ByteView ci_ski) const {
  for (const auto& c : config.credentials)
    if (equal(c.auth_certificate.authority_key_identifier(), ci_ski)) return &c;
  return nullptr;
}

Digest digest_of(ByteView request) {
  return crypto::sha256(request);
}

Status end_session(StoreTransaction& tx, Context& context, Session& session, const Digest& request,
                   const FunctionStatus* status) {
  Ended ended{request, {}, {}};
  if (status) {
    ended.subject_code = status->subject_code;
    ended.reason_code = status->reason_code;
  }
  context.sessions.end(session.transaction_id);
  session.state = std::move(ended);
  session.expires_at =
      std::max(session.expires_at, context.clock.now() + context.config.limits.ended_session_lifetime);
  return tx.put_session(session);
}

Status repeat_of_end(const Ended& ended, const Digest& request) {
  if (!(ended.request == request)) return refuse(status::kTransactionIdUnknown);
  if (ended.subject_code.empty()) return {};
  return refuse({ended.subject_code, ended.reason_code});
}

bool apply(Profile& profile, ProfileEvent event, Time now) {
  const auto to = next_state(profile.state, event);
  if (!to) return false;
  profile.state = *to;
  profile.changed_at = now;
  return true;
}

Status withdraw_event(StoreTransaction& tx, Context& context, Profile& profile) {
  auto& order = *profile.order;
  if (!order.event_registered || !order.eid || !order.matching_id) return {};
  order.event_registered = false;
  OutboxEntry entry;
  entry.key = "event:" + *order.matching_id;
  entry.kind = OutboxKind::kDeleteEvent;
  entry.target = order.smds_address;
  entry.body = sgp22::eid_digits(*order.eid) + ' ' + *order.matching_id;
  entry.created_at = entry.not_before = context.clock.now();
  return tx.add_outbox(entry);
}

Status fail_order(StoreTransaction& tx, Context& context, Profile& profile, const status::Code& code) {
  if (!apply(profile, ProfileEvent::kOrderFailed, context.clock.now())) return {};
  profile.order->end_reason = std::string(code.subject) + "/" + std::string(code.reason);
  // While its result may still come, the last package shows which delivery it would belong to.
  if (!profile.order->maybe_installed) EIDER_CHECK(tx.remove_kept_bpp(profile.iccid));
  return withdraw_event(tx, context, profile);
}

namespace {

template <class Message>
Status enqueue(StoreTransaction& tx, Context& context, const Profile& profile, OutboxKind kind,
               Message message) {
  EIDER_TRY(owner, tx.find_operator(profile.owner));
  if (!owner || owner->notification_url.empty()) return {};
  const auto now = context.clock.now();
  message.header.functionRequesterIdentifier = context.oid.dotted();
  message.header.functionCallIdentifier = to_hex(context.random.fixed<8>());
  message.iccid = sgp22::iccid_digits(profile.iccid);
  message.profileType = profile.type;
  message.timestamp = format_time(now);
  OutboxEntry entry;
  entry.key = message.iccid;
  entry.kind = kind;
  entry.target = profile.owner;
  entry.body = json::encode(message);
  entry.created_at = entry.not_before = now;
  return tx.add_outbox(entry);
}

}  // namespace

Status report_progress(StoreTransaction& tx, Context& context, const Profile& profile,
                       NotificationPoint point, const FunctionStatus* failure, const Eid* eid,
                       ByteView result_data) {
  sgp22::es2plus::HandleDownloadProgressInfoRequest message;
  if (!eid && profile.order && profile.order->eid) eid = &*profile.order->eid;
  if (eid) message.eid = sgp22::eid_digits(*eid);
  message.notificationPointId = static_cast<int>(point);
  if (failure)
    message.notificationPointStatus = sgp22::ResponseHeader::failed(*failure).functionExecutionStatus;
  if (!result_data.empty()) message.resultData = to_bytes(result_data);
  return enqueue(tx, context, profile, OutboxKind::kDownloadProgress, std::move(message));
}

Status report_notification(StoreTransaction& tx, Context& context, const Profile& profile, const Eid& eid,
                           int event) {
  sgp22::es2plus::HandleNotificationRequest message;
  message.eid = sgp22::eid_digits(eid);
  message.notificationPointId = 100 + event;
  return enqueue(tx, context, profile, OutboxKind::kNotification, std::move(message));
}

Result<ProfileType> type_of(StoreReader& reader, const Profile& profile) {
  EIDER_TRY(type, reader.profile_type(profile.type));
  if (type) return *std::move(type);
  ProfileType defaults;
  defaults.name = profile.type;
  defaults.owner = profile.owner;
  return defaults;
}

Result<bool> unchanged(StoreTransaction& tx, Context& context, const Session& session) {
  EIDER_TRY(stored, tx.session_version(session.transaction_id));
  if (stored == session.version) return true;
  // Posted by InitiateAuthentication and lost on the way: nobody else has seen it.
  if (!stored && session.version == 1 && std::holds_alternative<Challenged>(session.state)) return true;
  context.sessions.forget(session.transaction_id);
  return false;
}

Result<bool> unchanged(StoreTransaction& tx, const Profile& profile) {
  EIDER_TRY(stored, tx.profile_version(profile.iccid));
  return stored == profile.version;
}

}  // namespace eider::smdpp
