#include "channel/bsp.hpp"

#include "channel/record.hpp"
#include "crypto/kdf.hpp"

namespace eider::channel {
namespace {
using Check = VerificationFault::Check;
using record::kMac;
constexpr std::uint8_t kKeyTypeAes = 0x88;
constexpr std::uint8_t kKeyLength128 = 0x10;

bool encrypted(BspTag tag) {
  return tag != BspTag::k88;
}

// At least one octet of padding (80 00…).
std::size_t body_size(BspTag tag, std::size_t plaintext) {
  return (encrypted(tag) ? plaintext / 16 * 16 + 16 : plaintext) + kMac;
}

std::size_t length_size(std::size_t length) {
  return length < 0x80 ? 1 : length < 0x100 ? 2 : 3;
}

tl::unexpected<Fault> structure(const char* what) {
  return fail_verification(Check::kFormat, what);
}
}  // namespace

Result<BspKeys> derive_bsp_keys(ByteView shared_secret, std::uint8_t key_type, std::uint8_t key_length,
                                ByteView host_id, ByteView eid) {
  if (key_type != kKeyTypeAes || key_length != kKeyLength128)
    return structure("session keys are AES-128: keyType 88, keyLength 10");
  if (host_id.empty() || host_id.size() > 16) return structure("hostId has 1 to 16 octets");
  if (eid.size() != 16) return structure("the EID has 16 octets");
  const std::uint8_t head[3] = {key_type, key_length, static_cast<std::uint8_t>(host_id.size())};
  const std::uint8_t eid_length[1] = {static_cast<std::uint8_t>(eid.size())};
  const Bytes info = concat({ByteView(head), host_id, ByteView(eid_length), eid});
  const Secret data = crypto::x963_kdf_sha256(shared_secret, info, 48);
  BspKeys keys{{}, Secret(data.view().subspan(16, 16)), Secret(data.view().subspan(32, 16))};
  std::ranges::copy(data.view().first(16), keys.initial_mac_chaining_value.begin());
  return keys;
}

std::size_t bsp_tlv_size(BspTag tag, std::size_t plaintext_size) {
  const std::size_t body = body_size(tag, plaintext_size);
  return 1 + length_size(body) + body;
}

std::size_t bsp_segments_size(BspTag tag, std::size_t plaintext_size) {
  const std::size_t max = max_plaintext(tag);
  const std::size_t full = plaintext_size / max, rest = plaintext_size % max;
  return full * bsp_tlv_size(tag, max) + (rest != 0 || full == 0 ? bsp_tlv_size(tag, rest) : 0);
}

namespace detail {
namespace {
Status check_sizes(const BspKeys& keys) {
  if (keys.s_enc.size() != 16 || keys.s_mac.size() != 16)
    return fail_local("session keys have 16 octets each");
  return {};
}
}  // namespace

Result<BspState> BspState::make(const BspKeys& keys) {
  EIDER_CHECK(check_sizes(keys));
  EIDER_TRY(enc, crypto::Aes::make(keys.s_enc.view()));
  EIDER_TRY(mac, crypto::Cmac::make(keys.s_mac.view()));
  return BspState{std::move(enc), std::move(mac), keys.initial_mac_chaining_value, 1};
}

Status BspState::replace(const BspKeys& keys) {
  EIDER_CHECK(check_sizes(keys));
  EIDER_CHECK(enc.set_key(keys.s_enc.view()));
  EIDER_CHECK(mac.set_key(keys.s_mac.view()));
  chaining = keys.initial_mac_chaining_value;
  counter = 1;
  return {};
}

AesBlock BspState::icv() const {
  return enc.encrypt_block(record::counter_block(counter));
}
}  // namespace detail

Result<BspSender> BspSender::make(const BspKeys& keys) {
  EIDER_TRY(state, detail::BspState::make(keys));
  return BspSender(std::move(state));
}

Status BspSender::protect(BspTag tag, ByteView plaintext, Bytes& out) {
  if (plaintext.size() > max_plaintext(tag))
    return fail_local("a BSP segment takes at most " + std::to_string(max_plaintext(tag)) +
                      " octets of plaintext");
  const std::size_t start = out.size();
  out.resize(start + bsp_tlv_size(tag, plaintext.size()));
  std::uint8_t* tlv = out.data() + start;
  const std::size_t body = body_size(tag, plaintext.size());
  const std::size_t header = record::put_header(tlv, static_cast<std::uint8_t>(tag), body);
  const std::span<std::uint8_t> content(tlv + header, body - kMac);
  std::ranges::copy(plaintext, content.begin());
  if (encrypted(tag)) {
    content[plaintext.size()] = 0x80;
    std::fill(content.begin() + static_cast<std::ptrdiff_t>(plaintext.size()) + 1, content.end(),
              std::uint8_t{0});
    EIDER_CHECK(state_.enc.cbc_encrypt(state_.icv(), content));
  }
  state_.chaining = state_.mac.mac({state_.chaining.view(), ByteView(tlv, header + content.size())});
  std::copy_n(state_.chaining.begin(), kMac, content.end());
  ++state_.counter;
  return {};
}

Status BspSender::protect_segments(BspTag tag, ByteView plaintext, Bytes& out) {
  out.reserve(out.size() + bsp_segments_size(tag, plaintext.size()));
  do {
    const ByteView segment = plaintext.first(std::min(plaintext.size(), max_plaintext(tag)));
    EIDER_CHECK(protect(tag, segment, out));
    plaintext = plaintext.subspan(segment.size());
  } while (!plaintext.empty());
  return {};
}

Result<BspReceiver> BspReceiver::make(const BspKeys& keys) {
  EIDER_TRY(state, detail::BspState::make(keys));
  return BspReceiver(std::move(state));
}

Status BspReceiver::open(BspTag expected, ByteView tlv, Bytes& out) {
  if (failed_) return fail_verification(Check::kMac, "the secure channel ended at an earlier error");
  Status status = open_record(expected, tlv, out);
  failed_ = !status;
  return status;
}

Status BspReceiver::open_record(BspTag expected, ByteView tlv, Bytes& out) {
  const std::size_t header = record::header_size(static_cast<std::uint8_t>(expected), tlv);
  if (header == 0) return structure("not one TLV of the expected tag with a DER length");
  const std::size_t body = tlv.size() - header;
  if (body < kMac || (encrypted(expected) && (body - kMac == 0 || (body - kMac) % 16 != 0)))
    return structure("ciphertext is not a multiple of 16 octets followed by 8 octets of MAC");
  const ByteView covered = tlv.first(tlv.size() - kMac);
  const AesBlock mac = state_.mac.mac({state_.chaining.view(), covered});
  if (!equal_constant_time(mac.view().first(kMac), tlv.last(kMac)))
    return fail_verification(Check::kMac, "MAC of a protected segment does not match");
  const std::size_t start = out.size();
  append(out, covered.subspan(header));
  if (encrypted(expected)) {
    EIDER_CHECK(state_.enc.cbc_decrypt(state_.icv(), std::span(out).subspan(start)));
    const auto size = record::unpadded_size(ByteView(out).subspan(start));
    if (!size) {
      zeroise(std::span(out).subspan(start));
      out.resize(start);
      return structure("padding of a protected segment is not 80 00…");
    }
    out.resize(start + *size);
  }
  state_.chaining = mac;
  ++state_.counter;
  return {};
}

int bsp_error_reason(const Fault& fault) {
  const auto* verification = fault.as<VerificationFault>();
  return verification != nullptr && verification->check == Check::kMac ? 8 : 7;
}

}  // namespace eider::channel
