// Who an SM-DP+ is: the certificates of one OID among those of a PKI.
#pragma once
#include "crypto/pki_dir.hpp"
#include "net/tls_identity.hpp"
#include "roles/smdpp/smdpp.hpp"

namespace eider::app::smdpp_cli {

struct ServerIdentity {
  std::string oid;  // dotted
  std::vector<smdpp::DpCredential> credentials;
  std::vector<net::TlsIdentity> tls;
  std::vector<std::string> others;  // OIDs of further SM-DP+ in the PKI, which are not served
};

// CERT.DPauth and CERT.DPpb with keys, of one CI, one curve and one OID: `oid`; without it that of the TLS
// certificate for `address`, or the first that the PKI has. TLS certificates of the same OID, or all when
// none has it. Ends the command when something is missing.
ServerIdentity choose_identity(const crypto::PkiDirectory& pki, const std::string& oid,
                               const std::string& address);

}  // namespace eider::app::smdpp_cli
