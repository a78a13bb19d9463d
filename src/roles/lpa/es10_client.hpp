// The LPA's session on a card: finds and selects the ISD-R and carries ES10 commands (SGP.22 v2.6.1
// sections 5.7.1, 5.7.2). The typed functions stand in es10a.hpp, es10b.hpp and es10c.hpp.
#pragma once
#include <memory>

#include "codec/apdu.hpp"
#include "device/card_port.hpp"
#include "roles/lpa/quirks.hpp"
#include "spec/sgp22/es10b.hpp"

namespace eider::device {
class Terminal;
}

namespace eider::lpa {

// The AID of the specification, then those of cards in the field that hide behind another.
std::vector<Bytes> known_isd_r_aids();

struct Es10Options {
  std::vector<Bytes> isd_r_aids = known_isd_r_aids();  // tried in this order
  std::size_t block_size = 120;  // octets of STORE DATA, 1 to 255; modems truncate long ones
  std::vector<CardQuirk> quirks =
      known_quirks();               // of the card whose ISD-R is found; nothing it takes is exceeded
  bool terminal_capability = true;  // sent before SELECT: cards may hide the ISD-R until then
  bool terminal_profile = false;  // the LPA is the only terminal (a bare reader): lets the card send REFRESH
  // The modem that the card sits in, which carries out what the card asks for, resets included. Without one
  // the client carries out REFRESH and declines everything else.
  device::Terminal* terminal = nullptr;
  // A modem that is reached from outside owns the card: it is the terminal, and may reset the card without a
  // word.
  bool modem = false;
  int max_get_responses = 1024;           // per command, against a card that never ends
  std::size_t max_response = 256 * 1024;  // octets
};

// What the card says when its ISD-R is selected.
struct IsdRInformation {
  Bytes aid;
  std::optional<sgp22::Version> svn;  // absent on cards of SGP.22 v1, and behind modems that do not tell
  bool lpae = false;                  // the card has an LPA of its own
};

class Es10Client {
 public:
  explicit Es10Client(CardPort& card, Es10Options options = {});
  ~Es10Client();
  Es10Client(const Es10Client&) = delete;
  Es10Client& operator=(const Es10Client&) = delete;

  // Opens a logical channel (closing leaked ones if the card has none left) and selects the ISD-R on it.
  Status open();
  void close();  // never fails: a card that is gone has no channel
  bool is_open() const { return channel_ > 0; }
  bool in_modem() const { return options_.modem; }
  const IsdRInformation& isd_r() const { return isd_r_; }

  // One ES10 object, chained into blocks; the answer's data once the status word is 9000 or 91xx. Faults:
  // StatusWord, TransportFault, DecodeFault (an endless or oversized answer).
  Result<Bytes> store_data(ByteView object);

  // A proactive command waits (91xx) since the last settle().
  bool proactive_pending() const { return proactive_sw_.has_value(); }
  // Fetches and answers what waits. A REFRESH ends in a reset of the card and a new session; then true. In a
  // modem: a new session in any case, and true when it needed a reset.
  Result<bool> settle();
  // Resets the card and opens the session again.
  Status restart();

 private:
  Result<ResponseApdu> exchange(const CommandApdu& command);  // follows 61xx and 6Cxx
  Status select_isd_r();
  Status present_terminal();
  Status close_leaked();
  Status open_once();
  Result<int> open_channel();
  Result<ResponseApdu> transmit(const CommandApdu& command);

  CardPort& card_;
  Es10Options options_;
  IsdRInformation isd_r_;
  int channel_ = 0;  // 0: not open; ES10 never uses the basic channel
  std::optional<std::uint16_t> proactive_sw_;
  std::unique_ptr<device::Terminal> own_terminal_;  // none when the options name one
  device::Terminal& terminal_;
};

// An answer together with its octets: servers get those, never a re-encoding.
template <class T>
struct CardAnswer {
  T value;
  Bytes raw;
};

// Sends `request` and decodes the answer, leniently: cards in the field add members and exceed limits.
template <class Response, class Request>
Result<CardAnswer<Response>> es10_call(Es10Client& card, const Request& request) {
  EIDER_TRY(raw, card.store_data(der::encode(request)));
  der::Rules rules = der::Rules::ber();
  rules.limits = false;
  EIDER_TRY(value, der::decode<Response>(raw, rules));
  return CardAnswer<Response>{std::move(value), std::move(raw)};
}

}  // namespace eider::lpa
