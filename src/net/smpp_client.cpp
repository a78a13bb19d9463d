#include "net/smpp_client.hpp"

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <pthread.h>
#include <thread>

#include "net/detail/batch_thread.hpp"
#include "net/detail/octet_stream.hpp"
#include "net/detail/tls.hpp"

namespace eider::net {
namespace {
namespace asio = detail::asio;
using asio::ip::tcp;
using boost::system::error_code;
using channel::SmppSession;
using detail::OctetStream;

constexpr std::chrono::milliseconds kStopTime{2000};
}  // namespace

class SmppClient::Impl {
 public:
  Impl(SmppClientConfig config, Deliver deliver, Random& random)
      : config_(std::move(config)), deliver_(std::move(deliver)), random_(random) {
    config_.session.side = channel::SmppSide::kEsme;
  }
  ~Impl() { stop(); }

  Status start() {
    if (thread_.joinable()) return fail_local("the SMPP client was started before");
    if (config_.tls) EIDER_CHECK(set_up_tls());
    if (config_.deliver_many)
      many_.emplace(config_.most_delivered,
                    [this](std::vector<Arrived> batch) { deliver(std::move(batch)); });
    work_.emplace(io_.get_executor());
    asio::post(io_, [this] { connect(); });
    thread_ = std::thread([this] { io_.run(); });
    ::pthread_setname_np(thread_.native_handle(), "eider-smpp");
    return {};
  }

