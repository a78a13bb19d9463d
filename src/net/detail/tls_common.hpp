// Settings that both sides of TLS share. For the .cpp files of this folder only.
#pragma once
#include "base/clock.hpp"
#include "net/detail/openssl.hpp"
#include "net/tls_identity.hpp"

namespace eider::net::detail {

// TLS 1.2 and 1.3, P-256 and brainpoolP256r1, no resumption, no renegotiation, no compression; `rsa` adds
// what certificates of the public web need.
Status set_common(SSL_CTX* context, bool rsa);
Status use_identity(SSL_CTX* context, const TlsIdentity& identity);
// The certificates become the only anchors (a sub-CA may be one).
Status trust(SSL_CTX* context, const std::vector<Bytes>& anchors);
void set_verify_time(SSL* ssl, const Clock* clock);
Bytes name_der(const X509_NAME* name);
// SHA-1 of the public key's bits: what SGP.22 uses as CI PKId and RFC 6066 as key_sha1_hash.
Bytes key_hash(const X509* certificate);

}  // namespace eider::net::detail
