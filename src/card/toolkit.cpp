#include "card/toolkit.hpp"

#include "codec/comprehension_tlv.hpp"
#include "codec/tlv.hpp"

namespace eider::card {

void Toolkit::send_refresh(std::uint8_t qualifier) {
  // command details (number 1, REFRESH 01), device identities UICC to terminal
  const Bytes details = {0x81, 0x03, 0x01, 0x01, qualifier, 0x82, 0x02, 0x81, 0x82};
  send(make_tlv(0xD0, details));
}

bool Toolkit::send_short_message(ByteView service_centre, ByteView tpdu) {
  if (waiting_.size() >= kMaxWaiting) return false;
  // command details (number 1, SEND SHORT MESSAGE 13, no packing by the terminal), from UICC to network
  Bytes content = {0x81, 0x03, 0x01, 0x13, 0x00, 0x82, 0x02, 0x81, 0x83};
  if (!service_centre.empty()) append_tlv(content, 0x86, service_centre);
  append_tlv(content, 0x8B, tpdu);
  send(make_tlv(0xD0, content));
  return true;
}

bool Toolkit::refresh_outstanding() const {
  const auto is_refresh = [](ByteView command) {
    const auto d0 = read_single_tlv(command);
    const auto details = d0 ? find_tlv(d0->value, 0x81) : std::nullopt;
    return details && details->value.size() == 3 && details->value[1] == 0x01;
  };
  return (running_ && is_refresh(*running_)) || std::ranges::any_of(waiting_, is_refresh);
}

std::optional<std::size_t> Toolkit::pending() const {
  if (profile_.empty() || running_ || waiting_.empty()) return std::nullopt;
  return waiting_.front().size();
}

std::optional<Bytes> Toolkit::fetch() {
  if (!pending()) return std::nullopt;
  running_ = std::move(waiting_.front());
  waiting_.pop_front();
  return running_;
}

std::optional<Toolkit::Answer> Toolkit::terminal_response(ByteView data) {
  if (!running_) return std::nullopt;
  const auto all = read_comprehension_tlvs(data);
  if (!all) return std::nullopt;
  const auto* details = find_comprehension_tlv(*all, 0x01);
  const auto* result = find_comprehension_tlv(*all, 0x03);
  if (!details || details->value.size() != 3 || !result || result->value.empty()) return std::nullopt;
  running_.reset();
  return Answer{details->value[1], details->value[2], result->value[0]};
}

}  // namespace eider::card
