#include "net/detail/http_connection.hpp"

#include <array>
#include <boost/beast/core/buffers_suffix.hpp>
#include <optional>
#include <utility>

#include "base/log.hpp"
#include "net/detail/http_response.hpp"

namespace eider::net::detail {
namespace {

namespace http = beast::http;
using Body = http::vector_body<std::uint8_t>;
using Parser = http::request_parser<Body>;

constexpr SteadyTime kNever = SteadyTime::max();
constexpr std::size_t kReadChunk = 8192;
constexpr std::size_t kDrainLimit = 1024 * 1024;  // read and thrown away after a refused request
constexpr Duration kDrainTime{2000};
constexpr Duration kShutdownTime{1000};

HttpResponse refusal(int status) {
  HttpResponse out;
  out.status = status;
  return out;
}

template <class Stream>
class Connection final : public ConnectionBase {
 public:
  template <class... Args>
  Connection(ServerShared& shared, ConnectionSet& set, Args&&... args)
      : shared_(shared), set_(set), stream_(std::forward<Args>(args)...) {
    set_.open.insert(this);
    ++shared_.metrics.active;
  }
  ~Connection() override {
    set_.open.erase(this);
    --set_.load;
    --shared_.metrics.active;
  }

  void check_deadline(SteadyTime now) override {
    if (now < deadline_) return;
    timed_out_ = true;
    deadline_ = kNever;
    if (phase_ == Phase::kRequest) {
      error_code ignored;
      socket().cancel(ignored);  // the coroutine goes on and answers 408
    } else {
      close_now();
    }
  }
  void wind_down() override {
    if (phase_ == Phase::kIdle) close_now();
  }
  void close_now() override {
    error_code ignored;
    socket().close(ignored);
  }

  // GCC 12 miscompiles co_await inside conditions: each stands in a statement of its own throughout this
  // file.
  Awaitable<void> run() {
    describe_peer();
    bool more = co_await handshake();
    if (!more) co_return;
    while (more) more = co_await serve_one();
    co_await finish();
  }

 private:
  enum class Phase { kHandshake, kIdle, kRequest, kHandler, kWrite, kShutdown };
  static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;

  Socket& socket() {
    if constexpr (kTls) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }
  void enter(Phase phase, Duration limit) {
    phase_ = phase;
    deadline_ = std::chrono::steady_clock::now() + limit;
  }
  void describe_peer() {
    error_code error;
    const auto endpoint = socket().remote_endpoint(error);
    if (!error) peer_address_ = endpoint.address().to_string();
    socket().set_option(asio::ip::tcp::no_delay(true), error);
    socket().non_blocking(true, error);
  }

  Awaitable<bool> handshake() {
    if constexpr (kTls) {
      enter(Phase::kHandshake, shared_.config.request_timeout);
      shared_.tls->set_time(stream_.native_handle());
      error_code error;
      co_await stream_.async_handshake(asio::ssl::stream_base::server, asio::redirect_error(kAwait, error));
      if (error) {
        ++shared_.metrics.handshakes_failed;
        if (timed_out_) ++shared_.metrics.timeouts;
        if (log::enabled(log::Level::kDebug))
          log::debug("http", "TLS with " + peer_address_ + ": " + error.message());
        if (!timed_out_) co_await drain(socket());
        co_return false;
      }
      if (const X509* peer = SSL_get0_peer_certificate(stream_.native_handle()))
        peer_certificate_ = to_der(peer);
    }
    co_return true;
  }

  // True when another request may follow on this connection.
  Awaitable<bool> serve_one() {
    const bool arrived = co_await wait_for_request();
    if (!arrived) co_return false;
    enter(Phase::kRequest, shared_.config.request_timeout);
    parser_.emplace();
    parser_->body_limit(shared_.config.max_body);
    parser_->header_limit(static_cast<std::uint32_t>(shared_.config.max_header));
    error_code error;
    co_await read_message(error);
    if (error) {
      const int status = status_of(error);
      if (status != 0) co_await refuse(status);
      co_return false;
    }
    const auto& request = parser_->get();
    if (request.version() != 10 && (request.version() != 11 || request.count(http::field::host) != 1)) {
      ++shared_.metrics.malformed;
      co_await refuse(400);
      co_return false;
    }
    const bool more = co_await answer();
    co_return more;
  }

  // Until parser_ has the whole message. Most requests are in the buffer already and cost no further turn.
  Awaitable<void> read_message(error_code& error) {
    bool header_seen = false;
    while (!parser_->is_done()) {
      const std::size_t used = buffer_.size() > 0 ? parser_->put(buffer_.data(), error) : 0;
      buffer_.consume(used);
      if (parser_->is_header_done() && !std::exchange(header_seen, true) && !parser_->is_done()) {
        const bool invited = http::token_list(parser_->get()[http::field::expect]).exists("100-continue");
        if (!error && invited) {
          co_await asio::async_write(stream_, asio::buffer(kContinue.data(), kContinue.size()),
                                     asio::redirect_error(kAwait, error));
        }
      }
      if (error == http::error::need_more) error = {};
      if (error) co_return;
      if (used > 0) continue;
      const std::size_t n =
          co_await stream_.async_read_some(buffer_.prepare(kReadChunk), asio::redirect_error(kAwait, error));
      buffer_.commit(n);
      if (error == asio::error::eof) {
        error = {};
        parser_->put_eof(error);
      }
      if (error) co_return;
    }
  }

  Awaitable<bool> wait_for_request() {
    if (buffer_.size() > 0) co_return true;  // pipelined
    if (shared_.stopping) co_return false;
    enter(Phase::kIdle, served_ == 0 ? shared_.config.request_timeout : shared_.config.idle_timeout);
    error_code error;
    const std::size_t n =
        co_await stream_.async_read_some(buffer_.prepare(kReadChunk), asio::redirect_error(kAwait, error));
    buffer_.commit(n);
    co_return !error;
  }

