#include "store/smdpp_rows.hpp"
#include "store/smdpp_view.hpp"

namespace eider::store {
namespace {

using namespace smdpp;

// eid, matching_id, ordered_at.
void bind_order_keys(Query& q, const Profile& p) {
  const bool has_eid = p.order && p.order->eid;
  const bool has_id = p.order && p.order->matching_id && !p.order->matching_id->empty();
  has_eid ? q.bind(p.order->eid->view()) : q.bind_null();
  has_id ? q.bind(std::string_view(*p.order->matching_id)) : q.bind_null();
  p.order ? q.bind(to_integer(p.order->ordered_at)) : q.bind_null();
}

std::int64_t flag(bool v) {
  return v ? 1 : 0;
}

}  // namespace

// The common case: only what no index and no large column holds has changed. One page is written then, while
// an upsert would write every index anew.
Result<bool> SmdppView::advance_profile(const Profile& p, ByteView order) {
  // Sealed, the same values look different each time.
  {
    auto q = c_.query("SELECT personalisation FROM profile WHERE iccid=?");
    EIDER_TRY(found, q.bind(p.iccid.view()).step());
    if (!found) return false;
    EIDER_TRY(stored, open_value(sealer_, kSealedPersonalisation, p.iccid, q.blob(0)));
    if (!equal(stored.view(), p.personalisation)) return false;
  }
  const auto requirements = encode_requirements(p.requirements);
  auto q = c_.query(
      "UPDATE profile SET state=?,order_data=?,on_card=?,changed_at=?,version=? WHERE iccid=? AND eid IS ?"
      " AND matching_id IS ? AND ordered_at IS ? AND type=? AND owner=? AND template_name=?"
      " AND requirements=? AND metadata=?");
  q.bind(static_cast<std::int64_t>(p.state)).bind_blob_or_null(order);
  q.bind(static_cast<std::int64_t>(p.on_card)).bind(to_integer(p.changed_at));
  q.bind(static_cast<std::int64_t>(p.version)).bind(p.iccid.view());
  bind_order_keys(q, p);
  q.bind(p.type).bind(p.owner).bind(p.template_name).bind(requirements);
  EIDER_CHECK(q.bind(p.metadata).run());
  return c_.changes() == 1;
}

Status SmdppView::put_profile(Profile& p) {
  ++p.version;
  const auto order = p.order ? encode_order(*p.order) : Bytes{};
  if (p.version > 1) {
    EIDER_TRY(done, advance_profile(p, order));
    if (done) return {};
  }
  const auto requirements = encode_requirements(p.requirements);
  const auto personalisation = seal_value(sealer_, kSealedPersonalisation, p.iccid, p.personalisation);
  auto q = c_.query(
      "INSERT INTO "
      "profile(iccid,state,type,owner,metadata,template_name,personalisation,requirements,eid,matching_id,"
      "ordered_at,order_data,on_card,changed_at,version) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
      " ON CONFLICT(iccid) DO UPDATE SET state=excluded.state,type=excluded.type,owner=excluded.owner,"
      "metadata=excluded.metadata,template_name=excluded.template_name,personalisation=excluded."
      "personalisation,"
      "requirements=excluded.requirements,eid=excluded.eid,matching_id=excluded.matching_id,"
      "ordered_at=excluded.ordered_at,order_data=excluded.order_data,on_card=excluded.on_card,"
      "changed_at=excluded.changed_at,version=excluded.version");
  q.bind(p.iccid.view()).bind(static_cast<std::int64_t>(p.state)).bind(p.type).bind(p.owner).bind(p.metadata);
  q.bind(p.template_name).bind(personalisation).bind(requirements);
  bind_order_keys(q, p);
  q.bind_blob_or_null(order);
  q.bind(static_cast<std::int64_t>(p.on_card))
      .bind(to_integer(p.changed_at))
      .bind(static_cast<std::int64_t>(p.version));
  return q.run();
}

Status SmdppView::remove_profile(const Iccid& iccid) {
  auto profile = c_.query("DELETE FROM profile WHERE iccid=?");
  EIDER_CHECK(profile.bind(iccid.view()).run());
  auto package = c_.query("DELETE FROM package WHERE iccid=?");
  EIDER_CHECK(package.bind(iccid.view()).run());
  return remove_kept_bpp(iccid);
}

Status SmdppView::put_package(const Iccid& iccid, ByteView package) {
  auto q = c_.query("INSERT OR REPLACE INTO package(iccid,package) VALUES(?,?)");
  const auto sealed = seal_value(sealer_, kSealedPackage, iccid, package);
  return q.bind(iccid.view()).bind(sealed).run();
}

Status SmdppView::put_template(const Template& t) {
  const auto requirements = encode_requirements(t.requirements);
  const auto package = seal_value(sealer_, kSealedTemplate, as_bytes(t.name), t.package);
  auto q = c_.query("INSERT OR REPLACE INTO template(name,owner,package,requirements) VALUES(?,?,?,?)");
  return q.bind(t.name).bind(t.owner).bind(package).bind(requirements).run();
}

Status SmdppView::put_profile_type(const ProfileType& t) {
  auto q = c_.query(
      "INSERT OR REPLACE INTO "
      "profile_type(name,owner,protection,rebinding,reuse_after_delete,ineligible_ends_order,"
      "retry_after_error,download_limit,confirmation_limit,order_lifetime,smdp_address) "
      "VALUES(?,?,?,?,?,?,?,?,?,?,?)");
  q.bind(t.name).bind(t.owner).bind(static_cast<std::int64_t>(t.protection)).bind(flag(t.rebinding));
  q.bind(flag(t.reuse_after_delete)).bind(flag(t.ineligible_ends_order)).bind(flag(t.retry_after_error));
  q.bind(std::int64_t{t.download_limit}).bind(std::int64_t{t.confirmation_limit});
  t.order_lifetime ? q.bind(std::int64_t{t.order_lifetime->count()}) : q.bind_null();
  return q.bind(t.smdp_address).run();
}

Status SmdppView::put_operator(const Operator& o) {
  auto q = c_.query(
      "INSERT OR REPLACE INTO operator(id,name,requester_identifier,notification_url) VALUES(?,?,?,?)");
  EIDER_CHECK(q.bind(o.id).bind(o.name).bind(o.requester_identifier).bind(o.notification_url).run());
  auto clear = c_.query("DELETE FROM operator_certificate WHERE operator=?");
  EIDER_CHECK(clear.bind(o.id).run());
  for (const auto& fingerprint : o.certificates) {
    auto add = c_.query("INSERT OR REPLACE INTO operator_certificate(fingerprint,operator) VALUES(?,?)");
    EIDER_CHECK(add.bind(fingerprint.view()).bind(o.id).run());
  }
  return {};
}

Status SmdppView::put_session(Session& s) {
  ++s.version;
  const auto state = encode_session_state(s);
  auto q = c_.query(
      "INSERT INTO session(transaction_id,state,created_at,expires_at,version) VALUES(?,?,?,?,?)"
      " ON CONFLICT(transaction_id) DO UPDATE SET state=excluded.state,expires_at=excluded.expires_at,"
      "version=excluded.version");
  q.bind(s.transaction_id.view()).bind(state);
  return q.bind(to_integer(s.created_at))
      .bind(to_integer(s.expires_at))
      .bind(static_cast<std::int64_t>(s.version))
      .run();
}

Status SmdppView::put_kept_bpp(const KeptBpp& k) {
  const auto session_keys = seal_value(sealer_, kSealedSessionKeys, k.iccid, k.session_keys.view());
  const auto random_keys = seal_value(sealer_, kSealedRandomKeys, k.iccid, k.random_keys.view());
  auto q = c_.query(
      "INSERT OR REPLACE INTO "
      "kept_bpp(iccid,transaction_id,euicc_otpk,secure_channel,session_keys,random_keys,"
      "content) VALUES(?,?,?,?,?,?,?)");
  return q.bind(k.iccid.view())
      .bind(k.transaction_id.view())
      .bind(k.euicc_otpk.view())
      .bind(k.secure_channel)
      .bind(session_keys)
      .bind(random_keys)
      .bind(k.content.view())
      .run();
}

Status SmdppView::remove_kept_bpp(const Iccid& iccid) {
  auto q = c_.query("DELETE FROM kept_bpp WHERE iccid=?");
  return q.bind(iccid.view()).run();
}

Status SmdppView::put_delivery(const Delivery& d) {
  auto q = c_.query(
      "INSERT OR REPLACE INTO delivery(transaction_id,iccid,eid,euicc_public_key,closed,delivered_at) "
      "VALUES(?,?,?,?,?,?)");
  q.bind(d.transaction_id.view()).bind(d.iccid.view()).bind(d.eid.view()).bind(d.euicc_public_key);
  return q.bind(flag(d.closed)).bind(to_integer(d.delivered_at)).run();
}

Status SmdppView::put_last_notification(const Eid& eid, const Iccid& iccid, std::int64_t n) {
  auto q = c_.query("INSERT OR REPLACE INTO last_notification(eid,iccid,sequence_number) VALUES(?,?,?)");
  return q.bind(eid.view()).bind(iccid.view()).bind(n).run();
}

// An id ascends and is not given twice, even when the table has been empty in between: an entry that is
// removed a second time must not take another one with it.
Status SmdppView::add_outbox(OutboxEntry& e) {
  constexpr std::int64_t kIdsPerMillisecond = 1024;
  auto q = c_.query(
      "INSERT INTO outbox(id,key,kind,target,body,attempts,not_before,created_at)"
      " VALUES(MAX(COALESCE((SELECT MAX(id) FROM outbox),0)+1,?),?,?,?,?,?,?,?)");
  q.bind(to_integer(e.created_at) * kIdsPerMillisecond);
  q.bind(e.key)
      .bind(static_cast<std::int64_t>(e.kind))
      .bind(e.target)
      .bind(e.body)
      .bind(std::int64_t{e.attempts});
  EIDER_CHECK(q.bind(to_integer(e.not_before)).bind(to_integer(e.created_at)).run());
  e.id = static_cast<std::uint64_t>(c_.last_insert_id());
  return {};
}

Status SmdppView::put_outbox(const OutboxEntry& e) {
  auto q = c_.query("UPDATE outbox SET attempts=?,not_before=? WHERE id=?");
  return q.bind(std::int64_t{e.attempts})
      .bind(to_integer(e.not_before))
      .bind(static_cast<std::int64_t>(e.id))
      .run();
}

Status SmdppView::remove_outbox(std::uint64_t id) {
  auto q = c_.query("DELETE FROM outbox WHERE id=?");
  return q.bind(static_cast<std::int64_t>(id)).run();
}

// A TransactionId begins with its time: the first ones are the oldest, and no index on the expiry is needed.
Status SmdppView::purge_sessions(Time now, std::size_t limit) {
  auto q = c_.query(
      "DELETE FROM session WHERE transaction_id IN"
      " (SELECT transaction_id FROM (SELECT transaction_id,expires_at FROM session ORDER BY transaction_id"
      " LIMIT ?) WHERE expires_at<?)");
  return q.bind(static_cast<std::int64_t>(limit)).bind(to_integer(now)).run();
}

Status SmdppView::put_answered_call(const AnsweredCall& call) {
  auto q = c_.query(
      "INSERT OR REPLACE INTO answered_call(key,operator,position,request,answer,answered_at) VALUES(?1,?2,"
      "(SELECT COALESCE(MAX(position),0)+1 FROM answered_call WHERE operator=?2),?3,?4,?5)");
  q.bind(call.key.view()).bind(call.caller).bind(call.request.view()).bind(call.answer);
  return q.bind(to_integer(call.answered_at)).run();
}

Status SmdppView::purge_answered_calls(std::string_view caller, Time oldest, std::size_t keep,
                                       std::size_t limit) {
  auto q = c_.query(
      "DELETE FROM answered_call WHERE key IN (SELECT key FROM"
      " (SELECT key,position,answered_at FROM answered_call WHERE operator=?1 ORDER BY position LIMIT ?2)"
      " WHERE answered_at<?3 OR position<="
      "(SELECT COALESCE(MAX(position),0) FROM answered_call WHERE operator=?1)-?4)");
  return q.bind(caller)
      .bind(static_cast<std::int64_t>(limit))
      .bind(to_integer(oldest))
      .bind(static_cast<std::int64_t>(keep))
      .run();
}

Status SmdppView::put_crls(ByteView issuer, const std::vector<StoredCrl>& crls) {
  auto clear = c_.query("DELETE FROM crl WHERE issuer=?");
  EIDER_CHECK(clear.bind(issuer).run());
  for (const auto& one : crls) {
    auto q = c_.query("INSERT OR REPLACE INTO crl(issuer,segment,crl,fetched_at) VALUES(?,?,?,?)");
    EIDER_CHECK(
        q.bind(issuer).bind(std::int64_t{one.segment}).bind(one.crl).bind(to_integer(one.fetched_at)).run());
  }
  return {};
}

}  // namespace eider::store
