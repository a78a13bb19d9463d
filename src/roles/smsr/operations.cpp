#include "roles/smsr/operations.hpp"

#include "base/log.hpp"
#include "roles/smsr/bearer.hpp"
#include "roles/smsr/outbox.hpp"
#include "roles/smsr/procedures/procedure.hpp"
#include "roles/smsr/turns.hpp"
#include "spec/sgp22/types.hpp"

namespace eider::smsr {
namespace {
constexpr Duration kSessionGrace{5 * 1000};
constexpr Duration kAuditLifetime{7 * 24 * 3600 * 1000};
// After so many refusals for a counter the card's one is out of reach of guesses.
constexpr std::uint64_t kCounterJump = 1024;
constexpr std::uint32_t kMostCounterJumps = 8;

Duration back_off(const Settings& s, std::uint32_t attempts) {
  Duration d = s.sms_timeout;
  for (std::uint32_t i = 1; i < attempts && d < s.longest_sms_timeout; ++i) d *= 2;
  return std::min(d, s.longest_sms_timeout);
}
bool changes_profile(const Operation& o) {
  return o.kind == OperationKind::kEnable || o.kind == OperationKind::kDisable ||
         (o.kind == OperationKind::kDelete && o.stage != Stage::kCommand && o.stage != Stage::kProbe);
}

Status record(StoreTransaction& tx, Context& context, const Operation& o, const Outcome& outcome) {
  const auto type = procedure(o.kind).audit_type;
  if (type == 0) return {};
  sgp02::AuditTrailRecord r;
  r.eid = o.eid;
  r.smsrId = context.settings.id;
  r.operationDate = context.now();
  r.operationType = static_cast<sgp02::OperationType>(type);
  if (!o.call.caller.empty()) r.requesterId = o.call.caller;
  r.operationExecutionStatus = {outcome.status, outcome.code};
  if (o.isdp_aid != Aid{}) r.isdpAid = o.isdp_aid;
  if (o.iccid != Iccid{}) r.iccid = o.iccid;
  return tx.add_audit_record(r);
}
}  // namespace

// The function after one with MoreToDo has come and says that none follows: a change of Profiles, above all,
// is carried out when the session is over.
namespace {
Status hold_no_longer(StoreTransaction& tx, const Eid& eid) {
  EIDER_TRY(euicc, tx.euicc(eid));
  if (!euicc || !euicc->hold_until) return {};
  euicc->hold_until.reset();
  return tx.put_euicc(*euicc);
}
}  // namespace

Status enqueue(StoreTransaction& tx, Context& context, Operation& o) {
  EIDER_TRY(waiting, tx.operations(o.eid));
  if (!o.internal && !is_step(o.kind) && waiting.size() >= context.settings.most_operations)
    return refuse(code::kBusy, sgp22::eid_digits(o.eid), "too many operations wait for this eUICC");
  const auto now = context.now();
  if (o.created_at == Time{}) o.created_at = now;
  if (o.expires_at == Time{}) o.expires_at = now + context.settings.default_validity;
  if (o.next_at == Time{}) o.next_at = now;
  if (!o.internal && !is_step(o.kind) && !o.more_to_do) EIDER_CHECK(hold_no_longer(tx, o.eid));
  return tx.add_operation(o);
}

Status finish(StoreTransaction& tx, Context& context, const Operation& o, const Outcome& outcome) {
  EIDER_TRY(all, tx.operations(o.eid));
  for (const auto& other : all)
    if (other.parent == o.id) EIDER_CHECK(tx.remove_operation(other.id));
  EIDER_CHECK(tx.remove_operation(o.id));
  if (context.observer)
    context.observer->operation_over(to_string(o.kind), outcome.status, context.now() - o.created_at);
  EIDER_CHECK(record(tx, context, o, outcome));
  if (o.more_to_do) {
    EIDER_TRY(euicc, tx.euicc(o.eid));
    if (euicc) {
      euicc->hold_until = context.now() + context.settings.hold;
      EIDER_CHECK(tx.put_euicc(*euicc));
    }
  }
  if (o.internal || o.call.function.empty()) return {};
  return answer_call(tx, context, o.eid, o.call, outcome);
}

Status again(StoreTransaction& tx, Context& context, Operation& o, Stage stage) {
  o.stage = stage;
  o.transport = Transport::kReady;
  o.token.clear();
  o.next_at = context.now();
  return tx.put_operation(o);
}
Status wait(StoreTransaction& tx, Context&, Operation& o, Stage stage) {
  o.stage = stage;
  o.transport = Transport::kWaiting;
  o.token.clear();
  o.attempts = 0;
  o.next_at = o.expires_at;
  return tx.put_operation(o);
}

Result<std::optional<Operation>> turn_of(StoreReader& reader, const Eid& eid, Time now) {
  EIDER_TRY(all, reader.operations(eid));
  const Operation* best = nullptr;
  const auto rank = [now](const Operation& o) {
    if (is_step(o.kind)) return 0;
    if (o.started) return 1;
    return o.internal && o.next_at > now ? 3 : 2;  // an audit waits for the card to settle
  };
  for (const auto& o : all)
    if (!best || rank(o) < rank(*best)) best = &o;
  if (!best) return std::optional<Operation>{};
  return std::optional(*best);
}
Result<std::optional<Operation>> find_step(StoreReader& reader, const Eid& eid, OperationKind kind) {
  EIDER_TRY(all, reader.operations(eid));
  for (auto& o : all)
    if (o.kind == kind) return std::optional(std::move(o));
  return std::optional<Operation>{};
}
Result<std::optional<Operation>> change_of(StoreReader& reader, const Eid& eid) {
  EIDER_TRY(all, reader.operations(eid));
  for (auto& o : all)
    if (o.started && changes_profile(o)) return std::optional(std::move(o));
  return std::optional<Operation>{};
}
Result<bool> being_handed_over(StoreReader& reader, const Eid& eid) {
  EIDER_TRY(all, reader.operations(eid));
  return std::ranges::any_of(all, [](const Operation& o) {
    return o.kind == OperationKind::kHandover || o.kind == OperationKind::kTakeover;
  });
}

Status audit_later(StoreTransaction& tx, Context& context, const Eid& eid) {
  EIDER_TRY(all, tx.operations(eid));
  const auto settling = context.settings.settling;
  const auto at = context.now() + settling;
  for (auto& o : all)
    if (o.kind == OperationKind::kAudit && o.internal && !o.started) {
      // A card that never settles, because nothing gets through to where the EIS believes it, needs one all
      // the more.
      constexpr int kMostSettlings = 4;
      o.next_at = std::min(at, std::max(o.created_at + kMostSettlings * settling, context.now()));
      return tx.put_operation(o);
    }
  Operation o;
  o.eid = eid;
  o.kind = OperationKind::kAudit;
  o.internal = true;
  o.next_at = at;
  o.expires_at = at + kAuditLifetime;
  return enqueue(tx, context, o);
}

// ---- Driving

namespace {

// What is to go out once the transaction has been committed.
struct Outgoing {
  bool send = false;
  std::string msisdn;
  CardKeys keys;
  etsi::Tar tar;
  std::uint64_t counter = 0;
  Bytes data;
  bool push = false;
  Duration validity{};
  std::optional<SessionScript> session;  // instead: for the session that waits for it
};

// The subscription address of the enabled Profile, which an operation in its place may be about; else where
// the card last spoke from. A card that does not answer there may have fallen back, unheard: then those of
// the fall-back Profile and of the others in turn.
Result<std::string> address_of(StoreReader& reader, const Euicc& euicc, const Operation& o) {
  constexpr std::uint32_t kInOnePlace = 3;
  EIDER_TRY(profiles, reader.profiles(euicc.eid));
  std::vector<std::string> places;
  const auto add = [&](const std::string& msisdn) {
    if (!msisdn.empty() && std::ranges::find(places, msisdn) == places.end()) places.push_back(msisdn);
  };
  for (const auto& p : profiles) {
    const bool speaks = o.kind == OperationKind::kConfirmation && o.isdp_aid != Aid{}
                            ? p.isdp_aid == o.isdp_aid
                            : p.state == ProfileState::kEnabled;
    if (speaks) add(p.msisdn);
  }
  add(euicc.address);
  if (o.attempts >= kInOnePlace)
    for (const bool fallback : {true, false})
      for (const auto& p : profiles)
        if (p.fallback == fallback && p.state != ProfileState::kCreated) add(p.msisdn);
  if (places.empty()) return std::string();
  return places[o.attempts / kInOnePlace % places.size()];
}

Status put_out(StoreTransaction& tx, Context& context, Operation& o, const Euicc& euicc, const Script& script,
               Outgoing& out) {
  const auto& s = context.settings;
  EIDER_TRY(msisdn, address_of(tx, euicc, o));
  EIDER_TRY(keys, tx.key_set(euicc.eid, euicc.scp80_version));
  const Bytes in_sms = script.in_sms();
  BearerFacts facts;
  facts.messages = messages_needed(in_sms.size());
  facts.many = procedure(o.kind).many;
  facts.reachable = !msisdn.empty() && keys && keys->counter < etsi::kCounterMax;
  facts.https = euicc.http && euicc.scp81_version != 0;
  const auto bearer = choose_bearer(facts, s.most_messages);
  if (bearer == Bearer::kWait) {
    o.next_at = o.expires_at;
    return tx.put_operation(o);
  }
  ++keys->counter;
  EIDER_CHECK(tx.put_key_set(*keys));
  out.send = true;
  out.push = bearer == Bearer::kHttps;
  out.msisdn = msisdn;
  out.counter = keys->counter;
  out.keys = *std::move(keys);
  out.tar = tar_of(out.push ? isd_r_aid() : script.target);
  out.data = out.push ? s.trigger.encode() : in_sms;
  out.validity = o.expires_at - context.now();
  o.transport = out.push ? Transport::kTriggered : Transport::kSms;
  o.counter = out.push ? 0 : out.counter;
  o.key_version = euicc.scp80_version;
  ++o.attempts;
  o.next_at =
      std::min(context.now() + (out.push ? s.trigger_timeout : back_off(s, o.attempts)), o.expires_at);
  return tx.put_operation(o);
}

// While it waited the Profile may have gone, and come again in another ISD-P: that one is not meant, and
// under the old AID there may be a third.
Status check_meant(StoreReader& reader, const Operation& o) {
  if (o.iccid == Iccid{} || o.isdp_aid == Aid{}) return {};
  EIDER_TRY(p, reader.profile(o.eid, o.iccid));
  if (p && p->isdp_aid != o.isdp_aid)
    return refuse(code::kIccidUnknown, sgp22::iccid_digits(o.iccid), "the Profile that was meant is deleted");
  return {};
}

}  // namespace

Result<std::optional<Operation>> with_turn(StoreTransaction& tx, Context& context, const Eid& eid,
                                           bool& more) {
  EIDER_TRY(found, turn_of(tx, eid, context.now()));
  if (!found || found->started) return found;
  auto o = *std::move(found);
  if (o.internal && o.next_at > context.now()) return std::optional<Operation>{};
  o.started = true;
  o.next_at = context.now();
  if (context.observer) context.observer->operation_begun(to_string(o.kind), o.next_at - o.created_at);
  EIDER_CHECK(tx.put_operation(o));
  if (const auto begin = procedure(o.kind).begin) {
    const auto meant = check_meant(tx, o);
    const auto begun = meant ? begin(tx, context, o) : meant;
    EIDER_TRY(over, refused(tx, context, o, begun));
    if (over) more = true;
  }
  EIDER_TRY(still, tx.operation(o.id));
  more = more || !still;
  return still;
}

SessionScript for_session(Context& context, Operation& o, Script script) {
  o.token = to_hex(context.random(12));
  o.transport = Transport::kSession;
  ++o.attempts;
  o.next_at = std::min(context.now() + context.settings.session_timeout, o.expires_at);
  return {std::move(script), o.token};
}

namespace {

// `more`: look again, something else may have its turn now.
Status step(StoreTransaction& tx, Context& context, const Eid& eid, Outgoing& out, bool& more) {
  EIDER_TRY(found, with_turn(tx, context, eid, more));
  if (!found || found->transport != Transport::kReady || found->next_at > context.now()) return {};
  auto o = *std::move(found);
  EIDER_TRY(euicc, tx.euicc(eid));
  const auto& p = procedure(o.kind);
  if (!euicc || !p.script) return {};
  const bool at_once = context.sessions.waiting(eid);
  if (!at_once && context.sessions.any(eid)) {  // which takes it next, or is over soon
    o.next_at = context.now() + kSessionGrace;
    return tx.put_operation(o);
  }
  const auto script = p.script(tx, context, o);
  EIDER_TRY(over, refused(tx, context, o, script));
  if (over) {
    more = true;
    return {};
  }
  if (at_once) {
    out.session = for_session(context, o, *script);
    return tx.put_operation(o);
  }
  return put_out(tx, context, o, *euicc, *script, out);
}

Status send(Context& context, const Outgoing& out) {
  EIDER_TRY(messages, seal_messages(out.keys, out.tar, out.counter, out.data, out.push));
  return context.sms.submit({out.msisdn, std::move(messages), out.validity});
}

}  // namespace

Status transact(Context& context, const Change& change) {
  return transact(context, std::span(&change, 1));
}
Status transact(Context& context, std::span<const Change> changes) {
  struct ForCard {
    Eid eid;
    Outgoing message;
  };
  std::vector<ForCard> cards;
  EIDER_CHECK(context.store.write([&](StoreTransaction& tx) -> Status {
    for (const auto& change : changes) {
      EIDER_TRY(named, change(tx));
      if (!named) continue;
      auto& card = cards.emplace_back(ForCard{*named, {}});
      for (bool more = true; more;) {
        more = false;
        EIDER_CHECK(step(tx, context, *named, card.message, more));
      }
    }
    return {};
  }));
  for (auto& [eid, message] : cards) {
    context.progress.made(eid);
    if (!message.session) {
      context.sessions.wake(eid);
    } else if (const auto token = message.session->token;
               !context.sessions.give(eid, *std::move(message.session))) {
      if (const auto back = session_lost(context, eid, token); !back)
        log::warn("smsr", back.error().message());  // it is repeated in its time
    }
    // It goes out again after its time.
    if (!message.send) continue;
    if (const auto sent = send(context, message); !sent)
      log::warn("smsr", "short message: " + sent.error().message());
  }
  return {};
}

Status session_lost(Context& context, const Eid& eid, const std::string& token) {
  return transact(context, [&](StoreTransaction& tx) -> Result<std::optional<Eid>> {
    EIDER_TRY(all, tx.operations(eid));
    for (auto& o : all)
      if (o.transport == Transport::kSession && o.token == token) {
        --o.attempts;
        EIDER_CHECK(again(tx, context, o, o.stage));
      }
    return std::optional(eid);
  });
}

std::vector<Status> transact_each(Context& context, std::span<const Change> changes) {
  std::vector<Status> out(changes.size());
  if (changes.empty() || transact(context, changes)) return out;
  // One of them cannot be carried out: the others can.
  for (std::size_t i = 0; i < changes.size(); ++i) out[i] = transact(context, changes[i]);
  return out;
}

Status drive(Context& context, const Eid& eid) {
  return transact(context,
                  [&](StoreTransaction&) -> Result<std::optional<Eid>> { return std::optional(eid); });
}

Status repeat(StoreTransaction& tx, Context& context, Operation& o) {
  const bool reached = o.transport == Transport::kSms || o.transport == Transport::kSession;
  const bool ask = reached && procedure(o.kind).probed && o.stage == Stage::kCommand;
  return again(tx, context, o, ask ? Stage::kProbe : o.stage);
}

namespace {

Status expire(StoreTransaction& tx, Context& context, Operation& o) {
  const auto& p = procedure(o.kind);
  if (p.expired) return p.expired(tx, context, o);
  if (o.started && o.attempts != 0 && !is_step(o.kind) && o.kind != OperationKind::kAudit)
    EIDER_CHECK(audit_later(tx, context, o.eid));
  const auto outcome = expired_in(sgp22::eid_digits(o.eid));
  return finish(tx, context, o, outcome);
}

Status due(StoreTransaction& tx, Context& context, Operation& o) {
  if (o.next_at > context.now()) return {};
  if (context.now() >= o.expires_at) return expire(tx, context, o);
  switch (o.transport) {
    case Transport::kSms:
    case Transport::kTriggered:
    case Transport::kSession:
      return repeat(tx, context, o);
    case Transport::kReady: {
      // Not its turn, or no way to the card.
      EIDER_TRY(turn, turn_of(tx, o.eid, context.now()));
      if (turn && turn->id == o.id) return {};
      [[fallthrough]];
    }
    case Transport::kWaiting:
      o.next_at =
          o.internal ? std::min(context.now() + context.settings.settling, o.expires_at) : o.expires_at;
      return tx.put_operation(o);
  }
  return {};
}

}  // namespace

Result<bool> run_due(Context& context, std::size_t limit) {
  std::vector<OperationId> ids;
  EIDER_CHECK(context.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(found, reader.due_operations(context.now(), limit));
    ids = std::move(found);
    return {};
  }));
  std::vector<Change> changes;
  for (const auto id : ids)
    changes.emplace_back([&context, id](StoreTransaction& tx) -> Result<std::optional<Eid>> {
      EIDER_TRY(o, tx.operation(id));
      if (!o) return std::optional<Eid>{};
      EIDER_CHECK(due(tx, context, *o));
      return std::optional(o->eid);
    });
  for (const auto& done : transact_each(context, changes)) EIDER_CHECK(done);
  return ids.size() == limit;
}

