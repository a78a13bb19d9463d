// Cards in the field that deviate from the specification, as data: where their ISD-R is, and what they do not
// take.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace eider::lpa {

struct CardQuirk {
  std::string name;                       // under which the card is sold
  Bytes isd_r_aid;                        // 5 to 16 octets
  std::optional<std::size_t> block_size;  // octets of STORE DATA that it takes, where that is less than usual
};

// The AID of SGP.02 v4.2 section 2.2.3 first, then those that cards in the field have in its place.
const std::vector<CardQuirk>& known_quirks();
// The known ones behind one's own; of two with one AID the first counts.
std::vector<CardQuirk> with_known_quirks(std::vector<CardQuirk> own);
// Nothing: none has this AID.
const CardQuirk* find_quirk(const std::vector<CardQuirk>& quirks, ByteView isd_r_aid);
std::vector<Bytes> aids_of(const std::vector<CardQuirk>& quirks);

}  // namespace eider::lpa