  // 0: nobody is there to be answered.
  int status_of(error_code error) {
    if (timed_out_) {
      ++shared_.metrics.timeouts;
      return 408;
    }
    if (error.category() != http::make_error_code(http::error::bad_method).category()) return 0;
    if (error == http::error::end_of_stream) return 0;
    ++shared_.metrics.malformed;
    if (error == http::error::body_limit) return 413;
    if (error == http::error::header_limit || error == http::error::buffer_overflow) return 431;
    return 400;
  }

  Awaitable<bool> answer() {
    const auto& request = parser_->get();
    ++served_;
    shared_.metrics.bytes_in += request.body().size();
    phase_ = Phase::kHandler;
    deadline_ = kNever;
    HttpResponse response;
    call_handler(response);
    const bool keep_alive = request.keep_alive() && shared_.config.keep_alive && !shared_.stopping &&
                            served_ < shared_.config.max_requests_per_connection;
    const bool head = request.method() == http::verb::head;
    const bool written = co_await write(response, {keep_alive, request.version() == 10, head});
    co_return written&& keep_alive;
  }

  void call_handler(HttpResponse& response) {
    const auto& message = parser_->get();
    header_views_.clear();
    for (const auto& field : message) {
      const auto name = field.name_string();
      header_views_.push_back({{name.data(), name.size()}, {field.value().data(), field.value().size()}});
    }
    const auto method = message.method_string();
    const HttpRequest request{{method.data(), method.size()},
                              {message.target().data(), message.target().size()},
                              header_views_,
                              message.body(),
                              peer_certificate_,
                              peer_address_};
    ++shared_.metrics.requests;
    try {
      response = shared_.handler(request);
    } catch (const std::exception& e) {
      ++shared_.metrics.handler_failures;
      log::error("http", std::string("handler: ") + e.what());
      response = refusal(500);
    } catch (...) {
      ++shared_.metrics.handler_failures;
      response = refusal(500);
    }
  }

  Awaitable<bool> write(const HttpResponse& response, ResponseFraming framing) {
    enter(Phase::kWrite, shared_.config.write_timeout);
    error_code error;
    const bool body_left = serialise(response, framing, head_);
    std::size_t n = 0;
    if constexpr (kTls) {  // which would take a sequence in pieces of its own
      n = co_await asio::async_write(stream_, asio::buffer(head_), asio::redirect_error(kAwait, error));
      if (!error && body_left) {
        n += co_await asio::async_write(stream_, asio::buffer(response.body),
                                        asio::redirect_error(kAwait, error));
      }
    } else {
      const std::array<asio::const_buffer, 2> parts{
          asio::buffer(head_), asio::buffer(response.body, body_left ? std::string::npos : 0)};
      // Nearly always the socket takes all of it at once.
      n = socket().write_some(parts, error);
      if (error == asio::error::would_block) error = {};
      beast::buffers_suffix<decltype(parts)> rest(parts);
      rest.consume(n);
      if (!error && beast::buffer_bytes(rest) > 0)
        n += co_await asio::async_write(stream_, rest, asio::redirect_error(kAwait, error));
    }
    shared_.metrics.bytes_out += n;
    if (error && timed_out_) ++shared_.metrics.timeouts;
    co_return !error;
  }

  Awaitable<void> refuse(int status) {
    timed_out_ = false;
    const HttpResponse response = refusal(status);
    const bool written = co_await write(response, {false, false, false});
    if (written) co_await drain(stream_);
  }

  // Reads on for a while: closing with unread input would reset the connection and lose what was just
  // written.
  template <class From>
  Awaitable<void> drain(From& from) {
    error_code error;
    enter(Phase::kShutdown, kDrainTime);
    if constexpr (std::is_same_v<From, Socket>) socket().shutdown(Socket::shutdown_send, error);
    std::size_t drained = 0;
    buffer_.clear();
    while (!error && drained < kDrainLimit) {
      drained +=
          co_await from.async_read_some(buffer_.prepare(kReadChunk), asio::redirect_error(kAwait, error));
    }
  }

  Awaitable<void> finish() {
    error_code error;
    if constexpr (kTls) {
      if (!socket().is_open()) co_return;
      enter(Phase::kShutdown, kShutdownTime);
      co_await stream_.async_shutdown(asio::redirect_error(kAwait, error));
    } else {
      socket().shutdown(Socket::shutdown_send, error);
    }
    close_now();
  }

  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

  ServerShared& shared_;
  ConnectionSet& set_;
  Stream stream_;
  Phase phase_ = Phase::kHandshake;
  SteadyTime deadline_ = kNever;
  bool timed_out_ = false;
  std::size_t served_ = 0;
  std::string peer_address_;
  Bytes peer_certificate_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::vector<HttpHeaderView> header_views_;
  std::string head_;
};

template <class Stream, class... Args>
void spawn(ServerShared& shared, ConnectionSet& set, const Executor& executor, Args&&... args) {
  auto connection = std::make_shared<Connection<Stream>>(shared, set, std::forward<Args>(args)...);
  auto running = connection->run();
  asio::co_spawn(executor, std::move(running), [connection](const std::exception_ptr& failure) {
    if (failure) log::error("http", "a connection ended by an exception");
  });
}

}  // namespace

void spawn_connection(ServerShared& shared, ConnectionSet& set, Socket socket) {
  const Executor executor = socket.get_executor();
  if (shared.tls_context) {
    spawn<TlsStream>(shared, set, executor, std::move(socket), *shared.tls_context);
  } else {
    spawn<Socket>(shared, set, executor, std::move(socket));
  }
}

}  // namespace eider::net::detail
