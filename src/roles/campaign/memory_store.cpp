#include "roles/campaign/memory_store.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <ranges>

namespace eider::campaign {
namespace {
struct Rows {
  Campaign campaign;
  std::map<std::uint32_t, Card> cards;
  std::vector<Attempt> attempts;
};
// A transaction works on a copy, which replaces it. Small stores only.
using CampaignRows = std::map<CampaignId, Rows>;
bool looks(const Card& c) {
  return c.action == Action::kLook;
}
}  // namespace

struct MemoryStore::Data {
  mutable std::mutex mutex;
  bool dead = false;
  std::uint64_t commits = 0, fail_in = 0;
  Fail how = Fail::kKillBefore;
  CampaignRows rows;
};

class MemoryStore::View final : public StoreTransaction {
 public:
  explicit View(CampaignRows& rows) : rows_(rows) {}

  Result<std::vector<Campaign>> campaigns() override {
    std::vector<Campaign> out;
    for (const auto& [id, r] : rows_) out.push_back(r.campaign);
    return out;
  }
  Result<std::optional<Campaign>> campaign(CampaignId id) override {
    const auto it = rows_.find(id);
    return it == rows_.end() ? std::nullopt : std::optional(it->second.campaign);
  }
  Result<std::optional<Campaign>> find_campaign(const std::string& name) override {
    for (const auto& [id, r] : rows_)
      if (r.campaign.name == name) return r.campaign;
    return std::nullopt;
  }
  Result<std::optional<Card>> card(CampaignId id, std::uint32_t seq) override {
    const auto& cards = rows_[id].cards;
    const auto it = cards.find(seq);
    return it == cards.end() ? std::nullopt : std::optional(it->second);
  }
  Result<std::optional<Card>> find_card(CampaignId id, const Eid& eid) override {
    for (const auto& [seq, c] : rows_[id].cards)
      if (c.eid == eid) return c;
    return std::nullopt;
  }
  Result<std::vector<Card>> cards(CampaignId id, std::uint32_t from, std::size_t limit,
                                  std::optional<CardState> state) override {
    std::vector<Card> out;
    for (const auto& [seq, c] : rows_[id].cards)
      if (seq >= from && (!state || c.state == *state) && out.size() < limit) out.push_back(c);
    return out;
  }
  Result<std::vector<Card>> due(CampaignId id, bool look, Time now, std::size_t limit) override {
    std::vector<Card> out;
    for (const auto& [seq, c] : rows_[id].cards)
      if (c.state == CardState::kWaiting && looks(c) == look && c.not_before <= now) out.push_back(c);
    std::ranges::stable_sort(out, {},
                             [](const Card& c) { return std::pair(c.not_before == Time{}, c.not_before); });
    if (out.size() > limit) out.resize(limit);
    return out;
  }
  Result<std::vector<Card>> in_flight(CampaignId id) override {
    return cards(id, 0, SIZE_MAX, CardState::kInFlight);
  }
  Result<std::optional<Time>> next_due(CampaignId id, bool look) override {
    std::optional<Time> out;
    for (const auto& [seq, c] : rows_[id].cards)
      if (c.state == CardState::kWaiting && looks(c) == look && (!out || c.not_before < *out))
        out = c.not_before;
    return out;
  }
  Result<Tally> tally(CampaignId id) override {
    Tally out{};
    for (const auto& [seq, c] : rows_[id].cards) ++of(out, c.state);
    return out;
  }
  Result<std::vector<std::pair<Action, std::uint64_t>>> next_actions(CampaignId id) override {
    std::map<Action, std::uint64_t> out;
    for (const auto& [seq, c] : rows_[id].cards)
      if (c.state == CardState::kWaiting) ++out[c.action];
    return std::vector<std::pair<Action, std::uint64_t>>(out.begin(), out.end());
  }
  Result<std::vector<ReasonCount>> reasons(CampaignId id) override {
    std::map<std::tuple<CardState, Reason, std::string, std::string>, std::uint64_t> counts;
    for (const auto& [seq, c] : rows_[id].cards)
      if (ended(c.state)) ++counts[{c.state, c.reason, c.subject_code, c.reason_code}];
    std::vector<ReasonCount> out;
    for (const auto& [key, n] : counts)
      out.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), std::get<3>(key), n});
    return out;
  }
  Result<std::vector<Attempt>> attempts(CampaignId id, std::uint64_t after, std::size_t limit,
                                        std::optional<std::uint32_t> seq) override {
    std::vector<Attempt> out;
    for (const auto& a : rows_[id].attempts)
      if (a.id > after && (!seq || a.seq == *seq) && out.size() < limit) out.push_back(a);
    return out;
  }
  Result<std::vector<Attempt>> latest_outcomes(CampaignId id, std::uint64_t after,
                                               std::size_t limit) override {
    std::vector<Attempt> out;
    for (const auto& a : rows_[id].attempts | std::views::reverse)
      if (a.id > after && a.action != Action::kLook && a.outcome != Outcome::kUnknown && out.size() < limit)
        out.push_back(a);
    return out;
  }
  Result<std::uint64_t> last_attempt(CampaignId id) override { return rows_[id].attempts.size(); }
  Result<std::vector<std::uint32_t>> durations(CampaignId id) override {
    std::vector<std::uint32_t> out;
    for (const auto& a : rows_[id].attempts)
      if (a.action != Action::kLook && (a.outcome == Outcome::kExecuted || a.outcome == Outcome::kWarning))
        out.push_back(static_cast<std::uint32_t>((a.ended_at - a.sent_at).count()));
    return out;
  }

  Status add_campaign(Campaign& c) override {
    c.id = rows_.empty() ? 1 : rows_.rbegin()->first + 1;
    rows_[c.id].campaign = c;
    return {};
  }
  Status put_campaign(const Campaign& c) override {
    rows_[c.id].campaign = c;
    return {};
  }
  Status remove_campaign(CampaignId id) override {
    rows_.erase(id);
    return {};
  }
  Status add_card(CampaignId id, const Card& c) override { return put_card(id, c); }
  Status put_card(CampaignId id, const Card& c) override {
    rows_[id].cards.insert_or_assign(c.seq, c);
    return {};
  }
  Status add_attempt(CampaignId id, const Attempt& a) override {
    auto& all = rows_[id].attempts;
    all.push_back(a);
    all.back().id = all.size();
    return {};
  }
  Status cancel_waiting(CampaignId id) override {
    for (auto& [seq, c] : rows_[id].cards) {
      if (c.state != CardState::kWaiting || (looks(c) && c.attempts > 0)) continue;
      c.state = CardState::kCancelled;
      c.reason = Reason::kCancelledByHand;
    }
    return {};
  }

 private:
  CampaignRows& rows_;
};

