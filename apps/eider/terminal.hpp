// The controlling terminal as a screen with keys: raw mode and the alternate screen while in scope. It is
// given back as it was on every way out, signals among them (SIGKILL alone excepted).
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "tui/canvas.hpp"

namespace eider::app {

class Terminal {
 public:
  // Throws CommandError when there is no terminal that can be drawn on. One at a time.
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  tui::Size size() const;
  // Never waits for the terminal: what it does not take yet goes out later, and a newer screen replaces one
  // that has not begun.
  void show(const tui::Canvas& screen);
  void repaint() { shown_.reset(); }

  struct What {
    std::string octets;    // typed
    bool resized = false;  // or came back from being stopped
    bool woken = false;    // `wake` can be read
    int ended_by = 0;      // SIGHUP, SIGINT, SIGQUIT or SIGTERM
    bool gone = false;     // nobody is at the terminal any more
  };
  What wait(std::chrono::milliseconds timeout, int wake);

 private:
  void flush();
  int fd_ = -1;
  int hidden_stderr_ = -1;
  bool gone_ = false;
  tui::Look look_;
  std::optional<tui::Canvas> shown_, next_;
  std::string pending_;
};

}  // namespace eider::app
