// Forms of an LPA inside a card: bits of lpaeSupport and lpaeOption (SGP.22 v2.6.1 section 5.7.1).
#pragma once

namespace eider::sgp22 {

inline constexpr int kLpaeUsingCat = 0, kLpaeUsingScws = 1;

}  // namespace eider::sgp22
