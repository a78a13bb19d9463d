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

FixedBytes<32> hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
  constexpr std::size_t kBlock = 64;
  std::array<std::uint8_t, kBlock> inner{};
  if (key.size() > kBlock) {
    std::ranges::copy(sha256(key), inner.begin());
  } else {
    std::ranges::copy(key, inner.begin());
  }
  auto outer = inner;
  for (auto& octet : inner) octet ^= 0x36;
  for (auto& octet : outer) octet ^= 0x5C;
  Sha256 hash;
  hash.update(inner);
  for (const auto part : parts) hash.update(part);
  const auto digest = hash.finish();
  const auto out = sha256({ByteView(outer), digest.view()});
  zeroise(inner);
  zeroise(outer);
  return out;
}

Secret kdf_ts33220(ByteView key, std::uint8_t fc, std::initializer_list<ByteView> parameters) {
  Bytes s{fc};
  for (const auto p : parameters) {
    append(s, p);
    s.push_back(static_cast<std::uint8_t>(p.size() >> 8));
    s.push_back(static_cast<std::uint8_t>(p.size()));
  }
  auto out = hmac_sha256(key, {s});
  zeroise(s);
  Secret secret(out);
  zeroise(out);
  return secret;
}

}  // namespace eider::crypto
