#include "device/mbim_modem.hpp"

#include "base/log.hpp"

namespace eider::device {
namespace {
using mbim::StatusCode;

// SW1 comes first; the field is a number all the same.
std::uint32_t status_field(std::uint16_t sw) {
  return static_cast<std::uint32_t>(sw >> 8) | static_cast<std::uint32_t>(sw & 0xFF) << 8;
}
std::uint16_t status_word_of(ByteView response) {
  return static_cast<std::uint16_t>(response[response.size() - 2] << 8 | response.back());
}
}  // namespace

void MbimModem::send(const mbim::Message& message, std::string& out) const {
  for (const auto& frame : mbim::encode(message, longest_)) out += as_text(frame);
}

void MbimModem::hang_up() {
  reader_.clear();
  open_ = false;
}

std::string MbimModem::receive(ByteView octets) {
  std::string out;
  const auto messages = reader_.feed(octets);
  if (!messages) {
    log::info("mbim", messages.error().message());
    reader_.clear();
    Bytes body;
    mbim::put_u32(body, 1);  // section 9.3.4: MBIM_ERROR_TIMEOUT_FRAGMENT, the host begins anew
    send({mbim::Type::kFunctionError, 0, std::move(body)}, out);
    return out;
  }
  for (const auto& message : *messages) answer(message, out);
  return out;
}

void MbimModem::answer(const mbim::Message& message, std::string& out) {
  using mbim::Type;
  Bytes body;
  switch (message.type) {
    case Type::kOpen:
      if (message.body.size() >= 4)
        longest_ = std::clamp<std::size_t>(mbim::get_u32(message.body, 0), 64, mbim::kMaxFragment);
      open_ = true;
      mbim::put_u32(body, 0);
      return send({Type::kOpenDone, message.transaction, std::move(body)}, out);
    case Type::kClose:
      for (const auto& [channel, group] : std::exchange(groups_, {})) (void)card_.close(channel);
      open_ = false;
      mbim::put_u32(body, 0);
      return send({Type::kCloseDone, message.transaction, std::move(body)}, out);
    case Type::kCommand: {
      const auto command = mbim::read_command(message.body);
      if (!open_ || !command) {
        mbim::put_u32(body, open_ ? 3 : 5);  // MBIM_ERROR_LENGTH_MISMATCH, MBIM_ERROR_NOT_OPENED
        return send({Type::kFunctionError, message.transaction, std::move(body)}, out);
      }
      const auto done = carry_out(*command);
      return send({Type::kCommandDone, message.transaction,
                   mbim::write_command_done(*command, done.status, done.information)},
                  out);
    }
    default:
      return;  // errors of the host, and what only devices send
  }
}

MbimModem::Done MbimModem::carry_out(const mbim::Command& command) {
  Result<Done> done = Done{StatusCode::kNoDeviceSupport, {}};
  if (command.service == mbim::kUiccLowLevelAccess) done = uicc(command);
  if (command.service == mbim::kBasicConnectExtensions && command.cid == mbim::kDeviceSlotMappings)
    done = slot_mappings(command);
  if (done) return *std::move(done);
  return {done.error().as<DecodeFault>() ? StatusCode::kInvalidParameters : StatusCode::kFailure, {}};
}

Result<MbimModem::Done> MbimModem::uicc(const mbim::Command& command) {
  if (style_.mapped_slot != style_.card_slot) return Done{StatusCode::kSimNotInserted, {}};
  const mbim::InformationReader in(command.information);
  switch (static_cast<mbim::Uicc>(command.cid)) {
    case mbim::Uicc::kAtr:
      return Done{StatusCode::kSuccess, mbim::InformationWriter().counted_octets(card_.atr()).finish()};
    case mbim::Uicc::kOpenChannel:
      return open_channel(in);
    case mbim::Uicc::kCloseChannel:
      return close_channel(in);
    case mbim::Uicc::kApdu:
      return apdu(in);
    case mbim::Uicc::kReset:
      if (command.set) {
        groups_.clear();
        EIDER_CHECK(card_.power_on());
      }
      return Done{StatusCode::kSuccess, mbim::InformationWriter().number(0).finish()};
    default:
      return Done{StatusCode::kNoDeviceSupport, {}};
  }
}

Result<MbimModem::Done> MbimModem::open_channel(mbim::InformationReader in) {
  EIDER_TRY(aid, in.counted_octets());
  EIDER_TRY(p2, in.number());
  EIDER_TRY(group, in.number());
  if (aid.empty() || aid.size() > 16) return Done{StatusCode::kInvalidParameters, {}};
  const auto answer = [](std::uint16_t sw, std::uint32_t channel, ByteView response) {
    return mbim::InformationWriter()
        .number(status_field(sw))
        .number(channel)
        .counted_octets(response)
        .finish();
  };
  if (style_.select_p2 != 0xFF && p2 != style_.select_p2)
    return Done{StatusCode::kSelectFailed, answer(0x6A86, 0, {})};
  const auto opened = card_.open(aid, static_cast<std::uint8_t>(p2));
  if (!opened) {
    const auto* sw = opened.error().as<StatusWord>();
    if (!sw) return fail(opened.error());
    return Done{sw->sw == 0x6A81 ? StatusCode::kNoLogicalChannels : StatusCode::kSelectFailed,
                answer(sw->sw, 0, {})};
  }
  groups_[opened->channel] = group;
  const ByteView response = opened->select_response;
  return Done{StatusCode::kSuccess,
              answer(status_word_of(response), static_cast<std::uint32_t>(opened->channel),
                     response.first(response.size() - 2))};
}

// A channel, or with channel 0 every one of a group.
Result<MbimModem::Done> MbimModem::close_channel(mbim::InformationReader in) {
  EIDER_TRY(channel, in.number());
  EIDER_TRY(group, in.number());
  bool any = false;
  for (auto it = groups_.begin(); it != groups_.end();) {
    if (channel != 0 ? it->first != static_cast<int>(channel) : it->second != group) {
      ++it;
      continue;
    }
    any = true;
    (void)card_.close(it->first);  // a reset of the card may have closed it
    it = groups_.erase(it);
  }
  if (!any) return Done{StatusCode::kInvalidLogicalChannel, {}};
  return Done{StatusCode::kSuccess, mbim::InformationWriter().number(status_field(0x9000)).finish()};
}

Result<MbimModem::Done> MbimModem::apdu(mbim::InformationReader in) {
  EIDER_TRY(channel, in.number());
  EIDER_TRY(secure, in.number());
  EIDER_TRY(class_type, in.number());
  EIDER_TRY(command, in.counted_octets());
  (void)secure;
  (void)class_type;  // the class byte is written anew
  if (channel > 19 || !card_.is_open(static_cast<int>(channel)))
    return Done{StatusCode::kInvalidLogicalChannel, {}};
  EIDER_TRY(response, card_.transmit(static_cast<int>(channel), command));
  return Done{StatusCode::kSuccess, mbim::InformationWriter()
                                        .number(status_field(status_word_of(response)))
                                        .counted_octets(ByteView(response).first(response.size() - 2))
                                        .finish()};
}

Result<MbimModem::Done> MbimModem::slot_mappings(const mbim::Command& command) {
  if (command.set) {
    mbim::InformationReader in(command.information);
    EIDER_TRY(count, in.number());
    EIDER_TRY(place, in.number());
    EIDER_TRY(size, in.number());
    if (count != 1 || size != 4 || place > command.information.size() ||
        command.information.size() - place < 4)
      return Done{StatusCode::kInvalidParameters, {}};
    const auto slot = mbim::get_u32(command.information, place);
    if (slot >= style_.slots) return Done{StatusCode::kInvalidParameters, {}};
    style_.mapped_slot = slot;
  }
  // MapCount, then place and size of each element, then the elements.
  return Done{StatusCode::kSuccess,
              mbim::InformationWriter().number(1).number(12).number(4).number(style_.mapped_slot).finish()};
}

}  // namespace eider::device
