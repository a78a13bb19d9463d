// What the M2M side of a card keeps in its non-volatile memory, beside the records that every Profile has
// (card/records.hpp). An ISD-P has a record here from CreateISDP on, one of a Profile once that is installed.
#pragma once
#include "spec/eum/personalisation.hpp"
#include "spec/sgp02/es5.hpp"

namespace eider::card::m2m {

using eum::SecurityDomainKey;

// POL1 (SGP.02 v4.2 section 2.2.4).
enum Pol1 : std::uint8_t {
  kDisablingNotAllowed = 0x01,
  kDeletionNotAllowed = 0x02,
  kDeletedWhenDisabled = 0x04,
};

struct IsdP {
  std::uint16_t instance = 0;
  std::uint32_t granted = 0;            // octets that CreateISDP asked for; 0: no limit but the card's
  std::vector<SecurityDomainKey> keys;  // SCP03 (version 30 on), delete tokens (70)
  std::uint32_t sequence = 0;           // of SCP03: the last one used
  std::optional<Bytes> sdData;          // what DGI 0070 brought: 42, 45, 5F20
  std::uint8_t pol1 = 0;
  std::optional<Bytes> connectivity;  // TLVs A0 to A2
};

// A change of the enabled Profile, from its acceptance to its confirmation (SGP.02 v4.2 section 3.2).
enum class Cause : std::uint8_t {
  kCommand = 0,   // EnableProfile, DisableProfile
  kRollBack = 1,  // the Profile of a command got no confirmation
  kFallBack = 2,  // loss of network, or a roll-back that failed
  kLocal = 3,     // test and emergency Profile, by the device
};
enum class Phase : std::uint8_t {
  kAccepted = 0,     // the answer is on its way; nothing has changed
  kRefreshing = 1,   // the answer is out: the REFRESH is due
  kUnconfirmed = 2,  // the Profile is enabled; the SM-SR does not know yet
};
struct Change {
  Cause cause = Cause::kCommand;
  Phase phase = Phase::kAccepted;
  std::optional<std::uint16_t> from, to;
};

// A notification that the SM-SR has not confirmed.
struct Notice {
  sgp02::es5::NotificationType type{};
  std::uint16_t sequence = 0;
};

// What was answered to the last confirmation, for an SM-SR that did not get the answer.
struct Confirmed {
  std::uint16_t sequence = 0;
  std::vector<sgp02::es5::Aid> deleted;
};

struct State {
  std::vector<SecurityDomainKey> keys;  // of the ISD-R
  std::optional<Bytes> smsAddress, otherAddressing;
  std::optional<std::uint16_t> fallback, emergency;
  std::uint16_t nextNotification = 0;
  bool declared = false;  // the SM-SR has confirmed the first attach
  std::optional<Change> change;
  std::optional<Notice> notice;
  std::optional<Confirmed> confirmed;
  std::optional<std::uint16_t> pinned;    // after a fall-back: what alone may be enabled
  std::optional<std::uint16_t> previous;  // enabled before the test or emergency Profile
};

// Key of this version and identifier; null: none.
const SecurityDomainKey* find_key(const std::vector<SecurityDomainKey>& keys, std::uint8_t version,
                                  std::uint8_t identifier);

}  // namespace eider::card::m2m

EIDER_DER(eider::card::m2m::IsdP, 0x30);
EIDER_DER(eider::card::m2m::Change, 0x30);
EIDER_DER(eider::card::m2m::Notice, 0x30);
EIDER_DER(eider::card::m2m::Confirmed, 0x30);
EIDER_DER(eider::card::m2m::State, 0x30);
