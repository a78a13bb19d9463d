// eider lpa daemon: the LPA that asks by itself.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

#include "cmd_lpa.hpp"
#include "command.hpp"
#include "lpa_bus.hpp"
#include "lpa_wakeups.hpp"
#include "roles/lpa/polling/round.hpp"
#include "store/lpa_polling.hpp"
#include "store/small_file.hpp"

namespace eider::app::lpa_cli {
namespace {
namespace bj = boost::json;
namespace polling = lpa::polling;
using polling::Occasion;

struct DaemonOptions {
  std::string policy = "standard", quiet, bus;
  bool manual = false, enable = false, no_default_smdp = false, no_root = false, once = false;
  std::vector<std::string> smds;
};

// ---- What it tells: lines, JSON lines, or the journal when that is where its output goes
class Teller {
 public:
  explicit Teller(bool json) : json_(json), journal_(std::getenv("JOURNAL_STREAM") != nullptr && !json) {}
  void tell(const char* event, const std::string& text, bj::object fields = {},
            int priority = LOG_INFO) const {
    if (journal_) {
      sd_journal_send("MESSAGE=%s", text.c_str(), "PRIORITY=%i", priority, "EIDER_EVENT=%s", event, nullptr);
      return;
    }
    if (json_) {
      bj::object line{{"time", format_time(SystemClock().now())}, {"event", event}};
      for (auto& f : fields) line.insert_or_assign(f.key(), std::move(f.value()));
      std::puts(bj::serialize(line).c_str());
    } else {
      std::printf("%s  %s\n", format_time(SystemClock().now()).c_str(), text.c_str());
    }
    std::fflush(stdout);
  }

 private:
  bool json_, journal_;
};

// ---- The End User: not there, unless an answer was given before
class AbsentUser final : public lpa::LpaUi {
 public:
  AbsentUser(const Options& options, const Teller& teller)
      : agreeing_(with_yes(options)), user_(agreeing_), teller_(teller), yes_(options.yes) {}
  // The next offer is what the End User asked for.
  void agree_once() { agreed_ = true; }
  void decline() { agreed_ = false; }

  void progress(lpa::Step, std::size_t, std::size_t) override {}
  void warn(std::string_view text) override {
    teller_.tell("warning", printable(text), {{"text", printable(text)}}, LOG_WARNING);
  }
  lpa::Answer confirm_download(const lpa::ProfileOffer& offer) override {
    return yes_ || agreed_ ? user_.confirm_download(offer) : lpa::Answer::kNotNow;
  }
  std::optional<Secret> confirmation_code(const lpa::ProfileOffer&, int) override { return std::nullopt; }
  lpa::Answer confirm_changed_metadata(const sgp22::StoreMetadataRequest&,
                                       const sgp22::StoreMetadataRequest&) override {
    return lpa::Answer::kNo;
  }

 private:
  static Options with_yes(Options options) {
    options.yes = true;
    return options;
  }
  Options agreeing_;
  TerminalUi user_;
  const Teller& teller_;
  bool yes_, agreed_ = false;
};

std::optional<polling::QuietHours> quiet_hours(const std::string& text) {
  if (text.empty()) return std::nullopt;
  unsigned h1 = 0, m1 = 0, h2 = 0, m2 = 0;
  char end = 0;
  if (std::sscanf(text.c_str(), "%2u:%2u-%2u:%2u%c", &h1, &m1, &h2, &m2, &end) != 4 || h1 > 23 || h2 > 23 ||
      m1 > 59 || m2 > 59)
    throw CommandError{2, "--quiet-hours takes 22:00-06:00, not \"" + text + "\""};
  return polling::QuietHours{h1 * 60 + m1, h2 * 60 + m2};
}
polling::Policy policy_of(const DaemonOptions& d) {
  for (auto policy : polling::policies()) {
    if (policy.name != d.policy) continue;
    policy.quiet = quiet_hours(d.quiet);
    policy.automatic = !d.manual;
    return policy;
  }
  throw CommandError{2, "there is no policy \"" + d.policy + "\": standard, eager, sparing"};
}

bj::object event_json(const polling::Waiting& w) {
  return {{"smdpAddress", w.smdpAddress},
          {"eventId", w.eventId},
          {"serviceProviderName", w.serviceProviderName},
          {"profileName", w.profileName},
          {"confirmationCode", w.confirmationCode}};
}

class Daemon {
 public:
  Daemon(const Options& o, const DaemonOptions& d)
      : options_(without_json(o)),
        daemon_(d),
        teller_(o.json),
        user_(o, teller_),
        policy_(policy_of(d)),
        path_(polling_path(o)) {}

