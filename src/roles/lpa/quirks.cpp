#include "roles/lpa/quirks.hpp"

#include "spec/sgp22/aids.hpp"

namespace eider::lpa {

// AIDs as they are published: the Osmocom eUICC manual (OEM applet identifiers), the lists of OpenEUICC and
// EasyLPAC, and issues of lpac. A name says where an AID was seen, not who made a card.
const std::vector<CardQuirk>& known_quirks() {
  static const std::vector<CardQuirk> rows = {
      {"GSMA", to_bytes(sgp22::kIsdRAid), {}},
      {"5ber", hex("A0000005591010FFFFFFFF8900050500"), {}},
      {"eSIM.me", hex("A0000005591010000000008900000300"), {}},
      {"XeSIM", hex("A0000005591010FFFFFFFF8900000177"), {}},
      {"eSTK.me SE0", hex("A06573746B6D65FFFF4953442D522030"), {}},
      {"eSTK.me SE1", hex("A06573746B6D65FFFF4953442D522031"), {}},
      {"eSTK.me", hex("A06573746B6D65FFFFFFFF4953442D52"), {}},  // deprecated by its maker
      {"LinksField", hex("A000000559104C696E6B736669656C64"), {}},
      {"GlocalMe", hex("A0000006281010FFFFFFFF8900000100"), {}},
  };
  return rows;
}

std::vector<CardQuirk> with_known_quirks(std::vector<CardQuirk> own) {
  for (const auto& row : known_quirks())
    if (!find_quirk(own, row.isd_r_aid)) own.push_back(row);
  return own;
}

const CardQuirk* find_quirk(const std::vector<CardQuirk>& quirks, ByteView isd_r_aid) {
  for (const auto& row : quirks)
    if (equal(row.isd_r_aid, isd_r_aid)) return &row;
  return nullptr;
}

std::vector<Bytes> aids_of(const std::vector<CardQuirk>& quirks) {
  std::vector<Bytes> out;
  out.reserve(quirks.size());
  for (const auto& row : quirks) out.push_back(row.isd_r_aid);
  return out;
}

}  // namespace eider::lpa
