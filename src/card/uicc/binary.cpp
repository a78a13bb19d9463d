// READ BINARY and UPDATE BINARY (ETSI TS 102 221 sections 11.1.3, 11.1.4).
#include "card/uicc/commands.hpp"

namespace eider::card::uicc {
namespace {
std::size_t offset_of(const CommandView& c) {
  return (c.p1 & 0x80) != 0 ? c.p2 : static_cast<std::size_t>(c.p1) << 8 | c.p2;
}
}  // namespace

// With a short Le that is too large the transport layer answers 6Cxx, so that nothing is cut off unnoticed.
Result<Answer> read_binary(Uicc& uicc, Session&, const CommandView& c, int file) {
  const auto body = uicc.files().body(file);
  const auto offset = offset_of(c);
  if (offset >= body.size()) return Answer(0x6B00);
  const auto rest = body.subspan(offset);
  const std::size_t le = *c.le;
  if (le <= rest.size()) return Answer(to_bytes(rest.first(le)));
  const bool all = le == 256 || le == 65536;  // as much as there is
  return Answer(to_bytes(rest), c.extended && !all ? 0x6282 : 0x9000);
}

Result<Answer> update_binary(Uicc& uicc, Session&, const CommandView& c, int file) {
  const auto size = uicc.files().body(file).size();
  const auto offset = offset_of(c);
  if (offset >= size) return Answer(0x6B00);
  if (c.data.size() > size - offset) return Answer(0x6700);
  EIDER_CHECK(uicc.files().write(file, offset, c.data));
  return Answer(0x9000);
}

}  // namespace eider::card::uicc
