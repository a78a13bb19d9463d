// Certificates and keys as TLS needs them, read from PEM or DER.
#pragma once
#include <filesystem>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/key_store.hpp"

namespace eider::net {

struct TlsIdentity {
  std::vector<Bytes> chain;  // DER, leaf first, then its issuers in order (the root may be absent)
  crypto::TlsKey key;        // belongs to the leaf
};

// `certificates`: one or more PEM blocks, or one DER certificate. `key`: PEM (unencrypted) or DER. Faults:
// LocalFault when either cannot be read or the key is not the leaf's.
Result<TlsIdentity> make_tls_identity(ByteView certificates, ByteView key);
Result<TlsIdentity> load_tls_identity(const std::filesystem::path& certificates,
                                      const std::filesystem::path& key);

// At least one certificate, each as DER.
Result<std::vector<Bytes>> parse_certificates(ByteView pem_or_der);
Result<std::vector<Bytes>> load_certificates(const std::filesystem::path& file);

}  // namespace eider::net
