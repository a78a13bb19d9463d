#include "device/gsmtap.hpp"

#include <array>

#include "codec/apdu.hpp"

namespace eider {
namespace {

constexpr std::uint8_t kVersion = 2, kHeaderWords = 4, kTypeSim = 4;
constexpr std::size_t kIpHeader = 20, kUdpHeader = 8;
constexpr std::uint32_t kLinkTypeIpv4 = 228;

void put16(Bytes& out, std::size_t v) {
  out.push_back(static_cast<std::uint8_t>(v >> 8));
  out.push_back(static_cast<std::uint8_t>(v));
}
void put32_little(Bytes& out, std::uint64_t v) {
  for (int i = 0; i < 4; ++i) out.push_back(static_cast<std::uint8_t>(v >> 8 * i));
}

// RFC 1071.
std::uint16_t checksum(ByteView header) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < header.size(); i += 2)
    sum += static_cast<std::uint32_t>(header[i] << 8 | header[i + 1]);
  while (sum >> 16) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

// From loopback to loopback. The UDP checksum is left out, as IPv4 allows.
Bytes in_udp(ByteView payload) {
  Bytes out = {0x45, 0x00};
  put16(out, kIpHeader + kUdpHeader + payload.size());
  append(out, Bytes{0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0x00, 0x00, 127, 0, 0, 1, 127, 0, 0, 1});
  const auto sum = checksum(out);
  out[10] = static_cast<std::uint8_t>(sum >> 8);
  out[11] = static_cast<std::uint8_t>(sum);
  put16(out, kGsmtapPort);
  put16(out, kGsmtapPort);
  put16(out, kUdpHeader + payload.size());
  put16(out, 0);
  append(out, payload);
  return out;
}

Bytes tpdu(const CommandView& c, std::uint8_t p3, ByteView data, ByteView answer) {
  Bytes out = {c.cla, c.ins, c.p1, c.p2, p3};
  append(out, data);
  append(out, answer);
  return out;
}

}  // namespace

Bytes gsmtap_packet(GsmtapSim kind, ByteView payload) {
  Bytes out = {
      kVersion, kHeaderWords, kTypeSim, 0, 0, 0, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(kind), 0, 0, 0};
  append(out, payload);
  return out;
}

std::vector<Bytes> tpdus_of_exchange(ByteView command, ByteView response) {
  const auto c = parse_command(command);
  if (!c || c->extended || response.size() < 2) return {};
  const auto answer = response.size() - 2;
  if (answer > 256) return {};
  // Wireshark takes P3 for the length of what follows and stumbles over refusals, so it is the length of the
  // answer.
  if (c->data.empty()) return {tpdu(*c, static_cast<std::uint8_t>(answer), {}, response)};
  const auto lc = static_cast<std::uint8_t>(c->data.size());
  if (answer == 0) return {tpdu(*c, lc, c->data, response)};
  const std::array<std::uint8_t, 2> more = {0x61, static_cast<std::uint8_t>(answer)};
  const CommandView get_response{
      class_for_channel(channel_of(c->cla).value_or(0), false), 0xC0, 0, 0, {}, {}, false};
  return {tpdu(*c, lc, c->data, more), tpdu(get_response, more[1], {}, response)};
}

Bytes pcap_header() {
  Bytes out;
  put32_little(out, 0xA1B2C3D4);  // times in microseconds
  append(out, Bytes{2, 0, 4, 0});
  put32_little(out, 0);
  put32_little(out, 0);
  put32_little(out, 65535);
  put32_little(out, kLinkTypeIpv4);
  return out;
}

Bytes pcap_record(Time time, ByteView gsmtap) {
  const auto packet = in_udp(gsmtap);
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
  Bytes out;
  put32_little(out, static_cast<std::uint64_t>(us / 1'000'000));
  put32_little(out, static_cast<std::uint64_t>(us % 1'000'000));
  put32_little(out, packet.size());
  put32_little(out, packet.size());
  append(out, packet);
  return out;
}

}  // namespace eider
