#include "roles/smsr/card_link.hpp"

#include "channel/scp80_notification.hpp"
#include "codec/tlv.hpp"
#include "spec/etsi/remote_apdu.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::smsr {
namespace {
namespace scp80 = channel::scp80;
constexpr Tag kScript = 0xAA, kCommand = 0x22, kResponse = 0x23, kBadFormat = 0x90, kNumber = 0x80;
constexpr std::uint8_t kKicIdentifier = 1, kKidIdentifier = 2;
// CPL, CHL, SPI, KIc, KID, TAR, CNTR, PCNTR, CC.
constexpr std::size_t kHeader = 16, kChecksum = 8;

std::optional<scp80::Key> aes_key(const StoredKey* key) {
  if (!key) return std::nullopt;
  return scp80::Key{true, key->value, kChecksum};
}
Result<ByteView> content_of(ByteView octets) {
  if (octets.size() >= 4 && octets[0] == 0xAF && octets[1] == 0x80) {
    if (octets[octets.size() - 1] == 0 && octets[octets.size() - 2] == 0)
      return octets.subspan(2, octets.size() - 4);
    return fail(DecodeFault{"response script", octets.size(), "AF without its end"});
  }
  EIDER_TRY(tlv, read_single_tlv(octets, false));
  if (tlv.tag != 0xAB && tlv.tag != 0xAF)
    return fail(DecodeFault{"response script", 0, "it is neither AB nor AF"});
  return tlv.value;
}
}  // namespace

Script Script::of(std::span<const CommandApdu> commands, const Aid& target) {
  Script out{target, {}};
  for (const auto& c : commands) append_tlv(out.content, kCommand, c.encode());
  return out;
}
Script Script::of(const CommandApdu& command) {
  return of(std::span(&command, 1), isd_r_aid());
}
Bytes Script::in_sms() const {
  return make_tlv(kScript, content);
}
Bytes Script::in_session() const {
  const std::uint8_t begin[] = {0xAE, 0x80}, end[] = {0, 0};
  return concat({begin, content, end});
}

const Aid& isd_r_aid() {
  static const Aid kAid = *Aid::from(sgp22::kIsdRAid);
  return kAid;
}
etsi::Tar tar_of(const Aid& aid) {
  return *etsi::Tar::from(aid.view().subspan(12, 3));
}

Result<CardAnswer> CardAnswer::decode(ByteView octets) {
  EIDER_TRY(content, content_of(octets));
  EIDER_TRY(members, read_tlvs(content, false));
  CardAnswer out;
  for (const auto& m : members) {
    if (m.tag == kNumber) continue;
    append(out.content, m.whole);
    if (m.tag == kBadFormat) out.bad_format = true;
    if (m.tag != kResponse) continue;
    EIDER_TRY(response, parse_response(m.value));
    out.responses.push_back(std::move(response));
  }
  return out;
}

etsi::Spi command_spi(bool push) {
  etsi::Spi spi;  // checksum, ciphered, counter higher
  spi.por = push ? etsi::PorRequest::kNever : etsi::PorRequest::kAlways;
  spi.por_integrity = push ? etsi::Integrity::kNone : etsi::Integrity::kCryptographicChecksum;
  spi.por_ciphered = spi.por_by_submit = !push;
  return spi;
}

std::optional<scp80::KeySet> scp80_keys(const CardKeys& keys) {
  scp80::KeySet out{keys.version, aes_key(keys.find(kKicIdentifier)), aes_key(keys.find(kKidIdentifier))};
  if (keys.type != KeySetType::kScp80 || !out.kic || !out.kid) return std::nullopt;
  return out;
}

Result<std::vector<Bytes>> seal_messages(const CardKeys& keys, const etsi::Tar& tar, std::uint64_t counter,
                                         ByteView data, bool push) {
  const auto set = scp80_keys(keys);
  if (!set) return fail_local("the ISD-R has no SCP80 key set of this version");
  const scp80::CommandPacket packet{command_spi(push), set->kic_use(), set->kid_use(), tar,
                                    counter,           to_bytes(data)};
  EIDER_TRY(sealed, scp80::seal_command(packet, *set));
  return channel::segment_packet(sealed, etsi::kIeiCommandPacket, static_cast<std::uint8_t>(counter));
}

std::size_t messages_needed(std::size_t script_octets) {
  constexpr std::size_t kAlone = 137, kFirst = 132, kOther = 134;
  const std::size_t ciphered = (6 + kChecksum + script_octets + 15) / 16 * 16;
  const std::size_t packet = kHeader - 6 + ciphered;
  return packet <= kAlone ? 1 : 1 + (packet - kFirst + kOther - 1) / kOther;
}

Result<scp80::OpenedResponse> open_answer(ByteView packet, const CardKeys& keys) {
  const auto set = scp80_keys(keys);
  if (!set) return fail_local("the ISD-R has no SCP80 key set of this version");
  const auto spi = command_spi(false);
  return scp80::open_response(packet, {spi.por_integrity, spi.por_ciphered, set->kic_use(), set->kid_use()},
                              *set);
}

std::optional<SealedNotification> read_notification(ByteView packet) {
  if (!scp80::is_notification(packet)) return std::nullopt;
  auto notification = sgp02::es5::Notification::decode(packet.subspan(kHeader + kChecksum));
  if (!notification) return std::nullopt;
  return SealedNotification{*std::move(notification), to_bytes(packet),
                            scp80::notification_key_version(packet)};
}

Status SealedNotification::verify(const CardKeys& keys) const {
  const auto set = scp80_keys(keys);
  if (!set || keys.version != key_version)
    return fail_verification(VerificationFault::Check::kMac, "no SCP80 key set of this version");
  EIDER_CHECK(scp80::open_notification(packet, *set));
  return {};
}

}  // namespace eider::smsr
