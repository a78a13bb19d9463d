// A card with an enabled Profile under any sequence of APDUs, resets and power losses: no crash, the laws of
// the card hold at the end, and whatever was answered 9000 to VERIFY has cost no try.
//
// The input is a list of operations, an octet each with its arguments:
//   0, 1 raw APDU (length, octets)          2 reset                3 power loss at write n (octet)
//   4 SELECT of a known path (octet)        5 READ or UPDATE (octet P1, octet P2, octet what)
//   6 PIN command (octet which, octet what) 7 enable another Profile (octet)
#include <cstdlib>

#include "support/operations.hpp"
#include "support/uicc_profile.hpp"

namespace {
using namespace eider;
using namespace eider::test;

struct Machine {
  Sim sim;
  Operations in;

  explicit Machine(ByteView input) : in(input) {}
  void select(std::uint8_t n) {
    constexpr std::string_view kPaths[] = {"2FE2",     "7F506F01", "7F506F02", "7F506F03",
                                           "7F506F04", "7F506F05", "7F506F06", "7F506F08",
                                           "7F505F10", "7FFF6F07", "7FFF6F71", "7F105F3A"};
    if (n < std::size(kPaths)) {
      (void)sim.t.path(kPaths[n]);
    } else {
      (void)sim.t.application((n & 1) != 0 ? kUsim : kIsim);
    }
  }
  void access() {
    const auto p1 = in.octet(), p2 = in.octet(), what = in.octet();
    constexpr std::uint8_t kIns[] = {0xB0, 0xD6, 0xB2, 0xDC, 0xA2, 0x32, 0xCB, 0xDB};
    const auto ins = kIns[what & 7];
    const bool proprietary = ins == 0x32 || ins == 0xCB || ins == 0xDB;
    CommandApdu c{static_cast<std::uint8_t>(proprietary ? 0x80 : 0x00), ins, p1, p2, {}, {}, (what & 8) != 0};
    if (ins == 0xB0 || ins == 0xB2) {
      c.le = in.octet() + 1u;
    } else {
      c.data = in.octets();
    }
    (void)sim.t.send(c.encode());
  }
  void pin_command(std::uint8_t which, std::uint8_t what) {
    constexpr std::uint8_t kIns[] = {0x20, 0x24, 0x26, 0x28, 0x2C};
    constexpr std::uint8_t kReferences[] = {0x01, 0x0A, 0x81, 0x11};
    CommandApdu c{0x00, kIns[which % 5], 0, kReferences[which / 5 & 3], {}, {}};
    const bool two = c.ins == 0x24 || c.ins == 0x2C;
    c.data = hex(c.ins == 0x2C ? kPuk1 : c.p2 == 0x81 ? kPin2 : c.p2 == 0x0A ? kAdm1 : kPin1);
    if ((what & 1) != 0) c.data[0] ^= 1;
    if (two) append(c.data, hex(kPin1));
    if ((what & 2) != 0) c.data.clear();
    const auto sw = sim.t.send(c.encode()).sw;
    if (c.ins == 0x20 && sw == 0x9000 && !c.data.empty()) {
      c.data.clear();
      const auto left = sim.t.send(c.encode()).sw;
      if (left != 0x63C3 && left != 0x63CA) std::abort();
    }
  }
  void step() {
    switch (in.octet() & 7) {
      case 0:
      case 1:
        (void)sim.t.send(in.octets());
        break;
      case 2:
        must(sim.euicc.reset());
        break;
      case 3:
        in.cut_power(sim.nvm, 4);
        break;
      case 4:
        select(in.octet() & 15);
        break;
      case 5:
        access();
        break;
      case 6: {
        const auto which = in.octet();
        pin_command(which, in.octet());
        break;
      }
      default: {
        const char* all[] = {kIccidA, kIccidB, kIccidTest};
        const auto n = in.octet();
        sim.driver.open();
        (void)sim.driver.store_data(
            der::encode(sgp22::EnableProfileRequest{{*sgp22::parse_iccid(all[n % 3])}, (n & 8) != 0}));
      }
    }
  }
  void run() {
    for (int i = 0; i < 128 && !in.empty(); ++i) {
      try {
        step();
      } catch (const std::runtime_error&) {  // no power, or an answer that this driver does not take
        sim.nvm.restore_power();
        if (!sim.euicc.reset()) std::abort();
      }
    }
    sim.nvm.restore_power();
    if (!sim.euicc.reset()) std::abort();
    const auto view = card::inspect(sim.nvm);
    if (!view || !card::check_laws(*view)) std::abort();
    if (sim.t.sw("00A4000C023F00") != 0x9000) std::abort();
  }
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Machine(ByteView(data, size)).run();
  return 0;
}
