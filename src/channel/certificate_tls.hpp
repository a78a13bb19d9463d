// TLS 1.2 with a server certificate, as an LPA speaks it that has no sockets (SGP.22 v2.6.1 section 2.6.6):
// the LPA in a card. Client only; two suites, no resumption, no renegotiation. No I/O: octets of the
// connection go in and come out.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::channel {

// Body of the extension trusted_ca_keys (RFC 6066 section 6) with the SHA-1 hashes of keys, 20 octets each.
Bytes encode_trusted_ca_keys(const std::vector<Bytes>& key_hashes);

class CertificateTls {
 public:
  // What the other side is: DER of its certificate. A fault ends the connection; there is no client without
  // it.
  using Verify = std::function<Status(ByteView certificate)>;

  // `host` goes out as SNI unless it is an address; `ci_keys` are SHA-1 hashes of the keys of the CIs that
  // this side trusts, for servers of several. LocalFault without a `verify`.
  static Result<CertificateTls> client(const std::string& host, const std::vector<Bytes>& ci_keys,
                                       Verify verify);
  ~CertificateTls();
  CertificateTls(CertificateTls&&) noexcept;
  CertificateTls& operator=(CertificateTls&&) noexcept;

  // Octets from the other side. The fault of `verify`; VerificationFault kFormat for what is no TLS or was
  // changed. The connection is then over, and output() holds the alert.
  Status feed(ByteView octets);
  // What is to be sent: the ClientHello from the beginning.
  Bytes output();
  bool established() const;
  // Plain octets that have arrived.
  Bytes read();
  // Takes all of them; LocalFault before the handshake is done.
  Status write(ByteView plain);
  // Sends close_notify.
  void close();
  bool peer_closed() const;
  std::string suite() const;  // OpenSSL's name; empty before the handshake is done

 private:
  struct Impl;
  explicit CertificateTls(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::channel
