// A session without I/O behind a TCP port.
#include "net/stream_server.hpp"

#include <atomic>
#include <functional>
#include <gtest/gtest.h>
#include <thread>

#include "net/bip_sockets.hpp"

namespace eider::net {
namespace {
using namespace std::chrono_literals;

struct Told {
  std::atomic<int> made = 0, lost = 0;
};
// Says what it hears; "end" ends it, "bad" is a fault. Greets by poll() when asked to.
class EchoSession final : public StreamSession {
 public:
  EchoSession(Told& told, bool greets) : told_(told), greets_(greets) { ++told.made; }
  Status feed(ByteView octets) override {
    append(out_, octets);
    over_ = as_text(octets) == "end";
    if (as_text(octets) == "bad") return fail_local("bad");
    return {};
  }
  Status poll() override {
    if (std::exchange(greets_, false)) append(out_, as_bytes("hello"));
    return {};
  }
  Bytes output() override { return std::exchange(out_, {}); }
  bool over() const override { return over_; }
  void lost() override { ++told_.lost; }

 private:
  Told& told_;
  Bytes out_;
  bool greets_, over_ = false;
};

struct StreamServerTest : testing::Test {
  Told told;
  bool greets = false;
  StreamServerConfig config;
  BipSockets sockets;
  std::unique_ptr<StreamServer> server;

  void start() {
    server = std::make_unique<StreamServer>(
        config, [this](const std::string&) { return std::make_unique<EchoSession>(told, greets); });
    const auto started = server->start();
    ASSERT_TRUE(started) << started.error().message();
  }
  int connect() {
    const auto link = sockets.open({true, {127, 0, 0, 1}, server->port(), {}});
    EXPECT_TRUE(link);
    return link.value_or(-1);
  }
  // "gone" when the connection ends.
  std::string read(int link, std::size_t size) {
    Bytes out;
    for (int i = 0; i < 400 && out.size() < size; ++i) {
      const auto some = sockets.receive(link, 1000);
      if (!some) return std::string(as_text(out)) + "gone";
      if (*some)
        append(out, **some);
      else
        std::this_thread::sleep_for(5ms);
    }
    return std::string(as_text(out));
  }
  bool eventually(const std::function<bool()>& what) {
    for (int i = 0; i < 400; ++i) {
      if (what()) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }
};
}  // namespace

TEST_F(StreamServerTest, CarriesOctetsBothWays) {
  config.threads = 2;
  start();
  std::vector<int> links;
  for (int i = 0; i < 6; ++i) links.push_back(connect());
  for (int i = 0; i < 6; ++i) {
    const auto text = "text " + std::to_string(i);
    ASSERT_TRUE(sockets.send(links[static_cast<std::size_t>(i)], as_bytes(text)));
  }
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(read(links[static_cast<std::size_t>(i)], 6), "text " + std::to_string(i));
  EXPECT_EQ(server->connections(), 6u);
  for (const auto l : links) sockets.close(l);
  EXPECT_TRUE(eventually([&] { return told.lost == 6; }));
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(StreamServerTest, ASessionMaySpeakFirst) {
  greets = true;
  start();
  EXPECT_EQ(read(connect(), 5), "hello");
}

TEST_F(StreamServerTest, WhatIsOverEndsAfterItsOutputAndIsNotLost) {
  start();
  const auto link = connect();
  ASSERT_TRUE(sockets.send(link, as_bytes("end")));
  EXPECT_EQ(read(link, 100), "endgone");
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
  EXPECT_EQ(told.lost, 0);
}

TEST_F(StreamServerTest, AFaultEndsTheConnectionAfterItsOutput) {
  start();
  const auto link = connect();
  ASSERT_TRUE(sockets.send(link, as_bytes("bad")));
  EXPECT_EQ(read(link, 100), "badgone");
  EXPECT_TRUE(eventually([&] { return told.lost == 1; }));
}

TEST_F(StreamServerTest, TheIdleAndTheSurplusGo) {
  config.idle_timeout = Duration(60);
  config.max_connections = 1;
  start();
  const auto link = connect();
  EXPECT_TRUE(eventually([&] { return told.made == 1; }));
  EXPECT_EQ(read(connect(), 1), "gone") << "one too many";
  EXPECT_EQ(read(link, 1), "gone") << "idle";
  EXPECT_EQ(told.made, 1);
}

TEST_F(StreamServerTest, RefusesWhatItCannotListenOn) {
  config.address = "nowhere";
  server = std::make_unique<StreamServer>(config, StreamServer::MakeSession());
  EXPECT_FALSE(server->start());
  config.address = "127.0.0.1";
  start();
  EXPECT_FALSE(server->start()) << "once";
  config.port = server->port();
  StreamServer second(config, StreamServer::MakeSession());
  const auto refused = second.start();
  EXPECT_FALSE(refused) << "in use";
  server->stop();
}

}  // namespace eider::net
