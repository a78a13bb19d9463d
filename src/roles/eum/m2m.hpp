// The EUM of the M2M architecture (SGP.02 v4.2 sections 2.2.1, 3.9): keys, certificate and bootstrap Profiles
// of a card, and what its EIS says about them.
#pragma once
#include "roles/eum/eis.hpp"
#include "roles/eum/eum.hpp"

namespace eider::eum {

struct M2mProfile {
  Bytes package;
  bool enabled = false, fallback = false, emergency = false;
  bool test = false;                 // keys that are known to everybody
  std::optional<std::uint8_t> pol1;  // in the place of the package's own
};

struct M2mModel {
  bool active = true;     // else the card is a consumer one that also has these domains
  bool consumer = false;  // also personalised for the consumer architecture
  std::uint8_t scp80_version = 0x01, scp81_version = 0x40;
  std::optional<std::string> sms_address;  // number of the first SM-SR, international digits
  std::optional<Bytes> other_addressing;   // TLVs A4 to A6 (HTTPS: A5, DNS: A6)
  Bytes sin, sdin;                         // 42 and 45 of the ISD-R
  std::optional<Bytes> ca_identifier;      // 42 of the CI; default: its key identifier
  std::vector<M2mProfile> profiles;        // in the order of their ISD-Ps
};

// What manufacture() writes, and what else stands in the EIS of the card.
struct M2mCard {
  struct Profile {
    sgp22::Iccid iccid;
    FixedBytes<16> isdp_aid;
    bool enabled = false, fallback = false, emergency = false;
    std::string type;  // of the package
    std::uint8_t pol1 = 0;
    Bytes connectivity;
  };
  Personalisation personalisation;  // m2m is there: CERT.ECASD.ECKA, keys of the ISD-R
  std::vector<Profile> profiles;
};

// One card. The ECASD gets a key on the curve of the first signer, which also signs its certificate.
// LocalFault for Profiles that contradict each other: not one enabled, attributes twice.
Result<M2mCard> personalise_m2m(const CardModel& model, const M2mModel& m2m, const sgp22::Eid& eid,
                                std::span<const EumSigner> signers, Time now, Random& random);

// What stands in the EIS of the card; the Profiles are the Operator's `mno_id`.
EisPlan eis_plan(const M2mCard& card, const sgp02::EntityId& eum_id, const sgp02::EntityId& smsr_id,
                 const sgp02::EntityId& mno_id, Time now);

// Digits of an international number as ES5 has addresses: 91, then swapped semi-octets.
Result<Bytes> encode_sms_address(std::string_view digits);

}  // namespace eider::eum
