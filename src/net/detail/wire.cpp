#include "net/detail/wire.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/detail/listen.hpp"
#include "net/detail/lookup.hpp"

namespace eider::net::detail {
namespace {

constexpr std::size_t kChunk = 16 * 1024;

tl::unexpected<Fault> broken(const std::string& what) {
  return fail(TransportFault{false, what});
}
tl::unexpected<Fault> broken(const char* what, int error) {
  return broken(std::string(what) + ": " + std::strerror(error));
}

Status ready_or_fault(int fd, short events, WireTime deadline, const StopSignal* stop) {
  switch (wait_ready(fd, events, deadline, stop)) {
    case Ready::kYes:
      return {};
    case Ready::kTimeout:
      return broken("the peer takes too long");
    case Ready::kStopped:
      break;
  }
  return broken("stopped");
}

// vpcd writes length and message apart and leaves the second to Nagle's algorithm: it would wait for a
// delayed acknowledgement, 40 ms for each APDU. The option holds for a while only and is set anew.
void acknowledge_at_once(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

Result<FileHandle> connect_one(const boost::asio::ip::tcp::endpoint& endpoint, WireTime deadline,
                               const StopSignal* stop) {
  FileHandle socket(::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return broken("socket", errno);
  if (::connect(socket.get(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0) {
    if (errno != EINPROGRESS) return broken("connect", errno);
    EIDER_CHECK(ready_or_fault(socket.get(), POLLOUT, deadline, stop));
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return broken("connect", error);
  }
  set_connection_options(socket.get());
  return socket;
}

}  // namespace

FileHandle& FileHandle::operator=(FileHandle&& o) noexcept {
  if (this != &o) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = o.release();
  }
  return *this;
}
FileHandle::~FileHandle() {
  if (fd_ >= 0) ::close(fd_);
}
int FileHandle::release() {
  const int fd = fd_;
  fd_ = -1;
  return fd;
}

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_) throw std::runtime_error("eventfd: no file descriptors left");
}
void StopSignal::set() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(event_.get(), &one, sizeof one);
}
bool StopSignal::wait(std::chrono::milliseconds time) const {
  return wait_ready(event_.get(), POLLIN, after(time), nullptr) == Ready::kYes;
}
bool StopSignal::is_set() const {
  return wait(std::chrono::milliseconds(0));
}

Ready wait_ready(int fd, short events, WireTime deadline, const StopSignal* stop) {
  while (true) {
    int ms = -1;
    if (deadline != kNoDeadline) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      ms = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT_MAX));
    }
    std::array<pollfd, 2> fds{pollfd{fd, events, 0}, pollfd{stop ? stop->fd() : -1, POLLIN, 0}};
    const int n = ::poll(fds.data(), fds.size(), ms);
    if (n < 0 && errno == EINTR) continue;
    if (fds[1].revents != 0) return Ready::kStopped;
    if (fds[0].revents != 0) return Ready::kYes;
    if (n <= 0) return Ready::kTimeout;
  }
}

void set_connection_options(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

Result<Wire> Wire::connect(const std::string& host, std::uint16_t port, WireTime deadline,
                           const StopSignal* stop) {
  EIDER_TRY(endpoints, look_up(host, port, deadline));
  Fault last = TransportFault{false, "no address"};
  for (const auto& endpoint : endpoints) {
    auto socket = connect_one(endpoint, deadline, stop);
    if (socket) return Wire(*std::move(socket));
    last = socket.error();
  }
  return fail(last);
}

Status Wire::write(ByteView data, WireTime deadline, const StopSignal* stop) {
  while (!data.empty()) {
    const auto n = ::send(fd(), data.data(), data.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      data = data.subspan(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      EIDER_CHECK(ready_or_fault(fd(), POLLOUT, deadline, stop));
    } else if (errno != EINTR) {
      return broken("send", errno);
    }
  }
  return {};
}

Status Wire::read_more(WireTime deadline, const StopSignal* stop) {
  const std::size_t before = received_.size();
  while (true) {
    EIDER_CHECK(ready_or_fault(fd(), POLLIN, deadline, stop));
    received_.resize(before + kChunk);
    const auto n = ::recv(fd(), received_.data() + before, kChunk, 0);
    const int error = errno;
    received_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    if (n > 0) {
      acknowledge_at_once(fd());
      return {};
    }
    if (n == 0) return broken("the peer closed the connection");
    if (error != EAGAIN && error != EWOULDBLOCK && error != EINTR) return broken("receive", error);
  }
}

Result<FileHandle> listen_on_loopback(const std::string& address, std::uint16_t& port, int waiting) {
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(address, error);
  if (error || !parsed.is_loopback()) {
    return fail_local("cards are served on loopback addresses only, not on " + address,
                      "the protocol has no authentication: reach it through a tunnel");
  }
  boost::asio::ip::tcp::endpoint endpoint(parsed, port);
  FileHandle socket(::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (socket) ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!socket || ::bind(socket.get(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0 ||
      ::listen(socket.get(), waiting) != 0) {
    return cannot_listen(address, port, {errno, boost::system::system_category()});
  }
  auto size = static_cast<socklen_t>(endpoint.capacity());
  ::getsockname(socket.get(), endpoint.data(), &size);
  port = endpoint.port();
  return socket;
}

}  // namespace eider::net::detail
