// A message is for one party: a server with the certificate of another one, though its host name and its CI
// are right, does not get it (SGP.02 v4.2 section 2.3 and Annex D).
#include <gtest/gtest.h>

#include "apps/m2m/stage.hpp"

namespace eider::test {
namespace {
using namespace std::chrono_literals;
constexpr const char* kHandshakes = "eider_http_handshakes_failed_total{interface=\"functions\"}";
}  // namespace

TEST(M2mParties, WhoAsksIsToldOfAnotherServerBeforeItHears) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto other = "2.999.21@smsr.example.com:" + std::to_string(stage.functions_port());
  const auto before = stage.place().read("smsr.log");
  const auto failed = stage.metric("smsr", kHandshakes);
  const auto asked = stage.mno("--smsr " + other + " eis " + card.eid);
  EXPECT_NE(asked.code, 0);
  EXPECT_TRUE(contains(asked.text, "is that of 2.999.20, not of 2.999.21")) << asked.text;
  const auto registered = stage.place().eider(
      "eum register --pki pki" + stage.resolve() + " --smsr " + other + " --mno " + M2mStage::kMno +
      " --transport-key transport.key cards/" + card.device + ".eis.json");
  EXPECT_NE(registered.code, 0);
  EXPECT_TRUE(contains(registered.text, "is that of 2.999.20, not of 2.999.21")) << registered.text;
  EXPECT_EQ(stage.place().read("smsr.log"), before);
  EXPECT_EQ(stage.metric("smsr", kHandshakes), failed + 2);
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
  EXPECT_TRUE(M2mStage::within(20s, [&] { return not_reached() > before; }));
  EXPECT_TRUE(stage.heard("sp", "ES4-AuditEISResponse", card.eid).empty()) << stage.place().read("sp.log");
}

}  // namespace eider::test
