// Every command explains itself by example.
#include <functional>
#include <gtest/gtest.h>
#include <sstream>

#include "support/command.hpp"
#include "support/paths.hpp"

namespace eider {
namespace {

std::string help(const std::string& command) {
  const auto r = test::shell(test::eider_binary() + command + " --help");
  EXPECT_EQ(r.code, 0) << command;
  return r.text;
}

std::vector<std::string> subcommands(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream lines(text);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line == "Subcommands:") {
      inside = true;
    } else if (inside && line.starts_with("  ") && line[2] != ' ') {
      out.push_back(line.substr(2, line.find(' ', 2) - 2));
    } else if (inside && !line.starts_with("   ")) {
      inside = false;
    }
  }
  return out;
}

TEST(Help, TeachesByExample) {
  int commands = 0;
  const std::function<void(const std::string&)> visit = [&](const std::string& command) {
    const auto text = help(command);
    const auto below = subcommands(text);
    for (const auto& name : below) visit(command + " " + name);
    if (!below.empty()) return;
    ++commands;
    EXPECT_NE(text.find("Examples:"), std::string::npos) << "eider" << command;
    EXPECT_NE(text.find("  eider" + command.substr(0, command.find(' ', 1))), std::string::npos) << text;
  };
  visit("");
  EXPECT_GT(commands, 60);
}

TEST(Help, OfAServerShowsTheWayFromInitToServe) {
  for (const std::string server : {"smsr", "smdp", "smds", "smdpp"}) {
    const auto text = help(" " + server);
    const auto init = text.find("  eider " + server + " init"),
               serve = text.find("  eider " + server + " serve");
    EXPECT_NE(init, std::string::npos) << text;
    EXPECT_NE(serve, std::string::npos) << text;
    EXPECT_LT(init, serve);
  }
}

}  // namespace
}  // namespace eider
