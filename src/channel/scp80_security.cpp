#include "channel/scp80_security.hpp"

#include "crypto/aes.hpp"
#include "crypto/des.hpp"

namespace eider::channel::scp80 {
namespace {
using etsi::Algorithm;
using etsi::Integrity;
using S = etsi::ResponseStatus;

template <class Word>
Word crc(ByteView data, Word reversed_polynomial) {
  Word r = static_cast<Word>(~Word{0});
  for (const auto octet : data) {
    r = static_cast<Word>(r ^ octet);
    for (int i = 0; i < 8; ++i) r = static_cast<Word>((r & 1) != 0 ? r >> 1 ^ reversed_polynomial : r >> 1);
  }
  return static_cast<Word>(~r);
}

// The key that a packet names, if it may be used the way the packet says.
tl::expected<const Key*, Refusal> usable(const std::optional<Key>& key, etsi::KeyUse use, const KeySet& keys,
                                         const Policy& policy) {
  if (!key || use.version != keys.version) return tl::unexpected(Refusal{S::kUnidentifiedSecurityError});
  const auto algorithm = key->algorithm();
  if (use.algorithm != static_cast<std::uint8_t>(Algorithm::kImplicit) &&
      use.algorithm != static_cast<std::uint8_t>(algorithm))
    return tl::unexpected(Refusal{S::kUnidentifiedSecurityError});
  if (algorithm == Algorithm::kDes && !policy.single_des)
    return tl::unexpected(Refusal{S::kInsufficientSecurityLevel});
  return &*key;
}
}  // namespace

std::uint16_t crc16(ByteView data) {
  return crc<std::uint16_t>(data, 0x8408);
}
std::uint32_t crc32(ByteView data) {
  return crc<std::uint32_t>(data, 0xEDB88320);
}

Algorithm Key::algorithm() const {
  if (aes) return Algorithm::kAes;
  return value.size() == 8    ? Algorithm::kDes
         : value.size() == 16 ? Algorithm::kTripleDes2
                              : Algorithm::kTripleDes3;
}
etsi::KeyUse KeySet::kic_use() const {
  return kic ? etsi::KeyUse{version, static_cast<std::uint8_t>(kic->algorithm())} : etsi::KeyUse{};
}
etsi::KeyUse KeySet::kid_use() const {
  return kid ? etsi::KeyUse{version, static_cast<std::uint8_t>(kid->algorithm())} : etsi::KeyUse{};
}

tl::expected<Suite, Refusal> Suite::make(Integrity integrity, bool ciphered, etsi::KeyUse kic,
                                         etsi::KeyUse kid, const KeySet& keys, const Policy& policy) {
  Suite out;
  out.integrity = integrity;
  switch (integrity) {
    case Integrity::kNone:
      if (!policy.no_integrity) return tl::unexpected(Refusal{S::kInsufficientSecurityLevel});
      break;
    case Integrity::kRedundancyCheck:
      if (!policy.redundancy_check) return tl::unexpected(Refusal{S::kInsufficientSecurityLevel});
      if (kid.algorithm != etsi::kCrc16 && kid.algorithm != etsi::kCrc32)
        return tl::unexpected(Refusal{S::kUnidentifiedSecurityError});
      out.crc = kid.algorithm;
      out.checksum = out.crc == etsi::kCrc16 ? 2 : 4;
      break;
    case Integrity::kCryptographicChecksum: {
      const auto key = usable(keys.kid, kid, keys, policy);
      if (!key) return tl::unexpected(key.error());
      out.kid = *key;
      if (out.kid->aes && out.kid->mac_length != 4 && out.kid->mac_length != 8)
        return tl::unexpected(Refusal{S::kUnidentifiedSecurityError});
      out.checksum = out.kid->aes ? out.kid->mac_length : 8;
      break;
    }
    case Integrity::kDigitalSignature:  // no algorithm is defined for it
      return tl::unexpected(Refusal{S::kUnidentifiedSecurityError});
  }
  if (!ciphered) return out;
  const auto key = usable(keys.kic, kic, keys, policy);
  if (!key) return tl::unexpected(key.error());
  out.kic = *key;
  out.block = out.kic->aes ? 16 : 8;
  return out;
}

Result<Bytes> Suite::compute(ByteView covered) const {
  if (integrity == Integrity::kNone) return Bytes();
  if (integrity == Integrity::kRedundancyCheck) {
    const std::uint32_t r = crc == etsi::kCrc16 ? crc16(covered) : crc32(covered);
    Bytes out;
    for (std::size_t i = checksum; i-- > 0;) out.push_back(static_cast<std::uint8_t>(r >> 8 * i));
    return out;
  }
  if (!kid->aes) {
    EIDER_TRY(mac, crypto::des_cbc_mac(kid->value.view(), covered));
    return to_bytes(mac);
  }
  EIDER_TRY(mac, crypto::aes_cmac(kid->value.view(), {covered}));
  return to_bytes(mac.view().first(checksum));
}

Result<Bytes> Suite::encipher(ByteView plain) const {
  return kic->aes ? crypto::aes_cbc_encrypt(kic->value.view(), {}, plain)
                  : crypto::des_cbc_encrypt(kic->value.view(), plain);
}
Result<Bytes> Suite::decipher(ByteView enciphered) const {
  return kic->aes ? crypto::aes_cbc_decrypt(kic->value.view(), {}, enciphered)
                  : crypto::des_cbc_decrypt(kic->value.view(), enciphered);
}

}  // namespace eider::channel::scp80
