// The ISD-P (SGP.22 v2.6.1 section 2.4.4): hosts one Profile.
#pragma once
#include "card/persistent_state.hpp"
#include "profile/installer.hpp"

namespace eider::card {

// Octets that a Profile takes of the card's memory: its file system or, where that is larger, its package;
// its metadata; a fixed part for the ISD-P.
std::uint32_t profile_memory(std::size_t file_system, std::size_t package, std::size_t metadata);

// A free instance number, which makes the AID; nothing when all are taken.
std::optional<std::uint16_t> free_instance(const PersistentState& state);

// An installer for this card and this Profile; `own_memory`: what the Profile takes already.
profile::PackageInstaller make_installer(const PersistentState& state,
                                         const sgp22::StoreMetadataRequest& metadata,
                                         std::uint32_t own_memory = 0);

// Keeps what the installer made of the package as the UICC that the Profile will be. No commit.
void save_uicc(PersistentState& state, std::uint16_t instance, const profile::PackageInstaller& installer,
               const profile::ProfileFacts& facts, ByteView package);
// Makes it anew for a Profile of a card file that was written before there was one. Commits.
Status restore_uicc(PersistentState& state, const IsdPRecord& profile);

// Installs what the EUM loads before the card leaves it: the same checks as for a download. No commit.
Status preload(PersistentState& state, const eum::PreloadedProfile& profile);

// ES6 UpdateMetadata (section 5.4.1) as the MNO-SD of the Profile hands it over. 6A81 when it would set a
// rule or touch pprUpdateControl, 6A80 for other contradictions; then nothing changes. Commits.
Status update_metadata(PersistentState& state, IsdPRecord& profile, ByteView request);

}  // namespace eider::card
