// eider profile export, create --from, diff and fit, as a person runs them.
#include <filesystem>
#include <gtest/gtest.h>

#include "spec/sgp22/types.hpp"
#include "support/command.hpp"

namespace eider::test {
namespace {
namespace fs = std::filesystem;

struct ProfileTools : testing::Test {
  Workplace place;
  Outcome profile(const std::string& arguments) const { return place.eider("profile " + arguments); }
  void make(const std::string& name, const std::string& more = "") const {
    const auto r =
        profile("create -o " + name + " --iccid 898821100000000000? --imsi 001010000000001 " + more);
    ASSERT_EQ(r.code, 0) << r.text;
  }
  void replace(const std::string& name, const std::string& from, const std::string& to) const {
    auto text = place.read(name);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    place.write(name, text.replace(at, from.size(), to));
  }
};
constexpr auto kOwnerOnly = fs::perms::owner_read | fs::perms::owner_write;

TEST_F(ProfileTools, ADocumentBecomesThePackageAgain) {
  make("p.der");
  for (const std::string form : {"yaml", "json"}) {
    place.write("out", "open to everybody");
    fs::permissions(place / "out", fs::perms::all);
    ASSERT_EQ(profile("export p.der -o out --" + form).code, 0);
    EXPECT_EQ(fs::status(place / "out").permissions(), kOwnerOnly);
    const auto r = profile("create --from out -o q.der");
    ASSERT_EQ(r.code, 0) << r.text;
    EXPECT_EQ(place.read("q.der"), place.read("p.der"));
    EXPECT_EQ(fs::status(place / "q.der").permissions(), kOwnerOnly);
  }
  EXPECT_TRUE(
      profile("export p.der").says("# A profile package (TCA PPIF) with its keys and codes in the clear"));
  EXPECT_TRUE(
      place.sh("$EIDER profile export p.der | $EIDER profile create --from - -o - | cmp - p.der && echo same")
          .says("same"));
}

TEST_F(ProfileTools, AChangedDocumentSaysWhatDoesNotFit) {
  make("p.der");
  ASSERT_EQ(profile("export p.der -o p.yaml").code, 0);
  replace("p.yaml", "profileType: \"Eider generic profile\"", "profileType: \"mine\"");
  ASSERT_EQ(profile("create --from p.yaml -o q.der").code, 0);
  EXPECT_TRUE(profile("inspect q.der").says("profileType: mine"));
  replace("p.yaml", "algorithmID: milenage", "algorithmID: a3a8");
  const auto r = profile("create --from p.yaml -o r.der");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(r.says("p.yaml: element 8, line ")) << r.text;
  EXPECT_TRUE(r.says("algorithmID: a number wanted")) << r.text;
  EXPECT_FALSE(fs::exists(place / "r.der"));
  EXPECT_EQ(profile("create --from p.yaml -o r.der --imsi 001010000000001").code, 2);
  EXPECT_EQ(profile("create --from nothing.yaml -o r.der").code, 1);
}

TEST_F(ProfileTools, DiffHasTheExitCodesOfDiff) {
  make("a.der", "--k 000102030405060708090A0B0C0D0E0E --pin1 4711");
  auto r = profile("diff a.der a.der");
  EXPECT_EQ(r.code, 0);
  EXPECT_EQ(r.text, "");
  make("b.der", "--k 100102030405060708090A0B0C0D0E0E --pin1 4712 --spn Other");
  r = profile("diff a.der b.der");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(r.says("3F00/ADF.USIM/6F46 EF.SPN\n")) << r.text;
  EXPECT_TRUE(r.says("algoParameter.key: (not shown) -> differs")) << r.text;
  for (const auto* secret :
       {"000102030405060708090A0B0C0D0E0E", "100102030405060708090A0B0C0D0E0E", "34373131"})
    EXPECT_FALSE(r.says(secret)) << secret;
  r = profile("diff --json a.der b.der");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(r.text.starts_with(R"({"equal":false,"sameOctets":false,"differences":[{"where":)")) << r.text;
  place.write("broken.der", "A0");
  EXPECT_EQ(profile("diff a.der broken.der").code, 2);
  EXPECT_EQ(profile("diff a.der nothing.der").code, 2);
  EXPECT_EQ(profile("diff a.der").code, 2);
  EXPECT_EQ(profile("diff - -").code, 2);
}

std::string info2(std::uint32_t free_octets) {
  sgp22::EUICCInfo2 info;
  info.profileVersion = *sgp22::parse_version("2.3.1");
  info.rspCapability.set(sgp22::kAdditionalProfile);
  info.uiccCapability = {1, 4};
  info.extCardResource = sgp22::encode_ext_card_resource({0, free_octets, 1000});
  return to_hex(der::encode(info)) + "\n";
}

TEST_F(ProfileTools, FitNamesDemandsAndRemedies) {
  make("p.der");
  place.write("able.hex", info2(100000));
  auto r = profile("fit p.der --euicc-info2 able.hex");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(r.says("met       service akaMilenage: mandatory in the header\n")) << r.text;
  EXPECT_TRUE(r.says("not told  template ADF USIM, version 1")) << r.text;
  EXPECT_TRUE(r.says("the package fits\n"));
  place.write("full.hex", info2(1000));
  r = profile("fit p.der --euicc-info2 full.hex");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(r.says("NOT MET   about ")) << r.text;
  EXPECT_TRUE(r.says("1000 are free\n          remedy: ")) << r.text;
  make("isim.der", "--isim");
  r = profile("fit isim.der --euicc-info2 able.hex --json");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(r.text.starts_with(R"({"fits":false,"demands":[)")) << r.text;
  EXPECT_TRUE(r.says(R"("demand":"service isimSupport")")) << r.text;
  EXPECT_EQ(profile("fit p.der").code, 2);
  // 1 says that it does not fit; that nobody knows is another thing.
  EXPECT_EQ(profile("fit p.der --euicc-info2 p.der").code, 2);
  place.write("broken.der", "A0");
  EXPECT_EQ(profile("fit broken.der --euicc-info2 able.hex").code, 2);
}

TEST_F(ProfileTools, FitAsksACard) {
  make("p.der");
  ASSERT_EQ(place.eider("pki init --out pki").code, 0);
  ASSERT_EQ(place.eider("eum make --pki pki --out card.eider --memory 64").code, 0);
  auto r = profile("fit p.der --card card.eider");
  EXPECT_EQ(r.code, 0) << r.text;
  // The card takes packages of version 3 as well.
  ASSERT_EQ(
      place.sh("\"$EIDER\" profile export p.der | sed 's/^\\( *major-version:\\) 2/\\1 3/' > v3.yaml").code,
      0);
  ASSERT_EQ(profile("create --from v3.yaml -o v3.der").code, 0);
  r = profile("fit v3.der --card card.eider");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(r.says("version 3.")) << r.text;
  make("large.der", "--ballast 32000");
  ASSERT_EQ(place.eider("eum make --pki pki --out small.eider --memory 32").code, 0);
  r = profile("fit large.der --card small.eider");
  EXPECT_EQ(r.code, 1) << r.text;
  EXPECT_TRUE(r.says("NOT MET   about ")) << r.text;
  EXPECT_EQ(profile("fit p.der --card nothing.eider").code, 2);
}

TEST_F(ProfileTools, LintListsItsRulesWithRemedies) {
  const auto rules = profile("lint --rules");
  EXPECT_EQ(rules.code, 0);
  EXPECT_GE(std::ranges::count(rules.text, '\n'), 112);
  EXPECT_TRUE(profile("lint --rules --json").says(R"("id":"FCP-15")"));
  make("p.der", "--algorithm test");
  const auto r = profile("lint p.der");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(r.says("warning KEY-01 element 8, akaParameter, at ")) << r.text;
  EXPECT_TRUE(r.says("remedy: Give the subscriber a random key")) << r.text;
  EXPECT_EQ(profile("lint --strict p.der").code, 1);
}

}  // namespace
}  // namespace eider::test