  void run() {
    const store::FileLock only(path_, store::FileLock::Wait::kNot);
    if (!only.held())
      throw CommandError{1, "another daemon keeps its times in " + path_.string() +
                                "\n  remedy  End it, or give this one a --state of its own."};
    book_ = must(store::read_polling_book(path_), options_);
    open_bus();
    Wakeups wakeups;
    if (daemon_.once) {
      consider(Occasion::kCheckNow);
    } else {
      consider(Occasion::kStart);
      consider(Occasion::kTime);
    }
    sd_notify(0, "READY=1");
    while (!stopping_) {
      if (due_ && *due_ <= clock_.now()) {
        const bool answered = ask();
        if (!daemon_.once) continue;
        if (!answered) throw CommandError{3, "not everybody was reached"};
        return;
      }
      wait(wakeups);
    }
    sd_notify(0, "STOPPING=1");
  }

 private:
  // Faults are told in lines of its own.
  static Options without_json(Options o) {
    o.json = false;
    return o;
  }
  static std::filesystem::path polling_path(const Options& o) {
    const auto path = state_path(o);
    if (path.empty())
      throw CommandError{2, "there is no place for its times\n  remedy  Name a file with --state."};
    return path.string() + ".polling";
  }

  polling::Chance chance() {
    std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    return {static_cast<double>(random_.below(1U << 30)) / static_cast<double>(1U << 30),
            std::chrono::minutes(local.tm_gmtoff / 60)};
  }

  void consider(Occasion occasion) {
    const auto at = polling::ask_at(policy_, book_, occasion, clock_.now(), chance());
    if (!at) return;
    if (!due_ || *at < *due_) {
      due_ = at;
      teller_.tell("planned", "asks at " + format_time(*at) + ": " + std::string(to_string(occasion)),
                   {{"at", format_time(*at)}, {"occasion", to_string(occasion)}}, LOG_DEBUG);
    }
    show_state();
  }

  void wait(Wakeups& wakeups) {
    using namespace std::chrono_literals;
    // A clock that is set is noticed within a minute.
    auto timeout = Duration(60s);
    if (due_) timeout = std::clamp(*due_ - clock_.now(), Duration(0), timeout);
    const auto came = wakeups.wait(timeout, bus_.get());
    stopping_ = stopping_ || came.end;
    if (came.check_now) consider(Occasion::kCheckNow);
    if (came.network) consider(Occasion::kNetworkRegained);
    listen_to_bus();
    download_accepted();
    notice_clock();
  }
  void listen_to_bus() {
    if (!bus_) return;
    const auto done = bus_->process();
    if (done) return;
    teller_.tell("bus", done.error().message() + "; goes on without", {}, LOG_WARNING);
    bus_.reset();
  }
  // One that was set back must not keep it from asking.
  void notice_clock() {
    const auto now = clock_.now();
    if (now + std::chrono::minutes(2) < seen_) {
      due_.reset();
      consider(Occasion::kTime);
    }
    seen_ = now;
  }
  // ---- The bus
  void open_bus() {
    if (daemon_.bus.empty()) return;
    LpaBus::Requests requests;
    requests.check_now = [this] { consider(Occasion::kCheckNow); };
    requests.settings_opened = [this] { consider(Occasion::kSettingsOpened); };
    requests.accept = [this](const std::string& address, const std::string& event_id) {
      for (const auto& w : waiting_) {
        if (w.smdpAddress != address || w.eventId != event_id) continue;
        accepted_.push_back(w);
        return true;
      }
      return false;
    };
    bus_ = must(LpaBus::open(daemon_.bus == "system", std::move(requests)), options_);
  }
  void show_state() {
    if (bus_) bus_->set_state({book_.situation, due_, waiting_});
  }

