// ESME, service centre and devices over sockets.
#include <atomic>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "net/smpp_client.hpp"
#include "net/sms_frames.hpp"
#include "net/smsc_server.hpp"
#include "net/support/certificates.hpp"
#include "net/support/raw_client.hpp"
#include "net/tcp_sms_link.hpp"
#include "spec/smpp/receipt.hpp"

namespace eider::net {
namespace {
using namespace std::chrono_literals;
using smpp::CommandId;
using smpp::CommandStatus;

constexpr const char* kDevice = "4917000001";

smpp::ShortMessage message(std::string_view data = "0270004142") {
  smpp::ShortMessage sm;
  sm.source = {1, 1, "12345"};
  sm.destination = {1, 1, kDevice};
  sm.esm_class = smpp::esm::kUdhi;
  sm.protocol_id = 0x7F;
  sm.data_coding = 0xF6;
  sm.short_message = hex(data);
  return sm;
}

SmscServerConfig server_config() {
  SmscServerConfig c;
  c.centre.accounts.push_back({"smsr", Secret(as_bytes("secret")), {"12345"}});
  return c;
}

// What comes to an ESME, for a test to wait for.
class Inbox {
 public:
  CommandStatus take(const smpp::Pdu& pdu) {
    {
      const std::lock_guard lock(mutex_);
      pdus_.push_back(pdu);
    }
    changed_.notify_all();
    return CommandStatus::kOk;
  }
  std::vector<smpp::Pdu> wait_for(std::size_t count, Duration time = 5s) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [&] { return pdus_.size() >= count; });
    return pdus_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<smpp::Pdu> pdus_;
};

struct SmscBench {
  explicit SmscBench(SmscServerConfig c = server_config()) { serve(std::move(c)); }
  void serve(SmscServerConfig c) {
    server = std::make_unique<SmscServer>(std::move(c));
    const auto status = server->start();
    EXPECT_TRUE(status) << status.error().message();
  }
  SmppClientConfig client_config() const {
    SmppClientConfig c;
    c.port = server->port();
    c.bind.system_id = "smsr";
    c.bind.password = Secret(as_bytes("secret"));
    c.reconnect = 20ms;
    return c;
  }
  std::unique_ptr<SmppClient> client(SmppClientConfig c) {
    auto out = std::make_unique<SmppClient>(
        std::move(c), [this](const smpp::Pdu& p) { return inbox.take(p); }, random);
    EXPECT_TRUE(out->start());
    return out;
  }
  std::unique_ptr<SmppClient> client() {
    auto out = client(client_config());
    EXPECT_TRUE(out->wait_bound(5s)) << out->last_problem();
    return out;
  }
  Result<std::unique_ptr<TcpSmsLink>> attach(const std::string& number = kDevice) const {
    return TcpSmsLink::attach({.port = server->device_port(), .number = number});
  }
  // Up to `count` messages, each answered.
  std::vector<std::string> take(TcpSmsLink& link, std::size_t count, Duration time = 3s) {
    std::vector<std::string> out;
    const auto end = std::chrono::steady_clock::now() + time;
    while (out.size() < count && std::chrono::steady_clock::now() < end) {
      link.wait(50ms);
      const auto sms = link.receive();
      if (!sms) return out;
      if (!*sms) continue;
      out.push_back(to_hex((*sms)->message.user_data));
      EXPECT_TRUE(link.answer((*sms)->reference, {}));
    }
    return out;
  }
  SystemRandom random;
  Inbox inbox;
  std::unique_ptr<SmscServer> server;
};
}  // namespace

TEST(SmsFrames, KnownOctetsAndRefusals) {
  EXPECT_EQ(to_hex(encode_sms_frame(SmsFrameType::kAttach, concat({Bytes{1}, as_bytes("49")}))),
            "010003013439");
  EXPECT_EQ(to_hex(encode_outcome(7, {device::SmsOutcome::Kind::kRpError, 0x2A})), "83000600000007022A");
  const auto receipt = encode_receipt(8, {device::SmsReceipt::Kind::kNever, 0xD5, hex("027100")});
  EXPECT_EQ(to_hex(receipt), "0200090000000802D5027100");
  for (std::size_t n = 0; n < receipt.size(); ++n) {
    const auto frame = decode_sms_frame(ByteView(receipt).first(n));
    ASSERT_TRUE(frame);
    EXPECT_FALSE(*frame) << n;
  }
  const auto frame = decode_sms_frame(receipt);
  ASSERT_TRUE(frame && *frame);
  const auto back = read_receipt(read_transfer((*frame)->payload).rest);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->cause, 0xD5);
  for (const char* wrong : {"00", "05", "010000", "010016", "81000100", "020005", "8300070000000000000000"})
    EXPECT_FALSE(decode_sms_frame(hex(wrong))) << wrong;
  EXPECT_FALSE(read_outcome(hex("0300")));
  EXPECT_THROW(encode_sms_frame(SmsFrameType::kAttached, hex("00")), std::invalid_argument);
}

