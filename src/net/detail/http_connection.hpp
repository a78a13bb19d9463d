// One connection of the HTTP server: a coroutine on one thread, which runs the handler as well. For the .cpp
// files of this folder only.
#pragma once
#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <unordered_set>

#include "net/detail/tls.hpp"
#include "net/http_server.hpp"

namespace eider::net::detail {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using TlsStream = asio::ssl::stream<Socket>;
using SteadyTime = std::chrono::steady_clock::time_point;
using boost::system::error_code;
template <class T>
using Awaitable = asio::awaitable<T, Executor>;
constexpr asio::use_awaitable_t<Executor> kAwait;

struct ServerMetrics {
  std::atomic<std::uint64_t> accepted{0}, refused{0}, active{0}, handshakes_failed{0}, requests{0},
      timeouts{0}, malformed{0}, handler_failures{0}, bytes_in{0}, bytes_out{0};
};

// What all connections share.
struct ServerShared {
  HttpServerConfig config;
  HttpHandler handler;
  std::unique_ptr<ServerTls> tls;
  std::unique_ptr<asio::ssl::context> tls_context;
  ServerMetrics metrics;
  std::atomic<bool> stopping{false};
};

class ConnectionBase {
 public:
  virtual ~ConnectionBase() = default;
  // Called on the connection's I/O thread, a few times a second.
  virtual void check_deadline(SteadyTime now) = 0;
  // Closes at once when idle; otherwise after the request in progress.
  virtual void wind_down() = 0;
  virtual void close_now() = 0;
};
// Those of one thread. `load` counts the ones on their way to it as well, and may be read by any thread.
struct ConnectionSet {
  std::unordered_set<ConnectionBase*> open;
  std::atomic<std::size_t> load{0};
};

// Runs until the peer or the server ends the connection, which then leaves `set` and its load.
void spawn_connection(ServerShared& shared, ConnectionSet& set, Socket socket);

}  // namespace eider::net::detail
