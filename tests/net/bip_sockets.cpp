// A card that opens channels, over real sockets: an echo server of TCP and one of UDP on this machine.
#include "net/bip_sockets.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "device/terminal.hpp"

namespace eider::net {
namespace {
using device::BipEndpoint;

// Gives back what comes, on one connection or from one sender, until it is told "bye" and closes.
class Echo {
 public:
  explicit Echo(bool tcp) : tcp_(tcp), socket_(::socket(AF_INET, tcp ? SOCK_STREAM : SOCK_DGRAM, 0)) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof a;
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&a), size) != 0 || (tcp && ::listen(socket_, 1) != 0) ||
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&a), &size) != 0)
      throw std::runtime_error("no echo server");
    port = ntohs(a.sin_port);
    thread_ = std::thread([this] { tcp_ ? serve_stream() : serve_datagrams(); });
  }
  ~Echo() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  BipEndpoint endpoint() const { return {tcp_, hex("7F000001"), port, {}}; }
  std::uint16_t port = 0;

 private:
  static bool bye(const char* data, ssize_t n) { return n == 3 && std::string_view(data, 3) == "bye"; }
  void serve_stream() const {
    const int peer = ::accept(socket_, nullptr, nullptr);
    char data[4096];
    for (ssize_t n = 0; (n = ::recv(peer, data, sizeof data, 0)) > 0 && !bye(data, n);)
      (void)!::send(peer, data, static_cast<std::size_t>(n), MSG_NOSIGNAL);
    ::close(peer);
  }
  void serve_datagrams() const {
    char data[4096];
    sockaddr_in from{};
    socklen_t size = sizeof from;
    for (ssize_t n = 0;
         (n = ::recvfrom(socket_, data, sizeof data, 0, reinterpret_cast<sockaddr*>(&from), &size)) > 0;)
      (void)!::sendto(socket_, data, static_cast<std::size_t>(n), 0, reinterpret_cast<sockaddr*>(&from),
                      size);
  }
  bool tcp_;
  int socket_;
  std::thread thread_;
};

// Asks one thing after the other.
class AskingCard final : public CardPort {
 public:
  Result<Bytes> reset() override { return hex("3B00"); }
  Result<Bytes> transmit(ByteView apdu) override {
    if (apdu[1] == 0x12) return concat({command, hex("9000")});
    if (apdu[1] == 0x14) response = to_hex(apdu.subspan(5));
    if (apdu[1] == 0xC2) envelopes.push_back(to_hex(apdu.subspan(5)));
    return hex("9000");
  }
  Bytes command;
  std::string response;
  std::vector<std::string> envelopes;
};
struct Bench {
  AskingCard card;
  SystemClock clock;
  BipSockets sockets;
  device::Terminal terminal{card, clock, {}, {&sockets, nullptr, nullptr}};

  std::string ask(std::string_view command) {
    card.command = hex(command);
    EXPECT_TRUE(terminal.session(0x9100 | static_cast<std::uint16_t>(card.command.size())));
    return card.response;
  }
  std::string open(bool tcp, std::uint16_t port) {
    const Bytes p = {static_cast<std::uint8_t>(port >> 8), static_cast<std::uint8_t>(port)};
    return ask(
        "D01C810301400182028182"
        "350103"
        "39020578" +
        std::string(tcp ? "3C0302" : "3C0301") + to_hex(p) + "3E05217F000001");
  }
  // An envelope that begins so, in time.
  bool told(std::string_view begin) {
    for (int i = 0; i < 100; ++i) {
      EXPECT_TRUE(terminal.poll());
      for (const auto& e : card.envelopes)
        if (e.starts_with(begin)) return true;
      sockets.wait(Duration(50));
    }
    return false;
  }
};
constexpr const char* kEvents =
    "D00D81030105008202818299020"
    "90A";
constexpr const char* kReceive = "D00C810301420082028121B701C8";
}  // namespace

TEST(BipSockets, ACardTalksToATcpServer) {
  Echo echo(true);
  Bench b;
  b.ask(kEvents);
  EXPECT_EQ(b.open(true, echo.port),
            "81030140018202828183010038028100350103390205"
            "78");
  EXPECT_EQ(b.ask("D013810301430182028121B6080001020304050607"), "810301430182028281830100B701FF");
  ASSERT_TRUE(b.told("D60E99010982028281B8028100B70108"));
  EXPECT_EQ(b.ask(kReceive), "810301420082028281830102B6080001020304050607B70100");
  // "bye": the server closes, and the card hears of the lost link.
  b.ask("D00E810301430182028121B603627965");
  ASSERT_TRUE(b.told("D60B99010A82028281B8020105"));
  EXPECT_EQ(b.ask("D009810301410082028121"), "81030141008202828183023A02");
}

TEST(BipSockets, ACardTalksToAUdpServer) {
  Echo echo(false);
  Bench b;
  b.ask(kEvents);
  b.open(false, echo.port);
  b.ask("D00E810301430182028121B603010203");
  ASSERT_TRUE(b.told("D60E99010982028281B8028100B70103"));
  EXPECT_EQ(b.ask(kReceive), "810301420082028281830102B603010203B70100");
  EXPECT_EQ(b.ask("D009810301410082028121"), "810301410082028281830100");
}

TEST(BipSockets, MuchDataInOrder) {
  Echo echo(true);
  BipSockets sockets;
  const auto link = sockets.open(echo.endpoint());
  ASSERT_TRUE(link);
  Bytes data(50'000), got;
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i * 7);
  ASSERT_TRUE(sockets.send(*link, data));
  for (int i = 0; i < 1000 && got.size() < data.size(); ++i) {
    const auto part = sockets.receive(*link, 1500);
    ASSERT_TRUE(part);
    if (*part) append(got, **part);
    if (!*part) sockets.wait(Duration(50));
  }
  EXPECT_EQ(got, data);
}

TEST(BipSockets, NobodyThere) {
  std::uint16_t port = 0;
  {
    port = Echo(false).port;
  }
  Bench b;
  EXPECT_EQ(b.open(true, port), "81030140018202828183023A0735010339020578");
  // Of UDP nobody can know; what is sent is lost without an error.
  BipSockets sockets;
  const auto link = sockets.open({false, hex("7F000001"), port, {}});
  ASSERT_TRUE(link);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(sockets.send(*link, hex("01")));
  EXPECT_FALSE(sockets.receive(*link, 10).value().has_value());
}

TEST(BipSockets, ReachesNothingButThisMachineUnlessTold) {
  BipSockets sockets;
  for (const auto* address : {"01010101", "0A000001", "00000000", "FE800000000000000000000000000001",
                              "00000000000000000000FFFF0A000001"}) {
    const auto link = sockets.open({true, hex(address), 80, {}});
    ASSERT_FALSE(link) << address;
    EXPECT_TRUE(link.error().not_reached());
  }
  EXPECT_FALSE(sockets.open({true, hex("7F"), 80, {}}));
  EXPECT_FALSE(sockets.send(9, hex("00")));
  EXPECT_FALSE(sockets.receive(9, 1));
  sockets.close(9);
}

}  // namespace eider::net
