#include "device/channel_card.hpp"

#include "base/log.hpp"
#include "codec/apdu.hpp"

namespace eider::device {
namespace {
constexpr std::uint8_t kInsManageChannel = 0x70, kInsSelect = 0xA4, kSelectByAid = 0x04;

Bytes status_word(std::uint16_t sw) {
  return {static_cast<std::uint8_t>(sw >> 8), static_cast<std::uint8_t>(sw)};
}
}  // namespace

ChannelCard::ChannelCard(std::unique_ptr<ModemChannels> modem) : modem_(std::move(modem)) {}
ChannelCard::~ChannelCard() {
  close_all();
}

Status ChannelCard::give_back(Channel& channel) {
  const auto session = std::exchange(channel, {}).session;
  return session ? modem_->close_channel(*session) : Status();
}

void ChannelCard::close_all() {
  for (auto& channel : channels_) {
    const auto closed = give_back(channel);
    if (!closed) log::info("modem", "a channel stays open: " + closed.error().message());
  }
}

Result<Bytes> ChannelCard::reset() {
  close_all();
  return modem_->reset();
}

Result<Bytes> ChannelCard::manage_channel(ByteView command) {
  const std::size_t number = command[3];
  if (command[2] == 0x00) {
    for (std::size_t n = number == 0 ? 1 : number; n < channels_.size(); ++n) {
      if (!channels_[n].taken) {
        channels_[n].taken = true;
        return number == 0 ? Bytes{static_cast<std::uint8_t>(n), 0x90, 0x00} : status_word(0x9000);
      }
      if (number != 0) break;
    }
    return status_word(0x6A81);  // ISO 7816-4 section 7.1.2: function not supported; no channel is left
  }
  if (command[2] != 0x80 || number == 0 || number >= channels_.size()) return status_word(0x6A86);
  if (!channels_[number].taken) {
    const auto closed = modem_->close_leaked(static_cast<int>(number));
    return status_word(closed ? 0x9000 : 0x6881);
  }
  EIDER_CHECK(give_back(channels_[number]));
  return status_word(0x9000);
}

Result<Bytes> ChannelCard::select(Channel& channel, ByteView command, ByteView aid) {
  if (channel.session) {
    // Another application of the same name: the modem knows nothing of partial names.
    if ((command[3] & 0x03) != 0) return modem_->transmit(*channel.session, command);
    EIDER_CHECK(modem_->close_channel(*std::exchange(channel.session, std::nullopt)));
  }
  auto opened = modem_->open_channel(aid);
  if (!opened) {
    const auto* sw = opened.error().as<StatusWord>();
    if (sw) return status_word(sw->sw);
    return fail(std::move(opened).error());
  }
  channel.session = std::move(opened->session);
  return opened->select_response.size() < 2 ? status_word(0x9000) : std::move(opened->select_response);
}

Result<Bytes> ChannelCard::transmit(ByteView command) {
  EIDER_TRY(parsed, parse_command(command));
  const auto number = channel_of(parsed.cla);
  if (!number || *number == 0) {
    if (parsed.ins == kInsManageChannel && (parsed.cla & 0xF0) == 0) return manage_channel(command);
    return modem_->transmit_basic(command);
  }
  if (static_cast<std::size_t>(*number) >= channels_.size() ||
      !channels_[static_cast<std::size_t>(*number)].taken)
    return status_word(0x6881);
  auto& channel = channels_[static_cast<std::size_t>(*number)];
  Bytes bare = to_bytes(command);
  bare[0] &= 0xFC;
  if (parsed.ins == kInsSelect && parsed.p1 == kSelectByAid) return select(channel, bare, parsed.data);
  if (!channel.session)
    return fail_local("the modem opens a logical channel with an application only",
                      "Select an application by its AID on this channel first.");
  return modem_->transmit(*channel.session, bare);
}

}  // namespace eider::device
