// A service centre on sockets: SMPP for ESMEs, the frames of net/sms_frames.hpp for devices.
#pragma once
#include <memory>

#include "net/tls_identity.hpp"
#include "roles/smsc/centre.hpp"

namespace eider::net {

struct SmscServerConfig {
  smsc::CentreConfig centre;
  std::string address = "127.0.0.1";         // of SMPP; without TLS loopback only: passwords go in the clear
  std::uint16_t port = 0;                    // 0: any free port
  std::vector<TlsIdentity> identities;       // with one: TLS
  std::vector<Bytes> client_anchors;         // with one: ESMEs must show a certificate
  std::string device_address = "127.0.0.1";  // loopback only: devices are not authenticated
  std::uint16_t device_port = 0;
  std::size_t max_connections = 1024;
};

class SmscServer {
 public:
  // The listener is called on the server's thread.
  explicit SmscServer(SmscServerConfig config, smsc::Centre::Listener listener = {});
  ~SmscServer();  // stops
  SmscServer(const SmscServer&) = delete;
  SmscServer& operator=(const SmscServer&) = delete;

  // LocalFault: address, certificate, port in use. Once only.
  Status start();
  void stop();
  std::uint16_t port() const;
  std::uint16_t device_port() const;
  // From any thread.
  Status command(const std::string& text);
  smsc::CentreCounters counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::net
