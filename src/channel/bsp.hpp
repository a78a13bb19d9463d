// The record protection of Bound Profile Packages: SCP03t as SGP.22 v2.6.1 sections 2.5.3 and 2.6.4 shape it
// (named BSP in v3). One sender on the SM-DP+, one receiver on the eUICC, in step by a counter and a MAC
// chaining value.
#pragma once
#include "base/secret.hpp"
#include "crypto/aes.hpp"

namespace eider::channel {

using crypto::AesBlock;

struct BspKeys {
  AesBlock initial_mac_chaining_value;
  Secret s_enc;  // 16 octets
  Secret s_mac;  // 16 octets
};

// Annex G. `shared_secret` is the ECKA result of the one-time keys; `host_id` is the value of tag 84 (1 to 16
// octets). Only AES-128 is defined in v2 (keyType 88, keyLength 10): anything else is VerificationFault
// kFormat.
Result<BspKeys> derive_bsp_keys(ByteView shared_secret, std::uint8_t key_type, std::uint8_t key_length,
                                ByteView host_id, ByteView eid);

enum class BspTag : std::uint8_t {
  k86 = 0x86,  // encrypted: profile elements
  k87 = 0x87,  // encrypted: ConfigureISDP, ReplaceSessionKeys
  k88 = 0x88,  // MAC only: StoreMetadata
};

// A whole TLV may have 1020 octets (section 2.5.3); these are the longest plaintexts that stay below.
constexpr std::size_t kBspMaxEncryptedPlaintext = 1007;
constexpr std::size_t kBspMaxMacOnlyPlaintext = 1008;
constexpr std::size_t kBspMaxTlv = 1020;
constexpr std::size_t max_plaintext(BspTag tag) {
  return tag == BspTag::k88 ? kBspMaxMacOnlyPlaintext : kBspMaxEncryptedPlaintext;
}
// Octets of one protected TLV, tag and length included.
std::size_t bsp_tlv_size(BspTag tag, std::size_t plaintext_size);
// Octets that BspSender::protect_segments writes for this much plaintext.
std::size_t bsp_segments_size(BspTag tag, std::size_t plaintext_size);

namespace detail {
struct BspState {
  crypto::Aes enc;
  crypto::Cmac mac;
  AesBlock chaining;
  std::uint64_t counter = 1;
  static Result<BspState> make(const BspKeys& keys);
  Status replace(const BspKeys& keys);
  AesBlock icv() const;
};
}  // namespace detail

class BspSender {
 public:
  static Result<BspSender> make(const BspKeys& keys);

  // Appends one protected TLV to `out`. LocalFault when the plaintext is longer than max_plaintext(tag).
  Status protect(BspTag tag, ByteView plaintext, Bytes& out);
  // Appends as many TLVs as the plaintext needs (cut points are arbitrary), at least one.
  Status protect_segments(BspTag tag, ByteView plaintext, Bytes& out);
  // From the next TLV on: counter 1, the given chaining value. For after the ReplaceSessionKeys TLV.
  Status replace_keys(const BspKeys& keys) { return state_.replace(keys); }
  const AesBlock& mac_chaining_value() const { return state_.chaining; }

 private:
  explicit BspSender(detail::BspState state) : state_(std::move(state)) {}
  detail::BspState state_;
};

class BspReceiver {
 public:
  static Result<BspReceiver> make(const BspKeys& keys);

  // Opens one whole TLV of the expected tag and appends its plaintext to `out`. The MAC is checked first.
  // After any failure the receiver refuses everything: the specification has no way to resynchronise.
  Status open(BspTag expected, ByteView tlv, Bytes& out);
  Status replace_keys(const BspKeys& keys) { return state_.replace(keys); }
  const AesBlock& mac_chaining_value() const { return state_.chaining; }

 private:
  explicit BspReceiver(detail::BspState state) : state_(std::move(state)) {}
  Status open_record(BspTag expected, ByteView tlv, Bytes& out);
  detail::BspState state_;
  bool failed_ = false;
};

// ErrorReason of the ProfileInstallationResult for a fault of BspReceiver: scp03tStructureError(7) for tag,
// length and padding, scp03tSecurityError(8) for the MAC.
int bsp_error_reason(const Fault& fault);

}  // namespace eider::channel
