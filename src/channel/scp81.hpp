// SCP81, remote administration over HTTP (GlobalPlatform Amendment B as SGP.02 v4.2 section 2.4.4 profiles
// it): the PSK identity, the admin protocol in both directions, the message that triggers a session. TLS is
// channel/psk_tls.hpp.
#pragma once
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::channel::scp81 {

using Aid = FixedBytes<16>;
using Eid = FixedBytes<16>;

// Section 2.4.4.1: the identity as upper-case hexadecimal digits. Both cases are read.
struct PskIdentity {
  Eid eid;
  Aid aid;  // of the security domain whose key it is
  std::uint8_t key_identifier = 1;
  std::uint8_t key_version = 0x40;  // 40 to 4F

  std::string text() const;
  static Result<PskIdentity> parse(std::string_view text);
};

// Header X-Admin-Script-Status.
enum class ScriptStatus : std::uint8_t { kOk, kUnknownApplication, kNotASecurityDomain, kSecurityError };
std::string_view to_string(ScriptStatus status);

// A POST of the card: the first one of a session has no status and no body.
struct AdminRequest {
  std::string uri, host;
  Eid eid;    // X-Admin-From: //se-id/eid/…
  Aid agent;  // ;//aa-id/aid/…
  bool resume = false;
  std::optional<ScriptStatus> status;
  Bytes body;  // response scripting template

  Bytes encode() const;
};
// An answer of the SM-SR: a script (200), or none (204).
struct AdminResponse {
  unsigned status = 204;
  std::optional<std::string> next_uri;      // none: the session ends after this
  std::optional<Aid> targeted_application;  // none: the ISD-R
  Bytes body;                               // command scripting template

  Bytes encode() const;
};

// Reads messages from a connection, as they come in. A fault ends it: DecodeFault with what is wrong; a
// larger body than `max_body` octets is refused.
template <class Message>
class Reader {
 public:
  explicit Reader(std::size_t max_body = 256 * 1024);
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  Status feed(ByteView octets);
  std::optional<Message> next();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};
using RequestReader = Reader<AdminRequest>;
using ResponseReader = Reader<AdminResponse>;

}  // namespace eider::channel::scp81
