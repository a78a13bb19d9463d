// Any octets as what a host writes to an emulated modem that speaks MBIM or QMI (the first octet says which),
// in pieces: no crash, and whatever it answers are whole messages.
#include <cstdlib>

#include "device/mbim_modem.hpp"
#include "device/qmi_modem.hpp"

using namespace eider;

namespace {
// Channels, and 9000 for everything else.
class Card final : public CardPort {
 public:
  Result<Bytes> reset() override { return hex("3B00"); }
  Result<Bytes> transmit(ByteView c) override {
    return c.size() > 2 && c[1] == 0x70 && c[2] == 0 ? hex("019000") : hex("9000");
  }
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Card card;
  const SystemClock clock;
  device::ModemCard in_modem(card, clock);
  if (!in_modem.power_on()) return 0;
  const std::size_t step = std::size_t{data[0] & 0x7FU} + 1;
  const ByteView input(data + 1, size - 1);
  std::unique_ptr<device::EmulatedModem> modem;
  if (data[0] & 0x80)
    modem = std::make_unique<device::MbimModem>(in_modem);
  else
    modem = std::make_unique<device::QmiModem>(in_modem);
  for (std::size_t at = 0; at < input.size(); at += step) {
    const auto out = modem->receive(input.subspan(at, std::min(step, input.size() - at)));
    if (data[0] & 0x80) {
      if (!mbim::Reader().feed(as_bytes(out))) std::abort();
    } else if (!qmi::Reader().feed(as_bytes(out))) {
      std::abort();
    }
  }
  return 0;
}
