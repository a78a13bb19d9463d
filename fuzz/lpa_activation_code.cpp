// Activation Codes: what is accepted must survive being written and read again.
#include <cstdlib>

#include "roles/lpa/activation_code.hpp"

using namespace eider;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto code = lpa::parse_activation_code(as_text({data, size}));
  if (!code) {
    if (!code.error().as<LocalFault>()) std::abort();
    return 0;
  }
  for (const bool prefix : {true, false}) {
    const auto again = lpa::parse_activation_code(lpa::format_activation_code(*code, prefix));
    if (!again || !(*again == *code)) std::abort();
  }
  return 0;
}
