// A short message while a service centre has it, and what SMPP and the network make of it.
#pragma once
#include "base/clock.hpp"
#include "roles/smsc/faults.hpp"
#include "spec/etsi/sms.hpp"
#include "spec/smpp/pdu.hpp"

namespace eider::smsc {

struct Message {
  std::uint64_t id = 0;
  Flow flow = Flow::kMt;
  std::string account;  // that submitted it; of a receipt: that gets it
  smpp::Address source, destination;
  bool has_header = false;
  std::uint8_t protocol_id = 0, data_coding = 0;
  Bytes data;                   // of a receipt: the text
  std::vector<smpp::Tlv> tlvs;  // of a receipt
  std::uint8_t registered_delivery = 0;
  Time submitted{}, expires{};
  smpp::MessageState state = smpp::MessageState::kEnroute;
  std::uint16_t network_error = 0;
  int attempts = 0;
  int copies = 1;  // still to be delivered
  bool held = false, under_way = false;

  std::string name() const;  // message_id: 16 hexadecimal digits, as receipts name it
};
std::optional<std::uint64_t> message_number(std::string_view message_id);

// The status says what is wrong with a submit_sm or data_sm. sar_ parameters become a header; longer messages
// than one are left to split().
using Taken = tl::expected<Message, smpp::CommandStatus>;
Taken take_submission(const smpp::Pdu& pdu, Time now, Duration longest_validity);
// As messages of at most 140 octets; several when there is no header yet. Nothing: it is too long.
std::optional<std::vector<Message>> split(const Message& message, std::uint8_t reference);

smpp::Pdu deliver_sm(const Message& message);
// Faults: LocalFault for what no device takes (the seven-bit alphabet, an alphanumeric address).
Result<etsi::SmsDeliver> sms_deliver(const Message& message, Time now);
Message take_submit(const etsi::SmsSubmit& submit, const std::string& number);

}  // namespace eider::smsc
