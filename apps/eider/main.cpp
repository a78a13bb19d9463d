#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <vector>

#include "base/log.hpp"
#include "command.hpp"
#include "examples.hpp"

namespace eider::app {
namespace {
std::vector<Command>& commands() {
  static std::vector<Command> list;
  return list;
}

int run_program(int argc, char** argv) {
  CLI::App app{"Eider: open eSIM remote provisioning (GSMA SGP.22 and SGP.02)"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "eider " EIDER_VERSION);
  app.set_help_all_flag("--help-all", "Help for every command");
  app.fallthrough();
  bool verbose = false;
  app.add_flag("-v,--verbose", verbose, "Log what happens to standard error");
  app.parse_complete_callback([&] {
    if (verbose) log::set_level(log::Level::kDebug);
  });
  std::ranges::stable_sort(commands(), {}, &Command::order);
  for (const auto& command : commands()) command.declare(*app.add_subcommand(command.name, command.summary));
  add_examples(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? 0 : 2;
  } catch (const CommandError& e) {
    if (!e.message.empty()) std::fprintf(stderr, "eider: %s\n", e.message.c_str());
    return e.exit_code;
  }
  return 0;
}

// What could not be written was not said: a full disk must not look like success.
int with_output_written(int code) {
  std::cout.flush();
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout) return code;
  std::fprintf(stderr, "eider: cannot write to standard output: %s\n", std::strerror(errno));
  return code == 0 ? 1 : code;
}
}  // namespace

RegisterCommand::RegisterCommand(Command command) {
  commands().push_back(std::move(command));
}

}  // namespace eider::app

int main(int argc, char** argv) {
  try {
    return eider::app::with_output_written(eider::app::run_program(argc, argv));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "eider: internal error: %s\n", e.what());
    return 70;
  }
}
