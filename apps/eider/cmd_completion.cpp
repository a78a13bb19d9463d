// eider completion: scripts by which shells complete the commands, their options and values.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "command.hpp"
#include "command_tree.hpp"

namespace eider::app {
namespace {

using Values = OptionInfo::Values;

// What the functions of a script say for a command and, of options, for a name.
struct Words {
  std::string path;
  std::vector<std::pair<std::string, std::string>> subcommands;  // name, summary
  std::vector<const OptionInfo*> options;                        // of the parents, too: they may stand behind
  std::vector<const OptionInfo*> positionals;
};

// Points into the tree.
std::vector<Words> words_of(const CommandInfo& root) {
  std::vector<Words> out;
  for (const auto* command : all_commands(root)) {
    Words w;
    w.path = command->path;
    for (const auto& sub : command->subcommands) w.subcommands.emplace_back(sub.name, sub.summary);
    std::vector<std::string> seen;
    auto line = command_and_parents(root, command->path);
    std::ranges::reverse(line);
    for (const auto* c : line)
      for (const auto& option : c->options) {
        if (option.names.empty() || std::ranges::find(seen, option.names.back()) != seen.end()) continue;
        seen.push_back(option.names.back());
        w.options.push_back(&option);
      }
    for (const auto& p : command->positionals) w.positionals.push_back(&p);
    out.push_back(std::move(w));
  }
  return out;
}

// "file", "dir", "text" or "words a b"; empty for a flag.
std::string values_of(const OptionInfo& o) {
  switch (o.values) {
    case Values::kNone:
      return "";
    case Values::kText:
      return "text";
    case Values::kFile:
      return "file";
    case Values::kDirectory:
      return "dir";
    case Values::kWords:
      break;
  }
  std::string out = "words";
  for (const auto& w : o.words) out += " " + w;
  return out;
}

// For shells of the Bourne family and fish: within single quotes nothing but these is special.
std::string in_quotes(std::string_view text, bool fish = false) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += fish ? "\\'" : "'\\''";
    else if (c == '\\' && fish)
      out += "\\\\";
    else if (static_cast<unsigned char>(c) >= 0x20)
      out += c;
  }
  return out + "'";
}

std::string short_line(std::string_view text) {
  std::string out(text.substr(0, text.find('\n')));
  if (const auto end = out.find(". "); end != std::string::npos) out.resize(end);
  return out;
}

// ---- bash and zsh share the functions that know the tree
std::string tables(const std::vector<Words>& all, bool described) {
  std::string subs = "_eider_subcommands() {\n  case $1 in\n", options = "_eider_options() {\n  case $1 in\n",
              values = "_eider_values() {\n  case \"$1|$2\" in\n",
              arguments = "_eider_arguments() {\n  case $1 in\n";
  for (const auto& w : all) {
    const auto path = in_quotes(w.path);
    const auto item = [&](const std::string& name, const std::string& text) {
      return described ? " " + in_quotes(name + ":" + short_line(text)) : " " + in_quotes(name);
    };
    if (!w.subcommands.empty()) {
      subs += "    " + path + ") printf '%s\\n'";
      for (const auto& [name, summary] : w.subcommands) subs += item(name, summary);
      subs += " ;;\n";
    }
    options += "    " + path + ") printf '%s\\n'";
    for (const auto* o : w.options)
      for (const auto& name : o->names) options += item(name, o->description);
    options += " ;;\n";
    for (const auto* o : w.options) {
      const auto kind = values_of(*o);
      if (kind.empty()) continue;
      std::string patterns;
      for (const auto& name : o->names)
        patterns += (patterns.empty() ? "" : "|") + in_quotes(w.path + "|" + name);
      values +=
          "    " + patterns + ") echo " + in_quotes((o->needs_value ? "" : "optional ") + kind) + " ;;\n";
    }
    if (w.positionals.empty()) continue;
    arguments += "    " + path + ") printf '%s\\n'";
    for (const auto* p : w.positionals) arguments += " " + in_quotes(values_of(*p));
    arguments += " ;;\n";
  }
  return subs + "  esac\n}\n" + options + "  esac\n}\n" + values + "  esac\n}\n" + arguments + "  esac\n}\n";
}

