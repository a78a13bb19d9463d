// Reads and writes of the store of campaigns on one connection, in one transaction. Internal to src/store.
#pragma once
#include "roles/campaign/ports.hpp"
#include "store/sqlite.hpp"

namespace eider::store {

class CampaignView final : public campaign::StoreTransaction {
 public:
  explicit CampaignView(Connection& connection) : c_(connection) {}

  Result<std::vector<campaign::Campaign>> campaigns() override;
  Result<std::optional<campaign::Campaign>> campaign(campaign::CampaignId id) override;
  Result<std::optional<campaign::Campaign>> find_campaign(const std::string& name) override;
  Result<std::optional<campaign::Card>> card(campaign::CampaignId id, std::uint32_t seq) override;
  Result<std::optional<campaign::Card>> find_card(campaign::CampaignId id, const campaign::Eid& eid) override;
  Result<std::vector<campaign::Card>> cards(campaign::CampaignId id, std::uint32_t from_seq,
                                            std::size_t limit,
                                            std::optional<campaign::CardState> state) override;
  Result<std::vector<campaign::Card>> due(campaign::CampaignId id, bool look, Time now,
                                          std::size_t limit) override;
  Result<std::vector<campaign::Card>> in_flight(campaign::CampaignId id) override;
  Result<std::optional<Time>> next_due(campaign::CampaignId id, bool look) override;
  Result<campaign::Tally> tally(campaign::CampaignId id) override;
  Result<std::vector<std::pair<campaign::Action, std::uint64_t>>> next_actions(
      campaign::CampaignId id) override;
  Result<std::vector<campaign::ReasonCount>> reasons(campaign::CampaignId id) override;
  Result<std::vector<campaign::Attempt>> attempts(campaign::CampaignId id, std::uint64_t after,
                                                  std::size_t limit,
                                                  std::optional<std::uint32_t> seq) override;
  Result<std::vector<campaign::Attempt>> latest_outcomes(campaign::CampaignId id, std::uint64_t after,
                                                         std::size_t limit) override;
  Result<std::uint64_t> last_attempt(campaign::CampaignId id) override;
  Result<std::vector<std::uint32_t>> durations(campaign::CampaignId id) override;

  Status add_campaign(campaign::Campaign& campaign) override;
  Status put_campaign(const campaign::Campaign& campaign) override;
  Status remove_campaign(campaign::CampaignId id) override;
  Status add_card(campaign::CampaignId id, const campaign::Card& card) override;
  Status put_card(campaign::CampaignId id, const campaign::Card& card) override;
  Status add_attempt(campaign::CampaignId id, const campaign::Attempt& attempt) override;
  Status cancel_waiting(campaign::CampaignId id) override;

 private:
  Connection& c_;
};

}  // namespace eider::store
