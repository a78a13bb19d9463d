#include "profile/file_system.hpp"

#include <utility>

namespace eider::profile {

using saip::FileType;

int FileSystemImage::child(int directory, std::uint16_t fid) const {
  while (directory >= 0 && files_[static_cast<std::size_t>(directory)].link >= 0)
    directory = files_[static_cast<std::size_t>(directory)].link;
  for (std::size_t i = 0; i < files_.size(); ++i)
    if (files_[i].parent == directory && files_[i].fid == fid && i != 0) return static_cast<int>(i);
  return -1;
}

int FileSystemImage::find_index(ByteView path) const {
  if (path.size() % 2 != 0 || files_.empty()) return -1;
  int at = 0;
  for (std::size_t i = 0; i < path.size() && at >= 0; i += 2)
    at = child(at, static_cast<std::uint16_t>(path[i] << 8 | path[i + 1]));
  return at;
}
const ImageFile* FileSystemImage::find(ByteView path) const {
  const int i = find_index(path);
  return i < 0 ? nullptr : &files_[static_cast<std::size_t>(i)];
}

std::string FileSystemImage::path_text(int index) const {
  std::string out;
  for (int i = index; i >= 0; i = files_[static_cast<std::size_t>(i)].parent) {
    const auto fid = files_[static_cast<std::size_t>(i)].fid;
    const std::uint8_t octets[] = {static_cast<std::uint8_t>(fid >> 8), static_cast<std::uint8_t>(fid)};
    out = to_hex(octets) + (out.empty() ? "" : "/" + out);
  }
  return out;
}

const Bytes& FileSystemImage::body(const ImageFile& file) const {
  const ImageFile* f = &file;
  while (f->link >= 0) f = &files_[static_cast<std::size_t>(f->link)];
  return f->body;
}

int FileSystemImage::current(std::string_view name) const {
  const auto it = directories_.find(name);
  return it == directories_.end() ? -1 : it->second;
}

// Carries one element out, and back again when it fails.
class ImageBuilder {
 public:
  explicit ImageBuilder(FileSystemImage& image)
      : image_(image),
        files_(image.files_),
        old_size_(image.files_.size()),
        old_memory_(image.memory_),
        old_directories_(image.directories_) {
    image_.first_directory_ = -1;
  }

  Check finish(Check violation) {
    if (violation) {
      files_.resize(old_size_);
      for (auto& [index, body] : overwritten_) files_[index].body = std::move(body);
      image_.directories_ = std::move(old_directories_);
      image_.memory_ = old_memory_;
      image_.first_directory_ = -1;
    }
    return violation;
  }

  Check run(const saip::TemplatePe& element, const saip::TemplateInfo& info);
  Check run(const saip::GenericFileManagement& element, Tag origin);

 private:
  static constexpr std::size_t kFileOverhead = 32;  // header of a file in non-volatile memory
  static constexpr std::size_t kMaxFiles = 4096;

  FileSystemImage& image_;
  std::vector<ImageFile>& files_;
  std::size_t old_size_;
  std::size_t old_memory_;
  std::map<std::string, int, std::less<>> old_directories_;
  std::vector<std::pair<std::size_t, Bytes>> overwritten_;
  int current_ = -1;  // EF that content goes to
  std::size_t position_ = 0;

