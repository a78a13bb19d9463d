// Modems that do not behave, at the other end of a pseudo terminal: time and memory stay bounded.
#include "net/at_card.hpp"

#include <atomic>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <termios.h>
#include <thread>
#include <unistd.h>

namespace eider::net {
namespace {
using testing::HasSubstr;

// Answers each command line by a function of its own.
class BadModem {
 public:
  using Answer = std::function<std::string(const std::string& command)>;
  explicit BadModem(Answer answer) : answer_(std::move(answer)) {
    std::array<char, 128> name{};
    termios raw{};
    ::cfmakeraw(&raw);
    if (::openpty(&master_, &slave_, name.data(), &raw, nullptr) != 0) throw std::runtime_error("openpty");
    ::fcntl(master_, F_SETFL, O_NONBLOCK);
    device_ = name.data();
    thread_ = std::thread([this] { run(); });
  }
  ~BadModem() {
    stop_ = true;
    thread_.join();
    ::close(slave_);
    ::close(master_);
  }
  BadModem(const BadModem&) = delete;
  BadModem& operator=(const BadModem&) = delete;
  AtCardConfig config() const {
    AtCardConfig out;
    out.device = device_;
    out.options.response_timeout = Duration{800};
    out.options.short_timeout = Duration{400};
    out.options.ready_timeout = Duration{1000};
    return out;
  }

 private:
  void run() {
    std::string line;
    while (!stop_) {
      char c = 0;
      if (::read(master_, &c, 1) != 1) {
        std::this_thread::sleep_for(Duration{2});
        continue;
      }
      if (c != '\r') {
        line += c;
        continue;
      }
      std::string_view rest = queued_ = answer_(std::exchange(line, {}));
      while (!rest.empty() && !stop_) {
        const auto n = ::write(master_, rest.data(), rest.size());
        if (n > 0) rest.remove_prefix(static_cast<std::size_t>(n));
        if (n <= 0) std::this_thread::sleep_for(Duration{2});
      }
    }
  }
  Answer answer_;
  int master_ = -1, slave_ = -1;
  std::string device_, queued_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// Well until the card is asked.
BadModem::Answer until_csim(std::string bad) {
  return [bad](const std::string& command) {
    if (command.starts_with("AT+CCHO")) return std::string("\r\nERROR\r\n");
    return command.starts_with("AT+CSIM=1") ? bad : std::string("\r\nOK\r\n");
  };
}
Fault fault_of(const std::string& bad) {
  BadModem modem(until_csim(bad));
  auto card = AtCard::open(modem.config());
  if (!card) return card.error();
  const auto r = (*card)->transmit(hex("0070000001"));
  return r ? Fault(LocalFault{"answered " + to_hex(*r), ""}) : r.error();
}
}  // namespace

TEST(AtCard, NobodyAnswers) {
  BadModem modem([](const std::string&) { return std::string(); });
  const auto before = std::chrono::steady_clock::now();
  const auto card = AtCard::open(modem.config());
  ASSERT_FALSE(card);
  EXPECT_TRUE(card.error().as<TransportFault>());
  EXPECT_THAT(card.error().message(), HasSubstr("does not answer"));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(20));
}

TEST(AtCard, GarbageIsNoAnswer) {
  for (const std::string& bad :
       {std::string("\r\n\xFF\xFE\x01\x02\r\n\r\nOK\r\n"), std::string("\r\n+CSIM: 4,\"90\r\nOK\r\n"),
        std::string("\r\n+CSIM: 400,\"9000\"\r\nOK\r\n"), std::string("\r\nERROR\r\n"),
        std::string("\r\n+CME ERROR: 100\r\n")}) {
    const auto fault = fault_of(bad);
    ASSERT_TRUE(fault.as<TransportFault>()) << fault.message();
    EXPECT_TRUE(fault.as<TransportFault>()->sent);
  }
}

TEST(AtCard, AnAnswerWithoutEndIsCutOff) {
  EXPECT_THAT(fault_of("\r\n+CSIM: 4,\"" + std::string(1024 * 1024, '9')).message(),
              HasSubstr("does not end"));
  std::string lines;
  for (int i = 0; i < 20000; ++i) lines += "+CREG: 1\r\n";
  EXPECT_THAT(fault_of(lines).message(), HasSubstr("too many lines"));
}

TEST(AtCard, HalfAnAnswerEndsByTime) {
  EXPECT_THAT(fault_of("\r\n+CSIM: 4,\"9000\"\r\n").message(), HasSubstr("does not answer AT+CSIM"));
}

TEST(AtCard, ALateAnswerIsNotTakenForTheNext) {
  std::atomic<int> asked{0};
  BadModem modem([&](const std::string& command) {
    if (command.starts_with("AT+CCHO")) return std::string("\r\nERROR\r\n");
    if (!command.starts_with("AT+CSIM=1")) return std::string("\r\nOK\r\n");
    if (asked++ > 0) return std::string("\r\n+CSIM: 4,\"6A82\"\r\n\r\nOK\r\n");
    std::this_thread::sleep_for(Duration{1000});  // longer than the driver waits
    return std::string("\r\n+CSIM: 4,\"9000\"\r\n\r\nOK\r\n");
  });
  auto card = AtCard::open(modem.config());
  ASSERT_TRUE(card);
  EXPECT_FALSE((*card)->transmit(hex("0070000001")));
  const auto second = (*card)->transmit(hex("0070000001"));
  ASSERT_TRUE(second) << second.error().message();
  EXPECT_EQ(to_hex(*second), "6A82");
}

TEST(AtCard, DevicesThatAreNone) {
  AtCardConfig config;
  config.device = "/nonexistent/ttyUSB2";
  EXPECT_TRUE(AtCard::open(config).error().as<LocalFault>());
  config.device = "/dev/null";
  EXPECT_THAT(AtCard::open(config).error().message(), HasSubstr("no serial device"));
  config.baud = 12345;
  EXPECT_THAT(AtCard::open(config).error().message(), HasSubstr("12345 baud"));
}

}  // namespace eider::net
