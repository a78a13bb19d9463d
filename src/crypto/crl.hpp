// Certificate revocation lists as SGP.22 section 4.6 profiles them, whole or in segments.
#pragma once
#include "crypto/certificate.hpp"
#include "crypto/key_store.hpp"

namespace eider::crypto {

struct RevokedEntry {
  Bytes serial;  // content octets of the INTEGER
  Time revoked_at;
  std::optional<std::uint8_t> reason;  // reasonCode; absent in segments
  std::optional<Time> expires;         // the GSMA expDate: notAfter of the revoked certificate
};

class Crl {
 public:
  // DER or PEM. DecodeFault as for certificates; an unknown critical extension is VerificationFault
  // kExtension.
  static Result<Crl> parse(ByteView der_or_pem);

  ByteView der() const { return der_; }
  const Name& issuer() const { return issuer_; }
  Time this_update() const { return this_update_; }
  std::optional<Time> next_update() const { return next_update_; }
  ByteView authority_key_identifier() const { return aki_; }
  std::uint64_t number() const { return number_; }
  unsigned segments() const { return total_; }  // 1 for a whole CRL
  unsigned segment() const { return part_; }    // 1 to segments()
  const std::vector<RevokedEntry>& entries() const { return entries_; }
  const std::string& distribution_point() const { return distribution_point_; }
  const RevokedEntry* find(ByteView serial) const;
  Status verify_signed_by(const PublicKey& issuer) const;

 private:
  friend struct CrlParser;
  Bytes der_, tbs_, aki_;
  Signature signature_;
  Name issuer_;
  Time this_update_;
  std::optional<Time> next_update_;
  std::uint64_t number_ = 0;
  unsigned total_ = 1, part_ = 1;
  std::vector<RevokedEntry> entries_;
  std::string distribution_point_;
};

// What an HTTP server hands out or a file holds: DER, PEM, base64, or the SEQUENCE OF CertificateList of
// segments.
Result<std::vector<Crl>> parse_crl_download(ByteView body);

// The newest CRL of each issuer, all of them verified when they came in.
class CrlSet {
 public:
  // kSignature when `issuer` did not sign it, kRole when its key identifier is another one's. An older number
  // than the one present is ignored.
  Status add(const Crl& crl, const PublicKey& issuer, ByteView issuer_ski);
  // Whether the issuer with that key identifier has revoked this serial number.
  const RevokedEntry* find(ByteView issuer_ski, ByteView serial) const;
  // The list of that issuer with the highest number, one of its segments if it has any; nullptr: none.
  const Crl* newest(ByteView issuer_ski) const;
  // thisUpdate of the newest CRL: a card's lower bound for the time (SGP.22 section 4.6).
  std::optional<Time> newest_update() const;
  bool empty() const { return lists_.empty(); }

 private:
  std::vector<Crl> lists_;
};

struct CrlRequest {
  std::vector<RevokedEntry> entries;
  std::uint64_t number = 0;
  Time this_update, next_update;
  std::string distribution_point;  // URI of issuingDistributionPoint
};
// Signed by `key`, the key of `issuer`.
Result<Crl> issue_crl(const Certificate& issuer, const SigningKey& key, const CrlRequest& request);
// The same as segments of at most 1024 octets each; one whole CRL when that is enough.
Result<std::vector<Crl>> issue_segmented_crl(const Certificate& issuer, const SigningKey& key,
                                             const CrlRequest& request);
// SEQUENCE OF CertificateList, the answer to `?segmentedForm=true`.
Bytes encode_segments(std::span<const Crl> segments);

}  // namespace eider::crypto
