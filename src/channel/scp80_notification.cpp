#include "channel/scp80_notification.hpp"

#include "channel/scp80_security.hpp"

namespace eider::channel::scp80 {
namespace {
constexpr std::uint8_t kHeaderLength = 0x15, kIntegrityOnly = 0x02, kNoResponse = 0x00;
constexpr std::size_t kClear = 10, kCounterSize = 6, kChecksum = 8;

// CPL CHL SPI KIc KID TAR: everything before the counter.
Bytes clear_part(std::size_t data, const KeySet& keys) {
  const std::size_t size = kClear - 2 + kCounterSize + kChecksum + data;
  return {static_cast<std::uint8_t>(size >> 8),
          static_cast<std::uint8_t>(size),
          kHeaderLength,
          kIntegrityOnly,
          kNoResponse,
          keys.kic_use().octet(),
          keys.kid_use().octet(),
          0x00,
          0x00,
          0x01};
}
Result<Bytes> checksum(const KeySet& keys, etsi::KeyUse kid, ByteView covered) {
  const auto suite =
      Suite::make(etsi::Integrity::kCryptographicChecksum, false, etsi::KeyUse{}, kid, keys, Policy{});
  if (!suite || suite->checksum != kChecksum) return fail_local("no key for the checksum of a notification");
  return suite->compute(covered);
}
}  // namespace

Result<Bytes> seal_notification(ByteView data, const KeySet& keys) {
  const auto clear = clear_part(data.size(), keys);
  const Bytes counter(kCounterSize);
  EIDER_TRY(cc, checksum(keys, keys.kid_use(), concat({etsi::kResponseHeader, clear, counter, data})));
  return concat({clear, counter, cc, data});
}

bool is_notification(ByteView packet) {
  return packet.size() >= kClear + kCounterSize + kChecksum && packet[2] == kHeaderLength &&
         packet[3] == kIntegrityOnly &&
         static_cast<std::size_t>(packet[0] << 8 | packet[1]) == packet.size() - 2;
}
std::uint8_t notification_key_version(ByteView packet) {
  return is_notification(packet) ? etsi::KeyUse::decode(packet[6]).version : std::uint8_t{0};
}

Result<Bytes> open_notification(ByteView packet, const KeySet& keys) {
  if (!is_notification(packet)) return fail(DecodeFault{"notification", 0, "no packet with a checksum only"});
  const auto before = packet.first(kClear + kCounterSize), sent = packet.subspan(before.size(), kChecksum),
             data = packet.subspan(before.size() + kChecksum);
  const auto kid = etsi::KeyUse::decode(packet[6]);
  EIDER_TRY(with_header, checksum(keys, kid, concat({etsi::kResponseHeader, before, data})));
  EIDER_TRY(without, checksum(keys, kid, concat({before, data})));
  if (!equal_constant_time(with_header, sent) && !equal_constant_time(without, sent))
    return fail_verification(VerificationFault::Check::kMac,
                             "the checksum of the notification does not match");
  return to_bytes(data);
}

}  // namespace eider::channel::scp80
