// A card at the other end of a TCP connection, and the server that puts any card there. The frames are
// described in net/card_frames.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "device/card_port.hpp"
#include "net/card_frames.hpp"

namespace eider::net {

struct TcpCardConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::optional<CardChoice> card;  // where many cards are served
  Duration connect_timeout{5000};
  Duration response_timeout{60000};  // a card that generates keys or installs a profile takes its time
};

// Connects at reset(), also again after a fault. Not for use by two threads at once.
class TcpCard final : public CardPort {
 public:
  explicit TcpCard(TcpCardConfig config);
  ~TcpCard() override;
  Result<Bytes> reset() override;
  Result<Bytes> transmit(ByteView command) override;
  Result<std::optional<Bytes>> exchange_pps(ByteView request) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

struct TcpCardServerConfig {
  std::string address = "127.0.0.1";  // loopback only: the protocol has no authentication
  std::uint16_t port = 0;             // 0: any free port, see TcpCardServer::port()
  Duration frame_timeout{5000};  // from the first octet of a frame to its last, and for an answer to be taken
};

// Serves one client at a time, on a thread of its own, which is the only one to call the card; a second
// client gets a fault frame. The card must outlive the server.
class TcpCardServer {
 public:
  TcpCardServer(CardPort& card, TcpCardServerConfig config);
  ~TcpCardServer();  // stops
  TcpCardServer(const TcpCardServer&) = delete;
  TcpCardServer& operator=(const TcpCardServer&) = delete;
  // Faults: LocalFault (address not loopback, port in use). Once only.
  Status start();
  void stop();
  std::uint16_t port() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::net
