// eider man: the help as manual pages, in roff for man(7).
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "command.hpp"
#include "command_tree.hpp"
#include "tui/text.hpp"

namespace eider::app {
namespace {

// Text that roff shows as it is. No line of it begins a request.
std::string roff(std::string_view text) {
  std::string out;
  for (const auto& g : tui::glyphs(text)) {
    if (g.text == "\\")
      out += "\\e";
    else if (g.text == "-")
      out += "\\-";
    else if (g.text == "'")
      out += "\\(aq";
    else if (g.text == "`")
      out += "\\(ga";
    else if (g.text == "^")
      out += "\\(ha";
    else if (g.text == "~")
      out += "\\(ti";
    else if (g.text.size() == 1)
      out += g.text;
    else {
      const auto lead = static_cast<unsigned char>(g.text[0]);
      std::uint32_t c = lead & (lead >= 0xF0 ? 0x07 : lead >= 0xE0 ? 0x0F : 0x1F);
      const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
      for (std::size_t i = 1; i < length; ++i) c = c << 6 | (static_cast<unsigned char>(g.text[i]) & 0x3F);
      char name[16];
      std::snprintf(name, sizeof name, "\\[u%04X]", c);
      out += name;
    }
  }
  if (!out.empty() && out[0] == '.') out.insert(0, "\\&");
  return out;
}

std::string page_name(std::string path) {
  std::ranges::replace(path, ' ', '-');
  return path.empty() ? "eider" : "eider-" + path;
}
std::string command_line(const std::string& path) {
  return path.empty() ? "eider" : "eider " + path;
}

std::string head_of(const OptionInfo& o) {
  std::string out;
  for (const auto& name : o.names) out += (out.empty() ? "\\fB" : ", \\fB") + roff(name) + "\\fR";
  if (o.names.empty()) return "\\fI" + roff(o.value_name) + "\\fR";
  if (o.values == OptionInfo::Values::kNone) return out;
  const auto value = "\\fI" + roff(o.value_name.empty() ? "VALUE" : o.value_name) + "\\fR";
  return out + (o.needs_value ? " " + value : " [" + value + "]");
}

void put_option(std::string& out, const OptionInfo& o) {
  out += ".TP\n" + head_of(o) + "\n" + (o.description.empty() ? "\\&" : roff(o.description));
  std::string words;
  for (const auto& w : o.words) words += (words.empty() ? "" : ", ") + w;
  // Where the text says them already they are not said twice.
  if (!words.empty() && o.description.find(o.words.front()) == std::string::npos)
    out += "\nOne of: " + roff(words) + ".";
  if (!o.initial.empty()) out += "\nDefault: " + roff(o.initial) + ".";
  if (o.repeats && o.description.find("repeated") == std::string::npos)
    out += "\nMay be given more than once.";
  if (!o.environment.empty()) out += "\nAlso from the environment: \\fB" + roff(o.environment) + "\\fR.";
  out += "\n";
}

void put_synopsis(std::string& out, const CommandInfo& c) {
  out += ".SH SYNOPSIS\n.B " + roff(command_line(c.path)) + "\n";
  if (!c.options.empty()) out += "[\\fIOPTION\\fR]...\n";
  for (const auto& p : c.positionals) {
    const auto name = "\\fI" + roff(p.value_name) + "\\fR" + (p.repeats ? "..." : "");
    out += (p.required ? name : "[" + name + "]") + "\n";
  }
  if (!c.subcommands.empty()) out += c.needs_subcommand ? "\\fICOMMAND\\fR ...\n" : "[\\fICOMMAND\\fR ...]\n";
}

struct FileRow {
  std::string_view command, name, what;
};
constexpr FileRow kFiles[] = {
    {"lpa", "$XDG_STATE_HOME/eider/lpa, ~/.local/state/eider/lpa",
     "When servers that were not reached are tried again; --state names another file."},
    {"lpa daemon", "$XDG_STATE_HOME/eider/lpa.polling", "When servers are asked again."},
};

bool is_within(const std::string& path, std::string_view command) {
  return path == command || path.starts_with(std::string(command) + " ");
}

void put_files(std::string& out, const std::string& path) {
  bool any = false;
  for (const auto& row : kFiles) {
    if (!is_within(path, row.command)) continue;
    if (!any) out += ".SH FILES\n";
    any = true;
    out += ".TP\n\\fI" + roff(row.name) + "\\fR\n" + roff(row.what) + "\n";
  }
}

void put_environment(std::string& out, const std::vector<const CommandInfo*>& line) {
  out += ".SH ENVIRONMENT\n";
  for (const auto* c : line)
    for (const auto& o : c->options)
      if (!o.environment.empty() && !o.names.empty())
        out +=
            ".TP\n\\fB" + roff(o.environment) + "\\fR\nIn place of \\fB" + roff(o.names.back()) + "\\fR.\n";
  if (line.back()->path == "lpa ui")
    out +=
        ".TP\n\\fBNO_COLOR\\fR\nNo colours, if it is set and not empty.\n.TP\n\\fBLC_ALL\\fR, "
        "\\fBLC_CTYPE\\fR, "
        "\\fBLANG\\fR\nWithout UTF\\-8 in the first that is set the screen is drawn in ASCII.\n";
  out += ".TP\n\\fBTZ\\fR\nTimes are written in UTC whatever it says.\n";
}

std::string man_page(const CommandInfo& root, const std::string& path) {
  const auto line = command_and_parents(root, path);
  const auto& c = *line.back();
  std::string upper = page_name(path);
  std::ranges::transform(upper, upper.begin(),
                         [](char ch) { return ch >= 'a' && ch <= 'z' ? static_cast<char>(ch - 32) : ch; });
  std::string out =
      ".\\\" Made by `eider man`.\n.TH " + roff(upper) + " 1 \"\" \"eider " EIDER_VERSION "\" \"Eider\"\n";
  out += ".SH NAME\n" + roff(page_name(path)) + " \\- " + roff(c.summary) + "\n";
  put_synopsis(out, c);
  out += ".SH DESCRIPTION\n" + roff(c.summary) + ".\n";
  for (const auto& p : c.paragraphs) out += ".PP\n" + roff(p) + "\n";
  if (!c.subcommands.empty()) {
    out += ".SH COMMANDS\n";
    for (const auto& sub : c.subcommands)
      out += ".TP\n\\fB" + roff(sub.name) + "\\fR\n" + roff(sub.summary) + ". See \\fB" +
             roff(page_name(sub.path)) + "\\fR(1).\n";
  }
  if (!c.positionals.empty()) {
    out += ".SH ARGUMENTS\n";
    for (const auto& p : c.positionals) put_option(out, p);
  }
  out += ".SH OPTIONS\n";
  for (const auto& o : c.options) put_option(out, o);
  for (auto above = line.rbegin() + 1; above != line.rend(); ++above) {
    out += ".SS Of " + roff(command_line((*above)->path)) + "\n";
    for (const auto& o : (*above)->options) put_option(out, o);
  }
  if (!c.examples.empty()) {
    out += ".SH EXAMPLES\n.EX\n";
    for (const auto& e : c.examples) out += roff(e) + "\n";
    out += ".EE\n";
  }
  out +=
      ".SH EXIT STATUS\n.TP\n0\nDone.\n.TP\n1\nRefused, or it cannot be done; standard error says why, and "
      "what helps.\n"
      ".TP\n2\nWrong usage; nothing was begun.\n";
  if (is_within(path, "lpa")) out += ".TP\n3\nA server or the card was not reached: worth another try.\n";
  out += ".TP\n70\nAn error in Eider itself.\n";
  put_files(out, path);
  put_environment(out, line);
  out += ".SH SEE ALSO\n";
  std::string see;
  for (const auto* above : line)
    if (above != &c) see += (see.empty() ? "\\fB" : ", \\fB") + roff(page_name(above->path)) + "\\fR(1)";
  if (see.empty()) see = "\\fBeider\\-lpa\\fR(1), \\fBeider\\-smdpp\\fR(1), \\fBeider\\-card\\fR(1)";
  return out + see + "\n";
}

void write_all(const CommandInfo& root, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  for (const auto* c : all_commands(root)) {
    const auto file = folder / (page_name(c->path) + ".1");
    std::ofstream out(file, std::ios::binary);
    out << man_page(root, c->path);
    out.close();
    if (!out) throw CommandError{1, "cannot write " + file.string()};
  }
}

void write_man(const CLI::App& any, const std::vector<std::string>& words, const std::string& folder) {
  const auto root = command_tree(any);
  if (!folder.empty()) {
    if (!words.empty()) throw CommandError{2, "--out-dir takes every page: name no command"};
    return write_all(root, folder);
  }
  std::string path;
  for (const auto& w : words) path += (path.empty() ? "" : " ") + w;
  if (!find_command(root, path))
    throw CommandError{2, "there is no command \"" + path + "\"\n  remedy  `eider --help-all` lists them."};
  std::fputs(man_page(root, path).c_str(), stdout);
}

const RegisterCommand kRegisterMan{{
    .order = 91,
    .name = "man",
    .summary = "The manual page of a command",
    .declare =
        [](CLI::App& sub) {
          auto words = std::make_shared<std::vector<std::string>>();
          auto folder = std::make_shared<std::string>();
          sub.add_option("COMMAND", *words, "Its words; without, the page of the program")->type_name("TEXT");
          sub.add_option("--out-dir", *folder, "Write the pages of all commands into this directory")
              ->type_name("DIR");
          sub.footer(
              "Examples:\n  eider man lpa download | man -l -\n  eider man --out-dir "
              "~/.local/share/man/man1");
          sub.callback([&sub, words, folder] { write_man(sub, *words, *folder); });
        },
}};

}  // namespace
}  // namespace eider::app