constexpr const char* kBash = R"sh(
# The path of the command before the cursor, and what the word at the cursor is the value of.
_eider_where() {
  local i word kind
  path= value=
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    case $word in
      =) ;;
      -*)
        kind=$(_eider_values "$path" "$word")
        case $kind in
          '') ;;
          *)
            if [[ ${COMP_WORDS[i + 1]} == = ]]; then
              ((i++))
              kind=${kind#optional }
            fi
            if ((i + 1 == COMP_CWORD)); then
              value=$kind
            elif [[ $kind != optional* ]]; then
              ((i++))
            fi ;;
        esac ;;
      *)
        if _eider_subcommands "$path" | grep -qxF -e "$word"; then path="${path:+$path }$word"; fi ;;
    esac
  done
}

_eider_offer() {
  case $1 in
    file) compopt -o filenames 2>/dev/null; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur") ;;
    dir) compopt -o filenames 2>/dev/null; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$cur") ;;
    words*) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "${1#words}" -- "$cur") ;;
  esac
}

_eider() {
  local cur=${COMP_WORDS[COMP_CWORD]} path value kind
  COMPREPLY=()
  [[ $cur == = ]] && cur=
  _eider_where
  if [[ $value && ! ( $value == optional* && $cur == -* ) ]]; then
    _eider_offer "${value#optional }"
    [[ $value == optional* ]] || return
  fi
  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_eider_options "$path")" -- "$cur")
    return
  fi
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$(_eider_subcommands "$path")" -- "$cur")
  while read -r kind; do _eider_offer "$kind"; done < <(_eider_arguments "$path")
}

complete -F _eider eider
)sh";

constexpr const char* kZsh = R"sh(
_eider_offer() {
  case $1 in
    file) _files ;;
    dir) _files -/ ;;
    words*) compadd -- ${=1#words} ;;
  esac
}

_eider() {
  local path_= value= kind word i
  for ((i = 2; i < CURRENT; i++)); do
    word=${words[i]}
    case $word in
      --*=*) ;;
      -*)
        kind=$(_eider_values "$path_" "$word")
        if [[ -n $kind ]]; then
          if ((i + 1 == CURRENT)); then
            value=$kind
          elif [[ $kind != optional* ]]; then
            ((i++))
          fi
        fi ;;
      *)
        if _eider_subcommands "$path_" | grep -q "^$word:"; then path_="${path_:+$path_ }$word"; fi ;;
    esac
  done
  local cur=${words[CURRENT]}
  if [[ $cur == --*=* ]]; then
    compset -P '*='
    kind=$(_eider_values "$path_" "${cur%%=*}")
    _eider_offer "${kind#optional }"
    return
  fi
  if [[ -n $value && ! ( $value == optional* && $cur == -* ) ]]; then
    _eider_offer "${value#optional }"
    [[ $value == optional* ]] || return
  fi
  local -a offered
  if [[ $cur == -* ]]; then
    offered=("${(@f)$(_eider_options "$path_")}")
    _describe -o option offered
    return
  fi
  offered=("${(@f)$(_eider_subcommands "$path_")}")
  [[ -n $offered[1] ]] && _describe command offered
  for kind in "${(@f)$(_eider_arguments "$path_")}"; do _eider_offer "$kind"; done
}

if [[ $funcstack[1] == _eider ]]; then _eider "$@"; else compdef _eider eider; fi
)sh";