TEST(SmppSockets, ThereAndBack) {
  SmscBench b;
  const auto client = b.client();
  auto link = b.attach();
  ASSERT_TRUE(link) << link.error().message();
  auto sm = message();
  sm.registered_delivery = smpp::registered::kFinal;
  const auto id = client->submit(sm);
  ASSERT_TRUE(id) << id.error().message();
  EXPECT_THAT(b.take(**link, 1), testing::ElementsAre("0270004142"));
  auto came = b.inbox.wait_for(1);
  ASSERT_EQ(came.size(), 1u);
  const auto receipt = smpp::Receipt::read(came[0]);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->message_id, *id);
  EXPECT_EQ(receipt->state, smpp::MessageState::kDelivered);

  etsi::SmsSubmit sms;
  sms.has_header = true;
  sms.destination = {0x91, "12345"};
  sms.data_coding_scheme = 0xF6;
  sms.user_data = hex("0271004344");
  EXPECT_EQ((*link)->send({}, *sms.encode()).kind, device::SmsOutcome::Kind::kSent);
  came = b.inbox.wait_for(2);
  ASSERT_EQ(came.size(), 2u);
  EXPECT_EQ(to_hex(smpp::message_octets(came[1])), "0271004344");
  EXPECT_EQ(came[1].as<smpp::ShortMessage>()->source.digits, kDevice);
  sms.destination.digits = "888";
  EXPECT_EQ((*link)->send({}, *sms.encode()).cause, 1);
}

TEST(SmppSockets, WhatComesMeanwhileIsTakenTogether) {
  SmscBench b;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::vector<std::string>> batches;
  std::size_t taken = 0;
  bool go_on = false;
  auto config = b.client_config();
  config.most_delivered = 5;
  config.deliver_many = [&](std::span<const smpp::Pdu> pdus) {
    std::unique_lock lock(mutex);
    auto& batch = batches.emplace_back();
    for (const auto& pdu : pdus) batch.push_back(to_hex(smpp::message_octets(pdu)).substr(6));
    taken += pdus.size();
    changed.notify_all();
    changed.wait_for(lock, 5s, [&] { return go_on; });
    return std::vector(pdus.size(), CommandStatus::kOk);
  };
  SmppClient client(config, {}, b.random);
  ASSERT_TRUE(client.start());
  ASSERT_TRUE(client.wait_bound(5s));
  const auto link = b.attach();
  ASSERT_TRUE(link);
  etsi::SmsSubmit sms;
  sms.has_header = true;
  sms.destination = {0x91, "12345"};
  sms.data_coding_scheme = 0xF6;
  for (std::uint8_t i = 0; i < 8; ++i) {
    sms.user_data = concat({hex("027100"), Bytes{i}});
    EXPECT_EQ((*link)->send({}, *sms.encode()).kind, device::SmsOutcome::Kind::kSent);
    std::unique_lock lock(mutex);
    // The first one is being worked on, the others wait.
    if (i == 0) {
      ASSERT_TRUE(changed.wait_for(lock, 5s, [&] { return taken == 1; }));
    }
  }
  for (int i = 0; i < 200 && b.server->counters().submitted < 8; ++i) std::this_thread::sleep_for(5ms);
  std::this_thread::sleep_for(100ms);
  std::unique_lock lock(mutex);
  go_on = true;
  changed.notify_all();
  ASSERT_TRUE(changed.wait_for(lock, 5s, [&] { return taken == 8; }));
  using S = std::vector<std::string>;
  EXPECT_THAT(batches, testing::ElementsAre(S{"00"}, S{"01", "02", "03", "04", "05"}, S{"06", "07"}));
  lock.unlock();
  for (int i = 0; i < 400 && b.server->counters().stored > 0; ++i) std::this_thread::sleep_for(5ms);
  EXPECT_EQ(b.server->counters().stored, 0u) << "every message was answered";
  client.stop();
}

