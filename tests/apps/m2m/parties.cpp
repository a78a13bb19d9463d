// A message is for one party: a server with the certificate of another one, though its host name and its CI
// are right, does not get it (SGP.02 v4.2 section 2.3 and Annex D).
#include <gtest/gtest.h>
#include <sstream>

#include "apps/m2m/stage.hpp"

namespace eider::test {
namespace {
constexpr const char* kHandshakes = "eider_http_handshakes_failed_total{interface=\"functions\"}";

// All series of these functions: what another test has left under way calls others.
std::string calls_of(const M2mStage& stage, const std::string& first, const std::string& second) {
  std::istringstream all(stage.ask("smsr", "/metrics"));
  std::string out;
  for (std::string line; std::getline(all, line);)
    if (contains(line, "function=\"" + first) || contains(line, "function=\"" + second)) out += line + "\n";
  return out;
}
}  // namespace

TEST(M2mParties, WhoAsksIsToldOfAnotherServerBeforeItHears) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto other = "2.999.21@smsr.example.com:" + std::to_string(stage.functions_port());
  const auto before = calls_of(stage, "GetEIS", "RegisterEIS");
  ASSERT_TRUE(contains(before, "RegisterEIS")) << "of the stage itself";
  const auto failed = stage.metric("smsr", kHandshakes);
  const auto asked = stage.mno("--smsr " + other + " eis " + card.eid);
  EXPECT_NE(asked.code, 0);
  EXPECT_TRUE(contains(asked.text, "is that of 2.999.20, not of 2.999.21")) << asked.text;
  const auto registered = stage.place().eider(
      "eum register --pki pki" + stage.resolve() + " --smsr " + other + " --mno " + M2mStage::kMno +
      " --transport-key transport.key cards/" + card.device + ".eis.json");
  EXPECT_NE(registered.code, 0);
  EXPECT_TRUE(contains(registered.text, "is that of 2.999.20, not of 2.999.21")) << registered.text;
  EXPECT_TRUE(M2mStage::comes_true([&] { return stage.metric("smsr", kHandshakes) >= failed + 2; }));
  EXPECT_EQ(stage.metric("smsr", kHandshakes), failed + 2);
  EXPECT_EQ(calls_of(stage, "GetEIS", "RegisterEIS"), before);
}

// The Operator asks for the answer at an address of the M2M SP: it is the Operator's, nobody else's.
TEST(M2mParties, AnAnswerGoesToWhoAskedAlone) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto not_reached = [&] {
    return stage.metric("smsr", "eider_smsr_posts_total{result=\"not_reached\"}");
  };
  const auto before = not_reached();
  const auto taken = stage.es4("--reply-to https://m2msp.example.com:" + std::to_string(stage.sp_port()) +
                               "/ audit " + card.eid);
  EXPECT_EQ(taken.code, 0) << taken.text;
  EXPECT_TRUE(M2mStage::comes_true([&] { return not_reached() > before; }));
  EXPECT_TRUE(stage.heard("sp", "ES4-AuditEISResponse", card.eid).empty()) << stage.place().read("sp.log");
}

// Nobody there speaks SOAP: what is wrong is the path, and the remedy names it.
TEST(M2mParties, AWrongPathIsToldAsOne) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto port = std::to_string(stage.smdp_port());
  const auto asked = stage.mno("--smdp " + std::string(M2mStage::kSmdp) + "@smdp.example.com:" + port +
                               " --smsr-id " + M2mStage::kSmsr + " eis " + card.eid);
  EXPECT_EQ(asked.code, 1) << asked.text;
  EXPECT_TRUE(contains(asked.text, "HTTP status 404 at https://smdp.example.com:" + port + "/,"))
      << asked.text;
  EXPECT_TRUE(contains(asked.text, "/es2")) << asked.text;
}

}  // namespace eider::test
