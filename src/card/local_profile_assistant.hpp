// The LPA inside the card (SGP.22 v2.6.1 sections 2.4.8 and 5.11): the card's side of it. What it does stands
// in src/lpae, above the card; whoever makes a card passes in how one is made.
#pragma once
#include <functional>
#include <memory>

#include "base/random.hpp"
#include "card/ecasd/ecasd.hpp"
#include "card/toolkit.hpp"
#include "codec/apdu.hpp"

namespace eider::card {

// What the card gives its LPA. All of it lives as long as the card.
struct LpaeCard {
  Toolkit& toolkit;
  const PersistentState& state;
  const Ecasd& ecasd;
  Random& random;
  // One ES10 object inside the card: data and status word. TransportFault: the card has lost its memory, and
  // stops as soon as its LPA gives it back control.
  std::function<Result<ResponseApdu>(ByteView)> es10;
};

class LocalProfileAssistant {
 public:
  virtual ~LocalProfileAssistant() = default;
  // Power is gone: whatever it did ends where it is, and says nothing more.
  virtual void power_lost() = 0;
  // The terminal has said what it can do, and the LPA may work (section 5.7.1).
  virtual void activated() = 0;
  // The answer to one of its commands, which are those of Toolkit::kLpae.
  virtual void answered(const etsi::cat::ReadAnswer& answer) = 0;
  // An ENVELOPE that is no short message. False: it is busy (9300), and has not taken it.
  virtual bool envelope(ByteView envelope) = 0;
  // The terminal has answered a REFRESH without doing it: no Profile was switched.
  virtual void refresh_refused() = 0;
};

using LpaeFactory = std::function<std::unique_ptr<LocalProfileAssistant>(const LpaeCard&)>;

}  // namespace eider::card
