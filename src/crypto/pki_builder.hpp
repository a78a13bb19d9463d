// A whole test PKI in memory: what `eider pki init` writes and what tests and simulations start from.
#pragma once
#include <string>

#include "crypto/issue.hpp"
#include "crypto/verify.hpp"

namespace eider::crypto {

struct PkiItem {
  std::string name;  // "dpauth-p256"
  CertificateRole role;
  Certificate certificate;
  std::optional<PrivateKey> key;
  std::string issuer;  // name of the issuing item; its own for a root
};

struct PkiPlan {
  std::vector<Curve> curves = {Curve::kP256};
  Time now;
  std::string ci_name = "C=IT,O=Eider Test,CN=Eider Test CI";
  std::string eum_organization = "Eider Test EUM";
  std::vector<std::string> iins = {"89049032"};  // EID prefixes the EUM may use
  std::string smdp_organization = "Eider Test SM-DP+";
  std::string smdp_host = "smdpp.example.com";
  std::string smds_organization = "Eider Test SM-DS";
  std::string smds_host = "smds.example.com";
  std::string operator_name = "Eider Test Operator";
  std::string operator_host = "operator.example.com";  // where it takes ES2+ notifications
  // Below 2.999, the arc for examples, numbered as SGP.26 does.
  der::Oid ci_oid{"2.999.1"}, eum_oid{"2.999.5"}, smdp_oid{"2.999.10"}, smds_oid{"2.999.15"};
  std::string crl_uri = "http://ci.example.com/CRL.crl";
};

// Issues, in this order and for each curve: CI, EUM, DPauth, DPpb, DPtls, DSauth, DStls; then the operator CA
// and its client certificate on the first curve. Names are role and curve: "dptls-brainpool",
// "operator-ca-p256".
Result<std::vector<PkiItem>> build_pki(std::span<const CertificateProfile> profiles, const PkiPlan& plan,
                                       Random& random);

// CERT.EUICC and its key for one card, issued by the EUM item.
Result<PkiItem> build_euicc(const CertificateProfile& euicc_profile, const PkiItem& eum,
                            const FixedBytes<16>& eid, Time now, Random& random);

const PkiItem* find_item(std::span<const PkiItem> items, CertificateRole role,
                         std::optional<Curve> curve = {});
const char* short_name(Curve curve);  // "p256", "brainpool"
std::string item_name(CertificateRole role, Curve curve);

}  // namespace eider::crypto