MemoryStore::MemoryStore() : data_(std::make_unique<Data>()) {}
MemoryStore::~MemoryStore() = default;

Status MemoryStore::read(const std::function<Status(StoreReader&)>& body) {
  const std::scoped_lock lock(data_->mutex);
  if (data_->dead) return fail_local("the process was killed");
  View view(data_->rows);
  return body(view);
}

Status MemoryStore::write(const std::function<Status(StoreTransaction&)>& body) {
  const std::scoped_lock lock(data_->mutex);
  if (data_->dead) return fail_local("the process was killed");
  auto copy = data_->rows;
  View view(copy);
  EIDER_CHECK(body(view));
  ++data_->commits;
  const bool fails = data_->fail_in > 0 && --data_->fail_in == 0;
  if (!fails || data_->how == Fail::kKillAfter) data_->rows = std::move(copy);
  if (!fails) return {};
  data_->dead = true;
  return fail_local("the process was killed");
}

void MemoryStore::fail_commit(std::uint64_t n, Fail how) {
  const std::scoped_lock lock(data_->mutex);
  data_->fail_in = n;
  data_->how = how;
}
void MemoryStore::restart() {
  const std::scoped_lock lock(data_->mutex);
  data_->dead = false;
  data_->fail_in = 0;
}
std::uint64_t MemoryStore::commits() const {
  const std::scoped_lock lock(data_->mutex);
  return data_->commits;
}

}  // namespace eider::campaign
