#include "crypto/gp_certificate.hpp"

#include "codec/tlv.hpp"

namespace eider::crypto {
namespace {
constexpr Tag kCertificate = 0x7F21, kSerialNumber = 0x93, kCaIdentifier = 0x42, kSubject = 0x5F20,
              kKeyUsage = 0x95, kEffective = 0x5F25, kExpiration = 0x5F24, kImageNumber = 0x45,
              kDiscretionary = 0x73, kRole = 0xC8, kAuthorityKey = 0xC9, kPublicKey = 0x7F49, kPoint = 0xB0,
              kReference = 0xF0, kSignature = 0x5F37;

tl::unexpected<Fault> refused(ByteView whole, ByteView at, std::string what) {
  return fail(DecodeFault{"7F21", static_cast<std::size_t>(at.data() - whole.data()), std::move(what)});
}
tl::unexpected<Fault> format(const char* what) {
  return fail_verification(VerificationFault::Check::kFormat, what);
}

// A member of the certificate: what may be read into the fields. False: malformed.
bool take(GpCertificateFields& f, const Tlv& t) {
  const auto in = [&](std::size_t low, std::size_t high) {
    return t.value.size() >= low && t.value.size() <= high;
  };
  switch (t.tag) {
    case kSerialNumber:
      f.serial_number = to_bytes(t.value);
      return in(1, 16);
    case kCaIdentifier:
      f.ca_identifier = to_bytes(t.value);
      return in(1, 16);
    case kSubject:
      f.subject = to_bytes(t.value);
      return in(1, 32);
    case kKeyUsage:
      if (!in(1, 2)) return false;
      f.key_usage =
          t.value.size() == 1 ? t.value[0] : static_cast<std::uint16_t>(t.value[0] << 8 | t.value[1]);
      return true;
    case kEffective:
      f.effective = bcd_decode(t.value, false);
      return f.effective && f.effective->size() == 8;
    case kExpiration:
      f.expiration = bcd_decode(t.value, false).value_or("");
      return f.expiration.size() == 8;
    case kImageNumber:
      f.image_number = to_bytes(t.value);
      return in(1, 16);
    case kDiscretionary: {
      const auto members = read_tlvs(t.value);
      if (!members) return false;
      for (const auto& m : *members) {
        if (m.tag == kRole && m.value.size() == 1) f.role = static_cast<GpRole>(m.value[0]);
        if (m.tag == kAuthorityKey) f.authority_key_identifier = to_bytes(m.value);
      }
      return true;
    }
    default:
      return true;
  }
}

Result<Bytes> date(const std::string& text) {
  const auto octets = bcd_encode(text, false);
  if (!octets || octets->size() != 4 || text.size() != 8)
    return fail_local("a date of a GlobalPlatform certificate is YYYYMMDD, not \"" + text + "\"");
  return *octets;
}
}  // namespace

std::uint8_t key_parameter_reference(Curve curve) {
  return curve == Curve::kP256 ? kGpP256 : kGpBrainpoolP256r1;
}

Bytes encode_gp_public_key(const PublicKey& key, GpKeyForm form) {
  if (form == GpKeyForm::kBarePoint) return make_tlv(kPublicKey, key.point());
  const std::uint8_t reference[] = {key_parameter_reference(key.curve())};
  return make_tlv(kPublicKey, {make_tlv(kPoint, key.point()), make_tlv(kReference, reference)});
}

Result<PublicKey> decode_gp_public_key(ByteView value, Curve otherwise) {
  if (!value.empty() && value[0] == 0x04) return PublicKey::from_point(otherwise, value);
  EIDER_TRY(members, read_tlvs(value));
  std::optional<ByteView> point, reference;
  for (const auto& m : members) {
    if (m.tag == kPoint) point = m.value;
    if (m.tag == kReference) reference = m.value;
  }
  if (!point || (reference && reference->size() != 1)) return format("7F49 holds no public key");
  if (!reference) return PublicKey::from_point(otherwise, *point);
  switch ((*reference)[0]) {
    case kGpP256:
      return PublicKey::from_point(Curve::kP256, *point);
    case kGpBrainpoolP256r1:
      return PublicKey::from_point(Curve::kBrainpoolP256r1, *point);
    default:
      return fail_verification(VerificationFault::Check::kCurve,
                               "key parameter reference " + to_hex(*reference) + " is not supported");
  }
}

Result<GpCertificate> GpCertificate::decode(ByteView octets, Curve otherwise) {
  EIDER_TRY(whole, read_single_tlv(octets, false));
  if (whole.tag != kCertificate)
    return refused(octets, octets, "a certificate is 7F21, not " + tag_text(whole.tag));
  EIDER_TRY(members, read_tlvs(whole.value, false));
  GpCertificateFields f;
  std::optional<PublicKey> key;
  std::vector<Tag> seen;
  for (const auto& m : members) {
    if (std::ranges::find(seen, m.tag) != seen.end())
      return refused(octets, m.whole, tag_text(m.tag) + " twice");
    seen.push_back(m.tag);
    if (!take(f, m)) return refused(octets, m.whole, tag_text(m.tag) + " is malformed");
    if (m.tag == kPublicKey) {
      EIDER_TRY(k, decode_gp_public_key(m.value, otherwise));
      f.key_form = m.value[0] == 0x04 ? GpKeyForm::kBarePoint : GpKeyForm::kWithReference;
      key = std::move(k);
    }
  }
  for (const Tag needed :
       {kSerialNumber, kCaIdentifier, kSubject, kKeyUsage, kExpiration, kPublicKey, kSignature})
    if (std::ranges::find(seen, needed) == seen.end())
      return refused(octets, octets, tag_text(needed) + " is missing");
  const auto& signature = members.back();
  if (signature.tag != kSignature || signature.value.size() != 64)
    return refused(octets, signature.whole, "the signature, 5F37 of 64 octets, comes last");
  const auto size = whole.value.size() - signature.whole.size();
  return GpCertificate(to_bytes(octets), std::move(f), std::move(*key), whole.header_size(), size);
}

Result<GpCertificate> GpCertificate::issue(const GpCertificateFields& f, const PublicKey& key,
                                           const SigningKey& issuer) {
  Bytes body;
  append_tlv(body, kSerialNumber, f.serial_number);
  append_tlv(body, kCaIdentifier, f.ca_identifier);
  append_tlv(body, kSubject, f.subject);
  Bytes usage = {static_cast<std::uint8_t>(f.key_usage)};
  if (f.key_usage == static_cast<std::uint16_t>(GpKeyUsage::kEcasdAgreement))
    usage.insert(usage.begin(), 0x00);
  append_tlv(body, kKeyUsage, usage);
  if (f.effective) {
    EIDER_TRY(effective, date(*f.effective));
    append_tlv(body, kEffective, effective);
  }
  EIDER_TRY(expiration, date(f.expiration));
  append_tlv(body, kExpiration, expiration);
  if (!f.image_number.empty()) append_tlv(body, kImageNumber, f.image_number);
  Bytes discretionary;
  const std::uint8_t role[] = {static_cast<std::uint8_t>(f.role.value_or(GpRole{}))};
  if (f.role) append_tlv(discretionary, kRole, role);
  if (!f.authority_key_identifier.empty())
    append_tlv(discretionary, kAuthorityKey, f.authority_key_identifier);
  append_tlv(body, kDiscretionary, discretionary);
  append(body, encode_gp_public_key(key, f.key_form));
  EIDER_TRY(signature, issuer.sign({body}));
  append_tlv(body, kSignature, signature);
  const auto octets = make_tlv(kCertificate, body);
  auto made = decode(octets, key.curve());
  if (!made) return fail_local("a field of the certificate has a wrong size: " + made.error().message());
  return made;
}

Status GpCertificate::verify(const PublicKey& issuer) const {
  const ByteView all = octets_;
  return crypto::verify(issuer, all.subspan(signed_at_, signed_size_), all.last(64));
}

}  // namespace eider::crypto
