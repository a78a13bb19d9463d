#include "device/qmi_modem.hpp"

#include "base/log.hpp"

namespace eider::device {
namespace {
using qmi::Error;
using qmi::response_to;

constexpr std::size_t kMaxClients = 32;

void put_card_result(qmi::Message& message, std::uint16_t sw) {
  message.tlvs[0x11] = Bytes{static_cast<std::uint8_t>(sw >> 8), static_cast<std::uint8_t>(sw)};
}
}  // namespace

std::string QmiModem::receive(ByteView octets) {
  const auto messages = reader_.feed(octets);
  if (!messages) {
    log::info("qmi", messages.error().message());
    reader_.clear();
    return {};
  }
  std::string out;
  for (const auto& message : *messages)
    if (!message.from_device) out += as_text(qmi::encode(answer(message)));
  return out;
}

qmi::Message QmiModem::answer(const qmi::Message& request) {
  if (request.service == qmi::kControl) return control(request);
  if (request.service != qmi::kUim || !clients_.contains(request.client))
    return response_to(request, Error::kInvalidClient);
  return uim(request);
}

qmi::Message QmiModem::control(const qmi::Message& request) {
  switch (static_cast<qmi::Control>(request.id)) {
    case qmi::Control::kSync:
      clients_.clear();
      return response_to(request, Error::kNone);
    case qmi::Control::kVersionInfo: {
      auto out = response_to(request, Error::kNone);
      out.tlvs[0x01] = hex("02 00 0100 0500 0B 0100 2E00");  // control 1.5, UIM 1.46
      return out;
    }
    case qmi::Control::kAllocateClient: {
      const auto service = request.octet(0x01);
      if (service != qmi::kUim)
        return response_to(request, service ? Error::kInvalidArgument : Error::kMissingArgument);
      std::uint8_t client = 1;
      while (clients_.contains(client)) ++client;
      if (clients_.size() >= kMaxClients) return response_to(request, Error::kInsufficientResources);
      clients_.insert(client);
      auto out = response_to(request, Error::kNone);
      out.tlvs[0x01] = Bytes{*service, client};
      return out;
    }
    case qmi::Control::kReleaseClient: {
      const auto who = request.tlvs.find(0x01);
      if (who == request.tlvs.end() || who->second.size() != 2)
        return response_to(request, Error::kMissingArgument);
      if (clients_.erase(who->second[1]) == 0) return response_to(request, Error::kInvalidClient);
      auto out = response_to(request, Error::kNone);
      out.tlvs[0x01] = who->second;
      return out;
    }
    default:
      return response_to(request, Error::kInvalidCommand);
  }
}

qmi::Message QmiModem::uim(const qmi::Message& request) {
  const auto id = static_cast<qmi::Uim>(request.id);
  if (id == qmi::Uim::kReset) return response_to(request, Error::kNone);
  const auto slot = request.octet(0x01);
  if (!slot) return response_to(request, Error::kMissingArgument);
  if (*slot != style_.card_slot) return response_to(request, Error::kNoSim);
  switch (id) {
    case qmi::Uim::kPowerOff:
      return response_to(request, Error::kNone);
    case qmi::Uim::kPowerOn:
      return response_to(request, card_.power_on() ? Error::kNone : Error::kInternal);
    case qmi::Uim::kGetAtr: {
      auto out = response_to(request, Error::kNone);
      out.put_counted(0x10, 1, card_.atr());
      return out;
    }
    case qmi::Uim::kOpenLogicalChannel:
      return open_channel(request);
    case qmi::Uim::kLogicalChannel:
      return close_channel(request);
    case qmi::Uim::kSendApdu:
      return send_apdu(request);
    default:
      return response_to(request, Error::kInvalidCommand);
  }
}

qmi::Message QmiModem::open_channel(const qmi::Message& request) {
  const auto aid = request.counted(0x10, 1);
  if (!aid || aid->empty() || aid->size() > 16) return response_to(request, Error::kInvalidArgument);
  const auto opened = card_.open(*aid);
  if (!opened) {
    const auto* sw = opened.error().as<StatusWord>();
    if (!sw) return response_to(request, Error::kInternal);
    auto out =
        response_to(request, sw->sw == 0x6A81 ? Error::kInsufficientResources : Error::kSimFileNotFound);
    put_card_result(out, sw->sw);
    return out;
  }
  auto out = response_to(request, Error::kNone);
  const ByteView answer = opened->select_response;
  out.tlvs[0x10] = Bytes{static_cast<std::uint8_t>(opened->channel)};
  put_card_result(out, static_cast<std::uint16_t>(answer[answer.size() - 2] << 8 | answer.back()));
  out.put_counted(0x12, 1, answer.first(std::min<std::size_t>(answer.size() - 2, 255)));
  return out;
}

qmi::Message QmiModem::close_channel(const qmi::Message& request) {
  const auto channel = request.octet(0x11);
  if (!channel) return response_to(request, Error::kMissingArgument);
  return response_to(request, card_.close(*channel) ? Error::kNone : Error::kInvalidArgument);
}

qmi::Message QmiModem::send_apdu(const qmi::Message& request) {
  const auto apdu = request.counted(0x02, 2);
  if (!apdu) return response_to(request, Error::kMissingArgument);
  const int channel = request.octet(0x10).value_or(0);
  if (!card_.is_open(channel)) return response_to(request, Error::kInvalidArgument);
  const auto answer = card_.transmit(channel, *apdu);
  if (!answer)
    return response_to(request, answer.error().as<DecodeFault>() ? Error::kMalformed : Error::kInternal);
  auto out = response_to(request, Error::kNone);
  out.put_counted(0x10, 2, *answer);
  return out;
}

}  // namespace eider::device
