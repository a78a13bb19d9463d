#include "roles/smsr/outbox.hpp"

#include <set>

#include "base/log.hpp"
#include "roles/smsr/replies.hpp"
#include "spec/sgp22/types.hpp"

namespace eider::smsr {
namespace {

OutboxEntry entry_for(Context& context, OutboxKind kind, const EntityId& target, const Eid& eid) {
  OutboxEntry e;
  e.kind = kind;
  e.target = target;
  e.eid = eid;
  // Notifications in order; an answer does not wait behind a call that its receiver has not answered yet.
  e.key = std::to_string(static_cast<int>(kind)) + " " + target.dotted() + " " + sgp22::eid_digits(eid);
  e.not_before = context.now();
  e.give_up_at = context.now() + context.settings.outbox_lifetime;
  return e;
}

bool names(const std::vector<std::string>& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

// Does the Operator want to hear of it?
Result<bool> wanted(StoreReader& reader, const Profile& profile, Report what) {
  EIDER_TRY(oncs, reader.oncs(profile.owner, std::nullopt));
  for (const auto& o : oncs)
    if ((!o.profileType || *o.profileType == profile.type) &&
        names(o.discardedNotifications, notification_name(what)))
      return false;
  return true;
}

}  // namespace

Status answer_call(StoreTransaction& tx, Context& context, const Eid& eid, const Call& call,
                   Outcome outcome) {
  if (outcome.ended_at == Time{}) outcome.ended_at = context.now();
  EIDER_TRY(answered, tx.answered_call(call.caller, call.call_identifier));
  if (answered) {
    answered->outcome = outcome;
    EIDER_CHECK(tx.put_answered_call(*answered));
  }
  if (call.reply_to.empty()) return {};
  if (const auto* function = sgp02::find_function(call.function); function && context.observer)
    context.observer->answered(*function, base_of(outcome, call.received_at));
  auto e = entry_for(context, OutboxKind::kReply, call.caller, eid);
  e.url = call.reply_to;
  e.call = call;
  e.outcome = std::move(outcome);
  e.message_id = fresh_message_id(context, call.transaction_id);
  return tx.add_outbox(e);
}

namespace {
// By itself, not by way of an SM-DP.
bool hears_directly(const Context& context, const EntityId& party) {
  const auto* peer = context.settings.find(party);
  return peer && !peer->url.empty();
}
// Whoever did it knows it by its answer. An Operator that is otherwise told by way of its SM-DP has asked
// here all the same: then the SM-DP does not know.
bool knows_already(const Context& context, const EntityId& owner, const std::optional<EntityId>& initiator) {
  return initiator == owner && hears_directly(context, owner);
}
Status add_report(StoreTransaction& tx, Context& context, const EntityId& to, std::string_view interface,
                  const Eid& eid, ReportContent content) {
  auto e = entry_for(context, OutboxKind::kReport, to, eid);
  e.call.function = std::string(interface) + "-" + std::string(notification_name(content.report));
  if (content.completed_at == Time{}) content.completed_at = context.now();
  e.report = std::move(content);
  e.message_id = fresh_message_id(context, {});
  return tx.add_outbox(e);
}
}  // namespace

Status report_to(StoreTransaction& tx, Context& context, const EntityId& target, const Eid& eid,
                 const std::optional<EntityId>& smdp, ReportContent content) {
  // Directly; else by way of the SM-DP that the Profile came from (ES3, which passes it on over ES2).
  const bool direct = hears_directly(context, target);
  const auto* through = smdp ? context.settings.find(*smdp) : nullptr;
  if (!direct && (!through || through->url.empty())) {
    log::info("smsr", "nobody to tell: " + target.dotted());
    return {};
  }
  return add_report(tx, context, direct ? target : *smdp, direct ? "ES4" : "ES3", eid, std::move(content));
}

Status report(StoreTransaction& tx, Context& context, const Profile& profile, Report what,
              const std::optional<EntityId>& initiator, bool asked) {
  ReportContent content{what, profile.iccid, context.now(), initiator, {}};
  // An SM-DP that asked tells the Operator by its answer.
  const bool told = knows_already(context, profile.owner, initiator) ||
                    (asked && initiator && profile.smdp_id && *initiator == *profile.smdp_id);
  EIDER_TRY(wants, wanted(tx, profile, what));
  if (!told && wants)
    EIDER_CHECK(report_to(tx, context, profile.owner, profile.eid, profile.smdp_id, content));
  EIDER_TRY(plmas, tx.plmas(profile.owner, std::nullopt, std::nullopt));
  std::set<EntityId> done{profile.owner};
  for (const auto& p : plmas) {
    if ((p.profileType && *p.profileType != profile.type) || (initiator && p.m2mSpId == *initiator) ||
        !names(p.authorisedNotifications, notification_name(what)) || !done.insert(p.m2mSpId).second)
      continue;
    EIDER_CHECK(report_to(tx, context, p.m2mSpId, profile.eid, std::nullopt, content));
  }
  return {};
}

Status report_to_owners(StoreTransaction& tx, Context& context, const Profile& about, Report what,
                        const std::optional<EntityId>& initiator) {
  EIDER_TRY(profiles, tx.profiles(about.eid));
  // An Operator that is not told directly is told by each SM-DP that has loaded Profiles of it.
  std::set<std::pair<EntityId, EntityId>> done;
  for (const auto& p : profiles) {
    const bool direct = hears_directly(context, p.owner);
    const ReportContent content{what, about.iccid, context.now(), initiator, {}};
    // An SM-DP in the middle of a download has to know where it goes on, or cleans up.
    const bool under_way = direct && what == Report::kSmsrChanged && p.state == ProfileState::kCreated &&
                           p.smdp_id && hears_directly(context, *p.smdp_id);
    if (under_way && done.insert({{}, *p.smdp_id}).second)
      EIDER_CHECK(add_report(tx, context, *p.smdp_id, "ES3", p.eid, content));
    const auto by = direct ? EntityId{} : p.smdp_id.value_or(EntityId{});
    if (p.state == ProfileState::kInCreation || knows_already(context, p.owner, initiator) ||
        !done.insert({p.owner, by}).second)
      continue;
    EIDER_TRY(wants, wanted(tx, p, what));
    if (wants) EIDER_CHECK(report_to(tx, context, p.owner, p.eid, p.smdp_id, content));
  }
  return {};
}

Status call_peer(StoreTransaction& tx, Context& context, const Operation& o, std::string function, Bytes data,
                 Duration after) {
  auto e = entry_for(context, OutboxKind::kCall, o.peer, o.eid);
  e.call.function = std::move(function);
  e.call.call_identifier = to_hex(context.random(16));
  e.call.transaction_id = o.call.transaction_id;
  e.operation = o.id;
  e.data = std::move(data);
  e.not_before = context.now() + after;
  e.give_up_at = o.expires_at;
  return tx.add_outbox(e);
}

}  // namespace eider::smsr
