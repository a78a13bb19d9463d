// Selection of applications by AID: security domains of the card, ADFs of the enabled Profile.
#include "card/card_os.hpp"
#include "spec/sgp22/lpae.hpp"

namespace eider::card {
namespace {
Bytes security_domain_fci(const SecurityDomainRecord& domain, ByteView more) {
  // GlobalPlatform: card recognition data {OID 1.2.840.114283.1}, longest command data 255
  const Bytes proprietary =
      make_tlv(0xA5, {make_tlv(0x73, make_tlv(0x06, hex("2A864886FC6B01"))), make_tlv(0x9F65, Bytes{0xFF})});
  return make_tlv(0x6F, {make_tlv(0x84, domain.aid), proprietary, more});
}
bool names(ByteView partial, ByteView aid) {
  return partial.size() <= aid.size() && equal(partial, aid.first(partial.size()));
}

struct Candidate {
  Selected kind = Selected::kUicc;
  int adf = -1;
};

// P2 b2 b1 of SELECT by AID (TS 102 221 table 11.2): which of several that the name fits.
enum Occurrence : std::uint8_t { kFirst = 0, kLast = 1, kNext = 2, kPrevious = 3 };

// `now`: where the channel is among them, or -1.
const Candidate* choose(const std::vector<Candidate>& all, const std::vector<bool>& fits, int now,
                        std::uint8_t which) {
  const int count = static_cast<int>(all.size());
  const bool backward = which == kLast || which == kPrevious;
  int from = backward ? count - 1 : 0;
  if (which == kNext && now >= 0) from = now + 1;
  if (which == kPrevious && now >= 0) from = now - 1;
  for (int i = from; i >= 0 && i < count; i += backward ? -1 : 1)
    if (fits[static_cast<std::size_t>(i)]) return &all[static_cast<std::size_t>(i)];
  return nullptr;
}
}  // namespace

Bytes CardOs::isd_r_fci() const {
  sgp22::ISDRProprietaryApplicationTemplate e0{state_.personalisation.svn, std::nullopt, {}};
  if (has_lpae()) e0.lpaeSupport = sgp22::BitString{sgp22::kLpaeUsingCat};
  return security_domain_fci(state_.isd_r_domain, der::encode(e0));
}
Bytes CardOs::ecasd_fci() const {
  return security_domain_fci(state_.ecasd_domain, {});
}

Result<Answer> CardOs::select(const CommandView& c, Channel& channel) {
  EIDER_CHECK(uicc_.open());
  if (c.p1 == 0x04) return select_application(c, channel);
  session().transfer = {};
  auto answer = uicc::select_file(uicc_, session(), c);
  const unsigned sw1 = answer.sw >> 8;
  if (sw1 == 0x90 || sw1 == 0x62) channel.selected = Selected::kUicc;
  return answer;
}

// The ISD-R is the first that a short name finds. ISD-Ps and what lies in Disabled Profiles cannot be
// selected.
Answer CardOs::select_application(const CommandView& c, Channel& channel) {
  const std::uint8_t form = c.p2 & 0x0C, control = c.p2 & 0xF0, which = c.p2 & 0x03;
  const bool terminate = control == 0x40;
  if ((control != 0 && !terminate) || form == 0x08) return 0x6A86;
  if (c.data.size() > 16) return 0x6A87;
  std::vector<Candidate> all = {{Selected::kIsdR}, {Selected::kEcasd}};
  for (const int adf : uicc_.applications()) all.push_back({Selected::kUicc, adf});
  std::vector<bool> fits;
  int now = -1;
  for (std::size_t i = 0; i < all.size(); ++i) {
    ByteView aid = state_.isd_r_domain.aid;
    if (all[i].kind == Selected::kEcasd) aid = state_.ecasd_domain.aid;
    if (all[i].kind == Selected::kUicc) aid = uicc_.files().at(all[i].adf).aid;
    fits.push_back(names(c.data, aid));
    const bool domain = all[i].kind != Selected::kUicc;
    if (channel.selected == all[i].kind && (domain || session().adf == all[i].adf)) now = static_cast<int>(i);
  }
  if (c.data.size() < 5) return c.data.empty() ? 0x6A87 : 0x6A80;
  const auto* chosen = choose(all, fits, now, which);
  if (!chosen) return 0x6A82;
  if (terminate) {
    if (chosen->adf < 0 || chosen->adf != session().adf) return 0x6985;
    uicc_.reset_session(current_);
    return 0x9000;
  }
  channel.selected = chosen->kind;
  if (chosen->kind == Selected::kUicc) {
    uicc_.activate(session(), chosen->adf);
  } else {
    uicc_.reset_session(current_);
  }
  if (form == 0x0C) return 0x9000;
  if (chosen->kind == Selected::kIsdR) return Answer(isd_r_fci());
  if (chosen->kind == Selected::kEcasd) return Answer(ecasd_fci());
  return Answer(uicc::file_control_parameters(uicc_, chosen->adf));
}

// One instruction, two commands: STATUS of the UICC has P1 00 to 02, GET STATUS of GlobalPlatform, which only
// a security domain has, a bit above.
Result<Answer> CardOs::status(const CommandView& c, Channel& channel) {
  EIDER_CHECK(m2m_.polled());
  if (m2m_.take_switched()) after_switch();
  if (channel.selected == Selected::kUicc) {
    EIDER_CHECK(uicc_.open());
    return uicc::status(uicc_, session(), c);
  }
  if (c.p1 > 0x02) return get_status(c, channel);
  channel.listing = {};
  if (c.p2 == 0x0C) return Answer(0x9000);
  const bool isd_r = channel.selected == Selected::kIsdR;
  if (c.p2 == 0x01) return Answer(make_tlv(0x84, isd_r ? state_.isd_r_domain.aid : state_.ecasd_domain.aid));
  if (c.p2 != 0x00) return Answer(0x6A86);
  return Answer(isd_r ? isd_r_fci() : ecasd_fci());
}

// Who may ask. GPCS wants a secure channel for GET STATUS, which on this card nobody can open. Yet the LPA,
// alone with the ISD-R on a local interface without one, gets AIDs and states of all ISD-Ps from
// GetProfilesInfo (SGP.22 v2.6.1 section 5.7.15); what GET STATUS adds (privileges, associations) is the same
// on every eUICC. So the ISD-R answers whoever may call GetProfilesInfo, under its conditions, and tells no
// more than the platform (gp/content.hpp). The ECASD has neither Global Registry nor anything associated with
// it.
Answer CardOs::get_status(const CommandView& c, Channel& channel) {
  if (channel.selected != Selected::kIsdR) return 0x6982;
  if (!interface_enabled(Interface::kEs10c)) return 0x6985;
  // States are about to change and must not be told; a package is being loaded (section 5.7.6).
  if (state_.isd_r.pendingSwitch || std::holds_alternative<LoadingBpp>(isd_r_.session)) return 0x6985;
  return gp::get_status(gp::platform_content(state_), channel.listing, c);
}

// The ECASD gives the EID away (SGP.02 section 4.1.1.4); nothing else is readable this way.
Answer CardOs::get_data(const CommandView& c, const Channel& channel) {
  if (channel.selected == Selected::kUicc) return 0x6D00;
  const auto tag = static_cast<std::uint16_t>(c.p1 << 8 | c.p2);
  if (channel.selected == Selected::kEcasd && tag == 0x005A)
    return Answer(make_tlv(0x5A, state_.personalisation.eid));
  return 0x6A88;
}

}  // namespace eider::card
