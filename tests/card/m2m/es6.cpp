// ES6: the Operator changes POL1 and connectivity parameters of its own Profile, through its security domain
// and with the Profile's own OTA keys (SGP.02 v4.2 section 4.1.2).
#include <gtest/gtest.h>

#include "card/inspect.hpp"
#include "codec/tlv.hpp"
#include "profile/package_reader.hpp"
#include "spec/saip/profile_element.hpp"
#include "spec/sgp02/store_data.hpp"
#include "support/m2m_card.hpp"

namespace eider::test {
namespace {
namespace es5 = sgp02::es5;
namespace scp80 = channel::scp80;

// Keys KIc and KID of version 01 of the MNO-SD.
scp80::KeySet mno_keys(const Bytes& package) {
  scp80::KeySet out{1, {}, {}};
  for (const auto& part : must(profile::read_package(package))) {
    const auto element = must(saip::decode_element(part.der));
    const auto* domain = element.as<saip::SecurityDomain>();
    if (!domain || !domain->keyList) continue;
    for (const auto& k : *domain->keyList) {
      const scp80::Key key{true, k.keyComponents[0].keyData, 8};
      if (k.keyIdentifier[0] == 1) out.kic = key;
      if (k.keyIdentifier[0] == 2) out.kid = key;
    }
  }
  return out;
}

// A script of an INSTALL [for personalization] for this ISD-P and one STORE DATA; the last status word.
std::uint16_t update(M2mDevice& d, const es5::Aid& isd_p, std::uint16_t dgi, ByteView value) {
  const auto own = std::exchange(d.keys, mno_keys(m2m_package(kBootstrapIccid)));
  const auto script =
      must(etsi::encode_script(std::vector<Bytes>{es5::encode_install_for_personalization(isd_p).encode(),
                                                  sgp02::store_data(dgi, value, false).encode()},
                               etsi::ScriptFormat::kExpanded));
  const auto got = d.deliver(d.sealed(script, "1619", "000000"));
  const auto response = must(scp80::open_response(
      got.at(0), {etsi::Integrity::kCryptographicChecksum, true, d.keys.kic_use(), d.keys.kid_use()},
      d.keys));
  d.keys = own;
  return must(etsi::ScriptResponse::decode(response.packet.data, etsi::ScriptFormat::kExpanded))
      .responses.back()
      .sw;
}
std::uint8_t pol1(const M2mDevice& d) {
  return must(card::inspect(d.nvm)).m2m->isd_ps.at(0).pol1;
}

TEST(M2mEs6, TheOperatorChangesPol1AndConnectivityOfItsOwnProfile) {
  auto plan = M2mPlan::usual();
  plan.m2m.profiles.push_back({m2m_package(kSecondIccid), false, false, false, false, {}});
  M2mDevice d(plan);
  d.power_on();
  EXPECT_EQ(update(d, isdp_aid(0x10), 0x3A06, hex("810105")), 0x9000);
  EXPECT_EQ(pol1(d), 0x05);
  EXPECT_EQ(update(d, *es5::Aid::from(sgp22::kOwnIsdPAid), 0x3A06, hex("01")),
            0x9000);  // the name for its own ISD-P
  EXPECT_EQ(pol1(d), 0x01);
  EXPECT_EQ(d.sw(es5::encode_profile_command(es5::FunctionId::kEnableProfile, isdp_aid(0x11))), 0x69E1);
  EXPECT_EQ(update(d, isdp_aid(0x10), 0x3A07, make_tlv(0xA0, make_tlv(0x06, hex("9194310000")))), 0x9000);
  d.power_on();
  EXPECT_EQ(d.centres.back(), "9194310000");
  EXPECT_EQ(update(d, isdp_aid(0x11), 0x3A06, hex("00")), 0x6A88);  // somebody else's
  EXPECT_EQ(update(d, isdp_aid(0x10), 0x3A06, hex("08")), 0x6A80);
  EXPECT_EQ(update(d, isdp_aid(0x10), 0x3A06, hex("81020100")), 0x6A80);
  EXPECT_EQ(update(d, isdp_aid(0x10), 0x3A07, hex("A300")), 0x6A80);
  EXPECT_EQ(update(d, isdp_aid(0x10), 0x3A08, hex("00")), 0x6A88);
  EXPECT_EQ(pol1(d), 0x01);
}

}  // namespace
}  // namespace eider::test
