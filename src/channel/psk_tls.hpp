// TLS 1.2 with a pre-shared key, as SGP.02 v4.2 section 2.4.4.1 has it for SCP81: two suites, no resumption,
// no renegotiation. No I/O: octets of the connection go in and come out. The card is always the client.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace eider::channel {

enum class PskSuites : std::uint8_t {
  kBoth,     // the SM-SR must
  kGcmOnly,  // TLS_PSK_WITH_AES_128_GCM_SHA256
  kCbcOnly,  // TLS_PSK_WITH_AES_128_CBC_SHA256
};

class PskTls {
 public:
  // The key of this identity; nothing when it is not known. Empty text: the identity is not UTF-8 or too
  // long.
  using FindKey = std::function<std::optional<Secret>(const std::string& identity)>;

  // LocalFault for a key below 16 octets (section 2.3.3).
  static Result<PskTls> client(const std::string& identity, const Secret& key,
                               PskSuites suites = PskSuites::kBoth);
  static PskTls server(FindKey find, PskSuites suites = PskSuites::kBoth);
  ~PskTls();
  PskTls(PskTls&&) noexcept;
  PskTls& operator=(PskTls&&) noexcept;

  // Octets from the other side. VerificationFault kMac when the keys differ or a record was changed, kFormat
  // for what is no TLS; the connection is then over, and output() holds the alert.
  Status feed(ByteView octets);
  // What is to be sent. A client has its ClientHello here from the beginning.
  Bytes output();
  bool established() const;
  // Plain octets that have arrived.
  Bytes read();
  // Takes all of them; LocalFault before the handshake is done.
  Status write(ByteView plain);
  // Sends close_notify.
  void close();
  bool peer_closed() const;

  const std::string& identity() const;  // of the client, on both sides
  std::string suite() const;            // OpenSSL's name; empty before the handshake is done

 private:
  struct Impl;
  explicit PskTls(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::channel
