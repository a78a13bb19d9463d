#include "device/short_messages.hpp"

#include "spec/etsi/scp80.hpp"

namespace eider::device {
namespace {
constexpr std::size_t kMaxParts = 255, kConcatenationHeader = 6;
constexpr std::uint8_t kAlphabetMask = 0x0C, kEightBit = 0x04;

// TS 23.038 section 4: general data coding and data coding/message class groups.
bool eight_bit(std::uint8_t coding) {
  const unsigned group = coding >> 4;
  return (group < 4 && (coding & kAlphabetMask) == kEightBit) || (group == 0x0F && (coding & kEightBit) != 0);
}

// TS 23.038 section 6.1.2.1.
Bytes pack(ByteView septets) {
  Bytes out((septets.size() * 7 + 7) / 8);
  for (std::size_t i = 0; i < septets.size(); ++i) {
    const std::size_t at = i * 7 / 8;
    const unsigned shifted = (septets[i] & 0x7Fu) << (i * 7 % 8);
    out[at] = static_cast<std::uint8_t>(out[at] | shifted);
    if (shifted > 0xFF) out[at + 1] = static_cast<std::uint8_t>(shifted >> 8);
  }
  return out;
}
}  // namespace

Result<std::vector<etsi::SmsDeliver>> split_message(const etsi::SmsDeliver& head, ByteView payload,
                                                    std::uint8_t reference) {
  std::vector<etsi::SmsDeliver> out;
  if (payload.size() <= etsi::kMaxUserData) {
    out.push_back(head);
    out.back().user_data = to_bytes(payload);
    return out;
  }
  const auto each = etsi::kMaxUserData - kConcatenationHeader;
  const auto parts = (payload.size() + each - 1) / each;
  if (parts > kMaxParts) return fail_local("a message has at most 255 parts");
  for (std::size_t i = 0; i < parts; ++i) {
    const auto part = payload.subspan(i * each, std::min(each, payload.size() - i * each));
    etsi::UserData data{{{etsi::kIeiConcatenation8,
                          {reference, static_cast<std::uint8_t>(parts), static_cast<std::uint8_t>(i + 1)}}},
                        to_bytes(part)};
    out.push_back(head);
    out.back().has_header = true;
    out.back().more_messages = i + 1 < parts;
    out.back().user_data = data.encode();
  }
  return out;
}

Result<Bytes> pack_submit(ByteView tpdu) {
  EIDER_TRY(message, etsi::SmsSubmit::decode(tpdu));
  if (!eight_bit(message.data_coding_scheme) || message.has_header) return to_bytes(tpdu);
  // The text is what ends the message; its length and the coding scheme stand in front of it.
  const auto text = message.user_data.size();
  const unsigned validity = tpdu[0] >> 3 & 0x03u;
  const std::size_t period = validity == 0 ? 0 : validity == 2 ? 1 : 7;
  Bytes out = to_bytes(tpdu.first(tpdu.size() - text));
  auto& coding = out[out.size() - 1 - period - 1];
  coding = static_cast<std::uint8_t>(coding & ~kEightBit);
  append(out, pack(message.user_data));
  return out;
}

}  // namespace eider::device
