// Fetching a CRL: plain HTTP, against a server that answers as told.
#include "net/http_get.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace eider::net {
namespace {
// Takes one connection, reads the request's head, sends the answer, closes.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer, bool silent = false) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, answer = std::move(answer), silent] {
      const int peer = ::accept(listener_, nullptr, nullptr);
      char c = 0;
      while (peer >= 0 && request.find("\r\n\r\n") == std::string::npos && ::read(peer, &c, 1) == 1)
        request += c;
      if (!silent) {
        EXPECT_EQ(::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(answer.size()));
      } else {
        while (::read(peer, &c, 1) == 1) {
        }
      }
      ::close(peer);
    });
  }
  ~OneAnswer() {
    join();
    ::close(listener_);
  }
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  HttpGetOptions options() const {
    HttpGetOptions o;
    o.resolve["ci.example.com:80"] = "127.0.0.1:" + std::to_string(port_);
    return o;
  }
  std::string request;

 private:
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};
}  // namespace

TEST(HttpGet, BringsTheBody) {
  OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlists");
  const auto body = http_get("http://CI.example.com/CRL.crl?segmentedForm=true", server.options());
  ASSERT_TRUE(body) << body.error().message();
  EXPECT_EQ(as_text(*body), "lists");
  server.join();
  EXPECT_TRUE(
      server.request.starts_with("GET /CRL.crl?segmentedForm=true HTTP/1.1\r\nHost: CI.example.com\r\n"))
      << server.request;
}

TEST(HttpGet, TakesBodiesWithoutLength) {
  OneAnswer server("HTTP/1.1 200 OK\r\n\r\nto the end");
  const auto body = http_get("http://ci.example.com", server.options());
  ASSERT_TRUE(body) << body.error().message();
  EXPECT_EQ(as_text(*body), "to the end");
}

TEST(HttpGet, RefusesWhatIsNoAnswer) {
  for (const char* answer : {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
                             "HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut", "nonsense\r\n\r\n", "",
                             "HTTP/1.1 200 OK\r\nContent-Length: "
                             "65\r\n\r\n12345678901234567890123456789012345678901234567890123456789012345"}) {
    OneAnswer server(answer);
    auto options = server.options();
    options.max_body = 64;
    const auto body = http_get("http://ci.example.com/", options);
    ASSERT_FALSE(body) << answer;
    EXPECT_TRUE(body.error().as<TransportFault>()) << body.error().message();
  }
}

TEST(HttpGet, DoesNotWaitForEver) {
  OneAnswer server("", true);
  auto options = server.options();
  options.timeout = Duration(200);
  const auto body = http_get("http://ci.example.com/", options);
  ASSERT_FALSE(body);
  EXPECT_NE(body.error().message().find("in time"), std::string::npos) << body.error().message();
}

TEST(HttpGet, TakesHttpUrisOnly) {
  for (const char* uri : {"", "https://ci.example.com/", "ftp://x/", "http://", "http://u@x/", "http://x:0/",
                          "http://x:y/", "http://x/ y", "http://x/#f", "http://x\r\n"})
    EXPECT_TRUE(http_get(uri).error().as<LocalFault>()) << uri;
}

}  // namespace eider::net
