// `eider eum` and `eider card`, as a person at a shell uses them.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "apps/sim_card.hpp"
#include "store/card_file.hpp"
#include "support/card_fixtures.hpp"
#include "support/command.hpp"

namespace eider::test {
namespace {
namespace fs = std::filesystem;

struct Shell : Workplace {
  Outcome run(const std::string& arguments) const { return eider(arguments); }
};
}  // namespace

TEST(CmdEum, MakesOneCardOrMany) {
  Shell shell;
  ASSERT_EQ(shell.run("pki init --out pki --curve both").code, 0);
  auto r = shell.run(
      "eum make --pki pki --out a.eider --curve both --smdp smdpp.example.com --memory 512 --serial 7");
  ASSERT_EQ(r.code, 0) << r.text;
  r = shell.run("card show a.eider");
  EXPECT_TRUE(contains(r.text, "EID            890490320000000000000000000007")) << r.text;
  EXPECT_TRUE(contains(r.text, "smdpp.example.com"));
  EXPECT_TRUE(contains(r.text, "524288 of 524288"));
  EXPECT_TRUE(contains(shell.run("card show --json a.eider").text, R"("freeMemory":524288)"));

  r = shell.run("eum make --pki pki --out-dir many --count 5 --serial 100");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(contains(r.text, "5 of 5 cards"));
  EXPECT_EQ(std::distance(fs::directory_iterator(shell.path() / "many"), fs::directory_iterator()), 5);
}

TEST(CmdEum, TellsWhatItMadeAsJson) {
  Shell shell;
  ASSERT_EQ(shell.run("pki init --out pki").code, 0);
  auto r = shell.run("eum make --pki pki --out a.eider --serial 7 --json");
  ASSERT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(r.text.starts_with(R"([{"eid":"890490320000000000000000000007)")) << r.text;
  EXPECT_TRUE(contains(r.text, R"("file":"a.eider","octets":)")) << r.text;
  r = shell.run("eum make --pki pki --out-dir many --count 3 --quiet --json");
  EXPECT_TRUE(contains(r.text, R"("file":"many/89049032)")) << r.text;
  r = shell.run("eum make --pki pki --fleet fleet.db --count 3 --quiet --json");
  EXPECT_EQ(r.code, 0);
  EXPECT_TRUE(contains(r.text, R"("file":"fleet.db")")) << r.text;
}

TEST(CmdCard, ExchangesApdusInWordsAndAsJson) {
  Shell shell;
  write_sim_card(shell.path() / "sim.eider");
  auto r = shell.run("card apdu sim.eider 00A40004023F00 --follow");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(contains(r.text, "> 00A40004023F00\n< 61")) << r.text;
  r = shell.run("card apdu sim.eider --json 00A4000C023F00 00B0000001");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(r.text.starts_with(R"([{"command":"00A4000C023F00","data":"","sw":"9000")")) << r.text;
  EXPECT_TRUE(contains(r.text, R"("sw":"6986")")) << r.text;
  EXPECT_EQ(shell.run("card apdu sim.eider 00A4 xyz").code, 2);
}

TEST(CmdEum, SaysWhatIsWrongAndLeavesNothingBehind) {
  Shell shell;
  ASSERT_EQ(shell.run("pki init --out pki").code, 0);
  auto r = shell.run("eum make --pki pki --out b.eider --eid 89049032000000000000000000000164");
  EXPECT_EQ(r.code, 2);
  EXPECT_TRUE(contains(r.text, "check digits would be 63")) << r.text;
  r = shell.run("eum make --pki pki --out b.eider --ein 89033023");  // another EUM's range
  EXPECT_EQ(r.code, 1);
  r = shell.run("eum make --pki pki --out b.eider --curve brainpool");
  EXPECT_TRUE(contains(r.text, "no EUM certificate on brainpoolP256r1")) << r.text;
  EXPECT_EQ(shell.run("eum make --out b.eider").code, 2);
  EXPECT_EQ(shell.run("eum make --pki pki").code, 2);
  EXPECT_FALSE(fs::exists(shell.path() / "b.eider"));
  EXPECT_EQ(shell.run("eum make --pki pki --out b.eider").code, 0);
  EXPECT_EQ(shell.run("eum make --pki pki --out b.eider").code, 1);  // never over a card
}

TEST(CmdEum, JavaCardIsAnnouncedWhenAsked) {
  Shell shell;
  ASSERT_EQ(shell.run("pki init --out pki").code, 0);
  ASSERT_EQ(shell.run("eum make --pki pki --out plain.eider").code, 0);
  ASSERT_EQ(shell.run("eum make --pki pki --out java.eider --java-card").code, 0);
  const auto rsp = [&](const char* card) {
    return shell.run(std::string("lpa --card ") + card + " chip").text;
  };
  EXPECT_FALSE(contains(rsp("plain.eider"), "javacard")) << rsp("plain.eider");
  EXPECT_TRUE(contains(rsp("java.eider"), "javacard")) << rsp("java.eider");
}

TEST(CmdEum, PreloadsProfiles) {
  Shell shell;
  ASSERT_EQ(shell.run("pki init --out pki").code, 0);
  ASSERT_EQ(shell.run("profile create -o boot.der --iccid 898821100000000001?").code, 0);
  ASSERT_EQ(shell.run("profile create -o home.der --iccid 898821100000000002?").code, 0);
  ASSERT_EQ(shell.run("profile create -o test.der --iccid 898821100000000003? --algorithm test").code, 0);
  std::ofstream(shell.path() / "boot.json")
      << R"({"serviceProviderName": "Eider", "profileName": "Bootstrap", "profileClass": "provisioning"})";
  std::ofstream(shell.path() / "home.json") << R"({"serviceProviderName": "Eider", "profileName": "Home"})";
  std::ofstream(shell.path() / "test.json")
      << R"({"serviceProviderName": "Eider", "profileName": "Test", "profileClass": "test"})";
  auto r = shell.run(
      "eum make --pki pki --out a.eider --preload boot.der boot.json --preload home.der home.json --enable "
      "home.der");
  ASSERT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(contains(r.text, "8988211000000000029 enabled")) << r.text;
  r = shell.run("lpa --card a.eider list --json");
  EXPECT_TRUE(contains(r.text, R"("profileName":"Bootstrap")")) << r.text;
  EXPECT_TRUE(contains(r.text, R"("profileState":"enabled")"));
  EXPECT_TRUE(contains(r.text, R"("profileClass":"provisioning")"));
  // It lives like any other, and its metadata name nobody to tell.
  EXPECT_EQ(shell.run("lpa --card a.eider disable Home").code, 0);
  EXPECT_TRUE(contains(shell.run("lpa --card a.eider notifications list").text, "No notification"));

  EXPECT_EQ(shell.run("eum make --pki pki --out b.eider --preload home.der home.json --enable boot.der").code,
            2);
  EXPECT_EQ(shell.run("eum make --pki pki --out b.eider --enable boot.der").code, 2);
  r = shell.run("eum make --pki pki --out b.eider --preload home.der home.json --preload home.der home.json");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(contains(r.text, "same ICCID")) << r.text;
  std::ofstream(shell.path() / "junk.der") << "junk";
  EXPECT_EQ(shell.run("eum make --pki pki --out b.eider --preload junk.der home.json").code, 1);
  EXPECT_FALSE(fs::exists(shell.path() / "b.eider"));
  r = shell.run("eum make --pki pki --out-dir many --count 2 --preload home.der home.json");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(contains(r.text, "only Test Profiles may be on many")) << r.text;
  r = shell.run("eum make --pki pki --out-dir many --count 2 --preload test.der test.json");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(contains(shell.run("eum make --help").text, "--java-card"));
}

TEST(CmdEum, RatFromAFile) {
  Shell shell;
  ASSERT_EQ(shell.run("pki init --out pki").code, 0);
  std::ofstream(shell.path() / "rat.json")
      << R"([{"pprIds": ["ppr2"], "allowedOperators": [{"mccMnc": "26202F"}]}])";
  ASSERT_EQ(shell.run("eum make --pki pki --out a.eider --rat rat.json").code, 0);
  const auto r = shell.run(
      "card apdu a.eider --follow 0070000001 01A4040010A0000005591010FFFFFFFF890000010000 "
      "81E2910003BF430000");
  EXPECT_TRUE(contains(r.text, "BF4314A012301080020520A1073005800362F220820100")) << r.text;
  std::ofstream(shell.path() / "bad.json") << "{";
  EXPECT_EQ(shell.run("eum make --pki pki --out c.eider --rat bad.json").code, 1);
}

TEST(CmdCard, DumpsTheOctetsThatWereInstalled) {
  Shell shell;
  const auto pki = make_test_pki({crypto::Curve::kP256});
  const auto plan = plan_of_class(kIccidA);
  {
    auto file = must(store::CardFile::create(shell.path() / "a.eider"));
    SeededRandom random(3);
    const auto signer = eum_signer(pki, crypto::Curve::kP256);
    must(card::manufacture(
        must(eum::personalise({}, *sgp22::parse_eid(kCardEid), std::span(&signer, 1), pki_time(), random)),
        *file));
    card::Euicc euicc(*file, random);
    CardDriver driver(euicc);
    driver.open();
    MiniSmdpp smdpp(pki);
    ASSERT_TRUE(success_of(Download(driver, smdpp, hex(kCardEid)).run(plan)));
    EXPECT_LT(fs::file_size(shell.path() / "a.eider"), 64u * 1024u);

    // The card is in use: others may look, not touch.
    EXPECT_EQ(shell.run("card show a.eider").code, 0);
    const auto r = shell.run("card apdu a.eider 80F2000C");
    EXPECT_EQ(r.code, 1);
    EXPECT_TRUE(contains(r.text, "in use")) << r.text;
  }
  EXPECT_EQ(shell.run(std::string("card dump a.eider --out upp.der --iccid ") + kIccidA).code, 0);
  std::ifstream in(shell.path() / "upp.der", std::ios::binary);
  EXPECT_EQ(Bytes(std::istreambuf_iterator<char>(in), {}), plan.upp);
  EXPECT_EQ(shell.run(std::string("card dump a.eider --out upp.der --iccid ") + kIccidB).code, 1);
  const auto r = shell.run("card show a.eider");
  EXPECT_TRUE(contains(r.text, kIccidA)) << r.text;
  EXPECT_TRUE(contains(r.text, "operational"));
  EXPECT_EQ(shell.run("card show nothing.eider").code, 1);
  std::ofstream(shell.path() / "junk.eider") << "junk";
  EXPECT_TRUE(contains(shell.run("card show junk.eider").text, "not an Eider card file"));
}

}  // namespace eider::test
