// The SM-SR's side of one SCP81 session (SGP.02 v4.2 section 2.4.4): octets of a connection in and out. Gives
// the card the scripts of its operations, and takes the answers; holds the connection while an SM-DP has said
// that more follows.
#pragma once
#include "channel/psk_tls.hpp"
#include "channel/scp81.hpp"
#include "roles/smsr/operations.hpp"

namespace eider::smsr {

class AdminSession {
 public:
  explicit AdminSession(Context& context);
  ~AdminSession();
  AdminSession(AdminSession&&) noexcept;
  AdminSession& operator=(AdminSession&&) = delete;
  AdminSession(const AdminSession&) = delete;

  // `wake` is called by any thread when poll() has something to do. Before anything is fed.
  void on_wake(std::function<void()> wake) { wake_ = std::move(wake); }
  // A fault ends the session; output() may still hold an alert.
  Status feed(ByteView octets);
  Bytes output();
  // Looks for something to say while the card waits.
  Status poll();
  bool over() const { return over_; }
  // Known once the card has proved its key.
  const std::optional<Eid>& eid() const { return eid_; }

 private:
  Status take(const channel::scp81::AdminRequest& request);
  Status next(const SessionWord& word);
  Status say(const SessionScript& script);
  Status answer(const channel::scp81::AdminResponse& response);
  Status end(unsigned status);
  // What it was given to say and has not said.
  std::optional<SessionScript> closed();
  Status gone();

  Context* context_;
  channel::PskTls tls_;
  channel::scp81::RequestReader reader_;
  std::optional<Eid> eid_;
  std::function<void()> wake_;
  OpenSessions::Number number_ = 0;
  bool waiting_ = false;  // a POST of the card has no answer yet
  // While it waits: what was there when it was looked for last, and when it is looked for anyway.
  std::uint64_t seen_ = 0;
  Time look_again_{};
  bool first_ = true;
  bool over_ = false;
};

}  // namespace eider::smsr
