// The octets of a card file.
//
//   "EIDERCARD" 00 02 FD (version 2), records from number 1 on, the mark of the last one
//   record:  length of the payload (4, big-endian) | number (4) | CRC-32 of the payload (4) | CRC-32 of the
//            twelve octets before (4) | payload
//   payload: one batch, entries of op (01 put, 02 erase) | key length (2) | key | for put: value length (4) |
//            value
//   mark:    "DONE" | number of the record before (4) | CRC-32 of the eight octets before (4)
//
// commit() synchronises the record to the disk, then writes the mark, which the next record overwrites. So
// whatever stands behind a record tells that it was durable: a last record that is incomplete or wrong is the
// commit that power interrupted, ignored and cut off at the next commit, only when neither its own mark nor a
// later record or mark is found behind its place. Everything else that is wrong is damage and refused.
// Files of version 1 (no numbers, header checksums and marks) are read and become version 2 at the next
// commit.
#pragma once
#include <map>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::store {

inline constexpr std::string_view kCardFileMagic("EIDERCARD\0\x02\xFD", 12);
inline constexpr std::size_t kCardRecordHeader = 16;

struct CardFileContent {
  using Values = std::map<std::string, Bytes, std::less<>>;
  Values values;
  std::size_t good = 0;             // octets up to the end of the last good record
  std::uint32_t sequence = 0;       // number of that record
  std::uint64_t writes_before = 0;  // commits that are no longer there, as a compacted file notes
  int version = 2;
  bool torn = false;  // an interrupted commit follows
};
// LocalFault with its remedy when the octets are no card file or a damaged one.
Result<CardFileContent> parse_card_file(ByteView file);

// Adds an entry to a payload: a put, or without a value an erase.
void put_card_entry(Bytes& payload, std::string_view key, const std::optional<Bytes>& value);
// The note of a compacted file; no value of the card.
void put_card_writes(Bytes& payload, std::uint64_t writes_before);
Bytes card_record(ByteView payload, std::uint32_t sequence);
Bytes card_mark(std::uint32_t sequence);

}  // namespace eider::store
