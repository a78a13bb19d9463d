// Cards of a campaign: what the SM-SR has in its registry, and a service centre with as many simulated cards
// behind it, which do SCP80, change Profiles, report and take the confirmation.
#pragma once
#include "channel/smpp_session.hpp"
#include "channel/sms.hpp"
#include "crypto/hash.hpp"
#include "m2m_operator.hpp"
#include "net/stream_server.hpp"
#include "roles/smsr/card_link.hpp"
#include "spec/etsi/remote_apdu.hpp"
#include "spec/etsi/sms.hpp"
#include "spec/sgp02/es5.hpp"
#include "spec/sgp22/aids.hpp"
#include "spec/sgp22/types.hpp"

namespace eider::bench::campaign {
namespace es5 = sgp02::es5;
namespace scp80 = channel::scp80;

// ---- Card `n` has two Profiles, `p` 0 and 1; the first is enabled at the beginning.
inline sgp22::Eid eid_of(std::uint64_t n) {
  char digits[40];
  std::snprintf(digits, sizeof digits, "89049032%022llu", static_cast<unsigned long long>(n));
  return *sgp22::parse_eid(sgp22::eid_with_check_digits(digits));
}
inline sgp22::Iccid iccid_of(std::uint64_t n, unsigned p) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "8949%015llu%u", static_cast<unsigned long long>(n), p);
  return *sgp22::parse_iccid(digits);
}
inline es5::Aid aid_of(unsigned p) {
  return *es5::Aid::from(sgp22::isd_p_aid(static_cast<std::uint16_t>(sgp22::kFirstIsdPInstance + p)));
}
constexpr std::uint64_t kFirstNumber = 491500000000000;
inline std::string msisdn_of(std::uint64_t n, unsigned p) {
  return std::to_string(kFirstNumber + n * 2 + p);
}
inline Secret key_of(std::uint64_t n, std::uint8_t identifier) {
  const auto digest =
      crypto::sha256(as_bytes("campaign " + std::to_string(n) + " " + std::to_string(identifier)));
  return Secret(ByteView(digest.view()).first(16));
}
inline scp80::KeySet scp80_keys_of(std::uint64_t n) {
  return {1, scp80::Key{true, key_of(n, 1), 8}, scp80::Key{true, key_of(n, 2), 8}};
}

class Cards {
 public:
  explicit Cards(std::uint64_t count) {
    for (std::uint64_t n = 0; n < count; ++n) cards_.push_back({scp80_keys_of(n), 0, 0, 0, {}});
  }
  struct Sent {
    std::string from;
    Bytes user_data;
  };
  // What a card sends when it gets this message.
  std::vector<Sent> deliver(const std::string& number, ByteView user_data) {
    const auto at = std::stoull(number) - kFirstNumber;
    const auto n = at / 2;
    auto& card = cards_.at(n);
    need(at % 2 == card.enabled, "a message to a number that is not in use");
    const auto parts = etsi::UserData::decode(user_data);
    need(parts.has_value(), "user data");
    const auto command = scp80::open_command(parts->payload, card.keys);
    need(command.has_value(), "a packet that the card's keys do not open");
    need(command->counter > card.counter, "an old counter");
    card.counter = command->counter;

    std::vector<Sent> out;
    const auto response = scp80::seal_response(
        {command->tar, command->counter, etsi::ResponseStatus::kOk, execute(card, command->data)},
        scp80::ResponseProtection::of(*command), card.keys);
    need(response.has_value(), "seal_response");
    out.push_back({number, segment(*response)});
    if (card.pending) {
      card.enabled = *card.pending;
      card.pending.reset();
      out.push_back({msisdn_of(n, card.enabled), notification(n, card)});
    }
    return out;
  }

 private:
  struct Card {
    scp80::KeySet keys;
    std::uint64_t counter = 0;
    std::uint16_t sequence = 0;
    unsigned enabled = 0;
    std::optional<unsigned> pending;
  };

