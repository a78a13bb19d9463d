// `eider card shell` and `eider card tree` on a card with an enabled Profile, as a person at a shell uses
// them.
#include <algorithm>
#include <gtest/gtest.h>
#include <memory>

#include "support/command.hpp"

namespace eider::test {
namespace {
class CardShell : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = std::make_unique<Workplace>();
    run("pki init --out pki", 0);
    place_->write("meta.json", R"({"serviceProviderName":"Eider","profileName":"Shell"})");
    run("profile create -o p.der --iccid 8949000000000000003 --imsi 262019876543210 --spn Eider --pin1 1234 "
        "--puk1 12345678 --pin-enabled "
        "--k 465B5CE8B199B49FAA5F0A2EE238A6BC --op CDC202D5123E20F62B6D676AC72CB318",
        0);
    run("eum make --pki pki --out card.eider --preload p.der meta.json --enable p.der", 0);
  }
  static void TearDownTestSuite() { place_.reset(); }
  static std::string run(const std::string& arguments, int expected, const std::string& input = "") {
    const auto r = place_->eider(arguments, input);
    EXPECT_EQ(r.code, expected) << arguments << "\n" << r.text;
    return r.text;
  }
  static std::string shell(const std::string& lines, int expected = 0) {
    return run("card shell --card card.eider", expected, lines);
  }
  inline static std::unique_ptr<Workplace> place_;
};

TEST_F(CardShell, WalksDirectories) {
  const auto text =
      shell("verify pin1 1234\nls\ncd usim\npwd\ncat imsi\ncd ..\npwd\ncat /ADF.USIM/EF.SPN\ncat 2FE2\n");
  EXPECT_TRUE(contains(text, "EF.ICCID")) << text;
  EXPECT_TRUE(contains(text, "ADF.USIM"));
  EXPECT_TRUE(contains(text, "MF/ADF.USIM\n"));
  EXPECT_TRUE(contains(text, "262019876543210"));
  EXPECT_TRUE(contains(text, "\nMF\n"));
  EXPECT_TRUE(contains(text, "Eider"));
  EXPECT_TRUE(contains(text, "8949000000000000003"));
}

TEST_F(CardShell, ShowsTheWholeTree) {
  EXPECT_TRUE(contains(run("card tree --card card.eider", 0), "6982"))
      << "what the PIN protects stays closed";
  const auto text = shell("verify pin1 1234\ntree\n");
  EXPECT_TRUE(contains(text, "MF                           3F00  directory")) << text;
  EXPECT_TRUE(contains(text, "  ADF.USIM"));
  EXPECT_TRUE(contains(text, "    EF.IMSI                  6F07  transparent, 9"));
  EXPECT_TRUE(contains(text, "262019876543210"));
}

TEST_F(CardShell, MasksKeysUnlessAsked) {
  EXPECT_TRUE(contains(shell("verify pin1 1234\ncat usim/keys\n"), "keys: shown with --secrets"));
  EXPECT_TRUE(contains(
      run("card shell --card card.eider --secrets -c 'verify pin1 1234' -c 'cat usim/keys'", 0), "07FFFFFF"));
}

TEST_F(CardShell, AnswersWithTheCardsOwnRefusal) {
  const auto text = shell("cd usim\nverify adm1 00000000\ncat nothing\nselect 6F99\nnonsense\n", 2);
  EXPECT_TRUE(contains(text, "verification failed")) << text;
  EXPECT_TRUE(contains(text, "no file \"nothing\" is known in MF/ADF.USIM"));
  EXPECT_TRUE(contains(text, "\"nonsense\" is no command"));
}

TEST_F(CardShell, ManagesPinsAndFiles) {
  auto text = shell(
      "cd usim\npins\nverify pin1 1234\nchange pin1 1234 4321\nupdate LI 6465\nhex LI\nchange pin1 "
      "4321 1234\n");
  EXPECT_TRUE(contains(text, "PIN1")) << text;
  EXPECT_TRUE(contains(text, "PIN1: done"));
  EXPECT_TRUE(contains(text, "6465"));
}

TEST_F(CardShell, Authenticates) {
  // A replay of nothing: an AUTN of zeros fails with the MAC.
  const auto text = shell(
      "verify pin1 1234\ncd usim\nauth 00112233445566778899AABBCCDDEEFF "
      "00000000000000000000000000000000\n",
      1);
  EXPECT_TRUE(contains(text, "9862")) << text;
}

// Wireshark's dissectors read a whole session; skipped without tshark.
TEST_F(CardShell, ItsTraceIsReadByWireshark) {
  if (place_->sh("command -v tshark").code != 0) GTEST_SKIP() << "tshark is not installed";
  run("card shell --card card.eider --pcap s.pcap -c tree -c 'verify pin1 1234' -c tree -c 'cd usim' -c pins "
      "-c 'auth 00112233445566778899AABBCCDDEEFF 00000000000000000000000000000000' "
      "-c 'apdu 80100000021FFF' -c reset",
      1);
  const auto tshark = [](const std::string& arguments) {
    return place_->sh("tshark -r s.pcap " + arguments + " 2>/dev/null").text;
  };
  EXPECT_EQ(tshark("-Y '_ws.malformed || !gsm_sim'"), "");
  const auto text = tshark("");
  EXPECT_GT(std::ranges::count(text, '\n'), 200);
  for (const char* part : {"SELECT", "READ BINARY", "READ RECORD", "VERIFY", "GET RESPONSE"})
    EXPECT_TRUE(contains(text, part)) << part;
}

}  // namespace
}  // namespace eider::test
