#include "store/smdp_view.hpp"

#include "store/smdp_rows.hpp"

namespace eider::store {
namespace {

using namespace smdp;

template <class T>
auto row_of(int column = 0) {
  return [column](const Query& row) { return decode_row<T>(row.blob(column)); };
}
Result<Profile> read_installed(const Query& row) {
  EIDER_TRY(p, decode_row<Profile>(row.blob(1)));
  p.iccid = fixed<10>(row.blob(0));
  return p;
}
Result<Procedure> read_procedure(const Query& row) {
  EIDER_TRY(p, decode_row<Procedure>(row.blob(1)));
  p.id = static_cast<ProcedureId>(row.integer(0));
  return p;
}
Result<ProcedureId> read_procedure_id(const Query& row) {
  return static_cast<ProcedureId>(row.integer(0));
}
Result<OutboxEntry> read_smdp_outbox(const Query& row) {
  EIDER_TRY(e, decode_row<OutboxEntry>(row.blob(1)));
  e.id = static_cast<std::uint64_t>(row.integer(0));
  return e;
}
std::optional<Time> due_at(const Procedure& p) {
  return p.waiting ? std::optional(p.waiting->deadline) : p.resume_at;
}
// Columns eid, caller, call_identifier, step, message_id, due_at, data.
void bind_procedure(Query& q, const Procedure& p, const Bytes& data) {
  const bool waits = p.waiting && !p.waiting->message_id.empty();
  q.bind(p.eid.view())
      .bind(p.caller.content())
      .bind(p.call_identifier)
      .bind(static_cast<std::int64_t>(p.step));
  waits ? q.bind(p.waiting->message_id) : q.bind_null();
  const auto due = due_at(p);
  due ? q.bind(to_integer(*due)) : q.bind_null();
  q.bind(data);
}

}  // namespace

Result<std::optional<Operator>> SmdpView::find_operator(const EntityId& id) {
  auto q = c_.query("SELECT data FROM operator WHERE id=?");
  q.bind(id.content());
  return one<Operator>(q, row_of<Operator>());
}
Result<std::optional<SmSr>> SmdpView::smsr(const EntityId& id) {
  auto q = c_.query("SELECT data FROM smsr WHERE id=?");
  q.bind(id.content());
  return one<SmSr>(q, row_of<SmSr>());
}
Result<std::optional<TypePolicy>> SmdpView::type_policy(const std::string& type) {
  auto q = c_.query("SELECT data FROM type_policy WHERE type=?");
  q.bind(type);
  return one<TypePolicy>(q, row_of<TypePolicy>());
}
Result<std::optional<Profile>> SmdpView::profile(const Iccid& iccid) {
  auto q = c_.query("SELECT iccid,data FROM profile WHERE iccid=?");
  q.bind(iccid.view());
  return one<Profile>(q, read_installed);
}
Result<std::vector<Profile>> SmdpView::profiles(const Eid& eid) {
  auto q = c_.query("SELECT iccid,data FROM profile WHERE eid=? ORDER BY iccid");
  q.bind(eid.view());
  return all<Profile>(q, read_installed);
}
Result<std::optional<IsdpKeys>> SmdpView::keys(const Iccid& iccid) {
  auto q = c_.query("SELECT data,secret FROM isdp_keys WHERE iccid=?");
  q.bind(iccid.view());
  return one<IsdpKeys>(q, [&](const Query& row) -> Result<IsdpKeys> {
    EIDER_TRY(k, decode_row<IsdpKeys>(row.blob(0)));
    EIDER_TRY(opened, open_value(sealer_, kSealedIsdpKeys, iccid, row.blob(1)));
    EIDER_TRY(secrets, decode_row<IsdpSecrets>(opened.view()));
    k.iccid = iccid;
    k.keys = std::move(secrets.keys);
    k.token = std::move(secrets.token);
    return k;
  });
}

Result<std::optional<Procedure>> SmdpView::procedure(ProcedureId id) {
  auto q = c_.query("SELECT id,data FROM procedure WHERE id=?");
  q.bind(static_cast<std::int64_t>(id));
  return one<Procedure>(q, read_procedure);
}
Result<std::optional<Procedure>> SmdpView::procedure_by_call(const EntityId& caller,
                                                             const std::string& call_identifier) {
  auto q = c_.query("SELECT id,data FROM procedure WHERE caller=? AND call_identifier=? ORDER BY id LIMIT 1");
  q.bind(caller.content()).bind(call_identifier);
  return one<Procedure>(q, read_procedure);
}
Result<std::optional<Procedure>> SmdpView::procedure_by_message(const std::string& message_id) {
  auto q = c_.query("SELECT id,data FROM procedure WHERE message_id=? ORDER BY id LIMIT 1");
  q.bind(message_id);
  return one<Procedure>(q, read_procedure);
}
Result<std::vector<Procedure>> SmdpView::procedures(const Eid& eid) {
  auto q = c_.query("SELECT id,data FROM procedure WHERE eid=? ORDER BY id");
  q.bind(eid.view());
  return all<Procedure>(q, read_procedure);
}
Result<std::vector<ProcedureId>> SmdpView::procedures_in(Step step) {
  auto q = c_.query("SELECT id FROM procedure WHERE step=? ORDER BY id");
  q.bind(static_cast<std::int64_t>(step));
  return all<ProcedureId>(q, read_procedure_id);
}
Result<std::uint64_t> SmdpView::count_in(Step step) {
  auto q = c_.query("SELECT COUNT(*) FROM procedure WHERE step=?");
  q.bind(static_cast<std::int64_t>(step));
  EIDER_CHECK(q.step());
  return static_cast<std::uint64_t>(q.integer(0));
}
// Those that are due longest, in the order of their ids.
Result<std::vector<ProcedureId>> SmdpView::due_procedures(Time now, std::size_t limit) {
  auto q = c_.query("SELECT id FROM procedure WHERE due_at<=? ORDER BY due_at,id LIMIT ?");
  q.bind(to_integer(now)).bind(static_cast<std::int64_t>(limit));
  EIDER_TRY(out, all<ProcedureId>(q, read_procedure_id));
  std::ranges::sort(out);
  return out;
}

Result<std::optional<AnsweredCall>> SmdpView::answered_call(const EntityId& caller,
                                                            const std::string& call_identifier) {
  auto q = c_.query("SELECT data FROM answered_call WHERE caller=? AND identifier=?");
  q.bind(caller.content()).bind(call_identifier);
  return one<AnsweredCall>(q, row_of<AnsweredCall>());
}
Result<std::vector<OutboxEntry>> SmdpView::due_outbox(Time now, std::size_t limit) {
  auto q = c_.query("SELECT id,data FROM outbox WHERE not_before<=? ORDER BY not_before,id LIMIT ?");
  q.bind(to_integer(now)).bind(static_cast<std::int64_t>(limit));
  EIDER_TRY(out, all<OutboxEntry>(q, read_smdp_outbox));
  std::ranges::sort(out, {}, &OutboxEntry::id);
  return out;
}
Result<std::uint64_t> SmdpView::outbox_size() {
  auto q = c_.query("SELECT COUNT(*) FROM outbox");
  EIDER_CHECK(q.step());
  return static_cast<std::uint64_t>(q.integer(0));
}
Result<std::optional<Time>> SmdpView::next_due() {
  auto q = c_.query(
      "SELECT MIN(at) FROM"
      " (SELECT (SELECT due_at FROM procedure WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1) AS at"
      " UNION ALL SELECT (SELECT not_before FROM outbox ORDER BY not_before LIMIT 1))");
  EIDER_CHECK(q.step());
  if (q.null(0)) return std::optional<Time>{};
  return std::optional(to_time(q.integer(0)));
}

// ---- writing

Status SmdpView::put_operator(const Operator& value) {
  const auto data = der::encode(value);
  auto q = c_.query("INSERT OR REPLACE INTO operator(id,data) VALUES(?,?)");
  return q.bind(value.id.content()).bind(data).run();
}
Status SmdpView::put_smsr(const SmSr& value) {
  const auto data = der::encode(value);
  auto q = c_.query("INSERT OR REPLACE INTO smsr(id,data) VALUES(?,?)");
  return q.bind(value.id.content()).bind(data).run();
}
Status SmdpView::put_type_policy(const TypePolicy& value) {
  const auto data = der::encode(value);
  auto q = c_.query("INSERT OR REPLACE INTO type_policy(type,data) VALUES(?,?)");
  return q.bind(value.type).bind(data).run();
}
Status SmdpView::put_profile(const Profile& p) {
  const auto data = der::encode(p);
  {
    auto q = c_.query("UPDATE profile SET data=? WHERE iccid=? AND eid=?");
    EIDER_CHECK(q.bind(data).bind(p.iccid.view()).bind(p.eid.view()).run());
    if (c_.changes() == 1) return {};
  }
  auto q = c_.query("INSERT OR REPLACE INTO profile(iccid,eid,data) VALUES(?,?,?)");
  return q.bind(p.iccid.view()).bind(p.eid.view()).bind(data).run();
}
Status SmdpView::remove_profile(const Iccid& iccid) {
  auto q = c_.query("DELETE FROM profile WHERE iccid=?");
  return q.bind(iccid.view()).run();
}
Status SmdpView::put_keys(const IsdpKeys& k) {
  const auto data = der::encode(k);
  const Secret secrets(der::encode(IsdpSecrets{k.keys, k.token}));
  const auto sealed = seal_value(sealer_, kSealedIsdpKeys, k.iccid, secrets.view());
  auto q = c_.query("INSERT OR REPLACE INTO isdp_keys(iccid,data,secret) VALUES(?,?,?)");
  return q.bind(k.iccid.view()).bind(data).bind(sealed).run();
}
Status SmdpView::remove_keys(const Iccid& iccid) {
  auto q = c_.query("DELETE FROM isdp_keys WHERE iccid=?");
  return q.bind(iccid.view()).run();
}

Status SmdpView::add_procedure(Procedure& p) {
  const auto data = der::encode(p);
  auto q = c_.query(
      "INSERT INTO procedure(eid,caller,call_identifier,step,message_id,due_at,data) VALUES(?,?,?,?,?,?,?)");
  bind_procedure(q, p, data);
  EIDER_CHECK(q.run());
  p.id = static_cast<ProcedureId>(c_.last_insert_id());
  return {};
}
Status SmdpView::put_procedure(const Procedure& p) {
  const auto data = der::encode(p);
  auto q = c_.query(
      "INSERT INTO procedure(eid,caller,call_identifier,step,message_id,due_at,data,id) "
      "VALUES(?,?,?,?,?,?,?,?)"
      " ON CONFLICT(id) DO UPDATE SET eid=excluded.eid,caller=excluded.caller,"
      "call_identifier=excluded.call_identifier,step=excluded.step,message_id=excluded.message_id,"
      "due_at=excluded.due_at,data=excluded.data");
  bind_procedure(q, p, data);
  return q.bind(static_cast<std::int64_t>(p.id)).run();
}
Status SmdpView::remove_procedure(ProcedureId id) {
  auto q = c_.query("DELETE FROM procedure WHERE id=?");
  return q.bind(static_cast<std::int64_t>(id)).run();
}

Status SmdpView::put_answered_call(const AnsweredCall& call) {
  const auto data = der::encode(call);
  auto q =
      c_.query("INSERT OR REPLACE INTO answered_call(caller,identifier,answered_at,data) VALUES(?,?,?,?)");
  q.bind(call.caller.content()).bind(call.call_identifier).bind(to_integer(call.answered_at));
  return q.bind(data).run();
}
Status SmdpView::purge_answered_calls(Time oldest, std::size_t limit) {
  auto q = c_.query(
      "DELETE FROM answered_call WHERE id IN"
      " (SELECT id FROM answered_call WHERE answered_at<? ORDER BY answered_at LIMIT ?)");
  return q.bind(to_integer(oldest)).bind(static_cast<std::int64_t>(limit)).run();
}

Status SmdpView::add_outbox(OutboxEntry& e) {
  const auto data = der::encode(e);
  auto q = c_.query("INSERT INTO outbox(procedure,not_before,data) VALUES(?,?,?)");
  EIDER_CHECK(q.bind(static_cast<std::int64_t>(e.procedure)).bind(to_integer(e.not_before)).bind(data).run());
  e.id = static_cast<std::uint64_t>(c_.last_insert_id());
  return {};
}
Status SmdpView::put_outbox(const OutboxEntry& e) {
  const auto data = der::encode(e);
  auto q = c_.query("INSERT OR REPLACE INTO outbox(id,procedure,not_before,data) VALUES(?,?,?,?)");
  q.bind(static_cast<std::int64_t>(e.id)).bind(static_cast<std::int64_t>(e.procedure));
  return q.bind(to_integer(e.not_before)).bind(data).run();
}
Status SmdpView::remove_outbox(std::uint64_t id) {
  auto q = c_.query("DELETE FROM outbox WHERE id=?");
  return q.bind(static_cast<std::int64_t>(id)).run();
}
Status SmdpView::remove_outbox_of(ProcedureId procedure) {
  auto q = c_.query("DELETE FROM outbox WHERE procedure=?");
  return q.bind(static_cast<std::int64_t>(procedure)).run();
}

}  // namespace eider::store
