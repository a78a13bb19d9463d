#include "device_user.hpp"

#include <charconv>
#include <cstdio>
#include <iostream>
#include <termios.h>
#include <unistd.h>

#include "command.hpp"
#include "spec/etsi/text.hpp"

namespace eider::app {
namespace {
using device::UserAnswer;
using Kind = UserAnswer::Kind;

// What is typed does not show while this is there.
class NoEcho {
 public:
  explicit NoEcho(bool wanted) : active_(wanted && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!active_) return;
    auto quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~NoEcho() {
    if (!active_) return;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    std::fputs("\n", stderr);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  termios before_{};
  bool active_;
};

const device::Choice* find_choice(const std::vector<device::Choice>& choices, const std::string& line) {
  for (const auto& c : choices)
    if (c.text == line) return &c;
  unsigned n = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), n);
  if (error != std::errc() || end != line.data() + line.size()) return nullptr;
  for (const auto& c : choices)
    if (c.identifier == n) return &c;
  return nullptr;
}
}  // namespace

DeviceUser::DeviceUser(const std::string& answers, Say say) : say_(std::move(say)) {
  if (answers == "-") {
    tty_ = ::isatty(STDIN_FILENO) == 1;
    return;
  }
  file_.open(answers);
  if (!file_)
    throw CommandError{
        2, answers + " cannot be read\n  remedy  a file with an answer a line, or - for standard input"};
}

std::optional<std::string> DeviceUser::line(bool hidden) {
  const NoEcho quiet(hidden && tty_);
  if (tty_) {
    std::fputs("> ", stderr);
    std::fflush(stderr);
  }
  std::string text;
  auto& in = file_.is_open() ? static_cast<std::istream&>(file_) : std::cin;
  do {
    if (!std::getline(in, text)) return std::nullopt;
    ++count_;
  } while (text.starts_with('#'));
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

std::optional<UserAnswer> DeviceUser::ending(const std::optional<std::string>& line) const {
  if (!line || *line == "<end>") return UserAnswer{Kind::kEnded};
  if (*line == "<back>") return UserAnswer{Kind::kBackward};
  if (*line == "<none>") return UserAnswer{Kind::kNoResponse};
  return std::nullopt;
}

void DeviceUser::refuse(const std::string& line, const std::string& wanted) const {
  if (!tty_)
    throw CommandError{1, "answer " + std::to_string(count_) + ", \"" + line +
                              "\", does not fit\n  remedy  " + wanted + ", <back>, <end> or <none>"};
  std::fprintf(stderr, "%s, <back>, <end> or <none>\n", wanted.c_str());
}

UserAnswer DeviceUser::show(const std::string& text, bool until_cleared) {
  say_("text", text, {{"text", text}, {"untilCleared", until_cleared}});
  return {};
}

UserAnswer DeviceUser::confirm(const std::string& question) {
  say_("confirm", question + " (yes, no)", {{"text", question}});
  for (;;) {
    const auto text = line(false);
    if (auto end = ending(text)) return *end;
    if (*text == "yes" || *text == "y") return {Kind::kDone, {}, true};
    if (*text == "no" || *text == "n") return {Kind::kDone};
    refuse(*text, "yes or no");
  }
}

UserAnswer DeviceUser::enter(const device::InputQuestion& q) {
  say_("enter", q.text + (q.proposal.empty() ? "" : " [" + q.proposal + "]"),
       {{"text", q.text},
        {"proposal", q.proposal},
        {"min", q.min},
        {"max", q.max},
        {"digitsOnly", q.digits_only},
        {"hidden", q.hidden}});
  auto text = line(q.hidden);
  if (auto end = ending(text)) return *end;
  return {Kind::kDone, *std::move(text)};
}

UserAnswer DeviceUser::choose(const std::string& title, const std::vector<device::Choice>& choices) {
  boost::json::array items;
  std::string shown = title;
  for (const auto& c : choices) {
    items.push_back(boost::json::object{{"identifier", c.identifier}, {"text", c.text}});
    shown += "\n             " + std::to_string(c.identifier) + "  " + c.text;
  }
  say_("choose", shown, {{"title", title}, {"items", std::move(items)}});
  for (;;) {
    const auto text = line(false);
    if (auto end = ending(text)) return *end;
    if (const auto* found = find_choice(choices, *text)) return {Kind::kDone, {}, false, found->identifier};
    refuse(*text, "the number or the text of an item");
  }
}

std::optional<std::uint8_t> DeviceUser::choose_from(const device::Menu& menu) {
  std::vector<device::Choice> choices;
  for (const auto& item : menu.items) choices.push_back({item.identifier, etsi::alpha_text(item.text)});
  const auto answer = choose(etsi::alpha_text(menu.title), choices);
  return answer.kind == Kind::kDone ? std::optional(answer.item) : std::nullopt;
}

}  // namespace eider::app
