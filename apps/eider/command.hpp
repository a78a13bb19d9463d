// Each cmd_<name>.cpp registers its subcommand by itself; main only collects them.
#pragma once
#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace eider::app {

// Thrown by a command to end with a message on standard error and this exit code (1 refused or failed, 2
// wrong usage).
struct CommandError {
  int exit_code = 1;
  std::string message;  // cause; may be several lines: cause, clause, remedy
};

struct Command {
  int order = 0;  // place in --help, lowest first
  std::string name;
  std::string summary;
  // Declares options and nested subcommands on `sub`, and sets callbacks that do the work.
  std::function<void(CLI::App& sub)> declare;
};

struct RegisterCommand {
  explicit RegisterCommand(Command command);
};

}  // namespace eider::app