  void stop() {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] {
      stopping_ = true;
      retry_.cancel();
      resolver_.cancel();
      if (session_ && session_->bound()) {
        session_->unbind(now());
        give_up_.expires_after(kStopTime);
        give_up_.async_wait([this](error_code error) {
          if (!error) finish();
        });
        settle();
      } else {
        finish();
      }
    });
    thread_.join();
    many_.reset();
    stopped_ = true;
    io_.restart();
    io_.poll();  // requests that came meanwhile are refused
    fail_all("the client was stopped");
  }

  void request(smpp::Pdu pdu, Answer answer) {
    if (stopped_) return answer(fail_local("the SMPP client is stopped"));
    {
      const std::lock_guard lock(inbox_mutex_);
      inbox_.push_back({std::move(pdu), std::move(answer)});
      if (inbox_.size() > 1) return;  // they are taken together
    }
    asio::post(io_, [this] { take_inbox(); });
  }

  bool wait_bound(Duration time) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [&] { return bound_; });
  }
  std::string last_problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
  }
  std::size_t binds() const {
    const std::lock_guard lock(mutex_);
    return binds_;
  }

 private:
  struct Request {
    smpp::Pdu pdu;
    Answer answer;
  };
  struct Arrived {
    smpp::Pdu pdu;
    std::uint64_t session = 0;  // of sessions_
  };
  Time now() const { return clock_.now(); }

  void take_inbox() {
    std::vector<Request> inbox;
    {
      const std::lock_guard lock(inbox_mutex_);
      inbox.swap(inbox_);
    }
    for (auto& r : inbox) {
      if (stopping_)
        r.answer(fail_local("the SMPP client is stopped"));
      else if (unsent_.size() >= config_.session.max_queue)
        r.answer(fail_local("too many SMPP requests wait"));
      else
        unsent_.push_back(std::move(r));
    }
    if (!stopping_) settle();
  }

  Status set_up_tls() {
    HttpClientConfig config;
    config.trust_anchors = config_.trust_anchors;
    config.identity = config_.identity;
    config.clock = config_.clock;
    EIDER_TRY(tls, detail::ClientTls::create(config));
    tls_ = std::move(tls);
    SSL_CTX_up_ref(tls_->context());  // asio's context takes a reference over
    tls_context_ = std::make_unique<asio::ssl::context>(tls_->context());
    return {};
  }

  // ---- Connecting

  void connect() {
    if (stopping_) return;
    socket_.emplace(io_);
    give_up_.expires_after(config_.connect_timeout);
    give_up_.async_wait([this](error_code error) {
      if (error) return;
      problem("connecting takes too long");
      resolver_.cancel();
      if (socket_) socket_->close();
      if (stream_) stream_->close("the connection takes too long");
    });
    resolver_.async_resolve(config_.host, std::to_string(config_.port),
                            [this](error_code error, const tcp::resolver::results_type& found) {
                              if (error)
                                return failed("cannot look up " + config_.host + ": " + error.message());
                              connect_to(found);
                            });
  }

  void connect_to(const tcp::resolver::results_type& found) {
    for (const auto& entry : found)
      if (!config_.tls && !config_.plain_anywhere && !entry.endpoint().address().is_loopback())
        return failed("SMPP without TLS is for this machine only");
    asio::async_connect(*socket_, found, [this](error_code error, const tcp::endpoint&) {
      if (error) return failed("cannot connect to " + config_.host + ": " + error.message());
      open();
    });
  }

  void open() {
    stream_ = std::make_shared<OctetStream>(*std::move(socket_), tls_context_.get());
    socket_.reset();
    if (tls_) {
      peer_ = {config_.host, {}, {}, std::nullopt};
      tls_->attach(stream_->ssl(), peer_);
    }
    OctetStream::Callbacks callbacks;
    callbacks.on_open = [this] {
      give_up_.cancel();
      ++sessions_;
      session_.emplace(config_.session, now());
      session_->bind(config_.kind, config_.bind, now());
      settle();
    };
    callbacks.on_data = [this](ByteView octets) {
      session_->receive(octets, now());
      settle();
    };
    callbacks.on_end = [this](const std::string& reason) { ended(reason); };
    stream_->start(asio::ssl::stream_base::client, config_.connect_timeout, std::move(callbacks));
  }

  void failed(const std::string& why) {
    problem(why);
    give_up_.cancel();
    again();
  }

  void again() {
    if (stopping_) return finish();
    back_off_ = std::min(std::max(back_off_ * 2, config_.reconnect), config_.longest_reconnect);
    const auto half = back_off_ / 2;
    retry_.expires_after(half + Duration(random_.below(static_cast<std::uint64_t>(half.count()) + 1)));
    retry_.async_wait([this](error_code error) {
      if (!error) connect();
    });
  }

  // ---- A session

  void settle() {
    if (!session_) return;
    while (session_->bound() && !unsent_.empty()) {
      auto next = std::move(unsent_.front());
      unsent_.pop_front();
      const auto ticket = session_->request(next.pdu, now());
      if (ticket) {
        waiting_.emplace(*ticket, std::move(next.answer));
      } else {
        next.answer(tl::unexpected(ticket.error()));
      }
    }
    while (const auto event = session_->next_event()) handle(*event);
    const auto stream = stream_;  // may end, and the session with it
    stream->send(session_->output());
    if (!session_) return;
    if (session_->over()) return stream->finish();
    timer_.expires_after(
        std::max(std::chrono::duration_cast<Duration>(session_->next_tick() - now()), Duration(1)));
    timer_.async_wait([this](error_code error) {
      if (error || !session_) return;
      session_->tick(now());
      settle();
    });
  }

  void handle(const SmppSession::Event& event) {
    using Kind = SmppSession::Event::Kind;
    switch (event.kind) {
      case Kind::kBound:
        back_off_ = Duration(0);
        set_bound(true);
        return settle();
      case Kind::kRequest:
        return deliver(event.pdu);
      case Kind::kAnswer:
        return answered(event.ticket, event.pdu);
      case Kind::kLost:
        return answered(event.ticket, fail(TransportFault{true, "the SMSC did not answer"}));
      case Kind::kOver:
        problem(event.reason);
        return set_bound(false);
      default:
        return;
    }
  }

  void deliver(const smpp::Pdu& pdu) {
    if (many_) return many_->post({pdu, sessions_});
    session_->answer(pdu, deliver_ ? deliver_(pdu) : smpp::CommandStatus::kRejectAppError, now());
  }
  // An answer goes into the session that its request came in, or nowhere: then that comes again.
  void deliver(std::vector<Arrived> batch) {
    std::vector<smpp::Pdu> pdus;
    for (auto& a : batch) pdus.push_back(std::move(a.pdu));
    const auto statuses = config_.deliver_many(pdus);
    std::vector<Arrived> answers;
    for (std::size_t i = 0; i < pdus.size(); ++i)
      answers.push_back({smpp::response(pdus[i], statuses.at(i)), batch[i].session});
    asio::post(io_, [this, answers = std::move(answers)] {
      if (!session_ || !stream_) return;
      for (const auto& a : answers)
        if (a.session == sessions_) session_->answer(a.pdu, now());
      settle();
    });
  }

  void answered(SmppSession::Ticket ticket, Result<smpp::Pdu> answer) {
    auto found = waiting_.extract(ticket);
    if (!found.empty()) found.mapped()(std::move(answer));
  }

  void ended(const std::string& reason) {
    give_up_.cancel();
    timer_.cancel();
    if (peer_.fault)
      problem(peer_.fault->message());
    else if (!reason.empty() && (!session_ || !session_->over()))
      problem(reason);
    if (session_) {
      session_->disconnected(now(), reason);
      while (const auto event = session_->next_event()) handle(*event);
      // In front of what came since, in their order.
      auto unsent = session_->take_unsent();
      for (auto i = unsent.rbegin(); i != unsent.rend(); ++i) {
        auto answer = waiting_.extract(i->first);
        if (!answer.empty()) unsent_.push_front({std::move(i->second), std::move(answer.mapped())});
      }
    }
    session_.reset();
    waiting_.clear();
    stream_.reset();
    set_bound(false);
    again();
  }

  void finish() {
    give_up_.cancel();
    timer_.cancel();
    if (stream_ && !stream_->closed()) return stream_->close("stopped");  // and comes back here
    work_.reset();
    io_.stop();
  }

  void fail_all(const std::string& why) {
    for (auto& r : unsent_) r.answer(fail_local(why));
    unsent_.clear();
  }

  void set_bound(bool bound) {
    {
      const std::lock_guard lock(mutex_);
      if (bound && !bound_) ++binds_;
      bound_ = bound;
    }
    changed_.notify_all();
  }
  void problem(const std::string& what) {
    const std::lock_guard lock(mutex_);
    problem_ = what;
  }

  SmppClientConfig config_;
  Deliver deliver_;
  Random& random_;
  SystemClock clock_;
  std::shared_ptr<detail::ClientTls> tls_;
  std::unique_ptr<asio::ssl::context> tls_context_;
  detail::ClientTls::Peer peer_;
  asio::io_context io_{1};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  tcp::resolver resolver_{io_};
  std::optional<tcp::socket> socket_;
  std::shared_ptr<OctetStream> stream_;
  std::optional<SmppSession> session_;
  std::uint64_t sessions_ = 0;  // how many there were
  std::optional<detail::BatchThread<Arrived>> many_;
  std::mutex inbox_mutex_;
  std::vector<Request> inbox_;  // from other threads, on its way to unsent_
  asio::steady_timer retry_{io_}, timer_{io_}, give_up_{io_};
  std::deque<Request> unsent_;
  std::map<SmppSession::Ticket, Answer> waiting_;
  Duration back_off_{0};
  bool stopping_ = false;
  std::atomic<bool> stopped_{false};
  std::thread thread_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool bound_ = false;
  std::string problem_;
  std::size_t binds_ = 0;
};

