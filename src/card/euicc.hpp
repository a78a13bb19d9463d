// The emulated eUICC: APDUs in, APDUs out (ETSI TS 102 221, GlobalPlatform, SGP.22 v2.6.1 section 5.7).
#pragma once
#include <functional>
#include <memory>

#include "base/random.hpp"
#include "card/m2m/settings.hpp"
#include "card/nvm.hpp"
#include "channel/scp80.hpp"
#include "device/card_port.hpp"

namespace eider::card {

class LocalProfileAssistant;
struct LpaeCard;
// card/local_profile_assistant.hpp; src/lpae has one.
using LpaeFactory = std::function<std::unique_ptr<LocalProfileAssistant>(const LpaeCard&)>;

// One card on one memory that `manufacture` has filled. Not safe to share between threads. Volatile state
// goes at reset(); the memory keeps everything else. After a fault of the memory the card is mute until
// reset().
class Euicc final : public CardPort {
 public:
  // Both must outlive the card. `lpae`: makes the LPA inside the card, of one that is personalised for it.
  Euicc(Nvm& nvm, Random& random, const LpaeFactory& lpae = {});
  ~Euicc() override;
  Euicc(Euicc&&) noexcept;

  // Power-on: reads the memory, finishes what a power loss or a REFRESH left open, returns the ATR.
  Result<Bytes> reset() override;
  // Before the first reset() it powers the card on. Response data of case 4 commands always goes by 61xx and
  // GET RESPONSE, unless the command has extended lengths.
  Result<Bytes> transmit(ByteView command) override;
  // By the ATR that reset() returned; the card is mute to what it would not answer on its contacts.
  Result<std::optional<Bytes>> exchange_pps(ByteView request) override;

  // Has the terminal carry this proactive command out (the whole D0 TLV), once it has sent a TERMINAL
  // PROFILE.
  void send_proactive_command(Bytes command);
  // Which weak protection messages from over the air may have (default: none).
  void set_ota_policy(const channel::scp80::Policy& policy);
  // How patient an M2M card is.
  void set_m2m_settings(const m2m::Settings& settings);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::card
