// The server against peers that are slow, wrong, many or gone; over plain HTTP, where every octet is the
// test's own.
#include "net/http_server.hpp"

#include <condition_variable>
#include <gtest/gtest.h>
#include <mutex>
#include <thread>

#include "net/http_client.hpp"
#include "net/support/certificates.hpp"
#include "net/support/raw_client.hpp"

namespace eider::net {
namespace {

using test::RawClient;
using namespace std::chrono_literals;

HttpServerConfig plain() {
  HttpServerConfig config;
  config.plain_http = true;
  return config;
}

HttpResponse echo(const HttpRequest& request) {
  HttpResponse response = HttpResponse::of(200, "text/plain", as_text(request.body));
  response.headers.push_back({"X-Method", std::string(request.method)});
  return response;
}

struct Running {
  explicit Running(HttpServerConfig config, HttpHandler handler = echo)
      : server(std::move(config), std::move(handler)) {
    const auto status = server.start();
    EXPECT_TRUE(status) << status.error().message();
  }
  std::string ask(std::string_view request) {
    RawClient client(server.port());
    client.send(request);
    return client.read_all(3000);
  }
  HttpServer server;
};

std::string post(std::string_view body, std::string_view extra = "") {
  return "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(extra) + "\r\n" + std::string(body);
}

std::string status_line(const std::string& answer) {
  return answer.substr(0, answer.find("\r\n"));
}

// Counters follow what the peer sees by a moment.
template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

// Opens for all who wait, or after a while so that a failing test ends.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait_for(lock, 5s, [this] { return open_; });
  }
  bool wait_for(int waiting) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 5s, [&] { return waiting_ >= waiting; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int waiting_ = 0;
};

TEST(HttpServer, AnswersAndKeepsAlive) {
  Running running(plain());
  RawClient client(running.server.port());
  for (int i = 0; i < 3; ++i) {
    client.send(post("ping"));
    const auto answer = client.read_until("ping");
    EXPECT_EQ(status_line(answer), "HTTP/1.1 200 OK");
    EXPECT_NE(answer.find("Content-Type: text/plain\r\n"), std::string::npos);
    EXPECT_NE(answer.find("X-Method: POST\r\n"), std::string::npos);
    EXPECT_EQ(answer.find("Connection:"), std::string::npos);
  }
  const auto counters = running.server.counters();
  EXPECT_EQ(counters.requests, 3u);
  EXPECT_EQ(counters.connections_accepted, 1u);
  EXPECT_EQ(counters.bytes_in, 12u);
}

TEST(HttpServer, Pipelining) {
  Running running(plain());
  RawClient client(running.server.port());
  client.send(post("one") + post("two") + post("three", "Connection: close\r\n"));
  const auto answer = client.read_all();
  const auto one = answer.find("one"), two = answer.find("two"), three = answer.find("three");
  ASSERT_NE(three, std::string::npos) << answer;
  EXPECT_LT(one, two);
  EXPECT_LT(two, three);
}

TEST(HttpServer, ChunkedBodyAndExpectContinue) {
  Running running(plain());
  const auto chunked = running.ask(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: "
      "close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_TRUE(chunked.ends_with("\r\n\r\nabcde")) << chunked;
  RawClient client(running.server.port());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hi");
  EXPECT_TRUE(client.read_until("hi").starts_with("HTTP/1.1 200"));
}

TEST(HttpServer, Http10AndHead) {
  Running running(plain());
  const auto old = running.ask("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(old.starts_with("HTTP/1.1 200")) << old;
  EXPECT_NE(old.find("Connection: close"), std::string::npos);
  Running fixed(plain(), [](const HttpRequest&) { return HttpResponse::of(200, "text/plain", "body"); });
  const auto head = fixed.ask("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(head.find("Content-Length: 4\r\n"), std::string::npos);
  EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
}

TEST(HttpServer, NoContentHasNoLengthAndNoType) {
  Running running(plain(), [](const HttpRequest&) { return HttpResponse{204, "application/json", {}, {}}; });
  const auto answer = running.ask(post("", "Connection: close\r\n"));
  EXPECT_EQ(status_line(answer), "HTTP/1.1 204 No Content");
  EXPECT_EQ(answer.find("Content-"), std::string::npos) << answer;
}

TEST(HttpServer, RefusesGarbage) {
  Running running(plain());
  const auto refused = [&](std::string_view request) { return status_line(running.ask(request)); };
  EXPECT_EQ(refused("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03 hello\r\n\r\n"),
            "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(refused("NONSENSE\r\n\r\n"), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(refused("GET / HTTP/2.0\r\n\r\n"), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(refused("GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 400 Bad Request");  // no Host
  EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(refused("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n"), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(refused("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
            "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(
      refused(
          "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
      "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(refused("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
            "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(running.server.counters().requests, 0u);
  EXPECT_EQ(running.server.counters().malformed, 9u);
  EXPECT_TRUE(running.ask(post("still here", "Connection: close\r\n")).ends_with("still here"));
}

TEST(HttpServer, LimitsBodyAndHeaders) {
  auto config = plain();
  config.max_body = 1000;
  config.max_header = 2000;
  Running running(config);
  EXPECT_EQ(status_line(running.ask(post(std::string(1001, 'x')))), "HTTP/1.1 413 Payload Too Large");
  EXPECT_EQ(status_line(running.ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999999\r\n\r\n")),
            "HTTP/1.1 413 Payload Too Large");
  EXPECT_EQ(
      status_line(running.ask("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" +
                              std::string(0x400, 'x') + "\r\n400\r\n")),
      "HTTP/1.1 413 Payload Too Large");
  const auto large_header = "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(5000, 'y') + "\r\n\r\n";
  EXPECT_EQ(status_line(running.ask(large_header)), "HTTP/1.1 431 Request Header Fields Too Large");
  EXPECT_TRUE(running.ask(post(std::string(1000, 'x'), "Connection: close\r\n")).starts_with("HTTP/1.1 200"));
  EXPECT_EQ(running.server.counters().requests, 1u);
}

TEST(HttpServer, SlowClientGets408) {
  auto config = plain();
  config.request_timeout = Duration{300};
  Running running(config);
  RawClient client(running.server.port());
  const auto start = std::chrono::steady_clock::now();
  client.send("POST / HTTP/1.1\r\nHost: h\r\n");
  std::thread trickle([&] {
    for (int i = 0; i < 20 && client.send("X: 1\r\n"); ++i) std::this_thread::sleep_for(50ms);
  });
  const auto answer = client.read_until("\r\n\r\n", 3000);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
  EXPECT_EQ(status_line(answer), "HTTP/1.1 408 Request Timeout");
  trickle.join();
  EXPECT_EQ(running.server.counters().timeouts, 1u);

  RawClient half_body(running.server.port());
  half_body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(status_line(half_body.read_until("\r\n\r\n")), "HTTP/1.1 408 Request Timeout");
}

TEST(HttpServer, ClosesIdleAndSilentConnections) {
  auto config = plain();
  config.request_timeout = Duration{200};
  config.idle_timeout = Duration{300};
  Running running(config);
  RawClient silent(running.server.port());
  EXPECT_TRUE(silent.closed_within(2000));
  RawClient idle(running.server.port());
  idle.send(post("a"));
  EXPECT_TRUE(idle.read_until("\r\n\r\na").starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(idle.closed_within(2000));
  EXPECT_TRUE(eventually([&] { return running.server.counters().connections_active == 0; }));
}

TEST(HttpServer, ReaderWhoDoesNotReadIsDropped) {
  auto config = plain();
  config.write_timeout = Duration{300};
  Running running(config, [](const HttpRequest&) {
    HttpResponse response;
    response.body = Bytes(32 * 1024 * 1024, 'z');
    return response;
  });
  RawClient client(running.server.port());
  client.send(post("a"));
  EXPECT_TRUE(eventually([&] { return running.server.counters().timeouts == 1; }));
}

TEST(HttpServer, HalfOpenPeerDoesNotHold) {
  Running running(plain());
  {
    RawClient vanishes(running.server.port());
    vanishes.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
  }
  for (int i = 0; i < 200 && running.server.counters().connections_active > 0; ++i)
    std::this_thread::sleep_for(5ms);
  EXPECT_EQ(running.server.counters().connections_active, 0u);
  EXPECT_EQ(running.server.counters().requests, 0u);
}

TEST(HttpServer, ABlockedHandlerHoldsUpNoNewConnection) {
  auto config = plain();
  config.threads = 2;
  Gate gate;
  Running running(config, [&](const HttpRequest& request) {
    if (request.target == "/slow") gate.pass();
    return HttpResponse::of(200, "text/plain", "answer");
  });
  RawClient slow(running.server.port());
  slow.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(gate.wait_for(1));
  for (int i = 0; i < 6; ++i) {  // each gone before the next comes
    const auto answer = running.ask("GET /fast HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(answer.ends_with("answer")) << i;
    EXPECT_TRUE(eventually([&] { return running.server.counters().connections_active == 1; }));
  }
  gate.open();
  EXPECT_TRUE(slow.read_until("answer").starts_with("HTTP/1.1 200"));
}

TEST(HttpServer, LimitsConnectionsAndRequestsPerConnection) {
  auto config = plain();
  config.max_connections = 2;
  config.max_requests_per_connection = 2;
  Running running(config);
  RawClient a(running.server.port()), b(running.server.port());
  a.send(post("a"));
  b.send(post("b"));
  EXPECT_TRUE(a.read_until("\r\n\r\na").starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(b.read_until("\r\n\r\nb").starts_with("HTTP/1.1 200"));
  RawClient c(running.server.port());
  EXPECT_TRUE(c.closed_within(2000));
  EXPECT_TRUE(eventually([&] { return running.server.counters().connections_refused == 1; }));
  a.send(post("last"));
  const auto last = a.read_all();
  EXPECT_NE(last.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(last.ends_with("last"));
}

TEST(HttpServer, HandlerFailures) {
  Running running(plain(), [](const HttpRequest& request) -> HttpResponse {
    if (request.target == "/throw") throw std::runtime_error("broken");
    HttpResponse response;
    response.headers.push_back({"X-Split", "a\r\nSet-Cookie: b"});
    return response;
  });
  EXPECT_EQ(status_line(running.ask("GET /throw HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")),
            "HTTP/1.1 500 Internal Server Error");
  EXPECT_EQ(running.server.counters().handler_failures, 1u);
  const auto split = running.ask("GET /split HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_line(split), "HTTP/1.1 500 Internal Server Error");
  EXPECT_EQ(split.find("Cookie"), std::string::npos);
}

TEST(HttpServer, StopLetsRequestsFinish) {
  Gate gate;
  Running running(plain(), [&](const HttpRequest&) {
    gate.pass();
    return HttpResponse::of(200, "text/plain", "done");
  });
  RawClient busy(running.server.port()), idle(running.server.port());
  busy.send(post("1"));
  ASSERT_TRUE(gate.wait_for(1));
  std::thread stopping([&] { running.server.stop(); });
  EXPECT_TRUE(idle.closed_within(2000));
  gate.open();
  const auto answer = busy.read_all();
  stopping.join();
  EXPECT_TRUE(answer.ends_with("done")) << answer;
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
  EXPECT_THROW(RawClient{running.server.port()}, std::runtime_error);
  running.server.stop();
}

TEST(HttpServer, RefusesPlainHttpBeyondLoopback) {
  for (const char* address : {"0.0.0.0", "::", "192.0.2.1"}) {
    auto config = plain();
    config.address = address;
    HttpServer server(config, echo);
    const auto status = server.start();
    ASSERT_FALSE(status) << address;
    EXPECT_TRUE(status.error().as<LocalFault>());
  }
  auto words = plain();
  words.address = "localhost";
  EXPECT_FALSE(HttpServer(words, echo).start());
}

TEST(HttpServer, PortInUse) {
  Running running(plain());
  auto config = plain();
  config.port = running.server.port();
  EXPECT_FALSE(HttpServer(config, echo).start());
}

TEST(HttpServer, ManyConnectionsAtOnce) {
  auto config = plain();
  config.threads = 2;
  Running running(config);
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        RawClient client(running.server.port());
        for (int k = 0; k < 5; ++k) {
          client.send(post("payload"));
          if (client.read_until("payload").starts_with("HTTP/1.1 200")) ++good;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 800);
}

TEST(HttpServerTls, GarbageAndSilenceInPlaceOfAHandshake) {
  const test::TestCa ca(test::Curve::kP256);
  HttpServerConfig config;
  config.identities = {ca.issue({})};
  config.request_timeout = Duration{200};
  Running running(config);
  RawClient http(running.server.port());
  http.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  http.read_all(3000);
  RawClient silent(running.server.port());
  EXPECT_TRUE(silent.closed_within(2000));
  EXPECT_TRUE(eventually([&] { return running.server.counters().handshakes_failed == 2; }));
  EXPECT_EQ(running.server.counters().requests, 0u);
}

}  // namespace
}  // namespace eider::net
