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
  Result<Bytes> reset() override;
  Result<Bytes> transmit(ByteView command) override;
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
  Result<Bytes> reset() override;
  Result<Bytes> transmit(ByteView command) override;
  std::vector<Bytes> objects;
  Bytes proactive =
      hex("D009810301010482028182"
          "9000");
  int resets = 0;

 private:
  std::uint16_t more() const;
  Bytes next_part();
  Es10 es10_;
  Bytes object_, answer_;
  std::size_t given_ = 0;
  std::uint16_t sw_ = 0x9000;
};

}  // namespace eider::test
