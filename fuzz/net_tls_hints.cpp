// Any octets as the extensions of a ClientHello that name certification authorities.
#include <cstdlib>

#include "channel/certificate_tls.hpp"
#include "net/detail/tls.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const eider::ByteView input(data, size);
  if (const auto hashes = eider::net::detail::trusted_ca_key_hashes(input)) {
    for (const auto& hash : *hashes) {
      if (hash.size() != 20) std::abort();
    }
    const auto again =
        eider::net::detail::trusted_ca_key_hashes(eider::channel::encode_trusted_ca_keys(*hashes));
    if (!again || *again != *hashes) std::abort();
  }
  if (const auto names = eider::net::detail::certificate_authority_names(input)) {
    std::size_t total = 2;
    for (const auto& name : *names) total += 2 + name.size();
    if (total != size) std::abort();
  }
  return 0;
}
