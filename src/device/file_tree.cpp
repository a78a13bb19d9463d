#include "device/file_tree.hpp"

#include <algorithm>

#include "codec/tlv.hpp"
#include "spec/saip/template.hpp"

namespace eider {
namespace {

constexpr std::uint16_t kDir = 0x2F00;

struct Walk {
  UiccClient& card;
  const std::function<void(const FileEntry&)>& seen;

  // `path`: FIDs from below the MF; of an application from 7FFF on.
  Status directory(FileEntry& dir, std::string_view known_as, const Bytes& path) {
    for (const auto& file : known_files(known_as)) {
      const Bytes below = concat(
          {path, Bytes{static_cast<std::uint8_t>(file.fid >> 8), static_cast<std::uint8_t>(file.fid)}});
      auto fcp = card.select_path(below);
      if (!fcp && fcp.error().as<StatusWord>()) continue;
      if (!fcp) return fail(std::move(fcp).error());
      FileEntry entry{
          std::string(file.name), dir.path + "/" + std::string(file.name), file.fid, *std::move(fcp), {}};
      if (seen) seen(entry);
      if (entry.fcp.is_directory()) {
        const auto name = known_as == "MF" ? entry.name : std::string(known_as) + "/" + entry.name;
        EIDER_CHECK(directory(entry, name, below));
      }
      dir.children.push_back(std::move(entry));
    }
    return {};
  }

  Status application(FileEntry& mf, ByteView aid) {
    const auto name = application_name(aid);
    auto fcp = card.select_application(aid);
    if (!fcp && fcp.error().as<StatusWord>()) return {};
    if (!fcp) return fail(std::move(fcp).error());
    std::string shown = name.empty() ? "ADF." + to_hex(aid) : std::string(name);
    const auto same =
        std::ranges::count_if(mf.children, [&](const FileEntry& e) { return e.name.starts_with(shown); });
    if (same > 0) shown += "#" + std::to_string(same + 1);
    FileEntry adf{shown, "MF/" + shown, 0x7FFF, *std::move(fcp), {}};
    if (seen) seen(adf);
    if (!name.empty()) EIDER_CHECK(directory(adf, name, {0x7F, 0xFF}));
    mf.children.push_back(std::move(adf));
    return {};
  }
};

Result<std::vector<Bytes>> applications(UiccClient& card) {
  std::vector<Bytes> out;
  const Bytes path = {kDir >> 8, kDir & 0xFF};
  const auto fcp = card.select_path(path);
  if (!fcp && fcp.error().as<StatusWord>()) return out;
  if (!fcp) return fail(fcp.error());
  EIDER_TRY(records, card.read_all(*fcp));
  for (const auto& record : records) {
    const auto entry = read_tlv(record, false);
    const auto aid = entry && entry->tag == 0x61 ? find_tlv(entry->value, 0x4F) : std::nullopt;
    if (aid) out.push_back(to_bytes(aid->value));
  }
  return out;
}

}  // namespace

Result<FileEntry> discover_files(UiccClient& card, const std::function<void(const FileEntry&)>& seen) {
  EIDER_TRY(fcp, card.select(0x3F00));
  FileEntry mf{"MF", "MF", 0x3F00, std::move(fcp), {}};
  if (seen) seen(mf);
  Walk walk{card, seen};
  EIDER_CHECK(walk.directory(mf, "MF", {}));
  EIDER_TRY(aids, applications(card));
  for (const auto& aid : aids) EIDER_CHECK(walk.application(mf, aid));
  return mf;
}

std::vector<KnownFile> known_files(std::string_view directory) {
  std::vector<KnownFile> out;
  for (const auto& row : saip::template_rows()) {
    if (row.parent != directory || row.fid == 0 || row.type == saip::FileType::kAdf) continue;
    const int last = std::max(row.fid, row.fid_last);
    for (int fid = row.fid; fid <= last; ++fid)
      if (std::ranges::find(out, static_cast<std::uint16_t>(fid), &KnownFile::fid) == out.end())
        out.push_back({row.name, static_cast<std::uint16_t>(fid)});
  }
  return out;
}

std::string_view application_name(ByteView aid) {
  struct Known {
    Bytes prefix;
    std::string_view name;
  };
  static const Known kKnown[] = {{{0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02}, "ADF.USIM"},
                                 {{0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x04}, "ADF.ISIM"},
                                 {{0xA0, 0x00, 0x00, 0x03, 0x43, 0x10, 0x02}, "ADF.CSIM"}};
  for (const auto& k : kKnown)
    if (aid.size() >= k.prefix.size() && equal(aid.first(k.prefix.size()), k.prefix)) return k.name;
  return {};
}

}  // namespace eider
