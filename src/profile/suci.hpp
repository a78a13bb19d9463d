// The SUCI that a USIM computes from its own files (3GPP TS 31.102 section 7.5, TS 33.501 section 6.12.2).
#pragma once
#include "base/random.hpp"
#include "base/result.hpp"

namespace eider::profile {

// Contents of the files; empty: the Profile has no such file.
struct SuciFiles {
  ByteView imsi;               // EF.IMSI
  ByteView ad;                 // EF.AD: length of the MNC
  ByteView supi_nai;           // EF.SUPI_NAI; only when service 130 is available: the SUPI is no IMSI
  ByteView routing_indicator;  // EF.Routing_Indicator
  ByteView calc_info;          // EF.SUCI_Calc_Info of DF.SAIP
};

// Value of the 5GS mobile identity without type and length (TS 24.501 section 9.11.3.4). The scheme is the
// first in the file that this card has (null, A, B); without any information the null scheme. DecodeFault for
// files that cannot be read, VerificationFault for a key that is none, LocalFault when no scheme of the list
// is built.
Result<Bytes> compute_suci(const SuciFiles& files, Random& random);

}  // namespace eider::profile
