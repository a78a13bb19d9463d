// What a card answers to a package: whole packages, final checks, mutations. Rules: installer_rules.cpp.
#include "profile/installer.hpp"

#include <gtest/gtest.h>

#include "profile/elements.hpp"
#include "support/shared_data.hpp"

namespace eider::profile {
namespace {

using namespace test_elements;

TEST(Installer, Ts48PackagesInstall) {
  for (const auto* name :
       {"TS48v1_A.der", "TS48v2_SAIP2.3_BERTLV.der", "TS48v3_SAIP2.3_NoBERTLV.der",
        "TS48v4_SAIP2.1A_NoBERTLV.der", "TS48v4_SAIP2.3_BERTLV.der", "TS48v5_SAIP2.3_NoBERTLV.der"}) {
    EIDER_SHARED_OR_SKIP(path, std::string("ts48/") + name);
    MetadataFacts m;
    m.iccid = *FixedBytes<10>::from(hex("98001032547698103214"));
    m.test_profile = true;
    CardCapabilities c;
    c.uicc_capability.set(saip::capability_bit(saip::Service::kJavacard));
    const auto report = install(split(test::read_file(path)), m, c);
    EXPECT_EQ(report.error, InstallError::kNone) << name << ": " << report.why;
    EXPECT_EQ(to_hex(report.sima_response), "3007A0053003800100") << name;
    EXPECT_EQ(report.facts.imsi, "001010123456063");
    EXPECT_EQ(report.facts.mnc_length, 2);
    EXPECT_EQ(report.facts.naas.size(), 2u);
  }
}

TEST(Installer, GenericProfileInstalls) {
  SeededRandom random(3);
  auto p = GenericProfileParameters::random(random);
  for (const bool isim : {false, true}) {
    p.isim = isim;
    p.ballast = isim ? 6000 : 0;
    MetadataFacts m;
    m.iccid = Iccid::parse(p.iccid)->file();
    const auto package = build_generic_profile(p);
    EXPECT_GT(package.size(), 1500u);
    EXPECT_LT(package.size(), 12000u);
    const auto report = install(split(package), m);
    EXPECT_EQ(report.error, InstallError::kNone) << report.why;
    EXPECT_EQ(to_hex(report.sima_response), "3007A0053003800100");
    EXPECT_EQ(report.facts.imsi, p.imsi);
    EXPECT_EQ(report.facts.naas.size(), isim ? 2u : 1u);
    EXPECT_TRUE(report.facts.naas[0].parameters.algoConfiguration.algo()->key == p.k);
    EXPECT_GT(report.facts.memory_bytes, 4000u);
    EXPECT_TRUE(report.facts.ust_service(19));
    EXPECT_FALSE(report.facts.ust_service(17));
  }
}

TEST(Installer, MalformedElementsNameTheOffset) {
  auto elements = encoded(generic());
  elements[2][3] = 0x8F;  // inside the PEHeader of pukCodes
  PackageInstaller installer({}, {}, metadata());
  EXPECT_TRUE(installer.element(elements[0]).stored);
  EXPECT_TRUE(installer.element(elements[1]).stored);
  const auto o = installer.element(elements[2]);
  EXPECT_TRUE(o.aborted);
  EXPECT_EQ(o.status.status, S::kInvalidRequestFormat);
  EXPECT_GT(*o.status.offset, 0u);
  EXPECT_TRUE(installer.element(elements[3]).aborted);  // it stays aborted
  EXPECT_EQ(installer.finish().error, InstallError::kPeProcessingError);
}

// Files of a service that the card lacks: abort when mandated; else a warning, and EF.UST no longer offers
// it.
TEST(Installer, GbaFiles) {
  auto l = generic();
  CardCapabilities c;
  without(c, saip::Service::kGbaUsim);
  auto& opt = tpl(l, pe::kOptUsim);
  opt.files.push_back({saip::member_tag(pe::kOptUsim, "ef-gbabp"), {}});
  opt.files.back().file = file(l, pe::kOptUsim, "ef-plmnwact");
  auto report = install(encoded(l), metadata(), c);
  EXPECT_EQ(report.response.peStatus.back().status, S::kFeatureNotSupported);
  EXPECT_EQ(report.response.peStatus.back().additional_information, 1);
  EXPECT_TRUE(report.response.profileInstallationAborted);
  opt.header.mandated.reset();
  report = install(encoded(l), metadata(), c);
  EXPECT_EQ(report.error, InstallError::kNone) << report.why;
  ASSERT_EQ(report.response.peStatus.size(), 2u);
  EXPECT_EQ(report.response.peStatus[0].status, S::kFeatureNotSupported);
  EXPECT_EQ(report.response.peStatus[1].status, S::kOk);
}

TEST(Installer, IccidMustBeTheOneOfTheMetadata) {
  auto m = metadata();
  m.iccid[3] ^= 1;
  const auto report = install(encoded(generic()), m);
  EXPECT_EQ(report.error, InstallError::kDataMismatch);
  EXPECT_FALSE(report.why.empty());
}

TEST(Installer, ProfileOwnerMustMatch) {
  auto m = metadata();
  m.profile_owner = MetadataFacts::Owner{encode_plmn("001", "01"), hex("A1"), {}};
  EXPECT_EQ(install(encoded(generic()), m).error, InstallError::kNone);
  auto other = m;
  other.profile_owner->mcc_mnc = encode_plmn("001", "02");
  EXPECT_EQ(install(encoded(generic()), other).error, InstallError::kDataMismatch);
  other = m;
  other.profile_owner->gid1.reset();  // available in EF.UST all the same
  EXPECT_EQ(install(encoded(generic()), other).error, InstallError::kDataMismatch);
  other = m;
  other.profile_owner->gid1 = hex("A2");
  EXPECT_EQ(install(encoded(generic()), other).error, InstallError::kDataMismatch);
  other = m;
  other.profile_owner->gid2 = hex("A2");
  EXPECT_EQ(install(encoded(generic()), other).error, InstallError::kDataMismatch);
}

TEST(Installer, TestProfilesNeedTestKeys) {
  auto m = metadata();
  m.test_profile = true;
  EXPECT_EQ(install(encoded(generic()), m).error, InstallError::kTestProfileInstallFailedDueToInvalidNaaKey);
  for (const auto* key : {"000000000000000000000000DEADBEEF", "000102030405060708090A0B0C0D0E0F"}) {
    auto l = generic(false);
    algo(l).key = Secret(hex(key));
    EXPECT_EQ(install(encoded(l), m).error, InstallError::kNone);
  }
  auto l = generic(false);
  algo(l).key = Secret(hex("000000000000000000000001DEADBEEF"));
  EXPECT_EQ(install(encoded(l), m).error, InstallError::kTestProfileInstallFailedDueToInvalidNaaKey);
  algo(l).algorithmID = saip::AlgorithmId::kUsimTestAlgorithm;
  EXPECT_EQ(install(encoded(l), m).error, InstallError::kNone);
}

// 10 000 mutated packages: always an answer that decodes, an abort exactly when the response says so.
TEST(Installer, MutationsAlwaysGetAnAnswer) {
  SeededRandom random(5);
  const auto original = encoded(generic());
  std::map<S, int> seen;
  int clean = 0;
  for (int round = 0; round < 10000; ++round) {
    auto elements = original;
    auto& victim = elements[random.below(elements.size())];
    for (auto n = random.below(3) + 1; n > 0; --n)
      victim[random.below(victim.size())] = static_cast<std::uint8_t>(random.next());
    PackageInstaller installer({}, {}, metadata());
    for (const auto& e : elements) installer.element(e);
    const bool complete = installer.complete();
    const auto report = installer.finish();
    auto back = der::decode<saip::EuiccResponse>(report.sima_response, der::Rules::strict());
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(!complete, back->profileInstallationAborted.has_value());
    for (const auto& s : back->peStatus) ++seen[s.status];
    clean += report.error == InstallError::kNone;
  }
  EXPECT_GT(seen[S::kInvalidRequestFormat], 1000);
  EXPECT_GT(seen[S::kBadValues], 100);
  EXPECT_GT(seen[S::kInvalidParameter], 10);
  EXPECT_GT(clean, 100);
}

}  // namespace
}  // namespace eider::profile