SmppClient::SmppClient(SmppClientConfig config, Deliver deliver, Random& random)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(deliver), random)) {}
SmppClient::~SmppClient() = default;
Status SmppClient::start() {
  return impl_->start();
}
void SmppClient::stop() {
  impl_->stop();
}
void SmppClient::request(smpp::Pdu pdu, Answer answer) {
  impl_->request(std::move(pdu), std::move(answer));
}
Result<std::string> SmppClient::submit(const smpp::ShortMessage& message, std::vector<smpp::Tlv> tlvs) {
  std::promise<Result<smpp::Pdu>> done;
  request({smpp::CommandId::kSubmitSm, smpp::CommandStatus::kOk, 0, message, std::move(tlvs)},
          [&](Result<smpp::Pdu> answer) { done.set_value(std::move(answer)); });
  EIDER_TRY(answer, done.get_future().get());
  const auto* body = answer.as<smpp::MessageIdResp>();
  if (answer.status != smpp::CommandStatus::kOk || !body) {
    const auto* row = smpp::find_status(answer.status);
    return fail_local("the SMSC refuses the message: " + std::string(smpp::status_name(answer.status)) +
                      (row ? ", " + std::string(row->meaning) : ""));
  }
  return body->message_id;
}
bool SmppClient::bound() const {
  return impl_->wait_bound(Duration(0));
}
bool SmppClient::wait_bound(Duration time) const {
  return impl_->wait_bound(time);
}
std::string SmppClient::last_problem() const {
  return impl_->last_problem();
}
std::size_t SmppClient::binds() const {
  return impl_->binds();
}

}  // namespace eider::net
