// The files of an installed Profile as they stood after installation: headers and packed bodies in one value
// of the card's memory. What the Profile's package holds, which the card keeps too, a body only refers to.
// What changes afterwards is kept beside it (file_system.hpp).
#pragma once
#include "profile/file_system.hpp"

namespace eider::card::uicc {

using saip::FileType;

// A header in a form that is cheap to have: rare attributes are views into the table's octets.
struct FileHeader {
  std::uint16_t fid = 0;
  std::int16_t parent = -1;
  std::int16_t link = -1;  // index of the file whose body, or children, this one shows
  FileType type = FileType::kUnknown;
  std::uint8_t descriptor = 0;
  std::uint8_t lcsi = 5;
  std::uint8_t sfi = 0;  // 0: none
  std::uint8_t special = 0;
  std::uint8_t arr_record = 0;
  std::uint16_t arr_fid = 0;
  std::uint16_t record_size = 0;
  std::uint32_t size = 0;  // of the body; BER-TLV: reserved size
  ByteView packed;         // body
  ByteView aid, pin_status, maximum_size;

  bool is_directory() const {
    return type == FileType::kMf || type == FileType::kAdf || type == FileType::kDf;
  }
  bool has_records() const { return type == FileType::kLinearFixed || type == FileType::kCyclic; }
  std::size_t records() const { return record_size != 0 ? size / record_size : 0; }
};

class FileTable {
 public:
  FileTable() = default;
  FileTable(FileTable&&) noexcept = default;
  FileTable& operator=(FileTable&&) noexcept = default;
  static Bytes compile(const profile::FileSystemImage& image, ByteView package);
  // LocalFault when the octets are no table for a package of this size: everything in it is checked here,
  // packed bodies included.
  static Result<FileTable> parse(Bytes octets, std::size_t package_octets);

  const std::vector<FileHeader>& files() const { return files_; }
  std::vector<FileHeader>& files() { return files_; }
  // Children of a directory in ascending order of FID. Links are not resolved here.
  std::span<const std::uint16_t> children(int directory) const;
  // -1: none.
  int child(int directory, std::uint16_t fid) const;
  // Was it written by this version? Older ones are made anew from the package.
  static bool is_current(ByteView octets);
  // The body as it was installed; `package` has the size that parse() was told.
  Bytes unpack(int file, ByteView package) const;

 private:
  Bytes octets_;
  std::vector<FileHeader> files_;
  std::vector<std::uint16_t> by_parent_;  // indices ordered by parent and FID
};

}  // namespace eider::card::uicc
