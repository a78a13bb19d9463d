// The files that a UICC shows to a terminal which knows the names of the standards: those of the Profile
// templates, found by trying to select them, as there is no command that lists a directory.
#pragma once
#include <functional>

#include "device/uicc_client.hpp"

namespace eider {

struct FileEntry {
  std::string name;       // "EF.IMSI", "DF.5GS", "ADF.USIM", "MF"
  std::string path;       // "MF/ADF.USIM/EF.IMSI"
  std::uint16_t fid = 0;  // 7FFF: an application, known by its AID
  etsi::Fcp fcp;
  std::vector<FileEntry> children;
};

// Reads EF.DIR for the applications. `seen` is told of every file found, for progress. Faults as UiccClient;
// files that the card refuses to select are not there.
Result<FileEntry> discover_files(UiccClient& card, const std::function<void(const FileEntry&)>& seen = {});

// Names of the files that may be in a directory of that name ("ADF.USIM/DF.5GS", "MF"), with their FIDs.
struct KnownFile {
  std::string_view name;
  std::uint16_t fid = 0;
};
std::vector<KnownFile> known_files(std::string_view directory);
// "ADF.USIM" for an AID of 3GPP or 3GPP2 (TS 101 220 annex E); empty for another.
std::string_view application_name(ByteView aid);

}  // namespace eider