// ---- Answers

Status take_answer(StoreTransaction& tx, Context& context, Operation& o, ByteView body) {
  const auto answer = CardAnswer::decode(body);
  if (!answer) {
    log::warn("smsr", "answer of " + sgp22::eid_digits(o.eid) + ": " + answer.error().message());
    auto outcome = failure(code::kIsdrExecutionError, {}, "the card's answer cannot be read");
    outcome.euicc_response = to_bytes(body);
    if (is_step(o.kind)) return repeat(tx, context, o);
    return finish(tx, context, o, outcome);
  }
  const auto& p = procedure(o.kind);
  const auto taken = p.answered(tx, context, o, *answer);
  if (!taken && taken.error().as<FunctionStatus>()) return finish(tx, context, o, failure(taken.error()));
  return taken;
}

namespace {

// The card took the packet for old: its counter is higher than ours (a store that was restored), or the
// network brought the packet twice, and the answer to the first of them is behind.
Status jump(StoreTransaction& tx, Context& context, Operation& o) {
  EIDER_TRY(keys, tx.key_set(o.eid, o.key_version));
  if (!keys || o.attempts > kMostCounterJumps) return {};
  keys->counter = std::min(keys->counter + kCounterJump, etsi::kCounterMax);
  EIDER_CHECK(tx.put_key_set(*keys));
  return repeat(tx, context, o);
}

Status take_por(StoreTransaction& tx, Context& context, const Eid& eid,
                const channel::scp80::OpenedResponse& response) {
  EIDER_TRY(o, turn_of(tx, eid, context.now()));
  if (!o || o->transport != Transport::kSms) return {};
  const auto& r = response.packet;
  using S = etsi::ResponseStatus;
  if (!response.protected_as_asked) {
    // Anybody could have written it; it may speed up a repetition, no more.
    return r.status == S::kCounterLow ? jump(tx, context, *o) : Status{};
  }
  if (r.counter != o->counter) return {};  // to an earlier attempt
  switch (r.status) {
    case S::kOk:
      return take_answer(tx, context, *o, r.data);
    case S::kCounterLow:
      return jump(tx, context, *o);
    case S::kActualResponseBySubmit:
    case S::kActualResponseByUssd:
      return {};
    case S::kMoreTimeNeeded:
    case S::kInsufficientMemory:
      o->transport = Transport::kReady;
      o->next_at = std::min(context.now() + back_off(context.settings, o->attempts), o->expires_at);
      return tx.put_operation(*o);
    default: {
      char status[16];
      std::snprintf(status, sizeof status, "%02X", static_cast<unsigned>(r.status));
      return finish(tx, context, *o,
                    failure(code::kIsdrExecutionError, {}, std::string("response status ") + status));
    }
  }
}

}  // namespace

Change por_arrived(Context& context, const Eid& eid, channel::scp80::OpenedResponse response) {
  return [&context, eid, response = std::move(response)](StoreTransaction& tx) -> Result<std::optional<Eid>> {
    EIDER_CHECK(take_por(tx, context, eid, response));
    return std::optional(eid);
  };
}

}  // namespace eider::smsr
