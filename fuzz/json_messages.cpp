// Every JSON message: what is read is written, and read to the same again.
#include <cstdlib>

#include "spec/registry.hpp"

using namespace eider;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text(ByteView(data, size));
  for (const auto& e : registry::json_entries()) {
    const auto once = e.reencode(text);
    if (!once) continue;
    const auto twice = e.reencode(*once);
    if (!twice || *twice != *once) std::abort();
  }
  return 0;
}
