#include "profile/image_builder.hpp"

namespace eider::profile {
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
        return bad_values("AID " + to_hex(f.df_name) + " exists already", "FIL-06");
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
  if (f.size == 0) return bad_values(label(f) + ": no file size", "FIL-05");
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
    return bad_values(label(f) + ": record length " + std::to_string(f.record_size), "FIL-03");
  if (f.size % f.record_size != 0 || f.size / f.record_size > 254)
    return bad_values(
        label(f) + ": size " + std::to_string(f.size) + " for records of " + std::to_string(f.record_size),
        "FIL-02");
  const auto unit = default_unit(row, info, f.record_size);
  f.body.reserve(f.size);
  for (std::size_t i = 0; i < f.records(); ++i) append(f.body, unit);
  return {};
}

// A link shows the body, structure and size of its source under its own FID, SFI and access rules.
Check ImageBuilder::link(ImageFile& f, ByteView path) {
  const int target = image_.find_index(path);
  if (target <= 0)
    return bad_values(label(f) + ": link to " + to_hex(path) + ", which does not exist", "LNK-01");
  const auto& source = at(target);
  if (source.link >= 0) return bad_values(label(f) + ": link to a link", "LNK-01");
  if (source.is_directory() != f.is_directory())
    return bad_values(label(f) + ": link between a file and a directory", "LNK-01");
  for (int i = f.parent; i >= 0; i = at(i).parent)
    if (i == target) return bad_values(label(f) + ": link to its own parent", "LNK-01");
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
    return bad_values(label(f) + ": the FID exists already or is reserved", "FIL-04");
  // ETSI TS 102 221 section 8.3: no file has the FID of one of its parents, however remote.
  for (int i = f.parent; i >= 0; i = at(i).parent)
    if (at(i).fid == f.fid)
      return bad_values(label(f) + ": the FID is that of a directory above it", "FIL-04");
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
  if (f.parent >= 0) image_.children_[{f.parent, f.fid}] = index;
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
  return position_ > f.size ? Check(bad_values(label(f) + ": offset past the end", "FIL-01")) : Check{};
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
    return bad_values(label(f) + ": content past the end of " + std::to_string(f.size) + " octets", "FIL-01");
  if (f.type == FileType::kBerTlv) {
    append(f.body, content);
  } else {
    std::copy(content.begin(), content.end(), f.body.begin() + static_cast<std::ptrdiff_t>(position_));
  }
  position_ += content.size();
  return {};
}

}  // namespace eider::profile
