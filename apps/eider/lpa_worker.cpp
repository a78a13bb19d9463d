#include "lpa_worker.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include "command.hpp"
#include "roles/lpa/procedures/default_smdp.hpp"
#include "roles/lpa/procedures/discovery.hpp"

namespace eider::app::lpa_cli {
namespace {

using Kind = tui::Intent::Kind;
using namespace std::chrono_literals;
constexpr auto kPatience = 5min;  // servers keep a session about a quarter of an hour
constexpr auto kBetweenProgress = 40ms;

std::vector<std::string> rules_of(const std::optional<sgp22::BitString>& rules) {
  std::vector<std::string> out;
  if (rules && rules->test(sgp22::kPpr1)) out.emplace_back("PPR1: the Profile cannot be disabled");
  if (rules && rules->test(sgp22::kPpr2)) out.emplace_back("PPR2: the Profile cannot be deleted");
  return out;
}

tui::ProfileRow row_of(const sgp22::ProfileInfo& p) {
  tui::ProfileRow out;
  out.iccid = p.iccid ? sgp22::iccid_digits(*p.iccid) : "";
  out.aid = p.isdpAid ? to_hex(p.isdpAid->view()) : "";
  out.id = out.iccid.empty() ? out.aid : out.iccid;
  out.state = p.profileState ? name_of(static_cast<int>(*p.profileState), sgp22::kProfileStateNames) : "?";
  if (p.profileClass)
    out.profile_class = name_of(static_cast<int>(*p.profileClass), sgp22::kProfileClassNames);
  out.name = p.profileName.value_or("");
  out.provider = p.serviceProviderName.value_or("");
  out.nickname = p.profileNickname.value_or("");
  if (p.profileOwner) out.owner = owner_text(*p.profileOwner);
  out.rules = rules_of(p.profilePolicyRules);
  if (out.name.empty()) out.name = out.iccid;
  return out;
}

tui::Offer offer_of(const std::string& server, const sgp22::StoreMetadataRequest& m) {
  const auto profile_class = name_of(static_cast<int>(m.profileClass), sgp22::kProfileClassNames);
  tui::Offer out{server,
                 {{"Name", m.profileName},
                  {"Provider", m.serviceProviderName},
                  {"ICCID", sgp22::iccid_digits(m.iccid)},
                  {"Class", profile_class},
                  {"Owner", m.profileOwner ? owner_text(*m.profileOwner) : ""}},
                 rules_of(m.profilePolicyRules),
                 false};
  if (m.profileClass != sgp22::ProfileClass::kOperational)
    out.warnings.emplace_back("Not an Operational Profile: it is meant for tests or for provisioning.");
  return out;
}

tui::Failure failure_of(const FaultText& t) {
  return {t.cause, t.clause, t.remedy};
}

// The text that CommandError carries: cause, and the other two on lines of their own.
tui::Failure failure_of(const CommandError& e) {
  tui::Failure out;
  for (std::size_t at = 0; at < e.message.size();) {
    const auto end = std::min(e.message.find('\n', at), e.message.size());
    const auto line = e.message.substr(at, end - at);
    if (line.starts_with("  clause  "))
      out.clause = line.substr(10);
    else if (line.starts_with("  remedy  "))
      out.remedy = line.substr(10);
    else
      out.cause += (out.cause.empty() ? "" : " ") + line;
    at = end + 1;
  }
  return out;
}

tui::Reading read_card(lpa::Lpa& lpa, const Options& options) {
  tui::Reading out;
  for (const auto& p : must(lpa::list_profiles(lpa), options)) out.profiles.push_back(row_of(p));
  const auto chip = must(lpa::chip_info(lpa), options);
  out.card.eid = sgp22::eid_digits(chip.eid);
  out.card.default_smdp = chip.defaultDpAddress;
  out.card.root_smds = chip.rootDsAddress;
  out.card.facts = chip_pairs(chip);
  for (const auto& n : must(lpa::list_notifications(lpa), options))
    out.notifications.push_back({n.seqNumber, event_word(n), n.iccid ? sgp22::iccid_digits(*n.iccid) : "",
                                 n.notificationAddress, ""});
  return out;
}

std::string title_of(const tui::Intent& intent) {
  switch (intent.kind) {
    case Kind::kDownload:
    case Kind::kDownloadEvent:
      return "Download";
    case Kind::kDiscover:
      return "Discovery";
    case Kind::kEnable:
      return "Enable";
    case Kind::kDisable:
      return "Disable";
    case Kind::kDelete:
      return "Delete";
    case Kind::kSetNickname:
      return "Nickname";
    case Kind::kSetDefaultSmdp:
      return "Default SM-DP+";
    case Kind::kSendNotifications:
      return "Send notifications";
    case Kind::kRemoveNotification:
      return "Remove a notification";
    default:
      return "Read the card";
  }
}

bool can_stop(const tui::Intent& intent) {
  switch (intent.kind) {
    case Kind::kDownload:
    case Kind::kDownloadEvent:
    case Kind::kDiscover:
    case Kind::kSendNotifications:
    case Kind::kEnable:  // its notifications
    case Kind::kDisable:
    case Kind::kDelete:
      return true;
    default:
      return false;
  }
}

std::string delivered(const std::vector<lpa::NotificationDelivery>& all) {
  if (all.empty()) return "";
  std::size_t done = 0;
  for (const auto& d : all) done += d.state == lpa::NotificationDelivery::State::kDelivered;
  return "; " + std::to_string(done) + " of " + std::to_string(all.size()) + " notifications delivered";
}
}  // namespace

// ---- The user, on the other thread
class LpaWorker::User final : public lpa::LpaUi {
 public:
  User(LpaWorker& worker, const tui::Intent& intent)
      : worker_(worker),
        download_(intent.kind == Kind::kDownload || intent.kind == Kind::kDownloadEvent),
        server_(intent.kind == Kind::kDiscover ? Server::kSmds : Server::kSmdpPlus) {}
  void with(std::string address) { address_ = printable(address); }

