// Meaning of ISO 7816-4 status words, with what ES10 and GlobalPlatform make of them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace eider {

struct StatusWordText {
  std::string meaning;
  std::string_view section;  // where it is defined
  std::string_view remedy;   // empty when there is nothing to cure
  bool success = false;      // 9000, 91xx, 61xx
  bool known = false;        // false: only the class of the status word is known
};

StatusWordText explain_status_word(std::uint16_t sw);

}  // namespace eider
