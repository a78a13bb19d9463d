#include "roles/lpa/lpa_support.hpp"

namespace eider::test {

Result<Bytes> FakeCard::reset() {
  ++resets;
  return hex("3B9F96801FC78031A073BE21136743200718000001A5");
}

Result<Bytes> FakeCard::transmit(ByteView command) {
  commands.push_back(to_bytes(command));
  return handler_(command);
}

Result<Bytes> FakeEuicc::reset() {
  ++resets;
  return Bytes{0x3B, 0x00};
}

Result<Bytes> FakeEuicc::transmit(ByteView command) {
  auto c = parse_command(command);
  if (!c) return hex("6700");
  switch (c->ins) {
    case 0x70:
      return c->p1 == 0 ? hex("019000") : hex("9000");
    case 0xA4:
      return hex("6F1A8410A0000005591010FFFFFFFF8900000100E0058203020601A5009000");
    case 0xC0:
      return next_part();
    case 0xE2:
      break;
    case 0x12:
      return proactive;
    default:
      return hex("9000");
  }
  if (c->p2 == 0) object_.clear();
  append(object_, c->data);
  if (c->p1 == 0x11) return hex("9000");
  objects.push_back(object_);
  auto r = es10_(object_);
  answer_ = std::move(r.data);
  sw_ = r.sw;
  given_ = 0;
  return answer_.empty() ? ResponseApdu{{}, sw_}.encode() : ResponseApdu{{}, more()}.encode();
}

std::uint16_t FakeEuicc::more() const {
  const auto left = answer_.size() - given_;
  return static_cast<std::uint16_t>(0x6100 | (left >= 256 ? 0 : left));
}

Bytes FakeEuicc::next_part() {
  const auto n = std::min<std::size_t>(256, answer_.size() - given_);
  ResponseApdu r{to_bytes(ByteView(answer_).subspan(given_, n)), sw_};
  given_ += n;
  if (given_ < answer_.size()) r.sw = more();
  return r.encode();
}

}  // namespace eider::test
