#include "roles/lpa/polling/round.hpp"

#include <algorithm>

#include "roles/lpa/es10a.hpp"
#include "spec/sgp22/status_codes.hpp"

namespace eider::lpa::polling {
namespace {

// An SM-DP+ without an order for this card.
bool has_nothing(const Fault& fault) {
  const auto* status = fault.as<FunctionStatus>();
  return status && status->subject_code == "8.2.6" && status->reason_code == "3.8";
}

// Listens to what the End User is asked and answers: only that tells a download that was put off from one
// that failed.
class Listener final : public LpaUi {
 public:
  explicit Listener(LpaUi& user) : user_(user) {}
  void begin(Waiting about) {
    offer_ = std::move(about);
    put_off_ = false;
  }
  const std::optional<Waiting>& put_off() const { return put_off_ ? offer_ : nothing_; }

  void progress(Step step, std::size_t done, std::size_t total) override {
    user_.progress(step, done, total);
  }
  void warn(std::string_view text) override { user_.warn(text); }
  std::optional<Answer> cancelled() override { return user_.cancelled(); }
  Answer confirm_download(const ProfileOffer& offer) override {
    hear(offer);
    return heard(user_.confirm_download(offer));
  }
  std::optional<Secret> confirmation_code(const ProfileOffer& offer, int attempt) override {
    hear(offer);
    auto code = user_.confirmation_code(offer, attempt);
    if (!code) put_off_ = true;
    return code;
  }
  Answer confirm_changed_metadata(const sgp22::StoreMetadataRequest& confirmed,
                                  const sgp22::StoreMetadataRequest& package) override {
    return heard(user_.confirm_changed_metadata(confirmed, package));
  }

 private:
  void hear(const ProfileOffer& offer) {
    offer_->serviceProviderName = offer.metadata.serviceProviderName;
    offer_->profileName = offer.metadata.profileName;
    offer_->confirmationCode = offer.confirmationCodeRequired;
  }
  Answer heard(Answer answer) {
    if (answer == Answer::kNotNow || answer == Answer::kTimeout) put_off_ = true;
    return answer;
  }
  LpaUi& user_;
  std::optional<Waiting> offer_, nothing_;
  bool put_off_ = false;
};

Waiting waiting_at(std::string address, std::string event_id) {
  Waiting out;
  out.smdpAddress = std::move(address);
  out.eventId = std::move(event_id);
  return out;
}

class Round {
 public:
  Round(Lpa& lpa, const RoundOptions& options)
      : user_(lpa.ui),
        lpa_{lpa.card, lpa.http, lpa.clock, lpa.random, user_, lpa.store, lpa.settings},
        options_(options) {}

  Result<RoundResult> run() {
    EIDER_TRY(notifications, deliver_notifications(lpa_));
    out_.notifications = std::move(notifications);
    EIDER_TRY(addresses, es10a::get_euicc_configured_addresses(lpa_.card));
    if (options_.default_smdp && !addresses.defaultDpAddress.empty())
      ask_default_smdp(addresses.defaultDpAddress);
    auto smds = options_.smds;
    if (options_.root_smds && !addresses.rootDsAddress.empty())
      smds.insert(smds.begin(), addresses.rootDsAddress);
    for (const auto& address : smds) ask_smds(address);
    EIDER_TRY(situation, situation_of(lpa_));
    out_.situation = situation;
    return std::move(out_);
  }

 private:
  void download(const Waiting& from) {
    DownloadRequest request;
    request.smdpAddress = from.smdpAddress;
    request.matchingId = from.eventId;
    request.enable = options_.enable;
    user_.begin(from);
    auto result = download_profile(lpa_, request);
    if (result) {
      out_.installed.push_back({from, *std::move(result)});
    } else if (user_.put_off()) {
      out_.waiting.push_back(*user_.put_off());
    } else if (!from.eventId.empty() || !has_nothing(result.error())) {
      out_.failed.push_back({from.smdpAddress, from.eventId, std::move(result).error()});
    }
  }
  // Whether something waits there shows only the beginning of a download.
  void ask_default_smdp(const std::string& address) { download(waiting_at(address, {})); }

  void ask_smds(const std::string& address) {
    auto found = discover(lpa_, address);
    if (!found) return out_.failed.push_back({address, {}, std::move(found).error()});
    for (auto& u : found->unreached) out_.failed.push_back({u.address, u.eventId, std::move(u.fault)});
    for (const auto& e : found->events) {
      const auto event = waiting_at(e.smdpAddress, e.eventId);
      if (is_done(event)) continue;
      const auto known =
          std::ranges::find_if(options_.known, [&](const Waiting& k) { return k.same_event(event); });
      if (known == options_.known.end())
        download(event);
      else
        out_.waiting.push_back(*known);
    }
  }
  // Two SM-DSs may know of one event, and an SM-DP+ needs a while to delete it.
  bool is_done(const Waiting& event) const {
    const auto same = [&](const Waiting& other) { return other.same_event(event); };
    return std::ranges::any_of(out_.waiting, same) ||
           std::ranges::any_of(out_.installed, same, &Installed::from);
  }

  Listener user_;
  Lpa lpa_;
  const RoundOptions& options_;
  RoundResult out_;
};
}  // namespace

bool RoundResult::answered() const {
  return std::ranges::none_of(failed, [](const Failed& f) { return f.fault.not_reached(); });
}

Result<Situation> situation_of(Lpa& lpa) {
  EIDER_TRY(profiles, list_profiles(lpa));
  auto situation = Situation::kNoProfile;
  for (const auto& p : profiles) {
    if (p.profileClass.value_or(sgp22::ProfileClass::kOperational) != sgp22::ProfileClass::kOperational)
      continue;
    if (p.profileState == sgp22::ProfileState::kEnabled) return Situation::kEnabled;
    situation = Situation::kNoneEnabled;
  }
  return situation;
}

Result<RoundResult> ask_round(Lpa& lpa, const RoundOptions& options) {
  return Round(lpa, options).run();
}

}  // namespace eider::lpa::polling
