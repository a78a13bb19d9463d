#include "crypto/issue.hpp"

#include "crypto/detail/der_cursor.hpp"
#include "crypto/verify.hpp"

namespace eider::crypto {
namespace {

Bytes authority_key_identifier(ByteView ski) {
  return make_tlv(0x30, make_tlv(0x80, ski));
}

Bytes key_usage_bits(KeyUsage usage) {
  std::uint8_t octet = 0;
  int last = 0;
  for (int bit = 0; bit < 8; ++bit)
    if ((usage >> bit & 1) != 0) octet = static_cast<std::uint8_t>(octet | 0x80 >> bit), last = bit;
  const std::uint8_t content[2] = {static_cast<std::uint8_t>(7 - last), octet};
  return make_tlv(0x03, ByteView(content));
}

Bytes policies(const der::Oid& oid) {
  return make_tlv(0x30, make_tlv(0x30, detail::encode_oid(oid)));
}

Bytes basic_constraints(const std::optional<unsigned>& path_length) {
  static const Bytes ca = hex("0101FF");
  return make_tlv(0x30, {ca, path_length ? detail::encode_unsigned(std::uint64_t{*path_length}) : Bytes{}});
}

// A client that has host names also listens: the operator, for ES2+ notifications.
Bytes extended_key_usage(ExtendedKeyUsageRule rule, bool listens) {
  if (rule == ExtendedKeyUsageRule::kTlsClient && !listens)
    return make_tlv(0x30, detail::encode_oid(key_purpose::kClientAuth));
  return make_tlv(
      0x30, {detail::encode_oid(key_purpose::kServerAuth), detail::encode_oid(key_purpose::kClientAuth)});
}

Bytes subject_alt_name(const CertificateRequest& request) {
  Bytes names;
  for (const auto& dns : request.dns_names) append_tlv(names, 0x82, as_bytes(dns));
  if (request.registered_id) append(names, detail::encode_oid(*request.registered_id, 0x88));
  return make_tlv(0x30, names);
}

Bytes name_constraints(std::span<const Name> permitted) {
  Bytes subtrees;
  for (const Name& name : permitted) append_tlv(subtrees, 0x30, make_tlv(0xA4, name.der()));
  return make_tlv(0x30, make_tlv(0xA0, subtrees));
}

Bytes crl_distribution_points(std::span<const std::string> uris) {
  Bytes points;
  for (const auto& uri : uris)
    append_tlv(points, 0x30, make_tlv(0xA0, make_tlv(0xA0, make_tlv(0x86, as_bytes(uri)))));
  return make_tlv(0x30, points);
}

Bytes extensions(const CertificateProfile& p, const CertificateRequest& request, const Certificate* issuer) {
  Bytes list;
  const auto add = [&](const der::Oid& id, bool critical, ByteView value) {
    append(list, detail::encode_extension(id, critical, value));
  };
  if (issuer != nullptr)
    add(extension::kAuthorityKeyIdentifier, false,
        authority_key_identifier(issuer->subject_key_identifier()));
  add(extension::kSubjectKeyIdentifier, false, make_tlv(0x04, request.public_key.key_identifier().view()));
  add(extension::kKeyUsage, true, key_usage_bits(static_cast<KeyUsage>(p.key_usage | p.key_usage_optional)));
  if (!p.policies.empty())
    add(extension::kCertificatePolicies, p.policy_critical, policies(p.policies.front()));
  if (p.extended_key_usage != ExtendedKeyUsageRule::kNone)
    add(extension::kExtendedKeyUsage, true,
        extended_key_usage(p.extended_key_usage, !request.dns_names.empty()));
  if (request.registered_id || !request.dns_names.empty())
    add(extension::kSubjectAltName, false, subject_alt_name(request));
  if (p.ca) add(extension::kBasicConstraints, true, basic_constraints(p.path_length));
  if (p.crl_distribution_points && !request.crl_distribution_points.empty())
    add(extension::kCrlDistributionPoints, false, crl_distribution_points(request.crl_distribution_points));
  if (p.name_constraints) add(extension::kNameConstraints, true, name_constraints(request.permitted));
  return make_tlv(0xA3, make_tlv(0x30, list));
}

Status check_request(const CertificateProfile& p, const CertificateRequest& request,
                     const Certificate* issuer, const SigningKey& key) {
  const std::string title(p.title);
  if ((issuer == nullptr) != (p.issuer == nullptr))
    return fail_local(p.issuer == nullptr ? title + " signs itself" : title + " needs an issuer certificate");
  const PublicKey& issuer_public = issuer != nullptr ? issuer->public_key() : request.public_key;
  if (!(issuer_public == key.public_key()))
    return fail_local("the signing key does not belong to the issuer of " + title);
  if (issuer_public.curve() != request.public_key.curve())
    return fail_local(title + " and its issuer must be on one curve", "use the issuer of the same curve");
  if (request.serial.empty() || request.serial.size() > 20)
    return fail_local("a serial number has 1 to 20 octets");
  if (request.not_after <= request.not_before)
    return fail_local("the validity of " + title + " ends before it begins");
  return {};
}
}  // namespace

Result<Certificate> issue_certificate(const CertificateProfile& profile, const CertificateRequest& request,
                                      const Certificate* issuer, const SigningKey& issuer_key) {
  EIDER_CHECK(check_request(profile, request, issuer, issuer_key));
  static const Bytes version = hex("A003020102");
  const Bytes validity = make_tlv(
      0x30, {detail::encode_x509_time(request.not_before), detail::encode_x509_time(request.not_after)});
  const Bytes tbs = make_tlv(
      0x30, {version, detail::encode_unsigned(ByteView(request.serial)), detail::ecdsa_with_sha256(),
             issuer != nullptr ? issuer->subject().der() : request.subject.der(), validity,
             request.subject.der(), request.public_key.spki_der(), extensions(profile, request, issuer)});
  EIDER_TRY(signature, issuer_key.sign({tbs}));
  EIDER_TRY(certificate, Certificate::parse(detail::assemble_signed(tbs, signature)));
  if (auto ok = check_profile(certificate, profile); !ok)
    return fail_local("the request is not complete for " + std::string(profile.title) + ": " +
                      ok.error().message());
  return certificate;
}

Result<Name> euicc_subject(const Certificate& eum, const FixedBytes<16>& eid, std::string_view common_name) {
  const std::string digits = to_hex(eid.view());
  if (digits.find_first_not_of("0123456789") != std::string::npos)
    return fail_local("an EID has 32 decimal digits");
  if (const auto& constraints = eum.name_constraints(); constraints)
    for (const Name& subtree : constraints->permitted) {
      const auto* iin = subtree.find(attribute::kSerialNumber);
      const auto* organization = subtree.find(attribute::kOrganization);
      if (iin == nullptr || organization == nullptr || iin->empty() || !digits.starts_with(*iin)) continue;
      return Name::make({{attribute::kOrganization, *organization},
                         {attribute::kSerialNumber, digits},
                         {attribute::kCommonName, std::string(common_name)}});
    }
  return fail_verification(VerificationFault::Check::kNameConstraint,
                           "EUM \"" + eum.subject().text() + "\" may not certify EID " + digits);
}

Bytes random_serial(Random& random) {
  Bytes serial = random.bytes(16);
  serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7F) | 0x40);
  return serial;
}

}  // namespace eider::crypto
