// The verification procedure of SGP.22 section 4.5.2.2, by role.
#pragma once
#include <mutex>
#include <unordered_set>

#include "crypto/certificate_profile.hpp"
#include "crypto/crl.hpp"

namespace eider::crypto {

// A trusted root: a CI certificate, or what a card keeps of one (ECASD: key, serial number, OID, SKI).
struct TrustAnchor {
  PublicKey key;
  Bytes ski;
  std::optional<Certificate> certificate;
  Bytes serial;                    // of the CI certificate, for its revocation
  std::optional<der::Oid> ci_oid;  // registeredID of the CI

  static Result<TrustAnchor> from(const Certificate& ci);
};

class TrustStore {
 public:
  // kRole unless it is a self-signed CI certificate of the row; adding the same root twice changes nothing.
  Status add(const Certificate& ci, const CertificateProfile& ci_profile);
  void add(TrustAnchor anchor);
  const TrustAnchor* find(ByteView ski) const;
  const std::vector<TrustAnchor>& anchors() const { return anchors_; }

 private:
  std::vector<TrustAnchor> anchors_;
};

// Remembers which signatures have been verified, so that the certificate of an EUM costs one verification,
// not one per session. Validity, revocation and content are checked every time. Bounded; safe to share
// between threads.
class VerifiedSignatures {
 public:
  explicit VerifiedSignatures(std::size_t capacity = 1024) : capacity_(capacity) {}
  Status check(const Certificate& certificate, const PublicKey& issuer);

 private:
  struct Hash {
    std::size_t operator()(const Sha256Digest& d) const;
  };
  std::mutex mutex_;
  std::size_t capacity_;
  std::unordered_set<Sha256Digest, Hash> seen_;
};

struct VerifyOptions {
  // Validity is checked against this time; nothing: this side has no clock.
  std::optional<Time> now;
  // A lower bound of the time when there is no clock (a card: thisUpdate of the last CRL): only expiry is
  // checked.
  std::optional<Time> not_earlier_than;
  const CrlSet* crls = nullptr;
  VerifiedSignatures* cache = nullptr;
  std::span<const Curve> curves = {};  // allowed ones; empty: all that are implemented
};

// Verifies `certificate` as one of `profile`, up to a root in `roots`; `intermediates` are candidates for
// issuers (the EUM certificate, for an eUICC). Returns the root, or the first failed check in this order:
// kRole, kCurve, kExtension, kChain, kSignature, kRevoked, kExpired / kNotYetValid, kNameConstraint.
Result<const TrustAnchor*> verify_certificate(const Certificate& certificate,
                                              const CertificateProfile& profile, const TrustStore& roots,
                                              std::span<const Certificate> intermediates,
                                              const VerifyOptions& options);
inline Result<const TrustAnchor*> verify_certificate(const Certificate& certificate,
                                                     const CertificateProfile& profile,
                                                     const TrustStore& roots, const VerifyOptions& options) {
  return verify_certificate(certificate, profile, roots, std::span<const Certificate>{}, options);
}

// Only the content of one certificate against its row: no chain, no time.
Status check_profile(const Certificate& certificate, const CertificateProfile& profile);
// SGP.22 section 4.5.2.1.0.2: O equal and the EID starting with the IIN of one and the same permitted
// subtree, wherever those attributes stand in the subject. kNameConstraint otherwise.
Status check_eum_name_constraints(const Certificate& euicc, const Certificate& eum);

}  // namespace eider::crypto
