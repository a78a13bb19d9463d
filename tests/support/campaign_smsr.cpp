#include "support/campaign_smsr.hpp"

#include "support/must.hpp"

namespace eider::test {
using namespace campaign;
using sgp02::ProfileInfo, sgp02::ProfileState;

sgp02::Eid campaign_eid(std::uint32_t n) {
  sgp02::Eid out;
  out[0] = 0x89;
  for (std::size_t i = 0; i < 4; ++i) out[15 - i] = static_cast<std::uint8_t>(n >> (8 * i));
  return out;
}
sgp02::Iccid campaign_iccid(std::uint32_t n, std::uint8_t kind) {
  sgp02::Iccid out;
  out[0] = 0x98;
  out[1] = kind;
  for (std::size_t i = 0; i < 4; ++i) out[9 - i] = static_cast<std::uint8_t>(n >> (8 * i));
  return out;
}

void CampaignSmsr::add_cards(std::uint32_t n) {
  for (std::uint32_t i = 1; i <= n; ++i) {
    ProfileInfo boot;
    boot.iccid = campaign_iccid(i, 1);
    boot.mnoId = kCampaignSelf;
    boot.state = ProfileState::kEnabled;
    boot.profileType = "bootstrap";
    boot.fallbackAttribute = true;
    auto fleet = boot;
    fleet.iccid = campaign_iccid(i, 2);
    fleet.state = ProfileState::kDisabled;
    fleet.profileType = "fleet";
    fleet.fallbackAttribute = false;
    profiles_[campaign_eid(i)] = {boot, fleet};
  }
}

void CampaignSmsr::refuse(std::uint32_t n, sgp02::status::Code code, unsigned times) {
  for (unsigned i = 0; i < times; ++i) refusals_[campaign_eid(n)].push_back(code);
}

bool CampaignSmsr::on_fleet(std::uint32_t n) const {
  for (const auto& p : profiles_.at(campaign_eid(n)))
    if (p.profileType == "fleet" && p.state == ProfileState::kEnabled) return true;
  return false;
}

Answer CampaignSmsr::change(const Call& call) {
  auto& refusals = refusals_[call.eid];
  if (!refusals.empty()) {
    const auto code = refusals.front();
    refusals.erase(refusals.begin());
    return {call.name, sgp02::status::failed(code), {}, {}, {}};
  }
  const auto it = profiles_.find(call.eid);
  if (it == profiles_.end())
    return {call.name, sgp02::status::failed(sgp02::status::kEidUnknown), {}, {}, {}};
  auto& profiles = it->second;
  if (call.action == Action::kDownload) {
    ProfileInfo p = profiles.front();
    p.iccid = call.iccid.value_or(campaign_iccid(static_cast<std::uint32_t>(record_.size()), 7));
    p.profileType = call.profile_type;
    p.state = ProfileState::kDisabled;
    p.fallbackAttribute = false;
    profiles.push_back(p);
  }
  auto* target = call.action == Action::kDownload ? &profiles.back() : nullptr;
  for (auto& p : profiles)
    if (!target && p.iccid == call.iccid) target = &p;
  if (!target) return {call.name, sgp02::status::failed(sgp02::status::kIccidUnknown), {}, {}, {}};
  if (target->state == ProfileState::kEnabled)
    return {call.name, sgp02::status::failed(sgp02::status::kIccidInvalidTransition), {}, {}, {}};
  for (auto& p : profiles) p.state = ProfileState::kDisabled;
  target->state = ProfileState::kEnabled;
  ++performed[call.eid];
  return {call.name, sgp02::FunctionExecutionStatus{}, {}, target->iccid, {}};
}

Answer CampaignSmsr::perform(const Call& call) {
  if (call.action == Action::kLook) {
    const auto it = profiles_.find(call.eid);
    if (it == profiles_.end())
      return {call.name, sgp02::status::failed(sgp02::status::kEidUnknown), {}, {}, {}};
    sgp02::Eis eis;
    eis.eumSigned.info.eid = call.eid;
    eis.profileInfos = it->second;
    return {call.name, sgp02::FunctionExecutionStatus{}, eis, {}, {}};
  }
  const auto before = record_.find(call.identifier);
  if (before != record_.end()) {
    ++answered_again;
    const auto& first = before->second.first;
    if (first.iccid != call.iccid || first.validity != call.validity || first.eid != call.eid ||
        first.first_sent != call.first_sent)
      ++broken_calls;
    return before->second.second;
  }
  auto out = change(call);
  record_.emplace(call.identifier, std::pair(call, out));
  return out;
}

void CampaignSmsr::arrive(Answer answer) {
  const auto delay = Duration(
      static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(chances_.longest.count()) + 1)));
  arriving_.emplace(clock_.now() + delay, std::move(answer));
}

void CampaignSmsr::send(std::vector<Call> calls) {
  const auto happens = [&](std::uint64_t chance) { return random_.below(100) < chance; };
  for (auto& call : calls) {
    seen.push_back({clock_.now(), call});
    if (fault_ || happens(chances_.unreached)) {
      arrive({call.name, fail(fault_.value_or(TransportFault{false, "refused"})), {}, {}, {}});
      continue;
    }
    if (happens(chances_.lost_calls)) {
      arrive({call.name, fail(TransportFault{true, "reset"}), {}, {}, {}});
      continue;
    }
    auto answer = perform(call);
    if (silent_.contains(call.eid) && call.action != Action::kLook) continue;
    if (happens(chances_.lost_answers)) continue;
    if (happens(chances_.twice)) arrive(answer);
    arrive(std::move(answer));
  }
}

std::vector<Answer> CampaignSmsr::arrived() {
  std::vector<Answer> out;
  while (!arriving_.empty() && arriving_.begin()->first <= clock_.now())
    out.push_back(std::move(arriving_.extract(arriving_.begin()).mapped()));
  return out;
}
std::optional<Time> CampaignSmsr::next() const {
  return arriving_.empty() ? std::nullopt : std::optional(arriving_.begin()->first);
}

Campaign add_campaign(Store& store, std::uint32_t cards, Goal goal, Pace pace, Wanted wanted) {
  Campaign c;
  c.name = "spring";
  c.tag = "c0ffee";
  c.created_at = *parse_time("2026-03-01T00:00:00Z");
  c.goal = std::move(goal);
  c.pace = std::move(pace);
  c.wanted = wanted;
  must(store.write([&](StoreTransaction& tx) -> Status {
    EIDER_CHECK(tx.add_campaign(c));
    for (std::uint32_t i = 1; i <= cards; ++i) {
      Card card;
      card.seq = i;
      card.eid = campaign_eid(i);
      EIDER_CHECK(tx.add_card(c.id, card));
    }
    return {};
  }));
  return c;
}

}  // namespace eider::test
