// ICCID, IMSI, codes and numbers as people write them and as files hold them.
#pragma once
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "spec/etsi/numbering.hpp"

namespace eider::profile {

using etsi::encode_plmn;
using etsi::luhn_digit;
using etsi::luhn_valid;

// 18 to 20 digits; a final '?' stands for the check digit, which is then computed.
struct Iccid {
  std::string digits;
  static Result<Iccid> parse(std::string_view text);
  FixedBytes<10> header() const;  // as ProfileHeader has it: in order, F filled
  FixedBytes<10> file() const;    // as EF.ICCID and the metadata have it: nibbles swapped
};
std::string decode_iccid_file(ByteView ef);

// 6 to 15 digits as EF.IMSI (TS 31.102 section 4.2.2), 9 octets.
Result<FixedBytes<9>> encode_imsi(std::string_view digits);
std::string decode_imsi(ByteView ef);  // empty when malformed
// EF.ACC: the access class 0 to 9 that the last digit of the IMSI gives (TS 22.011 section 4).
FixedBytes<2> access_class(std::string_view imsi);

// 4 to 8 digits, FF filled; `binary` codes (ADM) may be 16 hexadecimal digits instead.
Result<Secret> encode_pin(std::string_view text);
Result<Secret> encode_puk(std::string_view text);  // 8 digits
Result<Secret> encode_adm(std::string_view text);

// A record of EF.MSISDN or EF.ADN: alpha identifier of size - 14 octets, then the number (TS 31.102
// section 4.2.26).
Result<Bytes> encode_dialling_number(std::string_view name, std::string_view number, std::size_t record_size);
// EF.SPN of 17 octets: display condition and up to 16 characters of the GSM alphabet (ASCII letters, digits,
// blanks).
Result<Bytes> encode_spn(std::string_view name);

}  // namespace eider::profile
