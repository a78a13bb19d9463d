#include "roles/smsc/message.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>

#include "device/short_messages.hpp"
#include "spec/etsi/scp80.hpp"
#include "spec/smpp/receipt.hpp"

namespace eider::smsc {
namespace {
namespace ch = std::chrono;
using smpp::CommandStatus;

constexpr std::size_t kMaxMessage = 255 * etsi::kMaxUserData;
constexpr std::size_t kMaxDigits = 20;
constexpr std::uint8_t kAddressExtension = 0x80;

// Digits of a number without what people write in front of it; nothing: it is no number.
std::optional<std::string> digits_of(const smpp::Address& address) {
  std::string out = address.digits;
  if (out.starts_with('+')) out.erase(0, 1);
  const bool digits = std::ranges::all_of(out, [](char c) { return c >= '0' && c <= '9'; });
  return digits && !out.empty() && out.size() <= kMaxDigits ? std::optional(out) : std::nullopt;
}

etsi::SmsAddress to_sms(const smpp::Address& a) {
  return {static_cast<std::uint8_t>(kAddressExtension | (a.ton & 0x07) << 4 | (a.npi & 0x0F)), a.digits};
}
smpp::Address to_smpp(const etsi::SmsAddress& a) {
  return {static_cast<std::uint8_t>(a.type >> 4 & 0x07), static_cast<std::uint8_t>(a.type & 0x0F), a.digits};
}

// SMPP v3.4 sections 5.3.2.22 to 5.3.2.24 as the information element of TS 23.040 section 9.2.3.24.8.
CommandStatus add_segmentation(Message& m, const smpp::Pdu& pdu) {
  const auto reference = pdu.number(smpp::tag::kSarReference), total = pdu.number(smpp::tag::kSarTotal),
             number = pdu.number(smpp::tag::kSarSequence);
  if (!reference && !total && !number) return CommandStatus::kOk;
  if (!reference || !total || !number) return CommandStatus{0xC3};  // ESME_RMISSINGOPTPARAM
  if (*total == 0 || *number == 0 || *number > *total) return CommandStatus::kInvalidOptionalValue;
  etsi::UserData data{{}, m.data};
  if (m.has_header) {
    auto decoded = etsi::UserData::decode(m.data);
    if (!decoded) return CommandStatus{0x43};  // ESME_RINVESMCLASS
    data = *std::move(decoded);
  }
  data.elements.push_back({etsi::kIeiConcatenation16,
                           {static_cast<std::uint8_t>(*reference >> 8), static_cast<std::uint8_t>(*reference),
                            static_cast<std::uint8_t>(*total), static_cast<std::uint8_t>(*number)}});
  m.data = data.encode();
  m.has_header = true;
  return CommandStatus::kOk;
}

// TP-SCTS (TS 23.040 section 9.2.3.11): swapped digits, UTC.
FixedBytes<7> time_stamp(Time now) {
  const auto text = smpp::format_absolute(now);  // YYMMDDhhmmss…
  return *FixedBytes<7>::from(*bcd_encode(text.substr(0, 12) + "00", true));
}
}  // namespace

std::string Message::name() const {
  char out[17];
  std::snprintf(out, sizeof out, "%016llX", static_cast<unsigned long long>(id));
  return out;
}
std::optional<std::uint64_t> message_number(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, 16);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(out) : std::nullopt;
}

Taken take_submission(const smpp::Pdu& pdu, Time now, Duration longest_validity) {
  Message m;
  std::string scheduled, validity;
  const auto common = [&](const auto& body) {
    m.source = body.source;
    m.destination = body.destination;
    m.has_header = (body.esm_class & smpp::esm::kUdhi) != 0;
    m.data_coding = body.data_coding;
    m.registered_delivery = body.registered_delivery & smpp::registered::kMask;
  };
  if (const auto* sm = pdu.as<smpp::ShortMessage>()) {
    common(*sm);
    m.protocol_id = sm->protocol_id;
    scheduled = sm->schedule_delivery_time;
    validity = sm->validity_period;
  } else if (const auto* data = pdu.as<smpp::DataSm>()) {
    common(*data);
  }
  if (!scheduled.empty()) return tl::unexpected(CommandStatus::kInvalidScheduledTime);
  const auto destination = digits_of(m.destination);
  if (!destination) return tl::unexpected(CommandStatus::kInvalidDestination);
  m.destination.digits = *destination;
  if (const auto source = digits_of(m.source)) m.source.digits = *source;
  if (m.source.digits.empty()) return tl::unexpected(CommandStatus::kInvalidSource);
  m.data = to_bytes(smpp::message_octets(pdu));
  if (m.data.size() > kMaxMessage) return tl::unexpected(CommandStatus::kInvalidMessageLength);
  const auto until = smpp::parse_time(validity, now);
  if (!until || (*until && **until <= now)) return tl::unexpected(CommandStatus::kInvalidExpiryTime);
  m.submitted = now;
  m.expires = std::min(until->value_or(now + longest_validity), now + longest_validity);
  if (const auto status = add_segmentation(m, pdu); status != CommandStatus::kOk)
    return tl::unexpected(status);
  return m;
}

std::optional<std::vector<Message>> split(const Message& message, std::uint8_t reference) {
  if (message.data.size() <= etsi::kMaxUserData) return std::vector{message};
  if (message.has_header) return std::nullopt;
  const auto parts = device::split_message({}, message.data, reference);
  if (!parts) return std::nullopt;
  std::vector<Message> out;
  for (const auto& part : *parts) {
    out.push_back(message);
    out.back().has_header = true;
    out.back().data = part.user_data;
  }
  return out;
}

smpp::Pdu deliver_sm(const Message& m) {
  smpp::ShortMessage sm;
  sm.source = m.source;
  sm.destination = m.destination;
  sm.esm_class = m.flow == Flow::kReceipt ? smpp::esm::kReceipt : m.has_header ? smpp::esm::kUdhi : 0;
  sm.protocol_id = m.protocol_id;
  sm.data_coding = m.data_coding;
  smpp::Pdu out{smpp::CommandId::kDeliverSm, CommandStatus::kOk, 0, {}, m.tlvs};
  if (m.data.size() <= smpp::kMaxShortMessage) {
    sm.short_message = m.data;
  } else {
    out.add(smpp::tag::kMessagePayload, m.data);
  }
  out.body = std::move(sm);
  return out;
}

Result<etsi::SmsDeliver> sms_deliver(const Message& m, Time now) {
  if (etsi::in_septets(m.data_coding))
    return fail_local("text of the seven-bit alphabet is not carried to devices");
  etsi::SmsDeliver out;
  out.has_header = m.has_header;
  out.originator = to_sms(m.source);
  out.protocol_identifier = m.protocol_id;
  out.data_coding_scheme = m.data_coding;
  out.time_stamp = time_stamp(now);
  out.user_data = m.data;
  EIDER_CHECK(out.encode());
  return out;
}

Message take_submit(const etsi::SmsSubmit& submit, const std::string& number) {
  Message m;
  m.flow = Flow::kMo;
  m.source = {smpp::ton::kInternational, smpp::npi::kIsdn, number};
  m.destination = to_smpp(submit.destination);
  m.has_header = submit.has_header;
  m.protocol_id = submit.protocol_identifier;
  m.data_coding = submit.data_coding_scheme;
  m.data = submit.user_data;
  return m;
}

}  // namespace eider::smsc
