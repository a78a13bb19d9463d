#include "spec/etsi/sms.hpp"

namespace eider::etsi {
namespace {
constexpr std::size_t kMaxDigits = 20;
constexpr std::uint8_t kHeaderIndicator = 0x40, kNoMoreMessages = 0x04, kSubmit = 0x01;

tl::unexpected<Fault> malformed(const char* path, std::size_t offset, const char* what) {
  return fail(DecodeFault{path, offset, what});
}

// Reads a TPDU from its front.
class Reader {
 public:
  Reader(const char* path, ByteView octets) : path_(path), all_(octets) {}
  Result<std::uint8_t> octet() {
    if (at_ == all_.size()) return malformed(path_, at_, "ends too early");
    return all_[at_++];
  }
  Result<ByteView> octets(std::size_t n) {
    if (all_.size() - at_ < n) return malformed(path_, at_, "ends too early");
    at_ += n;
    return all_.subspan(at_ - n, n);
  }
  Result<SmsAddress> address();
  Result<Bytes> user_data(std::uint8_t coding);

 private:
  const char* path_;
  ByteView all_;
  std::size_t at_ = 0;
};

Result<SmsAddress> Reader::address() {
  EIDER_TRY(length, octet());
  if (length > kMaxDigits) return malformed(path_, at_ - 1, "an address of more than 20 semi-octets");
  SmsAddress out;
  EIDER_TRY(type, octet());
  out.type = type;
  EIDER_TRY(value, octets((length + 1u) / 2));
  for (unsigned i = 0; i < length; ++i) {
    const unsigned nibble = i % 2 == 0 ? value[i / 2] & 0x0Fu : value[i / 2] >> 4;
    if (nibble == 0x0F) return malformed(path_, at_, "an address ends before its length");
    out.digits += "0123456789ABCDE"[nibble];
  }
  return out;
}

Result<Bytes> Reader::user_data(std::uint8_t coding) {
  EIDER_TRY(length, octet());
  const std::size_t n = in_septets(coding) ? (length * 7u + 7) / 8 : length;
  if (n > kMaxUserData) return malformed(path_, at_ - 1, "more than 140 octets of user data");
  EIDER_TRY(data, octets(n));
  if (at_ != all_.size()) return malformed(path_, at_, "octets after the user data");
  return to_bytes(data);
}

Status append_address(Bytes& out, const SmsAddress& address) {
  constexpr std::string_view kDigits = "0123456789ABCDE";
  if (address.digits.size() > kMaxDigits) return fail_local("an address has at most 20 digits");
  out.push_back(static_cast<std::uint8_t>(address.digits.size()));
  out.push_back(address.type);
  for (std::size_t i = 0; i < address.digits.size(); ++i) {
    const auto nibble = kDigits.find(address.digits[i]);
    if (nibble == std::string_view::npos) return fail_local("an address has digits and A to E");
    if (i % 2 == 0)
      out.push_back(static_cast<std::uint8_t>(0xF0 | nibble));
    else
      out.back() = static_cast<std::uint8_t>((out.back() & 0x0F) | nibble << 4);
  }
  return {};
}

Status append_user_data(Bytes& out, std::uint8_t coding, ByteView data) {
  if (in_septets(coding)) return fail_local("user data of the seven-bit alphabet is not written");
  if (data.size() > kMaxUserData) return fail_local("user data has at most 140 octets");
  out.push_back(static_cast<std::uint8_t>(data.size()));
  append(out, data);
  return {};
}
}  // namespace

bool in_septets(std::uint8_t coding) {
  const unsigned group = coding >> 4;
  if (group < 8) return (coding & 0x20) == 0 && (coding & 0x0C) == 0;
  if (group == 0x0F) return (coding & 0x04) == 0;
  return group != 0x0E;
}

Result<Bytes> SmsDeliver::encode() const {
  Bytes out = {
      static_cast<std::uint8_t>((has_header ? kHeaderIndicator : 0) | (more_messages ? 0 : kNoMoreMessages))};
  EIDER_CHECK(append_address(out, originator));
  append(out, Bytes{protocol_identifier, data_coding_scheme});
  append(out, time_stamp);
  EIDER_CHECK(append_user_data(out, data_coding_scheme, user_data));
  return out;
}

Result<SmsDeliver> SmsDeliver::decode(ByteView tpdu) {
  constexpr const char* kPath = "SMS-DELIVER";
  Reader in(kPath, tpdu);
  SmsDeliver out;
  EIDER_TRY(first, in.octet());
  if ((first & 0x03) != 0) return malformed(kPath, 0, "TP-MTI is not the one of SMS-DELIVER");
  out.has_header = (first & kHeaderIndicator) != 0;
  out.more_messages = (first & kNoMoreMessages) == 0;
  EIDER_TRY(originator, in.address());
  out.originator = std::move(originator);
  EIDER_TRY(pid, in.octet());
  EIDER_TRY(dcs, in.octet());
  EIDER_TRY(time, in.octets(7));
  out.protocol_identifier = pid;
  out.data_coding_scheme = dcs;
  out.time_stamp = *FixedBytes<7>::from(time);
  EIDER_TRY(data, in.user_data(dcs));
  out.user_data = std::move(data);
  return out;
}

Result<Bytes> SmsSubmit::encode() const {
  Bytes out = {static_cast<std::uint8_t>(kSubmit | (has_header ? kHeaderIndicator : 0)), reference};
  EIDER_CHECK(append_address(out, destination));
  append(out, Bytes{protocol_identifier, data_coding_scheme});
  EIDER_CHECK(append_user_data(out, data_coding_scheme, user_data));
  return out;
}

Result<SmsSubmit> SmsSubmit::decode(ByteView tpdu) {
  constexpr const char* kPath = "SMS-SUBMIT";
  Reader in(kPath, tpdu);
  SmsSubmit out;
  EIDER_TRY(first, in.octet());
  if ((first & 0x03) != kSubmit) return malformed(kPath, 0, "TP-MTI is not the one of SMS-SUBMIT");
  out.has_header = (first & kHeaderIndicator) != 0;
  EIDER_TRY(reference, in.octet());
  out.reference = reference;
  EIDER_TRY(destination, in.address());
  out.destination = std::move(destination);
  EIDER_TRY(pid, in.octet());
  EIDER_TRY(dcs, in.octet());
  out.protocol_identifier = pid;
  out.data_coding_scheme = dcs;
  const unsigned validity = first >> 3 & 0x03u;  // none, enhanced, relative, absolute
  EIDER_CHECK(in.octets(validity == 0 ? 0 : validity == 2 ? 1 : 7));
  EIDER_TRY(data, in.user_data(dcs));
  out.user_data = std::move(data);
  return out;
}

Bytes UserData::encode() const {
  Bytes header;
  for (const auto& e : elements) {
    append(header, Bytes{e.identifier, static_cast<std::uint8_t>(e.data.size())});
    append(header, e.data);
  }
  const std::uint8_t length[] = {static_cast<std::uint8_t>(header.size())};
  return concat({length, header, payload});
}

Result<UserData> UserData::decode(ByteView octets) {
  constexpr const char* kPath = "TP-User-Data";
  if (octets.empty() || octets[0] >= octets.size() + 0u)
    return malformed(kPath, 0, "the header is longer than the user data");
  UserData out;
  const std::size_t end = octets[0] + 1u;
  for (std::size_t at = 1; at < end;) {
    if (end - at < 2 || end - at - 2 < octets[at + 1])
      return malformed(kPath, at, "an information element is longer than the header");
    out.elements.push_back({octets[at], to_bytes(octets.subspan(at + 2, octets[at + 1]))});
    at += 2u + octets[at + 1];
  }
  out.payload = to_bytes(octets.subspan(end));
  return out;
}

}  // namespace eider::etsi
