// An ESME on a socket: binds to an SMSC, binds again when the connection is lost, and keeps what has not been
// sent. It has a thread of its own; every method may be called from any other.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "channel/smpp_session.hpp"
#include "net/tls_identity.hpp"

namespace eider::net {

struct SmppClientConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 2775;
  channel::SmppBind kind = channel::SmppBind::kTransceiver;
  smpp::Bind bind;
  channel::SmppSessionConfig session;  // `side` is set by the client

  bool tls = false;
  std::vector<Bytes> trust_anchors;     // DER; with `tls` at least one
  std::optional<TlsIdentity> identity;  // for mutual TLS
  const Clock* clock = nullptr;         // for the validity of certificates; null: the system's
  // Without TLS the password goes in the clear: beyond this machine only when a tunnel carries it.
  bool plain_anywhere = false;

  // In place of Deliver, on a thread of its own: what came while it was busy, in its order, and a status for
  // each. For whoever writes to a disk before it answers. It may call request(), never submit() or stop().
  std::function<std::vector<smpp::CommandStatus>(std::span<const smpp::Pdu>)> deliver_many;
  std::size_t most_delivered = 64;  // at once

  Duration connect_timeout{10000};  // look-up, TCP and TLS
  // Between attempts: doubled each time up to the longest, and between half of it and all of it by chance.
  Duration reconnect{500}, longest_reconnect{60000};
};

class SmppClient {
 public:
  // The answer as it came, whatever its status. TransportFault{sent} when none came, and nobody knows;
  // LocalFault when the request was never sent.
  using Answer = std::function<void(Result<smpp::Pdu>)>;
  // A deliver_sm or data_sm, on the client's thread; the status goes back. It may call request(), never
  // submit() or stop().
  using Deliver = std::function<smpp::CommandStatus(const smpp::Pdu&)>;

  // `random` must outlive the client.
  SmppClient(SmppClientConfig config, Deliver deliver, Random& random);
  ~SmppClient();  // stops
  SmppClient(const SmppClient&) = delete;
  SmppClient& operator=(const SmppClient&) = delete;

  // Connects in the background. LocalFault: certificates. Once only.
  Status start();
  // Unbinds and closes; requests without an answer get their fault.
  void stop();

  // Waits in the client until a session is bound.
  void request(smpp::Pdu pdu, Answer answer);
  // A submit_sm; its message_id. FunctionStatus is not used: LocalFault names the command_status.
  Result<std::string> submit(const smpp::ShortMessage& message, std::vector<smpp::Tlv> tlvs = {});
  bool bound() const;
  // False when the time passes without it.
  bool wait_bound(Duration time) const;
  // Why the last connection or bind ended; empty: none has.
  std::string last_problem() const;
  std::size_t binds() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::net
