// `eider lpa ui` in a terminal, against a card file and servers that are processes.
#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "apps/lpa_house.hpp"
#include "apps/vt_screen.hpp"

namespace eider {
namespace {
namespace bj = boost::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class UiAtTerminal {
 public:
  explicit UiAtTerminal(const test::LpaHouse& house, const std::string& environment = "", int rows = 24,
                        int columns = 80, const std::string& more = "")
      : screen(rows, columns) {
    winsize size{};
    size.ws_row = static_cast<unsigned short>(rows), size.ws_col = static_cast<unsigned short>(columns);
    pid_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ == 0) {
      const auto command = "cd '" + house.place.path().string() +
                           "' && stty -F /dev/tty echo && exec env TERM=xterm " + "LC_ALL=C.UTF-8 " +
                           environment + " '" + test::eider_binary() + "' lpa " + house.options() + " " +
                           more + " ui";
      ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      ::_exit(127);
    }
  }
  ~UiAtTerminal() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(terminal_);
  }
  UiAtTerminal(const UiAtTerminal&) = delete;
  UiAtTerminal& operator=(const UiAtTerminal&) = delete;

  // Waits until the screen shows it; the screen of that moment.
  bool shows(const std::string& text, int seconds = 60) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (screen.text().find(text) == std::string::npos) {
      if (std::chrono::steady_clock::now() > until || !pump(100)) {
        ADD_FAILURE() << "\"" << text << "\" does not come:\n" << screen.text();
        return false;
      }
    }
    return true;
  }
  void type(const std::string& keys) {
    if (::write(terminal_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size()))
      ADD_FAILURE() << "write";
  }
  void resize(int rows, int columns) {
    screen.resize(rows, columns);
    winsize size{};
    size.ws_row = static_cast<unsigned short>(rows), size.ws_col = static_cast<unsigned short>(columns);
    ::ioctl(terminal_, TIOCSWINSZ, &size);
  }
  void signal(int number) const { ::kill(pid_, number); }
  // The exit code, or minus the signal.
  int end() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < until) {
      if (!pump(50)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      int status = 0;
      if (::waitpid(pid_, &status, WNOHANG) != pid_) continue;
      pid_ = -1;
      while (pump(20)) {
      }
      return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    ADD_FAILURE() << "does not end:\n" << screen.text();
    return -1000;
  }
  // True once the process is stopped by a signal.
  bool stopped() const {
    int status = 0;
    return ::waitpid(pid_, &status, WUNTRACED) == pid_ && WIFSTOPPED(status);
  }
  // Echo and lines are as a shell wants them.
  bool usual() const {
    termios t{};
    return ::tcgetattr(terminal_, &t) == 0 && (t.c_lflag & ECHO) && (t.c_lflag & ICANON) &&
           (t.c_lflag & ISIG);
  }
  bool pump(int ms) {
    pollfd in{terminal_, POLLIN, 0};
    if (::poll(&in, 1, ms) == 0) return pid_ > 0;
    char buffer[65536];
    const auto n = ::read(terminal_, buffer, sizeof buffer);
    if (n <= 0) return false;
    octets.append(buffer, static_cast<std::size_t>(n));
    screen.feed({buffer, static_cast<std::size_t>(n)});
    return true;
  }

  test::VtScreen screen;
  std::string octets;  // all that came

 private:
  int terminal_ = -1;
  pid_t pid_ = -1;
};

void expect_given_back(UiAtTerminal& ui) {
  EXPECT_TRUE(ui.usual());
  EXPECT_FALSE(ui.screen.mode("?1049"));
  EXPECT_FALSE(ui.screen.mode("?2004"));
  EXPECT_TRUE(ui.screen.mode("?25"));
  EXPECT_TRUE(ui.screen.mode("?7"));
  EXPECT_THAT(ui.screen.unknown(), IsEmpty());
}

std::string pasted(const std::string& text) {
  return "\x1b[200~" + text + "\x1b[201~";
}

bj::array profiles_of(const test::LpaHouse& house) {
  return bj::parse(house.ok("lpa --card card.eider --json list").text).at("profiles").as_array();
}

