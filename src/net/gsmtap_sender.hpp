// Sends GSMTAP packets by UDP, to Wireshark on this or another machine.
#pragma once
#include <memory>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::net {

class GsmtapSender {
 public:
  // "127.0.0.1", "[::1]:4729", "host:port"; port 4729 unless given. LocalFault: no such host, no socket.
  static Result<std::unique_ptr<GsmtapSender>> open(const std::string& target);
  ~GsmtapSender();
  GsmtapSender(const GsmtapSender&) = delete;
  GsmtapSender& operator=(const GsmtapSender&) = delete;
  // Never waits; what nobody receives is lost.
  void send(ByteView packet) noexcept;

 private:
  explicit GsmtapSender(int socket) : socket_(socket) {}
  int socket_;
};

}  // namespace eider::net
