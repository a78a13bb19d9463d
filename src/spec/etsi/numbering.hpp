// Decimal numbers of telecommunications: digits, check digits, PLMN.
#pragma once
#include "base/bytes.hpp"

namespace eider::etsi {

bool all_digits(std::string_view text);

// The digit that makes `digits` valid under the Luhn formula when put behind them: of an ICCID (ITU-T E.118),
// of an IMEI (3GPP TS 23.003 annex B).
char luhn_digit(std::string_view digits);
bool luhn_valid(std::string_view digits_with_check);

// MCC and MNC, three and two or three digits, as 3GPP TS 24.008 section 10.5.1.13 codes them; else zeros.
FixedBytes<3> encode_plmn(std::string_view mcc, std::string_view mnc);

}  // namespace eider::etsi
