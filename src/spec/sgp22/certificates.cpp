#include "spec/sgp22/certificates.hpp"

#include "spec/sgp22/oids.hpp"

namespace eider::sgp22 {
namespace {
using crypto::ExtendedKeyUsageRule;
using crypto::kCrlSign;
using crypto::kDigitalSignature;
using crypto::kKeyCertSign;
using crypto::NameRule;
using crypto::SubjectAltNameRule;

std::vector<der::Oid> oids(std::initializer_list<std::string_view> dotted) {
  std::vector<der::Oid> out;
  for (const auto text : dotted) out.emplace_back(text);
  return out;
}

// Section 4.5.2.1.0: what every server certificate under the CI has in common.
CertificateProfile server(CertificateRole role, std::string_view title, const CertificateProfile* ci,
                          std::string_view policy, std::string_view v3_policy) {
  CertificateProfile p{};
  p.role = role, p.title = title, p.issuer = ci;
  p.policies = oids({policy, v3_policy});
  p.key_usage = kDigitalSignature;
  p.subject_alt_name = SubjectAltNameRule::kRegisteredId;
  p.subject = NameRule::kOrganizationAndCommonName;
  return p;
}

CertificateProfile tls(CertificateProfile p) {
  p.policy_critical = false;
  p.policy_required = false;  // certificates of public CAs have none
  p.extended_key_usage = ExtendedKeyUsageRule::kTlsServer;
  p.subject_alt_name = SubjectAltNameRule::kRegisteredIdAndDnsName;
  return p;
}

// TLS between the parties of M2M: what SGP.14 asks of them was not at hand. No policy, the party's OID, and
// both uses.
void m2m_rows(std::vector<CertificateProfile>& rows, const CertificateProfile& ci) {
  using R = CertificateRole;
  const std::pair<R, std::string_view> titles[] = {
      {R::kM2mSmDpTls, "SM-DP TLS (M2M)"}, {R::kM2mSmSrTls, "SM-SR TLS (M2M)"},
      {R::kM2mEumTls, "EUM TLS (M2M)"},    {R::kM2mMnoTls, "MNO TLS (M2M)"},
      {R::kM2mSpTls, "M2M SP TLS (M2M)"},
  };
  for (const auto& [role, title] : titles) {
    CertificateProfile& p = rows[static_cast<std::size_t>(role)];
    p.role = role, p.title = title, p.issuer = &ci;
    p.policy_required = false, p.policy_critical = false;
    p.key_usage = kDigitalSignature;
    p.extended_key_usage = ExtendedKeyUsageRule::kTlsServer;
    p.subject_alt_name = SubjectAltNameRule::kRegisteredIdAndDnsName;
    p.subject = NameRule::kOrganizationAndCommonName;
  }
}

std::vector<CertificateProfile> make_rows() {
  using R = CertificateRole;
  std::vector<CertificateProfile> rows(15);
  const auto at = [&](R role) { return &rows[static_cast<std::size_t>(role)]; };
  CertificateProfile& ci = *at(R::kCi);
  ci.role = R::kCi, ci.title = "CERT.CI.ECDSA", ci.issuer = nullptr;
  ci.policies = oids({oid::kRoleCi});
  ci.key_usage = kKeyCertSign, ci.key_usage_optional = kCrlSign;
  ci.ca = true;
  ci.subject_alt_name = SubjectAltNameRule::kRegisteredId;

  CertificateProfile& eum = *at(R::kEum);
  eum.role = R::kEum, eum.title = "CERT.EUM.ECDSA", eum.issuer = &ci;
  eum.policies = oids({oid::kRoleEum, oid::kV3RoleEum});
  eum.key_usage = kKeyCertSign, eum.key_usage_optional = kCrlSign;
  eum.ca = true, eum.path_length = 0;
  eum.subject_alt_name = SubjectAltNameRule::kRegisteredId;
  eum.name_constraints = true;
  eum.subject = NameRule::kOrganizationAndCommonName;

  CertificateProfile& euicc = *at(R::kEuicc);
  euicc.role = R::kEuicc, euicc.title = "CERT.EUICC.ECDSA", euicc.issuer = &eum;
  euicc.policies = oids({oid::kRoleEuicc, oid::kV3RoleEuicc});
  euicc.key_usage = kDigitalSignature;
  euicc.subject = NameRule::kOrganizationAndEid;
  euicc.crl_distribution_points = false;

  *at(R::kDpAuth) = server(R::kDpAuth, "CERT.DPauth.ECDSA", &ci, oid::kRoleDpAuth, oid::kV3RoleDpAuth);
  *at(R::kDpPb) = server(R::kDpPb, "CERT.DPpb.ECDSA", &ci, oid::kRoleDpPb, oid::kV3RoleDpPb);
  *at(R::kDpTls) = tls(server(R::kDpTls, "CERT.DP.TLS", &ci, oid::kRoleDpTls, oid::kV3RoleDpTls));
  *at(R::kDsAuth) = server(R::kDsAuth, "CERT.DSauth.ECDSA", &ci, oid::kRoleDsAuth, oid::kV3RoleDsAuth);
  *at(R::kDsTls) = tls(server(R::kDsTls, "CERT.DS.TLS", &ci, oid::kRoleDsTls, oid::kV3RoleDsTls));

  // Section 2.6.6.1 asks for mutual authentication on ES2+ and leaves its certificates to the parties.
  CertificateProfile& operator_ca = *at(R::kOperatorCa);
  operator_ca.role = R::kOperatorCa, operator_ca.title = "operator CA";
  operator_ca.issuer = nullptr;
  operator_ca.policy_required = false, operator_ca.policy_critical = false;
  operator_ca.key_usage = kKeyCertSign, operator_ca.key_usage_optional = kCrlSign;
  operator_ca.ca = true;
  operator_ca.crl_distribution_points = false;

  CertificateProfile& client = *at(R::kOperatorClient);
  client.role = R::kOperatorClient, client.title = "operator client";
  client.issuer = &operator_ca;
  client.policy_required = false, client.policy_critical = false;
  client.key_usage = kDigitalSignature;
  client.extended_key_usage = ExtendedKeyUsageRule::kTlsClient;
  client.subject = NameRule::kOrganizationAndCommonName;
  client.crl_distribution_points = false;

  m2m_rows(rows, ci);
  return rows;
}

const std::vector<CertificateProfile>& rows() {
  static const std::vector<CertificateProfile> all = make_rows();
  return all;
}
}  // namespace

const CertificateProfile& certificate_profile(CertificateRole role) {
  return rows()[static_cast<std::size_t>(role)];
}
std::span<const CertificateProfile> certificate_profiles() {
  return rows();
}

}  // namespace eider::sgp22
