#include "net/http_server.hpp"

#include <algorithm>
#include <pthread.h>
#include <utility>

#include "base/log.hpp"
#include "net/detail/http_connection.hpp"
#include "net/detail/listen.hpp"

namespace eider::net {

using detail::error_code;
using detail::asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds kAcceptPause{50};

std::chrono::milliseconds tick_of(const HttpServerConfig& c) {
  const auto shortest = std::min({c.request_timeout, c.write_timeout, c.idle_timeout});
  return std::clamp(shortest / 8, std::chrono::milliseconds(10), std::chrono::milliseconds(250));
}

// One thread with an event loop of its own: its connections need no locks.
struct ServerThread {
  detail::asio::io_context context{1};
  detail::asio::executor_work_guard<detail::Executor> work{context.get_executor()};
  detail::ConnectionSet connections;
  detail::asio::steady_timer ticker{context};
  bool ticking = false;  // while there are connections
  std::thread thread;
};

}  // namespace

class HttpServer::Impl {
 public:
  Impl(HttpServerConfig config, HttpHandler handler) {
    shared_.config = std::move(config);
    shared_.handler = std::move(handler);
  }
  ~Impl() { stop(); }

  Status start() {
    if (started_) return fail_local("the server was started before");
    EIDER_CHECK(check_limits());
    error_code error;
    const auto address = detail::asio::ip::make_address(config().address, error);
    if (error)
      return fail_local("not an address to listen on: " + config().address, "give an IPv4 or IPv6 address");
    if (config().plain_http && !address.is_loopback()) {
      return fail_local("plain HTTP on " + config().address, "bind it to a loopback address, or use TLS");
    }
    if (!config().plain_http) EIDER_CHECK(set_up_tls());
    EIDER_CHECK(listen(tcp::endpoint(address, config().port)));
    started_ = true;
    detail::asio::co_spawn(accepting_.context, accept_loop(), detail::asio::detached);
    run(accepting_);
    for (auto& t : threads_) run(*t);
    return {};
  }

