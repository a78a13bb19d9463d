// An SM-SR and its cards, as a campaign meets them: by calls, whose answers it remembers by their identifier,
// and by answers that come late, twice or never.
#pragma once
#include <map>
#include <set>

#include "roles/campaign/runner.hpp"
#include "spec/sgp02/status_codes.hpp"

namespace eider::test {

inline const sgp02::EntityId kCampaignSelf("2.999.30"), kCampaignSmsr("2.999.20"), kCampaignOther("2.999.31");

sgp02::Eid campaign_eid(std::uint32_t n);
// Profile `kind` of card n; 1: bootstrap, 2: fleet.
sgp02::Iccid campaign_iccid(std::uint32_t n, std::uint8_t kind);

class CampaignSmsr final : public campaign::CallPort {
 public:
  struct Chances {  // in 100
    std::uint64_t lost_calls = 0, lost_answers = 0, twice = 0, unreached = 0;
    Duration longest{2000};  // until an answer comes
  };
  CampaignSmsr(const Clock& clock, std::uint64_t seed) : clock_(clock), random_(seed) {}

  void seed(std::uint64_t seed) { random_ = SeededRandom(seed); }
  // Cards 1 to n: "bootstrap" is enabled, "fleet" disabled.
  void add_cards(std::uint32_t n);
  std::vector<sgp02::ProfileInfo>& profiles(std::uint32_t n) { return profiles_[campaign_eid(n)]; }
  void set_chances(Chances chances) { chances_ = chances; }
  // The next calls that would change that card are refused like this, one after the other.
  void refuse(std::uint32_t n, sgp02::status::Code code, unsigned times = 1);
  void silent(std::uint32_t n) { silent_.insert(campaign_eid(n)); }
  void fault_everything(std::optional<Fault> fault) { fault_ = std::move(fault); }

  void send(std::vector<campaign::Call> calls) override;
  // Those that have arrived by now.
  std::vector<campaign::Answer> arrived();
  std::optional<Time> next() const;
  void forget_arriving() { arriving_.clear(); }  // the process that would hear them has gone

  bool on_fleet(std::uint32_t n) const;
  struct Seen {
    Time at;
    campaign::Call call;
  };
  std::vector<Seen> seen;                         // every call, repetitions among them
  std::map<sgp02::Eid, unsigned> performed;       // changes, by card
  unsigned answered_again = 0, broken_calls = 0;  // the same identifier with another content

 private:
  campaign::Answer perform(const campaign::Call& call);
  campaign::Answer change(const campaign::Call& call);
  void arrive(campaign::Answer answer);

  const Clock& clock_;
  SeededRandom random_;
  Chances chances_;
  std::optional<Fault> fault_;
  std::map<sgp02::Eid, std::vector<sgp02::ProfileInfo>> profiles_;
  std::map<sgp02::Eid, std::vector<sgp02::status::Code>> refusals_;
  std::set<sgp02::Eid> silent_;
  std::map<std::string, std::pair<campaign::Call, campaign::Answer>> record_;
  std::multimap<Time, campaign::Answer> arriving_;
};

// A campaign over cards 1 to n in that store.
campaign::Campaign add_campaign(campaign::Store& store, std::uint32_t cards,
                                campaign::Goal goal = {.type = "fleet"}, campaign::Pace pace = {},
                                campaign::Wanted wanted = campaign::Wanted::kRun);

}  // namespace eider::test
