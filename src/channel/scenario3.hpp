// Establishment of a key set with the card's ECASD: GlobalPlatform Amendment E scenario #3 with the
// certificate of the other side, as SGP.02 sections 4.1.1.8 (EstablishISDRKeySet) and 4.1.3.1
// (EstablishISDPKeySet) use it. One agreement between the one-time key of SM-DP or SM-SR and the static key
// of the ECASD gives every key of the set.
#pragma once
#include "crypto/aes.hpp"
#include "crypto/gp_certificate.hpp"

namespace eider::channel::scenario3 {

// Second octet of tag 90.
enum Parameter : std::uint8_t {
  kDeleteKeySets = 0x01,
  kDerivationRandom = 0x02,  // the card adds a random of its own
  kHostId = 0x04,            // HostID, SIN and SDIN of the card are part of SharedInfo
  kCertificate = 0x08,       // the certificate of the other side was verified before
};
constexpr std::uint8_t kThreeKeys = 0x10, kOneKey = 0x5C;  // tag 95: ENC, MAC and DEK, or a PSK
constexpr std::uint8_t kAes = 0x88, kPskTls = 0x85;        // tag 80

// The control reference template A6, in the order of SGP.02 table 35.
struct ControlReferenceTemplate {
  std::uint8_t parameters = kCertificate;
  std::uint8_t key_usage = kThreeKeys;
  std::optional<std::uint8_t> key_access;  // 96
  std::uint8_t key_type = kAes;
  std::uint8_t key_length = 16;
  std::uint8_t first_key_identifier = 1;
  std::uint8_t key_version = 0;
  Bytes sequence_counter;  // 91: empty stands for zero
  Bytes sdin;              // 45, with kHostId
  Bytes host_id;           // 84, with kHostId

  Bytes encode() const;  // A6 …
  // VerificationFault kFormat for members that are missing, and for values that the specification does not
  // allow.
  static Result<ControlReferenceTemplate> decode(ByteView tlv);
  std::size_t keys() const { return key_usage == kOneKey ? 1 : 3; }
};

// SIN and SDIN of the security domain, in SharedInfo with kHostId.
struct DomainNames {
  Bytes sin, sdin;
};

struct KeySet {
  Secret receipt_key;
  std::vector<Secret> keys;  // ENC, MAC, DEK; or the one key
};
// `shared_secret`: the ECKA result. `random` is the card's DR, empty without it.
KeySet derive(ByteView shared_secret, const ControlReferenceTemplate& crt, ByteView random,
              const DomainNames& names);
// Over A6 as it was sent, and 85 with the card's random when there is one; 16 octets.
Result<crypto::AesBlock> receipt(const KeySet& set, ByteView crt_tlv, ByteView random);

// What SM-DP or SM-SR signs: the template under DGI 3A02, its one-time key, the card's challenge RC.
Bytes signature_input(ByteView crt_tlv, ByteView public_key_tlv, ByteView challenge);

// Octets of DR for a curve of `bits`.
constexpr std::size_t random_size(unsigned bits) {
  return bits <= 383 ? 16 : bits <= 511 ? 24 : 32;
}

// The off-card side: makes its one-time key, signs, and derives once the card has answered.
class Initiator {
 public:
  Initiator(ControlReferenceTemplate crt, const crypto::PublicKey& ecasd, Random& random,
            crypto::GpKeyForm form = crypto::GpKeyForm::kWithReference);

  // Data of the second STORE DATA: 3A02 {A6}, 7F49, 5F37.
  Result<Bytes> command_data(const crypto::SigningKey& key, ByteView challenge) const;
  // Checks what the card answered, [85 DR] 86 receipt: kFormat, and kMac when the receipt does not fit.
  Result<KeySet> finish(ByteView answer, const DomainNames& names) const;
  const crypto::PublicKey& one_time_key() const { return own_.public_key(); }

 private:
  ControlReferenceTemplate crt_;
  crypto::PublicKey ecasd_;
  crypto::PrivateKey own_;
  crypto::GpKeyForm form_;
};

// The data of the second STORE DATA, taken apart. The views are those of the input.
struct CommandData {
  ByteView crt_tlv, public_key_tlv;
  ControlReferenceTemplate crt;
  crypto::PublicKey one_time_key;
  ByteView signature;
  static Result<CommandData> decode(ByteView data, crypto::Curve otherwise);
};
// The card's answer.
Bytes encode_answer(ByteView random, const crypto::AesBlock& receipt);

}  // namespace eider::channel::scenario3
