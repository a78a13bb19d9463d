#include "profile/known_keys.hpp"

namespace eider::profile {

bool is_null_key(ByteView key) {
  return std::ranges::all_of(key, [](auto octet) { return octet == 0; });
}
bool is_public_ota_key(ByteView key) {
  static const Bytes known[] = {
      hex("66778899AABBCCDD1122334455EEFF10"), hex("112233445566778899AABBCCDDEEFF10"),
      hex("99AABBCCDDEEFF101122334455667788"), hex("000102030405060708090A0B0C0D0E0F")};
  return std::ranges::any_of(known, [&](const Bytes& k) { return equal(k, key); });
}

KnownKeys known_keys(const saip::SecurityDomain& domain) {
  KnownKeys out;
  for (const auto& k : domain.keyList.value_or(std::vector<saip::KeyObject>()))
    for (const auto& c : k.keyComponents) {
      out.null_keys += is_null_key(c.keyData.view());
      out.public_keys += is_public_ota_key(c.keyData.view());
    }
  return out;
}

}  // namespace eider::profile
