// Lists of cards as an Operator's spreadsheet, or another command, writes them.
#include <cstddef>
#include <cstdint>
#include <set>

#include "roles/campaign/card_list.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace eider;
  const auto text = as_text(ByteView(data, size));
  auto list = campaign::read_card_list(text);
  const auto inventory = list;
  for (const auto& c : list.cards)
    if (!c.eid && !c.iccid) __builtin_trap();
  campaign::resolve(list, inventory);
  std::set<sgp02::Eid> seen;
  for (const auto& c : list.cards)
    if (!c.eid || !seen.insert(*c.eid).second) __builtin_trap();
  for (const auto& p : list.problems)
    for (const char c : p.what)
      if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) __builtin_trap();
  return 0;
}
