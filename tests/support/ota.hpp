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

inline Bytes edit_package(const Bytes& package, const EditElement& edit) {
  Bytes out;
  for (const auto& part : must(profile::read_package(package))) {
    auto e = must(saip::decode_element(part.der));
    edit(e);
    append(out, saip::encode_element(e));
  }
  return out;
}

// Keys of version 1, the way the Profile has them.
inline scp80::KeySet ota_keys(const Bytes& package, std::uint8_t version = 1) {
  scp80::KeySet out{version, {}, {}};
  edit_package(package, [&](saip::ProfileElement& e) {
    const auto* d = e.as<saip::SecurityDomain>();
    if (!d) return;
    for (const auto& k : d->keyList.value_or(std::vector<saip::KeyObject>())) {
      if (k.keyVersionNumber[0] != version) continue;
      const auto& c = k.keyComponents[0];
      const scp80::Key key{c.keyType.view()[0] == 0x88, c.keyData, c.macLength};
      if (k.keyIdentifier[0] == 1) out.kic = key;
      if (k.keyIdentifier[0] == 2) out.kid = key;
    }
  });
  return out;
}

inline card::MemoryNvm memory_with(const Bytes& package) {
  TestCard card(sim_pki());
  MiniSmdpp smdpp(sim_pki());
  install(card, smdpp, plan_of_package(package, kIccidA));
  card.driver.call<sgp22::EnableProfileResponse>(
      sgp22::EnableProfileRequest{{*sgp22::parse_iccid(kIccidA)}, false});
  return card.nvm;
}

inline etsi::Tar tar(std::string_view text) {
  return *etsi::Tar::from(hex(text));
}
inline etsi::Spi spi(std::string_view text) {
  const auto octets = hex(text);
  return *etsi::Spi::decode(octets[0], octets[1]);
}
// Checksum, cipher, higher counter; PoR always, with a checksum.
inline constexpr std::string_view kUsualSpi = "1609";

inline const etsi::SmsAddress kOtaSender{0x91, "12345"};

// ENVELOPEs of a Command Packet.
inline std::vector<Bytes> envelopes(ByteView packet, std::uint8_t reference = 1,
                                    const etsi::SmsAddress& sender = kOtaSender) {
  std::vector<Bytes> out;
  for (const auto& part : must(channel::segment_packet(packet, etsi::kIeiCommandPacket, reference))) {
    etsi::SmsDeliver sms;
    sms.has_header = true;
    sms.originator = sender;
    sms.protocol_identifier = etsi::kPidDataDownload;
    sms.data_coding_scheme = etsi::kDcsClass2;
    sms.user_data = part;
    const auto d1 = make_tlv(0xD1, {hex("82028381"), make_tlv(0x8B, must(sms.encode()))});
    out.push_back(CommandApdu{0x80, 0xC2, 0, 0, d1, {}}.encode());
  }
  return out;
}

struct OtaCard : Sim {
  scp80::KeySet keys;
  SmsTerminal terminal{euicc};
  mno::MemoryOtaCounters counters;
  std::uint64_t counter = 0;  // of messages that are sealed here

  explicit OtaCard(const card::MemoryNvm& memory = sim_memory(), std::optional<scp80::KeySet> k = {})
      : Sim(memory), keys(k ? *k : ota_keys(uicc_test_package(kIccidA))) {
    must(terminal.introduce());
  }
  Result<mno::OtaOutcome> send(std::string_view application, ByteView script,
                               std::string_view how = kUsualSpi, const scp80::Policy& policy = {}) {
    mno::OtaServer server(terminal, counters, {keys, "card", kOtaSender, policy});
    return server.send({tar(application), spi(how), to_bytes(script)});
  }
  Result<mno::OtaOutcome> send(std::string_view application, const std::vector<Bytes>& commands,
                               etsi::ScriptFormat format = etsi::ScriptFormat::kCompact) {
    return send(application, must(etsi::encode_script(commands, format)));
  }
  // The compact answer to one script, in hexadecimal: number, SW1 SW2, data.
  std::string script(std::string_view application, std::string_view octets) {
    const auto r = must(send(application, hex(octets)));
    if (!r.response || r.response->packet.status != etsi::ResponseStatus::kOk) return "no PoR OK";
    return to_hex(r.response->packet.data);
  }

  Bytes sealed(std::string_view application, ByteView script, std::string_view how,
               std::optional<std::uint64_t> number = {}, const scp80::Policy& policy = {}) {
    if (number) counter = *number;
    const scp80::CommandPacket c{spi(how),         keys.kic_use(), keys.kid_use(),
                                 tar(application), counter,        to_bytes(script)};
    return must(scp80::seal_command(c, keys, policy));
  }
  // What the card says to a packet: status of the response ("none": there is none), from whoever.
  std::string status_of(ByteView packet) {
    Bytes report;
    for (const auto& e : envelopes(packet)) report = t.send(e).data;
    return status_in(report);
  }
  static std::string status_in(ByteView report) {
    if (report.empty()) return "none";
    // 027100, RPL, RHL, TAR, CNTR, PCNTR: the status follows in an unciphered response.
    return report.size() < 16 ? "short" : to_hex(report.subspan(15, 1));
  }
};

}  // namespace eider::test
