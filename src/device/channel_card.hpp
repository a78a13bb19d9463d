// A card behind a modem that opens logical channels itself, with an application, and manages the class byte
// (3GPP TS 27.007 section 8.45, QMI UIM, MBIM): seen from here it takes MANAGE CHANNEL and SELECT as any
// card.
#pragma once
#include <array>
#include <memory>

#include "device/card_port.hpp"

namespace eider::device {

// What such a modem offers. Faults: StatusWord (the card's own), LocalFault (the modem says no),
// TransportFault.
class ModemChannels {
 public:
  using Session = std::string;  // a handle of the modem's
  struct Opened {
    Session session;
    Bytes select_response;  // with its status word; empty: the modem does not tell
  };
  virtual ~ModemChannels() = default;
  virtual Result<Opened> open_channel(ByteView aid) = 0;
  // The class byte names no channel. The card's answer with its status word.
  virtual Result<Bytes> transmit(const Session& session, ByteView command) = 0;
  virtual Status close_channel(const Session& session) = 0;
  // A channel that somebody left open who does not run any more, by its number.
  virtual Status close_leaked(int channel) = 0;
  // A command on the basic channel.
  virtual Result<Bytes> transmit_basic(ByteView command) = 0;
  // Returns when the card can be used again; the ATR, or nothing where the modem does not tell.
  virtual Result<Bytes> reset() = 0;
};

// Channels 1 to 3. SELECT by AID opens the modem's channel, since it opens none without an application.
class ChannelCard final : public CardPort {
 public:
  explicit ChannelCard(std::unique_ptr<ModemChannels> modem);
  ~ChannelCard() override;  // closes what is open
  ChannelCard(const ChannelCard&) = delete;
  ChannelCard& operator=(const ChannelCard&) = delete;
  Result<Bytes> reset() override;
  Result<Bytes> transmit(ByteView command) override;

 private:
  struct Channel {
    bool taken = false;
    std::optional<ModemChannels::Session> session;
  };
  Result<Bytes> manage_channel(ByteView command);
  Result<Bytes> select(Channel& channel, ByteView command, ByteView aid);
  Status give_back(Channel& channel);
  void close_all();

  std::unique_ptr<ModemChannels> modem_;
  std::array<Channel, 4> channels_;  // the first is the basic one and never taken
};

}  // namespace eider::device