TEST(SmppSockets, WindowsOfRequests) {
  auto config = server_config();
  config.centre.longest_validity = 60s;
  SmscBench b(config);
  auto c = b.client_config();
  c.session.window = 5;
  const auto client = b.client(c);
  std::atomic<int> done{0}, wrong{0};
  for (int i = 0; i < 500; ++i) {
    smpp::Pdu pdu{CommandId::kSubmitSm, CommandStatus::kOk, 0, message(), {}};
    client->request(std::move(pdu), [&](const Result<smpp::Pdu>& r) {
      if (!r || r->status != CommandStatus::kOk) ++wrong;
      ++done;
    });
  }
  for (int i = 0; i < 500 && done < 500; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(done, 500);
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(b.server->counters().stored, 500u);
}

TEST(SmppSockets, BindsAgainAndSendsWhatWasLeft) {
  SmscBench b;
  auto config = server_config();
  config.port = b.server->port();
  const auto client = b.client();
  b.server->stop();
  std::promise<Result<smpp::Pdu>> answer;
  client->request({CommandId::kSubmitSm, CommandStatus::kOk, 0, message(), {}},
                  [&](Result<smpp::Pdu> r) { answer.set_value(std::move(r)); });
  std::this_thread::sleep_for(50ms);
  b.serve(config);
  auto future = answer.get_future();
  ASSERT_EQ(future.wait_for(10s), std::future_status::ready) << client->last_problem();
  const auto r = future.get();
  // It may have gone out on the connection that was closing: then nobody knows.
  EXPECT_TRUE(r || r.error().as<TransportFault>()->sent);
  EXPECT_TRUE(client->wait_bound(5s));
  EXPECT_EQ(client->binds(), 2u);
  EXPECT_TRUE(client->submit(message()));
}

TEST(SmppSockets, SaysWhyItIsNotBound) {
  SmscBench b;
  auto config = b.client_config();
  config.bind.password = Secret(as_bytes("wrong"));
  const auto client = b.client(config);
  EXPECT_FALSE(client->wait_bound(200ms));
  EXPECT_EQ(client->last_problem(), "bind refused: ESME_RINVPASWD");
  client->stop();
  EXPECT_FALSE(client->submit(message()));
  // Without TLS only on this machine, whatever the name.
  config.host = "192.0.2.1";
  const auto outside = b.client(config);
  EXPECT_FALSE(outside->wait_bound(100ms));
  EXPECT_EQ(outside->last_problem(), "SMPP without TLS is for this machine only");
  auto open = server_config();
  open.address = "0.0.0.0";
  EXPECT_FALSE(SmscServer(open).start());
  open = server_config();
  open.device_address = "0.0.0.0";
  EXPECT_FALSE(SmscServer(open).start());
}

TEST(SmppSockets, StatusComesToTheCaller) {
  SmscBench b;
  const auto client = b.client();
  ASSERT_TRUE(b.server->command("refuse mt next 1"));
  const auto refused = client->submit(message());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().as<LocalFault>()->what,
            "the SMSC refuses the message: ESME_RSUBMITFAIL, the message is not taken");
  EXPECT_FALSE(client->submit([] {
    auto sm = message();
    sm.short_message = Bytes(255);
    return sm;
  }()));
  EXPECT_TRUE(client->submit(message()));
}

TEST(SmppSockets, FaultsByCommandFromAnotherProcess) {
  SmscBench b;
  const auto client = b.client();
  auto link = *b.attach();
  const auto command = [&](const std::string& text) {
    const auto r = smsc_command("127.0.0.1", b.server->device_port(), text);
    return r ? *r : r.error().message();
  };
  EXPECT_THAT(command("hold mt"), testing::StartsWith("submitted 0"));
  EXPECT_THAT(command("steal mt"), testing::HasSubstr("not a fault rule"));
  ASSERT_TRUE(client->submit(message()));
  EXPECT_TRUE(b.take(*link, 1, 200ms).empty());
  command("release");
  EXPECT_EQ(b.take(*link, 1).size(), 1u);
  command("duplicate mt next 1");
  ASSERT_TRUE(client->submit(message()));
  EXPECT_EQ(b.take(*link, 2).size(), 2u);
  command("lose mt next 1");
  ASSERT_TRUE(client->submit(message()));
  EXPECT_TRUE(b.take(*link, 1, 200ms).empty());
  EXPECT_THAT(command("status"), testing::HasSubstr("lost 1"));
  command("reorder mt next 1");
  ASSERT_TRUE(client->submit(message("02700001")));
  ASSERT_TRUE(client->submit(message("02700002")));
  EXPECT_THAT(b.take(*link, 2), testing::ElementsAre("02700002", "02700001"));
  command("delay mt 300");
  ASSERT_TRUE(client->submit(message()));
  EXPECT_TRUE(b.take(*link, 1, 100ms).empty());
  EXPECT_EQ(b.take(*link, 1).size(), 1u);
  command("clear");
  command("throttle mt next 1");
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(client->submit(message()));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 450ms);
}

