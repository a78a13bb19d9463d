// What the parts of `eider operator campaign` share.
#pragma once
#include "cmd_operator.hpp"
#include "roles/campaign/ports.hpp"
#include "store/campaign_sqlite.hpp"

namespace eider::app::campaign_cli {

struct Options {
  std::shared_ptr<const operator_cmd::PartyOptions> parties;
  std::string data = "campaigns.db", name;

  std::unique_ptr<store::CampaignSqlite> open() const;
  // CommandError with cause and remedy when there is none of that name.
  campaign::Campaign find(campaign::Store& store) const;
};
using SharedOptions = std::shared_ptr<Options>;

void declare_run(CLI::App& campaign, const SharedOptions& options);
void declare_report(CLI::App& campaign, const SharedOptions& options);
// What `run` and `report` end with.
void print_report(campaign::Store& store, const campaign::Campaign& campaign, bool json);

}  // namespace eider::app::campaign_cli
