// A card that answers every command with the command itself and 9000.
#pragma once
#include <atomic>
#include <chrono>
#include <thread>

#include "device/card_port.hpp"

namespace eider::test {

class EchoCard final : public CardPort {
 public:
  // T=1 only when `t1`: TD1 announces T=1, so the check octet TCK ends the ATR.
  explicit EchoCard(bool t1 = true) : atr_(t1 ? hex("3B800181") : hex("3B00")) {}
  Result<Bytes> reset() override {
    ++resets;
    if (mute) return fail(TransportFault{false, "mute"});
    return atr_;
  }
  Result<Bytes> transmit(ByteView command) override {
    ++commands;
    if (mute) return fail(TransportFault{true, "mute"});
    if (delay_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
    Bytes out = to_bytes(command);
    append(out, hex("9000"));
    return out;
  }
  Result<std::optional<Bytes>> exchange_pps(ByteView) override {
    if (mute) return fail(TransportFault{true, "mute"});
    return pps;
  }
  const Bytes& atr() const { return atr_; }
  std::atomic<int> resets{0}, commands{0}, delay_ms{0};
  std::atomic<bool> mute{false};
  std::optional<Bytes> pps;  // set before the client asks

 private:
  Bytes atr_;
};

}  // namespace eider::test
