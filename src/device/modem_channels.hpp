// The modem's side of logical channels: it powers the card as its terminal, opens a channel with an
// application for whoever asks, writes the channel into the class byte, and carries out what the card asks
// for meanwhile.
#pragma once
#include <set>

#include "device/terminal.hpp"

namespace eider::device {

class ModemCard {
 public:
  // Both must outlive it.
  ModemCard(CardPort& card, const Clock& clock, TerminalConfig config = {});
  // Cold: every channel is gone. Returns the ATR.
  Result<Bytes> power_on();
  const Bytes& atr() const { return atr_; }

  struct Opened {
    int channel = 0;
    Bytes select_response;  // with its status word
  };
  // StatusWord: the card has no such application (its own word), or no channel.
  Result<Opened> open(ByteView aid, std::uint8_t p2 = 0x00);
  bool is_open(int channel) const { return channel == 0 || open_.contains(channel); }
  // The answer as the card gave it; `channel` 0 is the basic one. A REFRESH that follows may reset the card.
  Result<Bytes> transmit(int channel, ByteView command, bool write_class = true);
  // LocalFault: it is not open.
  Status close(int channel);

 private:
  Result<Bytes> exchange(ByteView command);
  CardPort& card_;
  Terminal terminal_;
  Bytes atr_;
  std::set<int> open_;
};

}  // namespace eider::device
