#include "store/card_file_format.hpp"

#include "store/crc32.hpp"

namespace eider::store {
namespace {
constexpr std::string_view kMagicVersion1("EIDERCARD\0\x01", 11);
constexpr std::string_view kMark = "DONE";
constexpr std::uint8_t kPut = 1, kErase = 2;
constexpr std::size_t kMarkSize = 12;
constexpr std::size_t kRecordHeaderVersion1 = 8;
constexpr const char* kRemedy =
    "nothing was changed: put a copy of the file in its place, or make the card anew (eider eum make)";

using Values = CardFileContent::Values;

void put_number(Bytes& out, std::uint64_t n, int octets) {
  for (int i = octets - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(n >> 8 * i));
}

class Cursor {
 public:
  explicit Cursor(ByteView data) : data_(data) {}
  bool done() const { return data_.empty(); }
  std::optional<ByteView> take(std::size_t n) {
    if (n > data_.size()) return std::nullopt;
    const auto out = data_.first(n);
    data_ = data_.subspan(n);
    return out;
  }
  std::optional<std::size_t> number(std::size_t octets) {
    const auto raw = take(octets);
    if (!raw) return std::nullopt;
    std::size_t n = 0;
    for (const auto b : *raw) n = n << 8 | b;
    return n;
  }

