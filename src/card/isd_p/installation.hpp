// One Profile on its way into the card: nothing of it is durable before complete(). One file a function of
// ES8+ (es8plus/initialise_secure_channel.cpp, …), SGP.22 v2.6.1 sections 2.5.6 and 5.5.
#pragma once
#include "card/ecasd/ecasd.hpp"
#include "card/isd_r/session.hpp"
#include "channel/bsp.hpp"
#include "profile/installer.hpp"
#include "profile/package_reader.hpp"

namespace eider::card {

// Ends the installation: what the ProfileInstallationResult will say.
struct InstallFailure {
  sgp22::BppCommandId command;
  sgp22::ErrorReason reason;
  Bytes simaResponse;
};
// Nothing: all is well so far.
using InstallStep = std::optional<InstallFailure>;

struct Installation {
  PersistentState& state;
  DownloadPrepared session;
  std::optional<channel::BspReceiver> bsp;
  std::uint16_t instance = 0;
  std::optional<Bytes> dpProprietaryData;  // content of B8
  Bytes metadata_octets;                   // of one or two '88'
  std::optional<sgp22::StoreMetadataRequest> metadata;
  std::optional<profile::PackageInstaller> installer;
  profile::PackageReader reader;
  Bytes package;  // every octet of the UPP
  std::optional<profile::InstallReport> report;
  std::optional<sgp22::BppCommandId> command;  // the last one that was taken

  Installation(PersistentState& s, DownloadPrepared p) : state(s), session(std::move(p)) {}
};

// Each takes the whole TLV as it arrived.
InstallStep initialise_secure_channel(Installation&, ByteView tlv);  // BF23
InstallStep configure_isdp(Installation&, ByteView tlv);             // 87
// `second`: this is the second '88'; `last`: no further one follows, the metadata is complete.
InstallStep store_metadata(Installation&, ByteView tlv, bool second, bool last);  // 88
InstallStep replace_session_keys(Installation&, ByteView tlv);                    // 87
InstallStep load_profile_elements(Installation&, ByteView tlv);                   // 86
// After the last '86': the final checks on the Profile.
InstallStep complete_profile_elements(Installation&);

// Makes ISD-P, result and notifications durable and erases the one-time key, all in one commit. The
// ProfileInstallationResult, BF37.
Result<Bytes> finish_installation(Installation&, Ecasd&);
// Makes the error result durable; the Profile never was. The one-time key stays when the download may be
// tried again.
Result<Bytes> abandon_installation(Installation&, Ecasd&, const InstallFailure&);

// Notes in the memory how far loading has come, when it has come further. To be called after each segment, so
// that a power loss from InitialiseSecureChannel on is not forgotten. Commits.
Status note_progress(Installation&);
// At power-on: what was being loaded is gone; its ProfileInstallationResult says so (errorReason 11). The
// one-time key stays. Commits.
Status report_interruption(PersistentState&, Ecasd&);

// For '87', '88' and '86': opens the protected TLV.
tl::expected<Bytes, InstallFailure> open_segment(Installation&, channel::BspTag tag, ByteView tlv,
                                                 sgp22::BppCommandId);

}  // namespace eider::card