TEST(SmppSockets, DevicesComeBackAndAreReplaced) {
  SmscBench b;
  const auto client = b.client();
  {
    auto link = *b.attach();
    ASSERT_TRUE(client->submit(message()));
    link->wait(2s);
    ASSERT_TRUE(*link->receive());
  }
  auto link = *b.attach();
  EXPECT_EQ(b.take(*link, 1).size(), 1u) << "it was not answered";
  auto second = *b.attach();
  link->wait(2s);
  for (int i = 0; i < 100 && link->receive(); ++i) std::this_thread::sleep_for(10ms);
  EXPECT_FALSE(link->receive());
  EXPECT_EQ(link->send({}, hex("01")).kind, device::SmsOutcome::Kind::kNetworkUnable);
  EXPECT_FALSE(b.attach("12345")) << "an ESME's";
  EXPECT_FALSE(b.attach("+49"));
}

TEST(SmppSockets, StrangersAreSentAway) {
  SmscBench b;
  for (const char* octets : {"00", "8100 00", "03 0005 0000000101", "01 0003 023439", "FF0000"}) {
    test::RawClient raw(b.server->device_port());
    raw.send(as_text(hex(octets)));
    const auto answer = raw.read_all();
    ASSERT_FALSE(answer.empty()) << octets;
    EXPECT_EQ(static_cast<std::uint8_t>(answer[0]), 0xFF) << octets;
  }
  test::RawClient raw(b.server->port());
  raw.send(std::string_view("\x7F\xFF\xFF\xFF\0\0\0\4\0\0\0\0\0\0\0\1", 16));
  EXPECT_EQ(to_hex(as_bytes(raw.read_all())), "00000010800000000000000200000001");
}

TEST(SmppTls, VerifiesBothSides) {
  const test::TestCa ca(test::Curve::kP256), other(test::Curve::kP256, "Other CI");
  test::CertificateSpec spec;
  spec.common_name = "smsc";
  spec.alternative_names = "DNS:localhost,IP:127.0.0.1";
  spec.policies.reset();
  auto config = server_config();
  config.identities = {ca.issue(spec)};
  config.client_anchors = {ca.certificate()};
  SmscBench b(config);
  auto c = b.client_config();
  c.tls = true;
  c.host = "localhost";
  c.trust_anchors = {ca.certificate()};
  c.identity = ca.issue(spec);
  {
    const auto client = b.client(c);
    ASSERT_TRUE(client->wait_bound(5s)) << client->last_problem();
    EXPECT_TRUE(client->submit(message()));
  }
  const auto problem = [&](SmppClientConfig wrong) {
    const auto client = b.client(std::move(wrong));
    EXPECT_FALSE(client->wait_bound(400ms));
    return client->last_problem();
  };
  auto wrong = c;
  wrong.trust_anchors = {other.certificate()};
  EXPECT_THAT(problem(wrong), testing::HasSubstr("TLS certificate of localhost"));
  wrong = c;
  wrong.host = "127.0.0.2";
  EXPECT_THAT(problem(wrong), testing::AnyOf(testing::HasSubstr("127.0.0.2"), testing::HasSubstr("refused")));
  wrong = c;
  wrong.identity = other.issue(spec);
  EXPECT_NE(problem(wrong), "");
  wrong = c;
  wrong.tls = false;
  EXPECT_NE(problem(wrong), "");
  wrong = c;
  wrong.trust_anchors.clear();
  EXPECT_FALSE(SmppClient(wrong, {}, b.random).start());
}

}  // namespace eider::net
