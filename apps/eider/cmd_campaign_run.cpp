// eider operator campaign plan, run
#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <deque>
#include <thread>

#include "campaign_link.hpp"
#include "campaign_text.hpp"
#include "cmd_campaign.hpp"
#include "cmd_card.hpp"
#include "roles/campaign/runner.hpp"

namespace eider::app::campaign_cli {
namespace {
using campaign::Campaign, campaign::CardState, campaign::Mode, campaign::Runner, campaign::Turn,
    campaign::Wanted;
using pki::need;
using S = Turn::State;

// Wakes the loop when a signal comes: block_interrupts() before any thread is there. Goes before the link
// does.
class Interrupts {
 public:
  explicit Interrupts(CampaignLink& link)
      : waiter_([this, &link](const std::stop_token& stop) {
          sigset_t set;
          sigemptyset(&set);
          sigaddset(&set, SIGINT);
          sigaddset(&set, SIGTERM);
          while (!stop.stop_requested()) {
            constexpr timespec kLook{0, 200'000'000};
            if (::sigtimedwait(&set, nullptr, &kLook) <= 0) continue;
            came_ = true;
            link.wake();
            return;
          }
        }) {}
  bool came() const { return came_; }

 private:
  std::atomic<bool> came_ = false;
  std::jthread waiter_;  // last: it uses the other
};

// Calls that hold their connections would be waited for, an hour perhaps. All that counts is in the store.
[[noreturn]] void leave(const CommandError& e) {
  std::fflush(stdout);
  std::fprintf(stderr, "eider: %s\n", e.message.c_str());
  ::_exit(e.exit_code);
}

class ProgressLine {
 public:
  explicit ProgressLine(bool quiet) : quiet_(quiet), tty_(::isatty(STDERR_FILENO) == 1) {}
  void show(const Runner& r, S state, bool last) {
    const auto now = Steady::now();
    if (state != state_) last = true;
    if (quiet_ ||
        (!last && now - shown_ < (tty_ ? std::chrono::milliseconds(500) : std::chrono::seconds(10))))
      return;
    shown_ = now;
    state_ = state;
    const auto text = line(r, state, now);
    std::fprintf(stderr, tty_ ? "\r%-100s%s" : "%s%s", text.c_str(), tty_ && !last ? "" : "\n");
  }

 private:
  using Steady = std::chrono::steady_clock;
  std::string line(const Runner& r, S state, Steady::time_point now) {
    const auto& t = r.tally();
    std::uint64_t all = 0, done = 0;
    for (std::size_t i = 0; i < t.size(); ++i) {
      all += t[i];
      done += campaign::ended(static_cast<CardState>(i)) ? t[i] : 0;
    }
    // Over the last half a minute or so.
    if (marks_.empty() || now - marks_.back().first >= std::chrono::seconds(1))
      marks_.emplace_back(now, done);
    while (marks_.size() > 2 && now - marks_.front().first > std::chrono::seconds(30)) marks_.pop_front();
    const auto seconds = std::chrono::duration<double>(now - marks_.front().first).count();
    const auto rate = seconds > 0.5 ? static_cast<double>(done - marks_.front().second) / seconds : 0;
    char out[300];
    std::snprintf(out, sizeof out, "%llu of %llu: %llu done, %llu skipped, %llu failed, %llu held; %zu out",
                  number(done), number(all), number(of(t, CardState::kDone)),
                  number(of(t, CardState::kSkipped)), number(of(t, CardState::kFailed)),
                  number(of(t, CardState::kHeld)), r.in_flight());
    std::string text = out;
    if (rate > 0) {
      std::snprintf(out, sizeof out, "; %.1f a second, ", rate);
      text += out + span_text(static_cast<std::uint64_t>(static_cast<double>(all - done) / rate)) + " left";
    }
    static constexpr std::pair<S, const char*> kStates[] = {{S::kPaused, " (paused)"},
                                                            {S::kClosed, " (waits for its hours)"},
                                                            {S::kUnreached, " (not reached: tried again)"}};
    for (const auto& [s, words] : kStates)
      if (s == state) text += words;
    return text;
  }
  static unsigned long long number(std::uint64_t n) { return n; }

  bool quiet_, tty_;
  S state_ = S::kGoing;
  Steady::time_point shown_{};
  std::deque<std::pair<Steady::time_point, std::uint64_t>> marks_;
};

struct Run {
  SharedOptions shared;
  Mode mode = Mode::kRun;
  unsigned connections = 0;
  std::string at;
  bool quiet = false;

  campaign::Parties parties(const m2m::Node& node, const Campaign& c) const {
    const auto& o = *shared->parties;
    campaign::Parties out;
    out.self = node.id;
    if (!o.smsr.empty()) {
      const auto p = m2m::parse_peer("--smsr", o.smsr);
      out.smsr = campaign::Peer{p.id, p.url};
      out.smsr_id = p.id;
    }
    if (!o.smdp.empty()) {
      const auto p = m2m::parse_peer("--smdp", o.smdp);
      out.smdp = campaign::Peer{p.id, p.url};
    }
    if (!o.smsr_id.empty()) out.smsr_id = m2m::parse_entity_id("--smsr-id", o.smsr_id);
    if (!o.reply_to.empty()) out.reply_to = o.reply_to;
    if (const auto missing = campaign::missing_peer(out, c.goal); !missing.empty())
      throw CommandError{
          2,
          missing + "\n  remedy: --smsr OID@HOST[:PORT], or --smdp OID@HOST[:PORT]/es2 with --smsr-id OID"};
    if (mode == Mode::kRun && out.reply_to.has_value() == at.empty())
      throw CommandError{
          2, "--reply-to URL and --listen HOST:PORT belong together: where answers are sent, and taken"};
    return out;
  }
  // Without a listener a call holds its connection until the card has answered.
  std::uint32_t connections_for(const Campaign& c, bool held) const {
    if (connections > 0) return connections;
    return held ? std::min(std::max(c.pace.in_flight, 1U), 64U) : 8;
  }

