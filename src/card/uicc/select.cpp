#include "card/card_os.hpp"

namespace eider::card {
namespace {
// File control parameters of the MF (TS 102 221 section 11.1.1.4): it exists on a card without any Profile,
// and asks for TERMINAL CAPABILITY (SGP.22 section 3.4.1).
Bytes mf_fcp() {
  return make_tlv(0x62, {make_tlv(0x82, Bytes{0x78, 0x21}), make_tlv(0x83, Bytes{0x3F, 0x00}),
                         make_tlv(0xA5, {make_tlv(0x80, Bytes{0x71}), make_tlv(0x87, Bytes{0x01})}),
                         make_tlv(0x8A, Bytes{0x05}), make_tlv(0xC6, Bytes{0x90, 0x01, 0x00})});
}
Bytes security_domain_fci(const SecurityDomainRecord& domain, ByteView more) {
  // GlobalPlatform: card recognition data {OID 1.2.840.114283.1}, longest command data 255
  const Bytes proprietary =
      make_tlv(0xA5, {make_tlv(0x73, make_tlv(0x06, hex("2A864886FC6B01"))), make_tlv(0x9F65, Bytes{0xFF})});
  return make_tlv(0x6F, {make_tlv(0x84, domain.aid), proprietary, more});
}
bool names(ByteView partial, const Aid& aid) {
  return partial.size() >= 5 && partial.size() <= aid.size() &&
         equal(partial, aid.view().first(partial.size()));
}
}  // namespace

Bytes CardOs::isd_r_fci() const {
  const sgp22::ISDRProprietaryApplicationTemplate e0{state_.personalisation.svn, std::nullopt, {}};
  return security_domain_fci(state_.isd_r_domain, der::encode(e0));
}

Answer CardOs::select(const CommandView& c, Channel& channel) {
  const bool no_data = (c.p2 & 0x0C) == 0x0C;
  const auto answer = [&](Bytes data) { return no_data ? Answer(0x9000) : Answer(std::move(data)); };
  if (c.p1 == 0x04) {
    if (c.data.size() < 5 || c.data.size() > 16) return 0x6A80;
    // The ISD-R is the first that a short name finds. ISD-Ps and what lies in Disabled Profiles cannot be
    // selected.
    if (names(c.data, state_.isd_r_domain.aid)) {
      channel.selected = Selected::kIsdR;
      return answer(isd_r_fci());
    }
    if (names(c.data, state_.ecasd_domain.aid)) {
      channel.selected = Selected::kEcasd;
      return answer(security_domain_fci(state_.ecasd_domain, {}));
    }
    return 0x6A82;
  }
  if (c.p1 == 0x00 && (c.data.empty() || equal(c.data, Bytes{0x3F, 0x00}))) {
    channel.selected = Selected::kMf;
    return answer(mf_fcp());
  }
  if (c.p1 == 0x00 || c.p1 == 0x03 || c.p1 == 0x08 || c.p1 == 0x09) return 0x6A82;
  return 0x6A86;
}

Answer CardOs::status(const CommandView& c, const Channel& channel) {
  if (c.p1 > 0x02)
    return channel.selected == Selected::kMf ? 0x6A86 : 0x6982;  // GET STATUS of GlobalPlatform
  if (c.p2 == 0x0C) return 0x9000;
  if (c.p2 == 0x01) {
    if (channel.selected == Selected::kMf) return 0x6A88;
    const auto& domain = channel.selected == Selected::kIsdR ? state_.isd_r_domain : state_.ecasd_domain;
    return Answer(make_tlv(0x84, domain.aid));
  }
  if (c.p2 != 0x00) return 0x6A86;
  return channel.selected == Selected::kMf ? Answer(mf_fcp()) : Answer(isd_r_fci());
}

// The ECASD gives the EID away (SGP.02 section 4.1.1.4); nothing else is readable this way.
Answer CardOs::get_data(const CommandView& c, const Channel& channel) {
  if (channel.selected == Selected::kMf) return 0x6D00;
  const auto tag = static_cast<std::uint16_t>(c.p1 << 8 | c.p2);
  if (channel.selected == Selected::kEcasd && tag == 0x005A)
    return Answer(make_tlv(0x5A, state_.personalisation.eid));
  return 0x6A88;
}

}  // namespace eider::card
