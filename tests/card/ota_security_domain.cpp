// Remote application management of the MNO-SD (TS 102 226 section 8) and ES6 (SGP.22 v2.6.1 section 5.4).
#include <gtest/gtest.h>

#include "card/mno_sd/ota_registry.hpp"
#include "support/ota.hpp"

namespace eider::test {
namespace {
constexpr std::string_view kMnoSd = "B20100", kIssuer = "000000";
const std::string kInstall = "80E6200016000010A0000005591010FFFFFFFF8900000F00000000";

sgp22::ProfileInfo profile_info(OtaCard& card) {
  card.driver.open();
  sgp22::ProfileInfoListRequest request;
  const auto r =
      must(der::decode<sgp22::ProfileInfoListResponse>(card.driver.store_data(der::encode(request)).data));
  for (const auto& p : std::get<0>(r.value))
    if (p.iccid && *p.iccid == *sgp22::parse_iccid(kIccidA)) return p;
  throw std::runtime_error("no such Profile");
}
mno::OtaOutcome update(OtaCard& card, const sgp22::UpdateMetadataRequest& request,
                       std::string_view application = kMnoSd) {
  return must(card.send(application, mno::update_metadata_script(der::encode(request))));
}
std::uint16_t last_sw(const mno::OtaOutcome& r) {
  return r.script && !r.script->responses.empty() ? r.script->responses.back().sw : std::uint16_t{0};
}
}  // namespace

TEST(Es6, UpdateMetadataChangesWhatTheLpaSees) {
  OtaCard card;
  sgp22::UpdateMetadataRequest request;
  request.serviceProviderName = "Other";
  request.profileName = "Plan B";
  EXPECT_EQ(last_sw(update(card, request)), 0x9000);
  auto p = profile_info(card);
  EXPECT_EQ(p.serviceProviderName, "Other");
  EXPECT_EQ(p.profileName, "Plan B");
  request = {};
  request.profileName = "Plan C";  // the other one stays
  EXPECT_EQ(last_sw(update(card, request, kIssuer)), 0x9000);
  card.power_cycle();
  p = profile_info(card);
  EXPECT_EQ(p.serviceProviderName, "Other");
  EXPECT_EQ(p.profileName, "Plan C");
}

TEST(Es6, UpdateMetadataRefusesPrecisely) {
  OtaCard card;
  const auto before = profile_info(card);
  EXPECT_EQ(last_sw(update(card, {})), 0x6A80);  // nothing to change
  sgp22::UpdateMetadataRequest request;
  request.profileName = "never";
  request.profilePolicyRules.emplace().set(sgp22::kPprUpdateControl);
  EXPECT_EQ(last_sw(update(card, request)), 0x6A81);
  request = {};
  request.profileName = "never";
  request.icon = Bytes(10, 1);  // without its type
  EXPECT_EQ(last_sw(update(card, request)), 0x6A80);
  EXPECT_EQ(der::encode(profile_info(card)), der::encode(before));
}

// A large icon needs several blocks and several messages.
TEST(Es6, UpdateMetadataInBlocks) {
  OtaCard card;
  sgp22::UpdateMetadataRequest request;
  request.iconType = Bytes{0};
  request.icon = Bytes(1000, 0x5A);
  const auto r = update(card, request);
  EXPECT_GT(r.messages, 5u);
  EXPECT_EQ(last_sw(r), 0x9000);
  EXPECT_EQ(card.script(kMnoSd, kInstall + "80E2100002BF2A"
                                           "80E2900200"),
            "036A86");  // block 1 is missing
}

TEST(Es6, OnlyAfterInstallForPersonalization) {
  OtaCard card;
  EXPECT_EQ(card.script(kMnoSd, "80E2900005BF2A029200"), "016985");
  EXPECT_EQ(card.script(kMnoSd, kInstall), "019000");
  EXPECT_EQ(card.script(kMnoSd, "80E2900005BF2A029200"), "016985");  // it ends with its script
  EXPECT_EQ(card.script(kMnoSd, kInstall + "80E2F00005BF2A029200"), "026A86");
  // The own AID means the same; those of other ISD-Ps do not.
  EXPECT_EQ(card.script(kMnoSd, "80E6200016000010A0000005591010FFFFFFFF8900001000000000"), "019000");
  EXPECT_EQ(card.script(kMnoSd, "80E6200016000010A0000005591010FFFFFFFF8900001100000000"), "016A88");
  EXPECT_EQ(card.script(kMnoSd, "80E6200016000010A0000005591010FFFFFFFF8900000100000000"), "016A88");
  EXPECT_EQ(card.script(kMnoSd, "80E62000050000000000"), "016A80");
  // Without a run-time environment nothing is loaded or installed.
  EXPECT_EQ(card.script(kMnoSd, "80E60200050000000000"), "016A86");
  EXPECT_EQ(card.script(kMnoSd, "80E60C00050000000000"), "016A86");
  for (const auto* c : {"80E80000020000", "80D8000002AABB", "80F0400005A000000001"})
    EXPECT_EQ(card.script(kMnoSd, c), "016D00") << c;
}

TEST(OtaSecurityDomain, GetStatus) {
  OtaCard card;
  // The MNO-SD: PERSONALIZED, privileges 82DC00, as the package has them; associated with itself.
  EXPECT_EQ(card.script(kMnoSd, "80F28002024F0000"),
            "019000"
            "E326"
            "4F08A000000151000000"
            "9F70010F"
            "C50382DC00"
            "C407A0000001515350"
            "CC08A000000151000000");
  EXPECT_EQ(card.script(kMnoSd, "80F28000024F0000"),
            "019000"
            "08A000000151000000"
            "0F82");
  // Without Le the data wait: 40 octets. Of the MNO-SD there is one, and no search.
  EXPECT_EQ(card.script(kMnoSd, "80F28002074F05A000000151"), "016128");
  EXPECT_EQ(card.script(kMnoSd, "80F28002044F02A001"), "016128");
  const auto managers = card.script(kMnoSd, "80F24002024F0000");
  EXPECT_NE(managers.find("4F10A0000000090005FFFFFFFF89B00000009F700107C503000000CC08A000000151000000"),
            std::string::npos);
  EXPECT_NE(managers.find("4F10A0000000090005FFFFFFFF89B0002000"), std::string::npos);
  EXPECT_EQ(card.script(kMnoSd, "80F24003024F0000"), "016985");  // nothing was begun
  EXPECT_EQ(card.script(kMnoSd, "80F22002024F0000"), "016A88");
  EXPECT_EQ(card.script(kMnoSd, "80F24002044F02A00100"), "016A88");
  EXPECT_EQ(card.script(kMnoSd, "80F2800200"), "016A80");
  EXPECT_EQ(card.script(kMnoSd, "80F20002024F0000"), "016A86");
  EXPECT_EQ(card.script(kMnoSd, "80F28004024F0000"), "016A86");
}

// In the form of a real eUICC (pySim, test_resp_ram_golden): E0 { C0 04 identifier, version, type, length }.
TEST(OtaSecurityDomain, GetData) {
  OtaCard card;
  EXPECT_EQ(card.script(kMnoSd, "80CA00E000"),
            "019000"
            "E012"
            "C00401018810"
            "C00402018810"
            "C00403018810");
  EXPECT_EQ(card.script(kMnoSd, "80CAFF2100").substr(0, 18),
            "019000"
            "FF210F"
            "810102");
  EXPECT_EQ(card.script(kMnoSd, "80CA006600"), "016A88");
  EXPECT_EQ(card.script(kMnoSd, "00CA006600"), "016D00");
  EXPECT_EQ(card.script(kMnoSd, "00A4040000"), "016D00");
  EXPECT_EQ(card.script(kMnoSd, "84CA00E000"), "016E00");
}

TEST(OtaSecurityDomain, WhatThePackageInstalledStays) {
  OtaCard card;
  EXPECT_EQ(card.script(kMnoSd, "80E40000124F10A0000000090005FFFFFFFF89B0000000"), "016985");
  EXPECT_EQ(card.script(kMnoSd, "80E400000A4F08A000000151000000"), "016985");
  EXPECT_EQ(card.script(kMnoSd, "80E40000074F05A000000099"), "016A88");
  EXPECT_EQ(card.script(kMnoSd, "80E4000003F20101"), "016A80");
  EXPECT_EQ(card.script(kMnoSd, "80E40100074F05A000000099"), "016A86");
}

// Facts of TS.48: the MNO-SD's DGI 0070 has card recognition data; keys of version 1 are DES, of 2 AES.
TEST(OtaSecurityDomain, PersonalisationDataOfThePackage) {
  const auto package = edit_package(uicc_test_package(kIccidA), [](saip::ProfileElement& e) {
    if (auto* d = e.as<saip::SecurityDomain>())
      d->sdPersoData.emplace().push_back(hex("007009660773050603883788"));
  });
  OtaCard card(memory_with(package));
  EXPECT_EQ(card.script(kMnoSd, "80CA006600"),
            "019000"
            "660773050603883788");
  EXPECT_EQ(card.script(kMnoSd, "80CA004200"), "016A88");
}

TEST(OtaSecurityDomain, ToolkitParameters) {
  using card::ToolkitAddress;
  // The TCA sample and TS.48 (docs of the package): MSL and TARs.
  const auto tca =
      ToolkitAddress::read(hex("010000010000000201"
                               "12"
                               "03B2010000"));
  EXPECT_EQ(tca.minimum_security_level, 0x12);
  ASSERT_EQ(tca.tars.size(), 1u);
  EXPECT_EQ(tca.tars[0], tar("B20100"));
  const auto ts48 =
      ToolkitAddress::read(hex("01000000000201"
                               "0206B2010000000000"));
  EXPECT_EQ(ts48.minimum_security_level, 0x02);
  ASSERT_EQ(ts48.tars.size(), 2u);
  EXPECT_EQ(ts48.tars[1], tar("000000"));
  for (const auto* bad :
       {"", "010000", "01000000", "0100000000", "0100000000020116", "01000000000201160FB20100"})
    EXPECT_TRUE(ToolkitAddress::read(hex(bad)).tars.empty()) << bad;
}

}  // namespace eider::test