  void begin(store::CampaignSqlite& store, const Campaign& c) const {
    if (mode == Mode::kPlan) return;
    if (c.wanted == Wanted::kPaused)
      pki::refuse("the campaign is paused" + (c.why.empty() ? "" : ": " + c.why),
                  "eider operator campaign resume " + c.name);
    if (c.wanted != Wanted::kDraft) return;
    need(store.write([&](campaign::StoreTransaction& tx) -> Status {
      EIDER_TRY(now, tx.campaign(c.id));
      if (!now) return fail_local("the campaign was removed");
      now->wanted = Wanted::kRun;
      ++now->revision;
      return tx.put_campaign(*now);
    }));
  }

  void run() const {
    card_cmd::block_interrupts();
    const auto store = shared->open();
    const auto c = shared->find(*store);
    const auto lock =
        m2m::only_process(shared->data + "." + std::to_string(c.id), "runs the campaign \"" + c.name + "\"");
    const auto node = m2m::Node::load(shared->parties->node);
    const auto who = parties(node, c);
    begin(*store, c);
    const bool held = mode == Mode::kRun && !who.reply_to;
    const auto lines = connections_for(c, held);
    CampaignLink link(node, {who, lines, mode == Mode::kRun ? at : ""}, c);
    const Interrupts interrupts(link);
    SystemClock clock;
    SystemRandom random;
    Runner runner(*store, link, clock, random, node.id, mode);
    if (held) runner.limit_in_flight(lines);
    need(runner.start(c.id));
    const auto end = go_on(runner, link, interrupts, clock);
    try {
      finish(*store, runner, end, interrupts.came());
    } catch (const CommandError& e) {
      if (runner.in_flight() > 0) leave(e);
      throw;
    }
  }

  S go_on(Runner& runner, CampaignLink& link, const Interrupts& interrupts, const Clock& clock) const {
    constexpr Duration kLongest{500};  // commands of other processes are heard of so soon
    ProgressLine progress(quiet);
    auto pause = Duration(0);
    std::optional<Time> resting;  // nothing is started any more: only what is out is waited for
    for (;;) {
      const auto turn = need(runner.turn(link.wait(pause)));
      if (turn.state != S::kStopped && turn.state != S::kOver)
        resting.reset();
      else if (!resting)
        resting = clock.now();
      const auto longest = std::chrono::seconds(std::int64_t{runner.campaign().pace.validity} + 60);
      const bool over = turn.state == S::kFinished ||
                        (resting && (runner.in_flight() == 0 || clock.now() - *resting > longest));
      progress.show(runner, turn.state, over || interrupts.came());
      if (over || interrupts.came()) return turn.state;
      pause = turn.next ? std::clamp(Duration(*turn.next - clock.now()), Duration(0), kLongest) : kLongest;
    }
  }

  void finish(store::CampaignSqlite& store, const Runner& runner, S end, bool interrupted) const {
    print_report(store, runner.campaign(), shared->parties->json);
    if (interrupted && end != S::kFinished)
      throw CommandError{3, "interrupted; " + std::to_string(runner.in_flight()) +
                                " calls are out\n  remedy: the same command goes on where this one ended"};
    if (end == S::kStopped)
      throw CommandError{1, (mode == Mode::kPlan ? "the plan stopped: " : "the campaign paused itself: ") +
                                runner.why() + "\n  remedy: eider operator campaign resume " + shared->name +
                                ", when the cause is gone"};
    const auto& t = runner.tally();
    if (end == S::kOver)
      throw CommandError{1, "the window has closed; " + std::to_string(of(t, CardState::kWaiting)) +
                                " cards are left\n  remedy: eider operator campaign set " + shared->name +
                                " --until TIME"};
    const auto needy = of(t, CardState::kFailed) + of(t, CardState::kHeld);
    if (mode == Mode::kRun && needy > 0)
      throw CommandError{1, std::to_string(needy) +
                                " cards need a hand\n  remedy: eider operator campaign report " +
                                shared->name + "; then retry"};
  }
};

}  // namespace

void declare_run(CLI::App& campaign, const SharedOptions& shared) {
  const auto add = [&](const char* name, const char* summary, Mode mode) {
    auto o = std::make_shared<Run>();
    o->shared = shared;
    o->mode = mode;
    auto* c = campaign.add_subcommand(name, summary);
    c->add_option("NAME", shared->name, "Of the campaign")->required();
    c->add_option("--connections", o->connections, "To the SM-SR and the SM-DP")->type_name("N");
    c->add_flag("--quiet", o->quiet, "No progress on standard error");
    c->callback([o] { o->run(); });
    return std::pair(c, o);
  };
  const auto [plan, planned] =
      add("plan", "Dry run: ask for each card's EIS, and say what would be done and what not", Mode::kPlan);
  plan->footer(
      "POL1 is known to the card alone: what it forbids shows when the card is asked to "
      "(8.2.2/3.8).\n\nExamples:\n"
      "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 campaign plan spring");
  const auto [run, ran] = add("run", "Do it, until it is done, paused or interrupted", Mode::kRun);
  run->add_option("--listen", ran->at, "Take answers here, which come to --reply-to: thousands may be out")
      ->type_name("HOST:PORT");
  run->footer(
      "Examples:\n  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 campaign run spring\n"
      "  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 --reply-to "
      "https://mno.example.com:8447/ "
      "campaign run spring --listen 0.0.0.0:8447");
}

}  // namespace eider::app::campaign_cli
