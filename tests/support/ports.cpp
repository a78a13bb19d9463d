#include "support/ports.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace eider::test {
namespace {
// Linux gives clients ports from 32768 on.
constexpr int kFirst = 10240, kBlock = 16, kBlocks = 1400;

bool is_free(int port) {
  const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;  // as servers have it: a connection that has ended does not keep its port
  ::setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons(static_cast<std::uint16_t>(port));
  const bool bound = s >= 0 && ::bind(s, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
  if (s >= 0) ::close(s);
  return bound;
}
}  // namespace

int free_ports(int count) {
  static int next = static_cast<int>(::getpid() % kBlocks);
  for (int tries = 0; tries < kBlocks; ++tries) {
    const int first = kFirst + next * kBlock;
    next = (next + 1) % kBlocks;
    int free = 0;
    while (free < count && free < kBlock && is_free(first + free)) ++free;
    if (free == count) return first;
  }
  throw std::runtime_error("no free ports");
}

}  // namespace eider::test
