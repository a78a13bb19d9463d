// A card that is managed over the air, under any sequence of ENVELOPEs, sealed scripts, segments, resets and
// power losses: no crash, the laws of the card hold, no counter is taken twice, and what is not sealed has no
// effect.
//
// The input is a list of operations, an octet each with its arguments:
//   0 raw ENVELOPE data (octets)            1 sealed script (octet TAR, octet SPI, octet counter, octets)
//   2 the same with a flipped bit (2 octets) 3 user data of a message (octets)
//   4 the last packet again, its parts in the order of an octet
//   5 power loss at write n (octet)         6 reset     7 FETCH and TERMINAL RESPONSE (octet result)
#include <cstdlib>
#include <set>

#include "support/operations.hpp"
#include "support/ota.hpp"

namespace {
using namespace eider;
using namespace eider::test;

struct Machine {
  OtaCard card;
  Operations in;
  Bytes last;
  std::uint64_t last_counter = 0;
  std::set<std::uint64_t> taken;  // counters that were answered with "PoR OK"

  explicit Machine(ByteView input) : in(input) {}

  Bytes sealed() {
    constexpr std::string_view kTars[] = {"B00000", "B00020", "B20100", "000000"};
    constexpr std::string_view kSpis[] = {"1609", "1639", "1E09", "1600", "160A", "1619", "1601", "1629"};
    const auto application = kTars[in.octet() & 3], how = kSpis[in.octet() & 7];
    const auto number = in.octet() & 0x1Fu;
    auto script = in.octets();
    while (script.size() < 600 && !in.empty() && in.octet() == 0xFF) append(script, in.octets());
    return card.sealed(application, script, how, number);
  }
  Bytes deliver(const std::vector<Bytes>& commands) {
    Bytes report;
    for (const auto& c : commands) report = card.t.send(c).data;
    return report;
  }
  // Unciphered answers tell; a counter that was taken is never taken again.
  void note(ByteView report) {
    const bool clear = last[4] != 0x39 && last[4] != 0x19;
    if (clear && OtaCard::status_in(report) == "00" && !taken.insert(last_counter).second) std::abort();
  }
  void honest() {
    last = sealed();
    last_counter = card.counter;
    note(deliver(envelopes(last)));
  }
  void tampered() {
    auto packet = sealed();
    const auto before = card.nvm.commits();
    const auto bit = (in.octet() * 256u + in.octet()) % (packet.size() * 8);
    packet[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    (void)deliver(envelopes(packet));
    if (card.nvm.commits() != before) std::abort();
  }
  void user_data() {
    etsi::SmsDeliver sms;
    sms.has_header = true;
    sms.originator = kOtaSender;
    sms.data_coding_scheme = etsi::kDcsClass2;
    sms.user_data = in.octets();
    const auto tpdu = sms.encode();
    if (!tpdu) return;
    const auto d1 = make_tlv(0xD1, {hex("82028381"), make_tlv(0x8B, *tpdu)});
    (void)card.t.send(CommandApdu{0x80, 0xC2, 0, 0, d1, {}}.encode());
  }
  void again() {
    auto parts = envelopes(last);
    const auto order = in.octet();
    if (!parts.empty()) std::ranges::rotate(parts, parts.begin() + order % static_cast<int>(parts.size()));
    note(deliver(parts));
  }
  void fetch() {
    const auto r = card.t.send("8012000000");
    const auto result = in.octet();
    if (r.sw != 0x9000) return;
    const Bytes response = {0x81, 0x03, 0x01, 0x13, 0x00, 0x82, 0x02, 0x82, 0x81, 0x83, 0x01, result};
    (void)card.t.send(CommandApdu{0x80, 0x14, 0, 0, response, {}}.encode());
  }
  void step() {
    switch (in.octet() & 7) {
      case 0: {
        const auto data = in.octets();
        (void)card.t.send(CommandApdu{0x80, 0xC2, 0, 0, data, {}}.encode());
        break;
      }
      case 1:
        honest();
        break;
      case 2:
        tampered();
        break;
      case 3:
        user_data();
        break;
      case 4:
        if (!last.empty()) again();
        break;
      case 5:
        in.cut_power(card.nvm, 4);
        break;
      case 6:
        must(card.euicc.reset());
        must(card.terminal.introduce());
        break;
      default:
        fetch();
    }
  }
  void run() {
    for (int i = 0; i < 64 && !in.empty(); ++i) {
      try {
        step();
      } catch (const std::runtime_error&) {  // no power
        card.nvm.restore_power();
        if (!card.euicc.reset()) std::abort();
      }
    }
    card.nvm.restore_power();
    if (!card.euicc.reset()) std::abort();
    const auto view = card::inspect(card.nvm);
    if (!view || !card::check_laws(*view)) std::abort();
    if (card.t.sw("00A4000C023F00") != 0x9000) std::abort();
  }
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Machine(ByteView(data, size)).run();
  return 0;
}
