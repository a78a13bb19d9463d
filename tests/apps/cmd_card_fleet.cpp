// `eider card fleet` and `eider eum make --fleet`, as a person at a shell uses them.
#include <gtest/gtest.h>

#include "support/command.hpp"

namespace eider::test {
namespace {
const char kFirst[] = "89049032000000000000000000000163";

struct Made : Workplace {
  Made() {
    EXPECT_EQ(eider("pki init --out pki").code, 0);
    const auto made = eider("eum make --pki pki --fleet f --count 5 --serial 1");
    EXPECT_EQ(made.code, 0) << made.text;
    EXPECT_TRUE(made.says("5 of 5 cards")) << made.text;
  }
};
}  // namespace

TEST(CmdCardFleet, MakesListsMovesAndChecksCards) {
  Made w;
  auto r = w.eider("card fleet list f");
  EXPECT_TRUE(r.says(std::string("         1  ") + kFirst)) << r.text;
  EXPECT_TRUE(r.says("5 cards in f"));
  r = w.eider("card fleet list f --json --after 3 --limit 1");
  EXPECT_TRUE(r.says(R"({"size":5,"cards":[{"number":4,"eid":"8904903200)")) << r.text;
  EXPECT_TRUE(w.eider("card fleet show f 1").says(kFirst));
  EXPECT_TRUE(w.eider(std::string("card fleet show --json f ") + kFirst).says(R"("profiles":[])"));

  ASSERT_EQ(w.eider(std::string("card fleet export f ") + kFirst + " --out a.eider").code, 0);
  EXPECT_TRUE(w.eider("card show a.eider").says(kFirst));
  EXPECT_EQ(w.eider("card fleet export f 1 --out a.eider").code, 1);  // never over a card
  ASSERT_EQ(w.eider("card fleet export f --all --out-dir all -q").code, 0);
  EXPECT_EQ(w.sh("cmp a.eider all/" + std::string(kFirst) + ".eider").code, 0);

  r = w.eider("card fleet remove f 1");
  EXPECT_EQ(r.code, 2);
  EXPECT_TRUE(r.says("say --yes"));
  ASSERT_EQ(w.eider("card fleet remove f 1 --yes").code, 0);
  EXPECT_EQ(w.eider("card fleet show f 1").code, 1);
  EXPECT_EQ(w.eider("card fleet import f a.eider").code, 0);
  EXPECT_EQ(w.eider("card fleet compact f").code, 0);
  EXPECT_TRUE(w.eider("card fleet show f 6").says(kFirst));
  r = w.eider("card fleet check f");
  EXPECT_EQ(r.code, 0);
  EXPECT_TRUE(r.says("5 cards with 0 profiles, 0 of them damaged")) << r.text;
  // Into a store of their own.
  EXPECT_EQ(w.eider("card fleet import g all/*.eider").code, 0);
  EXPECT_TRUE(w.eider("card fleet check g --json").says(R"("cards":5)"));
}

TEST(CmdCardFleet, SaysWhatIsWrong) {
  Made w;
  auto r = w.eider("eum make --pki pki --fleet f --count 2 --serial 5");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(r.says("already")) << r.text;
  EXPECT_TRUE(w.eider("card fleet list f").says("5 cards"));  // not one of the two
  EXPECT_EQ(w.eider("eum make --pki pki --fleet f --out a.eider").code, 2);
  EXPECT_EQ(w.eider("card fleet list nothing").code, 1);
  w.write("junk", "junk");
  EXPECT_TRUE(w.eider("card fleet list junk").says("not a card store"));
  EXPECT_TRUE(w.eider("card fleet import f junk").says("not an Eider card file"));
  EXPECT_EQ(w.eider("card fleet show f 0").code, 2);
  EXPECT_TRUE(w.eider("card fleet show f 9").says("no card number 9"));
  EXPECT_EQ(w.eider("card fleet export f 1").code, 2);
  EXPECT_EQ(w.eider("card fleet export f --out a.eider").code, 2);
}

TEST(CmdCardFleet, ServesItsCardsToLpas) {
  Made w;
  const auto r = w.sh(
      "\"$EIDER\" card fleet serve f --tcp 127.0.0.1:0 >out & server=$!\n"
      "for i in $(seq 600); do grep -q tcp: out && break; sleep 0.1; done\n"
      "at=$(sed 's/.*tcp://' out)\n"
      "\"$EIDER\" lpa --tcp $at/2 chip; \"$EIDER\" lpa --tcp $at/" +
      std::string(kFirst) +
      " default-smdp set smdpp.example.com\n"
      "\"$EIDER\" lpa --tcp $at/9 chip; \"$EIDER\" lpa --tcp $at chip; \"$EIDER\" card fleet serve f\n"
      "\"$EIDER\" card fleet list f; kill $server; wait $server");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(r.says("89049032000000000000000000000260")) << r.text;
  EXPECT_TRUE(r.says("no card number 9"));
  EXPECT_TRUE(r.says("choose one first"));
  EXPECT_TRUE(r.says("in use"));
  EXPECT_TRUE(r.says("5 cards in f"));
  EXPECT_TRUE(w.eider("card fleet show f 1").says("Default SM-DP+ smdpp.example.com"));
}

}  // namespace eider::test
