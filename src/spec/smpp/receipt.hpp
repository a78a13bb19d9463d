// Delivery receipts (SMPP v3.4 section 2.11 and Appendix B) and the time of day as SMPP writes it (7.1.1).
#pragma once
#include "base/clock.hpp"
#include "spec/smpp/pdu.hpp"

namespace eider::smpp {

struct Receipt {
  std::string message_id;
  MessageState state = MessageState::kUnknown;
  Time submitted{}, done{};
  // Of the network: 3 stands for GSM, then the code (section 5.3.2.31). 0: none.
  std::uint16_t network_error = 0;

  // short_message, with esm_class 04, and receipted_message_id, message_state, network_error_code.
  void write(Pdu& deliver_sm) const;
  // From the optional parameters, else from the text. Nothing: it is no receipt, or one that cannot be read.
  static std::optional<Receipt> read(const Pdu& deliver_sm);
};

// "YYMMDDhhmmsstnnp": absolute (p is + or -), or relative (R; a year has 365 days and a month 30). Empty
// text: nothing. DecodeFault for any other.
Result<std::optional<Time>> parse_time(std::string_view text, Time now);
std::string format_absolute(Time time);
// At most 99 days; rounded up to seconds.
std::string format_relative(Duration duration);

}  // namespace eider::smpp
