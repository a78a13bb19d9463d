// ES8, an SM-DP and its ISD-P: key establishment, SCP03t and SCP03, installation of a Profile Package in
// segments; ES6 by the MNO-SD; MasterDelete by a token of the SM-DP (SGP.02 v4.2 sections 4.1.2, 4.1.3,
// 4.1.1.6; sections 6 and 10.3 to 10.5 of the project's facts).
#include <gtest/gtest.h>

#include "card/inspect.hpp"
#include "card/m2m/sm_dp.hpp"
#include "profile/package_reader.hpp"
#include "spec/saip/profile_element.hpp"
#include "spec/saip/response.hpp"
#include "spec/sgp02/store_data.hpp"
#include "support/m2m_card.hpp"

namespace eider::test {
namespace {
namespace es5 = sgp02::es5;
namespace scp03 = channel::scp03;
namespace scenario3 = channel::scenario3;

// With the ISD-P 0011, which it has the SM-SR create.
struct SmDp : M2mSmDp {
  explicit SmDp(M2mDevice& device, std::optional<std::uint32_t> memory = {}) : M2mSmDp(device, 0x11) {
    EXPECT_EQ(d.sw(es5::CreateISDP{isdp_aid(instance), memory}.encode()), 0x9000);
  }
};

TEST(M2mEs8, AProfileIsDownloadedInstalledAndEnabled) {
  M2mDevice d;
  d.power_on();
  EXPECT_EQ(d.confirm(), 0x9000);
  SmDp dp(d, 0x20000);
  EXPECT_EQ(dp.establish(), 0x9000);
  EXPECT_EQ(d.state_of(0x11), 0x0F);
  EXPECT_EQ(dp.open_session(), "8500");
  const auto response = must(der::decode<saip::EuiccResponse>(dp.load(m2m_package(kSecondIccid, 0x02))));
  EXPECT_FALSE(response.profileInstallationAborted);
  for (const auto& pe : response.peStatus) EXPECT_EQ(pe.status, saip::PeStatusCode::kOk);
  EXPECT_FALSE(response.peStatus.empty());
  EXPECT_EQ(d.state_of(0x11), 0x1F);
  const auto view = must(card::inspect(d.nvm));
  must(card::check_laws(view));
  EXPECT_EQ(sgp22::iccid_digits(view.profiles.at(1).iccid), kSecondIccid);
  EXPECT_EQ(view.m2m->isd_ps.at(1).pol1, 0x02);
  EXPECT_EQ(d.sw(es5::encode_profile_command(es5::FunctionId::kEnableProfile, isdp_aid(0x11))), 0x9000);
  EXPECT_EQ(d.centres.back(), "91947156559999F9");
  EXPECT_EQ(d.confirm(), 0x9000);
  EXPECT_EQ(d.state_of(0x11), 0x3F);
}

TEST(M2mEs8, APackageThatFailsLeavesTheIsdPAsItWas) {
  M2mDevice d;
  d.power_on();
  SmDp dp(d);
  EXPECT_EQ(dp.establish(), 0x9000);
  // The ICCID of the bootstrap Profile.
  EXPECT_EQ(dp.open_session(), "8500");
  EXPECT_TRUE(must(der::decode<saip::EuiccResponse>(dp.load(m2m_package(kBootstrapIccid))))
                  .profileInstallationAborted);
  EXPECT_EQ(d.state_of(0x11), 0x0F);
  // Without its PE-End.
  auto package = m2m_package(kSecondIccid);
  const auto elements = must(profile::read_package(package));
  package.resize(elements.back().offset);
  EXPECT_EQ(dp.open_session(), "8500");
  EXPECT_TRUE(dp.load(package).empty());
  EXPECT_EQ(d.state_of(0x11), 0x0F);
  // No package at all.
  EXPECT_EQ(dp.open_session(), "8500");
  EXPECT_TRUE(must(der::decode<saip::EuiccResponse>(dp.load(hex("3000")))).profileInstallationAborted);
  EXPECT_EQ(dp.open_session(), "8500");
  EXPECT_FALSE(
      must(der::decode<saip::EuiccResponse>(dp.load(m2m_package(kSecondIccid)))).profileInstallationAborted);
  EXPECT_EQ(d.state_of(0x11), 0x1F);
}

TEST(M2mEs8, TheMemoryThatWasGrantedIsTheLimit) {
  M2mDevice d;
  d.power_on();
  SmDp dp(d, 4096);
  EXPECT_EQ(dp.establish(), 0x9000);
  EXPECT_EQ(dp.open_session(), "8500");
  EXPECT_TRUE(
      must(der::decode<saip::EuiccResponse>(dp.load(m2m_package(kSecondIccid)))).profileInstallationAborted);
  EXPECT_EQ(d.state_of(0x11), 0x0F);
}

TEST(M2mEs8, KeysGoToSmDpsOnly) {
  M2mDevice d;
  d.power_on();
  SmDp dp(d);
  dp.role = crypto::GpRole::kSmSr;
  EXPECT_EQ(dp.establish(), 0x6A80);
  dp.role = crypto::GpRole::kSmDp;
  EXPECT_EQ(dp.establish(scenario3::kDerivationRandom), 0x6A80);  // says that no certificate was verified
  EXPECT_EQ(d.state_of(0x11), 0x07);
  EXPECT_EQ(dp.establish(scenario3::kCertificate | scenario3::kHostId), 0x9000);
  EXPECT_EQ(d.state_of(0x11), 0x0F);
  EXPECT_EQ(dp.establish(scenario3::kCertificate), 0x6A88);  // would be a second set of this version
}

// The keys of an ISD-P are there; what an SM-SR sends then is about the ISD-R, which no INSTALL precedes.
TEST(M2mEs8, AnSmsrIsHeardAfterAnIsdPHasItsKeys) {
  M2mDevice d;
  d.power_on();
  SmDp dp(d);
  EXPECT_EQ(dp.establish(), 0x9000);
  const auto commands =
      es5::encode_certificate(gp_certificate(crypto::GpRole::kSmSr, dp.key.public_key()).octets());
  EXPECT_EQ(d.es5(commands).back().sw, 0x9000);
}

TEST(M2mEs8, ErrorsOfScp03tEndTheSession) {
  M2mDevice d;
  d.power_on();
  SmDp dp(d);
  EXPECT_EQ(dp.open_session(), "9F440103");  // no keys yet
  EXPECT_EQ(dp.establish(), 0x9000);
  EXPECT_EQ(to_hex(dp.tlvs({hex("8403300000")}).at(0)), "9F440101");
  EXPECT_EQ(to_hex(dp.tlvs({hex("85023300")}).at(0)), "9F450102");  // no INITIALIZE UPDATE before it
  EXPECT_EQ(dp.open_session(), "8500");
  auto segment = must(dp.session->protect(0x86, hex("A000")));
  segment.back() ^= 1;
  EXPECT_EQ(to_hex(dp.tlvs({segment}).at(0)), "9F460102");
  EXPECT_EQ(to_hex(dp.tlvs({must(dp.session->protect(0x86, hex("A000")))}).at(0)), "9F460102");
  EXPECT_EQ(to_hex(dp.tlvs({hex("861000")}).at(0)), "900102");  // its length does not fit
  // The sequence counter goes on, whatever became of a session.
  EXPECT_EQ(dp.open_session(), "8500");
}

TEST(M2mEs8, ASessionIsGoneWithThePower) {
  M2mDevice d;
  d.power_on();
  SmDp dp(d);
  EXPECT_EQ(dp.establish(), 0x9000);
  EXPECT_EQ(dp.open_session(), "8500");
  d.power_on();
  EXPECT_EQ(to_hex(dp.tlvs({must(dp.session->protect(0x86, hex("A000")))}).at(0)), "9F460102");
  EXPECT_EQ(d.state_of(0x11), 0x0F);
}

// Section 4.1.3.4, and what MasterDelete needs.
TEST(M2mEs8, Scp03BringsConnectivityParametersAndTheTokenKey) {
  auto plan = M2mPlan::usual();
  M2mDevice d(plan);
  d.power_on();
  EXPECT_EQ(d.confirm(), 0x9000);
  SmDp dp(d);
  EXPECT_EQ(dp.establish(), 0x9000);
  EXPECT_EQ(dp.open_session(), "8500");
  EXPECT_FALSE(dp.load(m2m_package(kSecondIccid, 0x02)).empty());
  EXPECT_EQ(dp.open_apdu_session(), "9000");
  const auto centre = make_tlv(0xA0, make_tlv(0x06, hex("9194300000")));
  EXPECT_EQ(dp.secured(sgp02::store_data(0x3A07, centre, false)).sw, 0x9000);
  EXPECT_EQ(dp.secured(sgp02::store_data(0x0070, hex("42020102450203045F20020506"), false)).sw, 0x9000);
  // Section 10.5: the key C0 to CF, as token key 07.
  const auto token_key = hex("C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF");
  const auto wrapped = must(crypto::aes_cbc_encrypt(dp.keys->dek.view(), {}, token_key));
  crypto::AesBlock ones;
  std::ranges::fill(ones, std::uint8_t{1});
  const auto check = must(crypto::Aes::make(token_key)).encrypt_block(ones);
  auto put = CommandApdu{
      0x80, 0xD8, 0x00, 0x07, concat({hex("70881110"), wrapped, hex("03"), check.view().first(3)}), 256};
  auto wrong = put;
  wrong.data.back() ^= 1;
  EXPECT_EQ(dp.secured(wrong).sw, 0x6A80);
  EXPECT_EQ(dp.secured(put).sw, 0x9000);

  es5::MasterDelete request{isdp_aid(0x11), hex("0102"), hex("0304"), hex("0506"), 0x07, {}};
  EXPECT_EQ(d.sw(request.encode()), 0x6982);
  request.token = *FixedBytes<16>::from(must(crypto::aes_cmac(token_key, {request.token_input()})));
  auto other_key = request;
  other_key.token_identifier = 0x01;
  EXPECT_EQ(d.sw(other_key.encode()), 0x6A88);
  auto other_names = request;
  other_names.sd_image_number = hex("0305");
  EXPECT_EQ(d.sw(other_names.encode()), 0x6A80);
  const auto enable = [](std::uint16_t i) {
    return es5::encode_profile_command(es5::FunctionId::kEnableProfile, isdp_aid(i));
  };
  EXPECT_EQ(d.sw(enable(0x11)), 0x9000);
  EXPECT_EQ(d.centres.back(), "9194300000");  // as the SM-DP has set it
  EXPECT_EQ(d.confirm(), 0x9000);
  EXPECT_EQ(d.sw(request.encode()), 0x6985);  // is enabled
  EXPECT_EQ(d.sw(enable(0x10)), 0x9000);
  EXPECT_EQ(d.confirm(), 0x9000);
  EXPECT_EQ(d.sw(es5::encode_delete_profile(isdp_aid(0x11))), 0x69E1);
  EXPECT_EQ(d.sw(request.encode()), 0x9000);  // against POL1
  EXPECT_EQ(d.state_of(0x11), 0);
}

TEST(M2mEs8, CommandsWithoutASecureChannelAreRefused) {
  M2mDevice d;
  d.power_on();
  SmDp dp(d);
  EXPECT_EQ(dp.establish(), 0x9000);
  const auto run = [&](const CommandApdu& c) {
    const auto answer = d.script(
        must(etsi::encode_script(std::vector<Bytes>{c.encode()}, etsi::ScriptFormat::kExpanded)), dp.tar());
    return must(etsi::ScriptResponse::decode(answer, etsi::ScriptFormat::kExpanded)).responses.back().sw;
  };
  auto put = CommandApdu{0x80, 0xD8, 0x00, 0x01, hex("7088"), 256};
  EXPECT_EQ(run(put), 0x6E00);
  put.cla = 0x84;
  EXPECT_EQ(run(put), 0x6985);
  EXPECT_EQ(dp.open_apdu_session(), "9000");
  EXPECT_EQ(run(put), 0x6982);
  EXPECT_EQ(run(put), 0x6985);
}

}  // namespace
}  // namespace eider::test
