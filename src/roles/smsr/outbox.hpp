// What the SM-SR owes to others: answers to asynchronous functions, notifications to Operators and M2M
// Service Providers, calls of other SM-SRs. Rows of the store, sent as often as it takes.
#pragma once
#include "roles/smsr/context.hpp"

namespace eider::smsr {

// The answer to a call: kept for repetitions, and sent if the caller wants it sent.
Status answer_call(StoreTransaction& tx, Context& context, const Eid& eid, const Call& call, Outcome outcome);

// Handle…Notification about a Profile, to its owner and to those that its PLMAs name; not to who asked for
// it, and not what ONCs discard. SGP.02 v4.2 sections 3.20, 3.21.
// `asked`: for just this, else it is a consequence, of which the answer to an SM-DP says nothing.
Status report(StoreTransaction& tx, Context& context, const Profile& profile, Report what,
              const std::optional<EntityId>& initiator, bool asked = true);
// To every Operator with a Profile on the eUICC but `initiator`.
Status report_to_owners(StoreTransaction& tx, Context& context, const Profile& about, Report what,
                        const std::optional<EntityId>& initiator);
// To one party.
Status report_to(StoreTransaction& tx, Context& context, const EntityId& target, const Eid& eid,
                 const std::optional<EntityId>& smdp, ReportContent content);

// A function of another server, whose answer the operation waits for; sent after some time.
Status call_peer(StoreTransaction& tx, Context& context, const Operation& operation, std::string function,
                 Bytes data = {}, Duration after = {});

}  // namespace eider::smsr
