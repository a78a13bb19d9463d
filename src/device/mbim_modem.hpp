// An emulated modem that speaks MBIM in front of a card: Microsoft's low-level access to the UICC, and slots.
#pragma once
#include <map>

#include "channel/mbim.hpp"
#include "device/emulated_modem.hpp"
#include "device/modem_channels.hpp"

namespace eider::device {

struct MbimModemStyle {
  std::uint32_t slots = 1, card_slot = 0;  // counted from 0
  std::uint32_t mapped_slot = 0;           // that the modem uses when it is opened
  // SELECT with any other P2 is refused, as some modems do; FF: with none.
  std::uint32_t select_p2 = 0xFF;
};

class MbimModem final : public EmulatedModem {
 public:
  // The card must be powered on and outlive the modem.
  explicit MbimModem(ModemCard& card, MbimModemStyle style = {}) : card_(card), style_(style) {}
  std::string receive(ByteView octets) override;
  void hang_up() override;

 private:
  struct Done {
    mbim::StatusCode status = mbim::StatusCode::kSuccess;
    Bytes information;
  };
  void answer(const mbim::Message& message, std::string& out);
  Done carry_out(const mbim::Command& command);
  Result<Done> uicc(const mbim::Command& command);
  Result<Done> open_channel(mbim::InformationReader in);
  Result<Done> close_channel(mbim::InformationReader in);
  Result<Done> apdu(mbim::InformationReader in);
  Result<Done> slot_mappings(const mbim::Command& command);
  void send(const mbim::Message& message, std::string& out) const;

  ModemCard& card_;
  MbimModemStyle style_;
  mbim::Reader reader_;
  bool open_ = false;
  std::size_t longest_ = 4096;           // fragment, as the host says when it opens
  std::map<int, std::uint32_t> groups_;  // of the channels that the host has opened
};

}  // namespace eider::device