  void stop() {
    if (!started_ || stopped_.exchange(true)) return;
    shared_.stopping = true;
    detail::asio::post(accepting_.context, [this] {
      error_code ignored;
      acceptor_->close(ignored);
    });
    const auto each = [this](auto action) {
      for (auto& t : threads_) {
        detail::asio::post(t->context, [set = &t->connections, action] {
          // Closing may not destroy a connection inside this loop: its coroutine ends in a later turn.
          for (auto* connection : set->open) action(*connection);
        });
      }
    };
    each([](detail::ConnectionBase& c) { c.wind_down(); });
    const auto until = std::chrono::steady_clock::now() + config().stop_grace;
    while (shared_.metrics.active > 0 && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    each([](detail::ConnectionBase& c) { c.close_now(); });
    // Handlers cannot be interrupted: a connection ends when its handler has returned.
    while (shared_.metrics.active > 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    for (auto& t : threads_) end(*t);
    end(accepting_);
  }

  std::uint16_t port() const { return port_; }
  const detail::ServerMetrics& metrics() const { return shared_.metrics; }

 private:
  HttpServerConfig& config() { return shared_.config; }

  Status check_limits() {
    const auto& c = config();
    if (!shared_.handler) return fail_local("HTTP server without a handler");
    if (c.threads == 0 || c.max_connections == 0 || c.max_header < 256 ||
        c.max_requests_per_connection == 0) {
      return fail_local("HTTP server: a limit is zero or too small to serve anything",
                        "see HttpServerConfig");
    }
    if (c.request_timeout.count() <= 0 || c.write_timeout.count() <= 0 || c.idle_timeout.count() <= 0) {
      return fail_local("HTTP server: timeouts must be positive");
    }
    return {};
  }

  Status set_up_tls() {
    EIDER_TRY(tls, detail::ServerTls::create(config()));
    shared_.tls = std::move(tls);
    SSL_CTX_up_ref(shared_.tls->context());  // asio's context takes a reference over
    shared_.tls_context = std::make_unique<detail::asio::ssl::context>(shared_.tls->context());
    return {};
  }

  Status listen(const tcp::endpoint& endpoint) {
    for (unsigned i = 0; i < config().threads; ++i) threads_.push_back(std::make_unique<ServerThread>());
    acceptor_.emplace(accepting_.context);
    error_code error;
    const auto step = [&](auto&& action) {
      if (!error) action();
    };
    step([&] { acceptor_->open(endpoint.protocol(), error); });
    step([&] { acceptor_->set_option(tcp::acceptor::reuse_address(true), error); });
    step([&] { acceptor_->bind(endpoint, error); });
    step([&] { acceptor_->listen(detail::asio::socket_base::max_listen_connections, error); });
    if (error) return detail::cannot_listen(config().address, config().port, error);
    port_ = acceptor_->local_endpoint().port();
    return {};
  }

  detail::Awaitable<void> accept_loop() {
    while (!shared_.stopping) {
      detail::Socket socket(accepting_.context);
      error_code error;
      co_await acceptor_->async_accept(socket, detail::asio::redirect_error(detail::kAwait, error));
      if (error == detail::asio::error::operation_aborted || error == detail::asio::error::bad_descriptor)
        co_return;
      if (error) {  // out of descriptors, or the peer has gone: go on a little later
        log::warn("http", "accept: " + error.message());
        Pause pause(accepting_.context, kAcceptPause);
        co_await pause.async_wait(detail::asio::redirect_error(detail::kAwait, error));
        continue;
      }
      ++shared_.metrics.accepted;
      if (shared_.metrics.active + pending_ >= config().max_connections) {
        ++shared_.metrics.refused;
        continue;  // closes it
      }
      const auto protocol = socket.local_endpoint(error).protocol();
      const auto handle = socket.release(error);  // leaves this thread's event loop
      if (error) continue;
      auto& thread = least_loaded();
      ++pending_;
      ++thread.connections.load;
      detail::asio::post(thread.context,
                         [this, &thread, s = detail::Socket(thread.context, protocol, handle)]() mutable {
                           if (shared_.stopping)
                             --thread.connections.load;
                           else
                             spawn(thread, std::move(s));
                           --pending_;
                         });
    }
  }

  ServerThread& least_loaded() {
    return **std::ranges::min_element(threads_, {}, [](const auto& t) { return t->connections.load.load(); });
  }

  static void run(ServerThread& t) {
    t.thread = std::thread([context = &t.context] { context->run(); });
    ::pthread_setname_np(t.thread.native_handle(), "eider-http");
  }
  static void end(ServerThread& t) {
    t.context.stop();  // nothing but the ticker may be left
    t.thread.join();
  }

  void spawn(ServerThread& t, detail::Socket socket) {
    detail::spawn_connection(shared_, t.connections, std::move(socket));
    if (!std::exchange(t.ticking, true)) tick(t);
  }
  void tick(ServerThread& t) {
    t.ticker.expires_after(tick_of(config()));
    t.ticker.async_wait([this, &t](error_code error) {
      if (error) return;
      const auto now = std::chrono::steady_clock::now();
      for (auto* connection : t.connections.open) connection->check_deadline(now);
      if (t.connections.open.empty())
        t.ticking = false;
      else
        tick(t);
    });
  }

  using Pause = detail::asio::basic_waitable_timer<
      std::chrono::steady_clock, detail::asio::wait_traits<std::chrono::steady_clock>, detail::Executor>;
  using Acceptor = detail::asio::basic_socket_acceptor<tcp, detail::Executor>;

  detail::ServerShared shared_;
  ServerThread accepting_;  // takes connections only, so that no handler delays that
  std::vector<std::unique_ptr<ServerThread>> threads_;
  std::optional<Acceptor> acceptor_;
  std::atomic<std::size_t> pending_{0};
  std::uint16_t port_ = 0;
  bool started_ = false;
  std::atomic<bool> stopped_{false};
};

HttpServer::HttpServer(HttpServerConfig config, HttpHandler handler)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(handler))) {}
HttpServer::~HttpServer() = default;
Status HttpServer::start() {
  return impl_->start();
}
void HttpServer::stop() {
  impl_->stop();
}
std::uint16_t HttpServer::port() const {
  return impl_->port();
}

HttpServerCounters HttpServer::counters() const {
  const auto& m = impl_->metrics();
  return {m.accepted, m.refused,   m.active,           m.handshakes_failed, m.requests,
          m.timeouts, m.malformed, m.handler_failures, m.bytes_in,          m.bytes_out};
}

}  // namespace eider::net
