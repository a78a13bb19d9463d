// The LPA behind `eider lpa ui`: one thread that does what the user wants, one thing after another, and tells
// the screen what becomes of it.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "cmd_lpa.hpp"
#include "tui/lpa_model.hpp"

namespace eider::app::lpa_cli {

class LpaWorker {
 public:
  explicit LpaWorker(const Options& options);
  ~LpaWorker();
  LpaWorker(const LpaWorker&) = delete;
  LpaWorker& operator=(const LpaWorker&) = delete;

  // Returns at once. Work is given when the state says that none is under way; afterwards it says that there
  // is.
  void take(tui::Intent intent, tui::LpaState& state);
  // What happened since; for the thread that has the state.
  void apply(tui::LpaState& state);
  // Readable when there is something to apply.
  int wake() const { return wake_; }
  // Ends what is under way where it can be ended.
  void end();
  bool ended() const { return ended_; }

 private:
  using Change = std::function<void(tui::LpaState&)>;
  class User;
  void tell(Change change);
  void run();
  void work(const tui::Intent& intent);
  void stop();
  // Nothing: it was stopped, or nobody has answered in time.
  std::optional<tui::Intent> ask(Change question, tui::Intent::Kind kind);

  const Options options_;
  int wake_ = -1;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Change> changes_;
  std::optional<tui::Intent> job_, answer_;
  Session* session_ = nullptr;  // of the work that is under way
  std::atomic<bool> stop_{false}, ending_{false}, ended_{false};
  std::thread thread_;
};

}  // namespace eider::app::lpa_cli
