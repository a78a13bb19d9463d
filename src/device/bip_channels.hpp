// Channels of the Bearer Independent Protocol, client modes on the default and packet bearers: OPEN CHANNEL,
// CLOSE CHANNEL, SEND DATA, RECEIVE DATA, GET CHANNEL STATUS (ETSI TS 102 223 sections 6.4.27 to 6.4.31).
#pragma once
#include <array>

#include "device/terminal_ports.hpp"

namespace eider::device {

class BipChannels {
 public:
  static constexpr std::uint8_t kMaxChannels = 7;

  // `channels` at the same time; `buffer`: octets that each may have in either direction.
  BipChannels(BipPort& port, std::uint8_t channels, std::size_t buffer);
  ~BipChannels();
  BipChannels(const BipChannels&) = delete;
  BipChannels& operator=(const BipChannels&) = delete;

  etsi::cat::TerminalAnswer open(const etsi::cat::ProactiveCommand& command);
  etsi::cat::TerminalAnswer close(const etsi::cat::ProactiveCommand& command);
  etsi::cat::TerminalAnswer send(const etsi::cat::ProactiveCommand& command);
  etsi::cat::TerminalAnswer receive(const etsi::cat::ProactiveCommand& command);
  etsi::cat::TerminalAnswer status() const;

  // What the card may want to hear of.
  struct Happening {
    etsi::cat::Event event;   // data available, channel status
    Bytes status;             // value of the object Channel Status
    std::uint8_t length = 0;  // octets that wait, 255 for more; of data available
  };
  // Reads what has come on the links, makes links that were asked for in the background, and says what
  // happened since the last call.
  std::vector<Happening> poll();
  // The network is gone: so are all links.
  void drop_links();
  // Reset of the card: nothing is left.
  void close_all();
  bool any_open() const;

 private:
  enum class State : std::uint8_t {
    kNever,     // not used since the reset
    kOnDemand,  // a link is made by the first SEND DATA
    kWaiting,   // the link is made in the background
    kLinked,
    kDropped,
    kClosed,
  };
  struct Channel {
    State state = State::kNever;
    int link = 0;
    BipEndpoint endpoint;
    std::size_t size = 0;
    Bytes rx, tx;
    bool announced = false;  // that there is data
  };

  Channel* of(std::uint8_t device);
  static bool is_open(const Channel& c) { return c.state != State::kNever && c.state != State::kClosed; }
  Bytes status_of(const Channel& c) const;
  bool make_link(Channel& c);
  void drop(Channel& c);
  void release(Channel& c, State next);
  void fill(Channel& c);

  BipPort& port_;
  std::size_t buffer_;
  std::uint8_t count_;
  std::array<Channel, kMaxChannels> channels_;
  std::vector<Happening> happened_;
};

}  // namespace eider::device
