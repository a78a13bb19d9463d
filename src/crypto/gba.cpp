#include "crypto/gba.hpp"

#include "crypto/hash.hpp"
#include "crypto/kdf.hpp"

namespace eider::crypto {
namespace {
constexpr std::uint8_t kFc = 0x01;
}

Secret gba_ks_ext_naf(ByteView ks, ByteView rand, ByteView impi, ByteView naf_id) {
  return kdf_ts33220(ks, kFc, {as_bytes("gba-me"), rand, impi, naf_id});
}

Secret gba_ks_int_naf(ByteView ks, ByteView rand, ByteView impi, ByteView naf_id) {
  return kdf_ts33220(ks, kFc, {as_bytes("gba-u"), rand, impi, naf_id});
}

Bytes gba_mac(ByteView mac, ByteView ik) {
  const auto digest = sha1(ik);
  Bytes out = to_bytes(mac);
  for (std::size_t i = 0; i < std::min<std::size_t>(out.size(), 8); ++i) out[i] ^= digest[i];
  return out;
}

Bytes gba_res(ByteView res) {
  Bytes out = to_bytes(res);
  if (!out.empty()) out.back() ^= 1;
  return out;
}

}  // namespace eider::crypto
