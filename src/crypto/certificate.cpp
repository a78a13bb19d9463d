#include "crypto/certificate.hpp"

#include "crypto/detail/der_cursor.hpp"

namespace eider::crypto {
namespace extension {
const der::Oid kSubjectKeyIdentifier("2.5.29.14"), kAuthorityKeyIdentifier("2.5.29.35"),
    kKeyUsage("2.5.29.15"), kCertificatePolicies("2.5.29.32"), kBasicConstraints("2.5.29.19"),
    kExtendedKeyUsage("2.5.29.37"), kSubjectAltName("2.5.29.17"), kNameConstraints("2.5.29.30"),
    kCrlDistributionPoints("2.5.29.31"), kCrlNumber("2.5.29.20"), kReasonCode("2.5.29.21"),
    kIssuingDistributionPoint("2.5.29.28");
const der::Oid kExpDate("2.23.146.1.2.0.1"), kTotalPartialCrlNumber("2.23.146.1.2.0.2"),
    kPartialCrlNumber("2.23.146.1.2.0.3");
const der::Oid kPermittedEins("2.23.146.1.2.2.0");
}  // namespace extension
namespace key_purpose {
const der::Oid kServerAuth("1.3.6.1.5.5.7.3.1"), kClientAuth("1.3.6.1.5.5.7.3.2");
}

struct Certificate::Impl {
  Bytes der;
  ByteView tbs, serial, ski, aki;
  Name issuer, subject;
  Time not_before, not_after;
  std::optional<PublicKey> key;
  Signature signature;
  std::optional<KeyUsage> key_usage;
  std::vector<der::Oid> policies, extended_key_usage, registered_ids;
  std::optional<BasicConstraints> basic_constraints;
  std::vector<std::string> dns_names, permitted_eins, crl_distribution_points;
  std::optional<NameConstraints> name_constraints;
  std::vector<Extension> extensions;

