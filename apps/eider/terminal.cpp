#include "terminal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "command.hpp"

namespace eider::app {
namespace {

// Alternate screen, no autowrap, pasted text marked; and back.
constexpr char kEnter[] = "\x1b[?1049h\x1b[?7l\x1b[?2004h";
constexpr char kLeave[] = "\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l";

constexpr std::array kEnding{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
constexpr std::array kCrashing{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS};
constexpr std::array kOthers{SIGWINCH, SIGTSTP, SIGCONT};

// What signal handlers work on; set before they are.
int terminal = -1;
int pipe_ends[2] = {-1, -1};
termios before{}, raw{};
struct sigaction old_actions[NSIG];

// Async-signal-safe, all of it.
void give_back() {
  if (::write(terminal, kLeave, sizeof kLeave - 1) < 0) {
  }
  ::tcsetattr(terminal, TCSANOW, &before);
}
void take() {
  ::tcsetattr(terminal, TCSANOW, &raw);
  if (::write(terminal, kEnter, sizeof kEnter - 1) < 0) {
  }
}
void tell(int signal) {
  const char octet = static_cast<char>(signal);
  if (::write(pipe_ends[1], &octet, 1) < 0) {  // full: whoever reads has enough to do
  }
}

extern "C" void eider_terminal_signal(int signal) {
  const int kept = errno;
  if (signal == SIGTSTP) {
    give_back();
    ::raise(SIGSTOP);
    take();
  }
  tell(signal);
  errno = kept;
}
extern "C" void eider_terminal_crash(int signal) {
  give_back();
  ::sigaction(signal, &old_actions[signal], nullptr);
  ::raise(signal);
}

void handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = flags;
  ::sigfillset(&action.sa_mask);
  ::sigaction(signal, &action, &old_actions[signal]);
}

bool says_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (!value || !*value) continue;
    const std::string text(value);
    return text.find("UTF-8") != std::string::npos || text.find("utf8") != std::string::npos ||
           text.find("UTF8") != std::string::npos || text.find("utf-8") != std::string::npos;
  }
  return false;
}
}  // namespace

Terminal::Terminal() {
  const char* kind = std::getenv("TERM");
  const bool can_draw = kind && *kind && std::strcmp(kind, "dumb") != 0;
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1 || !can_draw)
    throw CommandError{
        2,
        "there is no terminal to draw on\n  remedy  Use the other commands of `eider lpa`, with --json "
        "for programs."};
  // Opened anew: not to wait is then a matter of this descriptor, not of whoever shares the terminal.
  fd_ = ::open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd_ < 0 || ::tcgetattr(fd_, &before) != 0 || ::pipe2(pipe_ends, O_NONBLOCK | O_CLOEXEC) != 0) {
    if (fd_ >= 0) ::close(fd_);
    throw CommandError{1, std::string("the terminal cannot be opened: ") + std::strerror(errno)};
  }
  const char* no_colour = std::getenv("NO_COLOR");
  look_ = {!(no_colour && *no_colour), says_utf8()};
  raw = before;
  raw.c_iflag &= ~static_cast<tcflag_t>(ICRNL | INLCR | IGNCR | IXON | ISTRIP | BRKINT);
  raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG | IEXTEN);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  terminal = fd_;
  for (const int signal : kEnding) handle(signal, eider_terminal_signal, SA_RESTART);
  for (const int signal : kOthers) handle(signal, eider_terminal_signal, SA_RESTART);
  for (const int signal : kCrashing) handle(signal, eider_terminal_crash, 0);
  handle(SIGPIPE, SIG_IGN, 0);
  take();
  // What logs and libraries write would stand across the screen.
  if (::isatty(STDERR_FILENO) == 1) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    hidden_stderr_ = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (nowhere >= 0 && hidden_stderr_ >= 0) ::dup2(nowhere, STDERR_FILENO);
    if (nowhere >= 0) ::close(nowhere);
  }
}

Terminal::~Terminal() {
  if (!pending_.empty()) {  // a sequence that has begun ends before the next one
    pollfd out{fd_, POLLOUT, 0};
    if (::poll(&out, 1, 200) > 0) flush();
  }
  give_back();
  for (const int signal : kEnding) ::sigaction(signal, &old_actions[signal], nullptr);
  for (const int signal : kOthers) ::sigaction(signal, &old_actions[signal], nullptr);
  for (const int signal : kCrashing) ::sigaction(signal, &old_actions[signal], nullptr);
  ::sigaction(SIGPIPE, &old_actions[SIGPIPE], nullptr);
  if (hidden_stderr_ >= 0) {
    ::dup2(hidden_stderr_, STDERR_FILENO);
    ::close(hidden_stderr_);
  }
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
  ::close(fd_);
  terminal = -1;
}

tui::Size Terminal::size() const {
  winsize w{};
  if (::ioctl(fd_, TIOCGWINSZ, &w) != 0 || w.ws_row == 0 || w.ws_col == 0) return {};
  return {std::min<int>(w.ws_row, 500), std::min<int>(w.ws_col, 1000)};
}

void Terminal::show(const tui::Canvas& screen) {
  next_ = screen;
  flush();
}

void Terminal::flush() {
  for (;;) {
    if (pending_.empty()) {
      if (!next_) return;
      pending_ = tui::to_ansi(*next_, shown_ ? &*shown_ : nullptr, look_);
      shown_ = std::move(next_);
      next_.reset();
    }
    const auto n = ::write(fd_, pending_.data(), pending_.size());
    if (n <= 0) return;
    pending_.erase(0, static_cast<std::size_t>(n));
  }
}

Terminal::What Terminal::wait(std::chrono::milliseconds timeout, int wake) {
  std::array<pollfd, 3> fds{{{gone_ ? -1 : fd_, POLLIN, 0}, {pipe_ends[0], POLLIN, 0}, {wake, POLLIN, 0}}};
  if (!pending_.empty()) fds[0].events |= POLLOUT;
  What out;
  if (::poll(fds.data(), fds.size(), static_cast<int>(timeout.count())) <= 0) return out;
  if (fds[0].revents & POLLOUT) flush();
  if (fds[0].revents & (POLLIN | POLLHUP | POLLERR)) {
    char buffer[4096];
    const auto n = ::read(fd_, buffer, sizeof buffer);
    if (n > 0) out.octets.assign(buffer, static_cast<std::size_t>(n));
    gone_ = n < 0 ? errno != EAGAIN && errno != EINTR : n == 0 && (fds[0].revents & POLLHUP);
    out.gone = gone_;
  }
  char signal = 0;
  while (::read(pipe_ends[0], &signal, 1) == 1) {
    if (signal == SIGWINCH || signal == SIGCONT || signal == SIGTSTP) {
      out.resized = true;
      repaint();
    } else {
      out.ended_by = signal;
    }
  }
  out.woken = fds[2].revents & POLLIN;
  return out;
}

}  // namespace eider::app
