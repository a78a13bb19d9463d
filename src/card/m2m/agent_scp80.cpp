// Secured packets to the ISD-R (SGP.02 v4.2 section 2.4.3): whoever cannot prove who he is gets no answer.
#include "card/m2m/agent.hpp"
#include "channel/scp81_trigger.hpp"

namespace eider::card::m2m {
namespace {
namespace scp80 = channel::scp80;
using etsi::PorRequest;
using etsi::ResponseStatus;
constexpr std::uint8_t kMinimumLevel = 0x16;  // checksum, cipher, higher counter
constexpr std::uint8_t kIsdR[] = {0x00, 0x00, 0x01};
constexpr std::uint8_t kTrigger = 0x81;
constexpr std::size_t kMaxDeliveryReport = 128;

std::optional<std::uint16_t> isd_p_of(const etsi::Tar& tar) {
  if (tar[0] != 0) return std::nullopt;
  const auto instance = static_cast<std::uint16_t>(tar[1] << 8 | tar[2]);
  return instance >= sgp22::kFirstIsdPInstance ? std::optional(instance) : std::nullopt;
}
}  // namespace

bool Agent::owns(const etsi::Tar& tar) const {
  if (!state_.m2m_active()) return false;
  const auto isd_p = isd_p_of(tar);
  return equal(tar, kIsdR) || (isd_p && state_.isd_ps.contains(*isd_p));
}

std::optional<scp80::KeySet> Agent::scp80_keys(std::uint8_t version) const {
  if (version < 0x01 || version > 0x0F) return std::nullopt;
  const auto& keys = state_.m2m->keys;
  const auto *kic = find_key(keys, version, 1), *kid = find_key(keys, version, 2);
  if (!kic || !kid) return std::nullopt;
  return scp80::KeySet{version, scp80::Key{true, kic->value, 8}, scp80::Key{true, kid->value, 8}};
}

// The oldest key set: until the hand-over is finished that of the SM-SR which manages the card.
std::optional<scp80::KeySet> Agent::notification_keys() const {
  for (const auto& k : state_.m2m->keys)
    if (auto keys = scp80_keys(k.keyVersion)) return keys;
  return std::nullopt;
}

Result<OtaReply> Agent::receive(ByteView packet) {
  const auto header = scp80::read_command_header(packet);
  if (!header || !header->spi || !etsi::reaches_level(*header->spi, kMinimumLevel)) return OtaReply{};
  const auto keys = scp80_keys(header->kid.version);
  if (!keys) return OtaReply{};
  const auto command = scp80::open_command(packet, *keys);
  if (!command) return OtaReply{};
  const auto last = state_.m2m_counter(keys->version);
  if (const auto status = scp80::check_counter(command->spi.counter, command->counter, last))
    return seal(*command, *keys, *status, {});
  // Durable before the script has an effect: a tear may lose the command, and never lets it be replayed.
  state_.save_m2m_counter(keys->version, command->counter);
  EIDER_CHECK(state_.commit());
  EIDER_TRY(data, carry_out(*command, keys->version));
  auto reply = seal(*command, *keys, ResponseStatus::kOk, data);
  if (reply.submit.empty()) EIDER_CHECK(settle());
  return reply;
}

Result<Bytes> Agent::carry_out(const scp80::CommandPacket& command, std::uint8_t key_version) {
  if (command.data.empty()) return Bytes();
  if (command.data[0] == kTrigger) {
    const auto trigger = channel::scp81::Trigger::decode(command.data);
    // One session at a time: a trigger on top of it changes nothing.
    if (trigger && !session_.open()) EIDER_CHECK(bearer(session_.begin(session_parameters(*trigger))));
    return Bytes();
  }
  isd_r_.key_version = key_version;
  return run_platform_script(isd_r_, isd_p_of(command.tar), command.data);
}

OtaReply Agent::seal(const scp80::CommandPacket& command, const scp80::KeySet& keys, ResponseStatus status,
                     ByteView data) const {
  const auto por = command.spi.por;
  if (por == PorRequest::kNever || (por == PorRequest::kOnError && status == ResponseStatus::kOk)) return {};
  auto packet = scp80::seal_response({command.tar, command.counter, status, to_bytes(data)},
                                     scp80::ResponseProtection::of(command), keys);
  if (!packet) return {};
  OtaReply out;
  const bool fits = packet->size() + std::size(etsi::kResponseHeader) <= kMaxDeliveryReport;
  (command.spi.por_by_submit || !fits ? out.submit : out.report) = *std::move(packet);
  return out;
}

}  // namespace eider::card::m2m