  Status parse();
  Status parse_tbs(const Tlv& tbs);
  Status parse_extension(const Extension& e);
  // One function per extension, named after it.
  Status parse_key_usage(detail::Cursor c);
  Status parse_policies(detail::Cursor c);
  Status parse_basic_constraints(detail::Cursor c);
  Status parse_extended_key_usage(detail::Cursor c);
  Status parse_subject_alt_name(detail::Cursor c);
  Status parse_name_constraints(detail::Cursor c);
  Status parse_permitted_eins(detail::Cursor c);
  Status parse_crl_distribution_points(detail::Cursor c);
};

// Certificate ::= SIGNED { SEQUENCE { [0] version, serialNumber, signature, issuer, validity, subject,
// subjectPublicKeyInfo, [3] extensions } }, RFC 5280 section 4.1; SGP.22 section 4.5.2 makes version 3
// mandatory.
Status Certificate::Impl::parse() {
  EIDER_TRY(parts, detail::parse_signed(der, "Certificate"));
  tbs = parts.tbs.whole;
  signature = parts.signature;
  return parse_tbs(parts.tbs);
}

Status Certificate::Impl::parse_tbs(const Tlv& whole) {
  detail::Cursor c(whole.value, der.data(), "Certificate.tbsCertificate");
  EIDER_TRY(version, c.next(0xA0, "version"));
  static const Bytes v3 = hex("020102");
  if (!equal(version.value, v3)) return c.bad("version", "not version 3");
  EIDER_TRY(number, c.next(0x02, "serialNumber"));
  serial = number.value;
  if (serial.empty() || serial.size() > 21) return c.bad("serialNumber", "1 to 20 octets");
  EIDER_TRY(algorithm, c.next(0x30, "signature"));
  if (!equal(algorithm.whole, detail::ecdsa_with_sha256()))
    return c.bad("signature", "not ecdsa-with-SHA256 without parameters");
  EIDER_TRY(issuer_tlv, c.next(0x30, "issuer"));
  EIDER_TRY(issuer_name, Name::parse(issuer_tlv.whole));
  issuer = std::move(issuer_name);
  EIDER_TRY(validity, c.next(0x30, "validity"));
  detail::Cursor times = c.into(validity, "Certificate.validity");
  EIDER_TRY(from, times.next_any("notBefore"));
  EIDER_TRY(to, times.next_any("notAfter"));
  EIDER_CHECK(times.finish());
  const auto nb = detail::parse_x509_time(from), na = detail::parse_x509_time(to);
  if (!nb || !na) return c.bad("validity", "not a UTCTime or GeneralizedTime ending in Z");
  not_before = *nb, not_after = *na;
  EIDER_TRY(subject_tlv, c.next(0x30, "subject"));
  EIDER_TRY(subject_name, Name::parse(subject_tlv.whole));
  subject = std::move(subject_name);
  EIDER_TRY(spki, c.next(0x30, "subjectPublicKeyInfo"));
  EIDER_TRY(public_key, PublicKey::from_spki(spki.whole));
  key = std::move(public_key);
  EIDER_TRY(wrapped, c.next(0xA3, "extensions"));
  EIDER_CHECK(c.finish());
  detail::Cursor inside = c.into(wrapped, "Certificate.extensions");
  EIDER_TRY(list, inside.next(0x30, "Extensions"));
  EIDER_CHECK(inside.finish());
  EIDER_TRY(parsed, detail::parse_extensions(list, inside));
  for (auto& e : parsed) {
    extensions.push_back({e.id, e.critical, e.value});
    EIDER_CHECK(parse_extension(extensions.back()));
  }
  return {};
}

Status Certificate::Impl::parse_extension(const Extension& e) {
  detail::Cursor top(e.value, der.data(), "Certificate.extensions");
  if (e.id == extension::kSubjectKeyIdentifier) {
    EIDER_TRY(id, top.next(0x04, "subjectKeyIdentifier"));
    ski = id.value;
    return top.finish();
  }
  if (e.id == extension::kKeyUsage) return parse_key_usage(top);
  struct Row {
    const der::Oid* id;
    const char* path;
    Status (Impl::*parse)(detail::Cursor);
  };
  static const Row rows[] = {
      {&extension::kCertificatePolicies, "certificatePolicies", &Impl::parse_policies},
      {&extension::kBasicConstraints, "basicConstraints", &Impl::parse_basic_constraints},
      {&extension::kExtendedKeyUsage, "extKeyUsage", &Impl::parse_extended_key_usage},
      {&extension::kSubjectAltName, "subjectAltName", &Impl::parse_subject_alt_name},
      {&extension::kNameConstraints, "nameConstraints", &Impl::parse_name_constraints},
      {&extension::kPermittedEins, "permittedEins", &Impl::parse_permitted_eins},
      {&extension::kCrlDistributionPoints, "cRLDistributionPoints", &Impl::parse_crl_distribution_points},
  };
  if (e.id == extension::kAuthorityKeyIdentifier) {
    EIDER_TRY(sequence, top.next(0x30, "authorityKeyIdentifier"));
    EIDER_CHECK(top.finish());
    detail::Cursor c = top.into(sequence, "authorityKeyIdentifier");
    if (c.at(0x80)) {
      EIDER_TRY(id, c.next(0x80, "keyIdentifier"));
      aki = id.value;
    }
    return {};  // issuer and serial may follow; chaining goes by the key identifier
  }
  for (const Row& row : rows)
    if (e.id == *row.id) {
      EIDER_TRY(sequence, top.next(0x30, row.path));
      EIDER_CHECK(top.finish());
      return (this->*row.parse)(top.into(sequence, row.path));
    }
  return {};  // unknown: whether that matters depends on its criticality and is decided in verification
}

Status Certificate::Impl::parse_key_usage(detail::Cursor c) {
  EIDER_TRY(bits, c.next(0x03, "keyUsage"));
  EIDER_CHECK(c.finish());
  if (bits.value.size() < 2 || bits.value.size() > 3 || bits.value[0] > 7)
    return c.bad("keyUsage", "malformed BIT STRING");
  KeyUsage usage = 0;
  for (std::size_t bit = 0; bit < 8 * (bits.value.size() - 1); ++bit)
    if ((bits.value[1 + bit / 8] & (0x80 >> bit % 8)) != 0) usage = static_cast<KeyUsage>(usage | 1u << bit);
  key_usage = usage;
  return {};
}

Status Certificate::Impl::parse_policies(detail::Cursor c) {
  while (!c.done()) {
    EIDER_TRY(info, c.next(0x30, "PolicyInformation"));
    detail::Cursor member = c.into(info, "certificatePolicies");
    EIDER_TRY(id, member.next(0x06, "policyIdentifier"));
    EIDER_TRY(oid, detail::oid_of(id, member, "policyIdentifier"));
    policies.push_back(oid);
  }
  return {};
}

Status Certificate::Impl::parse_basic_constraints(detail::Cursor c) {
  BasicConstraints b;
  if (c.at(0x01)) {
    EIDER_TRY(ca, c.next(0x01, "cA"));
    if (ca.value.size() != 1) return c.bad("cA", "BOOLEAN of wrong size");
    b.ca = ca.value[0] != 0;
  }
  if (c.at(0x02)) {
    EIDER_TRY(length, c.next(0x02, "pathLenConstraint"));
    EIDER_TRY(value, detail::small_unsigned(length.whole, c, "pathLenConstraint"));
    if (value > 255) return c.bad("pathLenConstraint", "out of range");
    b.path_length = static_cast<unsigned>(value);
  }
  basic_constraints = b;
  return c.finish();
}

Status Certificate::Impl::parse_extended_key_usage(detail::Cursor c) {
  while (!c.done()) {
    EIDER_TRY(id, c.next(0x06, "KeyPurposeId"));
    EIDER_TRY(oid, detail::oid_of(id, c, "KeyPurposeId"));
    extended_key_usage.push_back(oid);
  }
  return {};
}

Status Certificate::Impl::parse_subject_alt_name(detail::Cursor c) {
  while (!c.done()) {
    EIDER_TRY(name, c.next_any("GeneralName"));
    if (name.tag == 0x82) {  // dNSName
      if (std::ranges::any_of(name.value, [](std::uint8_t b) { return b <= 0x20 || b > 0x7E; }))
        return c.bad("dNSName", "characters that no host name has");
      dns_names.emplace_back(as_text(name.value));
    } else if (name.tag == 0x88) {  // registeredID
      EIDER_TRY(oid, detail::oid_of(name, c, "registeredID"));
      registered_ids.push_back(oid);
    }
  }
  return {};
}

// NameConstraints: [0] permittedSubtrees of { base GeneralName, [0] minimum, [1] maximum }; minimum is
// ignored.
Status Certificate::Impl::parse_name_constraints(detail::Cursor c) {
  NameConstraints out;
  while (!c.done()) {
    EIDER_TRY(subtrees, c.next_any("subtrees"));
    if (subtrees.tag != 0xA0) {
      out.other = true;
      continue;
    }
    detail::Cursor list = c.into(subtrees, "nameConstraints.permittedSubtrees");
    while (!list.done()) {
      EIDER_TRY(subtree, list.next(0x30, "GeneralSubtree"));
      detail::Cursor member = list.into(subtree, "nameConstraints.permittedSubtrees");
      EIDER_TRY(base, member.next_any("base"));
      if (base.tag != 0xA4) {  // directoryName, EXPLICIT since Name is a CHOICE
        out.other = true;
        continue;
      }
      EIDER_TRY(name, Name::parse(base.value));
      out.permitted.push_back(std::move(name));
    }
  }
  name_constraints = std::move(out);
  return {};
}

Status Certificate::Impl::parse_permitted_eins(detail::Cursor c) {
  while (!c.done()) {
    EIDER_TRY(ein, c.next(0x13, "EIN"));
    permitted_eins.emplace_back(as_text(ein.value));
  }
  return {};
}

Status Certificate::Impl::parse_crl_distribution_points(detail::Cursor c) {
  while (!c.done()) {
    EIDER_TRY(point, c.next(0x30, "DistributionPoint"));
    detail::Cursor member = c.into(point, "cRLDistributionPoints");
    if (!member.at(0xA0)) continue;
    EIDER_TRY(name, member.next(0xA0, "distributionPoint"));
    detail::Cursor choice = member.into(name, "cRLDistributionPoints");
    if (!choice.at(0xA0)) continue;
    EIDER_TRY(full, choice.next(0xA0, "fullName"));
    detail::Cursor names = choice.into(full, "cRLDistributionPoints");
    while (!names.done()) {
      EIDER_TRY(general, names.next_any("GeneralName"));
      if (general.tag == 0x86) crl_distribution_points.emplace_back(as_text(general.value));
    }
  }
  return {};
}

Result<Certificate> Certificate::parse(ByteView der_or_pem) {
  auto impl = std::make_shared<Impl>();
  EIDER_TRY(der, detail::der_from(der_or_pem, "CERTIFICATE"));
  impl->der = std::move(der);
  EIDER_CHECK(impl->parse());
  return Certificate(std::move(impl));
}

ByteView Certificate::der() const {
  return impl_->der;
}
ByteView Certificate::tbs() const {
  return impl_->tbs;
}
ByteView Certificate::serial() const {
  return impl_->serial;
}
const Name& Certificate::issuer() const {
  return impl_->issuer;
}
const Name& Certificate::subject() const {
  return impl_->subject;
}
Time Certificate::not_before() const {
  return impl_->not_before;
}
Time Certificate::not_after() const {
  return impl_->not_after;
}
const PublicKey& Certificate::public_key() const {
  return *impl_->key;
}
const Signature& Certificate::signature() const {
  return impl_->signature;
}
Sha256Digest Certificate::fingerprint() const {
  return sha256(impl_->der);
}
std::string Certificate::pem() const {
  return detail::pem_of(impl_->der, "CERTIFICATE");
}
ByteView Certificate::subject_key_identifier() const {
  return impl_->ski;
}
ByteView Certificate::authority_key_identifier() const {
  return impl_->aki;
}
std::optional<KeyUsage> Certificate::key_usage() const {
  return impl_->key_usage;
}
const std::vector<der::Oid>& Certificate::policies() const {
  return impl_->policies;
}
const std::vector<der::Oid>& Certificate::extended_key_usage() const {
  return impl_->extended_key_usage;
}
const std::optional<BasicConstraints>& Certificate::basic_constraints() const {
  return impl_->basic_constraints;
}
const std::vector<std::string>& Certificate::dns_names() const {
  return impl_->dns_names;
}
const std::vector<der::Oid>& Certificate::registered_ids() const {
  return impl_->registered_ids;
}
const std::optional<NameConstraints>& Certificate::name_constraints() const {
  return impl_->name_constraints;
}
const std::vector<std::string>& Certificate::permitted_eins() const {
  return impl_->permitted_eins;
}
const std::vector<std::string>& Certificate::crl_distribution_points() const {
  return impl_->crl_distribution_points;
}
const std::vector<Extension>& Certificate::extensions() const {
  return impl_->extensions;
}
const Extension* Certificate::find_extension(const der::Oid& id) const {
  for (const auto& e : impl_->extensions)
    if (e.id == id) return &e;
  return nullptr;
}

Status Certificate::verify_signed_by(const PublicKey& issuer) const {
  if (issuer.curve() != public_key().curve())
    return fail_verification(VerificationFault::Check::kCurve,
                             "certificate and issuer are on different curves");
  return verify(issuer, tbs(), signature().view());
}

bool Certificate::self_issued() const {
  return issuer() == subject();
}

std::string key_usage_text(KeyUsage usage) {
  static const char* const names[] = {"digitalSignature", "nonRepudiation", "keyEncipherment",
                                      "dataEncipherment", "keyAgreement",   "keyCertSign",
                                      "cRLSign",          "encipherOnly",   "decipherOnly"};
  std::string out;
  for (std::size_t bit = 0; bit < std::size(names); ++bit)
    if ((usage >> bit & 1) != 0) out += (out.empty() ? "" : ", ") + std::string(names[bit]);
  return out;
}

Result<FixedBytes<16>> eid_of(const Certificate& euicc) {
  const std::string* digits = euicc.subject().find(attribute::kSerialNumber);
  if (digits != nullptr && digits->size() == 32)
    if (const auto bcd = bcd_encode(*digits, false))
      if (const auto eid = FixedBytes<16>::from(*bcd)) return *eid;
  return fail_verification(VerificationFault::Check::kFormat,
                           "the subject has no serialNumber of 32 decimal digits (EID)");
}

}  // namespace eider::crypto
