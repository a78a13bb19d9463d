#include "support/ota.hpp"

namespace eider::test {

Bytes edit_package(const Bytes& package, const EditElement& edit) {
  Bytes out;
  for (const auto& part : must(profile::read_package(package))) {
    auto e = must(saip::decode_element(part.der));
    edit(e);
    append(out, saip::encode_element(e));
  }
  return out;
}

scp80::KeySet ota_keys(const Bytes& package, std::uint8_t version) {
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

card::MemoryNvm memory_with(const Bytes& package) {
  TestCard card(sim_pki());
  MiniSmdpp smdpp(sim_pki());
  install(card, smdpp, plan_of_package(package, kIccidA));
  card.driver.call<sgp22::EnableProfileResponse>(
      sgp22::EnableProfileRequest{{*sgp22::parse_iccid(kIccidA)}, false});
  return card.nvm;
}

etsi::Tar tar(std::string_view text) {
  return *etsi::Tar::from(hex(text));
}

etsi::Spi spi(std::string_view text) {
  const auto octets = hex(text);
  return *etsi::Spi::decode(octets[0], octets[1]);
}

std::vector<Bytes> envelopes(ByteView packet, std::uint8_t reference, const etsi::SmsAddress& sender) {
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

OtaCard::OtaCard(const card::MemoryNvm& memory, std::optional<scp80::KeySet> k)
    : Sim(memory), keys(k ? *k : ota_keys(uicc_test_package(kIccidA))) {
  must(terminal.introduce());
}

Result<mno::OtaOutcome> OtaCard::send(std::string_view application, ByteView script, std::string_view how,
                                      const scp80::Policy& policy) {
  mno::OtaServer server(terminal, counters, {keys, "card", kOtaSender, policy});
  return server.send({tar(application), spi(how), to_bytes(script)});
}

Result<mno::OtaOutcome> OtaCard::send(std::string_view application, const std::vector<Bytes>& commands,
                                      etsi::ScriptFormat format) {
  return send(application, must(etsi::encode_script(commands, format)));
}

std::string OtaCard::script(std::string_view application, std::string_view octets) {
  const auto r = must(send(application, hex(octets)));
  if (!r.response || r.response->packet.status != etsi::ResponseStatus::kOk) return "no PoR OK";
  return to_hex(r.response->packet.data);
}

Bytes OtaCard::sealed(std::string_view application, ByteView script, std::string_view how,
                      std::optional<std::uint64_t> number, const scp80::Policy& policy) {
  if (number) counter = *number;
  const scp80::CommandPacket c{spi(how),         keys.kic_use(), keys.kid_use(),
                               tar(application), counter,        to_bytes(script)};
  return must(scp80::seal_command(c, keys, policy));
}

std::string OtaCard::status_of(ByteView packet) {
  Bytes report;
  for (const auto& e : envelopes(packet)) report = t.send(e).data;
  return status_in(report);
}

std::string OtaCard::status_in(ByteView report) {
  if (report.empty()) return "none";
  // 027100, RPL, RHL, TAR, CNTR, PCNTR: the status follows in an unciphered response.
  return report.size() < 16 ? "short" : to_hex(report.subspan(15, 1));
}

}  // namespace eider::test
