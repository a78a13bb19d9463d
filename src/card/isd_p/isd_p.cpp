#include "card/isd_p/isd_p.hpp"

#include "card/m2m/installation.hpp"
#include "card/mno_sd/ota_registry.hpp"
#include "card/profile_policy.hpp"
#include "card/uicc/file_table.hpp"
#include "card/uicc/naa_keys.hpp"
#include "card/uicc/pin_store.hpp"
#include "profile/package_reader.hpp"

namespace eider::card {
namespace {
constexpr std::size_t kIsdPOctets = 512;
}

std::uint32_t profile_memory(std::size_t file_system, std::size_t package, std::size_t metadata) {
  return static_cast<std::uint32_t>(std::max(file_system, package) + metadata + kIsdPOctets);
}

std::optional<std::uint16_t> free_instance(const PersistentState& state) {
  constexpr unsigned kFirst = sgp22::kFirstIsdPInstance, kCount = 0x10000 - kFirst;
  for (unsigned i = 0; i < kCount; ++i) {
    const unsigned n = kFirst + (state.isd_r.nextInstance - kFirst + i) % kCount;
    const auto instance = static_cast<std::uint16_t>(n);
    if (!state.profiles.contains(instance) && !state.isd_ps.contains(instance)) return instance;
  }
  return std::nullopt;
}

profile::PackageInstaller make_installer(const PersistentState& state,
                                         const sgp22::StoreMetadataRequest& metadata,
                                         std::uint32_t own_memory) {
  profile::CardCapabilities capabilities;
  capabilities.uicc_capability = state.personalisation.uiccCapability;
  profile::InstallLimits limits;
  limits.memory_bytes = std::size_t{free_memory(state)} + own_memory;
  profile::MetadataFacts facts;
  facts.iccid = metadata.iccid;
  facts.test_profile = metadata.profileClass == sgp22::ProfileClass::kTest;
  if (const auto& owner = metadata.profileOwner)
    facts.profile_owner = profile::MetadataFacts::Owner{owner->mccMnc, owner->gid1, owner->gid2};
  return {std::move(capabilities), limits, std::move(facts)};
}

void save_uicc(PersistentState& state, std::uint16_t instance, const profile::PackageInstaller& installer,
               const profile::ProfileFacts& facts, ByteView package) {
  state.save_uicc(instance, uicc::FileTable::compile(installer.file_system(), package),
                  uicc::PinStore::compile(facts), uicc::NaaKeys::compile(facts), OtaRegistry::compile(facts));
}

Status restore_uicc(PersistentState& state, const IsdPRecord& profile) {
  const auto package = state.profile_package(profile.instance);
  if (!package) return fail_local("a Profile without its package");
  EIDER_TRY(elements, profile::read_package(*package));
  auto installer = make_installer(state, profile.metadata, profile.memory);
  for (const auto& element : elements)
    if (installer.element(element.der).aborted) break;
  const auto report = installer.finish();
  if (!installer.complete()) return fail_local("a Profile that cannot be installed again: " + report.why);
  save_uicc(state, profile.instance, installer, report.facts, *package);
  return state.commit();
}

Status preload(PersistentState& state, const eum::PreloadedProfile& profile) {
  const auto& metadata = profile.metadata;
  if (state.find(metadata.iccid)) return fail_local("two preloaded profiles have the same ICCID");
  if (profile.enabled && state.enabled_profile()) return fail_local("two preloaded profiles are enabled");
  if (!policy_rules_acceptable(state, metadata))
    return fail_local("the RAT does not allow a preloaded profile's rules");
  const bool known = std::ranges::any_of(state.personalisation.credentials,
                                         [&](const auto& c) { return c.ciPKId == profile.ciPKId; });
  if (!known && !state.m2m_active()) return fail_local("a preloaded profile names a CI without credentials");
  EIDER_TRY(elements, profile::read_package(profile.profilePackage));
  auto installer = make_installer(state, metadata);
  for (const auto& element : elements)
    if (installer.element(element.der).aborted) break;
  const auto report = installer.finish();
  if (report.error != profile::InstallError::kNone || !installer.complete())
    return fail_local("a preloaded profile cannot be installed: " + report.why);

  IsdPRecord record;
  record.instance = *free_instance(state);
  record.state = profile.enabled ? sgp22::ProfileState::kEnabled : sgp22::ProfileState::kDisabled;
  record.metadata = metadata;
  record.ciPKId = profile.ciPKId;
  record.preloaded = true;
  record.memory =
      profile_memory(report.facts.memory_bytes, profile.profilePackage.size(), der::encode(metadata).size());
  if (record.memory > free_memory(state))
    return fail_local("a preloaded profile does not fit into the memory");
  state.isd_r.nextInstance = static_cast<std::uint16_t>(record.instance + 1);
  state.save_profile(record);
  state.save_profile_package(record.instance, profile.profilePackage);
  save_uicc(state, record.instance, installer, report.facts, profile.profilePackage);
  if (state.m2m_active()) {
    m2m::IsdP isd_p;
    isd_p.instance = record.instance;
    isd_p.pol1 = profile.pol1.value_or(m2m::pol1_of(report.facts.header));
    isd_p.connectivity = report.facts.header.connectivityParameters;
    state.save_isd_p(isd_p);
    state.isd_ps[record.instance] = std::move(isd_p);
  }
  state.profiles[record.instance] = std::move(record);
  return {};
}

}  // namespace eider::card
