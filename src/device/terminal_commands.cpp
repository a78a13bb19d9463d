// What the terminal does about each proactive command, and what its TERMINAL PROFILE says of it (ETSI TS 102
// 223 sections 6.4 and 5.2).
#include "base/log.hpp"
#include "device/short_messages.hpp"
#include "device/terminal.hpp"

namespace eider::device {
namespace {
using namespace etsi::cat;
namespace bit = etsi::profile_bit;
using etsi::ProfileBit;

constexpr ProfileBit kMoreTimeBits[] = {bit::kMoreTime};
constexpr ProfileBit kPollBits[] = {bit::kPollInterval};
constexpr ProfileBit kPollOffBits[] = {bit::kPollingOff};
constexpr ProfileBit kEventBits[] = {bit::kSetUpEventList, bit::kEventLocationStatus,
                                     bit::kEventAccessTechnology, bit::kEventRejectionGeran,
                                     bit::kEventRejectionEutran};
constexpr ProfileBit kSmsBits[] = {bit::kSmsPpDownload, bit::kSmsPpSupported, bit::kSendShortMessage};
constexpr ProfileBit kMenuBits[] = {bit::kSetUpMenu, bit::kMenuSelection};
constexpr ProfileBit kDisplayBits[] = {bit::kDisplayText, bit::kUcs2Display};
constexpr ProfileBit kInkeyBits[] = {bit::kGetInkey, bit::kBinaryChoice};
constexpr ProfileBit kInputBits[] = {bit::kGetInput, bit::kUcs2Entry};
constexpr ProfileBit kItemBits[] = {bit::kSelectItem};
constexpr ProfileBit kLocalBits[] = {bit::kProvideLocation, bit::kProvideDateTime,
                                     bit::kProvideAccessTechnology, bit::kProvideImeisv};
constexpr ProfileBit kTimerBits[] = {bit::kTimerStartStop, bit::kTimerGet, bit::kTimerExpiration};
constexpr ProfileBit kOpenBits[] = {bit::kOpenChannel,       bit::kPacketBearer, bit::kTcpRemote,
                                    bit::kUdpRemote,         bit::kEutranBearer, bit::kEventDataAvailable,
                                    bit::kEventChannelStatus};
constexpr ProfileBit kCloseBits[] = {bit::kCloseChannel};
constexpr ProfileBit kReceiveBits[] = {bit::kReceiveData};
constexpr ProfileBit kSendBits[] = {bit::kSendData};
constexpr ProfileBit kStatusBits[] = {bit::kGetChannelStatus};

constexpr std::uint8_t kPackingByTerminal = 0x01;
}  // namespace

Capabilities Capabilities::none() {
  Capabilities out;
  for (bool* each :
       {&out.refresh, &out.profile_state_change, &out.polling, &out.more_time, &out.events, &out.timers,
        &out.local_information, &out.short_messages, &out.menu, &out.channels, &out.dialogues})
    *each = false;
  return out;
}

struct Terminal::Command {
  CommandType type;
  bool Capabilities::* offered;
  Handler handler;
  std::span<const ProfileBit> bits;
};

std::span<const Terminal::Command> Terminal::commands() {
  using C = Capabilities;
  using T = CommandType;
  static constexpr Command kCommands[] = {
      {T::kMoreTime, &C::more_time, &Terminal::more_time, kMoreTimeBits},
      {T::kPollInterval, &C::polling, &Terminal::poll_interval, kPollBits},
      {T::kPollingOff, &C::polling, &Terminal::polling_off, kPollOffBits},
      {T::kSetUpEventList, &C::events, &Terminal::set_up_event_list, kEventBits},
      {T::kSendShortMessage, &C::short_messages, &Terminal::send_short_message, kSmsBits},
      {T::kSetUpMenu, &C::menu, &Terminal::set_up_menu, kMenuBits},
      {T::kDisplayText, &C::dialogues, &Terminal::display_text, kDisplayBits},
      {T::kGetInkey, &C::dialogues, &Terminal::get_inkey, kInkeyBits},
      {T::kGetInput, &C::dialogues, &Terminal::get_input, kInputBits},
      {T::kSelectItem, &C::dialogues, &Terminal::select_item, kItemBits},
      {T::kProvideLocalInformation, &C::local_information, &Terminal::provide_local_information, kLocalBits},
      {T::kTimerManagement, &C::timers, &Terminal::timer_management, kTimerBits},
      {T::kOpenChannel, &C::channels, &Terminal::open_channel, kOpenBits},
      {T::kCloseChannel, &C::channels, &Terminal::close_channel, kCloseBits},
      {T::kReceiveData, &C::channels, &Terminal::receive_data, kReceiveBits},
      {T::kSendData, &C::channels, &Terminal::send_data, kSendBits},
      {T::kGetChannelStatus, &C::channels, &Terminal::get_channel_status, kStatusBits},
  };
  return kCommands;
}

etsi::TerminalProfile Terminal::profile() const {
  etsi::TerminalProfile out;
  out.set(bit::kProfileDownload);
  if (config_.capabilities.refresh) out.set(bit::kRefresh);
  bool more = false;
  for (const auto& row : commands()) {
    if (!(config_.capabilities.*row.offered)) continue;
    more = true;
    for (const auto each : row.bits) out.set(each);
  }
  // A terminal for nothing but REFRESH says no more: some cards answer a long profile with a menu.
  if (more) out.set(bit::kCommandResult);
  if (more && !config_.capabilities.dialogues) out.set(bit::kNoDisplay).set(bit::kNoKeypad);
  if (config_.capabilities.channels) out.set_channels(std::min(config_.channels, BipChannels::kMaxChannels));
  if (more && config_.capabilities.refresh) {
    out.set(bit::kSteeringOfRoaming);
    if (config_.capabilities.profile_state_change) out.set(bit::kProfileStateChange);
  }
  return out;
}

bool Terminal::offers(std::uint8_t type) const {
  if (static_cast<CommandType>(type) == CommandType::kRefresh) return config_.capabilities.refresh;
  return std::ranges::any_of(commands(), [&](const Command& row) {
    return static_cast<std::uint8_t>(row.type) == type && config_.capabilities.*row.offered;
  });
}

TerminalAnswer Terminal::carry_out(const ProactiveCommand& c) {
  for (const auto& row : commands())
    if (row.type == c.type() && config_.capabilities.*row.offered) return (this->*row.handler)(c);
  return GeneralResult::kBeyondCapabilities;
}

TerminalAnswer Terminal::more_time(const ProactiveCommand&) {
  return {};
}

// Section 6.4.6: the terminal says which interval it uses, the nearest that it has.
TerminalAnswer Terminal::poll_interval(const ProactiveCommand& c) {
  const auto& d = c.find(tag::kDuration)->value;
  constexpr std::int64_t kUnits[] = {60'000, 1'000, 100};
  if (d[0] >= std::size(kUnits) || d[1] == 0) return GeneralResult::kDataNotUnderstood;
  const auto asked = Duration(kUnits[d[0]] * d[1]);
  constexpr Duration kShortest{1000};
  poll_interval_ = std::clamp(asked, kShortest, std::max(kShortest, config_.longest_poll));
  next_poll_ = clock_.now() + *poll_interval_;
  Bytes used = d;
  if (*poll_interval_ != asked) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*poll_interval_).count();
    used = seconds <= 255 ? Bytes{0x01, static_cast<std::uint8_t>(seconds)}
                          : Bytes{0x00, static_cast<std::uint8_t>(std::min<std::int64_t>(seconds / 60, 255))};
  }
  TerminalAnswer out;
  return out.add(tag::kDuration, true, std::move(used));
}