  ImageFile& at(int i) { return files_[static_cast<std::size_t>(i)]; }
  Check member(const saip::TemplateFileRow& row, const saip::File& file, Tag origin);
  Check create_from_row(const saip::TemplateFileRow& row, const saip::Fcp* fcp, unsigned instance,
                        Tag origin);
  Check create(const saip::Fcp& fcp, int directory, Tag origin);
  Check directory_fields(ImageFile& f, const saip::Fcp* fcp);
  Check body_fields(ImageFile& f, const saip::TemplateFileRow* row, const saip::Fcp* fcp);
  Check common_fields(ImageFile& f, const saip::Fcp* fcp, std::uint8_t default_arr);
  Check descriptor(ImageFile& f, const saip::Fcp& fcp);
  Check link(ImageFile& f, ByteView path);
  Check add(ImageFile f, std::string key);
  Check skip(std::size_t octets);
  Check write(ByteView content);
  bool in_adf(int directory) {
    for (int i = directory; i >= 0; i = at(i).parent)
      if (at(i).type == FileType::kAdf) return true;
    return false;
  }
  std::string label(const ImageFile& f) {
    const std::uint8_t fid[] = {static_cast<std::uint8_t>(f.fid >> 8), static_cast<std::uint8_t>(f.fid)};
    return f.name.empty() ? "file " + to_hex(fid) : f.name;
  }
};

Check FileSystemImage::apply(const saip::TemplatePe& element, const saip::TemplateInfo& info) {
  ImageBuilder builder(*this);
  return builder.finish(builder.run(element, info));
}
Check FileSystemImage::apply(const saip::GenericFileManagement& element) {
  ImageBuilder builder(*this);
  return builder.finish(builder.run(element, saip::pe::kGenericFileManagement));
}

namespace {

std::optional<std::uint32_t> number(ByteView octets) {
  std::uint64_t n = 0;
  for (auto b : octets) {
    n = n << 8 | b;
    if (n > 0xFFFFFFFF) return std::nullopt;
  }
  return static_cast<std::uint32_t>(n);
}

FileType type_of_descriptor(std::uint8_t b) {
  switch (b & 0xBF) {
    case 0x38:
      return FileType::kDf;
    case 0x39:
      return FileType::kBerTlv;
    case 0x01:
    case 0x09:
      return FileType::kTransparent;
    case 0x02:
    case 0x0A:
      return FileType::kLinearFixed;
    case 0x06:
    case 0x0E:
      return FileType::kCyclic;
    default:
      return FileType::kUnknown;
  }
}
std::uint8_t descriptor_of_type(FileType t) {
  switch (t) {
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

// `unit` octets of default content: of a record, or of a transparent file.
Bytes default_unit(const saip::TemplateFileRow* row, const saip::ProprietaryInfo* info, std::size_t unit) {
  Bytes out(unit, 0xFF);
  const auto put = [&](std::size_t from, ByteView v) {
    for (std::size_t i = 0; i < v.size() && from + i < unit; ++i) out[from + i] = v[i];
  };
  if (info && info->fillPattern) {
    std::fill(out.begin(), out.end(), info->fillPattern->back());
    put(0, *info->fillPattern);
  } else if (info && info->repeatPattern) {
    for (std::size_t i = 0; i < unit; i += info->repeatPattern->size()) put(i, *info->repeatPattern);
  } else if (row && !row->fixed.empty()) {
    const auto fixed = hex(row->fixed);
    for (std::size_t i = 0; i < unit && (i == 0 || (row->flags & saip::kRepeatDefault)); i += fixed.size())
      put(i, fixed);
  } else if (row && !row->fill.empty()) {
    std::fill(out.begin(), out.end(), hex(row->fill)[0]);
    const auto suffix = hex(row->suffix);
    put(unit - std::min(unit, suffix.size()), suffix);
    put(0, hex(row->prefix));
  }
  return out;
}

}  // namespace

Check ImageBuilder::descriptor(ImageFile& f, const saip::Fcp& fcp) {
  const auto d = fcp.fileDescriptor->view();
  f.descriptor = d[0];
  const auto type = type_of_descriptor(d[0]);
  if (type == FileType::kUnknown) return bad_values(label(f) + ": file descriptor " + to_hex(d));
  if (!(f.is_directory() && type == FileType::kDf)) f.type = type;
  const bool records = type == FileType::kLinearFixed || type == FileType::kCyclic;
  if (records != (d.size() == 4) || d.size() == 3)
    return bad_values(label(f) + ": size of the file descriptor " + to_hex(d));
  if (records) f.record_size = static_cast<std::uint16_t>(d[2] << 8 | d[3]);
  return {};
}

Check ImageBuilder::common_fields(ImageFile& f, const saip::Fcp* fcp, std::uint8_t default_arr) {
  f.arr_record = default_arr;
  const bool inside_adf = f.type != FileType::kAdf && in_adf(f.parent);
  f.arr_fid = inside_adf ? 0x6F06 : 0x2F06;
  if (!fcp) return {};
  f.lcsi = fcp->lcsi[0];
  static constexpr std::uint8_t kStates[] = {0x00, 0x01, 0x03, 0x04, 0x05, 0x06,
                                             0x07, 0x0C, 0x0D, 0x0E, 0x0F};
  if (std::ranges::find(kStates, f.lcsi) == std::end(kStates))
    return bad_values(label(f) + ": life cycle status");
  if (fcp->securityAttributesReferenced) {
    const auto s = fcp->securityAttributesReferenced->view();
    if (s.size() == 2) return bad_values(label(f) + ": securityAttributesReferenced of two octets");
    f.arr_record = s.back();
    if (s.size() == 3) f.arr_fid = static_cast<std::uint16_t>(s[0] << 8 | s[1]);
  }
  return {};
}

Check ImageBuilder::directory_fields(ImageFile& f, const saip::Fcp* fcp) {
  const bool adf = f.type == FileType::kAdf;
  if (fcp && (fcp->shortEFID || fcp->efFileSize || fcp->proprietaryEFInfo))
    return bad_values(label(f) + ": a directory has no SFI, size or proprietary information");
  if (fcp && fcp->dfName) f.df_name = *fcp->dfName;
  if (adf && f.df_name.empty()) return bad_values(label(f) + ": no AID");
  if (!adf && !f.df_name.empty()) return bad_values(label(f) + ": AID for a directory that is no ADF");
  if (fcp && fcp->pinStatusTemplateDO) f.pin_status = *fcp->pinStatusTemplateDO;
  if (adf)
    for (const auto& other : files_)
      if (other.type == FileType::kAdf && other.df_name == f.df_name)
        return bad_values("AID " + to_hex(f.df_name) + " exists already");
  return {};
}

Check ImageBuilder::body_fields(ImageFile& f, const saip::TemplateFileRow* row, const saip::Fcp* fcp) {
  const auto* info = fcp && fcp->proprietaryEFInfo ? &*fcp->proprietaryEFInfo : nullptr;
  if (fcp && fcp->dfName) return bad_values(label(f) + ": AID for an EF");
  if (fcp && fcp->pinStatusTemplateDO) return bad_values(label(f) + ": PIN status template for an EF");
  if (info) {
    f.special_information = info->specialFileInformation[0];
    if (f.special_information & 0x3F) return bad_values(label(f) + ": special file information");
    if (info->fillPattern && info->repeatPattern)
      return bad_values(label(f) + ": fill pattern and repeat pattern");
    if (info->maximumFileSize) f.maximum_size = *info->maximumFileSize;
  }
  if (fcp && fcp->shortEFID) {
    f.sfi.reset();
    if (!fcp->shortEFID->empty()) {
      const auto v = fcp->shortEFID->view()[0];
      if (v & 7) return bad_values(label(f) + ": short file identifier " + to_hex(fcp->shortEFID->view()));
      f.sfi = v >> 3;
    }
  }
  const bool records = f.type == FileType::kLinearFixed || f.type == FileType::kCyclic;
  if (fcp && fcp->efFileSize) {
    const auto n = number(*fcp->efFileSize);
    if (!n) return bad_values(label(f) + ": file size");
    f.size = *n;
  } else if (row) {
    f.size = records ? std::uint32_t{row->nb_rec} * f.record_size : row->file_size;
  }
  if (f.size == 0) return bad_values(label(f) + ": no file size");
  if (f.type == FileType::kBerTlv) {
    if (info && (info->fillPattern || info->repeatPattern))
      return bad_values(label(f) + ": pattern for a BER-TLV file");
    return {};
  }
  if (!f.maximum_size.empty()) return bad_values(label(f) + ": maximum size for a file that is not BER-TLV");
  if (f.size > 0xFFFF) return bad_values(label(f) + ": file of " + std::to_string(f.size) + " octets");
  if (!records) {
    f.body = default_unit(row, info, f.size);
    return {};
  }
  if (f.record_size == 0 || f.record_size > 255)
    return bad_values(label(f) + ": record length " + std::to_string(f.record_size));
  if (f.size % f.record_size != 0 || f.size / f.record_size > 254)
    return bad_values(label(f) + ": size " + std::to_string(f.size) + " for records of " +
                      std::to_string(f.record_size));
  const auto unit = default_unit(row, info, f.record_size);
  f.body.reserve(f.size);
  for (std::size_t i = 0; i < f.records(); ++i) append(f.body, unit);
  return {};
}

// A link shows the body, structure and size of its source under its own FID, SFI and access rules.
Check ImageBuilder::link(ImageFile& f, ByteView path) {
  const int target = image_.find_index(path);
  if (target <= 0) return bad_values(label(f) + ": link to " + to_hex(path) + ", which does not exist");
  const auto& source = at(target);
  if (source.link >= 0) return bad_values(label(f) + ": link to a link");
  if (source.is_directory() != f.is_directory())
    return bad_values(label(f) + ": link between a file and a directory");
  for (int i = f.parent; i >= 0; i = at(i).parent)
    if (i == target) return bad_values(label(f) + ": link to its own parent");
  f.link = target;
  f.type = source.type;
  f.descriptor = source.descriptor;
  f.record_size = source.record_size;
  f.size = source.size;
  f.special_information = 0;
  return {};
}

Check ImageBuilder::add(ImageFile f, std::string key) {
  if (f.parent >= 0 &&
      (image_.child(f.parent, f.fid) >= 0 || f.fid == 0x3F00 || f.fid == 0x7FFF || f.fid == 0x3FFF))
    return bad_values(label(f) + ": the FID exists already or is reserved");
  image_.memory_ += kFileOverhead + (f.link >= 0 ? 0 : f.size) + f.df_name.size() + f.pin_status.size();
  if (image_.memory_ > image_.memory_limit_ || files_.size() >= kMaxFiles)
    return Violation{saip::PeStatusCode::kNotEnoughMemory, label(f) + ": no memory", {}};
  const int index = static_cast<int>(files_.size());
  const bool directory = f.is_directory();
  if (directory && !key.empty()) {
    if (f.type == FileType::kAdf)  // what stood in the former ADF of this kind is out of reach for templates
      std::erase_if(image_.directories_,
                    [&](const auto& d) { return d.first == key || d.first.starts_with(key + "/"); });
    image_.directories_[key] = index;
  }
  files_.push_back(std::move(f));
  current_ = directory ? -1 : index;
  position_ = 0;
  if (directory && image_.first_directory_ < 0) image_.first_directory_ = index;
  return {};
}

Check ImageBuilder::skip(std::size_t octets) {
  if (current_ < 0) return bad_values("offset without a file");
  auto& f = at(current_);
  if (f.type == FileType::kBerTlv) return bad_values(label(f) + ": offset in a BER-TLV file");
  position_ += octets;
  return position_ > f.size ? Check(bad_values(label(f) + ": offset past the end")) : Check{};
}

Check ImageBuilder::write(ByteView content) {
  if (current_ < 0) return bad_values("content without a file");
  int index = current_;
  while (at(index).link >= 0) index = at(index).link;
  auto& f = at(index);
  if (static_cast<std::size_t>(index) < old_size_ && std::ranges::none_of(overwritten_, [&](const auto& o) {
        return o.first == static_cast<std::size_t>(index);
      }))
    overwritten_.emplace_back(static_cast<std::size_t>(index), f.body);
  if (content.size() > f.size - std::min<std::size_t>(position_, f.size))
    return bad_values(label(f) + ": content past the end of " + std::to_string(f.size) + " octets");
  if (f.type == FileType::kBerTlv) {
    append(f.body, content);
  } else {
    std::copy(content.begin(), content.end(), f.body.begin() + static_cast<std::ptrdiff_t>(position_));
  }
  position_ += content.size();
  return {};
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
  f.descriptor = descriptor_of_type(f.type);
  if (fcp && fcp->fileDescriptor)
    if (auto v = descriptor(f, *fcp)) return v;
  if (f.type == FileType::kUnknown) return bad_values(f.name + ": no file descriptor");
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
          return bad_values("path " + to_hex(*path) + " does not exist");
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
