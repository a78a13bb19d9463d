#include "card/persistent_state.hpp"

#include <cstdio>

#include "card/mno_sd/ota_registry.hpp"
#include "card/uicc/file_system.hpp"
#include "card/uicc/naa_keys.hpp"
#include "card/uicc/pin_store.hpp"

namespace eider::card {
using uicc::package_key;

namespace {
std::string numbered(const char* prefix, std::uint64_t n, int digits) {
  char text[40];
  std::snprintf(text, sizeof text, "%s%0*llx", prefix, digits, static_cast<unsigned long long>(n));
  return text;
}
std::string profile_key(std::uint16_t instance) {
  return numbered("profile/", instance, 4);
}
std::string notification_key(std::int64_t n) {
  return numbered("notification/", static_cast<std::uint64_t>(n), 16);
}

std::string isd_p_key(std::uint16_t instance) {
  return numbered("m2m/isd-p/", instance, 4);
}
std::string counter_key(std::uint8_t key_version) {
  return numbered("m2m/counter/", key_version, 2);
}

template <class T>
Status read(const Nvm& nvm, std::string_view key, T& out) {
  const auto bytes = nvm.get(key);
  if (!bytes)
    return fail_local("the card's memory lacks \"" + std::string(key) + "\"", "personalise the card first");
  EIDER_TRY(value, der::decode<T>(*bytes));
  out = std::move(value);
  return {};
}

Status one_domain(const Nvm& nvm, std::string_view prefix, std::string_view name, SecurityDomainRecord& out) {
  const auto keys = nvm.keys(prefix);
  if (keys.size() != 1) return fail_local("the card's memory must hold exactly one " + std::string(name));
  EIDER_CHECK(read(nvm, keys.front(), out));
  if (out.lifeCycle != LifeCycle::kPersonalized)
    return fail_local(std::string(name) + " is not PERSONALIZED");
  return {};
}
}  // namespace

Status PersistentState::load() {
  batch_.clear();
  profiles.clear();
  notifications.clear();
  one_time_keys = {};
  crls = {};
  loading.reset();
  m2m.reset();
  isd_ps.clear();
  EIDER_CHECK(read(nvm_, "personalisation", personalisation));
  EIDER_CHECK(one_domain(nvm_, "isd-r/", "ISD-R", isd_r_domain));
  EIDER_CHECK(one_domain(nvm_, "ecasd/", "ECASD", ecasd_domain));
  EIDER_CHECK(read(nvm_, "settings", isd_r));
  if (nvm_.get("one-time-keys")) EIDER_CHECK(read(nvm_, "one-time-keys", one_time_keys));
  if (nvm_.get("crls")) EIDER_CHECK(read(nvm_, "crls", crls));
  if (nvm_.get("loading")) EIDER_CHECK(read(nvm_, "loading", loading.emplace()));
  int enabled = 0;
  for (const auto& key : nvm_.keys("profile/")) {
    IsdPRecord record;
    EIDER_CHECK(read(nvm_, key, record));
    if (profile_key(record.instance) != key || !nvm_.get(package_key(record.instance)))
      return fail_local("the card's memory contradicts itself at \"" + key + "\"");
    enabled += record.state == sgp22::ProfileState::kEnabled;
    profiles.emplace(record.instance, std::move(record));
  }
  if (enabled > 1) return fail_local("the card's memory holds more than one enabled Profile");
  for (const auto& key : nvm_.keys("notification/")) {
    NotificationRecord record;
    EIDER_CHECK(read(nvm_, key, record));
    EIDER_TRY(metadata, der::decode<sgp22::NotificationMetadata>(record.metadata.der));
    notifications.emplace(metadata.seqNumber, std::move(record));
  }
  if (nvm_.get("m2m/state")) EIDER_CHECK(read(nvm_, "m2m/state", m2m.emplace()));
  for (const auto& key : nvm_.keys("m2m/isd-p/")) {
    m2m::IsdP record;
    EIDER_CHECK(read(nvm_, key, record));
    isd_ps.emplace(record.instance, std::move(record));
  }
  if (m2m_active() && !m2m) return fail_local("an M2M card without its settings");
  return {};
}

IsdPRecord* PersistentState::enabled_profile() {
  for (auto& [instance, p] : profiles)
    if (p.state == sgp22::ProfileState::kEnabled) return &p;
  return nullptr;
}
IsdPRecord* PersistentState::find(const Iccid& iccid) {
  for (auto& [instance, p] : profiles)
    if (p.metadata.iccid == iccid) return &p;
  return nullptr;
}
IsdPRecord* PersistentState::find(const Aid& aid) {
  for (auto& [instance, p] : profiles)
    if (p.aid() == aid) return &p;
  return nullptr;
}
std::optional<Bytes> PersistentState::profile_package(std::uint16_t instance) const {
  return nvm_.get(package_key(instance));
}

void PersistentState::save_personalisation() {
  batch_.put("personalisation", der::encode(personalisation));
}
void PersistentState::save_domains() {
  batch_.put("isd-r/" + to_hex(isd_r_domain.aid), der::encode(isd_r_domain));
  batch_.put("ecasd/" + to_hex(ecasd_domain.aid), der::encode(ecasd_domain));
}
void PersistentState::save_isd_r() {
  batch_.put("settings", der::encode(isd_r));
}
void PersistentState::save_profile(const IsdPRecord& profile) {
  batch_.put(profile_key(profile.instance), der::encode(profile));
}
void PersistentState::save_profile_package(std::uint16_t instance, Bytes upp) {
  batch_.put(package_key(instance), std::move(upp));
}
void PersistentState::save_uicc(std::uint16_t instance, Bytes files, Bytes pins, Bytes keys, Bytes ota) {
  batch_.put(uicc::table_key(instance), std::move(files));
  batch_.put(uicc::pin_key(instance), std::move(pins));
  batch_.put(uicc::naa_key(instance), std::move(keys));
  batch_.put(ota_key(instance), std::move(ota));
}
bool PersistentState::has_uicc(std::uint16_t instance) const {
  const auto table = nvm_.get(uicc::table_key(instance));
  return table && uicc::FileTable::is_current(*table) && nvm_.get(ota_key(instance));
}
void PersistentState::erase_profile(std::uint16_t instance) {
  batch_.erase(uicc::table_key(instance));
  batch_.erase(uicc::pin_key(instance));
  batch_.erase(uicc::naa_key(instance));
  batch_.erase(ota_key(instance));
  for (auto& key : nvm_.keys(uicc::naa_state_prefix(instance))) batch_.erase(std::move(key));
  for (auto& key : nvm_.keys(ota_state_prefix(instance))) batch_.erase(std::move(key));
  for (auto& key : nvm_.keys(uicc::file_prefix(instance))) batch_.erase(std::move(key));
  batch_.erase(profile_key(instance));
  batch_.erase(package_key(instance));
  profiles.erase(instance);
}
void PersistentState::save_notification(std::int64_t number) {
  batch_.put(notification_key(number), der::encode(notifications.at(number)));
}
void PersistentState::erase_notification(std::int64_t number) {
  batch_.erase(notification_key(number));
  notifications.erase(number);
}
void PersistentState::save_one_time_keys() {
  batch_.put("one-time-keys", der::encode(one_time_keys));
}
void PersistentState::save_crls() {
  batch_.put("crls", der::encode(crls));
}
void PersistentState::save_m2m() {
  batch_.put("m2m/state", der::encode(*m2m));
}
void PersistentState::save_isd_p(const m2m::IsdP& isd_p) {
  batch_.put(isd_p_key(isd_p.instance), der::encode(isd_p));
}
void PersistentState::erase_isd_p(std::uint16_t instance) {
  batch_.erase(isd_p_key(instance));
  isd_ps.erase(instance);
}
std::uint64_t PersistentState::m2m_counter(std::uint8_t key_version) const {
  std::uint64_t out = 0;
  for (const auto octet : nvm_.get(counter_key(key_version)).value_or(Bytes())) out = out << 8 | octet;
  return out;
}
void PersistentState::save_m2m_counter(std::uint8_t key_version, std::uint64_t counter) {
  Bytes octets;
  for (int i = 4; i >= 0; --i) octets.push_back(static_cast<std::uint8_t>(counter >> 8 * i));
  batch_.put(counter_key(key_version), std::move(octets));
}

void PersistentState::save_loading() {
  batch_.put("loading", der::encode(*loading));
}
void PersistentState::erase_loading() {
  if (loading) batch_.erase("loading");
  loading.reset();
}

Status PersistentState::commit() {
  if (batch_.empty()) return {};
  const auto done = nvm_.commit(batch_);
  batch_.clear();
  return done;
}

std::uint32_t free_memory(const PersistentState& state) {
  std::uint64_t used = 0;
  for (const auto& [instance, p] : state.profiles) used += p.memory;
  // An ISD-P that waits for its Profile keeps what it was promised.
  constexpr std::uint32_t kEmptyIsdP = 512;
  for (const auto& [instance, p] : state.isd_ps)
    if (!state.profiles.contains(instance)) used += std::max(p.granted, kEmptyIsdP);
  const std::uint64_t total = state.personalisation.nonVolatileMemory;
  return static_cast<std::uint32_t>(used < total ? total - used : 0);
}

}  // namespace eider::card
