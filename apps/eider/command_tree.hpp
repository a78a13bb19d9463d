// The commands as a tree of plain data, for what is made of it: completion of shells, manual pages.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace eider::app {

struct OptionInfo {
  enum class Values : std::uint8_t {
    kNone,   // a flag
    kText,   // what no list has
    kWords,  // `words`
    kFile,
    kDirectory,
  };
  std::vector<std::string> names;  // with their dashes; empty: positional
  std::string value_name;          // FILE, HOST:PORT; of a positional its name
  std::string description, environment, initial;
  Values values = Values::kNone;
  std::vector<std::string> words;
  bool needs_value = false;  // the next word is its value whatever it is
  bool required = false, repeats = false;
};

struct CommandInfo {
  std::string name;  // the last word
  std::string path;  // all of them without "eider": "lpa notifications send"; the program itself has none
  std::string summary;
  std::vector<std::string> paragraphs, examples;  // of its help
  std::vector<OptionInfo> options, positionals;
  bool needs_subcommand = false;
  std::vector<CommandInfo> subcommands;
};

// Of the program that `any` is part of. What has no help text is an internal matter and left out.
CommandInfo command_tree(const CLI::App& any);
// Null: there is no such command. Words are separated by one space.
const CommandInfo* find_command(const CommandInfo& root, std::string_view path);
// The command and those above it, the program first.
std::vector<const CommandInfo*> command_and_parents(const CommandInfo& root, std::string_view path);
// Every command, parents first.
std::vector<const CommandInfo*> all_commands(const CommandInfo& root);

}  // namespace eider::app
