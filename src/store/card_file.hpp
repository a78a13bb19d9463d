// A card's non-volatile memory in one portable file.
//
//   "EIDERCARD" 00 version(01), then records: length (4, big-endian) | CRC-32 of the payload (4) | payload
//   payload: one batch, entries of op (01 put, 02 erase) | key length (2) | key | for put: value length (4) |
//   value
//
// A record that is complete and whose CRC holds is a commit; it is synchronised to the disk before commit()
// returns. A torn record at the end is the commit that power interrupted: it is ignored, and cut off at the
// next commit.
#pragma once
#include <filesystem>
#include <memory>

#include "card/nvm.hpp"

namespace eider::store {

class CardFile final : public card::Nvm {
 public:
  // kLater leaves it to sync_card_files(): for making many cards, whose loss costs nothing until the end.
  enum class Sync : std::uint8_t { kEveryCommit, kLater };
  // Makes a new file, mode 0600; LocalFault when it exists.
  static Result<std::unique_ptr<CardFile>> create(const std::filesystem::path& path,
                                                  Sync sync = Sync::kEveryCommit);
  // Locks the file until the object goes: LocalFault when another process has it, when it is no card file, or
  // when a record before the last one is damaged.
  static Result<std::unique_ptr<CardFile>> open(const std::filesystem::path& path);
  // For looking only: no lock is taken, commit() is refused.
  static Result<std::unique_ptr<CardFile>> open_read_only(const std::filesystem::path& path);
  ~CardFile() override;

  std::optional<Bytes> get(std::string_view key) const override;
  std::vector<std::string> keys(std::string_view prefix) const override;
  Status commit(const card::NvmBatch& batch) override;

  std::size_t file_size() const { return size_; }

 private:
  explicit CardFile(std::filesystem::path path) : path_(std::move(path)) {}
  Status lock_and_read(bool create, bool read_only);
  Status read_all();
  Status append_record(ByteView payload);
  Status compact();

  std::filesystem::path path_;
  int fd_ = -1;
  bool read_only_ = false;
  Sync sync_ = Sync::kEveryCommit;
  std::size_t size_ = 0;  // up to the last good record
  bool torn_ = false;     // octets of an interrupted commit follow
  std::size_t live_ = 0;  // octets that a compacted file would have
  bool failed_ = false;   // a write failed: what is on the disk is unknown
  std::map<std::string, Bytes, std::less<>> values_;
};

// Makes every file below the directory durable.
Status sync_card_files(const std::filesystem::path& directory);

// The values that a card file holds; for CardFile and its fuzzer. `good` is set to the octets up to the last
// good record.
Result<std::map<std::string, Bytes, std::less<>>> parse_card_file(ByteView file, std::size_t& good);

}  // namespace eider::store
