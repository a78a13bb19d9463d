// The Activation Code that a user scans or types: SGP.22 v2.6.1 section 4.1.
#pragma once
#include "spec/sgp22/types.hpp"

namespace eider::lpa {

struct ActivationCode {
  std::string smdpAddress;  // as written; compare without regard to case
  std::string matchingId;   // AC_Token; may be empty
  std::optional<sgp22::Oid> smdpOid;
  bool confirmationCodeRequired = false;

  bool operator==(const ActivationCode&) const = default;
};

// Takes every form that reaches an LPA: with `LPA:` or `lpa://` in any case (QR code, link) or without
// (typed), as the card data of a link that telephones open, percent-encoded, in quotation marks, with white
// space and line breaks around and inside, with the hyphens of word processors, and with fields that later
// versions appended. Anything else is a LocalFault that says which part is wrong and what to do.
Result<ActivationCode> parse_activation_code(std::string_view text);

// The shortest form that says the same; `lpa_prefix` is for QR codes and links.
std::string format_activation_code(const ActivationCode& code, bool lpa_prefix = true);

// A host name, or host:port as test installations have it: labels of 1 to 63 letters, digits and hyphens.
bool is_server_address(std::string_view text);

}  // namespace eider::lpa
