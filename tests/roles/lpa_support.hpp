// Doubles for the LPA's ports.
#pragma once
#include <deque>
#include <functional>
#include <vector>

#include "codec/apdu.hpp"
#include "device/card_port.hpp"

namespace eider::test {

// A card that answers from a function and remembers what it was asked.
class FakeCard final : public CardPort {
 public:
  using Handler = std::function<Result<Bytes>(ByteView)>;
  explicit FakeCard(Handler handler) : handler_(std::move(handler)) {}
  Result<Bytes> reset() override {
    ++resets;
    return hex("3B9F96801FC78031A073BE21136743200718000001A5");
  }
  Result<Bytes> transmit(ByteView command) override {
    commands.push_back(to_bytes(command));
    return handler_(command);
  }
  std::vector<Bytes> commands;
  int resets = 0;

 private:
  Handler handler_;
};

// Opens channel 1, has the ISD-R, and hands every complete ES10 object to a function that gives the answer.
class FakeEuicc : public CardPort {
 public:
  // Data and status word.
  using Es10 = std::function<ResponseApdu(ByteView object)>;
  explicit FakeEuicc(Es10 es10) : es10_(std::move(es10)) {}
  Result<Bytes> reset() override {
    ++resets;
    return Bytes{0x3B, 0x00};
  }
  Result<Bytes> transmit(ByteView command) override {
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
  std::vector<Bytes> objects;
  Bytes proactive =
      hex("D009810301010482028182"
          "9000");
  int resets = 0;

 private:
  std::uint16_t more() const {
    const auto left = answer_.size() - given_;
    return static_cast<std::uint16_t>(0x6100 | (left >= 256 ? 0 : left));
  }
  Bytes next_part() {
    const auto n = std::min<std::size_t>(256, answer_.size() - given_);
    ResponseApdu r{to_bytes(ByteView(answer_).subspan(given_, n)), sw_};
    given_ += n;
    if (given_ < answer_.size()) r.sw = more();
    return r.encode();
  }
  Es10 es10_;
  Bytes object_, answer_;
  std::size_t given_ = 0;
  std::uint16_t sw_ = 0x9000;
};

}  // namespace eider::test
