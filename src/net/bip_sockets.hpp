// TCP and UDP client sockets behind the channels that a card opens through its terminal (ETSI TS 102 223,
// Bearer Independent Protocol).
#pragma once
#include <map>

#include "base/clock.hpp"
#include "device/terminal_ports.hpp"

namespace eider::net {

// A card names addresses and ports as it likes, from inside the network of whoever runs the terminal: what it
// may reach is said here, and is nothing beyond this machine unless somebody says so.
enum class BipReach : std::uint8_t { kLoopback, kAnywhere };

struct BipSocketsConfig {
  BipReach reach = BipReach::kLoopback;
  Duration connect_timeout{10000};
};

class BipSockets final : public device::BipPort {
 public:
  explicit BipSockets(BipSocketsConfig config = {}) : config_(config) {}
  ~BipSockets() override;
  BipSockets(const BipSockets&) = delete;
  BipSockets& operator=(const BipSockets&) = delete;

  Result<int> open(const device::BipEndpoint& endpoint) override;
  // A peer that does not read for as long as a connection may take is a link that is gone.
  Status send(int link, ByteView data) override;
  Result<std::optional<Bytes>> receive(int link, std::size_t most) override;
  void close(int link) override;
  // Until a link has something to read or `longest` has passed.
  void wait(Duration longest) const;

 private:
  struct Link {
    int socket = -1;
    bool tcp = true;
  };
  Result<Link> find(int link) const;

  BipSocketsConfig config_;
  std::map<int, Link> links_;
  int next_ = 1;
};

}  // namespace eider::net
