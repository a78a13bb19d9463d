// Keys on their way from EUM to SM-SR (SGP.02 v4.2 section 3.9): AES in ECB under a key that both agreed,
// PKCS#7 only when the key does not fill its blocks; and the check values that travel with keys.
#pragma once
#include "base/result.hpp"
#include "base/secret.hpp"

namespace eider::crypto {

// Values of a key's type octet (GPCS 2.3 table 11-16).
constexpr std::uint8_t kGpKeyTypePsk = 0x85, kGpKeyTypeAes = 0x88;

// Of an AES key: the first three octets of AES(key, 16 × 01) (GlobalPlatform Amendment D section 7.2.3). Of
// another one, which may have any length: of its SHA-256 digest.
Result<Bytes> key_check_value(std::uint8_t type, ByteView key);

// `transport`: 16 octets or more.
Result<Bytes> wrap_transported(const Secret& key, ByteView transport);
// The key is the one with that check value. Of keys that are not of AES, SHA-1 and the AES form are taken as
// well, and none at all. VerificationFault kMac: under another transport key, or changed.
Result<Secret> unwrap_transported(std::uint8_t type, ByteView wrapped, ByteView transport,
                                  ByteView check_value);

}  // namespace eider::crypto
