// The packet network of one device: channels of its card to SM-SRs, streams that break.
#pragma once
#include <functional>
#include <map>

#include "device/terminal_ports.hpp"
#include "world/faults.hpp"
#include "world/journal.hpp"

namespace eider::world::m2m {

// A server that cards connect to.
class SessionHost {
 public:
  virtual ~SessionHost() = default;
  virtual std::optional<std::uint64_t> open_session() = 0;  // nothing: not reached
  // False: the connection is gone.
  virtual bool feed(std::uint64_t session, ByteView octets) = 0;
  virtual std::optional<Bytes> output(std::uint64_t session) = 0;
  virtual void close_session(std::uint64_t session) = 0;
};

class Air final : public device::BipPort {
 public:
  struct Place {
    Bytes address;
    std::uint16_t port = 0;
    SessionHost* host = nullptr;
  };
  Air(std::vector<Place> places, std::function<bool()> coverage, Faults& faults, Journal& journal)
      : places_(std::move(places)), coverage_(std::move(coverage)), faults_(faults), journal_(journal) {}

  Result<int> open(const device::BipEndpoint& endpoint) override;
  Status send(int link, ByteView data) override;
  Result<std::optional<Bytes>> receive(int link, std::size_t most) override;
  void close(int link) override;

 private:
  struct Link {
    SessionHost* host = nullptr;
    std::uint64_t session = 0;
    Bytes arrived;
    std::optional<std::size_t> breaks_after;  // octets, either way
    bool gone = false;
  };
  void passes(Link& link, std::size_t octets);

  std::vector<Place> places_;
  std::function<bool()> coverage_;
  Faults& faults_;
  Journal& journal_;
  std::map<int, Link> links_;
  int last_ = 0;
};

}  // namespace eider::world::m2m
