// eUICCCapabilityAudit (SGP.02 v4.2 sections 3.24 and 4.1.1.5): the EIS becomes what the card says.
#include "base/log.hpp"
#include "roles/smsr/outbox.hpp"
#include "roles/smsr/procedures/procedure.hpp"
#include "roles/smsr/registry.hpp"

namespace eider::smsr {
namespace {
namespace es5 = sgp02::es5;
constexpr std::uint16_t kMoreData = 0x6310;
constexpr std::uint8_t kNextOccurrence = 0x01;
constexpr std::uint8_t kLcsSelectable = 0x07, kLcsPersonalized = 0x0F, kLcsEnabled = 0x3F;

// `data` holds what earlier answers said, when the card could not say all at once: the next part is asked for
// alone, and memory first, since any other command in between would end the list. `notification`: the card
// does not tell its memory.
Result<Script> script(StoreReader&, Context&, const Operation& o) {
  auto status = es5::encode_get_status(std::nullopt);
  if (!o.data.empty()) status.p2 |= kNextOccurrence;
  if (!o.data.empty() || o.notification != 0) return Script::of(status);
  const CommandApdu commands[] = {es5::encode_get_memory(), std::move(status)};
  return Script::of(commands, isd_r_aid());
}

ProfileState state_of(const es5::ProfileStatus& s, ProfileState recorded) {
  if (s.life_cycle == kLcsEnabled) return ProfileState::kEnabled;
  // Installed is not downloaded: that is what ProfileDownloadCompleted says.
  if (s.life_cycle == kLcsSelectable || s.life_cycle == kLcsPersonalized ||
      recorded == ProfileState::kInCreation || recorded == ProfileState::kCreated)
    return ProfileState::kCreated;
  return ProfileState::kDisabled;
}

Status reconcile(StoreTransaction& tx, Context& context, Profile p,
                 const std::vector<es5::ProfileStatus>& on_card) {
  const auto found = std::ranges::find(on_card, p.isdp_aid, &es5::ProfileStatus::isdp_aid);
  if (found == on_card.end()) return profile_gone(tx, context, p, std::nullopt);
  const auto before = p.state;
  p.state = state_of(*found, p.state);
  p.fallback = found->fallback;
  p.emergency = found->emergency;
  if (found->granted_memory) p.allocated_memory = *found->granted_memory;
  if (found->remaining_memory) p.free_memory = found->remaining_memory;
  EIDER_CHECK(tx.put_profile(p));
  const bool was = before == ProfileState::kEnabled, is = p.state == ProfileState::kEnabled;
  if (was == is) return {};
  // Who asked for the audit did not do it, and its SM-DP has yet to hear of it.
  return report(tx, context, p, is ? Report::kEnabled : Report::kDisabled, std::nullopt, false);
}

// ISD-Ps of the card that the EIS does not name: those of a registry that was restored, above all. Whose they
// are nobody here can say, so nothing is done about them but on order (orders.hpp).
std::string unknown_to_eis(const std::vector<Profile>& profiles,
                           const std::vector<es5::ProfileStatus>& on_card) {
  std::string out;
  for (const auto& s : on_card)
    if (std::ranges::find(profiles, s.isdp_aid, &Profile::isdp_aid) == profiles.end())
      out += (out.empty() ? "" : " ") + to_hex(s.isdp_aid);
  return out;
}

Status answered(StoreTransaction& tx, Context& context, Operation& o, const CardAnswer& answer) {
  if (answer.responses.empty() || answer.bad_format)
    return finish(tx, context, o, card_refused(answer, sgp22::eid_digits(o.eid)));
  const bool with_memory = o.data.empty() && o.notification == 0;
  if (with_memory && answer.responses.size() < 2 && answer.sw() != 0x9000) {
    o.notification = 1;
    return again(tx, context, o, Stage::kCommand);
  }
  const auto& last = answer.responses.back();
  // The rest of a list that the card has forgotten: from the beginning.
  if (last.sw == es5::kConditionsNotSatisfied && !o.data.empty()) {
    o.data.clear();
    return again(tx, context, o, Stage::kCommand);
  }
  if (last.sw != 0x9000 && last.sw != kMoreData && last.sw != es5::kNotFound)
    return finish(tx, context, o, card_refused(answer, sgp22::eid_digits(o.eid)));
  EIDER_TRY(euicc, tx.euicc(o.eid));
  if (euicc && with_memory && answer.responses.size() > 1)
    if (const auto memory = es5::Memory::decode(answer.responses.front().data)) {
      euicc->remaining_memory = memory->non_volatile;
      EIDER_CHECK(tx.put_euicc(*euicc));
    }
  append(o.data, last.data);
  if (last.sw == kMoreData && o.data.size() < 0x10000) return again(tx, context, o, Stage::kCommand);
  const auto on_card = es5::decode_status(o.data);
  if (!on_card) return refuse(code::kIsdrExecutionError, {}, "the answer to GET STATUS cannot be read");
  EIDER_TRY(profiles, tx.profiles(o.eid));
  for (const auto& p : profiles) EIDER_CHECK(reconcile(tx, context, p, *on_card));
  EIDER_TRY(audited, tx.euicc(o.eid));
  if (audited) {
    audited->last_audit = context.now();
    EIDER_CHECK(tx.put_euicc(*audited));
  }
  Outcome out;
  if (const auto unknown = unknown_to_eis(profiles, *on_card); !unknown.empty()) {
    log::warn("smsr", sgp22::eid_digits(o.eid) + " has ISD-Ps that its EIS does not know: " + unknown);
    if (o.call.caller == context.settings.id) {
      out = failure(code::kSdAidUnknown, unknown, "the card has ISD-Ps that its EIS does not know");
      out.status = ExecutionStatus::kExecutedWithWarning;
    }
  }
  out.euicc_response = answer.content;
  return finish(tx, context, o, out);
}
}  // namespace

const Procedure procedures::kAudit = {
    OperationKind::kAudit, 0x0500, false, false, nullptr, script, answered, nullptr};

}  // namespace eider::smsr
