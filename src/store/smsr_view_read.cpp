#include "store/smsr_rows.hpp"
#include "store/smsr_view.hpp"

namespace eider::store {
namespace {

using namespace smsr;

Result<Profile> read_card_profile(const Query& row, const Eid& eid) {
  EIDER_TRY(p, decode_row<Profile>(row.blob(1)));
  p.eid = eid;
  p.iccid = fixed<10>(row.blob(0));
  return p;
}

// "" is a profile type; to have none is not.
bool of_type(const std::optional<std::string>& own, const std::optional<std::string>& wanted) {
  return !wanted || own == wanted;
}

}  // namespace

Result<std::optional<std::int64_t>> SmsrView::find_card(const Eid& eid) {
  if (known_eid_ == eid) return std::optional(known_card_);
  auto q = c_.query("SELECT number FROM card WHERE eid=?");
  EIDER_TRY(found, q.bind(eid.view()).step());
  if (!found) return std::optional<std::int64_t>{};
  known_eid_ = eid;
  known_card_ = q.integer(0);
  return std::optional(known_card_);
}

Result<std::optional<Euicc>> SmsrView::euicc(const Eid& eid) {
  EIDER_TRY(card, find_card(eid));
  if (!card) return std::optional<Euicc>{};
  auto q = c_.query("SELECT data FROM part WHERE id=?");
  q.bind(part_id(*card, PartKind::kEuicc));
  return one<Euicc>(q, [&](const Query& row) -> Result<Euicc> {
    EIDER_TRY(e, decode_row<Euicc>(row.blob(0)));
    e.eid = eid;
    return e;
  });
}

Result<std::uint64_t> SmsrView::count_euiccs() {
  auto q = c_.query("SELECT euiccs FROM total");
  EIDER_CHECK(q.step());
  return static_cast<std::uint64_t>(q.integer(0));
}

Result<std::vector<Eid>> SmsrView::euiccs(const std::optional<Eid>& after, std::size_t limit) {
  auto q = c_.query(
      "SELECT eid FROM card WHERE eid>? AND EXISTS(SELECT 1 FROM part WHERE id=card.number<<32)"
      " ORDER BY eid LIMIT ?");
  q.bind(after ? after->view() : ByteView{}).bind(static_cast<std::int64_t>(limit));
  return all<Eid>(q, [](const Query& row) -> Result<Eid> { return fixed<16>(row.blob(0)); });
}

Result<std::optional<EisDocument>> SmsrView::document(const Eid& eid) {
  EIDER_TRY(card, find_card(eid));
  if (!card) return std::optional<EisDocument>{};
  auto q = c_.query("SELECT data FROM document WHERE card=?");
  q.bind(*card);
  return one<EisDocument>(q, [&](const Query& row) -> Result<EisDocument> {
    EIDER_TRY(d, decode_row<EisDocument>(row.blob(0)));
    d.eid = eid;
    return d;
  });
}

Result<std::optional<Profile>> SmsrView::profile(const Eid& eid, const Iccid& iccid) {
  EIDER_TRY(card, find_card(eid));
  if (!card) return std::optional<Profile>{};
  auto q = c_.query("SELECT name,data FROM part WHERE id>=? AND id<? AND name=?");
  q.bind(part_id(*card, PartKind::kProfile)).bind(part_end(*card, PartKind::kProfile)).bind(iccid.view());
  return one<Profile>(q, [&](const Query& row) { return read_card_profile(row, eid); });
}

Result<std::vector<Profile>> SmsrView::profiles(const Eid& eid) {
  EIDER_TRY(card, find_card(eid));
  if (!card) return std::vector<Profile>{};
  auto q = c_.query("SELECT name,data FROM part WHERE id>=? AND id<?");
  q.bind(part_id(*card, PartKind::kProfile)).bind(part_end(*card, PartKind::kProfile));
  EIDER_TRY(out, all<Profile>(q, [&](const Query& row) { return read_card_profile(row, eid); }));
  std::ranges::sort(out, {}, &Profile::isdp_aid);
  return out;
}

// Who asks by ICCID or MSISDN needs the eUICC's row next: the EID stands there, too.
Result<std::optional<Eid>> SmsrView::eid_of_iccid(const Iccid& iccid) {
  auto q = c_.query(
      "SELECT COALESCE((SELECT name FROM part WHERE id=iccid.card<<32),"
      "(SELECT eid FROM card WHERE number=iccid.card)),card FROM iccid WHERE iccid=?");
  q.bind(iccid.view());
  return one<Eid>(q, [this](const Query& row) -> Result<Eid> {
    known_eid_ = fixed<16>(row.blob(0));
    known_card_ = row.integer(1);
    return *known_eid_;
  });
}

Result<std::vector<Eid>> SmsrView::eids_of_msisdn(const std::string& msisdn, std::size_t limit) {
  auto q = c_.query(
      "SELECT DISTINCT COALESCE((SELECT name FROM part WHERE id=(msisdn.part>>32)<<32),"
      "(SELECT eid FROM card WHERE number=msisdn.part>>32)) FROM msisdn WHERE msisdn=? LIMIT ?");
  q.bind(msisdn).bind(static_cast<std::int64_t>(limit));
  EIDER_TRY(out, all<Eid>(q, [](const Query& row) -> Result<Eid> { return fixed<16>(row.blob(0)); }));
  std::ranges::sort(out);
  return out;
}

Result<CardKeys> SmsrView::read_keys(const Query& row, const Eid& eid) {
  EIDER_TRY(keys, decode_row<CardKeys>(row.blob(1)));
  keys.eid = eid;
  keys.version = static_cast<std::uint8_t>(row.integer(0));
  EIDER_TRY(list, open_value(sealer_, kSealedKeySet, key_set_row(eid, keys.version), row.blob(2)));
  EIDER_TRY(values, decode_row<std::vector<StoredKey>>(list.view()));
  keys.keys = std::move(values);
  return keys;
}

Result<std::optional<CardKeys>> SmsrView::key_set(const Eid& eid, std::uint8_t version) {
  EIDER_TRY(card, find_card(eid));
  if (!card) return std::optional<CardKeys>{};
  auto q = c_.query("SELECT id,data,secret FROM part WHERE id=?");
  q.bind(part_id(*card, PartKind::kKeySet, version));
  return one<CardKeys>(q, [&](const Query& row) { return read_keys(row, eid); });
}

Result<std::vector<CardKeys>> SmsrView::key_sets(const Eid& eid) {
  EIDER_TRY(card, find_card(eid));
  if (!card) return std::vector<CardKeys>{};
  auto q = c_.query("SELECT id,data,secret FROM part WHERE id>=? AND id<? ORDER BY id");
  q.bind(part_id(*card, PartKind::kKeySet)).bind(part_end(*card, PartKind::kKeySet));
  return all<CardKeys>(q, [&](const Query& row) { return read_keys(row, eid); });
}

Result<Operation> SmsrView::read_operation(const Query& row) {
  EIDER_TRY(o, decode_row<Operation>(row.blob(1)));
  o.id = static_cast<OperationId>(row.integer(0));
  EIDER_TRY(secret, open_value(sealer_, kSealedOperation, operation_row(o.id), row.blob(2)));
  o.secret = std::move(secret);
  return o;
}
Bytes SmsrView::seal_operation(const Operation& o) {
  return seal_value(sealer_, kSealedOperation, operation_row(o.id), o.secret.view());
}

Result<std::optional<Operation>> SmsrView::operation(OperationId id) {
  auto q = c_.query("SELECT id,data,secret FROM operation WHERE id=?");
  q.bind(static_cast<std::int64_t>(id));
  return one<Operation>(q, [&](const Query& row) { return read_operation(row); });
}
Result<std::vector<Operation>> SmsrView::operations(const Eid& eid) {
  EIDER_TRY(card, find_card(eid));
  if (!card) return std::vector<Operation>{};
  auto q = c_.query("SELECT id,data,secret FROM operation WHERE card=? ORDER BY id");
  q.bind(*card);
  return all<Operation>(q, [&](const Query& row) { return read_operation(row); });
}
Result<std::vector<OperationId>> SmsrView::due_operations(Time now, std::size_t limit) {
  auto q = c_.query("SELECT id FROM operation WHERE next_at<=? ORDER BY next_at,id LIMIT ?");
  q.bind(to_integer(now)).bind(static_cast<std::int64_t>(limit));
  return all<OperationId>(
      q, [](const Query& row) -> Result<OperationId> { return static_cast<OperationId>(row.integer(0)); });
}
Result<std::optional<Time>> SmsrView::next_due() {
  auto q = c_.query(
      "SELECT MIN(at) FROM (SELECT (SELECT next_at FROM operation ORDER BY next_at LIMIT 1) AS at"
      " UNION ALL SELECT (SELECT not_before FROM outbox WHERE first=1 ORDER BY not_before LIMIT 1))");
  EIDER_CHECK(q.step());
  if (q.null(0)) return std::optional<Time>{};
  return std::optional(to_time(q.integer(0)));
}

Result<std::optional<AnsweredCall>> SmsrView::answered_call(const EntityId& caller, const std::string& id) {
  auto q = c_.query("SELECT data FROM answered_call WHERE caller=? AND identifier=?");
  q.bind(caller.content()).bind(id);
  return one<AnsweredCall>(q, [](const Query& row) { return decode_row<AnsweredCall>(row.blob(0)); });
}

Result<std::vector<sgp02::AuditTrailRecord>> SmsrView::audit_trail(const Eid& eid) {
  EIDER_TRY(card, find_card(eid));
  if (!card) return std::vector<sgp02::AuditTrailRecord>{};
  auto q = c_.query("SELECT data FROM part WHERE id>=? AND id<? ORDER BY id");
  q.bind(part_id(*card, PartKind::kAudit)).bind(part_end(*card, PartKind::kAudit));
  return all<sgp02::AuditTrailRecord>(q, [&](const Query& row) -> Result<sgp02::AuditTrailRecord> {
    EIDER_TRY(r, decode_row<sgp02::AuditTrailRecord>(row.blob(0)));
    r.eid = eid;
    return r;
  });
}

Result<std::vector<Plma>> SmsrView::plmas(const std::optional<EntityId>& owner,
                                          const std::optional<EntityId>& authorised,
                                          const std::optional<std::string>& type) {
  const auto read = [&](Query& q) -> Result<std::vector<Plma>> {
    EIDER_TRY(out, all<Plma>(q, [](const Query& row) { return decode_row<Plma>(row.blob(0)); }));
    std::erase_if(out, [&](const Plma& p) {
      return (authorised && p.m2mSpId != *authorised) || !of_type(p.profileType, type);
    });
    return out;
  };
  // By the index that says most.
  if (owner && authorised) {
    auto q = c_.query("SELECT data FROM plma WHERE owner=? AND authorised=? ORDER BY type");
    q.bind(owner->content()).bind(authorised->content());
    return read(q);
  }
  if (owner) {
    auto q = c_.query("SELECT data FROM plma WHERE owner=? ORDER BY authorised,type");
    q.bind(owner->content());
    return read(q);
  }
  if (authorised) {
    auto q = c_.query("SELECT data FROM plma WHERE authorised=? ORDER BY owner,authorised,type");
    q.bind(authorised->content());
    return read(q);
  }
  if (type) {
    auto q = c_.query("SELECT data FROM plma WHERE type=? ORDER BY owner,authorised");
    q.bind(*type);
    return read(q);
  }
  auto q = c_.query("SELECT data FROM plma ORDER BY owner,authorised,type");
  return read(q);
}

Result<std::vector<Onc>> SmsrView::oncs(const EntityId& owner, const std::optional<std::string>& type) {
  auto q = c_.query("SELECT data FROM onc WHERE owner=? ORDER BY type");
  q.bind(owner.content());
  EIDER_TRY(out, all<Onc>(q, [](const Query& row) { return decode_row<Onc>(row.blob(0)); }));
  std::erase_if(out, [&](const Onc& o) { return !of_type(o.profileType, type); });
  return out;
}

Result<std::optional<ExpectedHandover>> SmsrView::expected_handover(const Eid& eid) {
  auto q = c_.query("SELECT data FROM expected_handover WHERE eid=?");
  q.bind(eid.view());
  return one<ExpectedHandover>(q, [&](const Query& row) -> Result<ExpectedHandover> {
    EIDER_TRY(e, decode_row<ExpectedHandover>(row.blob(0)));
    e.eid = eid;
    return e;
  });
}

namespace {
Result<OutboxEntry> read_smsr_outbox(const Query& row) {
  EIDER_TRY(e, decode_row<OutboxEntry>(row.blob(1)));
  e.id = static_cast<std::uint64_t>(row.integer(0));
  return e;
}
}  // namespace

// Those that are due longest go first, so that many that have just become due do not hold them up.
Result<std::vector<OutboxEntry>> SmsrView::due_outbox(Time now, std::size_t limit) {
  auto q =
      c_.query("SELECT id,data FROM outbox WHERE first=1 AND not_before<=? ORDER BY not_before,id LIMIT ?");
  q.bind(to_integer(now)).bind(static_cast<std::int64_t>(limit));
  EIDER_TRY(out, all<OutboxEntry>(q, read_smsr_outbox));
  std::ranges::sort(out, {}, &OutboxEntry::id);
  return out;
}
Result<std::optional<OutboxEntry>> SmsrView::outbox_by_message_id(const std::string& message_id) {
  if (message_id.empty()) return std::optional<OutboxEntry>{};
  auto q = c_.query("SELECT id,data FROM outbox WHERE message_id=? ORDER BY id DESC LIMIT 1");
  q.bind(message_id);
  return one<OutboxEntry>(q, read_smsr_outbox);
}
Result<smsr::QueueLengths> SmsrView::queue_lengths() {
  auto q = c_.query(
      "SELECT COALESCE(SUM(n),0),COUNT(*),COALESCE(MAX(n),0)"
      " FROM (SELECT COUNT(*) AS n FROM operation GROUP BY card)");
  EIDER_CHECK(q.step());
  const auto count = [&](int column) { return static_cast<std::uint64_t>(q.integer(column)); };
  return smsr::QueueLengths{count(0), count(1), count(2)};
}
Result<std::uint64_t> SmsrView::outbox_size() {
  auto q = c_.query("SELECT COUNT(*) FROM outbox");
  EIDER_CHECK(q.step());
  return static_cast<std::uint64_t>(q.integer(0));
}

}  // namespace eider::store
