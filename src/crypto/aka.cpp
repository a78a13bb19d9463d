#include "crypto/aka.hpp"

namespace eider::crypto {

std::optional<GsmKeys> gsm_keys(const AkaKeys& keys) {
  if (keys.res.size() > 16 || keys.ck.size() != 16 || keys.ik.size() != 16) return std::nullopt;
  GsmKeys out;
  const auto res = keys.res.view(), ck = keys.ck.view(), ik = keys.ik.view();
  for (std::size_t i = 0; i < res.size(); ++i) out.sres[i % 4] ^= res[i];
  FixedBytes<8> kc;
  for (std::size_t i = 0; i < 16; ++i) kc[i % 8] ^= ck[i] ^ ik[i];
  out.kc = AkaSecret<8>(kc);
  zeroise(kc);
  return out;
}

}  // namespace eider::crypto
