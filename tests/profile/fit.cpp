// A package against what an eUICC says of itself.
#include "profile/fit.hpp"

#include "profile/elements.hpp"
#include "support/shared_data.hpp"

namespace eider::profile {
namespace {
using namespace test_elements;

sgp22::EUICCInfo2 able() {
  sgp22::EUICCInfo2 info;
  info.profileVersion = *sgp22::parse_version("2.3.1");
  info.rspCapability.set(sgp22::kAdditionalProfile);
  info.uiccCapability = CardCapabilities::all_services();
  info.extCardResource = sgp22::encode_ext_card_resource({0, 200000, 8000});
  return info;
}
// "aspect: demand" of everything that is not met.
std::string unmet(ByteView package, const sgp22::EUICCInfo2& info) {
  const auto demands = demands_of(package);
  EXPECT_TRUE(demands) << demands.error().message();
  std::string out;
  for (const auto& d : fit(*demands, info))
    if (d.met && !*d.met) {
      EXPECT_FALSE(d.remedy.empty()) << d.demand;
      EXPECT_FALSE(d.why.empty()) << d.demand;
      out += d.demand + "\n";
    }
  return out;
}

TEST(Fit, AnAbleCardTakesTheGenericProfile) {
  const auto package = joined(generic());
  EXPECT_EQ(unmet(package, able()), "");
  EXPECT_TRUE(fits(fit(*demands_of(package), able())));
}

TEST(Fit, NamesEveryDemandThatIsNotMet) {
  const auto package = joined(generic());
  auto info = able();
  info.rspCapability = {};
  info.uiccCapability.set(saip::capability_bit(saip::Service::kMilenage), false);
  info.uiccCapability.set(saip::capability_bit(saip::Service::kIsim), false);
  info.profileVersion = *sgp22::parse_version("2.2.0");
  info.extCardResource = sgp22::encode_ext_card_resource({0, 1000, 8000});
  const auto said = unmet(package, info);
  for (const auto* part : {"one more Profile\n", "version 2.3 of profile packages\n", "service akaMilenage\n",
                           "service isimSupport\n", " octets of memory\n"})
    EXPECT_NE(said.find(part), std::string::npos) << said;
  EXPECT_EQ(std::ranges::count(said, '\n'), 5);
  EXPECT_FALSE(fits(fit(*demands_of(package), info)));
}

TEST(Fit, VersionsOfAdditionalMajorNumbersCount) {
  auto l = generic();
  as<saip::ProfileHeader>(l, pe::kHeader).major_version = 3;
  auto info = able();
  EXPECT_EQ(unmet(joined(l), info), "version 3.3 of profile packages\n");
  info.additionalEuiccProfilePackageVersions = {
      {*sgp22::parse_version("3.2.0"), *sgp22::parse_version("3.3.1")}};
  EXPECT_EQ(unmet(joined(l), info), "");
}

TEST(Fit, ServicesThatTheHeaderForgotCountToo) {
  auto l = generic();
  as<saip::ProfileHeader>(l, pe::kHeader).eUICC_Mandatory_services = {};
  const auto demands = *demands_of(joined(l));
  for (const auto s : {saip::Service::kUsim, saip::Service::kIsim, saip::Service::kMilenage})
    EXPECT_TRUE(demands.requirements.uicc_capability.test(saip::capability_bit(s)));
  EXPECT_NE(demands.reasons.at(saip::capability_bit(saip::Service::kMilenage)).find("akaParameter"),
            std::string::npos);
}

TEST(Fit, WhatEuiccInfo2DoesNotTellIsNeitherMetNorUnmet) {
  auto l = generic();
  as<saip::ProfileHeader>(l, pe::kHeader).eUICC_Mandatory_AIDs.emplace();
  auto info = able();
  info.extCardResource = hex("0102");
  const auto all = fit(*demands_of(joined(l)), info);
  const auto silent = [&](Aspect a) {
    return std::ranges::any_of(all, [&](const Demand& d) { return d.aspect == a && !d.met; });
  };
  EXPECT_TRUE(silent(Aspect::kMemory));
  EXPECT_TRUE(silent(Aspect::kTemplate));
  EXPECT_TRUE(fits(all));
}

// The estimate is what the software card takes; a card with that much free memory and not one octet less.
TEST(Fit, MemoryIsTheInstalledSize) {
  const auto package = joined(generic());
  const auto size = demands_of(package)->requirements.size_octets;
  const auto report = install(split(package), metadata());
  EXPECT_EQ(size, report.facts.memory_bytes);
  auto info = able();
  info.extCardResource = sgp22::encode_ext_card_resource({0, size, 0});
  EXPECT_EQ(unmet(package, info), "");
  info.extCardResource = sgp22::encode_ext_card_resource({0, size - 1, 0});
  EXPECT_NE(unmet(package, info), "");
}

TEST(Fit, APackageThatNoCardTakesHasNoDemands) {
  auto l = generic();
  drop(l, pe::kEnd);
  EXPECT_FALSE(demands_of(joined(l)));
  l = generic();
  drop(l, pe::kMf);
  EXPECT_FALSE(demands_of(joined(l)));
  EXPECT_FALSE(demands_of(hex("A0")));
}

TEST(Fit, Ts48NeedsWhatItsHeaderLists) {
  EIDER_SHARED_OR_SKIP(path, "ts48/TS48v5_SAIP2.3_NoBERTLV.der");
  auto info = able();
  EXPECT_EQ(unmet(test::read_file(path), info), "");
  info.uiccCapability.set(saip::capability_bit(saip::Service::kProfileBP256), false);
  EXPECT_EQ(unmet(test::read_file(path), info), "service profile-b-p256\n");
}

}  // namespace
}  // namespace eider::profile