  // ---- Asking
  polling::RoundOptions round_options() const {
    polling::RoundOptions r;
    r.default_smdp = !daemon_.no_default_smdp;
    r.root_smds = !daemon_.no_root;
    r.smds = daemon_.smds;
    r.enable = daemon_.enable;
    if (!options_.yes) r.known = waiting_;
    return r;
  }
  // True: every server answered.
  bool ask() {
    teller_.tell("asking", "asks", {}, LOG_DEBUG);
    due_.reset();
    bool answered = false;
    try {
      Session session(options_, user_);
      auto round = must(polling::ask_round(session.lpa(), round_options()), options_);
      answered = round.answered();
      book_ = polling::found(policy_, book_, round.situation, clock_.now(), chance());
      take(std::move(round));
    } catch (const CommandError& e) {  // the card
      teller_.tell("card", e.message, {{"error", e.message}}, LOG_ERR);
    }
    book_ = polling::asked(policy_, book_, answered, clock_.now(), chance());
    if (const auto kept = store::write_polling_book(path_, book_); !kept)
      teller_.tell("state", kept.error().message(), {}, LOG_WARNING);
    if (!daemon_.once) consider(Occasion::kTime);
    show_state();
    return answered;
  }

  void take(polling::RoundResult round) {
    for (const auto& n : round.notifications)
      if (n.state == lpa::NotificationDelivery::State::kDelivered)
        teller_.tell("notification", "delivered to " + printable(n.metadata.notificationAddress),
                     lpa_cli::to_json(n));
    for (const auto& i : round.installed) tell_installed(i.result);
    for (const auto& f : round.failed) tell_failed(f.address, f.eventId, f.fault);
    for (const auto& w : round.waiting) {
      const auto known = std::ranges::any_of(waiting_, [&](const auto& k) { return k.same_event(w); });
      if (!known) tell_waiting(w);
    }
    waiting_ = std::move(round.waiting);
    if (round.installed.empty() && waiting_.empty() && round.failed.empty())
      teller_.tell("nothing", "nothing waits for this card");
  }
  void tell_installed(const lpa::DownloadResult& r) {
    const auto iccid = sgp22::iccid_digits(r.metadata.iccid);
    auto json = lpa_cli::to_json(r.metadata);
    json["enabled"] = r.enabled.has_value();
    teller_.tell("installed", "installed " + iccid + " " + printable(r.metadata.profileName), std::move(json),
                 LOG_NOTICE);
    if (r.enableFault) tell_failed("", "", *r.enableFault);
    if (bus_)
      bus_->installed(iccid, printable(r.metadata.profileName), printable(r.metadata.serviceProviderName));
  }
  void tell_failed(const std::string& address, const std::string& event_id, const Fault& fault) {
    const auto why = explain(fault);
    const auto where = address.empty() ? std::string("the card") : printable(address);
    teller_.tell("failed", where + (event_id.empty() ? "" : " " + printable(event_id)) + ": " + why.cause,
                 {{"address", address}, {"eventId", event_id}, {"error", why.json}}, LOG_WARNING);
    if (bus_) bus_->failed(printable(address), printable(event_id), why.cause);
  }
  void tell_waiting(polling::Waiting w) {
    auto json = event_json(w);
    for (auto* text : {&w.smdpAddress, &w.eventId, &w.serviceProviderName, &w.profileName})
      *text = printable(*text);
    teller_.tell("waiting",
                 "waiting at " + w.smdpAddress + (w.eventId.empty() ? "" : " " + w.eventId) +
                     (w.profileName.empty() ? "" : ": " + w.serviceProviderName + ", " + w.profileName) +
                     (w.confirmationCode ? "; wants a Confirmation Code" : ""),
                 std::move(json), LOG_NOTICE);
    if (bus_) bus_->found(w);
  }

