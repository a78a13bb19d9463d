// eider card shell, tree
#include <cstdio>
#include <editline/readline.h>
#include <unistd.h>

#include "card_address.hpp"
#include "card_shell.hpp"
#include "cmd_card.hpp"
#include "cmd_lpa.hpp"
#include "command.hpp"

namespace eider::app::card_cmd {
namespace {

const Shell* completing = nullptr;

char* next_match(const char* start, int state) {
  static std::vector<std::string> matches;
  static std::size_t at = 0;
  if (state == 0) {
    matches = completing->complete(rl_line_buffer ? rl_line_buffer : start);
    at = 0;
  }
  return at < matches.size() ? ::strdup(matches[at++].c_str()) : nullptr;
}

bool run_line(Shell& shell, const std::string& line, int& worst) {
  try {
    return shell.run(line);
  } catch (const CommandError& e) {
    std::fflush(stdout);
    std::fprintf(stderr, "%s\n", e.message.c_str());
    worst = std::max(worst, e.exit_code);
    return true;
  }
}

int interactive(Shell& shell) {
  completing = &shell;
  rl_initialize();
  rl_completion_entry_function = next_match;
  using_history();
  int ignored = 0;
  while (char* text = ::readline(shell.prompt().c_str())) {
    const std::string line = text;
    ::free(text);
    // Codes do not go into the history.
    const bool has_code = line.starts_with("verify") || line.starts_with("change") ||
                          line.starts_with("unblock") || line.starts_with("enable") ||
                          line.starts_with("disable");
    if (!line.empty() && !has_code) add_history(line.c_str());
    if (!run_line(shell, line, ignored)) return 0;
  }
  std::printf("\n");
  return 0;
}

struct ShellCommand {
  lpa_cli::Options card;
  std::vector<std::string> commands;
  TraceOptions trace;
  bool secrets = false, tree_only = false;

  void run() const {
    const auto opened = lpa_cli::open_card(card);
    CardPort* port = opened.get();
    std::unique_ptr<TracingCard> tracing;
    if (trace.any()) {
      tracing = std::make_unique<TracingCard>(*port, trace);
      port = tracing.get();
      pki::need(port->reset());  // so that the ATR is in the trace
    }
    Shell shell(*port, {secrets});
    shell.start();
    if (tree_only) {
      shell.tree();
      return;
    }
    int worst = 0;
    if (commands.empty()) {
      worst = run_shell(shell);
    } else {
      for (const auto& line : commands)
        if (!run_line(shell, line, worst)) break;
    }
    std::fflush(stdout);
    if (worst != 0) throw CommandError{worst, ""};
  }
};

void declare_card(CLI::App& sub, lpa_cli::Options& o) {
  sub.add_option("--card", o.card, "Card file")->type_name("FILE");
  sub.add_option("--tcp", o.tcp, kTcpCardHelp);
  sub.add_option_function<std::string>(
         "--pcsc",
         [&o](const std::string& reader) {
           o.use_pcsc = true;
           o.pcsc = reader == "first" ? "" : reader;
         },
         "Card in a PC/SC reader; the first one, or the one with this in its name")
      ->expected(0, 1)
      ->default_str("first");
  declare_modem_options(sub, o.modem);
}

}  // namespace

int run_shell(Shell& shell) {
  if (::isatty(STDIN_FILENO)) return interactive(shell);
  int worst = 0;
  std::string line;
  for (int c = std::getchar(); c != EOF; c = std::getchar()) {
    if (c != '\n') {
      line += static_cast<char>(c);
      continue;
    }
    if (!run_line(shell, line, worst)) return worst;
    line.clear();
  }
  if (!line.empty()) run_line(shell, line, worst);
  return worst;
}

void declare_shell(CLI::App& card) {
  static ShellCommand shell, tree;
  auto* s = card.add_subcommand("shell", "Walk the files of a card; Tab completes, help lists the commands");
  declare_card(*s, shell.card);
  s->add_option("-c,--command", shell.commands, "Run this and end; may be repeated");
  s->add_flag("--secrets", shell.secrets, "Show keys in files");
  shell.trace.declare(*s);
  s->footer(R"(Examples:
  eider card shell --card card.eider
  eider card shell --pcsc -c "cd usim" -c "cat imsi" -c pins
  echo tree | eider card shell --tcp 127.0.0.1:7816
  eider card shell --at /dev/ttyUSB2 -c "cat iccid"          the card in a modem, if that has AT+CSIM
  eider card shell --card card.eider --pcap session.pcap -c tree && wireshark session.pcap)");
  s->callback([] { shell.run(); });
  auto* t = card.add_subcommand("tree", "Every file that a card shows, with what the known ones say");
  declare_card(*t, tree.card);
  tree.trace.declare(*t);
  tree.tree_only = true;
  t->callback([] { tree.run(); });
}

}  // namespace eider::app::card_cmd
