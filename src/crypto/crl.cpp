#include "crypto/crl.hpp"

#include "codec/base64.hpp"
#include "crypto/detail/der_cursor.hpp"

namespace eider::crypto {
namespace {
using Check = VerificationFault::Check;
const char* const kCrlPath = "CertificateList";
}  // namespace

struct CrlParser {
  Crl crl;

  Status parse();
  Status parse_entries(const Tlv& list, const detail::Cursor& where);
  Status parse_entry_extension(const detail::ParsedExtension& e, const detail::Cursor& where,
                               RevokedEntry& entry);
  Status parse_extension(const detail::ParsedExtension& e, const detail::Cursor& where);
};

// CertificateList ::= SIGNED { SEQUENCE { version v2, signature, issuer, thisUpdate, nextUpdate,
// revokedCertificates, [0] crlExtensions } }, RFC 5280 section 5.1.
Status CrlParser::parse() {
  EIDER_TRY(parts, detail::parse_signed(crl.der_, kCrlPath));
  crl.tbs_ = to_bytes(parts.tbs.whole);
  crl.signature_ = parts.signature;
  detail::Cursor c(parts.tbs.value, crl.der_.data(), "CertificateList.tbsCertList");
  EIDER_TRY(version, c.next(0x02, "version"));
  if (version.value.size() != 1 || version.value[0] != 1) return c.bad("version", "not version 2");
  EIDER_TRY(algorithm, c.next(0x30, "signature"));
  if (!equal(algorithm.whole, detail::ecdsa_with_sha256()))
    return c.bad("signature", "not ecdsa-with-SHA256 without parameters");
  EIDER_TRY(issuer, c.next(0x30, "issuer"));
  EIDER_TRY(name, Name::parse(issuer.whole));
  crl.issuer_ = std::move(name);
  EIDER_TRY(this_update, c.next_any("thisUpdate"));
  const auto time = detail::parse_x509_time(this_update);
  if (!time) return c.bad("thisUpdate", "not a UTCTime or GeneralizedTime ending in Z");
  crl.this_update_ = *time;
  if (c.at(0x17) || c.at(0x18)) {
    EIDER_TRY(next_update, c.next_any("nextUpdate"));
    crl.next_update_ = detail::parse_x509_time(next_update);
    if (!crl.next_update_) return c.bad("nextUpdate", "not a UTCTime or GeneralizedTime ending in Z");
  }
  if (c.at(0x30)) {
    EIDER_TRY(list, c.next(0x30, "revokedCertificates"));
    EIDER_CHECK(parse_entries(list, c));
  }
  EIDER_TRY(wrapped, c.next(0xA0, "crlExtensions"));
  EIDER_CHECK(c.finish());
  detail::Cursor inside = c.into(wrapped, "CertificateList.crlExtensions");
  EIDER_TRY(sequence, inside.next(0x30, "Extensions"));
  EIDER_CHECK(inside.finish());
  EIDER_TRY(extensions, detail::parse_extensions(sequence, inside));
  for (const auto& e : extensions) EIDER_CHECK(parse_extension(e, inside));
  if (crl.aki_.empty()) return fail_verification(Check::kExtension, "the CRL has no authorityKeyIdentifier");
  if (crl.part_ == 0 || crl.part_ > crl.total_)
    return inside.bad("partialCrlNumber", "not between 1 and totalPartialCrlNumber");
  return {};
}

Status CrlParser::parse_entries(const Tlv& list, const detail::Cursor& where) {
  detail::Cursor entries = where.into(list, "CertificateList.revokedCertificates");
  while (!entries.done()) {
    EIDER_TRY(member, entries.next(0x30, "entry"));
    detail::Cursor c = entries.into(member, "CertificateList.revokedCertificates");
    RevokedEntry entry;
    EIDER_TRY(serial, c.next(0x02, "userCertificate"));
    entry.serial = to_bytes(serial.value);
    EIDER_TRY(date, c.next_any("revocationDate"));
    const auto time = detail::parse_x509_time(date);
    if (!time) return c.bad("revocationDate", "not a UTCTime or GeneralizedTime ending in Z");
    entry.revoked_at = *time;
    if (!c.done()) {
      EIDER_TRY(sequence, c.next(0x30, "crlEntryExtensions"));
      EIDER_TRY(extensions, detail::parse_extensions(sequence, c));
      for (const auto& e : extensions) EIDER_CHECK(parse_entry_extension(e, c, entry));
    }
    EIDER_CHECK(c.finish());
    crl.entries_.push_back(std::move(entry));
  }
  return {};
}

Status CrlParser::parse_entry_extension(const detail::ParsedExtension& e, const detail::Cursor& where,
                                        RevokedEntry& entry) {
  detail::Cursor c(e.value, crl.der_.data(), "CertificateList.crlEntryExtensions");
  if (e.id == extension::kReasonCode) {
    EIDER_TRY(reason, c.next(0x0A, "reasonCode"));
    if (reason.value.size() != 1) return c.bad("reasonCode", "out of range");
    entry.reason = reason.value[0];
  } else if (e.id == extension::kExpDate) {
    EIDER_TRY(date, c.next_any("expirationDate"));
    entry.expires = detail::parse_x509_time(date);
    if (!entry.expires) return c.bad("expirationDate", "not a UTCTime or GeneralizedTime ending in Z");
  } else if (e.critical) {
    return fail_verification(Check::kExtension, "unknown critical CRL entry extension " + e.id.dotted());
  }
  (void)where;
  return {};
}

Status CrlParser::parse_extension(const detail::ParsedExtension& e, const detail::Cursor& where) {
  detail::Cursor c(e.value, crl.der_.data(), "CertificateList.crlExtensions");
  const auto number = [&](const char* member) { return detail::small_unsigned(e.value, where, member); };
  if (e.id == extension::kCrlNumber) {
    EIDER_TRY(value, number("cRLNumber"));
    crl.number_ = value;
  } else if (e.id == extension::kTotalPartialCrlNumber) {
    EIDER_TRY(value, number("totalPartialCrlNumber"));
    if (value == 0 || value > 65535) return c.bad("totalPartialCrlNumber", "out of range");
    crl.total_ = static_cast<unsigned>(value);
  } else if (e.id == extension::kPartialCrlNumber) {
    EIDER_TRY(value, number("partialCrlNumber"));
    if (value > 65535) return c.bad("partialCrlNumber", "out of range");
    crl.part_ = static_cast<unsigned>(value);
  } else if (e.id == extension::kAuthorityKeyIdentifier) {
    EIDER_TRY(sequence, c.next(0x30, "authorityKeyIdentifier"));
    detail::Cursor inside = c.into(sequence, "authorityKeyIdentifier");
    EIDER_TRY(id, inside.next(0x80, "keyIdentifier"));
    crl.aki_ = to_bytes(id.value);
  } else if (e.id == extension::kIssuingDistributionPoint) {
    EIDER_TRY(sequence, c.next(0x30, "issuingDistributionPoint"));
    detail::Cursor inside = c.into(sequence, "issuingDistributionPoint");
    if (inside.at(0xA0)) {
      EIDER_TRY(point, inside.next(0xA0, "distributionPoint"));
      detail::Cursor choice = inside.into(point, "issuingDistributionPoint");
      EIDER_TRY(full, choice.next(0xA0, "fullName"));
      detail::Cursor names = choice.into(full, "issuingDistributionPoint");
      EIDER_TRY(uri, names.next(0x86, "uniformResourceIdentifier"));
      crl.distribution_point_ = std::string(as_text(uri.value));
    }
    // A list that covers only some certificates would be taken for the whole truth.
    while (!inside.done()) {
      EIDER_TRY(flag, inside.next_any("flags"));
      if (flag.value.size() != 1 || flag.value[0] != 0)
        return fail_verification(Check::kExtension, "the CRL covers only a part of the certificates");
    }
  } else if (e.critical) {
    return fail_verification(Check::kExtension, "unknown critical CRL extension " + e.id.dotted());
  }
  return {};
}

Result<Crl> Crl::parse(ByteView der_or_pem) {
  CrlParser parser;
  EIDER_TRY(der, detail::der_from(der_or_pem, "X509 CRL"));
  parser.crl.der_ = std::move(der);
  EIDER_CHECK(parser.parse());
  return std::move(parser.crl);
}

const RevokedEntry* Crl::find(ByteView serial) const {
  for (const auto& entry : entries_)
    if (equal(entry.serial, serial)) return &entry;
  return nullptr;
}

Status Crl::verify_signed_by(const PublicKey& issuer) const {
  return verify(issuer, tbs_, signature_.view());
}

Result<std::vector<Crl>> parse_crl_download(ByteView body) {
  Bytes decoded;
  if (!body.empty() && body[0] != 0x30 && as_text(body).find("-----BEGIN") == std::string_view::npos) {
    auto der = base64_decode(as_text(body));
    if (!der) return fail(DecodeFault{"CRL", 0, "neither DER, PEM nor base64"});
    decoded = *std::move(der);
    body = decoded;
  }
  std::vector<Crl> out;
  auto whole = Crl::parse(body);
  if (whole) {
    out.push_back(*std::move(whole));
    return out;
  }
  // A SEQUENCE OF CertificateList starts like a CertificateList; its first member then starts with three
  // SEQUENCEs.
  const auto outer = read_single_tlv(body);
  const auto first = outer && outer->tag == 0x30 ? read_tlv(outer->value) : outer;
  const auto second = first && first->tag == 0x30 ? read_tlv(first->value) : first;
  if (!second || second->tag != 0x30) return tl::unexpected<Fault>(std::move(whole).error());
  EIDER_TRY(members, read_tlvs(outer->value));
  for (const Tlv& member : members) {
    EIDER_TRY(crl, Crl::parse(member.whole));
    out.push_back(std::move(crl));
  }
  return out;
}

Status CrlSet::add(const Crl& crl, const PublicKey& issuer, ByteView issuer_ski) {
  if (!equal(crl.authority_key_identifier(), issuer_ski))
    return fail_verification(Check::kRole, "the CRL is of another issuer, key identifier " +
                                               to_hex(crl.authority_key_identifier()));
  EIDER_CHECK(crl.verify_signed_by(issuer));
  const auto same_issuer = [&](const Crl& have) {
    return equal(have.authority_key_identifier(), issuer_ski);
  };
  const auto same_part = [&](const Crl& have) {
    return same_issuer(have) && have.number() == crl.number() && have.segment() == crl.segment();
  };
  if (std::ranges::any_of(lists_,
                          [&](const Crl& have) { return same_issuer(have) && have.number() > crl.number(); }))
    return {};
  std::erase_if(lists_, same_part);
  lists_.push_back(crl);
  // Older lists go only when every segment of the newer one is here: until then they still say who is
  // revoked.
  const auto parts = std::ranges::count_if(
      lists_, [&](const Crl& have) { return same_issuer(have) && have.number() == crl.number(); });
  if (parts == static_cast<std::ptrdiff_t>(crl.segments()))
    std::erase_if(lists_, [&](const Crl& have) { return same_issuer(have) && have.number() < crl.number(); });
  return {};
}

const RevokedEntry* CrlSet::find(ByteView issuer_ski, ByteView serial) const {
  for (const Crl& crl : lists_)
    if (equal(crl.authority_key_identifier(), issuer_ski))
      if (const auto* entry = crl.find(serial)) return entry;
  return nullptr;
}

const Crl* CrlSet::newest(ByteView issuer_ski) const {
  const Crl* out = nullptr;
  for (const Crl& crl : lists_)
    if (equal(crl.authority_key_identifier(), issuer_ski) && (!out || out->number() < crl.number()))
      out = &crl;
  return out;
}

std::optional<Time> CrlSet::newest_update() const {
  std::optional<Time> out;
  for (const Crl& crl : lists_)
    if (!out || *out < crl.this_update()) out = crl.this_update();
  return out;
}

}  // namespace eider::crypto
