// Text as telecommunications code it: the GSM default alphabet (3GPP TS 23.038 section 6.2.1) and alpha
// identifiers (ETSI TS 102 221 annex A), to UTF-8.
#pragma once
#include "base/bytes.hpp"

namespace eider::etsi {

// One octet a character; 1B and the octet behind it are one of the extension table. What the alphabet does
// not have, and a lonely 1B, is U+FFFD.
std::string gsm_text(ByteView octets);
// Packed, seven bits a character, as in EF.PNN and in short messages. `characters`: how many there are.
std::string gsm_packed_text(ByteView octets, std::size_t characters);
// Up to the filling FF: default alphabet, or UCS2 in one of the forms 80, 81 and 82.
std::string alpha_text(ByteView octets);
// The same backwards, for UTF-8: nothing when the default alphabet lacks a character.
std::optional<Bytes> gsm_octets(std::string_view utf8);
// Characters beyond the basic plane, and what is no UTF-8, are U+FFFD.
Bytes ucs2_octets(std::string_view utf8);
// An alpha identifier: the default alphabet, or UCS2 in form 80.
Bytes alpha_octets(std::string_view utf8);

// The value of a text string object of the toolkit (ETSI TS 102 223 section 8.15): a data coding scheme, then
// packed (00), one octet a character (04), or UCS2 (08).
std::string text_string_text(ByteView value);
// In the default alphabet where it has all characters (04), else in UCS2.
Bytes text_string_octets(std::string_view utf8);

// UCS2, big-endian; an odd octet at the end is left out.
std::string ucs2_text(ByteView octets);

}  // namespace eider::etsi
