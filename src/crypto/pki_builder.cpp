#include "crypto/pki_builder.hpp"

namespace eider::crypto {
namespace {
using R = CertificateRole;

struct Builder {
  std::span<const CertificateProfile> profiles;
  const PkiPlan& plan;
  Random& random;
  std::vector<PkiItem> items{};

  Time after_days(int days) const { return plan.now + std::chrono::hours(24) * days; }
  const CertificateProfile& profile(R role) const {
    const auto it = std::ranges::find(profiles, role, &CertificateProfile::role);
    if (it == profiles.end()) throw std::invalid_argument("no profile for a role");
    return *it;
  }

  CertificateRequest request(Name subject, const PrivateKey& key, int days) const {
    CertificateRequest r{.subject = std::move(subject),
                         .public_key = key.public_key(),
                         .serial = random_serial(random),
                         .not_before = plan.now,
                         .not_after = after_days(days),
                         .registered_id = {},
                         .dns_names = {},
                         .permitted = {},
                         .crl_distribution_points = {plan.crl_uri}};
    return r;
  }

  Status issue(R role, Curve curve, R issuer_role, PrivateKey key, const CertificateRequest& r) {
    const PkiItem* issuer = role == issuer_role ? nullptr : find_item(items, issuer_role, curve);
    const SigningKeyPtr signer = make_signing_key(issuer != nullptr ? issuer->key.value_or(key) : key);
    EIDER_TRY(certificate,
              issue_certificate(profile(role), r, issuer ? &issuer->certificate : nullptr, *signer));
    std::string name = item_name(role, curve);
    std::string issuer_name = issuer != nullptr ? issuer->name : name;
    items.push_back({std::move(name), role, std::move(certificate), std::move(key), std::move(issuer_name)});
    return {};
  }

  Status root(R role, Curve curve, std::string_view subject) {
    EIDER_TRY(name, Name::from_text(subject));
    auto key = PrivateKey::generate(curve, random);
    auto r = request(std::move(name), key, 35 * 365);
    if (role == R::kCi) r.registered_id = plan.ci_oid;
    return issue(role, curve, role, std::move(key), r);
  }

  Status eum(Curve curve) {
    auto key = PrivateKey::generate(curve, random);
    auto r = request(
        Name::make({{attribute::kOrganization, plan.eum_organization}, {attribute::kCommonName, "EUM"}}), key,
        34 * 365);
    r.registered_id = plan.eum_oid;
    for (const auto& iin : plan.iins)
      r.permitted.push_back(
          Name::make({{attribute::kOrganization, plan.eum_organization}, {attribute::kSerialNumber, iin}}));
    return issue(R::kEum, curve, R::kCi, std::move(key), r);
  }

  // Section 4.5.2.1.0.4: the common name of a TLS certificate is one of its host names.
  Status server(R role, Curve curve, const std::string& organization, const der::Oid& oid,
                const std::string& host, bool tls) {
    auto key = PrivateKey::generate(curve, random);
    auto r = request(Name::make({{attribute::kOrganization, organization},
                                 {attribute::kCommonName, tls ? host : organization}}),
                     key, tls ? 397 : 3 * 365);
    r.registered_id = oid;
    if (tls) r.dns_names = {host};
    return issue(role, curve, R::kCi, std::move(key), r);
  }

  Status gsma(Curve curve) {
    EIDER_CHECK(root(R::kCi, curve, plan.ci_name));
    EIDER_CHECK(eum(curve));
    EIDER_CHECK(server(R::kDpAuth, curve, plan.smdp_organization, plan.smdp_oid, plan.smdp_host, false));
    EIDER_CHECK(server(R::kDpPb, curve, plan.smdp_organization, plan.smdp_oid, plan.smdp_host, false));
    EIDER_CHECK(server(R::kDpTls, curve, plan.smdp_organization, plan.smdp_oid, plan.smdp_host, true));
    EIDER_CHECK(server(R::kDsAuth, curve, plan.smds_organization, plan.smds_oid, plan.smds_host, false));
    return server(R::kDsTls, curve, plan.smds_organization, plan.smds_oid, plan.smds_host, true);
  }

  Status operator_pki(Curve curve) {
    EIDER_CHECK(root(R::kOperatorCa, curve, "O=" + plan.operator_name + ",CN=" + plan.operator_name + " CA"));
    auto key = PrivateKey::generate(curve, random);
    auto r = request(Name::make({{attribute::kOrganization, plan.operator_name},
                                 {attribute::kCommonName, plan.operator_name}}),
                     key, 3 * 365);
    r.dns_names = {plan.operator_host};
    return issue(R::kOperatorClient, curve, R::kOperatorCa, std::move(key), r);
  }
};
}  // namespace

const char* short_name(Curve curve) {
  return curve == Curve::kP256 ? "p256" : "brainpool";
}

std::string item_name(CertificateRole role, Curve curve) {
  return std::string(to_string(role)) + "-" + short_name(curve);
}

const PkiItem* find_item(std::span<const PkiItem> items, CertificateRole role, std::optional<Curve> curve) {
  for (const auto& item : items)
    if (item.role == role && (!curve || item.certificate.public_key().curve() == *curve)) return &item;
  return nullptr;
}

Result<std::vector<PkiItem>> build_pki(std::span<const CertificateProfile> profiles, const PkiPlan& plan,
                                       Random& random) {
  if (plan.curves.empty()) return fail_local("a PKI needs at least one curve");
  Builder builder{profiles, plan, random};
  for (const Curve curve : plan.curves) EIDER_CHECK(builder.gsma(curve));
  EIDER_CHECK(builder.operator_pki(plan.curves.front()));
  return std::move(builder.items);
}

Result<PkiItem> build_euicc(const CertificateProfile& profile, const PkiItem& eum, const FixedBytes<16>& eid,
                            Time now, Random& random) {
  if (!eum.key) return fail_local("the private key of " + eum.name + " is not here");
  EIDER_TRY(subject, euicc_subject(eum.certificate, eid));
  const Curve curve = eum.certificate.public_key().curve();
  auto key = PrivateKey::generate(curve, random);
  const CertificateRequest request{.subject = std::move(subject),
                                   .public_key = key.public_key(),
                                   .serial = random_serial(random),
                                   .not_before = now,
                                   .not_after = eum.certificate.not_after(),
                                   .registered_id = {},
                                   .dns_names = {},
                                   .permitted = {},
                                   .crl_distribution_points = {}};
  EIDER_TRY(certificate, issue_certificate(profile, request, &eum.certificate, *make_signing_key(*eum.key)));
  return PkiItem{item_name(CertificateRole::kEuicc, curve) + "-" + to_hex(eid.view()),
                 CertificateRole::kEuicc, std::move(certificate), std::move(key), eum.name};
}

}  // namespace eider::crypto
