// A card whose enabled Profile is managed over the air: an Operator's server on one side of a terminal, on
// the other the UICC test Profile. Its remote managers (TAR B00000: UICC, B00020: USIM) and its MNO-SD (TAR
// B20100 and 000000) demand checksum, cipher and a higher counter (16).
#pragma once
#include <functional>

#include "channel/sms.hpp"
#include "roles/operator/ota.hpp"
#include "support/uicc_profile.hpp"

namespace eider::test {
namespace scp80 = channel::scp80;

using EditElement = std::function<void(saip::ProfileElement&)>;

Bytes edit_package(const Bytes& package, const EditElement& edit);

// Keys of version 1, the way the Profile has them.
scp80::KeySet ota_keys(const Bytes& package, std::uint8_t version = 1);

card::MemoryNvm memory_with(const Bytes& package);

etsi::Tar tar(std::string_view text);
etsi::Spi spi(std::string_view text);
// Checksum, cipher, higher counter; PoR always, with a checksum.
inline constexpr std::string_view kUsualSpi = "1609";

inline const etsi::SmsAddress kOtaSender{0x91, "12345"};

// ENVELOPEs of a Command Packet.
std::vector<Bytes> envelopes(ByteView packet, std::uint8_t reference = 1,
                             const etsi::SmsAddress& sender = kOtaSender);

struct OtaCard : Sim {
  scp80::KeySet keys;
  ManualClock clock{*parse_time("2026-03-01T12:00:00Z")};
  device::Terminal terminal{euicc, clock};
  mno::MemoryOtaCounters counters;
  std::uint64_t counter = 0;  // of messages that are sealed here

  explicit OtaCard(const card::MemoryNvm& memory = sim_memory(), std::optional<scp80::KeySet> k = {});
  Result<mno::OtaOutcome> send(std::string_view application, ByteView script,
                               std::string_view how = kUsualSpi, const scp80::Policy& policy = {});
  Result<mno::OtaOutcome> send(std::string_view application, const std::vector<Bytes>& commands,
                               etsi::ScriptFormat format = etsi::ScriptFormat::kCompact);
  // The compact answer to one script, in hexadecimal: number, SW1 SW2, data.
  std::string script(std::string_view application, std::string_view octets);

  Bytes sealed(std::string_view application, ByteView script, std::string_view how,
               std::optional<std::uint64_t> number = {}, const scp80::Policy& policy = {});
  // What the card says to a packet: status of the response ("none": there is none), from whoever.
  std::string status_of(ByteView packet);
  static std::string status_in(ByteView report);
};

}  // namespace eider::test
