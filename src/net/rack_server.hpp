// Serves a rack of cards on one TCP port: a connection a card, thousands at the same time. The frames are
// described in net/card_frames.hpp; net/tcp_card.hpp is their client.
#pragma once
#include "base/clock.hpp"
#include "device/card_rack.hpp"

namespace eider::net {

struct RackServerConfig {
  std::string address = "127.0.0.1";  // loopback only: the protocol has no authentication
  std::uint16_t port = 0;             // 0: any free port, see RackServer::port()
  // That carry commands out. One that waits for the disk lets others through, and their commits join.
  unsigned threads = 32;
  std::size_t connections = 10000;  // at a time; further ones are closed at once
  Duration frame_timeout{5000};     // from a frame's first octet to its last, and for an answer to be taken
};

// A card is powered off and back in the rack when its connection ends. The rack must outlive the server.
class RackServer {
 public:
  RackServer(CardRack& rack, RackServerConfig config);
  ~RackServer();  // stops
  RackServer(const RackServer&) = delete;
  RackServer& operator=(const RackServer&) = delete;
  // Faults: LocalFault (address not loopback, port in use). Once only.
  Status start();
  void stop();
  std::uint16_t port() const;
  std::size_t connections() const;  // now

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::net
