// The ISD-R of the M2M architecture: the functions of ES5 (SGP.02 v4.2 section 4.1.1), one file each or a
// few. Whoever brings the command (SCP80, SCP81) has authenticated the SM-SR.
#pragma once
#include "base/random.hpp"
#include "card/answer.hpp"
#include "card/m2m/isd_p_session.hpp"
#include "codec/apdu.hpp"
#include "crypto/ec.hpp"
#include "spec/sgp02/es5.hpp"

namespace eider::card::m2m {

// Between the two steps of a key establishment: good for one attempt.
struct Establishment {
  std::optional<std::uint16_t> isd_p;  // nothing: of the ISD-R
  crypto::PublicKey signer;            // of the certificate
  Bytes challenge;                     // RC
};

// What the functions work with. What is not in `state` is gone with the power.
struct IsdR {
  PersistentState& state;
  Random& random;
  std::uint8_t key_version = 0;               // of the key set that protects the command
  std::optional<std::uint16_t> personalised;  // by INSTALL [for personalization]
  bool established = false;                   // its keys, since then
  Bytes store_data;                           // blocks that wait for the last one
  std::optional<Establishment> establishment;
  std::vector<Bytes> status_left;  // entries that GET STATUS has not given yet
  std::optional<IsdPSession> session;

  void forget();
};

// A command to the ISD-R, or with `isd_p` to that ISD-P. A fault means that the card has lost its memory.
Result<Answer> run_command(IsdR& isd_r, std::optional<std::uint16_t> isd_p, const CommandView& command);
// A whole script: APDUs or, to an ISD-P, TLVs of SCP03t. The response script.
Result<Bytes> run_platform_script(IsdR& isd_r, std::optional<std::uint16_t> isd_p, ByteView script);

// ES5
Result<Answer> create_isd_p(IsdR&, const CommandView&);
Result<Answer> enable_profile(IsdR&, const CommandView&);
Result<Answer> disable_profile(IsdR&, const CommandView&);
Result<Answer> delete_profile(IsdR&, const CommandView&);
Result<Answer> master_delete(IsdR&, const CommandView&);
Result<Answer> set_fallback_attribute(IsdR&, const CommandView&);
Result<Answer> set_emergency_profile_attribute(IsdR&, const CommandView&);
Result<Answer> establish_key_set(IsdR&, const CommandView&);
Result<Answer> finalise_handover(IsdR&, const CommandView&);
Result<Answer> update_addressing_parameters(IsdR&, const CommandView&);
Result<Answer> handle_notification_confirmation(IsdR&, const CommandView&);
Result<Answer> get_status(IsdR&, const CommandView&);
Result<Answer> get_memory(IsdR&, const CommandView&);
Result<Answer> get_ecasd_data(IsdR&, const CommandView&);
Result<Answer> install_for_personalization(IsdR&, const CommandView&);

// The ISD-P of this AID; null: the card has none.
IsdP* find_isd_p(PersistentState& state, const sgp02::es5::Aid& aid);
// The Profile in it; null: none is installed.
IsdPRecord* profile_of(PersistentState& state, std::uint16_t instance);
bool is_test(const PersistentState& state, std::uint16_t instance);
// Removes the ISD-P with its Profile. No commit.
void remove_isd_p(PersistentState& state, std::uint16_t instance);

// The status word of a fault that is one; any other fault stops the card.
Result<Answer> refusal(const Fault& fault);

}  // namespace eider::card::m2m
