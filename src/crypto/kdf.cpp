#include "crypto/kdf.hpp"

#include "crypto/hash.hpp"

namespace eider::crypto {

Secret x963_kdf_sha256(ByteView shared_secret, ByteView shared_info, std::size_t length) {
  Secret out(length);
  auto rest = out.mutable_view();
  for (std::uint32_t counter = 1; !rest.empty(); ++counter) {
    const std::uint8_t be[4] = {static_cast<std::uint8_t>(counter >> 24),
                                static_cast<std::uint8_t>(counter >> 16),
                                static_cast<std::uint8_t>(counter >> 8), static_cast<std::uint8_t>(counter)};
    Sha256Digest block = sha256({shared_secret, ByteView(be), shared_info});
    const std::size_t n = std::min(rest.size(), block.size());
    std::copy_n(block.begin(), n, rest.begin());
    zeroise(block);
    rest = rest.subspan(n);
  }
  return out;
}

}  // namespace eider::crypto
