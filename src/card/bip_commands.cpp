#include "card/bip_commands.hpp"

namespace eider::card::bip {
namespace {
namespace cat = etsi::cat;
constexpr std::uint8_t kImmediate = 0x01, kSendNow = 0x01;
constexpr std::uint8_t kUdpClient = 0x01, kTcpClient = 0x02, kIpv4 = 0x21, kIpv6 = 0x57;

Bytes two(std::uint16_t n) {
  return {static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)};
}
// Labels, each with its length in front.
Bytes access_name(std::string_view text) {
  Bytes out;
  while (!text.empty()) {
    const auto label = text.substr(0, text.find('.'));
    out.push_back(static_cast<std::uint8_t>(label.size()));
    append(out, as_bytes(label));
    text.remove_prefix(std::min(text.size(), label.size() + 1));
  }
  return out;
}
cat::ProactiveCommand on_channel(std::uint8_t channel, cat::CommandType type, std::uint8_t qualifier,
                                 std::vector<cat::Object> objects) {
  return {{1, static_cast<std::uint8_t>(type), qualifier},
          cat::kUicc,
          static_cast<std::uint8_t>(cat::kChannel | channel),
          std::move(objects)};
}
}  // namespace

cat::ProactiveCommand open_channel(const Way& way) {
  cat::ProactiveCommand out{{1, static_cast<std::uint8_t>(cat::CommandType::kOpenChannel), kImmediate},
                            cat::kUicc,
                            cat::kTerminal,
                            {{cat::tag::kBearerDescription, true, way.bearer},
                             {cat::tag::kBufferSize, true, two(way.buffer_size)}}};
  if (way.access_point)
    out.objects.push_back({cat::tag::kNetworkAccessName, false, access_name(*way.access_point)});
  out.objects.push_back(
      {cat::tag::kTransportLevel, false, concat({Bytes{way.tcp ? kTcpClient : kUdpClient}, two(way.port)})});
  out.objects.push_back({cat::tag::kOtherAddress, false,
                         concat({Bytes{way.address.size() == 4 ? kIpv4 : kIpv6}, way.address})});
  return out;
}

cat::ProactiveCommand send_data(std::uint8_t channel, Bytes piece) {
  return on_channel(channel, cat::CommandType::kSendData, kSendNow,
                    {{cat::tag::kChannelData, true, std::move(piece)}});
}
cat::ProactiveCommand receive_data(std::uint8_t channel) {
  return on_channel(channel, cat::CommandType::kReceiveData, 0x00,
                    {{cat::tag::kChannelDataLength, true, {kMost}}});
}
cat::ProactiveCommand close_channel(std::uint8_t channel) {
  return on_channel(channel, cat::CommandType::kCloseChannel, 0x00, {});
}

std::uint8_t opened_channel(const cat::TerminalAnswer& answer) {
  if (!answer.performed()) return 0;
  for (const auto& o : answer.objects)
    if (o.tag == cat::tag::kChannelStatus && !o.value.empty()) return o.value[0] & 0x07;
  return 0;
}

Received received(const cat::TerminalAnswer& answer) {
  Received out;
  for (const auto& o : answer.objects) {
    if (o.tag == cat::tag::kChannelData) append(out.data, o.value);
    if (o.tag == cat::tag::kChannelDataLength && o.value.size() == 1 && o.value[0] != 0) out.more = true;
  }
  return out;
}

}  // namespace eider::card::bip
