// An M2M card in a terminal under any sequence of packets and scripts of its SM-SR, losses of network, time
// and power: no crash, the laws of the card hold, nothing changes that is not sealed, and whatever happened
// the SM-SR reaches it again.
//
// The input is a list of operations, an octet each with its arguments:
//   0 raw ENVELOPE data (octets)               1 sealed data (octet TAR, octet SPI, octets)
//   2 the same with a flipped bit (2 octets)   3 sealed script of one APDU (octet TAR, octets)
//   4 confirmation of the last notification    5 power loss at write n (octet)
//   6 power-on                                 7 minutes pass (octet)
//   8 network and coverage (octet)             9 local command (octet)
#include "support/m2m_card.hpp"

#include <cstdlib>

#include "card/inspect.hpp"
#include "support/operations.hpp"

namespace {
using namespace eider;
using namespace eider::test;

const M2mPlan& plan() {
  static const auto made = [] {
    auto p = M2mPlan::usual();
    p.m2m.profiles.push_back({m2m_package(kSecondIccid, 0x04), false, false, true, false, {}});
    return p;
  }();
  return made;
}

struct Machine {
  M2mDevice d{plan()};
  Operations in;

  explicit Machine(ByteView input) : in(input) {}

  std::string_view tar() {
    constexpr std::string_view kTars[] = {"000001", "000010", "000011", "000012"};
    return kTars[in.octet() & 3];
  }
  Bytes sealed() {
    constexpr std::string_view kSpis[] = {"1639", "1619", "1600", "1E39", "0639", "1239", "163A", "1601"};
    const auto application = tar(), how = kSpis[in.octet() & 7];
    return d.sealed(in.octets(), how, application);
  }
  void tampered() {
    auto packet = sealed();
    const auto before = d.nvm.commits();
    const auto bit = (in.octet() * 256u + in.octet()) % (packet.size() * 8);
    packet[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    (void)d.deliver(packet);
    if (d.nvm.commits() != before) std::abort();
  }
  void network() {
    const auto octet = in.octet();
    d.coverage = (octet & 1) == 0;
    d.set_service((octet & 2) == 0);
    must(d.terminal.poll());
  }
  void local() {
    Bytes select = hex("01A4040010");
    append(select, sgp22::kIsdRAid);
    select.push_back(0);
    d.driver().apdu("0070000001");
    d.driver().apdu(select);
    const auto sw = d.driver().apdu(concat({hex("81E28800033A"), Bytes{in.octet(), 0x00}})).sw;
    must(d.terminal.session(sw));
  }
  void step() {
    switch (in.octet() % 10) {
      case 0: {
        const auto data = in.octets();
        must(d.terminal.command(CommandApdu{0x80, 0xC2, 0, 0, data, {}}));
        break;
      }
      case 1:
        (void)d.deliver(sealed());
        break;
      case 2:
        tampered();
        break;
      case 3: {
        const auto application = tar();
        const auto apdu = in.octets();
        (void)d.deliver(d.sealed(make_tlv(0xAA, make_tlv(0x22, apdu)), "1639", application));
        break;
      }
      case 4:
        if (!d.notifications.empty()) (void)d.confirm();
        break;
      case 5:
        in.cut_power(d.nvm, 4);
        break;
      case 6:
        d.power_on();
        break;
      case 7:
        d.pass(Duration(60'000 * in.octet()));
        break;
      case 8:
        network();
        break;
      default:
        local();
    }
  }
  void run() {
    d.power_on();
    for (int i = 0; i < 64 && !in.empty(); ++i) {
      try {
        step();
      } catch (const std::runtime_error&) {  // no power, or a refusal
      }
      if (!d.nvm.powered()) d.power_on();
    }
    d.coverage = true;
    d.set_service(true);
    d.power_on();
    const auto view = card::inspect(d.nvm);
    if (!view || !card::check_laws(*view)) std::abort();
    d.counter = 0xFFFFFF;
    if (d.sw(sgp02::es5::encode_get_memory()) != 0x9000) std::abort();
  }
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    Machine(ByteView(data, size)).run();
  } catch (const std::exception&) {
    std::abort();
  }
  return 0;
}
