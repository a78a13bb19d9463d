// eider lpa ui: the LPA as a screen of the terminal. What it shows and what keys mean: src/tui.
#include <CLI/CLI.hpp>
#include <csignal>
#include <unistd.h>

#include "cmd_lpa.hpp"
#include "command.hpp"
#include "lpa_worker.hpp"
#include "terminal.hpp"
#include "tui/lpa_view.hpp"

namespace eider::app::lpa_cli {
namespace {

using Kind = tui::Intent::Kind;
using namespace std::chrono_literals;
constexpr auto kEscapeTime = 60ms;  // after it an Escape is a key; more than what ssh pulls apart
constexpr auto kIdle = 60s;

class Screen {
 public:
  explicit Screen(const Options& options) : worker_(options) {}

  // The signal that ended it, or 0.
  int run() {
    Terminal terminal;
    worker_.take({Kind::kRead}, state_);
    for (;;) {
      terminal.show(tui::draw(state_, terminal.size()));
      if (ending_ && worker_.ended()) return signal_;
      const auto what = terminal.wait(keys_.waits() ? kEscapeTime : kIdle, worker_.wake());
      if (what.woken) worker_.apply(state_);
      if (what.ended_by || what.gone) end(what.ended_by ? what.ended_by : SIGHUP);
      for (const auto& key : keys_of(what.octets)) {
        if (ending_ && key.key == tui::Key::kInterrupt) leave_at_once_ = true;
        if (!ending_) act(tui::press(state_, key), terminal);
      }
      if (leave_at_once_) return -1;
    }
  }

 private:
  std::vector<tui::KeyPress> keys_of(const std::string& octets) {
    const auto now = std::chrono::steady_clock::now();
    if (!octets.empty()) {
      typed_ = now;
      return keys_.feed(octets);
    }
    if (keys_.waits() && now - typed_ >= kEscapeTime) return keys_.time_over();
    return {};
  }
  void act(std::optional<tui::Intent> intent, Terminal& terminal) {
    if (!intent) return;
    if (intent->kind == Kind::kQuit) return end(0);
    if (intent->kind == Kind::kRepaint) return terminal.repaint();
    worker_.take(*std::move(intent), state_);
  }
  void end(int signal) {
    if (!ending_) worker_.end();
    ending_ = true;
    signal_ = signal;
    state_.dialogs.clear();
    if (state_.work) {
      state_.work->stopping = true;
      tui::note(state_, "");
    }
  }
  LpaWorker worker_;
  tui::LpaState state_;
  tui::KeyReader keys_;
  std::chrono::steady_clock::time_point typed_{};
  bool ending_ = false, leave_at_once_ = false;
  int signal_ = 0;
};

void show_screen(Options options) {
  if (options.json) throw CommandError{2, "a screen is not for programs: use the other commands with --json"};
  options.yes = false;  // the screen asks
  int ended_by = 0;
  {
    auto screen = std::make_unique<Screen>(options);
    ended_by = screen->run();
    // Ctrl-C once more while a card or server does not answer: the thread that waits for it goes with the
    // process.
    if (ended_by < 0) ::_exit(130);
  }
  if (ended_by == 0) return;
  std::signal(ended_by, SIG_DFL);
  std::raise(ended_by);
}
}  // namespace

void declare_screen(CLI::App& lpa, const std::shared_ptr<Options>& o) {
  auto* sub = lpa.add_subcommand("ui", "Profiles, card, discovery and notifications on one screen");
  sub->footer(
      "Keys stand at the bottom; ? explains them. A download can be stopped with Esc: its session ends on "
      "both\n"
      "sides, and the Activation Code stays good. NO_COLOR in the environment leaves colours out.\n"
      "Examples:\n"
      "  eider lpa --pcsc --ca ci.pem ui\n"
      "  eider lpa --card card.eider --pki pki ui\n"
      "  ssh -t gateway eider lpa --pcsc --ca ci.pem ui");
  sub->callback([o] { show_screen(*o); });
}

}  // namespace eider::app::lpa_cli
