// A whole test PKI in memory: what `eider pki init` writes and what tests and simulations start from.
#pragma once
#include <string>

#include "crypto/gp_certificate.hpp"
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

// ---- M2M (SGP.02) ----

// Certificates that cards read.
enum class GpCertificateKind : std::uint8_t { kSmDp, kSmSr, kEcasd };
const char* to_string(GpCertificateKind kind);  // "certdp", "certsr", "ecasd"
std::optional<GpCertificateKind> gp_kind_from(std::string_view name);
const char* title(GpCertificateKind kind);  // "CERT.DP.ECDSA"

struct GpItem {
  std::string name;  // "certsr-p256"
  GpCertificateKind kind;
  GpCertificate certificate;
  std::optional<PrivateKey> key;
  std::string issuer;  // name of the X.509 item: a CI, or an EUM for an ECASD
};

// 5F20 is the OID of an SM-DP or SM-SR (its content octets), or the EID of an eUICC; 42 and C9 are the
// issuer's key identifier. On the issuer's curve.
Result<GpItem> build_gp_certificate(GpCertificateKind kind, ByteView subject, const Certificate& issuer,
                                    const SigningKey& issuer_key, std::string issuer_name, Time now, int days,
                                    Random& random);
// The subject, as text: an OID, or the digits of an EID.
std::string gp_subject_text(GpCertificateKind kind, const GpCertificate& certificate);

struct M2mPlan {
  std::string smdp_organization = "Eider Test SM-DP", smsr_organization = "Eider Test SM-SR",
              m2msp_organization = "Eider Test M2M SP";
  std::string smdp_host = "smdp.example.com", eum_host = "eum.example.com", mno_host = "mno.example.com",
              m2msp_host = "m2msp.example.com";
  std::vector<std::string> smsr_hosts = {"smsr.example.com", "smsr2.example.com"};
  // The second SM-SR has the next number, and so on.
  der::Oid smdp_oid{"2.999.11"}, smsr_oid{"2.999.20"}, mno_oid{"2.999.30"}, m2msp_oid{"2.999.40"};
};
struct M2mPki {
  std::vector<PkiItem> tls;
  std::vector<GpItem> cards;
};
// For each curve, under the CI among `items`: TLS of SM-DP, SM-SRs, EUM, MNO and M2M SP; CERT.DP.ECDSA and
// CERT.SR.ECDSA.
Result<M2mPki> build_m2m_pki(std::span<const CertificateProfile> profiles, const PkiPlan& plan,
                             const M2mPlan& m2m, std::span<const PkiItem> items, Random& random);

const PkiItem* find_item(std::span<const PkiItem> items, CertificateRole role,
                         std::optional<Curve> curve = {});
const char* short_name(Curve curve);  // "p256", "brainpool"
std::string item_name(CertificateRole role, Curve curve);

}  // namespace eider::crypto
