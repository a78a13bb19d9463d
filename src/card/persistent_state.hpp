// The card's durable state, read once at power-on. Functions change the members, mark what they changed, and
// commit once.
#pragma once
#include <map>

#include "card/m2m/records.hpp"
#include "card/nvm.hpp"
#include "card/records.hpp"
#include "spec/eum/personalisation.hpp"

namespace eider::card {

// How many notifications of each of the two kinds the card keeps; more push out the lowest sequence numbers
// (SGP.22 v2.6.1 section 5.7.9).
inline constexpr std::size_t kNotificationCapacity = 32;
// Unused one-time key pairs, one an SM-DP+.
inline constexpr std::size_t kOneTimeKeyCapacity = 8;

class PersistentState {
 public:
  explicit PersistentState(Nvm& nvm) : nvm_(nvm) {}
  // LocalFault when the memory does not hold exactly one ISD-R and one ECASD, both PERSONALIZED, or
  // contradicts itself.
  Status load();

  eum::Personalisation personalisation;
  SecurityDomainRecord isd_r_domain, ecasd_domain;
  IsdRRecord isd_r;
  std::map<std::uint16_t, IsdPRecord> profiles;              // by instance
  std::map<std::int64_t, NotificationRecord> notifications;  // by sequence number, both kinds
  OneTimeKeyRecords one_time_keys;
  CrlRecords crls;
  std::optional<LoadingRecord> loading;
  std::optional<m2m::State> m2m;              // of a card that has the M2M domains
  std::map<std::uint16_t, m2m::IsdP> isd_ps;  // M2M, by instance

  IsdPRecord* enabled_profile();
  IsdPRecord* find(const Iccid& iccid);
  IsdPRecord* find(const Aid& aid);
  std::optional<Bytes> profile_package(std::uint16_t instance) const;

  void save_personalisation();
  void save_domains();
  void save_isd_r();
  void save_profile(const IsdPRecord& profile);
  void save_profile_package(std::uint16_t instance, Bytes upp);
  // What the Profile is as a UICC (card/uicc/): its table of files, PINs and keys, and whom an OTA message
  // reaches (card/mno_sd/).
  void save_uicc(std::uint16_t instance, Bytes files, Bytes pins, Bytes keys, Bytes ota);
  // Is it there, as this version writes it?
  bool has_uicc(std::uint16_t instance) const;
  void erase_profile(std::uint16_t instance);
  void save_notification(std::int64_t number);
  void erase_notification(std::int64_t number);
  void save_one_time_keys();
  void save_crls();
  void save_m2m();
  void save_isd_p(const m2m::IsdP& isd_p);
  void erase_isd_p(std::uint16_t instance);
  // The counter that SCP80 accepted last with a key version of the ISD-R, zero before the first.
  std::uint64_t m2m_counter(std::uint8_t key_version) const;
  void save_m2m_counter(std::uint8_t key_version, std::uint64_t counter);
  // The M2M architecture is this card's.
  bool m2m_active() const { return personalisation.m2m && personalisation.m2m->active; }
  void save_loading();
  void erase_loading();  // nothing to write when nothing is being loaded
  // A fault means that the card has lost power or its memory: nothing may be answered any more.
  Status commit();

 private:
  Nvm& nvm_;
  NvmBatch batch_;
};

// Free octets for another profile.
std::uint32_t free_memory(const PersistentState& state);

}  // namespace eider::card