  void progress(lpa::Step step, std::size_t done, std::size_t total) override {
    const auto now = std::chrono::steady_clock::now();
    if (last_ == step && done != total && now - told_ < kBetweenProgress) return;
    last_ = step;
    told_ = now;
    const double part = total ? static_cast<double>(done) / static_cast<double>(total) : 0.0;
    const double whole = download_ ? (static_cast<double>(step) + part) / (lpa::kStepCount - 1) : part;
    worker_.tell([name = lpa::step_name(step, server_name(server_)), address = address_, whole,
                  percent = total > 1 ? static_cast<int>(part * 100) : -1](tui::LpaState& s) {
      tui::progress(s, name, address, whole, percent);
    });
  }
  void warn(std::string_view text) override { warnings_.push_back(printable(text)); }
  std::optional<lpa::Answer> cancelled() override {
    return worker_.stop_ ? std::optional(lpa::Answer::kNotNow) : std::nullopt;
  }
  lpa::Answer confirm_download(const lpa::ProfileOffer& offer) override {
    auto shown = offer_of(offer.smdpAddress, offer.metadata);
    shown.consent_to_rules = offer.policyRuleConsentRequired;
    return ask([shown](tui::LpaState& s) { tui::ask(s, shown); });
  }
  lpa::Answer confirm_changed_metadata(const sgp22::StoreMetadataRequest& confirmed,
                                       const sgp22::StoreMetadataRequest& package) override {
    return ask([offered = offer_of("", confirmed), found = offer_of("", package)](tui::LpaState& s) {
      tui::ask_changed(s, offered, found);
    });
  }
  std::optional<Secret> confirmation_code(const lpa::ProfileOffer& offer, int attempt) override {
    auto answer = worker_.ask(
        [server = offer.smdpAddress, attempt](tui::LpaState& s) { tui::ask_code(s, server, attempt); },
        Kind::kCode);
    return answer ? std::move(answer->code) : std::nullopt;
  }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  lpa::Answer ask(Change question) {
    const auto answer = worker_.ask(std::move(question), Kind::kReply);
    if (!answer) return worker_.stop_ ? lpa::Answer::kNotNow : lpa::Answer::kTimeout;
    if (answer->reply == tui::Reply::kYes) return lpa::Answer::kYes;
    return answer->reply == tui::Reply::kNo ? lpa::Answer::kNo : lpa::Answer::kNotNow;
  }
  LpaWorker& worker_;
  bool download_;
  Server server_;
  std::string address_;
  std::vector<std::string> warnings_;
  std::optional<lpa::Step> last_;
  std::chrono::steady_clock::time_point told_{};
};

// ---- What is done
namespace {

// What the screen says at the end.
struct Done {
  std::string text, installed;
  std::optional<tui::Failure> failure;
  std::optional<std::vector<tui::EventRow>> events;
  std::vector<std::pair<std::int64_t, std::string>> troubles;  // of notifications
  std::optional<lpa::DiscoveredEvent> used;                    // this event is downloaded
};

Done failed(const Fault& fault, Server server = Server::kSmdpPlus) {
  Done out;
  out.failure = failure_of(explain(fault, server));
  return out;
}

Done download(lpa::Lpa& lpa, const lpa::DownloadRequest& request) {
  const auto result = lpa::download_profile(lpa, request);
  if (!result) return failed(result.error());
  Done out;
  out.installed = sgp22::iccid_digits(result->metadata.iccid);
  out.text = "Installed " + printable(result->metadata.profileName) + delivered(result->notifications);
  return out;
}

Result<lpa::DownloadRequest> request_for(lpa::Lpa& lpa, const tui::Intent& intent) {
  if (intent.kind == Kind::kDownloadEvent)
    return lpa::download_request(lpa::DiscoveredEvent{intent.text, intent.more, {}});
  if (intent.text.empty()) return lpa::default_smdp_request(lpa);
  EIDER_TRY(code, lpa::parse_activation_code(intent.text));
  return lpa::download_request(code);
}

Done discovery(lpa::Lpa& lpa) {
  const auto found = lpa::discover(lpa);
  if (!found) return failed(found.error(), Server::kSmds);
  Done out;
  out.events.emplace();
  for (const auto& e : found->events)
    out.events->push_back({e.smdpAddress, e.eventId, e.via.empty() ? "" : e.via.back(), ""});
  for (const auto& e : found->unreached)
    out.events->push_back({e.address, e.eventId, "", explain(e.fault, Server::kSmds).cause});
  out.text = out.events->empty() ? "Nothing is waiting for this card."
                                 : std::to_string(out.events->size()) + " waiting for this card";
  return out;
}

Done switch_profile(lpa::Lpa& lpa, const tui::Intent& intent) {
  const auto profile = lpa::find_profile(lpa, intent.text);
  if (!profile) return failed(profile.error());
  Done out;
  const auto done = [&](const char* word, const Result<lpa::OperationResult>& result) {
    if (!result) {
      out.failure = failure_of(explain(result.error()));
      return;
    }
    out.text =
        std::string(word) + " " + printable(row_of(*profile).title()) + delivered(result->notifications);
  };
  switch (intent.kind) {
    case Kind::kEnable:
      done("Enabled", lpa::enable_profile(lpa, *profile));
      break;
    case Kind::kDisable:
      done("Disabled", lpa::disable_profile(lpa, *profile));
      break;
    case Kind::kDelete:
      done("Deleted", lpa::delete_profile(lpa, *profile));
      break;
    default:
      if (const auto set = lpa::set_nickname(lpa, *profile, intent.more); !set)
        out.failure = failure_of(explain(set.error()));
      else
        out.text = intent.more.empty() ? "Nickname removed" : "Nickname set";
  }
  return out;
}

Done send_notifications(lpa::Lpa& lpa, const tui::Intent& intent) {
  const auto result =
      lpa::deliver_notifications(lpa, {.only = intent.number, .ignore_backoff = true, .keep = false});
  if (!result) return failed(result.error());
  Done out;
  out.text = result->empty() ? "No notification waits on the card." : delivered(*result).substr(2);
  for (const auto& d : *result) {
    if (!d.fault) continue;
    const auto why = explain(*d.fault);
    out.troubles.emplace_back(d.metadata.seqNumber, why.cause);
    if (!out.failure) out.failure = failure_of(why);
  }
  return out;
}

Done carry_out(lpa::Lpa& lpa, const tui::Intent& intent, const std::function<void(std::string)>& with) {
  switch (intent.kind) {
    case Kind::kDownload:
    case Kind::kDownloadEvent: {
      const auto request = request_for(lpa, intent);
      if (!request) return failed(request.error());
      with(request->smdpAddress);
      auto out = download(lpa, *request);
      if (intent.kind == Kind::kDownloadEvent && !out.failure) out.used = {intent.text, intent.more, {}};
      return out;
    }
    case Kind::kDiscover:
      return discovery(lpa);
    case Kind::kEnable:
    case Kind::kDisable:
    case Kind::kDelete:
    case Kind::kSetNickname:
      return switch_profile(lpa, intent);
    case Kind::kSetDefaultSmdp: {
      if (const auto set = lpa::set_default_smdp_address(lpa, intent.text); !set) return failed(set.error());
      Done out;
      out.text = intent.text.empty() ? "The card has no default SM-DP+ any more."
                                     : "Default SM-DP+: " + printable(intent.text);
      return out;
    }
    case Kind::kSendNotifications:
      return send_notifications(lpa, intent);
    case Kind::kRemoveNotification: {
      const auto number = intent.number.value_or(0);
      if (const auto removed = lpa::discard_notification(lpa, number); !removed)
        return failed(removed.error());
      Done out;
      out.text = "Removed notification " + std::to_string(number);
      return out;
    }
    default:
      return {};
  }
}

void show(tui::LpaState& s, const Done& done, const std::vector<std::string>& warnings) {
  for (auto& n : s.notifications)
    for (const auto& [number, why] : done.troubles)
      if (n.number == number) n.trouble = why;
  if (done.events) tui::discovered(s, *done.events);
  if (done.used && s.events)
    std::erase_if(*s.events, [&](const tui::EventRow& e) {
      return e.smdp_address == done.used->smdpAddress && e.event_id == done.used->eventId;
    });
  if (done.failure) {
    auto failure = *done.failure;
    for (const auto& w : warnings) failure.remedy += (failure.remedy.empty() ? "" : " ") + w;
    return tui::fail(s, failure);
  }
  tui::finish(s, done.text, done.installed);
  if (!warnings.empty()) tui::note(s, warnings.front());
}
}  // namespace

// ---- The thread
LpaWorker::LpaWorker(const Options& options)
    : options_(options), wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (wake_ < 0) throw CommandError{1, "no descriptor is left"};
  thread_ = std::thread([this] { run(); });
}
LpaWorker::~LpaWorker() {
  end();
  thread_.join();
  ::close(wake_);
}

