// HTTPS of the LPA inside a card: TLS ends in the card, its octets travel in channels of the terminal (SGP.22
// v2.6.1 sections 2.6.6, 5.11 and 6.2; ETSI TS 102 223 section 6.4.27).
#pragma once
#include "card/local_profile_assistant.hpp"
#include "channel/certificate_tls.hpp"
#include "channel/http_answers.hpp"
#include "device/http_port.hpp"
#include "lpae/conversation.hpp"

namespace eider::lpae {

// The terminal's time, asked for once and again when it gets old. A card has no other clock.
class TerminalClock final : public Clock {
 public:
  explicit TerminalClock(Conversation& conversation) : conversation_(conversation) {}
  // LocalFault when the terminal does not say what time it is.
  Status refresh();
  // As of the last refresh(); 1970 before one.
  Time now() const override { return now_; }

 private:
  Conversation& conversation_;
  Time now_{};
};

// Does a dNSName of a certificate name this host? A wildcard stands for its whole first label (RFC 6125
// section 6.4.3).
bool names_host(const std::vector<std::string>& dns_names, std::string_view host);

// One connection at a time, kept for the next post to the same server. The server's certificate is verified
// up to a CI key of the ECASD, with its role, its validity at the terminal's time, its revocation as far as
// the card knows, host name and registeredID.
class BipHttp final : public HttpPort {
 public:
  BipHttp(const card::LpaeCard& card, Conversation& conversation, TerminalClock& clock)
      : card_(card), conversation_(conversation), clock_(clock) {}

  Result<HttpReply> post(const HttpPost& request) override;
  void new_session() override { fresh_ = true; }
  // Gives the channel back. To be called when an operation is over.
  void finish();

 private:
  Result<HttpReply> exchange(const HttpPost& request);
  Status connect(const HttpPost& request);
  Status verify(ByteView certificate, const HttpPost& request) const;
  Result<Bytes> resolve(const std::string& name);
  Status open(bool tcp, ByteView address, std::uint16_t port);
  void close();
  // All that TLS has to send. `begun`: whether a part of it has left.
  Status flush(bool& begun);
  Status send(ByteView octets, bool& begun);
  // What the terminal has now; nothing when the link is gone.
  std::optional<Bytes> receive();
  // Waits for it. TransportFault: the link is gone, or the time is over.
  Result<Bytes> await();
  bool still_open();

  const card::LpaeCard& card_;
  Conversation& conversation_;
  TerminalClock& clock_;
  std::optional<channel::CertificateTls> tls_;
  channel::HttpAnswers answers_;
  std::uint8_t channel_ = 0;  // 0: none is open
  std::string host_;
  std::uint16_t port_ = 0;
  bool fresh_ = true;
};

}  // namespace eider::lpae