// ---- fish has a line for each
std::string fish(const std::vector<Words>& all) {
  std::string out = R"sh(# fish completion for eider; made by `eider completion fish`
function __eider_at --description 'is this the command before the cursor?'
    set --local words (commandline --tokenize --cut-at-cursor --current-process)
    set --local path
    set --local skip 0
    for word in $words[2..-1]
        if test $skip = 1
            set skip 0
        else if string match --quiet -- '-*' $word
            if contains -- "$path|$word" $__eider_with_value
                set skip 1
            end
        else if contains -- "$path|$word" $__eider_commands
            set path (string trim -- "$path $word")
        end
    end
    test "$path" = "$argv[1]"
end
)sh";
  out += "set --global __eider_commands";
  for (const auto& w : all)
    for (const auto& [name, summary] : w.subcommands) out += " " + in_quotes(w.path + "|" + name, true);
  out += "\nset --global __eider_with_value";
  for (const auto& w : all)
    for (const auto* o : w.options)
      for (const auto& name : o->names)
        if (o->needs_value) out += " " + in_quotes(w.path + "|" + name, true);
  out += "\ncomplete --command eider --no-files\n";
  const auto values = [](const OptionInfo& o) -> std::string {
    switch (o.values) {
      case Values::kNone:
        return "";
      case Values::kText:
        return " --exclusive";
      case Values::kFile:
        return " --require-parameter --force-files";
      case Values::kDirectory:
        return " --exclusive --arguments '(__fish_complete_directories)'";
      case Values::kWords:
        break;
    }
    std::string list;
    for (const auto& w : o.words) list += (list.empty() ? "" : " ") + w;
    return " --exclusive --arguments " + in_quotes(list, true);
  };
  for (const auto& w : all) {
    const auto at =
        "complete --command eider --condition " + in_quotes("__eider_at \"" + w.path + "\"", true);
    for (const auto& [name, summary] : w.subcommands)
      out += at + " --arguments " + name + " --description " + in_quotes(short_line(summary), true) + "\n";
    for (const auto* o : w.options) {
      out += at;
      for (const auto& name : o->names)
        out +=
            name.starts_with("--") ? " --long-option " + name.substr(2) : " --short-option " + name.substr(1);
      out += values(*o) + " --description " + in_quotes(short_line(o->description), true) + "\n";
    }
    for (const auto* p : w.positionals) {
      if (p->values == Values::kFile) out += at + " --force-files\n";
      if (p->values == Values::kDirectory) out += at + " --arguments '(__fish_complete_directories)'\n";
      if (p->values == Values::kWords)
        out += at + values(*p).substr(std::string(" --exclusive").size()) + "\n";
    }
  }
  return out;
}

void write_completion(const CLI::App& any, const std::string& shell) {
  const auto root = command_tree(any);
  const auto all = words_of(root);
  std::string out;
  if (shell == "bash")
    out = "# bash completion for eider; made by `eider completion bash`\n" + tables(all, false) + (kBash + 1);
  else if (shell == "zsh")
    out = "#compdef eider\n# made by `eider completion zsh`\n" + tables(all, true) + (kZsh + 1);
  else
    out = fish(all);
  std::fputs(out.c_str(), stdout);
}

const RegisterCommand kRegister{{
    .order = 90,
    .name = "completion",
    .summary = "A script by which a shell completes commands, options and values",
    .declare =
        [](CLI::App& sub) {
          auto shell = std::make_shared<std::string>();
          sub.add_option("SHELL", *shell, "bash, zsh or fish")
              ->required()
              ->check(CLI::IsMember({"bash", "zsh", "fish"}));
          sub.footer(
              "Examples:\n  . <(eider completion bash)            # in this shell\n"
              "  eider completion bash > ~/.local/share/bash-completion/completions/eider\n"
              "  eider completion zsh > \"${fpath[1]}/_eider\"\n"
              "  eider completion fish > ~/.config/fish/completions/eider.fish");
          sub.callback([&sub, shell] { write_completion(sub, *shell); });
        },
}};

}  // namespace
}  // namespace eider::app
