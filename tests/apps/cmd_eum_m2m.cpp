// eider eum make --m2m: card files of the M2M architecture, and what their EIS needs beside them.
#include <boost/json.hpp>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>

#include "support/command.hpp"

namespace eider::test {
namespace {
namespace fs = std::filesystem;
namespace json = boost::json;

struct M2mShop : Workplace {
  M2mShop() {
    ok("pki init --out pki");
    for (const char* n : {"1", "2", "3"})
      ok(std::string("profile create -o boot-") + n + ".der --iccid 898821100000000000" + n + "?");
  }
  void ok(const std::string& arguments) const {
    const auto r = eider(arguments);
    ASSERT_EQ(r.code, 0) << arguments << "\n" << r.text;
  }
};

TEST(CmdEumM2m, WritesTheCardAndWhatItsEisNeeds) {
  const M2mShop shop;
  shop.ok(
      "eum make --pki pki --out a.eider --serial 7 --m2m --bootstrap boot-1.der --bootstrap boot-2.der "
      "--fallback boot-2.der --smsr-number 4917655500001");
  const auto mode = fs::status(shop / "a.eis.json").permissions();
  EXPECT_EQ(mode & fs::perms::mask, fs::perms::owner_read | fs::perms::owner_write);
  const auto eis = json::parse(shop.read("a.eis.json")).as_object();
  EXPECT_EQ(eis.at("eid").as_string(), "89049032000000000000000000000745");
  const auto& sets = eis.at("isdR").at("keySets").as_array();
  ASSERT_EQ(sets.size(), 2u);
  EXPECT_EQ(sets[0].at("type").as_string(), "SCP80");
  EXPECT_EQ(sets[0].at("keys").as_array().size(), 3u);
  EXPECT_EQ(sets[1].at("type").as_string(), "SCP81");
  EXPECT_EQ(sets[1].at("keys").at(0).at("type").as_int64(), 0x85);
  EXPECT_EQ(sets[0].at("keys").at(0).at("value").as_string().size(), 32u);
  EXPECT_EQ(sets[0].at("keys").at(0).at("kcv").as_string().size(), 6u);
  EXPECT_TRUE(eis.at("ecasd").at("certificate").as_string().starts_with("7F21"));
  const auto& profiles = eis.at("profiles").as_array();
  ASSERT_EQ(profiles.size(), 2u);
  EXPECT_EQ(profiles[0].at("state").as_string(), "Enabled");
  EXPECT_TRUE(profiles[1].at("fallbackAttribute").as_bool());
  EXPECT_LT(eis.at("freeMemory").as_int64(), eis.at("memory").as_int64());

  const auto shown = shop.eider("card show a.eider");
  for (const char* what : {"M2M            active", "SM-SR          +4917655500001", "ISD-R keys     01, 40",
                           "ISD-P A0000005591010FFFFFFFF8900001000  enabled", "fall-back"})
    EXPECT_TRUE(shown.says(what)) << what << "\n" << shown.text;
  const auto view = json::parse(shop.eider("card show --json a.eider").text);
  EXPECT_TRUE(view.at("m2m").at("active").as_bool());
  EXPECT_EQ(view.at("m2m").at("isdPs").as_array().size(), 2u);
}

TEST(CmdEumM2m, ManyCardsEachGetTheirOwnBootstrapPackage) {
  const M2mShop shop;
  shop.ok("eum make --pki pki --out-dir cards --count 3 --m2m --bootstrap 'boot-{n}.der' --quiet");
  int found = 0;
  std::set<std::string> iccids;
  for (const auto& entry : fs::directory_iterator(shop / "cards"))
    if (entry.path().string().ends_with(".eis.json")) {
      ++found;
      const auto eis = json::parse(shop.read("cards/" + entry.path().filename().string()));
      iccids.insert(std::string(eis.at("profiles").at(0).at("iccid").as_string()));
    }
  EXPECT_EQ(found, 3);
  EXPECT_EQ(iccids.size(), 3u);
}

TEST(CmdEumM2m, SaysWhatIsWrong) {
  const M2mShop shop;
  const auto refused = [&](const std::string& arguments, int code) {
    const auto r = shop.eider("eum make --pki pki --out b.eider " + arguments);
    EXPECT_EQ(r.code, code) << arguments << "\n" << r.text;
    EXPECT_FALSE(fs::exists(shop / "b.eider"));
    EXPECT_FALSE(fs::exists(shop / "b.eis.json"));
  };
  refused("--m2m --bootstrap boot-1.der --fallback boot-2.der", 2);
  refused("--m2m --bootstrap none.der", 1);
  refused("--m2m --bootstrap boot-1.der --bootstrap boot-2.der --fallback boot-2.der --emergency boot-2.der",
          1);
  refused("--m2m --bootstrap boot-1.der --smsr-number x", 1);
  refused("--m2m --bootstrap boot-1.der --smsr-https 84", 2);
}

}  // namespace
}  // namespace eider::test
