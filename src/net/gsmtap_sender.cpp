#include "net/gsmtap_sender.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "device/gsmtap.hpp"

namespace eider::net {
namespace {

struct Target {
  std::string host, port = std::to_string(kGsmtapPort);
};

Target parse(const std::string& text) {
  Target t;
  if (text.starts_with('[')) {  // an IPv6 address
    const auto end = text.find(']');
    t.host = text.substr(1, end == std::string::npos ? end : end - 1);
    if (end != std::string::npos && end + 1 < text.size() && text[end + 1] == ':')
      t.port = text.substr(end + 2);
    return t;
  }
  const auto colon = text.find(':');
  t.host = text.substr(0, colon);
  if (colon != std::string::npos) t.port = text.substr(colon + 1);
  return t;
}

}  // namespace

Result<std::unique_ptr<GsmtapSender>> GsmtapSender::open(const std::string& target) {
  const auto t = parse(target);
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (t.host.empty() || ::getaddrinfo(t.host.c_str(), t.port.c_str(), &hints, &found) != 0)
    return fail_local("no host for GSMTAP: " + target, "like 127.0.0.1 or host:4729");
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, ::freeaddrinfo);
  for (const auto* a = list.get(); a; a = a->ai_next) {
    const int fd = ::socket(a->ai_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) continue;
    if (::connect(fd, a->ai_addr, a->ai_addrlen) == 0)
      return std::unique_ptr<GsmtapSender>(new GsmtapSender(fd));
    ::close(fd);
  }
  return fail_local("no way to " + target + " for GSMTAP");
}

GsmtapSender::~GsmtapSender() {
  ::close(socket_);
}

void GsmtapSender::send(ByteView packet) noexcept {
  // ECONNREFUSED only says that nobody listened to the last packet.
  (void)::send(socket_, packet.data(), packet.size(), MSG_NOSIGNAL);
}

}  // namespace eider::net