void LpaWorker::take(tui::Intent intent, tui::LpaState& state) {
  if (intent.kind == Kind::kStop) return stop();
  const bool is_answer = intent.kind == Kind::kReply || intent.kind == Kind::kCode;
  if (!is_answer) tui::begin(state, title_of(intent), can_stop(intent));
  const std::lock_guard lock(mutex_);
  if (!is_answer) stop_ = false;
  (is_answer ? answer_ : job_) = std::move(intent);
  changed_.notify_all();
}

void LpaWorker::stop() {
  const std::lock_guard lock(mutex_);
  stop_ = true;
  if (session_) session_->interrupt();
  changed_.notify_all();
}

void LpaWorker::end() {
  ending_ = true;
  stop();
}

void LpaWorker::tell(Change change) {
  {
    const std::lock_guard lock(mutex_);
    changes_.push_back(std::move(change));
  }
  ::eventfd_write(wake_, 1);
}

void LpaWorker::apply(tui::LpaState& state) {
  eventfd_t ignored = 0;
  ::eventfd_read(wake_, &ignored);
  std::vector<Change> changes;
  {
    const std::lock_guard lock(mutex_);
    changes.swap(changes_);
  }
  for (const auto& change : changes) change(state);
}

std::optional<tui::Intent> LpaWorker::ask(Change question, Kind kind) {
  {
    const std::lock_guard lock(mutex_);
    answer_.reset();  // before the question is seen: it may be answered at once
  }
  tell(std::move(question));
  std::unique_lock lock(mutex_);
  const bool came =
      changed_.wait_for(lock, kPatience, [&] { return stop_ || (answer_ && answer_->kind == kind); });
  if (came && !stop_) return std::exchange(answer_, std::nullopt);
  lock.unlock();
  tell([](tui::LpaState& s) { tui::withdraw_question(s); });
  return std::nullopt;
}

