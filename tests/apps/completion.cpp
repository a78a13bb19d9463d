// What is made of the tree of commands: completion of shells, manual pages.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <set>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

#include "support/command.hpp"
#include "support/paths.hpp"

namespace eider {
namespace {
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

struct Completion : testing::Test {
  test::Workplace place;

  std::string script(const std::string& shell) {
    const auto o = place.sh("\"$EIDER\" completion " + shell + " >script." + shell);
    EXPECT_EQ(o.code, 0) << o.text;
    return place.read("script." + shell);
  }
  // What bash offers for the last of these words.
  std::vector<std::string> offered(const std::string& words) {
    const auto o =
        place.sh("bash --norc -c '. ./script.bash; COMP_WORDS=(" + words +
                 "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _eider; printf \"%s\\n\" \"${COMPREPLY[@]}\"'");
    EXPECT_EQ(o.code, 0) << o.text;
    std::vector<std::string> out;
    std::istringstream lines(o.text);
    for (std::string line; std::getline(lines, line);)
      if (!line.empty()) out.push_back(line);
    return out;
  }
  bool has(const char* program) { return place.sh(std::string("command -v ") + program).code == 0; }
};

TEST_F(Completion, BashKnowsCommandsOptionsAndValues) {
  script("bash");
  EXPECT_EQ(place.sh("bash -n script.bash").code, 0);
  EXPECT_THAT(offered("eider lp"), ElementsAre("lpa"));
  EXPECT_THAT(offered("eider lpa d"),
              UnorderedElementsAre("daemon", "default-smdp", "delete", "disable", "discover", "download"));
  EXPECT_THAT(offered("eider lpa notifications \"\""), UnorderedElementsAre("list", "remove", "send"));
  // Options of the command and of those above it.
  EXPECT_THAT(offered("eider lpa download --"), Contains("--enable"));
  EXPECT_THAT(offered("eider lpa download --"), Contains("--card"));
  EXPECT_THAT(offered("eider lpa --card card.eider list --ic"), ElementsAre("--icons"));
  // Enumerations, also behind "=", which bash makes a word of its own.
  EXPECT_THAT(offered("eider lpa --binding \"\""), UnorderedElementsAre("json", "asn1"));
  EXPECT_THAT(offered("eider lpa --binding = a"), ElementsAre("asn1"));
  EXPECT_THAT(offered("eider completion \"\""), UnorderedElementsAre("bash", "zsh", "fish"));
  // A value is no command: not taken for one, and none is offered in its place.
  EXPECT_THAT(offered("eider lpa --card list do"), ElementsAre("download"));
  EXPECT_THAT(offered("eider lpa --imei l"), IsEmpty());
  // A value that may be missing.
  EXPECT_THAT(offered("eider lpa --pcsc li"), ElementsAre("list"));
  place.write("card.eider", "x");
  place.write("a file.eider", "x");
  EXPECT_THAT(offered("eider lpa --card c"), ElementsAre("card.eider"));
  EXPECT_THAT(offered("eider lpa --card a"), ElementsAre("a file.eider"));
  std::filesystem::create_directory(place / "pki");
  EXPECT_THAT(offered("eider smdpp init --pki p"), ElementsAre("pki"));
  EXPECT_THAT(offered("eider nothing-of-this \"\""), Contains("lpa"));
}

// As a person meets it: bash in a terminal, the tabulator key.
TEST_F(Completion, BashCompletesAtATerminal) {
  script("bash");
  int terminal = -1;
  const pid_t pid = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (pid == 0) {
    if (::chdir(place.path().c_str()) != 0) ::_exit(126);
    ::setenv("PS1", "ready> ", 1);
    ::setenv("TERM", "dumb", 1);
    ::setenv("INPUTRC", "/dev/null", 1);
    ::execlp("bash", "bash", "--norc", "--noprofile", "-i", nullptr);
    ::_exit(127);
  }
  std::string shown;
  const auto wait_for = [&](const std::string& text) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (shown.find(text) == std::string::npos && std::chrono::steady_clock::now() < end) {
      pollfd in{terminal, POLLIN, 0};
      char buffer[4096];
      if (::poll(&in, 1, 100) <= 0) continue;
      const auto n = ::read(terminal, buffer, sizeof buffer);
      if (n <= 0) break;
      shown.append(buffer, static_cast<std::size_t>(n));
    }
    EXPECT_THAT(shown, HasSubstr(text));
    shown.erase(0, shown.find(text) == std::string::npos ? shown.size() : shown.find(text) + text.size());
  };
  const auto type = [&](const std::string& keys) {
    EXPECT_EQ(::write(terminal, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  };
  wait_for("ready> ");
  type(". ./script.bash; echo so''urced\n");
  wait_for("sourced");
  wait_for("ready> ");
  type("eider lpa notif\tse\t--du\t");
  wait_for("eider lpa notifications send --due ");
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  ::close(terminal);
}

TEST_F(Completion, ScriptsOfOtherShells) {
  const auto zsh = script("zsh"), fish = script("fish");
  EXPECT_THAT(zsh, StartsWith("#compdef eider\n"));
  EXPECT_THAT(zsh, HasSubstr("'download:Download a Profile and install it'"));
  EXPECT_THAT(fish, HasSubstr("--long-option binding --exclusive --arguments 'json asn1'"));
  EXPECT_THAT(fish, HasSubstr("'__eider_at \"lpa notifications\"' --arguments send"));
  EXPECT_EQ(place.eider("completion tcsh").code, 2);
  if (has("zsh")) {
    EXPECT_EQ(place.sh("zsh -n script.zsh").code, 0);
  }
  if (has("fish")) {
    EXPECT_EQ(place.sh("fish -n script.fish").code, 0);
  }
  if (!has("zsh") || !has("fish"))
    GTEST_SKIP() << "zsh and fish have not read their scripts: not both are here";
}

struct ManPages : Completion {
  // What is wrong with a page; empty: nothing.
  static std::string wrong(const std::string& page) {
    static const std::set<std::string> kRequests = {".\\\"", ".TH", ".SH", ".SS", ".TP",
                                                    ".PP",   ".B",  ".EX", ".EE"};
    std::istringstream lines(page);
    std::string before;
    bool example = false;
    for (std::string line; std::getline(lines, line); before = line) {
      if (line.starts_with("'")) return "a request by accident: " + line;
      if (line.starts_with(".")) {
        const auto name = line.substr(0, line.find(' '));
        if (!kRequests.contains(name)) return "unknown request: " + line;
        if (name == ".EX" || name == ".EE") {
          if (example == (name == ".EX")) return "examples do not begin and end in turn";
          example = name == ".EX";
        }
        if (before == ".TP" || before == ".PP") return "an empty paragraph before " + line;
        continue;
      }
      for (std::size_t i = 0; i < line.size(); ++i) {
        if (static_cast<unsigned char>(line[i]) >= 0x80) return "not ASCII: " + line;
        if (line[i] == '-') return "a hyphen where a minus was typed: " + line;
        if (line[i] == '\\') {
          if (i + 1 >= line.size() || std::string("-efB&([").find(line[i + 1]) == std::string::npos)
            return "unknown escape: " + line;
          ++i;
        }
      }
      if (line.empty()) {
        if (!example) return "an empty line";
      }
    }
    return example ? "examples do not end" : "";
  }
};

TEST_F(ManPages, EveryCommandHasOne) {
  ASSERT_EQ(place.eider("man --out-dir man").code, 0);
  std::set<std::string> pages;
  for (const auto& file : std::filesystem::directory_iterator(place / "man")) {
    const auto name = file.path().filename().string();
    pages.insert(name);
    const auto page = place.read("man/" + name);
    EXPECT_EQ(wrong(page), "") << name;
    std::size_t at = 0;
    for (const char* section : {".TH ", ".SH NAME\n", ".SH SYNOPSIS\n", ".SH DESCRIPTION\n", ".SH OPTIONS\n",
                                ".SH EXIT STATUS\n", ".SH ENVIRONMENT\n", ".SH SEE ALSO\n"}) {
      const auto found = page.find(section, at);
      ASSERT_NE(found, std::string::npos) << name << " without " << section;
      at = found;
    }
  }
  EXPECT_TRUE(pages.contains("eider.1"));
  EXPECT_TRUE(pages.contains("eider-lpa-notifications-send.1"));
  EXPECT_TRUE(pages.contains("eider-man.1"));
  EXPECT_GT(pages.size(), 100u);
  if (!has("groff")) GTEST_SKIP() << "no groff here to read the pages";
  const auto o = place.sh("for p in man/*.1; do groff -man -ww -z \"$p\" 2>&1 || echo \"$p\"; done");
  EXPECT_EQ(o.text, "");
}

TEST_F(ManPages, SayWhatTheHelpSays) {
  const auto page = place.eider("man lpa download").text;
  EXPECT_THAT(page, HasSubstr("eider\\-lpa\\-download \\- Download a Profile and install it\n"));
  EXPECT_THAT(page, HasSubstr("[\\fICODE\\fR]\n"));
  EXPECT_THAT(page, HasSubstr("\\fB\\-\\-qr\\fR \\fIIMAGE\\fR\n"));
  EXPECT_THAT(page, HasSubstr(".SS Of eider lpa\n"));
  EXPECT_THAT(page, HasSubstr("\\fBEIDER_CONFIRMATION_CODE\\fR"));
  EXPECT_THAT(page, HasSubstr(".SH EXAMPLES\n.EX\neider lpa \\-\\-card"));
  EXPECT_THAT(page, HasSubstr("\n3\nA server or the card was not reached"));
  EXPECT_THAT(place.eider("man lpa ui").text, HasSubstr("NO_COLOR"));
  EXPECT_THAT(place.eider("man lpa").text, HasSubstr(".SH FILES\n"));
  EXPECT_THAT(place.eider("man").text, HasSubstr(".SH COMMANDS\n"));
  const auto nothing = place.eider("man lpa nothing");
  EXPECT_EQ(nothing.code, 2);
  EXPECT_THAT(nothing.text, HasSubstr("no command \"lpa nothing\""));
}

TEST_F(ManPages, TheCheckFindsWhatIsWrong) {
  EXPECT_EQ(wrong(".SH NAME\na \\- b\n"), "");
  EXPECT_NE(wrong(".XX\n"), "");
  EXPECT_NE(wrong("a-b\n"), "");
  EXPECT_NE(wrong("'so\n"), "");
  EXPECT_NE(wrong(".EX\nx\n"), "");
  EXPECT_NE(wrong(".TP\n.SH A\n"), "");
  EXPECT_NE(wrong("\\q\n"), "");
  EXPECT_NE(wrong("…\n"), "");
}

}  // namespace
}  // namespace eider
