// The user at the terminal: progress and questions on standard error, so that standard output stays data.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "cmd_lpa.hpp"

namespace eider::app::lpa_cli {
namespace {

constexpr int kBarWidth = 24;
constexpr std::chrono::minutes kPatience{5};  // servers keep a session about a quarter of an hour

// Echo off while in scope.
class HiddenInput {
 public:
  HiddenInput() {
    active_ = tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!active_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~HiddenInput() {
    if (active_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;

 private:
  termios before_{};
  bool active_ = false;
};

volatile std::sig_atomic_t interrupted = 0;

// Ctrl-C at a question is an answer: the session must end on both sides, and the terminal gets its echo back.
// It comes within wait() only, so that none falls between a look and the waiting.
class InterruptAsAnswer {
 public:
  InterruptAsAnswer() {
    interrupted = 0;
    struct sigaction action{};
    action.sa_handler = [](int) { interrupted = 1; };
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupt, &mask_);
    sigaction(SIGINT, &action, &before_);
  }
  ~InterruptAsAnswer() {
    pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
    sigaction(SIGINT, &before_, nullptr);
  }
  // As poll() of standard input.
  int wait(std::chrono::milliseconds longest) const {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    const timespec time{longest.count() / 1000, (longest.count() % 1000) * 1000000};
    return ppoll(&input, 1, &time, &mask_);
  }
  InterruptAsAnswer(const InterruptAsAnswer&) = delete;
  InterruptAsAnswer& operator=(const InterruptAsAnswer&) = delete;

 private:
  struct sigaction before_{};
  sigset_t mask_{};
};

struct Line {
  std::optional<std::string> text;  // nothing: end of input, Ctrl-C or time over
  bool timed_out = false;
};

// Octet by octet, so that nothing stays in a buffer when the time is over. Who sees the prompt may answer at
// once, also with Ctrl-C.
Line read_line(const std::string& prompt) {
  using Clock = std::chrono::steady_clock;
  const InterruptAsAnswer guard;
  std::fputs(prompt.c_str(), stderr);
  const auto end = Clock::now() + kPatience;
  std::string line;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    const int ready = left.count() > 0 ? guard.wait(left) : 0;
    if (interrupted) {
      std::fputc('\n', stderr);
      return {};
    }
    if (ready == 0) return {std::nullopt, true};
    char c = 0;
    if (ready < 0 || read(STDIN_FILENO, &c, 1) != 1) return {};
    if (c == '\n') break;
    line += c;
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return {std::move(line), false};
}

void show(const char* label, const std::string& text) {
  if (!text.empty()) std::fprintf(stderr, "  %-18s %s\n", label, printable(text).c_str());
}

void show_metadata(const sgp22::StoreMetadataRequest& m) {
  show("Name", m.profileName);
  show("Provider", m.serviceProviderName);
  show("ICCID", sgp22::iccid_digits(m.iccid));
  show("Class", name_of(static_cast<int>(m.profileClass), sgp22::kProfileClassNames));
  if (m.profileOwner) show("Owner", owner_text(*m.profileOwner));
  if (!m.profilePolicyRules) return;
  if (m.profilePolicyRules->test(sgp22::kPpr1)) show("Rule PPR1", "the Profile cannot be disabled");
  if (m.profilePolicyRules->test(sgp22::kPpr2)) show("Rule PPR2", "the Profile cannot be deleted");
}
}  // namespace

TerminalUi::TerminalUi(const Options& options) : options_(options), tty_(isatty(STDERR_FILENO) == 1) {}
TerminalUi::~TerminalUi() {
  finish_line();
}

void TerminalUi::finish_line() {
  if (line_open_) std::fputc('\n', stderr);
  line_open_ = false;
}

void TerminalUi::progress(lpa::Step step, std::size_t done, std::size_t total) {
  const auto name = step_name(step, server_name(server_));
  if (!tty_) {
    if (last_ != step) std::fprintf(stderr, "%s\n", name.c_str());
    last_ = step;
    return;
  }
  last_ = step;
  const double part = total ? static_cast<double>(done) / static_cast<double>(total) : 0.0;
  const double whole = (static_cast<double>(step) + part) / (lpa::kStepCount - 1);
  const int filled = std::min(kBarWidth, static_cast<int>(whole * kBarWidth));
  std::fprintf(stderr, "\r\033[K[%s%s] %s", std::string(static_cast<std::size_t>(filled), '#').c_str(),
               std::string(static_cast<std::size_t>(kBarWidth - filled), '.').c_str(), name.c_str());
  if (total > 1) std::fprintf(stderr, " %d %%", static_cast<int>(part * 100));
  std::fflush(stderr);
  line_open_ = true;
}

void TerminalUi::warn(std::string_view text) {
  finish_line();
  std::fprintf(stderr, "Note: %s\n", printable(text).c_str());
}

lpa::Answer TerminalUi::ask(const std::string& question) {
  if (options_.yes) return lpa::Answer::kYes;
  const auto line = read_line(question + " [y]es, [n]o, [l]ater: ");
  if (line.timed_out) return lpa::Answer::kTimeout;
  if (!line.text) return lpa::Answer::kNotNow;
  const char c = line.text->empty() ? 'l' : (*line.text)[0];
  if (c == 'y' || c == 'Y') return lpa::Answer::kYes;
  if (c == 'n' || c == 'N') return lpa::Answer::kNo;
  return lpa::Answer::kNotNow;
}

namespace {
// SGP.22 section 2.4.5: these classes are not what a subscriber is offered, so --yes alone does not mean
// them.
FaultText class_refusal(const lpa::ProfileOffer& offer) {
  const auto name = name_of(static_cast<int>(offer.metadata.profileClass), sgp22::kProfileClassNames);
  FaultText t;
  t.cause = printable(offer.smdpAddress) + " offers a Profile of the class \"" + name +
            "\", and --yes agrees to Operational Profiles only";
  t.clause = "SGP.22 v2.6.1 section 2.4.5";
  t.remedy = "If it is wanted, use the same Activation Code again with --allow-class " + name +
             ": the download was postponed, not refused.";
  t.json = {{"kind", "profileClass"},
            {"profileClass", name},
            {"cause", t.cause},
            {"clause", t.clause},
            {"remedy", t.remedy}};
  return t;
}
}  // namespace

lpa::Answer TerminalUi::confirm_download(const lpa::ProfileOffer& offer) {
  finish_line();
  std::fprintf(stderr, "%s offers this Profile:\n", printable(offer.smdpAddress).c_str());
  show_metadata(offer.metadata);
  if (offer.metadata.profileClass != sgp22::ProfileClass::kOperational)
    std::fprintf(stderr,
                 "  This is not an Operational Profile: it is meant for tests or for provisioning.\n");
  const auto name = name_of(static_cast<int>(offer.metadata.profileClass), sgp22::kProfileClassNames);
  refusal_.reset();
  if (options_.yes && offer.metadata.profileClass != sgp22::ProfileClass::kOperational &&
      std::ranges::find(options_.allow_classes, name) == options_.allow_classes.end()) {
    refusal_ = class_refusal(offer);
    return lpa::Answer::kNotNow;
  }
  return ask(offer.policyRuleConsentRequired ? "Download it, and agree to its rules?" : "Download it?");
}

std::optional<Secret> TerminalUi::confirmation_code(const lpa::ProfileOffer&, int attempt) {
  finish_line();
  if (isatty(STDIN_FILENO) != 1) {
    std::fprintf(stderr,
                 "The SM-DP+ asks for a Confirmation Code, and there is no terminal to enter it: use "
                 "--confirmation-code.\n");
    return std::nullopt;
  }
  std::optional<std::string> line;
  {
    HiddenInput hidden;
    line = read_line(attempt == 1 ? "Confirmation Code: " : "Confirmation Code once more: ").text;
  }
  std::fputc('\n', stderr);
  if (!line) return std::nullopt;
  Secret code(as_bytes(*line));
  zeroise({reinterpret_cast<std::uint8_t*>(line->data()), line->size()});
  return code;
}

lpa::Answer TerminalUi::confirm_changed_metadata(const sgp22::StoreMetadataRequest& confirmed,
                                                 const sgp22::StoreMetadataRequest& package) {
  finish_line();
  std::fprintf(stderr, "The package holds something else than was offered. Offered:\n");
  show_metadata(confirmed);
  std::fprintf(stderr, "In the package:\n");
  show_metadata(package);
  // --yes agreed to what was shown before, not to this.
  if (options_.yes || isatty(STDIN_FILENO) != 1) return lpa::Answer::kNo;
  return ask("Install it all the same?");
}

bool TerminalUi::confirm(const std::string& question) {
  finish_line();
  if (options_.yes) return true;
  const auto line = read_line(question + " [y]es, [n]o: ").text;
  return line && !line->empty() && ((*line)[0] == 'y' || (*line)[0] == 'Y');
}

}  // namespace eider::app::lpa_cli
