#include "smdpp_identity.hpp"

#include "cmd_smdpp.hpp"

namespace eider::app::smdpp_cli {
namespace {
using crypto::CertificateRole;

std::string oid_of(const crypto::PkiEntry& entry) {
  const auto ids = entry.certificate.registered_ids();
  return ids.empty() ? std::string() : ids.front().dotted();
}

bool belong_together(const crypto::PkiEntry& auth, const crypto::PkiEntry& pb) {
  return auth.has_key && pb.has_key && auth.curve() == pb.curve() && oid_of(auth) == oid_of(pb) &&
         equal(auth.certificate.authority_key_identifier(), pb.certificate.authority_key_identifier());
}

// The newest CERT.DPpb for it that is not revoked, if there is one.
const crypto::PkiEntry* partner_of(const crypto::PkiDirectory& pki, const crypto::PkiEntry& auth) {
  const crypto::PkiEntry* found = nullptr;
  for (const auto* pb : pki.find_all(CertificateRole::kDpPb))
    if (belong_together(auth, *pb) && (!found || !pki.revoked(*pb))) found = pb;
  return found;
}

// Of the TLS certificate for that name, when the PKI has one with a key.
std::string oid_for(const crypto::PkiDirectory& pki, const std::string& address) {
  for (const auto* tls : pki.find_all(CertificateRole::kDpTls))
    for (const auto& name : tls->certificate.dns_names())
      if (tls->has_key && equal_ignoring_case(name, address)) return oid_of(*tls);
  return {};
}

void add_once(std::vector<std::string>& list, const std::string& value) {
  if (std::ranges::find(list, value) == list.end()) list.push_back(value);
}

}  // namespace

ServerIdentity choose_identity(const crypto::PkiDirectory& pki, const std::string& oid,
                               const std::string& address) {
  ServerIdentity out;
  out.oid = oid.empty() ? oid_for(pki, address) : oid;
  for (const auto* auth : pki.find_all(CertificateRole::kDpAuth)) {
    const auto* pb = partner_of(pki, *auth);
    if (!pb) continue;
    const auto id = oid_of(*auth);
    if (out.oid.empty()) out.oid = id;
    if (id != out.oid) {
      add_once(out.others, id);
      continue;
    }
    out.credentials.push_back(
        {auth->certificate, need(pki.signing_key(*auth)), pb->certificate, need(pki.signing_key(*pb))});
  }
  if (out.credentials.empty() && !out.others.empty()) {
    std::string known;
    for (const auto& other : out.others) known += (known.empty() ? "" : ", ") + other;
    refuse("the PKI has no CERT.DPauth and CERT.DPpb with keys for " + out.oid, "it has them for " + known);
  }
  if (out.credentials.empty())
    refuse("the PKI has no CERT.DPauth and CERT.DPpb with keys",
           "eider pki issue --role dpauth, --role dppb");
  std::vector<net::TlsIdentity> of_any;
  for (const auto* tls : pki.find_all(CertificateRole::kDpTls)) {
    if (!tls->has_key) continue;
    net::TlsIdentity identity{{to_bytes(tls->certificate.der())},
                              need(need(pki.signing_key(*tls))->tls_key())};
    if (oid_of(*tls) == out.oid) out.tls.push_back(identity);
    of_any.push_back(std::move(identity));
  }
  if (out.tls.empty()) out.tls = std::move(of_any);
  if (out.tls.empty()) refuse("the PKI has no CERT.DP.TLS with a key", "eider pki issue --role dptls");
  return out;
}

}  // namespace eider::app::smdpp_cli
