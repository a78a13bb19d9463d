// The file system that a package describes: templates, what the elements change of them, and generic file
// management.
#pragma once
#include <map>
#include <utility>

#include "spec/saip/profile_element.hpp"

namespace eider::profile {

// Why an element cannot be carried out, as a card reports it.
struct Violation {
  saip::PeStatusCode code = saip::PeStatusCode::kBadValues;
  std::string why;
  std::optional<std::uint8_t> additional_information;
  std::string_view rule{};  // of the linter, when one says just this
};
using Check = std::optional<Violation>;
inline Violation bad_values(std::string why, std::string_view rule = {}) {
  return {saip::PeStatusCode::kBadValues, std::move(why), {}, rule};
}

// First octet of the file descriptor that a type of file has unless its FCP says otherwise.
std::uint8_t usual_descriptor(saip::FileType type);

struct ImageFile {
  std::string name;       // "EF.IMSI"; empty when no template names it
  std::uint16_t fid = 0;  // of an ADF: temporary
  int parent = -1;        // index in the image; -1: the MF itself
  saip::FileType type = saip::FileType::kUnknown;
  std::uint8_t descriptor = 0;  // first octet of the file descriptor
  std::uint16_t record_size = 0;
  std::uint32_t size = 0;  // octets of the body; BER-TLV: reserved size
  std::optional<std::uint8_t> sfi;
  std::uint16_t arr_fid = 0;
  std::uint8_t arr_record = 0;
  std::uint8_t special_information = 0;
  std::uint8_t lcsi = 5;
  saip::Aid df_name;
  Bytes pin_status;    // key references, in order
  Bytes maximum_size;  // BER-TLV
  Bytes body;
  int link = -1;   // index of the file whose body this one shows
  Tag origin = 0;  // element that created it
  bool is_directory() const {
    return type == saip::FileType::kMf || type == saip::FileType::kAdf || type == saip::FileType::kDf;
  }
  std::size_t records() const { return record_size ? size / record_size : 0; }
};

class FileSystemImage {
 public:
  explicit FileSystemImage(std::size_t memory_limit = 1024 * 1024) : memory_limit_(memory_limit) {}
  // Both leave the image unchanged when they return a violation. `first_directory()` tells the PIN context.
  Check apply(const saip::TemplatePe& element, const saip::TemplateInfo& info);
  Check apply(const saip::GenericFileManagement& element);
  // Of any element: a template that is none of its element, and what is no element of files, change nothing.
  Check apply(const saip::ProfileElement& element);

  const std::vector<ImageFile>& files() const { return files_; }
  // FIDs from below the MF, two octets each; an ADF by its temporary FID. Empty path: the MF.
  const ImageFile* find(ByteView path) const;
  int find_index(ByteView path) const;
  int child(int directory, std::uint16_t fid) const;
  // The directory above; -1 above the MF.
  int parent_of(int index) const {
    ++steps_;
    return files_[static_cast<std::size_t>(index)].parent;
  }
  // `directory` is `other` or above it.
  bool contains(int directory, int other) const;
  // The directory that the last applied element created first, or -1: opt-usim creates none.
  int first_directory() const { return first_directory_; }
  bool has_mf() const { return !files_.empty(); }
  std::string path_text(int index) const;  // "3F00/7FD0/6F07"
  // Name of the ADF that the file is in ("ADF.USIM"); empty below the MF.
  std::string_view application_of(int index) const;
  const Bytes& body(const ImageFile& file) const;
  // The body by records; of a file without records as one.
  std::vector<Bytes> records(const ImageFile& file) const;
  // The ADF that `opt-usim`, `df-5gs` and the like of this kind ("ADF.USIM") belong to now; -1: none.
  int current(std::string_view name) const;
  // Replaces octets of a body; of no other size.
  void set_body(int index, Bytes body);
  // Non-volatile memory for bodies and headers, octets.
  std::size_t memory() const { return memory_; }
  // Files that searches, paths and rules have gone through so far: what a package makes of them stays within
  // the square of its depth.
  std::size_t steps() const { return steps_; }

 private:
  friend class ImageBuilder;
  std::vector<ImageFile> files_;
  std::map<std::pair<int, std::uint16_t>, int> children_;  // by directory and FID
  mutable std::size_t steps_ = 0;
  std::map<std::string, int, std::less<>> directories_;  // by template name: "ADF.USIM/DF.5GS"
  int first_directory_ = -1;
  std::size_t memory_ = 0;
  std::size_t memory_limit_;
};

}  // namespace eider::profile