void LpaWorker::run() {
  for (;;) {
    tui::Intent job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return ending_ || job_; });
      if (ending_) break;
      job = *std::exchange(job_, std::nullopt);
    }
    work(job);
  }
  ended_ = true;
  ::eventfd_write(wake_, 1);
}

void LpaWorker::work(const tui::Intent& intent) {
  User user(*this, intent);
  try {
    Session session(options_, user);
    {
      const std::lock_guard lock(mutex_);
      session_ = &session;
    }
    struct Forget {
      LpaWorker& w;
      ~Forget() {
        const std::lock_guard lock(w.mutex_);
        w.session_ = nullptr;
      }
    } forget{*this};
    const auto done =
        carry_out(session.lpa(), intent, [&](std::string address) { user.with(std::move(address)); });
    auto reading = read_card(session.lpa(), options_);
    tell([done, reading = std::move(reading), warnings = user.warnings()](tui::LpaState& s) {
      tui::read(s, reading);
      show(s, done, warnings);
    });
  } catch (const CommandError& e) {  // the card
    tell([failure = failure_of(e)](tui::LpaState& s) { tui::fail(s, failure, true); });
  } catch (const std::exception& e) {
    tell([failure = tui::Failure{std::string("internal error: ") + e.what(), "", ""}](tui::LpaState& s) {
      tui::fail(s, failure);
    });
  }
}

}  // namespace eider::app::lpa_cli