TerminalAnswer Terminal::polling_off(const ProactiveCommand&) {
  poll_interval_.reset();
  return {};
}

// Section 6.4.16: the list replaces the one before; an event that the terminal does not know of refuses it.
TerminalAnswer Terminal::set_up_event_list(const ProactiveCommand& c) {
  constexpr Event kAlways[] = {Event::kLocationStatus, Event::kAccessTechnologyChange,
                               Event::kNetworkRejection};
  constexpr Event kOfChannels[] = {Event::kDataAvailable, Event::kChannelStatus};
  const auto known = [&](std::uint8_t e) {
    const auto event = static_cast<Event>(e);
    return std::ranges::find(kAlways, event) != std::end(kAlways) ||
           (config_.capabilities.channels && std::ranges::find(kOfChannels, event) != std::end(kOfChannels));
  };
  const auto& list = c.find(tag::kEventList)->value;
  if (!std::ranges::all_of(list, known)) return GeneralResult::kBeyondCapabilities;
  events_ = {list.begin(), list.end()};
  return {};
}

TerminalAnswer Terminal::send_short_message(const ProactiveCommand& c) {
  if (network_.status != LocationStatus::kNormal) return {GeneralResult::kTerminalUnable, {kNoService}};
  Bytes tpdu = c.find(tag::kSmsTpdu)->value;
  auto message = etsi::SmsSubmit::decode(tpdu);
  if (!message) return GeneralResult::kDataNotUnderstood;
  if ((c.details.qualifier & kPackingByTerminal) != 0) {
    auto packed = pack_submit(tpdu);
    if (!packed) return GeneralResult::kDataNotUnderstood;
    tpdu = *std::move(packed);
  }
  const auto* centre = c.find(tag::kAddress);
  const auto outcome =
      ports_.sms ? ports_.sms->send(centre ? ByteView(centre->value) : ByteView(), tpdu) : SmsOutcome();
  switch (outcome.kind) {
    case SmsOutcome::Kind::kNetworkUnable:
      return {GeneralResult::kNetworkUnable, {outcome.cause}};
    case SmsOutcome::Kind::kRpError:
      return {GeneralResult::kSmsRpError, {outcome.cause}};
    case SmsOutcome::Kind::kSent:
      break;
  }
  sent_.push_back(*std::move(message));
  return {};
}

