// A secured packet from an ESME over SMPP, a service centre and a device to the MNO-SD of an enabled Profile,
// and its proof of receipt back in a short message of the card's.
#include <gtest/gtest.h>
#include <mutex>
#include <thread>

#include "net/smpp_client.hpp"
#include "net/smsc_server.hpp"
#include "net/tcp_sms_link.hpp"
#include "support/ota.hpp"

namespace eider::test {
namespace {
using namespace std::chrono_literals;
constexpr const char* kNumber = "4917000001";

// A card in a terminal that an SMSC reaches, on a thread of its own.
class Device {
 public:
  explicit Device(std::uint16_t port)
      : link_(must(net::TcpSmsLink::attach({.port = port, .number = kNumber}))),
        terminal_(sim_.euicc, clock_, {}, {nullptr, link_.get(), nullptr}) {
    must(terminal_.introduce());
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        link_->wait(20ms);
        if (!device::deliver_arrived(terminal_, *link_)) return;
      }
    });
  }

 private:
  Sim sim_;
  SystemClock clock_;
  std::unique_ptr<net::TcpSmsLink> link_;
  device::Terminal terminal_;
  std::jthread thread_;
};

// Short messages from the card, put together.
class Answers {
 public:
  smpp::CommandStatus take(const smpp::Pdu& pdu) {
    const auto* sm = pdu.as<smpp::ShortMessage>();
    const std::lock_guard lock(mutex_);
    if ((sm->esm_class & smpp::esm::kUdhi) == 0) return smpp::CommandStatus::kOk;
    const auto whole = parts_.add({0x91, sm->source.digits}, smpp::message_octets(pdu));
    if (whole && *whole) packet_ = (*whole)->payload;
    changed_.notify_all();
    return smpp::CommandStatus::kOk;
  }
  std::optional<Bytes> wait() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 10s, [&] { return packet_.has_value(); });
    return std::exchange(packet_, std::nullopt);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  channel::SmsReassembler parts_;
  std::optional<Bytes> packet_;
};

struct SmppBench {
  SmppBench() {
    net::SmscServerConfig config;
    config.centre.accounts.push_back({"ota", Secret(as_bytes("secret")), {kOtaSender.digits}});
    server = std::make_unique<net::SmscServer>(std::move(config));
    must(server->start());
    net::SmppClientConfig c;
    c.port = server->port();
    c.bind.system_id = "ota";
    c.bind.password = Secret(as_bytes("secret"));
    esme =
        std::make_unique<net::SmppClient>(c, [this](const smpp::Pdu& p) { return answers.take(p); }, random);
    must(esme->start());
    EXPECT_TRUE(esme->wait_bound(5s)) << esme->last_problem();
  }
  // The status and the data of the proof of receipt.
  std::optional<etsi::ResponseStatus> send(std::uint64_t counter, const std::vector<Bytes>& commands) {
    const auto script = must(etsi::encode_script(commands, etsi::ScriptFormat::kExpanded));
    const scp80::CommandPacket command{spi("1639"),   keys.kic_use(), keys.kid_use(),
                                       tar("B20100"), counter,        script};
    const auto packet = must(scp80::seal_command(command, keys, {}));
    const auto parts = must(channel::segment_packet(packet, etsi::kIeiCommandPacket, 1));
    messages = parts.size();
    for (const auto& part : parts) {
      smpp::ShortMessage sm;
      sm.source = {1, 1, kOtaSender.digits};
      sm.destination = {1, 1, kNumber};
      sm.esm_class = smpp::esm::kUdhi;
      sm.protocol_id = etsi::kPidDataDownload;
      sm.data_coding = etsi::kDcsClass2;
      sm.short_message = part;
      must(esme->submit(sm));
    }
    const auto answer = answers.wait();
    if (!answer) return std::nullopt;
    const auto opened = must(scp80::open_response(*answer, scp80::ResponseProtection::of(command), keys, {}));
    EXPECT_EQ(opened.packet.tar, command.tar);
    EXPECT_EQ(opened.packet.counter, counter);
    data = opened.packet.data;
    return opened.packet.status;
  }

  SystemRandom random;
  Answers answers;
  std::unique_ptr<net::SmscServer> server;
  std::unique_ptr<net::SmppClient> esme;
  scp80::KeySet keys = ota_keys(uicc_test_package(kIccidA));
  Bytes data;
  std::size_t messages = 0;
};
const std::vector<Bytes> kGetStatus = {hex("80F24000024F0000")};
}  // namespace

TEST(SmppOta, ACommandReachesTheSecurityDomainAndItsProofComesBack) {
  SmppBench b;
  Device device(b.server->device_port());
  EXPECT_EQ(b.send(1, kGetStatus), etsi::ResponseStatus::kOk);
  EXPECT_FALSE(b.data.empty());
  // In several messages.
  std::vector<Bytes> many(20, kGetStatus[0]);
  EXPECT_EQ(b.send(2, many), etsi::ResponseStatus::kOk);
  EXPECT_GT(b.messages, 1u);
}

TEST(SmppOta, ADuplicateIsAReplayAndAReorderedPartFindsItsPlace) {
  SmppBench b;
  Device device(b.server->device_port());
  must(b.server->command("reorder mt next 1"));
  EXPECT_EQ(b.send(1, std::vector<Bytes>(20, kGetStatus[0])), etsi::ResponseStatus::kOk);
  must(b.server->command("lose mo next 1"));
  must(b.server->command("duplicate mt next 1"));
  // The proof of the first copy is lost; the second copy has a counter that was used (TS 102 225
  // section 5.1.4).
  EXPECT_EQ(b.send(2, kGetStatus), etsi::ResponseStatus::kCounterLow);
}

}  // namespace eider::test
