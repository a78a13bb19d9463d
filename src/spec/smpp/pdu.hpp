// Protocol data units of SMPP v3.4 (sections 3.2 and 4): a struct a body, and beside it a table of its fields
// in pdu.cpp. Not read: submit_multi, whose command is answered as unknown.
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "spec/smpp/commands.hpp"

namespace eider::smpp {

constexpr std::size_t kHeaderSize = 16;
// A message_payload of 64 kB, and the other fields.
constexpr std::size_t kMaxPdu = 0x10000 + 1024;
constexpr std::size_t kMaxShortMessage = 254;
constexpr std::uint32_t kMaxSequence = 0x7FFFFFFF;

struct Address {
  std::uint8_t ton = ton::kUnknown, npi = npi::kUnknown;
  std::string digits;
  bool operator==(const Address&) const = default;
};

struct NoBody {};
struct Bind {  // bind_transmitter, bind_receiver, bind_transceiver
  std::string system_id;
  Secret password;
  std::string system_type;
  std::uint8_t interface_version = kVersion34;
  Address address_range;
};
struct BindResp {
  std::string system_id;
};
struct Outbind {
  std::string system_id;
  Secret password;
};
struct ShortMessage {  // submit_sm, deliver_sm
  std::string service_type;
  Address source, destination;
  std::uint8_t esm_class = 0, protocol_id = 0, priority_flag = 0;
  std::string schedule_delivery_time, validity_period;
  std::uint8_t registered_delivery = 0, replace_if_present_flag = 0, data_coding = 0, sm_default_msg_id = 0;
  Bytes short_message;
};
struct DataSm {
  std::string service_type;
  Address source, destination;
  std::uint8_t esm_class = 0, registered_delivery = 0, data_coding = 0;
};
struct MessageIdResp {  // submit_sm_resp, deliver_sm_resp (empty there), data_sm_resp
  std::string message_id;
};
struct QuerySm {
  std::string message_id;
  Address source;
};
struct QuerySmResp {
  std::string message_id, final_date;
  std::uint8_t message_state = 0, error_code = 0;
};
struct CancelSm {
  std::string service_type, message_id;
  Address source, destination;
};
struct ReplaceSm {
  std::string message_id;
  Address source;
  std::string schedule_delivery_time, validity_period;
  std::uint8_t registered_delivery = 0, sm_default_msg_id = 0;
  Bytes short_message;
};
struct AlertNotification {
  Address source, esme;
};
using Body = std::variant<NoBody, Bind, BindResp, Outbind, ShortMessage, DataSm, MessageIdResp, QuerySm,
                          QuerySmResp, CancelSm, ReplaceSm, AlertNotification>;

struct Tlv {
  std::uint16_t tag = 0;
  Bytes value;
};

struct Pdu {
  CommandId command = CommandId::kGenericNack;
  CommandStatus status = CommandStatus::kOk;
  std::uint32_t sequence = 0;
  Body body;
  std::vector<Tlv> tlvs;  // in their order, unknown ones too

  template <class T>
  const T* as() const {
    return std::get_if<T>(&body);
  }
  const Tlv* find(std::uint16_t wanted) const;
  // Of one or two octets, or four; nothing: it is not there.
  std::optional<std::uint32_t> number(std::uint16_t wanted) const;
  // Without its 00.
  std::optional<std::string> text(std::uint16_t wanted) const;
  void add(std::uint16_t new_tag, ByteView value) { tlvs.push_back({new_tag, to_bytes(value)}); }
  void add_text(std::uint16_t new_tag, std::string_view value);

  // LocalFault for a body that is not the one of the command, and for fields that are too long or hold a 00.
  Result<Bytes> encode() const;
};

// What the sender of a PDU that cannot be read is told (section 3.3 and 5.1.3): a response of its command, or
// generic_nack.
struct Refusal {
  CommandId command = CommandId::kGenericNack;  // of the answer
  CommandStatus status = CommandStatus::kSystemError;
  std::uint32_t sequence = 0;
  DecodeFault fault;
};
template <class T>
using Decoded = tl::expected<T, Refusal>;

// Octets of the PDU at the start of `received`; nothing yet when its length has not come. After a refusal the
// beginning of the next PDU is not known.
Decoded<std::optional<std::size_t>> pdu_length(ByteView received);
// One PDU, all of it.
Decoded<Pdu> decode_pdu(ByteView octets);

// The answer to a request, with the body that its command has.
Pdu response(const Pdu& request, CommandStatus status, std::string text = {});

// What a submit_sm, deliver_sm or data_sm carries: short_message or message_payload.
ByteView message_octets(const Pdu& pdu);

}  // namespace eider::smpp
