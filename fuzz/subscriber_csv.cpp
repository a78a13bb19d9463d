// Subscribers in bulk: what an operator's spreadsheet may hold.
#include "profile/subscriber_csv.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace eider;
  const auto text = as_text(ByteView(data, size));
  auto csv = profile::SubscriberCsv::open(text);
  if (!csv) return 0;
  // Each call takes a character at least, so there is an end.
  for (std::size_t i = 0;; ++i) {
    if (i > size + 1) __builtin_trap();
    const auto subscriber = csv->next();
    if (subscriber && !*subscriber) return 0;
  }
}
