// A service centre with ESMEs and devices in one process, under simulated time.
#pragma once
#include <gtest/gtest.h>

#include "device/short_messages.hpp"
#include "roles/smsc/centre.hpp"
#include "roles/smsc/local_link.hpp"
#include "spec/etsi/scp80.hpp"
#include "spec/smpp/receipt.hpp"

namespace eider::smsc::test {
using namespace std::chrono_literals;
using channel::SmppBind;
using channel::SmppSession;
using smpp::CommandId;
using smpp::CommandStatus;
using smpp::MessageState;

inline constexpr const char* kDevice = "4917000001";
inline constexpr const char* kEsme = "12345";

inline CentreConfig config_of(std::uint64_t seed = 1) {
  CentreConfig c;
  c.seed = seed;
  c.accounts.push_back({"smsr", Secret(as_bytes("secret")), {kEsme, "999*"}});
  c.accounts.push_back({"other", Secret(as_bytes("secret2")), {"777"}});
  return c;
}

struct Submission {
  Bytes data = hex("0270004142");
  std::uint8_t receipts = 0, coding = 0xF6, esm_class = smpp::esm::kUdhi;
  std::string validity, to = kDevice;
  std::vector<smpp::Tlv> tlvs;
};
inline smpp::Pdu submit_sm(const Submission& s = {}) {
  smpp::ShortMessage sm;
  sm.source = {1, 1, kEsme};
  sm.destination = {1, 1, s.to};
  sm.esm_class = s.esm_class;
  sm.protocol_id = 0x7F;
  sm.data_coding = s.coding;
  sm.registered_delivery = s.receipts;
  sm.validity_period = s.validity;
  smpp::Pdu out{CommandId::kSubmitSm, CommandStatus::kOk, 0, {}, s.tlvs};
  if (s.data.size() > smpp::kMaxShortMessage)
    out.add(smpp::tag::kMessagePayload, s.data);
  else
    sm.short_message = s.data;
  out.body = std::move(sm);
  return out;
}

// An ESME in the same process.
struct Esme {
  Esme(Centre& at, ManualClock& time, const char* id = "smsr", const char* password = "secret",
       SmppBind kind = SmppBind::kTransceiver)
      : centre(at), clock(time), session({}, clock.now()), number(centre.esme_connected(clock.now())) {
    smpp::Bind bind;
    bind.system_id = id;
    bind.password = Secret(as_bytes(password));
    session.bind(kind, bind, clock.now());
    run();
  }
  // Until nothing goes any more; deliver_sm is answered with `answer`.
  void run() {
    while (true) {
      session.tick(clock.now());
      centre.esme_received(number, session.output(), clock.now());
      const auto back = centre.esme_output(number);
      session.receive(back, clock.now());
      bool more = !back.empty();
      while (const auto e = session.next_event()) {
        more = true;
        using K = SmppSession::Event::Kind;
        if (e->kind == K::kBindRefused) refused = e->pdu.status;
        if (e->kind == K::kAnswer) answers.push_back(e->pdu);
        if (e->kind == K::kLost) ++lost;
        if (e->kind != K::kRequest) continue;
        delivered.push_back(e->pdu);
        session.answer(e->pdu, answer, clock.now());
      }
      if (!more) return;
    }
  }
  // The message_id, or the name of the status.
  std::string submit(const smpp::Pdu& pdu) {
    const auto before = answers.size();
    EXPECT_TRUE(session.request(pdu, clock.now()));
    run();
    if (answers.size() == before) return "no answer";
    const auto& a = answers.back();
    if (a.status != CommandStatus::kOk) return std::string(smpp::status_name(a.status));
    const auto* body = a.as<smpp::MessageIdResp>();
    return body ? body->message_id : "";
  }
  std::vector<smpp::Receipt> receipts() const {
    std::vector<smpp::Receipt> out;
    for (const auto& d : delivered)
      if (auto r = smpp::Receipt::read(d)) out.push_back(*r);
    return out;
  }

  Centre& centre;
  ManualClock& clock;
  SmppSession session;
  int number;
  std::vector<smpp::Pdu> answers, delivered;
  std::optional<CommandStatus> refused;
  int lost = 0;
  CommandStatus answer = CommandStatus::kOk;
};

struct Bench {
  ManualClock clock{*parse_time("2026-01-01T00:00:00Z")};
  Centre centre;
  explicit Bench(CentreConfig c = config_of()) : centre(std::move(c)) {}
  void advance(Duration d) {
    clock.advance(d);
    centre.tick(clock.now());
  }
  std::unique_ptr<LocalLink> device(const std::string& number = kDevice) {
    auto link = LocalLink::attach(centre, clock, number);
    EXPECT_TRUE(link);
    return *std::move(link);
  }
  // The user data of everything that has come, each answered.
  std::vector<std::string> take(LocalLink& link, device::SmsReceipt answer = {}) {
    std::vector<std::string> out;
    while (true) {
      const auto sms = link.receive();
      if (!sms || !*sms) return out;
      out.push_back(to_hex((*sms)->message.user_data));
      EXPECT_TRUE(link.answer((*sms)->reference, answer));
    }
  }
};

inline Bytes numbered(int n) {
  return Bytes{0x02, 0x70, 0x00, static_cast<std::uint8_t>(n)};
}

}  // namespace eider::smsc::test
