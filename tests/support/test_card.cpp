#include "support/test_card.hpp"

namespace eider::test {

eum::EumSigner eum_signer(const TestPki& pki, crypto::Curve curve) {
  const auto& item = pki.get(crypto::CertificateRole::kEum, curve);
  return {pki.get(crypto::CertificateRole::kCi, curve).certificate, item.certificate,
          crypto::make_signing_key(*item.key)};
}

CardResponse CardDriver::apdu(ByteView command) {
  auto r = card_.transmit(command);
  if (!r) throw std::runtime_error(r.error().message());
  auto parsed = must(parse_response(*r));
  CardResponse out{parsed.data, parsed.sw};
  const std::uint8_t cla = command.empty() ? 0 : command[0];
  Bytes again = to_bytes(command);
  while (out.sw >> 8 == 0x61 || out.sw >> 8 == 0x6C) {
    if (out.sw >> 8 == 0x61) again = {cla, 0xC0, 0, 0, 0};
    again.back() = static_cast<std::uint8_t>(out.sw);  // 6Cxx: the same command with the right Le
    parsed = must(parse_response(must(card_.transmit(again))));
    append(out.data, parsed.data);
    out.sw = parsed.sw;
  }
  return out;
}

CardResponse CardDriver::open() {
  apdu("0070000001");
  Bytes select = hex("01A4040010");
  append(select, sgp22::kIsdRAid);
  select.push_back(0);
  return apdu(select);
}

CardResponse CardDriver::store_data(ByteView command, std::size_t block) {
  std::uint8_t number = 0;
  do {
    const auto n = std::min(block, command.size());
    const bool last = n == command.size();
    CommandApdu c{
        0x81, 0xE2, static_cast<std::uint8_t>(last ? 0x91 : 0x11), number++, to_bytes(command.first(n)), 256};
    command = command.subspan(n);
    auto r = apdu(c.encode());
    if (last || r.sw != 0x9000) return r;
  } while (true);
}

TestCard::TestCard(const TestPki& pki, const eum::CardModel& model, std::string_view eid,
                   std::vector<crypto::Curve> curves, std::uint64_t seed)
    : random(seed), euicc(nvm, random), driver(euicc) {
  std::vector<eum::EumSigner> signers;
  for (const auto curve : curves) signers.push_back(eum_signer(pki, curve));
  const auto id = sgp22::parse_eid(eid);
  if (!id) throw std::logic_error("EID");
  must(card::manufacture(must(eum::personalise(model, *id, signers, pki_time(), random)), nvm));
  power_on();
}

std::string terminal_profile(bool state_change) {
  Bytes p(34);
  p[2] = 0x80;
  if (state_change) p[33] = 0x20;
  return "8010000022" + to_hex(p);
}

void TestCard::power_on() {
  nvm.restore_power();
  must(euicc.reset());
  driver.open();
}

}  // namespace eider::test