 private:
  ByteView data_;
};

// Do the last four octets hold the CRC-32 of those before?
bool checked(ByteView data) {
  const auto body = data.first(data.size() - 4);
  return Cursor(data.subspan(body.size())).number(4) == crc32(body);
}

// False when the payload is not a batch, although its CRC holds.
bool apply(ByteView payload, Values& values) {
  Cursor in(payload);
  while (!in.done()) {
    const auto op = in.number(1);
    const auto key_size = in.number(2);
    const auto key = key_size ? in.take(*key_size) : std::nullopt;
    if (!key || (*op != kPut && *op != kErase)) return false;
    std::string name(as_text(*key));
    if (*op == kErase) {
      values.erase(name);
      continue;
    }
    const auto size = in.number(4);
    const auto value = size ? in.take(*size) : std::nullopt;
    if (!value) return false;
    values[std::move(name)] = to_bytes(*value);
  }
  return true;
}

struct RecordHeader {
  std::size_t length, sequence;
  std::uint32_t crc;
};
std::optional<RecordHeader> read_header(ByteView at) {
  if (at.size() < kCardRecordHeader || !checked(at.first(kCardRecordHeader))) return std::nullopt;
  Cursor in(at);
  RecordHeader h{};
  h.length = *in.number(4);
  h.sequence = *in.number(4);
  h.crc = static_cast<std::uint32_t>(*in.number(4));
  return h;
}
std::optional<std::size_t> read_mark(ByteView at) {
  if (at.size() < kMarkSize || !as_text(at).starts_with(kMark) || !checked(at.first(kMarkSize)))
    return std::nullopt;
  return Cursor(at.subspan(kMark.size())).number(4);
}

// Does anything in the tail tell that the record `sequence`, which does not stand at its beginning, was
// written to its end? Then the tail is no commit that power interrupted.
bool completed_in(ByteView tail, std::size_t sequence) {
  for (; tail.size() >= kMarkSize; tail = tail.subspan(1)) {
    if (const auto m = read_mark(tail); m && *m >= sequence) return true;
    if (const auto h = read_header(tail); h && h->sequence >= sequence) return true;
  }
  return false;
}

Fault damaged(std::size_t record, std::size_t at, const std::string& what) {
  return LocalFault{"the card file is damaged: record " + std::to_string(record) + " at octet " +
                        std::to_string(at) + " " + what,
                    kRemedy};
}

// Version 1: a record was length | CRC-32 of the payload | payload, and nothing told its end.
bool completed_in_version_1(ByteView tail) {
  for (; tail.size() > kRecordHeaderVersion1; tail = tail.subspan(1)) {
    Cursor in(tail);
    const auto size = *in.number(4), crc = *in.number(4);
    const auto payload = size > 0 ? in.take(size) : std::nullopt;
    Values ignored;
    if (payload && (payload->front() == kPut || payload->front() == kErase) && crc32(*payload) == crc &&
        apply(*payload, ignored))
      return true;
  }
  return false;
}
Result<CardFileContent> parse_version_1(ByteView file) {
  CardFileContent out;
  out.version = 1;
  std::size_t n = 1;
  for (out.good = kMagicVersion1.size(); out.good < file.size(); ++n) {
    const auto rest = file.subspan(out.good);
    Cursor in(rest);
    const auto size = in.number(4);
    const auto crc = in.number(4);
    const auto payload = crc ? in.take(*size) : std::nullopt;
    if (!payload || crc32(*payload) != *crc) {
      if ((payload && !in.done()) || completed_in_version_1(rest.subspan(1)) || completed_in(rest, 1))
        return tl::unexpected(damaged(n, out.good, "does not agree with its checksum"));
      out.torn = true;
      return out;
    }
    if (!apply(*payload, out.values)) return tl::unexpected(damaged(n, out.good, "holds no batch"));
    out.good += kRecordHeaderVersion1 + payload->size();
  }
  return out;
}
constexpr std::string_view kWritesKey = ".writes";
Result<CardFileContent> parse_version_2(ByteView file);
}  // namespace

void put_card_writes(Bytes& out, std::uint64_t writes_before) {
  Bytes octets;
  put_number(octets, writes_before, 8);
  put_card_entry(out, kWritesKey, octets);
}

void put_card_entry(Bytes& out, std::string_view key, const std::optional<Bytes>& value) {
  out.push_back(value ? kPut : kErase);
  put_number(out, key.size(), 2);
  append(out, as_bytes(key));
  if (!value) return;
  put_number(out, value->size(), 4);
  append(out, *value);
}

// Payloads are shorter than 4 GiB: a card's whole memory is.
Bytes card_record(ByteView payload, std::uint32_t sequence) {
  Bytes out;
  out.reserve(payload.size() + kCardRecordHeader);
  put_number(out, payload.size(), 4);
  put_number(out, sequence, 4);
  put_number(out, crc32(payload), 4);
  put_number(out, crc32(out), 4);
  append(out, payload);
  return out;
}
Bytes card_mark(std::uint32_t sequence) {
  Bytes out;
  append(out, as_bytes(kMark));
  put_number(out, sequence, 4);
  put_number(out, crc32(out), 4);
  return out;
}

Result<CardFileContent> parse_card_file(ByteView file) {
  if (as_text(file).starts_with(kMagicVersion1)) return parse_version_1(file);
  if (!as_text(file).starts_with(kCardFileMagic))
    return fail_local("this is not an Eider card file of version 1 or 2");
  EIDER_TRY(out, parse_version_2(file));
  if (const auto noted = out.values.extract(std::string(kWritesKey)); !noted.empty())
    for (const auto b : noted.mapped()) out.writes_before = out.writes_before << 8 | b;
  return out;
}

namespace {
Result<CardFileContent> parse_version_2(ByteView file) {
  CardFileContent out;
  for (out.good = kCardFileMagic.size(); out.good < file.size(); ++out.sequence) {
    const auto rest = file.subspan(out.good);
    const auto n = out.sequence + 1;
    const auto header = read_header(rest);
    if (!header) {
      if (rest.size() == kMarkSize && read_mark(rest) == out.sequence) return out;
      if (completed_in(rest, n)) return tl::unexpected(damaged(n, out.good, "has no valid header"));
      out.torn = true;
      return out;
    }
    if (header->sequence != n)
      return tl::unexpected(
          damaged(n, out.good, "is missing: number " + std::to_string(header->sequence) + " stands there"));
    Cursor in(rest.subspan(kCardRecordHeader));
    const auto payload = in.take(header->length);
    if (!payload || crc32(*payload) != header->crc) {
      // Octets follow a record only after it was durable.
      if (payload && !in.done())
        return tl::unexpected(damaged(n, out.good, "does not agree with its checksum"));
      out.torn = true;
      return out;
    }
    if (!apply(*payload, out.values)) return tl::unexpected(damaged(n, out.good, "holds no batch"));
    out.good += kCardRecordHeader + payload->size();
  }
  return out;
}
}  // namespace

}  // namespace eider::store
