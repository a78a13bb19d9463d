// The EUM (SGP.22 v2.6.1 section 2.4.2): issues CERT.EUICC and builds the record with which a card is
// personalised.
#pragma once
#include "crypto/issue.hpp"
#include "crypto/verify.hpp"
#include "spec/eum/personalisation.hpp"

namespace eider::eum {

// CERT.EUM on one curve, the CI above it, and the EUM's key.
struct EumSigner {
  crypto::Certificate ci;
  crypto::Certificate eum;
  crypto::SigningKeyPtr key;
};

struct CardModel {
  std::uint32_t memory_octets = 1024 * 1024;  // for profiles
  std::uint32_t volatile_octets = 64 * 1024;
  std::optional<std::string> default_smdp_address;
  std::string root_smds_address = "lpa.ds.gsma.com";
  std::vector<sgp22::ProfilePolicyAuthorisationRule> rat = open_rat();
  bool test_profiles = true;
  bool crl = true;
  // Announce Java Card, which some packages demand (TS.48 v1): load packages and applets are stored and
  // accounted for, their byte code is never run.
  bool java_card = false;
  std::vector<PreloadedProfile> preloaded;
  std::optional<Lpae> lpae;  // the card has an LPA of its own

  // PPR1 and PPR2 for every operator, with the end user's consent.
  static std::vector<sgp22::ProfilePolicyAuthorisationRule> open_rat();
};

// The EID with `serial` after the EUM Identification Number (8 digits or more), check digits computed: EIN,
// serial filled with zeros from the left, check digits. Nothing when the digits do not fit.
std::optional<sgp22::Eid> make_eid(std::string_view ein, std::uint64_t serial);

// One card: a new key pair and certificate for each signer, in the order of the signers (descending
// priority). kNameConstraint when an EUM certificate does not permit the EID.
Result<Personalisation> personalise(const CardModel& model, const sgp22::Eid& eid,
                                    std::span<const EumSigner> signers, Time now, Random& random);

// Keys and certificates that exist already (SGP.26): no certificate is issued.
struct ImportedCredential {
  crypto::Certificate ci, eum, euicc;
  crypto::PrivateKey key;
};
// The EID comes from the certificates, which must agree. kBinding when a key does not belong to its
// certificate.
Result<Personalisation> import_card(const CardModel& model, std::span<const ImportedCredential> credentials);

// The RAT as a file gives it:
// [{"pprIds": ["ppr1"], "allowedOperators": [{"mccMnc": "EEEEEE", "gid1": "", "gid2": ""}],
// "consentRequired": true}] mccMnc: six digits or E in the order MCC, MNC, with F as the third digit of a
// short MNC ("26202F").
Result<std::vector<sgp22::ProfilePolicyAuthorisationRule>> parse_rat(std::string_view json);

}  // namespace eider::eum
