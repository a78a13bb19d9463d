// Looks into a card's memory from outside, for tools, simulations and tests; changes nothing.
#pragma once
#include "card/m2m/records.hpp"
#include "card/nvm.hpp"
#include "card/records.hpp"

namespace eider::card {

struct ProfileView {
  Iccid iccid;
  Aid aid;
  sgp22::ProfileState state{};
  sgp22::StoreMetadataRequest metadata;
  std::optional<std::string> nickname;
  bool preloaded = false;
  std::uint32_t memory = 0;  // octets it takes of the card
  std::size_t package_octets = 0;
};
struct NotificationView {
  sgp22::NotificationMetadata metadata;
  bool installation_result = false;
};
// The M2M side (SGP.02).
struct IsdPView {
  Aid aid;
  std::uint8_t life_cycle = 0;  // 07, 0F, 1F, 3F
  std::uint8_t pol1 = 0;
  std::uint32_t granted = 0;
};
struct M2mView {
  bool active = false;
  std::string sms_address;                 // of the SM-SR, "+49…"; empty: none
  std::vector<std::uint8_t> key_versions;  // of the ISD-R
  std::vector<IsdPView> isd_ps;
  std::optional<Aid> fallback, emergency, pinned;
  bool declared = false;
  std::optional<m2m::Change> change;
  std::optional<m2m::Notice> notice;
};
struct CardView {
  sgp22::Eid eid;
  std::vector<SecurityDomainRecord> isd_rs, ecasds;
  std::vector<ProfileView> profiles;
  std::vector<NotificationView> notifications;  // by sequence number
  std::int64_t next_sequence_number = 1;
  std::string default_smdp_address, root_smds_address;
  std::vector<KeyIdentifier> verification_cis, signing_cis;
  std::uint32_t memory = 0, free_memory = 0;
  std::size_t one_time_keys = 0;
  bool switch_pending = false, memory_reset_pending = false, loading = false;
  std::optional<Iccid> previous_operational;
  std::optional<M2mView> m2m;
};
Result<CardView> inspect(const Nvm& nvm);
// The octets of the UPP that were installed. LocalFault when the card has no such profile.
Result<Bytes> profile_package(const Nvm& nvm, const Iccid& iccid);

// What holds in every state: one ISD-R and one ECASD, both PERSONALIZED; at most one enabled Profile; no
// ICCID and no AID twice; sequence numbers below the next one; the memory not overdrawn. The first law that
// is broken, in words.
Status check_laws(const CardView& card);

}  // namespace eider::card