  // What the End User agreed to over the bus.
  void download_accepted() {
    for (const auto& w : std::exchange(accepted_, {})) {
      try {
        user_.agree_once();
        Session session(options_, user_);
        lpa::DownloadRequest request;
        request.smdpAddress = w.smdpAddress;
        request.matchingId = w.eventId;
        request.enable = daemon_.enable;
        const auto result = lpa::download_profile(session.lpa(), request);
        if (result) {
          std::erase_if(waiting_, [&](const auto& k) { return k.same_event(w); });
          tell_installed(*result);
        } else {
          tell_failed(w.smdpAddress, w.eventId, result.error());
        }
      } catch (const CommandError& e) {
        teller_.tell("card", e.message, {{"error", e.message}}, LOG_ERR);
      }
      user_.decline();
      show_state();
    }
  }

  const Options options_;
  const DaemonOptions& daemon_;
  Teller teller_;
  AbsentUser user_;
  polling::Policy policy_;
  std::filesystem::path path_;
  SystemClock clock_;
  SystemRandom random_;
  polling::Book book_;
  std::unique_ptr<LpaBus> bus_;
  std::optional<Time> due_;
  Time seen_{};
  std::vector<polling::Waiting> waiting_, accepted_;
  bool stopping_ = false;
};

}  // namespace

void declare_daemon(CLI::App& lpa, const std::shared_ptr<Options>& o) {
  auto d = std::make_shared<DaemonOptions>();
  auto* sub = lpa.add_subcommand("daemon", "Ask by itself whether Profiles wait for the card");
  sub->add_option("--policy", d->policy, "How often: standard, eager, sparing")->capture_default_str();
  sub->add_option("--quiet-hours", d->quiet, "Do not ask then, unless the card has no Profile: 22:00-06:00")
      ->type_name("TIME-TIME");
  sub->add_flag("--manual", d->manual, "Ask only when the End User wishes it: SIGUSR1, D-Bus");
  sub->add_option("--smds", d->smds, "Ask this SM-DS, too; may be repeated")
      ->allow_extra_args(false)
      ->type_name("FQDN");
  sub->add_flag("--no-default-smdp", d->no_default_smdp, "Do not ask the default SM-DP+ of the card");
  sub->add_flag("--no-root", d->no_root, "Do not ask the Root SM-DS of the card");
  sub->add_flag("--enable", d->enable, "Enable what was downloaded");
  sub->add_option("--bus", d->bus, "Speak D-Bus: session or system")
      ->check(CLI::IsMember({"session", "system"}));
  sub->add_flag("--once", d->once, "Ask once, now, and end");
  sub->footer(
      "With --yes it downloads what it finds; without, that waits for the End User, and it tells.\n"
      "Examples:\n"
      "  eider lpa --pcsc --ca ci.pem --yes daemon --policy eager --enable\n"
      "  eider lpa --pcsc --ca ci.pem daemon --bus session --quiet-hours 22:00-06:00\n"
      "  busctl --user call org.eider.Lpa1 /org/eider/Lpa1 org.eider.Lpa1 CheckNow\n"
      "  busctl --user call org.eider.Lpa1 /org/eider/Lpa1 org.eider.Lpa1 Accept ss smdp.example.com "
      "EVENT-ID\n"
      "  kill -USR1 PID       asks now");
  sub->callback([o, d] { Daemon(*o, *d).run(); });
}

}  // namespace eider::app::lpa_cli
