#include "command_tree.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

namespace eider::app {
namespace {

using Values = OptionInfo::Values;

// "TEXT:{json,asn1}" of CLI::IsMember, "UINT in [6 - 255]" of CLI::Range.
void read_type(const CLI::Option& option, OptionInfo& out) {
  const auto type = option.get_type_name();
  const auto open = type.find('{'), close = type.find('}');
  out.value_name = type.substr(0, std::min(type.find(":{"), type.find(" in [")));
  if (open != std::string::npos && close != std::string::npos) {
    std::istringstream list(type.substr(open + 1, close - open - 1));
    for (std::string word; std::getline(list, word, ',');) out.words.push_back(word);
    out.values = Values::kWords;
    return;
  }
  const auto is_one_of = [&](std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, std::string_view(out.value_name)) != names.end();
  };
  // What nobody has named a type for is most often a file.
  if (is_one_of({"DIR", "FOLDER"}))
    out.values = Values::kDirectory;
  else if (is_one_of({"FILE", "FILE|NAME", "IMAGE", "PATH", "PACKAGE", "STORE", "CARD", "TEXT", ""}))
    out.values = Values::kFile;
  else
    out.values = Values::kText;
}

OptionInfo describe(const CLI::Option& option) {
  OptionInfo out;
  for (const auto& name : option.get_snames()) out.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) out.names.push_back("--" + name);
  out.description = option.get_description();
  out.environment = option.get_envname();
  out.initial = option.get_default_str();
  out.required = option.get_required();
  out.repeats = option.get_expected_max() > 1;
  if (option.get_items_expected_max() > 0) read_type(option, out);
  out.needs_value = option.get_items_expected_min() > 0 && out.values != Values::kNone;
  if (out.names.empty()) out.value_name = option.get_name(true);
  return out;
}

// A footer is what a page needs to know, then examples, indented.
void read_footer(const std::string& footer, CommandInfo& out) {
  std::istringstream lines(footer);
  bool examples = false;
  for (std::string line; std::getline(lines, line);) {
    if (line == "Examples:") {
      examples = true;
    } else if (examples && line.starts_with("  ")) {
      out.examples.push_back(line.substr(2));
    } else if (!line.empty()) {
      examples = false;
      out.paragraphs.push_back(line);
    }
  }
}

CommandInfo describe(const CLI::App& app, const std::string& path) {
  CommandInfo out;
  out.name = app.get_name();
  out.path = path;
  out.summary = app.get_description();
  out.needs_subcommand = app.get_require_subcommand_min() > 0;
  read_footer(app.get_footer(), out);
  for (const auto* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    auto info = describe(*option);
    (info.names.empty() ? out.positionals : out.options).push_back(std::move(info));
  }
  for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (sub->get_name().empty() || sub->get_group().empty()) continue;
    out.subcommands.push_back(describe(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name()));
  }
  return out;
}

void collect(const CommandInfo& command, std::vector<const CommandInfo*>& out) {
  out.push_back(&command);
  for (const auto& sub : command.subcommands) collect(sub, out);
}
}  // namespace

CommandInfo command_tree(const CLI::App& any) {
  const auto* root = &any;
  while (root->get_parent()) root = root->get_parent();
  return describe(*root, {});
}

std::vector<const CommandInfo*> command_and_parents(const CommandInfo& root, std::string_view path) {
  std::vector<const CommandInfo*> out{&root};
  while (!path.empty()) {
    const auto end = std::min(path.find(' '), path.size());
    const auto& subs = out.back()->subcommands;
    const auto found = std::ranges::find(subs, path.substr(0, end), &CommandInfo::name);
    if (found == subs.end()) return {};
    out.push_back(&*found);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return out;
}

const CommandInfo* find_command(const CommandInfo& root, std::string_view path) {
  const auto line = command_and_parents(root, path);
  return line.empty() ? nullptr : line.back();
}

std::vector<const CommandInfo*> all_commands(const CommandInfo& root) {
  std::vector<const CommandInfo*> out;
  collect(root, out);
  return out;
}

}  // namespace eider::app
