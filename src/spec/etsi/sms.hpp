// Short messages as they reach and leave a card: SMS-DELIVER and SMS-SUBMIT with user data headers (3GPP TS
// 23.040 sections 9.2.2 and 9.2.3.24).
#pragma once
#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::etsi {

// Octets of TP-User-Data in one message.
constexpr std::size_t kMaxUserData = 140;

// TS 23.038 section 4: is user data of this TP-DCS in septets, which TP-UDL then counts?
bool in_septets(std::uint8_t data_coding_scheme);

// Section 9.1.2.5. The digits of an alphanumeric address are the semi-octets of its packed septets.
struct SmsAddress {
  std::uint8_t type = 0x91;  // type of number and numbering plan; 91: international, ISDN
  std::string digits;        // 0-9, and A to E for *, #, a, b, c
  bool operator==(const SmsAddress&) const = default;
};

struct SmsDeliver {
  bool more_messages = false;
  bool has_header = false;  // TP-UDHI
  SmsAddress originator;
  std::uint8_t protocol_identifier = 0, data_coding_scheme = 0;
  FixedBytes<7> time_stamp;
  Bytes user_data;  // with its header

  // LocalFault when the user data or the address is too long.
  Result<Bytes> encode() const;
  static Result<SmsDeliver> decode(ByteView tpdu);
};

struct SmsSubmit {
  bool has_header = false;
  std::uint8_t reference = 0;  // TP-MR; the terminal replaces it
  SmsAddress destination;
  std::uint8_t protocol_identifier = 0, data_coding_scheme = 0;
  Bytes user_data;

  Result<Bytes> encode() const;  // without a validity period
  static Result<SmsSubmit> decode(ByteView tpdu);
};

struct InformationElement {
  std::uint8_t identifier = 0;
  Bytes data;
};
struct UserData {
  std::vector<InformationElement> elements;
  Bytes payload;

  Bytes encode() const;
  // Of user data with a header, in octets (not septets).
  static Result<UserData> decode(ByteView user_data);
};

}  // namespace eider::etsi
