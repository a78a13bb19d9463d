#include "store/smdpp_rows.hpp"
#include "store/smdpp_view.hpp"

namespace eider::store {
namespace {

using namespace smdpp;

TransactionId transaction(ByteView v) {
  return TransactionId::from(v).value_or(TransactionId{});
}

auto profile_reader(const RowSealer* sealer) {
  return [sealer](const Query& row) { return read_profile(row, sealer); };
}
Result<std::uint64_t> read_version(const Query& q) {
  return static_cast<std::uint64_t>(q.integer(0));
}

Result<ProfileType> read_type(const Query& q) {
  ProfileType t;
  t.name = q.text(0);
  t.owner = q.text(1);
  t.protection = static_cast<Protection>(q.integer(2));
  t.rebinding = q.integer(3) != 0;
  t.reuse_after_delete = q.integer(4) != 0;
  t.ineligible_ends_order = q.integer(5) != 0;
  t.retry_after_error = q.integer(6) != 0;
  t.download_limit = static_cast<std::uint32_t>(q.integer(7));
  t.confirmation_limit = static_cast<std::uint32_t>(q.integer(8));
  if (!q.null(9)) t.order_lifetime = Duration(q.integer(9));
  t.smdp_address = q.text(10);
  return t;
}

Result<OutboxEntry> read_outbox(const Query& q) {
  OutboxEntry e;
  e.id = static_cast<std::uint64_t>(q.integer(0));
  e.key = q.text(1);
  e.kind = static_cast<OutboxKind>(q.integer(2));
  e.target = q.text(3);
  e.body = q.text(4);
  e.attempts = static_cast<std::uint32_t>(q.integer(5));
  e.not_before = to_time(q.integer(6));
  e.created_at = to_time(q.integer(7));
  return e;
}

#define EIDER_TYPE_COLUMNS                                                                               \
  "name,owner,protection,rebinding,reuse_after_delete,ineligible_ends_order,retry_after_error,download_" \
  "limit,"                                                                                               \
  "confirmation_limit,order_lifetime,smdp_address"

// Every condition is a parameter pair (wanted?, value), so that one statement serves all filters.
#define EIDER_FILTER                                                                         \
  " WHERE (?1 IS NULL OR owner=?1) AND (?2 IS NULL OR type=?2) AND (?3 IS NULL OR state=?3)" \
  " AND (?4 IS NULL OR eid=?4) AND (?5=0 OR order_data IS NOT NULL) AND (?6 IS NULL OR iccid>?6)"

void bind_filter(Query& q, const ProfileFilter& f) {
  q.bind(f.owner).bind(f.type);
  f.state ? q.bind(static_cast<std::int64_t>(*f.state)) : q.bind_null();
  f.eid ? q.bind(f.eid->view()) : q.bind_null();
  q.bind(std::int64_t{f.with_order});
  f.after ? q.bind(f.after->view()) : q.bind_null();
}

}  // namespace

Result<std::optional<Profile>> SmdppView::profile(const Iccid& iccid) {
  auto q = c_.query("SELECT " EIDER_PROFILE_COLUMNS " FROM profile WHERE iccid=?");
  q.bind(iccid.view());
  return one<Profile>(q, profile_reader(sealer_));
}
Result<std::optional<Profile>> SmdppView::profile_by_matching_id(std::string_view matching_id) {
  if (matching_id.empty()) return std::optional<Profile>{};
  auto q = c_.query("SELECT " EIDER_PROFILE_COLUMNS " FROM profile WHERE matching_id=?");
  q.bind(matching_id);
  return one<Profile>(q, profile_reader(sealer_));
}
Result<std::vector<Profile>> SmdppView::profiles_by_eid(const Eid& eid, std::size_t limit) {
  auto q =
      c_.query("SELECT " EIDER_PROFILE_COLUMNS " FROM profile WHERE eid=? ORDER BY ordered_at,iccid LIMIT ?");
  q.bind(eid.view()).bind(static_cast<std::int64_t>(limit));
  return all<Profile>(q, profile_reader(sealer_));
}
Result<std::optional<Profile>> SmdppView::available_of_type(std::string_view type) {
  auto q = c_.query("SELECT " EIDER_PROFILE_COLUMNS
                    " FROM profile WHERE type=? AND state=0 ORDER BY iccid LIMIT 1");
  q.bind(type);
  return one<Profile>(q, profile_reader(sealer_));
}
Result<std::vector<Profile>> SmdppView::profiles(const ProfileFilter& f) {
  auto q = c_.query("SELECT " EIDER_PROFILE_COLUMNS " FROM profile" EIDER_FILTER " ORDER BY iccid LIMIT ?7");
  bind_filter(q, f);
  q.bind(static_cast<std::int64_t>(f.limit));
  return all<Profile>(q, profile_reader(sealer_));
}
Result<std::uint64_t> SmdppView::count_profiles(const ProfileFilter& f) {
  auto q = c_.query("SELECT COUNT(*) FROM profile" EIDER_FILTER);
  bind_filter(q, f);
  EIDER_CHECK(q.step());
  return static_cast<std::uint64_t>(q.integer(0));
}

Result<std::optional<Bytes>> SmdppView::package(const Iccid& iccid) {
  auto q = c_.query("SELECT package FROM package WHERE iccid=?");
  q.bind(iccid.view());
  return one<Bytes>(q, [&](const Query& row) -> Result<Bytes> {
    EIDER_TRY(package, open_value(sealer_, kSealedPackage, iccid, row.blob(0)));
    return to_bytes(package.view());
  });
}
Result<std::optional<Template>> SmdppView::profile_template(std::string_view name) {
  auto q = c_.query("SELECT name,owner,package,requirements FROM template WHERE name=?");
  q.bind(name);
  return one<Template>(q, [&](const Query& row) -> Result<Template> {
    EIDER_TRY(package, open_value(sealer_, kSealedTemplate, as_bytes(name), row.blob(2)));
    return Template{row.text(0), row.text(1), to_bytes(package.view()), decode_requirements(row.blob(3))};
  });
}
Result<std::vector<std::string>> SmdppView::template_names() {
  auto q = c_.query("SELECT name FROM template ORDER BY name");
  return all<std::string>(q, [](const Query& row) -> Result<std::string> { return row.text(0); });
}
Result<std::optional<ProfileType>> SmdppView::profile_type(std::string_view name) {
  auto q = c_.query("SELECT " EIDER_TYPE_COLUMNS " FROM profile_type WHERE name=?");
  q.bind(name);
  return one<ProfileType>(q, read_type);
}
Result<std::vector<ProfileType>> SmdppView::profile_types() {
  auto q = c_.query("SELECT " EIDER_TYPE_COLUMNS " FROM profile_type ORDER BY name");
  return all<ProfileType>(q, read_type);
}

Result<std::optional<Operator>> SmdppView::operator_row(Query& q) {
  auto found = one<Operator>(q, [](const Query& row) -> Result<Operator> {
    return Operator{row.text(0), row.text(1), row.text(2), {}, row.text(3)};
  });
  if (!found || !*found) return found;
  auto certificates =
      c_.query("SELECT fingerprint FROM operator_certificate WHERE operator=? ORDER BY fingerprint");
  certificates.bind((*found)->id);
  EIDER_TRY(list, all<Digest>(certificates,
                              [](const Query& row) -> Result<Digest> { return fixed<32>(row.blob(0)); }));
  (*found)->certificates = std::move(list);
  return found;
}
Result<std::optional<Operator>> SmdppView::find_operator(std::string_view id) {
  auto q = c_.query("SELECT id,name,requester_identifier,notification_url FROM operator WHERE id=?");
  q.bind(id);
  return operator_row(q);
}
Result<std::optional<Operator>> SmdppView::operator_by_certificate(const Digest& fingerprint) {
  auto q = c_.query(
      "SELECT id,name,requester_identifier,notification_url FROM operator"
      " WHERE id=(SELECT operator FROM operator_certificate WHERE fingerprint=?)");
  q.bind(fingerprint.view());
  return operator_row(q);
}
Result<std::vector<Operator>> SmdppView::operators() {
  auto q = c_.query("SELECT id FROM operator ORDER BY id");
  EIDER_TRY(ids, all<std::string>(q, [](const Query& row) -> Result<std::string> { return row.text(0); }));
  std::vector<Operator> out;
  for (const auto& id : ids) {
    EIDER_TRY(found, find_operator(id));
    if (found) out.push_back(*std::move(found));
  }
  return out;
}

Result<std::optional<Session>> SmdppView::session(const TransactionId& id) {
  auto q = c_.query("SELECT state,created_at,expires_at,version FROM session WHERE transaction_id=?");
  q.bind(id.view());
  return one<Session>(q, [&id](const Query& row) -> Result<Session> {
    Session s;
    s.transaction_id = id;
    EIDER_CHECK(decode_session_state(row.blob(0), s));
    s.created_at = to_time(row.integer(1));
    s.expires_at = to_time(row.integer(2));
    s.version = static_cast<std::uint64_t>(row.integer(3));
    return s;
  });
}
Result<std::optional<std::uint64_t>> SmdppView::profile_version(const Iccid& iccid) {
  auto q = c_.query("SELECT version FROM profile WHERE iccid=?");
  q.bind(iccid.view());
  return one<std::uint64_t>(q, read_version);
}
Result<std::optional<std::uint64_t>> SmdppView::session_version(const TransactionId& id) {
  auto q = c_.query("SELECT version FROM session WHERE transaction_id=?");
  q.bind(id.view());
  return one<std::uint64_t>(q, read_version);
}
Result<std::optional<KeptBpp>> SmdppView::kept_bpp(const Iccid& iccid) {
  auto q = c_.query(
      "SELECT transaction_id,euicc_otpk,secure_channel,session_keys,random_keys,content FROM kept_bpp"
      " WHERE iccid=?");
  q.bind(iccid.view());
  return one<KeptBpp>(q, [&](const Query& row) -> Result<KeptBpp> {
    EIDER_TRY(session_keys, open_value(sealer_, kSealedSessionKeys, iccid, row.blob(3)));
    EIDER_TRY(random_keys, open_value(sealer_, kSealedRandomKeys, iccid, row.blob(4)));
    return KeptBpp{iccid,
                   transaction(row.blob(0)),
                   fixed<65>(row.blob(1)),
                   to_bytes(row.blob(2)),
                   std::move(session_keys),
                   std::move(random_keys),
                   fixed<32>(row.blob(5))};
  });
}
Result<std::optional<Delivery>> SmdppView::delivery(const TransactionId& id) {
  auto q =
      c_.query("SELECT iccid,eid,euicc_public_key,closed,delivered_at FROM delivery WHERE transaction_id=?");
  q.bind(id.view());
  return one<Delivery>(q, [&id](const Query& row) -> Result<Delivery> {
    return Delivery{id,
                    fixed<10>(row.blob(0)),
                    fixed<16>(row.blob(1)),
                    to_bytes(row.blob(2)),
                    row.integer(3) != 0,
                    to_time(row.integer(4))};
  });
}
Result<std::optional<std::int64_t>> SmdppView::last_notification(const Eid& eid, const Iccid& iccid) {
  auto q = c_.query("SELECT sequence_number FROM last_notification WHERE eid=? AND iccid=?");
  q.bind(eid.view()).bind(iccid.view());
  return one<std::int64_t>(q, [](const Query& row) -> Result<std::int64_t> { return row.integer(0); });
}
Result<std::vector<OutboxEntry>> SmdppView::due_outbox(Time now, std::size_t limit) {
  auto q = c_.query(
      "SELECT id,key,kind,target,body,attempts,not_before,created_at FROM outbox o WHERE not_before<=?"
      " AND NOT EXISTS(SELECT 1 FROM outbox p WHERE p.key=o.key AND p.id<o.id) ORDER BY id LIMIT ?");
  q.bind(to_integer(now)).bind(static_cast<std::int64_t>(limit));
  return all<OutboxEntry>(q, read_outbox);
}
Result<std::uint64_t> SmdppView::outbox_size() {
  auto q = c_.query("SELECT COUNT(*) FROM outbox");
  EIDER_CHECK(q.step());
  return static_cast<std::uint64_t>(q.integer(0));
}
Result<std::optional<AnsweredCall>> SmdppView::answered_call(const Digest& key) {
  auto q = c_.query("SELECT operator,request,answer,answered_at FROM answered_call WHERE key=?");
  q.bind(key.view());
  return one<AnsweredCall>(q, [&key](const Query& row) -> Result<AnsweredCall> {
    return AnsweredCall{key, row.text(0), fixed<32>(row.blob(1)), to_bytes(row.blob(2)),
                        to_time(row.integer(3))};
  });
}
Result<std::vector<StoredCrl>> SmdppView::crls() {
  auto q = c_.query("SELECT issuer,segment,crl,fetched_at FROM crl ORDER BY issuer,segment");
  return all<StoredCrl>(q, [](const Query& row) -> Result<StoredCrl> {
    return StoredCrl{to_bytes(row.blob(0)), static_cast<std::uint32_t>(row.integer(1)), to_bytes(row.blob(2)),
                     to_time(row.integer(3))};
  });
}

}  // namespace eider::store
