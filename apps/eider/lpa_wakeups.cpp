#include "lpa_wakeups.hpp"

#include <csignal>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace eider::app {
namespace {

int open_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int s : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&set, s);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int open_routes() {
  const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (fd < 0) return -1;
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

bool default_route_came(int fd) {
  alignas(nlmsghdr) char buffer[16384];
  bool came = false;
  for (ssize_t n = ::recv(fd, buffer, sizeof buffer, 0); n > 0; n = ::recv(fd, buffer, sizeof buffer, 0)) {
    auto left = static_cast<unsigned>(n);
    for (auto* h = reinterpret_cast<nlmsghdr*>(buffer); NLMSG_OK(h, left); h = NLMSG_NEXT(h, left))
      if (h->nlmsg_type == RTM_NEWROUTE && static_cast<rtmsg*>(NLMSG_DATA(h))->rtm_dst_len == 0) came = true;
  }
  return came;
}
}  // namespace

Wakeups::Wakeups() : signals_(open_signals()), routes_(open_routes()) {}
Wakeups::~Wakeups() {
  ::close(signals_);
  if (routes_ >= 0) ::close(routes_);
}

Wakeups::What Wakeups::wait(Duration timeout, const LpaBus* bus) {
  pollfd fds[3] = {{signals_, POLLIN, 0}, {routes_, POLLIN, 0}, {-1, 0, 0}};
  if (bus) {
    fds[2] = {bus->fd(), bus->events(), 0};
    timeout = bus->patience(timeout);
  }
  ::poll(fds, 3, static_cast<int>(timeout.count()));
  What out;
  signalfd_siginfo info{};
  while (::read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info))
    (info.ssi_signo == SIGUSR1 ? out.check_now : out.end) = true;
  out.network = fds[1].revents != 0 && default_route_came(routes_);
  return out;
}

}  // namespace eider::app
