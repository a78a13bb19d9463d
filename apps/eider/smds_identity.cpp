#include "smds_identity.hpp"

namespace eider::app::smds_cli {
using crypto::CertificateRole;

namespace {
std::string oid_text(const crypto::PkiEntry& entry) {
  const auto ids = entry.certificate.registered_ids();
  return ids.empty() ? std::string() : ids.front().dotted();
}

}  // namespace

DsIdentity identity_of(const crypto::PkiDirectory& pki, const std::string& oid) {
  DsIdentity out;
  out.oid = oid;
  for (const auto* auth : pki.find_all(CertificateRole::kDsAuth)) {
    if (!auth->has_key || pki.revoked(*auth)) continue;
    if (out.oid.empty()) out.oid = oid_text(*auth);
    if (oid_text(*auth) == out.oid)
      out.credentials.push_back({auth->certificate, need(pki.signing_key(*auth))});
  }
  if (out.credentials.empty())
    refuse("the PKI has no CERT.DSauth with a key" + (oid.empty() ? "" : " for " + oid),
           "eider pki issue --role dsauth");
  for (const auto* tls : pki.find_all(CertificateRole::kDsTls))
    if (tls->has_key && oid_text(*tls) == out.oid)
      out.tls.push_back({{to_bytes(tls->certificate.der())}, need(need(pki.signing_key(*tls))->tls_key())});
  if (out.tls.empty())
    refuse("the PKI has no CERT.DS.TLS with a key for " + out.oid, "eider pki issue --role dstls");
  return out;
}

}  // namespace eider::app::smds_cli
