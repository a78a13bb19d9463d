// An emulated modem that speaks AT in front of a card: what a driver for modems needs at the other end. Text
// in and out; the device is the caller's.
#pragma once
#include <map>

#include "channel/at.hpp"
#include "device/emulated_modem.hpp"
#include "device/modem_channels.hpp"

namespace eider::device {

// Ways in which modems in the field differ from TS 27.007, or use what it leaves open.
struct AtModemStyle {
  bool channels = true;              // has +CCHO, +CGLA, +CCHC
  bool csim = true;                  // has +CSIM
  bool tests = true;                 // answers "=?" of those
  bool prefix = true;                // "+CCHO: 1", else "1"
  bool space = true;                 // behind the colon
  bool quotes = true;                // around hexadecimal
  bool lower_case = false;           // hexadecimal
  bool long_handles = false;         // sessions of 16 hexadecimal characters
  bool writes_class = true;          // else the class byte goes to the card as it came
  bool tells_proactive = true;       // 91xx, else 9000 in its place
  std::size_t longest_apdu = 65544;  // octets; longer ones are refused
  std::string unsolicited;           // a line that comes before every answer
};

class AtModem final : public EmulatedModem {
 public:
  // The card must be powered on (ModemCard::power_on) and outlive the modem.
  explicit AtModem(ModemCard& card, AtModemStyle style = {}) : card_(card), style_(std::move(style)) {}
  // The echo included.
  std::string receive(ByteView octets) override;
  void hang_up() override { line_.clear(); }

 private:
  std::string carry_out(std::string_view line);
  std::string answer(const at::Command& command);
  std::string set(const at::Command& command);
  std::string open(const at::Command& command);
  std::string close(const at::Command& command);
  std::string transmit(const at::Command& command);
  std::string csim(const at::Command& command);
  std::string apdu_answer(std::string_view name, Result<Bytes> answer) const;
  std::string information(std::string_view name, const std::string& text) const;
  std::string error(int cme) const;

  ModemCard& card_;
  AtModemStyle style_;
  std::map<std::string, int> sessions_;  // channel of a session
  std::uint32_t next_handle_ = 0x038AA32F;
  std::string line_;
  bool too_long_ = false, echo_ = true;
  int errors_ = 0;  // +CMEE
  bool on_ = true;  // +CFUN
};

}  // namespace eider::device
