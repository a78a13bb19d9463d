// A card's non-volatile memory in one portable file; what stands in it: store/card_file_format.hpp.
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
  // when it is damaged; the file is then as it was.
  static Result<std::unique_ptr<CardFile>> open(const std::filesystem::path& path);
  // For looking only: no lock is taken, commit() is refused.
  static Result<std::unique_ptr<CardFile>> open_read_only(const std::filesystem::path& path);
  ~CardFile() override;

  std::optional<Bytes> get(std::string_view key) const override;
  std::vector<std::string> keys(std::string_view prefix) const override;
  Status commit(const card::NvmBatch& batch) override;

  std::size_t file_size() const { return size_; }
  // Commits since the card was made: its wear. Of a file of version 1 those since it became version 2.
  std::uint64_t writes() const { return writes_before_ + sequence_; }

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
  std::size_t size_ = 0;             // up to the last good record, without its mark
  std::uint32_t sequence_ = 0;       // number of that record
  std::uint64_t writes_before_ = 0;  // commits that the first record of a compacted file stands for, less one
  int version_ = 2;
  bool torn_ = false;     // octets of an interrupted commit follow
  std::size_t live_ = 0;  // octets that a compacted file would have
  bool failed_ = false;   // a write failed: what is on the disk is unknown
  std::map<std::string, Bytes, std::less<>> values_;
};

// Makes every file below the directory durable.
Status sync_card_files(const std::filesystem::path& directory);

}  // namespace eider::store
