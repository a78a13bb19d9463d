// What an EUM hands over to the first SM-SR of a card (SGP.02 v4.2 section 3.9, Annex E): the EIS with the
// part that it signs, and the keys of the ISD-R, enciphered for the way.
#pragma once
#include "crypto/gp_certificate.hpp"
#include "crypto/key_store.hpp"
#include "spec/sgp02/eis_signature.hpp"

namespace eider::eum {

struct PlainKey {
  std::uint8_t index = 1;  // key identifier
  std::uint8_t type = 0x88;
  Secret value;
};
struct PlainKeySet {
  std::uint8_t version = 1;
  sgp02::KeySetType type = sgp02::KeySetType::kScp80;
  std::optional<std::uint64_t> counter;
  std::vector<PlainKey> keys;
};

struct EisPlan {
  sgp02::Eid eid;
  sgp02::EntityId eum_id, smsr_id;
  Time production_date;
  std::string platform_type = "Eider";
  std::string platform_version = "1.0.0";
  sgp02::EuiccCapabilities capabilities{.cattpSupport = false,
                                        .cattpVersion = {},
                                        .httpSupport = true,
                                        .httpVersion = "1.1.3",
                                        .securePacketVersion = "9.0.0",
                                        .remoteProvisioningVersion = "4.2.0"};
  Bytes ecasd_certificate;                 // CERT.ECASD.ECKA, 7F21 …
  std::uint8_t ecasd_key_version = 0x74;   // of its key set
  Bytes ecasd_sin, ecasd_sdin;             // 42 and 45 of the ECASD
  Bytes isdr_sin, isdr_sdin;               // of the ISD-R
  std::vector<PlainKeySet> isdr_key_sets;  // SCP80 and SCP81
  std::uint32_t remaining_memory = 0, available_memory = 0;
  std::vector<sgp02::ProfileInfo> profiles;  // that the card leaves the factory with
};

// `transport_key`: agreed with the SM-SR, 16 octets or more. `certificate`: CERT.EUM, whose name and key
// identifier the signature carries; its key is `eum`. LocalFault when plan, key and certificate do not fit
// each other.
Result<sgp02::Eis> make_eis(const EisPlan& plan, const crypto::Certificate& certificate,
                            const crypto::SigningKey& eum, ByteView transport_key);

}  // namespace eider::eum
