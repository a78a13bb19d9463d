// `eider operator campaign` without a network: lists, terms, what is refused.
#include <gtest/gtest.h>

#include "support/command.hpp"

namespace eider::test {
namespace {
const std::string kOneCard = "89001012012341234012345678901224";
struct CmdCampaign : testing::Test {
  Workplace place;
  Outcome campaign(const std::string& arguments, const std::string& input = {}) const {
    return place.eider("operator campaign " + arguments, input);
  }
};
}  // namespace

TEST_F(CmdCampaign, IsMadeFromStandardInput) {
  const auto r = campaign(
      "create spring --cards - --to-type gold --rate 20/s --hours 22:00-04:00 --utc-offset +02:00 "
      "--stop-at 0.5%",
      kOneCard + "\n");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(r.says(
      "1 cards to the Profile of type gold; 20 a second, 22:00-04:00 UTC+02:00; stops above 0.5% of 100"))
      << r.text;
  EXPECT_EQ(campaign("create spring --cards - --to-type gold", kOneCard + "\n").code, 1);
  const auto s = campaign("status");
  EXPECT_TRUE(s.says("spring")) << s.text;
  EXPECT_TRUE(s.says("draft")) << s.text;
}

TEST_F(CmdCampaign, WrongLinesAreNamedAndNothingIsMade) {
  place.write("list.csv", kOneCard + "\nhello\n" + kOneCard + "\n8949000000000000123\n");
  const auto r = campaign("create spring --cards list.csv --to-type gold");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(r.says("list.csv:2: \"hello\"")) << r.text;
  EXPECT_TRUE(r.says("list.csv:3: the card of line 1 again")) << r.text;
  EXPECT_TRUE(r.says("list.csv:4: no card with the Profile")) << r.text;
  EXPECT_FALSE(campaign("status").says("spring"));
  place.write("list.csv", kOneCard + "\n");
  EXPECT_TRUE(campaign("create spring --cards list.csv").says("no ICCID beside the card"));
}

TEST_F(CmdCampaign, IccidsAreFoundInTheInventory) {
  place.write("all.json",
              R"({"euiccs":1,"list":[{"eid":")" + kOneCard + R"(","enabled":"8949000000000000123"}]})");
  EXPECT_EQ(campaign("create a --cards - --inventory all.json --to-type gold", "8949000000000000123\n").code,
            0);
  EXPECT_EQ(campaign("create b --cards all.json --to-type gold").code, 0);
  EXPECT_TRUE(campaign("report b --csv").says(kOneCard + ",,waiting,next: look"));
}

TEST_F(CmdCampaign, StatesAreChangedAndKept) {
  ASSERT_EQ(campaign("create spring --cards - --to-type gold", kOneCard + "\n").code, 0);
  EXPECT_TRUE(campaign("pause spring").says("paused"));
  EXPECT_TRUE(campaign("set spring --rate 600/min --until 2036-01-01T00:00:00Z").says("paused"));
  const auto s = place.eider("operator --json campaign status spring");
  EXPECT_TRUE(s.says("10 a second, until 2036-01-01T00:00:00Z")) << s.text;
  EXPECT_TRUE(campaign("resume spring").says("run"));
  EXPECT_TRUE(campaign("cancel spring").says("cancelled"));
  EXPECT_EQ(campaign("resume spring").code, 1);
  const auto r = campaign("report spring");
  EXPECT_TRUE(r.says("the campaign was cancelled before its turn")) << r.text;
  EXPECT_EQ(campaign("pause winter").code, 1);
}

TEST_F(CmdCampaign, WrongTermsAreRefused) {
  for (const auto* terms :
       {"--rate 20", "--rate -1/s", "--rate 1/d", "--rate 0.5/min", "--stop-at 5", "--stop-at 101%",
        "--hours 1:00-2:00", "--hours 25:00-26:00", "--hours 01:00-01:00", "--utc-offset 2",
        "--from tomorrow", "--card-time 0s", "--card-time 5x", "--card-time 1e9d",
        "--from 2036-03-02T00:00:00Z --until 2036-03-01T00:00:00Z"}) {
    const auto r = campaign("create spring --cards - --to-type gold " + std::string(terms), kOneCard + "\n");
    EXPECT_EQ(r.code, 2) << terms << r.text;
    EXPECT_TRUE(r.says("remedy: ")) << terms << r.text;
  }
}

TEST_F(CmdCampaign, AWindowThatIsOverIsRefused) {
  for (const auto* until : {"2020-01-01T00:00:00Z", "now"}) {
    const auto r =
        campaign("create spring --cards - --to-type gold --until " + std::string(until), kOneCard + "\n");
    EXPECT_EQ(r.code, 2) << r.text;
    EXPECT_TRUE(r.says("has passed")) << r.text;
  }
  EXPECT_FALSE(campaign("status").says("spring"));
}

TEST_F(CmdCampaign, AChangeOfNothingIsRefused) {
  ASSERT_EQ(campaign("create spring --cards - --to-type gold", kOneCard + "\n").code, 0);
  const auto r = campaign("set spring");
  EXPECT_EQ(r.code, 2) << r.text;
  for (const auto* term : {"--rate", "--until", "--hours", "--retry-later"})
    EXPECT_TRUE(r.says(term)) << r.text;
  EXPECT_EQ(campaign("set spring --until 2020-01-01T00:00:00Z").code, 2);
  EXPECT_EQ(campaign("set spring --burst 5").code, 0);
}

TEST_F(CmdCampaign, ARetryNamesItsClasses) {
  ASSERT_EQ(campaign("create spring --cards - --to-type gold", kOneCard + "\n").code, 0);
  for (const auto* which : {"nope", "", "nope nope", "--state nope", "--state done"}) {
    const auto r = campaign("retry spring " + std::string(which));
    EXPECT_EQ(r.code, 2) << r.text;
    for (const auto* name : {"held", "failed", "skipped", "remedy"}) EXPECT_TRUE(r.says(name)) << r.text;
  }
  EXPECT_EQ(campaign("retry nope").code, 2);
  EXPECT_EQ(campaign("retry spring --state held").code, 0);
}

TEST_F(CmdCampaign, RulesAreShown) {
  const auto r = campaign("rules");
  EXPECT_TRUE(r.says("8.1.1/5.1  later    yes")) << r.text;
}

}  // namespace eider::test