TerminalAnswer Terminal::set_up_menu(const ProactiveCommand& c) {
  Menu menu{c.find(tag::kAlphaIdentifier)->value, {}};
  for (const auto& o : c.objects) {
    if (o.tag != tag::kItem) continue;
    // One empty item removes the menu (section 6.4.8).
    if (o.value.empty()) return menu_.reset(), TerminalAnswer();
    menu.items.push_back({o.value[0], Bytes(o.value.begin() + 1, o.value.end())});
  }
  menu_ = std::move(menu);
  return {};
}

TerminalAnswer Terminal::provide_local_information(const ProactiveCommand& c) {
  const auto give = [](std::uint8_t t, bool required, Result<Bytes> value) -> TerminalAnswer {
    if (!value) return {GeneralResult::kTerminalUnable, {kNoSpecificCause}};
    TerminalAnswer out;
    return out.add(t, required, *std::move(value));
  };
  const bool service = network_.status != LocationStatus::kNoService && network_.cell;
  switch (c.details.qualifier) {
    case 0x00:
      if (!service) return {GeneralResult::kTerminalUnable, {kNoService}};
      return give(tag::kLocationInformation, true, encode_location(*network_.cell));
    case 0x01:
      return give(tag::kImei, true, encode_imei_value(config_.imei));
    case 0x03:
      return give(tag::kDateTime, true, encode_date_time(clock_.now()));
    case 0x06:
      if (!service) return {GeneralResult::kTerminalUnable, {kNoService}};
      return give(tag::kAccessTechnology, false, Bytes{static_cast<std::uint8_t>(network_.cell->technology)});
    case 0x08:
      return give(tag::kImeisv, true, encode_imeisv_value(config_.imei, config_.software_version));
    default:  // network measurements, language, timing advance and the rest
      return GeneralResult::kBeyondCapabilities;
  }
}

// Section 6.4.21.
TerminalAnswer Terminal::timer_management(const ProactiveCommand& c) {
  const auto& identifier = c.find(tag::kTimerIdentifier)->value;
  const auto id = identifier[0];
  if (id < 1 || id > ToolkitTimers::kCount) return GeneralResult::kDataNotUnderstood;
  const auto now = clock_.now();
  if (c.details.qualifier == 0x00) {
    const auto* value = c.find(tag::kTimerValue);
    if (!value) return GeneralResult::kValuesMissing;
    const auto duration = decode_timer_value(value->value);
    if (!duration || !timers_.start(id, *duration, now)) return GeneralResult::kDataNotUnderstood;
    TerminalAnswer out;
    return out.add(tag::kTimerIdentifier, true, identifier);
  }
  if (c.details.qualifier > 0x02) return GeneralResult::kDataNotUnderstood;
  const auto left = c.details.qualifier == 0x01 ? timers_.stop(id, now) : timers_.left(id, now);
  TerminalAnswer out(left ? GeneralResult::kPerformed : GeneralResult::kTimerContradiction);
  out.add(tag::kTimerIdentifier, true, identifier);
  if (left) out.add(tag::kTimerValue, true, encode_timer_value(*left));
  return out;
}

TerminalAnswer Terminal::open_channel(const ProactiveCommand& c) {
  if (network_.status != LocationStatus::kNormal) return {GeneralResult::kTerminalUnable, {kNoService}};
  return channels_->open(c);
}
TerminalAnswer Terminal::close_channel(const ProactiveCommand& c) {
  return channels_->close(c);
}
TerminalAnswer Terminal::receive_data(const ProactiveCommand& c) {
  return channels_->receive(c);
}
TerminalAnswer Terminal::send_data(const ProactiveCommand& c) {
  return channels_->send(c);
}
TerminalAnswer Terminal::get_channel_status(const ProactiveCommand&) {
  return channels_->status();
}

}  // namespace eider::device
