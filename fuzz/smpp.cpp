// What a peer of SMPP or a device sends: a PDU alone, a session of a service centre, frames of a device.
#include "net/sms_frames.hpp"
#include "roles/smsc/centre.hpp"
#include "spec/smpp/receipt.hpp"

using namespace eider;

namespace {

void one_pdu(ByteView octets) {
  const auto pdu = smpp::decode_pdu(octets);
  if (!pdu) return;
  smpp::Receipt::read(*pdu);
  const auto again = pdu->encode();
  if (!again || !equal(*again, octets)) __builtin_trap();
}

// A bind that holds, then whatever comes; time passes between the pieces.
void session(ByteView octets) {
  smsc::CentreConfig config;
  config.accounts.push_back({"a", Secret(as_bytes("b")), {"1*"}});
  smsc::Centre centre(config);
  Time now{};
  const auto device = centre.device_attached("4", now);
  const int esme = centre.esme_connected(now);
  smpp::Bind bind;
  bind.system_id = "a";
  bind.password = Secret(as_bytes("b"));
  const smpp::Pdu first{smpp::CommandId::kBindTransceiver, smpp::CommandStatus::kOk, 1, bind, {}};
  centre.esme_received(esme, *first.encode(), now);
  while (!octets.empty() && !centre.esme_over(esme)) {
    const auto n = std::min<std::size_t>(1 + octets[0] % 64u, octets.size());
    centre.esme_received(esme, octets.first(n), now);
    octets = octets.subspan(n);
    for (const auto& sms : centre.device_output(*device))
      centre.device_answered(*device, sms.reference, {}, now);
    now += Duration(100);
    centre.tick(now);
    centre.esme_output(esme);
  }
  centre.esme_gone(esme, now);
  now += std::chrono::hours(48);
  centre.tick(now);
}

void frames(ByteView octets) {
  while (true) {
    const auto frame = net::decode_sms_frame(octets);
    if (!frame || !*frame) return;
    const auto& f = **frame;
    if (!equal(net::encode_sms_frame(f.type, f.payload), octets.first(f.consumed))) __builtin_trap();
    if (f.type == net::SmsFrameType::kDelivered) net::read_receipt(net::read_transfer(f.payload).rest);
    if (f.type == net::SmsFrameType::kSubmitted) net::read_outcome(net::read_transfer(f.payload).rest);
    octets = octets.subspan(f.consumed);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView rest(data + 1, size - 1);
  switch (data[0]) {
    case 'p':
      one_pdu(rest);
      break;
    case 's':
      session(rest);
      break;
    case 'f':
      frames(rest);
      break;
    default:
      break;
  }
  return 0;
}
