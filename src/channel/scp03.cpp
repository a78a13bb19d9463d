// Keys, challenges and the two messages that open a session; what it then protects: scp03_session.cpp.
#include "channel/scp03.hpp"

#include "codec/tlv.hpp"

namespace eider::channel::scp03 {
namespace {
using Check = VerificationFault::Check;
constexpr std::uint8_t kProtocol = 0x03, kPseudoRandom = 0x70;
constexpr std::size_t kFixedPart = 29;  // of the answer to INITIALIZE UPDATE, without the sequence counter
}  // namespace

bool is_level(std::uint8_t level) {
  return level == kCMac || level == kCMacCDec || level == kCMacRMac || level == kCMacCDecRMac ||
         level == kAll;
}

Result<Secret> derive(ByteView key, Constant constant, ByteView context, std::size_t octets) {
  EIDER_TRY(cmac, crypto::Cmac::make(key));
  const std::size_t bits = octets * 8;
  Secret out(octets);
  for (std::size_t done = 0, i = 1; done < octets; ++i) {
    std::uint8_t head[16] =
        {};  // eleven octets 00, the constant, separation 00, length in bits, number of the block
    head[11] = static_cast<std::uint8_t>(constant);
    head[13] = static_cast<std::uint8_t>(bits >> 8);
    head[14] = static_cast<std::uint8_t>(bits);
    head[15] = static_cast<std::uint8_t>(i);
    const auto block = cmac.mac({ByteView(head), context});
    const std::size_t n = std::min(octets - done, block.size());
    std::copy_n(block.begin(), n, out.mutable_view().begin() + static_cast<std::ptrdiff_t>(done));
    done += n;
  }
  return out;
}

Result<Challenge> card_challenge(ByteView k_enc, const Sequence& sequence, ByteView aid) {
  const Bytes context = concat({sequence.view(), aid});
  EIDER_TRY(octets, derive(k_enc, Constant::kCardChallenge, context, 8));
  return *Challenge::from(octets.view());
}

CommandApdu InitializeUpdate::apdu() const {
  return {0x80, 0x50, key_version, key_identifier, to_bytes(host_challenge.view()), 256};
}
Bytes InitializeUpdate::tlv() const {
  const std::uint8_t key[] = {key_version, key_identifier};
  return make_tlv(0x84, {ByteView(key), host_challenge.view()});
}
Result<InitializeUpdate> InitializeUpdate::from_tlv(ByteView tlv) {
  EIDER_TRY(t, read_single_tlv(tlv));
  if (t.tag != 0x84 || t.value.size() != 10)
    return fail_verification(Check::kFormat, "INITIALIZE UPDATE is 84 with ten octets");
  return InitializeUpdate{t.value[0], t.value[1], *Challenge::from(t.value.subspan(2))};
}

Bytes InitializeUpdateAnswer::encode() const {
  const std::uint8_t key[] = {key_version, kProtocol, kPseudoRandom};
  Bytes out = concat({diversification.view(), ByteView(key), card_challenge.view(), card_cryptogram.view()});
  if (sequence) append(out, sequence->view());
  return out;
}
Result<InitializeUpdateAnswer> InitializeUpdateAnswer::decode(ByteView data) {
  if ((data.size() != kFixedPart && data.size() != kFixedPart + 3) || data[11] != kProtocol)
    return fail_verification(Check::kFormat, "the answer to INITIALIZE UPDATE is none of SCP03 (" +
                                                 std::to_string(data.size()) + " octets)");
  InitializeUpdateAnswer a;
  a.diversification = *FixedBytes<10>::from(data.first(10));
  a.key_version = data[10];
  a.card_challenge = *Challenge::from(data.subspan(13, 8));
  a.card_cryptogram = *Cryptogram::from(data.subspan(21, 8));
  a.sequence = Sequence::from(data.subspan(kFixedPart));
  return a;
}

Bytes error_answer(std::uint8_t command_tag, TlvError error) {
  const std::uint8_t value[] = {static_cast<std::uint8_t>(error)};
  return make_tlv(0x9F40u | (command_tag & 0x0Fu), value);
}
TlvError tlv_error(const Fault& fault) {
  const auto* v = fault.as<VerificationFault>();
  return v != nullptr && v->check == Check::kMac ? TlvError::kSecurity : TlvError::kStructure;
}
std::optional<std::uint8_t> read_error(ByteView answer, std::uint8_t command_tag) {
  const auto t = read_single_tlv(answer);
  if (!t || t->tag != (0x9F40u | (command_tag & 0x0Fu)) || t->value.size() != 1) return std::nullopt;
  return t->value[0];
}

}  // namespace eider::channel::scp03
