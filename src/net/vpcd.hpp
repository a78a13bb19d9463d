// Puts a card into a virtual PC/SC reader: the client of Debian's vsmartcard-vpcd.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "device/card_port.hpp"

namespace eider::net {

struct VpcdConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 35963;  // vpcd's first slot; the second is 35964
  Duration retry_delay{500};   // between attempts to connect while pcscd is away
  Duration connect_timeout{2000};
  Duration message_timeout{5000};  // from the first octet of a message to its last
};

// Attaches the card, on a thread of its own, which is the only one to call it; connects again whenever pcscd
// comes back. A card that cannot answer is taken out of the reader. The card must outlive the client.
class VpcdClient {
 public:
  VpcdClient(CardPort& card, VpcdConfig config);
  ~VpcdClient();  // stops
  VpcdClient(const VpcdClient&) = delete;
  VpcdClient& operator=(const VpcdClient&) = delete;
  void start();
  void stop();
  // vpcd has accepted the connection; it takes pcscd up to a second more to see the card.
  bool attached() const;
  // False when the time passes without it.
  bool wait_attached(Duration time) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::net
