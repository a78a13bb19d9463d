// One connection of the HTTP server: a coroutine on one I/O thread. For the .cpp files of this folder only.
#pragma once
#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <unordered_set>

#include "net/detail/tls.hpp"
#include "net/detail/worker_pool.hpp"
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
      overloaded{0}, timeouts{0}, malformed{0}, handler_failures{0}, bytes_in{0}, bytes_out{0};
};

// What all connections share.
struct ServerShared {
  HttpServerConfig config;
  HttpHandler handler;
  std::unique_ptr<ServerTls> tls;
  std::unique_ptr<asio::ssl::context> tls_context;
  std::unique_ptr<WorkerPool> pool;
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
using ConnectionSet = std::unordered_set<ConnectionBase*>;

// Runs until the peer or the server ends the connection. `open` lists the I/O thread's connections.
void spawn_connection(ServerShared& shared, ConnectionSet& open, Socket socket);

}  // namespace eider::net::detail
