#include "device/modem_channels.hpp"

#include "base/log.hpp"

namespace eider::device {

ModemCard::ModemCard(CardPort& card, const Clock& clock, TerminalConfig config)
    : card_(card), terminal_(card, clock, std::move(config)) {}

Result<Bytes> ModemCard::power_on() {
  open_.clear();
  EIDER_TRY(on, terminal_.power_on());
  atr_ = std::move(on.atr);
  return atr_;
}

Result<Bytes> ModemCard::exchange(ByteView command) {
  EIDER_TRY(answer, card_.transmit(command));
  EIDER_TRY(response, parse_response(answer));
  if (response.sw >> 8 == 0x91) {
    const auto end = terminal_.session(response.sw);
    if (!end) log::warn("modem", "a proactive session failed: " + end.error().message());
    if (end && end->reset_done) open_.clear();
  }
  return answer;
}

Result<ModemCard::Opened> ModemCard::open(ByteView aid, std::uint8_t p2) {
  EIDER_TRY(managed, exchange(CommandApdu{0x00, 0x70, 0x00, 0x00, {}, 1}.encode()));
  EIDER_TRY(named, parse_response(managed));
  if (named.sw != 0x9000) return fail(StatusWord{named.sw});
  if (named.data.size() != 1 || named.data[0] == 0 || named.data[0] > 19)
    return fail(TransportFault{true, "the card named no logical channel"});
  const int channel = named.data[0];
  open_.insert(channel);
  auto answer =
      exchange(CommandApdu{class_for_channel(channel, false), 0xA4, 0x04, p2, to_bytes(aid), 256}.encode());
  Bytes data;
  for (int i = 0; answer && i < 8; ++i) {  // an FCI takes one or two
    const auto part = parse_response(*answer);
    if (!part) break;
    append(data, part->data);
    const auto sw1 = part->sw >> 8;
    const auto sw2 = static_cast<std::uint8_t>(part->sw);
    if (sw1 == 0x90 || sw1 == 0x91) {
      append(data, Bytes{static_cast<std::uint8_t>(sw1), sw2});
      return Opened{channel, std::move(data)};
    }
    if (sw1 != 0x61) {
      (void)close(channel);
      return fail(StatusWord{part->sw});
    }
    answer = exchange(Bytes{class_for_channel(channel, false), 0xC0, 0x00, 0x00, sw2});
  }
  (void)close(channel);
  if (!answer) return fail(std::move(answer).error());
  return fail(TransportFault{true, "the card's answer to SELECT does not end"});
}

Result<Bytes> ModemCard::transmit(int channel, ByteView command, bool write_class) {
  if (!is_open(channel)) return fail_local("this channel is not open");
  EIDER_TRY(parsed, parse_command(command));
  Bytes sent = to_bytes(command);
  if (channel != 0 && write_class) {
    // The class byte of the first four channels and of the rest differ in form; chaining and protection stay.
    sent[0] = channel <= 3 ? static_cast<std::uint8_t>((parsed.cla & 0xFC) | channel)
                           : static_cast<std::uint8_t>((parsed.cla & 0x80) | 0x40 | (parsed.cla & 0x10) |
                                                       ((parsed.cla & 0x0C) != 0 ? 0x20 : 0) | (channel - 4));
  }
  return exchange(sent);
}

Status ModemCard::close(int channel) {
  if (channel == 0 || open_.erase(channel) == 0) return fail_local("this channel is not open");
  EIDER_CHECK(
      exchange(CommandApdu{0x00, 0x70, 0x80, static_cast<std::uint8_t>(channel), {}, std::nullopt}.encode()));
  return {};
}

}  // namespace eider::device
