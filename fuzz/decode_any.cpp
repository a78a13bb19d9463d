// What `eider decode` does with any file: it answers, and both renderings come out.
#include <cstdlib>

#include "spec/inspect/inspect.hpp"

using namespace eider;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto found = inspect::file(ByteView(data, size));
  if (!found) return 0;
  if (inspect::to_text(*found).empty() || inspect::to_json(*found).empty()) std::abort();
  return 0;
}
