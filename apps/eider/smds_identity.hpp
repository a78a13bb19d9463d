// Which certificates of the PKI `eider smds` is.
#pragma once
#include "cmd_smds.hpp"
#include "net/tls_identity.hpp"

namespace eider::app::smds_cli {

// The certificates of one OID among those of the PKI; `oid` empty: the first. Throws CommandError when the
// PKI has no CERT.DSauth or no CERT.DS.TLS for it.
struct DsIdentity {
  std::string oid;
  std::vector<smds::DsCredential> credentials;
  std::vector<net::TlsIdentity> tls;
};
DsIdentity identity_of(const crypto::PkiDirectory& pki, const std::string& oid);

}  // namespace eider::app::smds_cli
