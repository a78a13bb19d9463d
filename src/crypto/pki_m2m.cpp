#include "crypto/pki_builder.hpp"

// The certificates of the M2M architecture (SGP.02 section 2.3.2): TLS of the parties, and those that cards
// read.
namespace eider::crypto {
namespace {

using R = CertificateRole;
using K = GpCertificateKind;

constexpr const char* kKinds[] = {"certdp", "certsr", "ecasd"};
constexpr const char* kTitles[] = {"CERT.DP.ECDSA", "CERT.SR.ECDSA", "CERT.ECASD.ECKA"};

std::string gp_date(Time t) {
  std::string out;
  for (const char c : format_time(t).substr(0, 10))
    if (c != '-') out += c;
  return out;
}

// 2.999.20 plus 1 is 2.999.21.
Result<der::Oid> numbered(const der::Oid& first, std::size_t n) {
  const auto text = first.dotted();
  const auto dot = text.rfind('.');
  const auto oid =
      der::Oid::parse(text.substr(0, dot + 1) + std::to_string(std::stoul(text.substr(dot + 1)) + n));
  if (!oid) return fail_local(text + " has no successor");
  return *oid;
}

struct M2mBuilder {
  std::span<const CertificateProfile> profiles;
  const PkiPlan& plan;
  std::span<const PkiItem> items;
  Random& random;
  M2mPki out{};

  Status tls(R role, const PkiItem& ci, const std::string& organization, const std::string& host,
             const der::Oid& oid) {
    const Curve curve = ci.certificate.public_key().curve();
    const auto profile = std::ranges::find(profiles, role, &CertificateProfile::role);
    if (profile == profiles.end()) throw std::invalid_argument("no profile for a role");
    auto key = PrivateKey::generate(curve, random);
    const CertificateRequest request{
        .subject = Name::make({{attribute::kOrganization, organization}, {attribute::kCommonName, host}}),
        .public_key = key.public_key(),
        .serial = random_serial(random),
        .not_before = plan.now,
        .not_after = plan.now + std::chrono::hours(24) * 397,
        .registered_id = oid,
        .dns_names = {host},
        .permitted = {},
        .crl_distribution_points = {plan.crl_uri}};
    EIDER_TRY(certificate, issue_certificate(*profile, request, &ci.certificate, *make_signing_key(*ci.key)));
    out.tls.push_back({item_name(role, curve), role, std::move(certificate), std::move(key), ci.name});
    return {};
  }

  Status card(K kind, const PkiItem& ci, const der::Oid& oid) {
    EIDER_TRY(item, build_gp_certificate(kind, oid.content(), ci.certificate, *make_signing_key(*ci.key),
                                         ci.name, plan.now, 10 * 365, random));
    out.cards.push_back(std::move(item));
    return {};
  }

  Status curve(const M2mPlan& m2m, Curve curve) {
    const auto* ci = find_item(items, R::kCi, curve);
    if (!ci || !ci->key) return fail_local("there is no CI with a key on " + std::string(to_string(curve)));
    EIDER_CHECK(tls(R::kM2mSmDpTls, *ci, m2m.smdp_organization, m2m.smdp_host, m2m.smdp_oid));
    EIDER_CHECK(card(K::kSmDp, *ci, m2m.smdp_oid));
    for (std::size_t i = 0; i < m2m.smsr_hosts.size(); ++i) {
      EIDER_TRY(oid, numbered(m2m.smsr_oid, i));
      EIDER_CHECK(tls(R::kM2mSmSrTls, *ci, m2m.smsr_organization, m2m.smsr_hosts[i], oid));
      EIDER_CHECK(card(K::kSmSr, *ci, oid));
    }
    EIDER_CHECK(tls(R::kM2mEumTls, *ci, plan.eum_organization, m2m.eum_host, plan.eum_oid));
    EIDER_CHECK(tls(R::kM2mMnoTls, *ci, plan.operator_name, m2m.mno_host, m2m.mno_oid));
    return tls(R::kM2mSpTls, *ci, m2m.m2msp_organization, m2m.m2msp_host, m2m.m2msp_oid);
  }
};

}  // namespace

const char* to_string(GpCertificateKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}
std::optional<GpCertificateKind> gp_kind_from(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kKinds); ++i)
    if (name == kKinds[i]) return static_cast<GpCertificateKind>(i);
  return std::nullopt;
}
const char* title(GpCertificateKind kind) {
  return kTitles[static_cast<std::size_t>(kind)];
}

std::string gp_subject_text(GpCertificateKind kind, const GpCertificate& certificate) {
  const auto& subject = certificate.fields().subject;
  if (kind != K::kEcasd)
    if (const auto oid = der::Oid::from_content(subject)) return oid->dotted();
  return to_hex(subject);
}

Result<GpItem> build_gp_certificate(GpCertificateKind kind, ByteView subject, const Certificate& issuer,
                                    const SigningKey& issuer_key, std::string issuer_name, Time now, int days,
                                    Random& random) {
  const Curve curve = issuer.public_key().curve();
  auto key = PrivateKey::generate(curve, random);
  const auto authority = issuer.public_key().key_identifier();
  GpCertificateFields fields;
  fields.serial_number = random.bytes(8);
  fields.ca_identifier = to_bytes(authority.view().first(16));
  fields.subject = to_bytes(subject);
  fields.effective = gp_date(now);
  fields.expiration = gp_date(now + std::chrono::hours(24) * days);
  fields.authority_key_identifier = to_bytes(authority.view());
  if (kind == K::kEcasd) {
    fields.key_usage = static_cast<std::uint16_t>(GpKeyUsage::kEcasdAgreement);
  } else {
    fields.key_usage = static_cast<std::uint16_t>(GpKeyUsage::kVerificationAndAgreement);
    fields.role = kind == K::kSmDp ? GpRole::kSmDp : GpRole::kSmSr;
  }
  EIDER_TRY(certificate, GpCertificate::issue(fields, key.public_key(), issuer_key));
  std::string name = std::string(to_string(kind)) + "-" + short_name(curve);
  if (kind == K::kEcasd) name += "-" + to_hex(subject);
  return GpItem{std::move(name), kind, std::move(certificate), std::move(key), std::move(issuer_name)};
}

Result<M2mPki> build_m2m_pki(std::span<const CertificateProfile> profiles, const PkiPlan& plan,
                             const M2mPlan& m2m, std::span<const PkiItem> items, Random& random) {
  M2mBuilder builder{profiles, plan, items, random};
  for (const Curve curve : plan.curves) EIDER_CHECK(builder.curve(m2m, curve));
  return std::move(builder.out);
}

}  // namespace eider::crypto