TEST(LpaUi, TheLifeOfAProfile) {
  const test::LpaHouse house(2);
  ASSERT_EQ(house.failed, "");
  const auto code = house.order("--confirmation-code zq4711");
  UiAtTerminal ui(house);
  ASSERT_TRUE(ui.shows("The card has no Profiles."));
  EXPECT_TRUE(ui.screen.mode("?1049"));
  EXPECT_TRUE(ui.screen.coloured());
  ui.type("2");
  ASSERT_TRUE(ui.shows("Free memory"));
  EXPECT_THAT(ui.screen.text(), HasSubstr("every operator with consent"));
  ui.type("1a");
  ASSERT_TRUE(ui.shows("Add a Profile"));
  ui.type(pasted(code) + "\r");
  ASSERT_TRUE(ui.shows("Download this Profile?"));
  EXPECT_THAT(ui.screen.text(), HasSubstr("漢字 Plan"));
  EXPECT_THAT(ui.screen.text(), HasSubstr("Eider Mobile"));
  EXPECT_THAT(ui.screen.text(), HasSubstr("8988211"));
  ui.type("y");
  ASSERT_TRUE(ui.shows("Confirmation Code"));
  ui.type("zq4712\r");
  ASSERT_TRUE(ui.shows("The code was refused. Once more"));
  ui.type("zq4711\r");
  ASSERT_TRUE(ui.shows("is on the card. Enable it now?"));
  EXPECT_EQ(ui.octets.find("zq4"), std::string::npos);  // codes are not shown
  ui.type("y");
  ASSERT_TRUE(ui.shows("Enabled 漢字 Plan; 1 of 1 notifications delivered"));
  auto profiles = profiles_of(house);
  ASSERT_EQ(profiles.size(), 1u);
  EXPECT_EQ(profiles[0].at("profileState").as_string(), "enabled");
  ui.type("x");
  ASSERT_TRUE(ui.shows("disable it before it is deleted"));
  ui.type("n旅行\r");
  ASSERT_TRUE(ui.shows("Nickname set"));
  ASSERT_TRUE(ui.shows(" ●  旅行"));
  ui.type("dy");
  ASSERT_TRUE(ui.shows("Disabled 旅行"));
  ui.type("xn");  // not yet
  ui.type("xy");
  ASSERT_TRUE(ui.shows("The card has no Profiles."));
  EXPECT_THAT(profiles_of(house), IsEmpty());
  ui.type("q");
  EXPECT_EQ(ui.end(), 0);
  expect_given_back(ui);
  EXPECT_EQ(house.failed, "");
}

TEST(LpaUi, DiscoveryNotificationsAndADefaultServer) {
  const test::LpaHouse house(2);
  ASSERT_EQ(house.failed, "");
  house.order_by_event();
  UiAtTerminal ui(house, "NO_COLOR=1");
  ASSERT_TRUE(ui.shows("The card has no Profiles."));
  ui.type("3f");
  ASSERT_TRUE(ui.shows("1 waiting for this card"));
  EXPECT_THAT(ui.screen.text(), HasSubstr(house.address()));
  ui.type("\r");
  ASSERT_TRUE(ui.shows("Download this Profile?"));
  ui.type("l");
  ASSERT_TRUE(ui.shows("was postponed"));
  ui.type(" \r");
  ASSERT_TRUE(ui.shows("Download this Profile?"));
  ui.type("y");
  ASSERT_TRUE(ui.shows("Enable it now?"));
  ui.type("n2s");
  ASSERT_TRUE(ui.shows("Default SM-DP+"));
  ui.type(pasted(house.address()) + "\r");
  ASSERT_TRUE(ui.shows("Default SM-DP+: " + house.address()));
  // A notification that nobody has sent yet: the Profile is switched by an LPA that trusts nobody.
  const auto iccid = std::string(profiles_of(house).at(0).at("iccid").as_string());
  house.ok("lpa --card card.eider --state state enable " + iccid);
  ui.type("r4");
  ASSERT_TRUE(ui.shows("4 Notifications(1)"));
  ASSERT_TRUE(ui.shows("enable"));
  ui.type("s");
  ASSERT_TRUE(ui.shows("1 of 1 notifications delivered"));
  ASSERT_TRUE(ui.shows("No notification waits on the card."));
  EXPECT_FALSE(ui.screen.coloured());
  ui.type("\x03");
  EXPECT_EQ(ui.end(), 0);
  expect_given_back(ui);
  EXPECT_EQ(house.failed, "");
}