  static Bytes segment(ByteView packet) {
    auto messages = channel::segment_packet(packet, etsi::kIeiResponsePacket, 7);
    need(messages && messages->size() == 1, "a packet of one message");
    return std::move(messages->front());
  }
  static Bytes execute(Card& card, ByteView script) {
    etsi::ScriptResponse out;
    out.format = etsi::script_format(script);
    for (const auto& item : etsi::read_script(script)) {
      if (item.kind != etsi::ScriptItem::Kind::kCommand) continue;
      const auto command = parse_command(item.octets);
      need(command.has_value(), "a command");
      out.responses.push_back(run(card, *command));
      ++out.executed;
    }
    return out.encode();
  }
  static ResponseApdu run(Card& card, const CommandView& c) {
    const auto* f = es5::find_function(c);
    if (f && f->id == es5::FunctionId::kEnableProfile) {
      const auto aid = es5::decode_profile_command(c);
      if (!aid || *aid == aid_of(card.enabled)) return {{}, 0x6985};
      card.pending = 1 - card.enabled;
      return {{}, 0x9000};
    }
    if (f && f->id == es5::FunctionId::kHandleNotificationConfirmation) {
      const auto number = es5::decode_notification_confirmation(c);
      if (!number || *number != card.sequence) return {{}, 0x6A88};
      return {es5::encode_confirmation_answer({}), 0x9000};
    }
    return {{}, 0x6D00};
  }
  static Bytes notification(std::uint64_t n, Card& card) {
    es5::Notification what;
    what.eid = eid_of(n);
    what.type = es5::NotificationType::kProfileChangeSucceeded;
    what.sequence_number = ++card.sequence;
    what.isdp_aid = aid_of(card.enabled);
    scp80::CommandPacket packet;
    packet.spi.ciphered = false;
    packet.spi.counter = etsi::CounterMode::kNone;
    packet.spi.por = etsi::PorRequest::kNever;
    packet.spi.por_integrity = etsi::Integrity::kNone;
    packet.kic = card.keys.kic_use();
    packet.kid = card.keys.kid_use();
    packet.tar = smsr::tar_of(smsr::isd_r_aid());
    packet.data = what.encode();
    const auto sealed = scp80::seal_command(packet, card.keys);
    need(sealed.has_value(), "seal_command");
    return segment(*sealed);
  }

  std::vector<Card> cards_;
};

// The service centre's end of one SMPP connection: what is submitted reaches the card at once, what the card
// sends is delivered at once.
class Centre final : public net::StreamSession {
 public:
  Centre(Cards& cards, std::string smsr_number) : cards_(cards), smsr_(std::move(smsr_number)) {}

  Status feed(ByteView octets) override {
    session_.receive(octets, clock_.now());
    while (auto event = session_.next_event()) handle(*event);
    return {};
  }
  Status poll() override {
    session_.tick(clock_.now());
    while (auto event = session_.next_event()) handle(*event);
    return {};
  }
  Bytes output() override { return session_.output(); }
  bool over() const override { return session_.over(); }

 private:
  static channel::SmppSessionConfig config() {
    channel::SmppSessionConfig c;
    c.side = channel::SmppSide::kSmsc;
    c.window = 100;
    c.max_incoming = 10000;
    c.max_queue = 1'000'000;
    return c;
  }
  void handle(const channel::SmppSession::Event& event) {
    using Kind = channel::SmppSession::Event::Kind;
    if (event.kind == Kind::kBindRequest)
      return session_.answer_bind(event.pdu, smpp::CommandStatus::kOk, "bench", clock_.now());
    if (event.kind == Kind::kAnswer)
      return need(event.pdu.status == smpp::CommandStatus::kOk, "the SM-SR refuses a message");
    if (event.kind != Kind::kRequest) return;
    session_.answer(event.pdu, smpp::CommandStatus::kOk, clock_.now(), "1");
    const auto* submitted = event.pdu.as<smpp::ShortMessage>();
    need(submitted != nullptr, "no submit_sm");
    for (auto& sent : cards_.deliver(submitted->destination.digits, smpp::message_octets(event.pdu)))
      give(std::move(sent));
  }
  void give(Cards::Sent sent) {
    smpp::ShortMessage sm;
    sm.source = {1, 1, std::move(sent.from)};
    sm.destination = {1, 1, smsr_};
    sm.esm_class = smpp::esm::kUdhi;
    sm.protocol_id = etsi::kPidDataDownload;
    sm.data_coding = etsi::kDcsClass2;
    sm.short_message = std::move(sent.user_data);
    need(session_
             .request({smpp::CommandId::kDeliverSm, smpp::CommandStatus::kOk, 0, std::move(sm), {}},
                      clock_.now())
             .has_value(),
         "deliver_sm");
  }

  Cards& cards_;
  std::string smsr_;
  SystemClock clock_;
  channel::SmppSession session_{config(), clock_.now()};
};

}  // namespace eider::bench::campaign
