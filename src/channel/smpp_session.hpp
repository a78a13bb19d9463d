// One SMPP v3.4 session, of an ESME or of an SMSC, without I/O: octets and time go in, octets and events come
// out (section 2.2 states, 2.7 timers, 2.9 windows, 3.3 errors).
#pragma once
#include <deque>
#include <map>
#include <set>

#include "base/clock.hpp"
#include "spec/smpp/pdu.hpp"

namespace eider::channel {

enum class SmppSide : std::uint8_t { kEsme, kSmsc };
enum class SmppBind : std::uint8_t { kNone, kTransmitter, kReceiver, kTransceiver };

struct SmppSessionConfig {
  SmppSide side = SmppSide::kEsme;
  std::size_t window = 10;           // requests of this side that wait for an answer
  std::size_t max_incoming = 100;    // of the other side; above: ESME_RTHROTTLED
  std::size_t max_queue = 10000;     // requests that wait for their turn
  Duration bind_timeout{10000};      // session_init_timer
  Duration response_timeout{10000};  // response_timer
  Duration enquire_interval{30000};  // enquire_link_timer: so long nothing has come
  // After ESME_RTHROTTLED or ESME_RMSGQFUL nothing is sent for a while, twice as long each time.
  Duration throttle_wait{500}, longest_throttle_wait{30000};
  int throttle_tries = 8;  // of one request, then its caller gets the status
};

class SmppSession {
 public:
  SmppSession(SmppSessionConfig config, Time now);

  // Names a request of this side; never the same twice.
  using Ticket = std::uint64_t;
  struct Event {
    enum class Kind : std::uint8_t {
      kBound,        // ESME: the bind was answered
      kBindRefused,  // ESME: with `pdu.status`; the session is over
      kBindRequest,  // SMSC: to be answered by answer_bind()
      kRequest,      // submit_sm, deliver_sm, data_sm, query_sm, cancel_sm, replace_sm: answer()
      kAnswer,       // to `ticket`
      kLost,         // `ticket` was sent and no answer came: nobody knows
      kOver,         // the connection is to be closed once output() has gone out; `reason`
    } kind = Kind::kOver;
    smpp::Pdu pdu;
    Ticket ticket = 0;
    std::string reason;
  };

  void receive(ByteView octets, Time now);
  // The connection has gone.
  void disconnected(Time now, const std::string& reason);
  void tick(Time now);
  // When tick() has something to do at the latest.
  Time next_tick() const;
  Bytes output() { return std::exchange(output_, {}); }
  std::optional<Event> next_event();

  void bind(SmppBind kind, const smpp::Bind& bind, Time now);
  // Bound with ESME_ROK, over with any other status.
  void answer_bind(const smpp::Pdu& request, smpp::CommandStatus status, const std::string& system_id,
                   Time now);
  // Sent as soon as the session is bound and the window has room, in the order of the calls. LocalFault: a
  // PDU that cannot be written, a full queue, a session that is over.
  Result<Ticket> request(smpp::Pdu pdu, Time now);
  void answer(const smpp::Pdu& request, smpp::CommandStatus status, Time now, std::string text = {});
  void answer(const smpp::Pdu& answer, Time now);
  // It gets no answer.
  void forget(const smpp::Pdu& request) { unanswered_.erase(request.sequence); }
  // Waits for what is under way; nothing new is taken.
  void unbind(Time now);

  bool bound() const { return state_ == State::kBound; }
  bool over() const { return state_ == State::kOver; }
  SmppBind bind_kind() const { return bind_; }
  std::size_t in_flight() const;  // requests of request(); never more than the window
  std::size_t queued() const { return queue_.size(); }
  // Requests that have not been sent; with their tickets, for another session.
  std::vector<std::pair<Ticket, smpp::Pdu>> take_unsent();

 private:
  enum class State : std::uint8_t { kOpen, kBinding, kBound, kUnbinding, kOver };
  struct Pending {
    Ticket ticket = 0;  // 0: of the session itself
    smpp::Pdu pdu;
    int throttled = 0;
    Time deadline{};
  };

  void take(ByteView pdu, Time now);
  void take_request(smpp::Pdu pdu, Time now);
  void take_response(smpp::Pdu pdu, Time now);
  void take_bind_answer(const smpp::Pdu& pdu);
  bool permitted(smpp::CommandId command) const;
  void congested(Pending pending, Time now);
  void send(const smpp::Pdu& pdu);
  void send_own(smpp::CommandId command, Time now, smpp::Body body = {});
  void pump(Time now);
  void end(const std::string& reason);
  void emit(Event::Kind kind, smpp::Pdu pdu, Ticket ticket = 0);
  std::uint32_t next_sequence();

  SmppSessionConfig config_;
  State state_ = State::kOpen;
  SmppBind bind_ = SmppBind::kNone;
  Bytes received_, output_;
  std::deque<Event> events_;
  std::deque<Pending> queue_;
  std::map<std::uint32_t, Pending> waiting_;  // by sequence_number
  std::set<std::uint32_t> unanswered_;        // requests of the other side
  std::uint32_t sequence_ = 0;
  Ticket tickets_ = 0;
  Time opened_, heard_, resume_{};
  Duration back_off_{};
  bool enquiring_ = false;
};

}  // namespace eider::channel
