#include "card/toolkit.hpp"

#include "codec/tlv.hpp"

namespace eider::card {

void Toolkit::send_refresh(std::uint8_t qualifier) {
  // command details (number 1, REFRESH 01), device identities UICC to terminal
  const Bytes details = {0x81, 0x03, 0x01, 0x01, qualifier, 0x82, 0x02, 0x81, 0x82};
  send(make_tlv(0xD0, details));
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
  // Comprehension-TLVs: bit 8 of the tag is only the comprehension-required flag.
  std::optional<ByteView> details, result;
  while (data.size() >= 2) {
    const unsigned tag = data[0] & 0x7Fu;
    std::size_t length = data[1], header = 2;
    if (length == 0x81 && data.size() > 2) {
      length = data[2];
      header = 3;
    } else if (length > 0x7F) {
      return std::nullopt;
    }
    if (data.size() < header + length) return std::nullopt;
    const auto value = data.subspan(header, length);
    if (tag == 0x01 && !details) details = value;
    if (tag == 0x03 && !result) result = value;
    data = data.subspan(header + length);
  }
  if (!details || details->size() != 3 || !result || result->empty()) return std::nullopt;
  running_.reset();
  return Answer{(*details)[1], (*details)[2], (*result)[0]};
}

}  // namespace eider::card
