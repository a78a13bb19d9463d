#include "profile/ota_keys.hpp"

namespace eider::profile {
namespace {
using channel::scp80::Key;
using channel::scp80::KeySet;

constexpr std::uint8_t kKic = 0x01, kKid = 0x02;                  // key identifiers
constexpr std::uint8_t kDes = 0x80, kDesCbc = 0x82, kAes = 0x88;  // key types
constexpr std::uint8_t kHighestVersion = 0x0F;                    // four bits of KIc and KID

bool is_key(const saip::KeyObject& k, std::uint8_t version, std::uint8_t identifier) {
  return k.keyVersionNumber[0] == version && k.keyIdentifier[0] == identifier;
}

std::optional<Key> usable_key(const saip::KeyObject& object) {
  for (const auto& c : object.keyComponents) {
    if (c.keyType.size() != 1) continue;
    const auto type = c.keyType.view()[0];
    const auto size = c.keyData.size();
    const bool aes = type == kAes && (size == 16 || size == 24 || size == 32);
    const bool des = (type == kDes || type == kDesCbc) && (size == 8 || size == 16 || size == 24);
    if (!aes && !des) continue;
    return Key{aes, c.keyData, std::uint8_t{aes && c.macLength == 4 ? std::uint8_t{4} : std::uint8_t{8}}};
  }
  return std::nullopt;
}

// A start value that does not fit CNTR leaves nothing above it.
std::uint64_t start_of(const saip::KeyObject& k) {
  std::uint64_t out = 0;
  for (const auto octet : k.keyCounterValue.value_or(Bytes())) {
    if (out > etsi::kCounterMax >> 8) return etsi::kCounterMax;
    out = out << 8 | octet;
  }
  return out;
}
}  // namespace

std::optional<KeySet> ota_keys(const saip::SecurityDomain& domain, std::uint8_t version) {
  if (version == 0 || version > kHighestVersion || !domain.keyList) return std::nullopt;
  KeySet out{version, {}, {}};
  for (const auto& k : *domain.keyList) {
    if (is_key(k, version, kKic)) out.kic = usable_key(k);
    if (is_key(k, version, kKid)) out.kid = usable_key(k);
  }
  if (!out.kic && !out.kid) return std::nullopt;
  return out;
}

std::uint64_t ota_counter_start(const saip::SecurityDomain& domain, std::uint8_t version) {
  std::uint64_t out = 0;
  if (!domain.keyList) return out;
  for (const auto& k : *domain.keyList)
    if (is_key(k, version, kKic) || is_key(k, version, kKid)) out = std::max(out, start_of(k));
  return out;
}

}  // namespace eider::profile
