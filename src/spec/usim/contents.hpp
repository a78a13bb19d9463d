// What the elementary files of a UICC, USIM and ISIM say, for people (TS 102 221 section 13, TS 31.102
// section 4, TS 31.103 section 4).
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace eider::usim {

struct Fact {
  std::string name;  // empty: the value stands for itself
  std::string value;
};

// `file` as the templates name it ("EF.IMSI"); `records`: those of the file, or its one body. Nothing when no
// decoder knows the file, or when its content is not coded as the section says.
std::vector<Fact> describe_file(std::string_view file, std::span<const Bytes> records);
// `file` for the functions here, in the application that it is in ("ADF.CSIM"): a CSIM codes files of the
// same name in another way (3GPP2 C.S0065).
std::string described_as(std::string_view application, std::string_view file);
bool can_describe(std::string_view file);
// The files that have a decoder, as they are compared: in capitals, with - for _.
std::vector<std::string_view> described_files();
// The file holds keys of the network's security: not to be shown unasked.
bool holds_keys(std::string_view file);

// Digits of swapped nibbles up to the first F; empty when another value than a digit stands before it.
std::string swapped_digits(ByteView octets);
// "262-01": of three octets as TS 24.008 section 10.5.1.13 has them; empty when there is no PLMN (FFFFFF).
std::string plmn_text(ByteView octets);
// Name of a service of EF.UST (TS 31.102 section 4.2.8); empty when unknown.
std::string_view ust_service(std::size_t number);
// "PIN1", "ADM1", "universal PIN" for a key reference (TS 102 221 section 9.5.1).
std::string key_reference_text(std::uint8_t reference);
// The rules of one record of EF.ARR (TS 102 221 section 9.2.2): "read: always; update: ADM1".
std::string access_rules_text(ByteView record);

}  // namespace eider::usim
