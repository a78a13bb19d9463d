// The file system of one Profile on the card's memory. The table holds it as it was installed; every page
// that was written since is a value of its own, so that an UPDATE writes little and takes effect whole or not
// at all:
//
//   files/IIII             the table (IIII: instance of the ISD-P)
//   file/IIII/FFFF/PPPP    page PPPP of file FFFF: a record, or 256 octets of a transparent file
//   file/IIII/FFFF/s       life cycle status, then for cyclic files the page of record 1
//   file/IIII/FFFF/tTTTT   object TTTT of a BER-TLV file; an empty value: it was deleted
#pragma once
#include <memory>

#include "card/nvm.hpp"
#include "card/uicc/file_table.hpp"
#include "codec/tlv.hpp"

namespace eider::card::uicc {

std::string table_key(std::uint16_t instance);
// The Profile's package: it stays as it was loaded.
std::string package_key(std::uint16_t instance);
// What every value of a file begins with.
std::string file_prefix(std::uint16_t instance);

class FileSystem {
 public:
  // Reads the headers; bodies are read when they are needed.
  static Result<std::unique_ptr<FileSystem>> open(Nvm& nvm, std::uint16_t instance);

  const FileHeader& at(int file) const { return table_.files()[static_cast<std::size_t>(file)]; }
  int size() const { return static_cast<int>(table_.files().size()); }
  // The file itself, or the one whose body it shows.
  int source(int file) const { return at(file).link >= 0 ? at(file).link : file; }
  // Children of a directory; those of its source for a link. -1: none.
  int child(int directory, std::uint16_t fid) const { return table_.child(source(directory), fid); }
  std::span<const std::uint16_t> children(int directory) const { return table_.children(source(directory)); }
  int child_with_sfi(int directory, std::uint8_t sfi) const;

  // Octets of a transparent file.
  ByteView body(int file);
  // Records count from 1; of a cyclic file record 1 is the one written last.
  ByteView record(int file, std::size_t number);
  // Octets that the objects of a BER-TLV file take.
  std::size_t used(int file);
  // All objects of a BER-TLV file; views are valid until the next change of the file.
  std::vector<Tlv> objects(int file);

  // Each is durable when it returns; a fault means that the card has lost its memory.
  Status write(int file, std::size_t offset, ByteView data);
  Status write_record(int file, std::size_t number, ByteView data);
  // The oldest record of a cyclic file becomes record 1 with this content.
  Status push_record(int file, ByteView data);
  // Puts an object in the place of the one with the same tag; without a value that one goes.
  Status set_object(int file, Tag tag, std::optional<Bytes> tlv);
  Status set_lcsi(int file, std::uint8_t lcsi);

 private:
  struct Body {
    bool open = false;
    Bytes octets;
    std::uint8_t first = 0;            // cyclic: page of record 1
    std::vector<std::string> changed;  // keys of values that were written since the installation
  };
  FileSystem(Nvm& nvm, std::uint16_t instance, FileTable table);
  Status read_changes();
  Body& opened(int file);
  void overlay(const FileHeader& header, Body& body, std::string_view key);
  std::string key(int file, std::string_view rest) const;
  std::string page_key(int file, std::size_t page) const;
  Bytes state_value(int file, std::uint8_t lcsi, std::uint8_t first) const;

  Nvm& nvm_;
  std::uint16_t instance_;
  FileTable table_;
  std::vector<Body> bodies_;
};

}  // namespace eider::card::uicc
