// SEARCH RECORD (ETSI TS 102 221 section 11.1.7).
#include "card/uicc/commands.hpp"

namespace eider::card::uicc {
namespace {
struct Search {
  bool backward = false;
  std::size_t first = 0;              // record that the search begins with; 0: there is none
  std::optional<std::uint8_t> after;  // in each record behind the first octet of this value
  std::size_t offset = 0;             // or from this offset
  ByteView pattern;
};

// Record that P1 names, the current one for 00.
std::size_t named(const Session& s, const FileHeader& f, std::uint8_t p1) {
  const std::size_t n = p1 == 0 ? s.record : p1;
  return n <= f.records() ? n : 0;
}

bool matches(ByteView record, const Search& search) {
  auto from = record.begin() + static_cast<std::ptrdiff_t>(std::min(search.offset, record.size()));
  if (search.after) {
    from = std::ranges::find(record, *search.after);
    if (from == record.end()) return false;
    ++from;
  }
  return std::search(from, record.end(), search.pattern.begin(), search.pattern.end()) != record.end();
}

// Octet 1 of the search indication: b4: octet 2 is a value instead of an offset; b3 to b1: direction and
// start.
std::uint16_t enhanced(const Session& s, const FileHeader& f, const CommandView& c, Search& out) {
  if (c.data.size() < 3) return 0x6700;
  const auto control = c.data[0];
  if ((control & 0xF0) != 0) return 0x6A80;
  if ((control & 0x08) != 0) {
    out.after = c.data[1];
  } else {
    out.offset = c.data[1];
    if (out.offset >= f.record_size) return 0x6A80;
  }
  out.pattern = c.data.subspan(2);
  switch (control & 0x07) {
    case 4:
    case 5:
      out.backward = (control & 0x01) != 0;
      out.first = named(s, f, c.p1);
      return 0x9000;
    case 6:
      out.first = s.record + 1 <= f.records() ? s.record + 1 : 0;
      return 0x9000;
    case 7:
      out.backward = true;
      out.first = s.record == 0 ? f.records() : s.record - 1;
      return 0x9000;
    default:
      return 0x6A80;
  }
}
}  // namespace

Result<Answer> search_record(Uicc& uicc, Session& s, const CommandView& c, int file) {
  auto& files = uicc.files();
  const auto& f = files.at(file);
  Search search;
  if ((c.p2 & 0x07) == 6) {
    if (const auto sw = enhanced(s, f, c, search); sw != 0x9000) return Answer(sw);
  } else {
    search.backward = (c.p2 & 0x07) == 5;
    search.first = named(s, f, c.p1);
    search.pattern = c.data;
  }
  if (search.pattern.size() > f.record_size) return Answer(0x6700);
  if (search.first == 0) return Answer(0x6A83);
  Bytes hits;
  for (std::size_t n = search.first; n >= 1 && n <= f.records(); search.backward ? --n : ++n)
    if (matches(files.record(file, n), search)) hits.push_back(static_cast<std::uint8_t>(n));
  if (hits.empty()) return Answer(0x6282);
  s.record = hits.front();
  return Answer(std::move(hits));
}

}  // namespace eider::card::uicc
