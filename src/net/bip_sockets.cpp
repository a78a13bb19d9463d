#include "net/bip_sockets.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace eider::net {
namespace {

constexpr int kMaxRefusals = 4;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

std::optional<Address> address_of(const device::BipEndpoint& e) {
  Address out;
  if (e.address.size() == 4) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(e.port);
    std::memcpy(&in.sin_addr, e.address.data(), 4);
    std::memcpy(&out.storage, &in, out.size = sizeof in);
  } else if (e.address.size() == 16) {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(e.port);
    std::memcpy(&in.sin6_addr, e.address.data(), 16);
    std::memcpy(&out.storage, &in, out.size = sizeof in);
  } else {
    return std::nullopt;
  }
  return out;
}

// 127.0.0.0/8, ::1 and the former written as an IPv6 address.
bool is_loopback(ByteView address) {
  if (address.size() == 4) return address[0] == 127;
  const auto v4_mapped = hex("00000000000000000000FFFF7F");
  const auto one = hex("00000000000000000000000000000001");
  return equal(address, one) || equal(address.first(v4_mapped.size()), v4_mapped);
}

tl::unexpected<Fault> system_fault(bool sent, const char* what) {
  return fail(TransportFault{sent, std::string(what) + ": " + std::strerror(errno)});
}

bool wait_for(int socket, short what, Duration longest) {
  pollfd p{socket, what, 0};
  return ::poll(&p, 1, static_cast<int>(longest.count())) == 1;
}

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

// The socket is closed unless it is released.
class Opened {
 public:
  explicit Opened(int s) : socket_(s) {}
  ~Opened() {
    if (socket_ >= 0) ::close(socket_);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  int get() const { return socket_; }
  int release() { return std::exchange(socket_, -1); }

 private:
  int socket_;
};

Status connect_to(int socket, const Address& address, Duration timeout) {
  if (::connect(socket, address.get(), address.size) == 0) return {};
  if (errno != EINPROGRESS) return system_fault(false, "connect");
  if (!wait_for(socket, POLLOUT, timeout)) return fail(TransportFault{false, "connect: timed out"});
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error == 0) return {};
  errno = error;
  return system_fault(false, "connect");
}
}  // namespace

BipSockets::~BipSockets() {
  for (const auto& [number, link] : links_) ::close(link.socket);
}

Result<BipSockets::Link> BipSockets::find(int link) const {
  const auto it = links_.find(link);
  if (it == links_.end()) return fail_local("no link has this number");
  return it->second;
}

Result<int> BipSockets::open(const device::BipEndpoint& endpoint) {
  const auto address = address_of(endpoint);
  if (!address) return fail_local("an IP address has 4 or 16 octets");
  if (config_.reach == BipReach::kLoopback && !is_loopback(endpoint.address))
    return fail(TransportFault{false, "the card may reach nothing but this machine"});
  Opened socket(::socket(address->storage.ss_family,
                         (endpoint.tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return system_fault(false, "socket");
  EIDER_CHECK(connect_to(socket.get(), *address, config_.connect_timeout));
  links_[next_] = {socket.release(), endpoint.tcp};
  return next_++;
}

Status BipSockets::send(int link, ByteView data) {
  EIDER_TRY(l, find(link));
  int refusals = 0;
  while (!data.empty() || !l.tcp) {
    const auto n = ::send(l.socket, data.data(), data.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      if (!l.tcp) return {};
      data = data.subspan(static_cast<std::size_t>(n));
    } else if (!would_block()) {
      // What an ICMP message says of an earlier datagram; asking takes it away.
      if (!l.tcp && errno == ECONNREFUSED && ++refusals < kMaxRefusals) continue;
      return system_fault(true, "send");
    } else if (!wait_for(l.socket, POLLOUT, config_.connect_timeout)) {
      return fail(TransportFault{true, "send: the peer does not read"});
    }
  }
  return {};
}

Result<std::optional<Bytes>> BipSockets::receive(int link, std::size_t most) {
  EIDER_TRY(l, find(link));
  Bytes out(most);
  const auto n = ::recv(l.socket, out.data(), out.size(), 0);
  if (n < 0) {
    if (would_block() || (!l.tcp && errno == ECONNREFUSED)) return std::optional<Bytes>();
    return system_fault(true, "receive");
  }
  if (n == 0 && l.tcp) return fail(TransportFault{true, "the peer has closed the connection"});
  out.resize(static_cast<std::size_t>(n));
  return std::optional(std::move(out));
}

void BipSockets::close(int link) {
  const auto it = links_.find(link);
  if (it == links_.end()) return;
  ::close(it->second.socket);
  links_.erase(it);
}

void BipSockets::wait(Duration longest) const {
  std::vector<pollfd> all;
  for (const auto& [number, link] : links_) all.push_back({link.socket, POLLIN, 0});
  ::poll(all.data(), all.size(), static_cast<int>(std::max<Duration::rep>(longest.count(), 0)));
}

}  // namespace eider::net
