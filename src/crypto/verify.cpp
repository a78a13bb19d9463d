#include "crypto/verify.hpp"

namespace eider::crypto {
namespace {
using Check = VerificationFault::Check;

std::string who(const Certificate& c) {
  return "certificate \"" + c.subject().text() + "\"";
}

template <class T>
bool contains(const std::vector<T>& list, const T& value) {
  return std::ranges::find(list, value) != list.end();
}

Status check_policy(const Certificate& c, const CertificateProfile& p, bool required) {
  if (c.policies().empty()) {
    if (!required || p.policies.empty()) return {};
    return fail_verification(Check::kRole, who(c) + " has no certificate policy, " + std::string(p.title) +
                                               " needs " + p.policies.front().dotted());
  }
  if (p.policies.empty()) {
    // Outside the GSMA PKI: any policy will do, but a certificate of that PKI must not be taken for one of
    // another.
    static const Bytes rsp_role = to_bytes(der::Oid("2.23.146.1.2.1").content());
    for (const der::Oid& oid : c.policies())
      if (oid.content().size() > rsp_role.size() && equal(oid.content().first(rsp_role.size()), rsp_role))
        return fail_verification(Check::kRole, who(c) + " has the GSMA role policy " + oid.dotted());
    return {};
  }
  if (std::ranges::none_of(p.policies, [&](const der::Oid& oid) { return contains(c.policies(), oid); }))
    return fail_verification(Check::kRole, who(c) + " has policy " + c.policies().front().dotted() + ", " +
                                               std::string(p.title) + " needs " +
                                               p.policies.front().dotted());
  return {};
}

// The extension is there and critical.
Status require_critical(const Certificate& c, const der::Oid& id, const char* name) {
  const Extension* e = c.find_extension(id);
  if (e == nullptr)
    return fail_verification(Check::kExtension, who(c) + " lacks the critical extension " + name);
  if (!e->critical)
    return fail_verification(Check::kExtension,
                             who(c) + " has the extension " + name + " but not as critical");
  return {};
}

Status wrong(const Certificate& c, std::string what) {
  return fail_verification(Check::kExtension, who(c) + ": " + std::move(what));
}

Status check_key_usage(const Certificate& c, const CertificateProfile& p) {
  EIDER_CHECK(require_critical(c, extension::kKeyUsage, "keyUsage"));
  const KeyUsage usage = c.key_usage().value_or(0);
  if ((usage & p.key_usage) != p.key_usage || (usage & ~(p.key_usage | p.key_usage_optional)) != 0)
    return wrong(c, "keyUsage is " + key_usage_text(usage) + ", " + std::string(p.title) + " needs " +
                        key_usage_text(p.key_usage));
  return {};
}

Status check_basic_constraints(const Certificate& c, const CertificateProfile& p) {
  const auto& b = c.basic_constraints();
  if (!p.ca) return b && b->ca ? wrong(c, "basicConstraints says CA") : Status{};
  EIDER_CHECK(require_critical(c, extension::kBasicConstraints, "basicConstraints"));
  if (!b || !b->ca) return wrong(c, "basicConstraints does not say CA");
  if (p.path_length && b->path_length != p.path_length)
    return wrong(c, "pathLenConstraint is not " + std::to_string(*p.path_length));
  return {};
}

Status check_extended_key_usage(const Certificate& c, const CertificateProfile& p) {
  const Extension* e = c.find_extension(extension::kExtendedKeyUsage);
  if (p.extended_key_usage == ExtendedKeyUsageRule::kNone)
    return e != nullptr && e->critical ? wrong(c, "critical extKeyUsage in " + std::string(p.title))
                                       : Status{};
  EIDER_CHECK(require_critical(c, extension::kExtendedKeyUsage, "extKeyUsage"));
  const bool server = p.extended_key_usage == ExtendedKeyUsageRule::kTlsServer;
  if (!contains(c.extended_key_usage(), server ? key_purpose::kServerAuth : key_purpose::kClientAuth))
    return wrong(c, std::string("extKeyUsage lacks ") + (server ? "serverAuth" : "clientAuth"));
  return {};
}

Status check_subject_alt_name(const Certificate& c, const CertificateProfile& p) {
  using R = SubjectAltNameRule;
  const R rule = p.subject_alt_name;
  if ((rule == R::kRegisteredId || rule == R::kRegisteredIdAndDnsName) && c.registered_ids().size() != 1)
    return wrong(c, "subjectAltName needs exactly one registeredID");
  if ((rule == R::kRegisteredIdAndDnsName || rule == R::kDnsName) && c.dns_names().empty())
    return wrong(c, "subjectAltName has no dNSName");
  return {};
}

Status check_subject(const Certificate& c, const CertificateProfile& p) {
  if (p.subject == NameRule::kAny) return {};
  if (c.subject().find(attribute::kOrganization) == nullptr)
    return fail_verification(Check::kFormat, who(c) + ": the subject has no organizationName");
  if (p.subject == NameRule::kOrganizationAndEid) return eid_of(c).map([](auto&&) {});
  if (c.subject().find(attribute::kCommonName) == nullptr)
    return fail_verification(Check::kFormat, who(c) + ": the subject has no commonName");
  return {};
}

Status check_name_constraints_content(const Certificate& c, const CertificateProfile& p) {
  const auto& constraints = c.name_constraints();
  if (!p.name_constraints)
    return constraints ? wrong(c, "nameConstraints in " + std::string(p.title)) : Status{};
  if (!constraints && !c.permitted_eins().empty()) return {};  // the form of SGP.22 v3
  EIDER_CHECK(require_critical(c, extension::kNameConstraints, "nameConstraints"));
  if (!constraints || constraints->permitted.empty() || constraints->other)
    return wrong(c, "nameConstraints must be permitted directoryName subtrees and nothing else");
  return {};
}

Status check_unknown_critical(const Certificate& c) {
  static const der::Oid* const known[] = {&extension::kSubjectKeyIdentifier,
                                          &extension::kAuthorityKeyIdentifier,
                                          &extension::kKeyUsage,
                                          &extension::kCertificatePolicies,
                                          &extension::kBasicConstraints,
                                          &extension::kExtendedKeyUsage,
                                          &extension::kSubjectAltName,
                                          &extension::kNameConstraints,
                                          &extension::kCrlDistributionPoints,
                                          &extension::kPermittedEins};
  for (const auto& e : c.extensions())
    if (e.critical && std::ranges::none_of(known, [&](const der::Oid* id) { return *id == e.id; }))
      return wrong(c, "unknown critical extension " + e.id.dotted());
  return {};
}

Status check_times(const Certificate& c, const VerifyOptions& o) {
  const auto lower = o.now ? o.now : o.not_earlier_than;
  if (lower && c.not_after() < *lower)
    return fail_verification(Check::kExpired, who(c) + " was valid until " + format_time(c.not_after()));
  if (o.now && *o.now < c.not_before())
    return fail_verification(Check::kNotYetValid, who(c) + " is valid from " + format_time(c.not_before()));
  return {};
}

Status check_revocation(const Certificate& c, ByteView issuer_ski, const VerifyOptions& o) {
  if (o.crls == nullptr) return {};
  if (const RevokedEntry* entry = o.crls->find(issuer_ski, c.serial()))
    return fail_verification(Check::kRevoked, who(c) + " was revoked on " + format_time(entry->revoked_at));
  return {};
}

Status check_curve(const Certificate& c, const VerifyOptions& o) {
  if (o.curves.empty() || std::ranges::find(o.curves, c.public_key().curve()) != o.curves.end()) return {};
  return fail_verification(
      Check::kCurve, who(c) + " is on " + to_string(c.public_key().curve()) + ", which is not allowed here");
}

Status check_signature(const Certificate& c, const PublicKey& issuer, const VerifyOptions& o) {
  const Status status = o.cache != nullptr ? o.cache->check(c, issuer) : c.verify_signed_by(issuer);
  if (status) return {};
  const auto* fault = status.error().as<VerificationFault>();
  return fail_verification(fault ? fault->check : Check::kSignature,
                           who(c) + ": " + (fault ? fault->what : status.error().message()));
}

// Content, signature, revocation and time of one link, below an issuer that has been verified.
Status check_link(const Certificate& c, const PublicKey& issuer, ByteView issuer_ski,
                  const VerifyOptions& o) {
  EIDER_CHECK(check_signature(c, issuer, o));
  EIDER_CHECK(check_revocation(c, issuer_ski, o));
  return check_times(c, o);
}

tl::unexpected<Fault> broken(const Certificate& c, const std::string& what) {
  return fail_verification(Check::kChain, who(c) + ": " + what);
}
}  // namespace

Status check_profile(const Certificate& c, const CertificateProfile& p) {
  EIDER_CHECK(check_policy(c, p, p.policy_required));
  if (!p.policies.empty() && p.policy_critical)
    EIDER_CHECK(require_critical(c, extension::kCertificatePolicies, "certificatePolicies"));
  EIDER_CHECK(check_key_usage(c, p));
  EIDER_CHECK(check_basic_constraints(c, p));
  EIDER_CHECK(check_extended_key_usage(c, p));
  EIDER_CHECK(check_subject_alt_name(c, p));
  EIDER_CHECK(check_name_constraints_content(c, p));
  EIDER_CHECK(check_unknown_critical(c));
  return check_subject(c, p);
}

Status check_eum_name_constraints(const Certificate& euicc, const Certificate& eum) {
  EIDER_CHECK(eid_of(euicc));
  const std::string& eid = *euicc.subject().find(attribute::kSerialNumber);
  const auto found = [&](const NameAttribute& wanted) {
    if (wanted.type == attribute::kSerialNumber)
      return !wanted.value.empty() && eid.starts_with(wanted.value);
    for (const auto& rdn : euicc.subject().rdns())
      if (contains(rdn, wanted)) return true;
    return false;
  };
  const auto permits = [&](const Name& subtree) {
    if (subtree.find(attribute::kSerialNumber) == nullptr ||
        subtree.find(attribute::kOrganization) == nullptr)
      return false;
    return std::ranges::all_of(subtree.rdns(),
                               [&](const auto& rdn) { return std::ranges::all_of(rdn, found); });
  };
  const auto& constraints = eum.name_constraints();
  if (constraints && std::ranges::any_of(constraints->permitted, permits)) return {};
  if (std::ranges::any_of(eum.permitted_eins(),
                          [&](const auto& ein) { return !ein.empty() && eid.starts_with(ein); }) &&
      !constraints)
    return {};
  return fail_verification(Check::kNameConstraint, "EID " + eid + " of \"" + euicc.subject().text() +
                                                       "\" is not permitted to EUM \"" +
                                                       eum.subject().text() + "\"");
}

Result<const TrustAnchor*> verify_certificate(const Certificate& c, const CertificateProfile& p,
                                              const TrustStore& roots,
                                              std::span<const Certificate> intermediates,
                                              const VerifyOptions& o) {
  // A row that leaves the policy out speaks of public CAs. Up to a CI it is what tells a TLS certificate of
  // one role from one of another, or of M2M.
  EIDER_CHECK(check_policy(c, p, true));
  EIDER_CHECK(check_curve(c, o));
  EIDER_CHECK(check_profile(c, p));
  if (p.issuer == nullptr) {  // a root: trusted because it is in the store
    const TrustAnchor* anchor = roots.find(c.subject_key_identifier());
    if (anchor == nullptr || !(anchor->key == c.public_key())) return broken(c, "this root is not trusted");
    EIDER_CHECK(check_link(c, anchor->key, anchor->ski, o));
    return anchor;
  }
  const ByteView aki = c.authority_key_identifier();
  if (aki.empty()) return broken(c, "no authorityKeyIdentifier");
  if (p.issuer->issuer == nullptr) {
    const TrustAnchor* anchor = roots.find(aki);
    if (anchor == nullptr) return broken(c, "no trusted root with key identifier " + to_hex(aki));
    if (anchor->certificate) {
      if (!(anchor->certificate->subject() == c.issuer()))
        return broken(c, "issuer is \"" + c.issuer().text() + "\", the root is \"" +
                             anchor->certificate->subject().text() + "\"");
      EIDER_CHECK(check_times(*anchor->certificate, o));
    }
    if (o.crls != nullptr && !anchor->serial.empty() && o.crls->find(anchor->ski, anchor->serial) != nullptr)
      return fail_verification(Check::kRevoked,
                               "the root with key identifier " + to_hex(anchor->ski) + " is revoked");
    EIDER_CHECK(check_link(c, anchor->key, anchor->ski, o));
    return anchor;
  }
  const auto issuer = std::ranges::find_if(
      intermediates, [&](const Certificate& i) { return equal(i.subject_key_identifier(), aki); });
  if (issuer == intermediates.end())
    return broken(c, "issuer certificate with key identifier " + to_hex(aki) + " is missing");
  if (!(issuer->subject() == c.issuer()))
    return broken(c, "issuer is \"" + c.issuer().text() + "\", its certificate says \"" +
                         issuer->subject().text() + "\"");
  EIDER_TRY(anchor, verify_certificate(*issuer, *p.issuer, roots, intermediates, o));
  EIDER_CHECK(check_link(c, issuer->public_key(), issuer->subject_key_identifier(), o));
  if (p.issuer->name_constraints) EIDER_CHECK(check_eum_name_constraints(c, *issuer));
  return anchor;
}

Result<TrustAnchor> TrustAnchor::from(const Certificate& ci) {
  if (ci.subject_key_identifier().empty()) return broken(ci, "no subjectKeyIdentifier");
  TrustAnchor anchor{ci.public_key(), to_bytes(ci.subject_key_identifier()), ci, to_bytes(ci.serial()), {}};
  if (!ci.registered_ids().empty()) anchor.ci_oid = ci.registered_ids().front();
  return anchor;
}

Status TrustStore::add(const Certificate& ci, const CertificateProfile& profile) {
  EIDER_CHECK(check_profile(ci, profile));
  if (!ci.self_issued()) return broken(ci, "not self-signed");
  EIDER_CHECK(ci.verify_signed_by(ci.public_key()));
  EIDER_TRY(anchor, TrustAnchor::from(ci));
  add(std::move(anchor));
  return {};
}

void TrustStore::add(TrustAnchor anchor) {
  if (find(anchor.ski) == nullptr) anchors_.push_back(std::move(anchor));
}

const TrustAnchor* TrustStore::find(ByteView ski) const {
  for (const auto& anchor : anchors_)
    if (equal(anchor.ski, ski)) return &anchor;
  return nullptr;
}

std::size_t VerifiedSignatures::Hash::operator()(const Sha256Digest& d) const {
  std::size_t out = 0;
  std::memcpy(&out, d.data(), sizeof out);
  return out;
}

Status VerifiedSignatures::check(const Certificate& certificate, const PublicKey& issuer) {
  const Sha256Digest key = sha256({certificate.der(), issuer.point().view()});
  {
    const std::lock_guard lock(mutex_);
    if (seen_.contains(key)) return {};
  }
  EIDER_CHECK(certificate.verify_signed_by(issuer));
  const std::lock_guard lock(mutex_);
  if (seen_.size() >= capacity_) seen_.clear();
  seen_.insert(key);
  return {};
}

}  // namespace eider::crypto
