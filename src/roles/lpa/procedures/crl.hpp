// Certificate revocation lists for the card: SGP.22 v2.6.1 sections 4.6 and 5.7.12.
#pragma once
#include "roles/lpa/lpa.hpp"

namespace eider::lpa {

// What the card has of the CRL of one CI afterwards.
struct CrlLoad {
  Bytes issuer;  // key identifier of the CI
  std::uint64_t number = 0;
  std::size_t revoked = 0;            // serial numbers in what was loaded
  std::size_t loaded = 0, parts = 0;  // segments given to the card, segments of the whole list
  std::vector<std::int64_t> missing;  // segments that the card still lacks
};

// Loads what a file or a distribution point holds: one CRL, or its segments in order; DER, PEM or base64.
// LocalFault when the card takes no CRLs or trusts none of the issuers; Es10Fault "LoadCRL" when it refuses
// one.
Result<std::vector<CrlLoad>> load_crls(Lpa& lpa, ByteView lists);

// "http://ci.example/CRL.crl" with the request for segments (section 4.6): cards take parts of 1024 octets.
std::string segmented_crl_uri(std::string_view uri);

}  // namespace eider::lpa
