// A device as the phone that it is, on the basic channel of its card: the modem powers the card on and uses
// the enabled Profile, the user enters the PIN, the network authenticates, the Operator writes over the air.
#pragma once
#include "device/terminal.hpp"
#include "device/uicc_client.hpp"
#include "world/card_link.hpp"
#include "world/network_core.hpp"

namespace eider::world {

class Handset {
 public:
  struct Parts {
    std::size_t card;
    std::string name;
    CardLink& link;
    const Clock& clock;
    Faults& faults;
    Laws& laws;
    Journal& journal;
    NetworkCore& core;
  };
  Handset(const Parts& parts, Dice& dice);

  // Power on, and a few of the things that phones do. TransportFault: the card fell silent, or an APDU was
  // lost; refusals of the card are no faults of the session.
  Status use();
  // When nothing goes wrong any more: the PIN opens, and the network and the card agree.
  Status works();

 private:
  // The modem's end of the link.
  class Modem final : public CardPort {
   public:
    explicit Modem(CardLink& link) : link_(link) {}
    Result<Bytes> reset() override { return link_.reset(); }
    Result<Bytes> transmit(ByteView command) override { return link_.modem(command); }
    Result<std::optional<Bytes>> exchange_pps(ByteView request) override {
      return link_.exchange_pps(request);
    }

   private:
    CardLink& link_;
  };

  // Powered on, and whose Profile is it? Null: none is enabled.
  Result<Subscriber*> power_on();
  Status act(Subscriber& s);
  Status verify(Subscriber& s);
  Status unblock(Subscriber& s);
  Status change_pin(Subscriber& s);
  Status switch_pin(Subscriber& s);
  Status use_file();
  Status authenticate(Subscriber& s);
  // The card's answer to a vector: true, it gave the keys; false, it refuses the sequence number, and the
  // authentication centre has taken AUTS up.
  Result<bool> challenge(Subscriber& s, const auc::Vector& vector, bool fresh);
  Status over_the_air(Subscriber& s);
  Status replay(Subscriber& s);
  Status suspend();
  Status select_usim();
  std::string new_pin();
  void say(const Subscriber& s, const std::string& what);

  Parts parts_;
  Dice& dice_;
  Modem modem_;
  device::Terminal terminal_;
  UiccClient client_;
};

}  // namespace eider::world
