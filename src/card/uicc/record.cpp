// READ RECORD, UPDATE RECORD and INCREASE (ETSI TS 102 221 sections 11.1.5, 11.1.6, 11.1.8).
#include "card/uicc/commands.hpp"

namespace eider::card::uicc {
namespace {
enum Mode : std::uint8_t { kNext = 2, kPrevious = 3, kAbsolute = 4 };

// The record that P1 and P2 name; 0: there is none (6A83). NEXT and PREVIOUS of an undefined pointer begin at
// the first and the last record; a linear file ends at its ends, a cyclic one goes round.
std::size_t record_named(const Session& s, const FileHeader& f, const CommandView& c) {
  const auto count = f.records();
  const bool cyclic = f.type == FileType::kCyclic;
  switch (c.p2 & 0x07) {
    case kNext:
      if (s.record == 0) return 1;
      return s.record < count ? s.record + 1 : (cyclic ? 1 : 0);
    case kPrevious:
      if (s.record == 0) return count;
      return s.record > 1 ? s.record - 1 : (cyclic ? count : 0);
    default: {
      const std::size_t n = c.p1 == 0 ? s.record : c.p1;
      return n <= count ? n : 0;
    }
  }
}
bool moves_pointer(const CommandView& c) {
  return (c.p2 & 0x07) != kAbsolute;
}
}  // namespace

Result<Answer> read_record(Uicc& uicc, Session& s, const CommandView& c, int file) {
  const auto& f = uicc.files().at(file);
  const auto n = record_named(s, f, c);
  if (n == 0) return Answer(0x6A83);
  if (c.extended && *c.le != 65536 && *c.le != f.record_size) return Answer(0x6700);
  if (!c.extended && *c.le != 256 && *c.le != f.record_size)
    return Answer(static_cast<std::uint16_t>(0x6C00 | f.record_size));
  if (moves_pointer(c)) s.record = n;
  return Answer(to_bytes(uicc.files().record(file, n)));
}

Result<Answer> update_record(Uicc& uicc, Session& s, const CommandView& c, int file) {
  auto& files = uicc.files();
  const auto& f = files.at(file);
  if (f.type == FileType::kCyclic) {
    if ((c.p2 & 0x07) != kPrevious) return Answer(0x6981);
    if (c.data.size() != f.record_size) return Answer(0x6700);
    EIDER_CHECK(files.push_record(file, c.data));
    s.record = 1;
    return Answer(0x9000);
  }
  const auto n = record_named(s, f, c);
  if (n == 0) return Answer(0x6A83);
  if (c.data.size() != f.record_size) return Answer(0x6700);
  EIDER_CHECK(files.write_record(file, n, c.data));
  if (moves_pointer(c)) s.record = n;
  return Answer(0x9000);
}

Result<Answer> increase(Uicc& uicc, Session& s, const CommandView& c, int file) {
  auto& files = uicc.files();
  const auto& f = files.at(file);
  if (c.data.size() > f.record_size || c.data.size() > 127) return Answer(0x6700);
  Bytes sum = to_bytes(files.record(file, 1));
  unsigned carry = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    auto& octet = sum[sum.size() - 1 - i];
    const unsigned n = octet + carry + (i < c.data.size() ? c.data[c.data.size() - 1 - i] : 0u);
    octet = static_cast<std::uint8_t>(n);
    carry = n >> 8;
  }
  if (carry != 0) return Answer(0x9850);
  EIDER_CHECK(files.push_record(file, sum));
  s.record = 1;
  append(sum, c.data);
  return Answer(std::move(sum));
}

}  // namespace eider::card::uicc
