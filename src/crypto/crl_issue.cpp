#include "crypto/crl.hpp"
#include "crypto/detail/der_cursor.hpp"

namespace eider::crypto {
namespace {
constexpr std::size_t kMaxSegment = 1024;  // octets of one signed part, SGP.22 section 4.6

struct Part {
  unsigned number = 1, total = 1;  // total 1: a whole CRL
};

// Entry: serial, date, reasonCode (left out in segments), expDate critical.
Bytes encode_entry(const RevokedEntry& entry, bool segmented) {
  Bytes list;
  if (entry.reason && !segmented)
    append(list, detail::encode_extension(extension::kReasonCode, false,
                                          make_tlv(0x0A, ByteView(&*entry.reason, 1))));
  if (entry.expires)
    append(list,
           detail::encode_extension(extension::kExpDate, true, detail::encode_x509_time(*entry.expires)));
  return make_tlv(0x30, {make_tlv(0x02, entry.serial), detail::encode_x509_time(entry.revoked_at),
                         list.empty() ? Bytes{} : make_tlv(0x30, list)});
}

Bytes encode_extensions(const Certificate& issuer, const CrlRequest& request, Part part) {
  Bytes list;
  const auto add = [&](const der::Oid& id, bool critical, ByteView value) {
    append(list, detail::encode_extension(id, critical, value));
  };
  add(extension::kAuthorityKeyIdentifier, true,
      make_tlv(0x30, make_tlv(0x80, issuer.subject_key_identifier())));
  add(extension::kCrlNumber, false, detail::encode_unsigned(request.number));
  add(extension::kIssuingDistributionPoint, true,
      make_tlv(0x30, make_tlv(0xA0, make_tlv(0xA0, make_tlv(0x86, as_bytes(request.distribution_point))))));
  if (part.total > 1) {
    add(extension::kTotalPartialCrlNumber, true, detail::encode_unsigned(std::uint64_t{part.total}));
    add(extension::kPartialCrlNumber, true, detail::encode_unsigned(std::uint64_t{part.number}));
  }
  return make_tlv(0xA0, make_tlv(0x30, list));
}

Result<Crl> sign_crl(const Certificate& issuer, const SigningKey& key, const CrlRequest& request,
                     std::span<const RevokedEntry> entries, Part part) {
  Bytes list;
  for (const auto& entry : entries) append(list, encode_entry(entry, part.total > 1));
  static const Bytes version = hex("020101");
  const Bytes tbs = make_tlv(
      0x30, {version, detail::ecdsa_with_sha256(), issuer.subject().der(),
             detail::encode_x509_time(request.this_update), detail::encode_x509_time(request.next_update),
             list.empty() ? Bytes{} : make_tlv(0x30, list), encode_extensions(issuer, request, part)});
  EIDER_TRY(signature, key.sign({tbs}));
  return Crl::parse(detail::assemble_signed(tbs, signature));
}

Status check_issuer(const Certificate& issuer, const SigningKey& key) {
  if (!(issuer.public_key() == key.public_key()))
    return fail_local("the signing key does not belong to the CRL issuer");
  if ((issuer.key_usage().value_or(0) & kCrlSign) == 0)
    return fail_local("\"" + issuer.subject().text() + "\" may not sign CRLs: keyUsage lacks cRLSign");
  return {};
}
}  // namespace

Result<Crl> issue_crl(const Certificate& issuer, const SigningKey& key, const CrlRequest& request) {
  EIDER_CHECK(check_issuer(issuer, key));
  return sign_crl(issuer, key, request, request.entries, Part{});
}

Result<std::vector<Crl>> issue_segmented_crl(const Certificate& issuer, const SigningKey& key,
                                             const CrlRequest& request) {
  EIDER_TRY(whole, issue_crl(issuer, key, request));
  std::vector<Crl> out;
  if (whole.der().size() <= kMaxSegment) {
    out.push_back(std::move(whole));
    return out;
  }
  // The frame around the entries, at its largest: both part numbers in two octets and a 72 octet signature.
  EIDER_TRY(frame, sign_crl(issuer, key, request, {}, Part{999, 999}));
  constexpr std::size_t kSlack = 16;
  std::vector<std::span<const RevokedEntry>> groups;
  std::span<const RevokedEntry> rest = request.entries;
  while (!rest.empty()) {
    std::size_t used = frame.der().size() + kSlack, count = 0;
    while (count < rest.size()) {
      const std::size_t size = encode_entry(rest[count], true).size();
      if (count > 0 && used + size > kMaxSegment) break;
      used += size, ++count;
    }
    if (used > kMaxSegment) return fail_local("one CRL entry alone exceeds a segment of 1024 octets");
    groups.push_back(rest.first(count));
    rest = rest.subspan(count);
  }
  if (groups.size() == 1) return fail_local("the CRL does not fit one segment and has but one entry");
  for (unsigned i = 0; i < groups.size(); ++i) {
    EIDER_TRY(segment,
              sign_crl(issuer, key, request, groups[i], Part{i + 1, static_cast<unsigned>(groups.size())}));
    out.push_back(std::move(segment));
  }
  return out;
}

Bytes encode_segments(std::span<const Crl> segments) {
  Bytes list;
  for (const Crl& crl : segments) append(list, crl.der());
  return make_tlv(0x30, list);
}

}  // namespace eider::crypto
