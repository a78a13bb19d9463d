// The card's end of an HTTPS session with its SM-SR (SGP.02 v4.2 section 2.4.4, GlobalPlatform Amendment B):
// a channel of the terminal, TLS with a pre-shared key, POST after POST with what the scripts before have
// given. It goes on with every answer and event of the terminal.
#pragma once
#include "base/clock.hpp"
#include "card/m2m/isd_r.hpp"
#include "card/toolkit.hpp"
#include "channel/psk_tls.hpp"
#include "channel/scp81.hpp"
#include "channel/scp81_trigger.hpp"

namespace eider::card::m2m {

struct SessionParameters {
  channel::scp81::ConnectionParameters connection;
  std::string identity;  // of TLS
  Secret key;
  std::uint8_t key_version = 0x40;
  std::string host, uri;
  std::string name;  // of the SM-SR, to be resolved where there is no address; default: the host
  Bytes name_server;
  channel::scp81::RetryPolicy retry;
  Bytes notification;  // E1, in the query of the first POST; empty: none

  // What the trigger says, else what the ISD-R has stored (A5; A6 for DNS), bearer and access point else from
  // the enabled Profile (A1). Without key, port or a way to an address `possible()` is false.
  static SessionParameters make(const PersistentState& state, const channel::scp81::Trigger& trigger);
  bool resolvable() const { return !name_server.empty() && !name.empty(); }
  bool possible() const { return !key.empty() && connection.port && (connection.address || resolvable()); }
};

struct SessionOutcome {
  bool ended = false;                // nothing of it is left, whether it went well or not
  std::optional<Duration> retry_in;  // call retry() then
};

class AdminSession {
 public:
  AdminSession(PersistentState& state, Toolkit& toolkit, IsdR& isd_r, Toolkit::Owner owner);
  ~AdminSession();
  AdminSession(const AdminSession&) = delete;
  AdminSession& operator=(const AdminSession&) = delete;

  // Could one be opened with what the card has stored, by this terminal?
  bool possible() const;
  bool open() const { return phase_ != Phase::kIdle; }
  void forget();

  SessionOutcome begin(SessionParameters parameters);
  // After a break, when the policy has attempts left: with X-Admin-Resume.
  Result<SessionOutcome> retry();
  Result<SessionOutcome> answered(const etsi::cat::ReadAnswer& answer);
  Result<SessionOutcome> data_available();
  Result<SessionOutcome> channel_status(ByteView status);
  // Nothing has come for too long.
  SessionOutcome timed_out();
  // Something has been sent that wants an answer, since the last call.
  bool take_waiting() { return std::exchange(waiting_, false); }

 private:
  enum class Phase : std::uint8_t { kIdle, kOpening, kOpen, kClosing, kWaiting };
  SessionOutcome connect();
  void open_channel(bool tcp, std::uint16_t port, ByteView address);
  SessionOutcome resolved(ByteView message);
  SessionOutcome broken();
  SessionOutcome close();
  Result<SessionOutcome> received(ByteView data);
  // False: the session is over, regularly.
  Result<bool> take(const channel::scp81::AdminResponse& response);
  void post(const std::string& uri, std::optional<channel::scp81::ScriptStatus> status, Bytes body);
  void pump();
  void receive_more();
  void send_command(const etsi::cat::ProactiveCommand& command);

  PersistentState& state_;
  Toolkit& toolkit_;
  IsdR& isd_r_;
  Toolkit::Owner owner_;
  Phase phase_ = Phase::kIdle;
  SessionParameters parameters_;
  std::optional<channel::PskTls> tls_;
  channel::scp81::ResponseReader reader_;
  std::uint8_t channel_ = 0;
  std::deque<Bytes> to_send_;
  bool busy_ = false;     // a command of this session is with the terminal
  bool data_ = false;     // there is something to receive
  bool posted_ = false;   // the first POST of this connection is out
  bool retried_ = false;  // a session was broken before
  bool regular_ = false;  // it ends as the SM-SR wanted it
  bool waiting_ = false;
  bool resolving_ = false;  // the channel is the one to the name server
  std::uint16_t query_ = 0;
  std::uint16_t attempts_ = 0;
  std::string next_uri_;  // the last POST's, for a resumption
  Bytes last_body_;
  std::optional<channel::scp81::ScriptStatus> last_status_;
};

}  // namespace eider::card::m2m
