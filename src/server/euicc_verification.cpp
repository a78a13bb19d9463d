#include "server/euicc_verification.hpp"

#include "spec/sgp22/certificates.hpp"
#include "spec/sgp22/status_codes.hpp"

namespace eider::server {
namespace {

using status::refuse;

tl::unexpected<Fault> refuse_certificate(const Fault& fault, const status::Code& expired,
                                         const status::Code& invalid) {
  const auto* v = fault.as<VerificationFault>();
  const bool is_expired = v && v->check == VerificationFault::Check::kExpired;
  return refuse(is_expired ? expired : invalid, {}, fault.message());
}

}  // namespace

Result<crypto::Certificate> CertificateCache::parse(ByteView der) {
  constexpr std::size_t kCapacity = 256;
  std::string key(as_text(der));
  {
    const std::lock_guard lock(mutex_);
    if (const auto it = known_.find(key); it != known_.end()) return it->second;
  }
  EIDER_TRY(certificate, crypto::Certificate::parse(der));
  const std::lock_guard lock(mutex_);
  if (known_.size() >= kCapacity) known_.clear();
  known_.emplace(std::move(key), certificate);
  return certificate;
}

std::vector<crypto::Certificate> CertificateCache::all() {
  const std::lock_guard lock(mutex_);
  std::vector<crypto::Certificate> out;
  for (const auto& [der, certificate] : known_) out.push_back(certificate);
  return out;
}

Result<VerifiedEuicc> verify_euicc(const EuiccTrust& trust, ByteView euicc_certificate,
                                   ByteView eum_certificate) {
  auto eum = trust.eum_certificates.parse(eum_certificate);
  if (!eum) return refuse(status::kEumCertificateInvalid, {}, eum.error().message());
  if (!trust.roots.find(eum->authority_key_identifier()))
    return refuse(status::kCiPublicKeyUnknown, to_hex(eum->authority_key_identifier()));

  crypto::VerifyOptions options;
  options.now = trust.now;
  options.crls = trust.crls;
  options.cache = &trust.verified;
  using crypto::CertificateRole;
  using sgp22::certificate_profile;
  const auto root =
      crypto::verify_certificate(*eum, certificate_profile(CertificateRole::kEum), trust.roots, options);
  if (!root)
    return refuse_certificate(root.error(), status::kEumCertificateExpired, status::kEumCertificateInvalid);
  if (trust.check_ci) EIDER_CHECK(trust.check_ci((*root)->ski));

  auto euicc = crypto::Certificate::parse(euicc_certificate);
  if (!euicc) return refuse(status::kEuiccCertificateInvalid, {}, euicc.error().message());
  const std::span<const crypto::Certificate> issuers(&*eum, 1);
  const auto chain = crypto::verify_certificate(*euicc, certificate_profile(CertificateRole::kEuicc),
                                                trust.roots, issuers, options);
  if (!chain)
    return refuse_certificate(chain.error(), status::kEuiccCertificateExpired,
                              status::kEuiccCertificateInvalid);
  const auto eid = crypto::eid_of(*euicc);
  if (!eid) return refuse(status::kEuiccCertificateInvalid, {}, eid.error().message());
  return VerifiedEuicc{*std::move(euicc), *eid, (*root)->ski};
}

}  // namespace eider::server
