// Carries the file commands of one element out on an image.
#pragma once
#include "profile/file_system.hpp"

namespace eider::profile {

using saip::FileType;

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
      for (auto i = old_size_; i < files_.size(); ++i)
        image_.children_.erase({files_[i].parent, files_[i].fid});
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

}  // namespace eider::profile
