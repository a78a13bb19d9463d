// What is on the card, in the words of the GlobalPlatform Registry (GPCS 2.3 section 6.3): security domains,
// applications and load files with their life cycle, privileges and the security domain they belong to.
//
// There are two views, and no third. The ISD-R sees the platform: itself, the ECASD, the ISD-Ps and what
// these are instances of. A Profile sees itself. An ISD-P is invisible to all but the ISD-R, which may read
// its metadata only, and sees nothing outside (SGP.22 v2.6.1 section 2.4.4): no view has both.
#pragma once
#include "card/mno_sd/ota_registry.hpp"
#include "card/persistent_state.hpp"

namespace eider::card::gp {

enum class Kind : std::uint8_t { kIssuerDomain = 1, kApplication = 2, kLoadFile = 4 };

// GPCS table 11-3. A software card has no loaded code but its own: a load file is there or is not.
inline constexpr std::uint8_t kLoaded = 0x01;
// States of an ISD-P on top of those of GPCS table 11-5 (SGP.02 v4.2 section 2.2.1.3).
inline constexpr std::uint8_t kIsdPDisabled = 0x1F, kIsdPEnabled = 0x3F;

using Privileges = std::array<std::uint8_t, 3>;  // GPCS tables 11-7 to 11-9

struct Content {
  Kind kind = Kind::kApplication;
  Bytes aid;
  std::uint8_t life_cycle = 0;
  Privileges privileges{};     // of a load file: none
  Bytes load_file;             // of an application; empty: the card does not tell
  std::vector<Bytes> modules;  // of a load file
  Bytes domain;                // associated security domain
};

// The view of the ISD-R.
std::vector<Content> platform_content(const PersistentState& state);

// The view of the MNO-SD, the issuer's security domain in a Profile: what the card made of its package.
std::vector<Content> profile_content(const OtaRecords& records);

}  // namespace eider::card::gp
