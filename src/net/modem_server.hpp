// An emulated modem on a pseudo terminal: a device for whoever drives modems.
#pragma once
#include <memory>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "device/emulated_modem.hpp"

namespace eider::net {

struct ModemServerConfig {
  std::string link;              // a symbolic link to the pseudo terminal, made and removed; empty: none
  Duration write_timeout{5000};  // for an answer to be taken; then it is dropped, as a modem does
};

// Serves on a thread of its own, which is the only one to call the modem; the modem must outlive the server.
class ModemServer {
 public:
  explicit ModemServer(device::EmulatedModem& modem, ModemServerConfig config = {});
  ~ModemServer();  // stops
  ModemServer(const ModemServer&) = delete;
  ModemServer& operator=(const ModemServer&) = delete;
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
