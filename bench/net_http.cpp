// Small POST requests per second over loopback: plain HTTP with keep-alive.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http_server.hpp"

namespace {

using namespace eider;

constexpr std::string_view kRequest =
    "POST /gsma/rsp2/es9plus/initiateAuthentication HTTP/1.1\r\nHost: smdpp.example.com\r\n"
    "User-Agent: gsma-rsp-lpad\r\nX-Admin-Protocol: gsma/rsp/v2.6.1\r\nContent-Type: application/json\r\n"
    "Content-Length: 2\r\n\r\n{}";

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ? fd : -1;
}

// Each benchmark thread is one client with `depth` requests in flight on its connection.
void plain_http(benchmark::State& state) {
  static net::HttpServer* server = nullptr;
  if (state.thread_index() == 0) {
    net::HttpServerConfig config;
    config.plain_http = true;
    config.threads = 1;
    config.max_requests_per_connection = 1'000'000'000;
    server = new net::HttpServer(config, [](const net::HttpRequest& request) {
      return net::HttpResponse::of(200, "application/json", as_text(request.body));
    });
    if (!server->start()) state.SkipWithError("the server does not start");
  }
  int fd = -1;
  const auto depth = static_cast<std::size_t>(state.range(0));
  std::string batch;
  for (std::size_t i = 0; i < depth; ++i) batch += kRequest;
  char buffer[65536];
  std::size_t answer_size = 0;
  for (auto _ : state) {
    if (fd < 0) {  // after the start barrier: the server is up
      fd = connect_to(server->port());
      ::send(fd, kRequest.data(), kRequest.size(), 0);
      answer_size = static_cast<std::size_t>(::recv(fd, buffer, sizeof buffer, 0));
    }
    ::send(fd, batch.data(), batch.size(), 0);
    for (std::size_t left = answer_size * depth; left > 0;) {
      const auto n = ::recv(fd, buffer, sizeof buffer, 0);
      if (n <= 0) {
        state.SkipWithError("the server closed the connection");
        break;
      }
      left -= static_cast<std::size_t>(n);
    }
  }
  ::close(fd);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(depth));
  if (state.thread_index() == 0) {
    delete server;
    server = nullptr;
  }
}
BENCHMARK(plain_http)->Arg(1)->Threads(1)->Threads(8)->UseRealTime();
BENCHMARK(plain_http)->Arg(16)->Threads(8)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
