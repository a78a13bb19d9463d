#include "store/smsr_rows.hpp"
#include "store/smsr_view.hpp"

namespace eider::store {

using namespace smsr;

Result<std::int64_t> SmsrView::need_card(const Eid& eid) {
  EIDER_TRY(card, find_card(eid));
  if (card) return *card;
  auto q = c_.query("INSERT INTO card(eid) VALUES(?)");
  EIDER_CHECK(q.bind(eid.view()).run());
  known_eid_ = eid;
  known_card_ = c_.last_insert_id();
  return known_card_;
}

Status SmsrView::put_msisdn(std::int64_t part, const std::string& before, const std::string& after) {
  if (before == after) return {};
  if (!before.empty()) {
    auto q = c_.query("DELETE FROM msisdn WHERE msisdn=? AND part=?");
    EIDER_CHECK(q.bind(before).bind(part).run());
  }
  if (after.empty()) return {};
  auto q = c_.query("INSERT OR REPLACE INTO msisdn(msisdn,part) VALUES(?,?)");
  return q.bind(after).bind(part).run();
}

Status SmsrView::change_total(int by) {
  auto q = c_.query("UPDATE total SET euiccs=euiccs+?");
  return q.bind(std::int64_t{by}).run();
}

Status SmsrView::put_euicc(const Euicc& e) {
  EIDER_TRY(card, need_card(e.eid));
  EIDER_TRY(old, euicc(e.eid));
  if (!old) EIDER_CHECK(change_total(1));
  const auto part = part_id(card, PartKind::kEuicc);
  EIDER_CHECK(put_msisdn(part, old ? old->address : std::string{}, e.address));
  const auto data = der::encode(e);
  auto q = c_.query("INSERT OR REPLACE INTO part(id,name,data) VALUES(?,?,?)");
  return q.bind(part).bind(e.eid.view()).bind(data).run();
}

Status SmsrView::remove_euicc(const Eid& eid) {
  EIDER_TRY(card, find_card(eid));
  if (!card) return {};
  EIDER_TRY(old, euicc(eid));
  if (old) {
    EIDER_CHECK(put_msisdn(part_id(*card, PartKind::kEuicc), old->address, {}));
    EIDER_CHECK(change_total(-1));
  }
  EIDER_TRY(list, profiles(eid));
  for (const auto& p : list) EIDER_CHECK(remove_profile(eid, p.iccid));
  auto parts = c_.query("DELETE FROM part WHERE id>=? AND id<?");
  EIDER_CHECK(parts.bind(part_id(*card, PartKind::kEuicc)).bind(part_id(*card + 1, PartKind::kEuicc)).run());
  auto document = c_.query("DELETE FROM document WHERE card=?");
  return document.bind(*card).run();
}

Status SmsrView::put_document(const EisDocument& document) {
  EIDER_TRY(card, need_card(document.eid));
  const auto data = der::encode(document);
  auto q = c_.query("INSERT OR REPLACE INTO document(card,data) VALUES(?,?)");
  return q.bind(card).bind(data).run();
}

namespace {
struct ProfilePart {
  std::int64_t id = 0;
  Profile profile;  // iccid and eid are not set
};
Result<std::optional<ProfilePart>> find_profile(Connection& c, std::int64_t card, const Iccid& iccid) {
  auto q = c.query("SELECT id,data FROM part WHERE id>=? AND id<? AND name=?");
  q.bind(part_id(card, PartKind::kProfile)).bind(part_end(card, PartKind::kProfile)).bind(iccid.view());
  return one<ProfilePart>(q, [](const Query& row) -> Result<ProfilePart> {
    EIDER_TRY(p, decode_row<Profile>(row.blob(1)));
    return ProfilePart{row.integer(0), std::move(p)};
  });
}
// Behind the last one of its kind.
Result<std::int64_t> next_part(Connection& c, std::int64_t card, PartKind kind) {
  auto q = c.query("SELECT MAX(id) FROM part WHERE id>=? AND id<?");
  EIDER_CHECK(q.bind(part_id(card, kind)).bind(part_end(card, kind)).step());
  return q.null(0) ? part_id(card, kind) : q.integer(0) + 1;
}
}  // namespace

Status SmsrView::put_profile(const Profile& p) {
  EIDER_TRY(card, need_card(p.eid));
  EIDER_TRY(old, find_profile(c_, card, p.iccid));
  const auto data = der::encode(p);
  if (old) {
    EIDER_CHECK(put_msisdn(old->id, old->profile.msisdn, p.msisdn));
    auto q = c_.query("UPDATE part SET data=? WHERE id=?");
    return q.bind(data).bind(old->id).run();
  }
  EIDER_TRY(part, next_part(c_, card, PartKind::kProfile));
  EIDER_CHECK(put_msisdn(part, {}, p.msisdn));
  {
    auto q = c_.query("INSERT OR REPLACE INTO iccid(iccid,card) VALUES(?,?)");
    EIDER_CHECK(q.bind(p.iccid.view()).bind(card).run());
  }
  auto q = c_.query("INSERT INTO part(id,name,data) VALUES(?,?,?)");
  return q.bind(part).bind(p.iccid.view()).bind(data).run();
}

Status SmsrView::remove_profile(const Eid& eid, const Iccid& iccid) {
  EIDER_TRY(card, find_card(eid));
  if (!card) return {};
  EIDER_TRY(old, find_profile(c_, *card, iccid));
  if (!old) return {};
  EIDER_CHECK(put_msisdn(old->id, old->profile.msisdn, {}));
  {
    auto q = c_.query("DELETE FROM iccid WHERE iccid=? AND card=?");
    EIDER_CHECK(q.bind(iccid.view()).bind(*card).run());
  }
  auto q = c_.query("DELETE FROM part WHERE id=?");
  return q.bind(old->id).run();
}

// A counter moves often, keys seldom: they are not sealed again, one key seals 2^32 values.
Status SmsrView::put_key_set(const CardKeys& keys) {
  EIDER_TRY(card, need_card(keys.eid));
  const auto part = part_id(card, PartKind::kKeySet, keys.version);
  const auto data = der::encode(keys);
  EIDER_TRY(old, key_set(keys.eid, keys.version));
  if (old && old->keys == keys.keys) {
    auto q = c_.query("UPDATE part SET data=? WHERE id=?");
    return q.bind(data).bind(part).run();
  }
  const Secret list(der::encode(keys.keys));
  const auto sealed = seal_value(sealer_, kSealedKeySet, key_set_row(keys.eid, keys.version), list.view());
  auto q = c_.query("INSERT OR REPLACE INTO part(id,data,secret) VALUES(?,?,?)");
  return q.bind(part).bind(data).bind(sealed).run();
}

Status SmsrView::remove_key_set(const Eid& eid, std::uint8_t version) {
  EIDER_TRY(card, find_card(eid));
  if (!card) return {};
  auto q = c_.query("DELETE FROM part WHERE id=?");
  return q.bind(part_id(*card, PartKind::kKeySet, version)).run();
}

Status SmsrView::add_operation(Operation& o) {
  EIDER_TRY(card, need_card(o.eid));
  {
    const auto data = der::encode(o);
    auto q = c_.query("INSERT INTO operation(card,next_at,data) VALUES(?,?,?)");
    EIDER_CHECK(q.bind(card).bind(to_integer(o.next_at)).bind(data).run());
  }
  o.id = static_cast<OperationId>(c_.last_insert_id());
  if (o.secret.empty()) return {};
  const auto sealed = seal_operation(o);  // its place is known now
  auto q = c_.query("UPDATE operation SET secret=? WHERE id=?");
  return q.bind(sealed).bind(static_cast<std::int64_t>(o.id)).run();
}

Status SmsrView::put_operation(const Operation& o) {
  EIDER_TRY(card, need_card(o.eid));
  const auto data = der::encode(o);
  const auto sealed = seal_operation(o);
  {
    // The indexes stay as they are when nothing of theirs has changed.
    auto q = c_.query("UPDATE operation SET data=?,secret=? WHERE id=? AND card=? AND next_at=?");
    q.bind(data).bind_blob_or_null(sealed).bind(static_cast<std::int64_t>(o.id)).bind(card);
    EIDER_CHECK(q.bind(to_integer(o.next_at)).run());
    if (c_.changes() == 1) return {};
  }
  {
    auto q = c_.query("UPDATE operation SET data=?,secret=?,next_at=? WHERE id=? AND card=?");
    q.bind(data).bind_blob_or_null(sealed).bind(to_integer(o.next_at)).bind(static_cast<std::int64_t>(o.id));
    EIDER_CHECK(q.bind(card).run());
    if (c_.changes() == 1) return {};
  }
  auto q = c_.query("INSERT OR REPLACE INTO operation(id,card,next_at,data,secret) VALUES(?,?,?,?,?)");
  q.bind(static_cast<std::int64_t>(o.id)).bind(card).bind(to_integer(o.next_at));
  return q.bind(data).bind_blob_or_null(sealed).run();
}

Status SmsrView::remove_operation(OperationId id) {
  auto q = c_.query("DELETE FROM operation WHERE id=?");
  return q.bind(static_cast<std::int64_t>(id)).run();
}

Status SmsrView::put_answered_call(const AnsweredCall& call) {
  const auto data = der::encode(call);
  const auto& name = call.call;
  {
    auto q = c_.query("UPDATE answered_call SET data=? WHERE caller=? AND identifier=? AND received_at=?");
    q.bind(data).bind(name.caller.content()).bind(name.call_identifier);
    EIDER_CHECK(q.bind(to_integer(name.received_at)).run());
    if (c_.changes() == 1) return {};
  }
  auto q =
      c_.query("INSERT OR REPLACE INTO answered_call(caller,identifier,received_at,data) VALUES(?,?,?,?)");
  q.bind(name.caller.content()).bind(name.call_identifier).bind(to_integer(name.received_at));
  return q.bind(data).run();
}

Status SmsrView::purge_answered_calls(Time oldest, std::size_t limit) {
  auto q = c_.query(
      "DELETE FROM answered_call WHERE id IN"
      " (SELECT id FROM answered_call WHERE received_at<? ORDER BY received_at LIMIT ?)");
  return q.bind(to_integer(oldest)).bind(static_cast<std::int64_t>(limit)).run();
}

Status SmsrView::add_audit_record(const sgp02::AuditTrailRecord& record) {
  EIDER_TRY(card, need_card(record.eid));
  EIDER_TRY(part, next_part(c_, card, PartKind::kAudit));
  const auto data = der::encode(record);
  auto q = c_.query("INSERT INTO part(id,data) VALUES(?,?)");
  return q.bind(part).bind(data).run();
}

Status SmsrView::put_plma(const Plma& p) {
  const auto type = p.profileType.value_or("");
  if (p.authorisedOperations.empty() && p.authorisedNotifications.empty()) {
    auto q = c_.query("DELETE FROM plma WHERE owner=? AND authorised=? AND type=?");
    return q.bind(p.mnoId.content()).bind(p.m2mSpId.content()).bind(type).run();
  }
  const auto data = der::encode(p);
  auto q = c_.query("INSERT OR REPLACE INTO plma(owner,authorised,type,data) VALUES(?,?,?,?)");
  return q.bind(p.mnoId.content()).bind(p.m2mSpId.content()).bind(type).bind(data).run();
}

Status SmsrView::put_onc(const Onc& o) {
  const auto type = o.profileType.value_or("");
  if (o.discardedNotifications.empty()) {
    auto q = c_.query("DELETE FROM onc WHERE owner=? AND type=?");
    return q.bind(o.mnoId.content()).bind(type).run();
  }
  const auto data = der::encode(o);
  auto q = c_.query("INSERT OR REPLACE INTO onc(owner,type,data) VALUES(?,?,?)");
  return q.bind(o.mnoId.content()).bind(type).bind(data).run();
}

Status SmsrView::put_expected_handover(const ExpectedHandover& e) {
  const auto data = der::encode(e);
  auto q = c_.query("INSERT OR REPLACE INTO expected_handover(eid,data) VALUES(?,?)");
  return q.bind(e.eid.view()).bind(data).run();
}
Status SmsrView::remove_expected_handover(const Eid& eid) {
  auto q = c_.query("DELETE FROM expected_handover WHERE eid=?");
  return q.bind(eid.view()).run();
}

// ---- Outbox: `first` marks the entries that may go, of each key one.

namespace {
std::optional<std::string> message_id(const OutboxEntry& e) {
  return e.message_id.empty() ? std::nullopt : std::optional(e.message_id);
}
Status mark_first(Connection& c, const std::string& key) {
  auto q = c.query(
      "UPDATE outbox SET first=(id=(SELECT MIN(id) FROM outbox WHERE key=?1)) WHERE key=?1 AND"
      " (first=1 OR id=(SELECT MIN(id) FROM outbox WHERE key=?1))");
  return q.bind(key).run();
}
}  // namespace

Status SmsrView::add_outbox(OutboxEntry& e) {
  const auto data = der::encode(e);
  const auto sent_as = message_id(e);
  auto q = c_.query(
      "INSERT INTO outbox(key,first,not_before,message_id,data)"
      " VALUES(?1,NOT EXISTS(SELECT 1 FROM outbox WHERE key=?1),?2,?3,?4)");
  EIDER_CHECK(q.bind(e.key).bind(to_integer(e.not_before)).bind(sent_as).bind(data).run());
  e.id = static_cast<std::uint64_t>(c_.last_insert_id());
  return {};
}

Status SmsrView::put_outbox(const OutboxEntry& e) {
  const auto data = der::encode(e);
  const auto sent_as = message_id(e);
  const auto id = static_cast<std::int64_t>(e.id);
  {
    auto q = c_.query("UPDATE outbox SET not_before=?,message_id=?,data=? WHERE id=? AND key=?");
    q.bind(to_integer(e.not_before)).bind(sent_as).bind(data).bind(id);
    EIDER_CHECK(q.bind(e.key).run());
    if (c_.changes() == 1) return {};
  }
  EIDER_CHECK(remove_outbox(e.id));
  {
    auto q = c_.query("INSERT INTO outbox(id,key,first,not_before,message_id,data) VALUES(?,?,0,?,?,?)");
    q.bind(id).bind(e.key).bind(to_integer(e.not_before)).bind(sent_as);
    EIDER_CHECK(q.bind(data).run());
  }
  return mark_first(c_, e.key);
}

Status SmsrView::remove_outbox(std::uint64_t id) {
  std::string key;
  {
    auto q = c_.query("DELETE FROM outbox WHERE id=? RETURNING key,first");
    EIDER_TRY(found, q.bind(static_cast<std::int64_t>(id)).step());
    if (!found || q.integer(1) == 0) return {};
    key = q.text(0);
    EIDER_CHECK(q.step());
  }
  return mark_first(c_, key);
}

}  // namespace eider::store
