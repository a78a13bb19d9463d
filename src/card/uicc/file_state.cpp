// DEACTIVATE FILE, ACTIVATE FILE and GET CHALLENGE (ETSI TS 102 221 sections 11.1.14, 11.1.15, 11.1.18).
#include "card/uicc/commands.hpp"

namespace eider::card::uicc {
namespace {
// The file that the command names becomes the current EF; without data it is the current one already.
Result<Answer> set_state(Uicc& uicc, Session& s, const CommandView& c, bool activate) {
  if (!uicc.present()) return Answer(0x6986);
  Session there = s;
  if (!c.data.empty()) {
    const CommandView select{0x00, 0xA4, c.p1, 0x0C, c.data, {}, false};
    const auto found = select_file(uicc, there, select);
    if (found.sw >> 8 == 0x6A) return Answer(found.sw);
  }
  if (there.ef < 0) return Answer(c.data.empty() ? 0x6986 : 0x6981);
  const auto& f = uicc.files().at(there.ef);
  if (f.lcsi >= 0x0C) return Answer(0x6985);
  if (!uicc.allowed(there, there.ef, activate ? kActivate : kDeactivate)) return Answer(0x6982);
  const std::uint8_t lcsi = activate ? 0x05 : 0x04;
  if (f.lcsi != lcsi) EIDER_CHECK(uicc.files().set_lcsi(there.ef, lcsi));
  s = std::move(there);
  return Answer(0x9000);
}
}  // namespace

Result<Answer> deactivate_file(Uicc& uicc, Session& s, const CommandView& c, int) {
  return set_state(uicc, s, c, false);
}
Result<Answer> activate_file(Uicc& uicc, Session& s, const CommandView& c, int) {
  return set_state(uicc, s, c, true);
}

Result<Answer> get_challenge(Uicc& uicc, Session&, const CommandView& c, int) {
  // Without a number of octets the terminal gets as many as one answer carries.
  return Answer(uicc.random().bytes(std::min<std::size_t>(*c.le, 256)));
}

}  // namespace eider::card::uicc
