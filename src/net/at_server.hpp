// An emulated modem (device/at_modem.hpp) on a pseudo terminal: a serial device for whoever drives modems.
#pragma once
#include "device/at_modem.hpp"

namespace eider::net {

struct AtServerConfig {
  std::string link;              // a symbolic link to the pseudo terminal, made and removed; empty: none
  Duration write_timeout{5000};  // for an answer to be taken; then it is dropped, as a modem does
};

// Serves on a thread of its own, which is the only one to call the modem; the modem must outlive the server.
class AtServer {
 public:
  explicit AtServer(device::AtModem& modem, AtServerConfig config = {});
  ~AtServer();  // stops
  AtServer(const AtServer&) = delete;
  AtServer& operator=(const AtServer&) = delete;
  // LocalFault: there is no pseudo terminal left, or something stands where the link goes. Once only.
  Status start();
  void stop();
  // "/dev/pts/3".
  const std::string& device() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::net
