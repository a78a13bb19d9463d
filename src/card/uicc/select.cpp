// SELECT (ETSI TS 102 221 sections 8.4, 11.1.1) within the file system, and STATUS (11.1.2).
#include "card/uicc/uicc.hpp"

namespace eider::card::uicc {
namespace {
struct Found {
  int file = -1;
  int directory = 0;  // where it was found
};
using Hit = std::optional<Found>;

std::uint16_t fid_at(ByteView v, std::size_t at) {
  return static_cast<std::uint16_t>(v[at] << 8 | v[at + 1]);
}

// An ADF cannot be reached by the FID that its package gives it for the time of the installation.
int visible_child(const FileSystem& files, int directory, std::uint16_t fid) {
  const int i = files.child(directory, fid);
  return i >= 0 && files.at(i).type != FileType::kAdf ? i : -1;
}

// Section 8.4.2: whatever is near the current directory.
Hit by_fid(const FileSystem& files, const Session& s, std::uint16_t fid) {
  if (fid == kMfFid) return Found{0, 0};
  if (fid == kCurrentAdfFid) return s.adf < 0 ? Hit() : Found{s.adf, s.adf};
  const auto& here = files.at(s.directory);
  const auto named = [&](const FileHeader& f) { return f.fid == fid && f.type != FileType::kAdf; };
  if (named(here)) return Found{s.directory, s.directory};
  if (const int i = visible_child(files, s.directory, fid); i >= 0) return Found{i, s.directory};
  const int parent = here.parent;
  if (parent < 0) return {};
  if (named(files.at(parent))) return Found{parent, parent};
  if (const int i = visible_child(files, parent, fid); i >= 0 && files.at(i).is_directory())
    return Found{i, parent};
  return {};
}

Hit by_path(const FileSystem& files, const Session& s, bool from_mf, ByteView path) {
  Found at{from_mf ? 0 : s.directory, from_mf ? 0 : s.directory};
  for (std::size_t i = 0; i < path.size(); i += 2) {
    const auto fid = fid_at(path, i);
    if (!files.at(at.file).is_directory()) return {};
    at.directory = at.file;
    if (from_mf && i == 0 && fid == kCurrentAdfFid) {
      if (s.adf < 0) return {};
      at = {s.adf, s.adf};
      continue;
    }
    at.file = visible_child(files, at.directory, fid);
    if (at.file < 0) return {};
  }
  return at;
}

// What the command names; 9000 with no hit: not found.
std::uint16_t locate(const FileSystem& files, const Session& s, const CommandView& c, Hit& hit) {
  const auto& d = c.data;
  switch (c.p1) {
    case 0x00:
      if (d.empty()) {
        hit = Found{0, 0};
        return 0x9000;
      }
      if (d.size() != 2) return 0x6A87;
      hit = by_fid(files, s, fid_at(d, 0));
      return 0x9000;
    case 0x01:
      if (d.size() != 2) return 0x6A87;
      if (const int i = visible_child(files, s.directory, fid_at(d, 0)); i >= 0 && files.at(i).is_directory())
        hit = Found{i, s.directory};
      return 0x9000;
    case 0x03:
      if (!d.empty()) return 0x6A87;
      if (const int parent = files.at(s.directory).parent; parent >= 0) hit = Found{parent, parent};
      return 0x9000;
    default:
      if (d.empty() || d.size() % 2 != 0) return 0x6A87;
      hit = by_path(files, s, c.p1 == 0x08, d);
      return 0x9000;
  }
}
}  // namespace

Answer select_file(Uicc& uicc, Session& s, const CommandView& c) {
  if (c.p1 != 0x00 && c.p1 != 0x01 && c.p1 != 0x03 && c.p1 != 0x08 && c.p1 != 0x09) return 0x6A86;
  // FCP, or nothing; FCI is what older readers ask for and get the FCP.
  if (c.p2 != 0x00 && c.p2 != 0x04 && c.p2 != 0x0C) return 0x6A86;
  const bool no_data = c.p2 == 0x0C;
  if (!uicc.present()) {
    const bool mf = c.p1 == 0x00 && (c.data.empty() || (c.data.size() == 2 && fid_at(c.data, 0) == kMfFid));
    if (!mf) return 0x6A82;
    return no_data ? Answer(0x9000) : Answer(bare_mf_parameters());
  }
  Hit hit;
  if (const auto sw = locate(uicc.files(), s, c, hit); sw != 0x9000) return sw;
  if (!hit) return 0x6A82;
  const auto& f = uicc.files().at(hit->file);
  s.directory = f.is_directory() ? hit->file : hit->directory;
  s.ef = f.is_directory() ? -1 : hit->file;
  s.record = f.type == FileType::kCyclic ? 1 : 0;
  std::uint16_t sw = 0x9000;
  if (f.lcsi == 0x04 || f.lcsi == 0x06) sw = 0x6283;
  if (f.lcsi >= 0x0C) sw = 0x6285;
  return no_data ? Answer(sw) : Answer(file_control_parameters(uicc, hit->file), sw);
}

Answer status(Uicc& uicc, Session& s, const CommandView& c) {
  if (c.p1 > 0x02) return 0x6A86;
  if (c.p2 == 0x0C) return 0x9000;
  if (c.p2 == 0x01) {  // DF name of the application
    if (s.adf < 0) return 0x6A88;
    return Answer(make_tlv(0x84, uicc.files().at(s.adf).aid));
  }
  if (c.p2 != 0x00) return 0x6A86;
  return Answer(uicc.present() ? file_control_parameters(uicc, s.directory) : bare_mf_parameters());
}

}  // namespace eider::card::uicc
