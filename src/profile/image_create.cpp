// What creates files: members of templates, and createFCP.
#include "profile/image_builder.hpp"

namespace eider::profile {
std::uint8_t usual_descriptor(saip::FileType type) {
  switch (type) {
    case FileType::kTransparent:
      return 0x41;
    case FileType::kLinearFixed:
      return 0x42;
    case FileType::kCyclic:
      return 0x46;
    case FileType::kBerTlv:
      return 0x79;
    default:
      return 0x78;
  }
}

Check ImageBuilder::create_from_row(const saip::TemplateFileRow& row, const saip::Fcp* fcp, unsigned instance,
                                    Tag origin) {
  ImageFile f;
  f.name = std::string(row.name);
  f.origin = origin;
  f.type = row.type;
  f.record_size = row.rec_size;
  f.fid = row.type == FileType::kMf ? 0x3F00 : static_cast<std::uint16_t>(row.fid ? row.fid + instance : 0);
  if (row.sfi) f.sfi = row.sfi;
  if (row.flags & saip::kHighUpdate) f.special_information = 0x80;
  if (row.type != FileType::kMf) {
    const auto parent = row.parent == "MF" ? (files_.empty() ? -1 : 0) : image_.current(row.parent);
    if (parent < 0) return bad_values(f.name + ": no directory " + std::string(row.parent));
    f.parent = parent;
  } else if (!files_.empty()) {
    return bad_values("the MF exists already");
  }
  if (fcp && fcp->fileID && row.type != FileType::kMf)
    f.fid = static_cast<std::uint16_t>((*fcp->fileID)[0] << 8 | (*fcp->fileID)[1]);
  if (f.fid == 0) return bad_values(f.name + ": no file identifier");
  f.descriptor = usual_descriptor(f.type);
  if (fcp && fcp->fileDescriptor)
    if (auto v = descriptor(f, *fcp)) return v;
  if (f.type == FileType::kUnknown) return bad_values(f.name + ": no file descriptor", "FIL-05");
  if (auto v = common_fields(f, fcp, row.arr)) return v;
  std::string key;
  if (f.is_directory()) {
    if (auto v = directory_fields(f, fcp)) return v;
    if (f.pin_status.empty() && origin == saip::pe::kIot) f.pin_status = {0x01, 0x0A};
    if (fcp && fcp->linkPath && !fcp->linkPath->empty()) {
      if (auto v = link(f, *fcp->linkPath)) return v;
    } else if (f.pin_status.empty()) {
      return bad_values(f.name + ": no pinStatusTemplateDO");
    }
    key = f.type == FileType::kMf || row.parent == "MF" ? f.name : std::string(row.parent) + "/" + f.name;
  } else if (fcp && fcp->linkPath && !fcp->linkPath->empty()) {
    if (auto v = link(f, *fcp->linkPath)) return v;
    if (fcp->shortEFID)
      f.sfi = fcp->shortEFID->empty() ? std::optional<std::uint8_t>{} : fcp->shortEFID->view()[0] >> 3;
  } else if (auto v = body_fields(f, &row, fcp)) {
    return v;
  }
  return add(std::move(f), std::move(key));
}

// An FCP begins a new instance of the file; content before the first one goes to the template's own.
Check ImageBuilder::member(const saip::TemplateFileRow& row, const saip::File& file, Tag origin) {
  current_ = -1;
  bool created = false;
  unsigned instance = 0;
  const auto begin = [&](const saip::Fcp* fcp) -> Check {
    if (instance > static_cast<unsigned>(row.fid_last - row.fid))
      return bad_values(std::string(row.name) + ": too many instances");
    created = true;
    return create_from_row(row, fcp, instance++, origin);
  };
  for (const auto& item : file) {
    if (item.value.index() == saip::FileItem::kDoNotCreate && row.type != FileType::kMf &&
        origin != saip::pe::kMf)
      return {};
    if (const auto* fcp = item.fcp()) {
      if (auto v = begin(fcp)) return v;
    } else if (item.offset() || item.content()) {
      if (!created)
        if (auto v = begin(nullptr)) return v;
      if (auto v = item.offset() ? skip(*item.offset()) : write(*item.content())) return v;
    }
  }
  return created ? Check{} : begin(nullptr);
}

Check ImageBuilder::run(const saip::TemplatePe& element, const saip::TemplateInfo& info) {
  const auto* shape = saip::template_element(element.pe);
  for (const auto& m : shape->members) {
    const auto* row = saip::template_row(info, m.tag);
    const auto* file = element.find(m.tag);
    if (!row) {
      if (file) return bad_values(std::string(m.name) + " is not in the template " + std::string(info.oid));
      continue;
    }
    if (file) {
      if (auto v = member(*row, *file, element.pe)) return v;
      continue;
    }
    if (!info.created_by_default || row->type == FileType::kUnknown) continue;
    const bool sized = row->file_size || (row->nb_rec && row->rec_size) || row->type == FileType::kDf;
    if (!sized) continue;
    if (auto v = create_from_row(*row, nullptr, 0, element.pe)) return v;
  }
  return {};
}

namespace {
std::string adf_name(ByteView aid) {
  const auto text = to_hex(aid);
  if (text.starts_with("A0000000871002")) return "ADF.USIM";
  if (text.starts_with("A0000000871004")) return "ADF.ISIM";
  if (text.starts_with("A0000003431002")) return "ADF.CSIM";
  return {};
}
}  // namespace

Check ImageBuilder::create(const saip::Fcp& fcp, int directory, Tag origin) {
  ImageFile f;
  f.origin = origin;
  f.parent = directory;
  if (!fcp.fileID) return bad_values("createFCP without a file identifier");
  f.fid = static_cast<std::uint16_t>((*fcp.fileID)[0] << 8 | (*fcp.fileID)[1]);
  if (!fcp.fileDescriptor) return bad_values(label(f) + ": no file descriptor");
  if (!fcp.securityAttributesReferenced) return bad_values(label(f) + ": no securityAttributesReferenced");
  if (auto v = descriptor(f, fcp)) return v;
  std::string key;
  if (f.type == FileType::kDf && fcp.dfName) {
    f.type = FileType::kAdf;
    f.parent = 0;
    key = f.name = adf_name(*fcp.dfName);
  }
  if (f.fid == 0x3F00) {
    if (!files_.empty()) return bad_values("the MF exists already");
    f.type = FileType::kMf;
    f.parent = -1;
    key = f.name = "MF";
  } else if (files_.empty()) {
    return bad_values("there is no MF");
  }
  if (auto v = common_fields(f, &fcp, 0)) return v;
  const bool linked = fcp.linkPath && !fcp.linkPath->empty();
  if (linked && (fcp.dfName || fcp.efFileSize || fcp.pinStatusTemplateDO))
    return bad_values(label(f) + ": a link has no AID, size or PIN status");
  if (f.is_directory()) {
    if (auto v = directory_fields(f, &fcp)) return v;
    if (!linked && f.pin_status.empty()) return bad_values(label(f) + ": no pinStatusTemplateDO");
  }
  if (linked) {
    if (auto v = link(f, *fcp.linkPath)) return v;
  }
  if (!f.is_directory()) {
    if (!fcp.shortEFID) f.sfi = static_cast<std::uint8_t>(f.fid & 0x1F);
    if (f.sfi == 0 || f.sfi == 0x1F) f.sfi.reset();
    if (linked) {
      if (fcp.shortEFID && !fcp.shortEFID->empty()) f.sfi = fcp.shortEFID->view()[0] >> 3;
    } else if (auto v = body_fields(f, nullptr, &fcp)) {
      return v;
    }
  }
  return add(std::move(f), std::move(key));
}

Check ImageBuilder::run(const saip::GenericFileManagement& element, Tag origin) {
  for (const auto& list : element.fileManagementCMD) {
    int directory = files_.empty() ? -1 : 0;
    current_ = -1;
    for (const auto& command : list) {
      Check v;
      if (const auto* path = command.path()) {
        const int i = image_.find_index(*path);
        if (i < 0 && !(files_.empty() && path->empty()))
          return bad_values("path " + to_hex(*path) + " does not exist", "FIL-07");
        current_ = -1;
        directory = i;
        if (i >= 0 && !at(i).is_directory()) {
          current_ = i;
          position_ = 0;
          directory = at(i).parent;
        }
      } else if (const auto* fcp = command.fcp()) {
        v = create(*fcp, directory, origin);
        if (!v && files_.back().is_directory()) directory = static_cast<int>(files_.size()) - 1;
      } else if (command.offset()) {
        v = skip(*command.offset());
      } else if (command.content()) {
        v = write(*command.content());
      }
      if (v) return v;
    }
  }
  return {};
}

}  // namespace eider::profile