// Accepts connections and says nothing.
class SilentServer {
 public:
  SilentServer() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof a;
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0 && ::listen(fd_, 8) == 0 &&
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&a), &size) == 0)
      port = ntohs(a.sin_port);
  }
  ~SilentServer() { ::close(fd_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  int port = 0;

 private:
  int fd_;
};

TEST(LpaUi, WhatIsUnderWayCanBeStopped) {
  const test::LpaHouse house(1);
  ASSERT_EQ(house.failed, "");
  const SilentServer nobody;
  UiAtTerminal ui(house);
  ASSERT_TRUE(ui.shows("The card has no Profiles."));
  ui.type("aLPA:1$localhost:" + std::to_string(nobody.port) + "$X\r");
  ASSERT_TRUE(ui.shows("Contact the SM-DP+"));
  ui.type("2");  // looking goes on
  ASSERT_TRUE(ui.shows("Free memory"));
  const auto before = std::chrono::steady_clock::now();
  ui.type("\x1b");
  ASSERT_TRUE(ui.shows("was stopped"));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));  // the server has 10 of them
  // Quitting ends what is under way, too.
  ui.type(" 1aLPA:1$localhost:" + std::to_string(nobody.port) + "$X\r");
  ASSERT_TRUE(ui.shows("Contact the SM-DP+"));
  ui.type("q");
  ASSERT_TRUE(ui.shows("is under way. Stop it and quit?"));
  ui.type("y");
  EXPECT_EQ(ui.end(), 0);
  expect_given_back(ui);
}

TEST(LpaUi, FitsWhateverSizeTheTerminalHas) {
  const test::LpaHouse house(0);
  ASSERT_EQ(house.failed, "");
  UiAtTerminal ui(house, "", 12, 40);
  ASSERT_TRUE(ui.shows(" 1 Prof  2 Card  3 Find  4 Notif"));
  ASSERT_TRUE(ui.shows("no Profiles"));
  ui.resize(40, 120);
  ASSERT_TRUE(ui.shows("EID …"));
  EXPECT_THAT(ui.screen.lines()[39], HasSubstr("q Quit"));
  ui.resize(24, 80);
  ASSERT_TRUE(ui.shows(" Eider LPA  1 Profiles"));
  ui.type("?");
  ASSERT_TRUE(ui.shows("stop what is under way"));
  ui.screen.forget_unknown();  // of what was painted before the new size was known
  ui.type("q");                // closes the help
  ASSERT_TRUE(ui.shows("no Profiles"));
  ui.type("?");
  ASSERT_TRUE(ui.shows("stop what is under way"));
  EXPECT_THAT(ui.screen.unknown(), IsEmpty());  // nothing went over the edge
  ui.type("q");
  ui.type("q");
  EXPECT_EQ(ui.end(), 0);
}

TEST(LpaUi, TheTerminalIsGivenBackWhateverEndsIt) {
  const test::LpaHouse house(0);
  ASSERT_EQ(house.failed, "");
  for (const int number : {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT}) {
    UiAtTerminal ui(house);
    ASSERT_TRUE(ui.shows("no Profiles"));
    EXPECT_FALSE(ui.usual());
    ui.signal(number);
    EXPECT_EQ(ui.end(), -number) << ::strsignal(number);
    expect_given_back(ui);
  }
  UiAtTerminal ui(house);
  ASSERT_TRUE(ui.shows("no Profiles"));
  ui.signal(SIGTSTP);
  ASSERT_TRUE(ui.stopped());
  while (ui.screen.mode("?1049")) ASSERT_TRUE(ui.pump(100));
  EXPECT_TRUE(ui.usual());
  ui.signal(SIGCONT);
  while (!ui.screen.mode("?1049")) ASSERT_TRUE(ui.pump(100));
  ASSERT_TRUE(ui.shows("q Quit"));
  EXPECT_FALSE(ui.usual());
  ui.type("q");
  EXPECT_EQ(ui.end(), 0);
  expect_given_back(ui);
}

TEST(LpaUi, SaysWhereItCannotDrawAndWhatTheCardLacks) {
  const test::LpaHouse house(0);
  const auto piped = house.lpa("ui");
  EXPECT_EQ(piped.code, 2);
  EXPECT_THAT(piped.text, HasSubstr("no terminal"));
  EXPECT_EQ(house.lpa("--json ui").code, 2);
  UiAtTerminal ui(house, "", 24, 80, "--isd-r-aid A0000000000000");
  ASSERT_TRUE(ui.shows("The card cannot be read"));
  ui.type(" q");
  EXPECT_EQ(ui.end(), 0);
}

}  // namespace
}  // namespace eider
