// Secured packets and the short messages that carry them, from both sides: what opens is sealed to the same
// octets, and nothing that was not sealed with the key opens under a checksum.
//
// The first octet says what the rest is: 0 Command Packet, 1 Response Packet, 2 TP-User-Data of several
// messages, 3 SMS-DELIVER, 4 SMS-SUBMIT; b8: under a policy that takes anything.
#include <cstdlib>

#include "channel/scp80.hpp"
#include "channel/sms.hpp"
#include "support/operations.hpp"

namespace {
using namespace eider;
using namespace eider::channel;

scp80::KeySet key_set(bool aes) {
  const auto key = [aes] { return scp80::Key{aes, Secret(Bytes(16, 0x5A)), 8}; };
  return {1, key(), key()};
}

void command(ByteView packet, const scp80::Policy& policy) {
  (void)scp80::read_command_header(packet);
  for (const bool aes : {true, false}) {
    const auto keys = key_set(aes);
    const auto opened = scp80::open_command(packet, keys, policy);
    if (!opened) continue;
    const auto again = scp80::seal_command(*opened, keys, policy);
    // Padding octets may have any value, and are written as zeros.
    if (!again || again->size() != packet.size()) std::abort();
    if (!scp80::open_command(*again, keys, policy)) std::abort();
  }
}

void response(ByteView packet, const scp80::Policy& policy) {
  if (packet.empty()) return;
  const auto keys = key_set((packet[0] & 1) != 0);
  const scp80::ResponseProtection protection{static_cast<etsi::Integrity>(packet[0] >> 1 & 3),
                                             (packet[0] & 8) != 0, keys.kic_use(), keys.kid_use()};
  const auto opened = scp80::open_response(packet.subspan(1), protection, keys, policy);
  if (!opened || !opened->protected_as_asked) return;
  const auto again = scp80::seal_response(opened->packet, protection, keys, policy);
  if (!again || !scp80::open_response(*again, protection, keys, policy)) std::abort();
}

void messages(ByteView input) {
  test::Operations in(input);
  SmsReassembler all;
  for (int i = 0; i < 64 && !in.empty(); ++i) {
    const etsi::SmsAddress from{0x91, std::string(1, static_cast<char>('0' + in.octet() % 3))};
    const auto whole = all.add(from, in.octets());
    if (!whole || !*whole) continue;
    if ((*whole)->payload.size() > SmsReassembler::kMaxOctets) std::abort();
    const auto parts = segment_packet((*whole)->payload, etsi::kIeiCommandPacket, 9);
    if (!parts) std::abort();
    SmsReassembler second;
    for (std::size_t n = 0; n < parts->size(); ++n) {
      const auto done = second.add(from, (*parts)[n]);
      if (!done || done->has_value() != (n + 1 == parts->size())) std::abort();
      if (*done && (*done)->payload != (*whole)->payload) std::abort();
    }
  }
}

template <class Tpdu>
void tpdu(ByteView input) {
  const auto read = Tpdu::decode(input);
  if (!read) return;
  const auto written = read->encode();
  if (written && Tpdu::decode(*written)->user_data != read->user_data) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView input(data + 1, size - 1);
  const auto policy = (data[0] & 0x80) != 0 ? scp80::Policy::anything() : scp80::Policy();
  switch (data[0] & 0x7F) {
    case 0:
      command(input, policy);
      break;
    case 1:
      response(input, policy);
      break;
    case 2:
      messages(input);
      break;
    case 3:
      tpdu<etsi::SmsDeliver>(input);
      break;
    default:
      tpdu<etsi::SmsSubmit>(input);
  }
  return 0;
}
