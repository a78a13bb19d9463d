// What SM-SR and SM-DP tell Prometheus of a download, of a refusal, and of what is under way.
#include <gtest/gtest.h>

#include "apps/m2m/stage.hpp"

namespace eider::test {
namespace {
std::string calls(const std::string& family, const std::string& interface, const std::string& function,
                  const std::string& status, const std::string& code = {}) {
  return "eider_" + family + "{code=\"" + code + "\",function=\"" + function + "\",interface=\"" + interface +
         "\",status=\"" + status + "\"}";
}
}  // namespace

TEST(M2mMetrics, CountCallsOperationsAndMessages) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto now = [&](const std::string& series) { return stage.metric("smsr", series); };
  const auto before = std::max(now(calls("smsr_calls_total", "ES3", "EnableProfile", "success")), 0.0);
  const auto out = now("eider_smsr_short_messages_total{direction=\"out\",result=\"taken\"}");
  const auto in = now("eider_smsr_short_messages_total{direction=\"in\",result=\"taken\"}");
  EXPECT_GE(out, 0);
  stage.download(card, "--enable");
  EXPECT_EQ(stage.es4("enable " + card.eid + " 8949000000000000007").status(), "FAILED 8.2.1/3.9");
  EXPECT_EQ(now(calls("smsr_calls_total", "ES3", "EnableProfile", "success")), before + 1);
  EXPECT_GE(now(calls("smsr_calls_total", "ES4", "EnableProfile", "failed", "8.2.1/3.9")), 1);
  EXPECT_GE(now("eider_smsr_call_seconds_count{function=\"EnableProfile\",interface=\"ES3\"}"), 1);
  EXPECT_GE(now("eider_smsr_operations_total{operation=\"EnableProfile\",status=\"success\"}"), 1);
  EXPECT_GE(now("eider_smsr_operation_wait_seconds_count{operation=\"CreateISDP\"}"), 1);
  EXPECT_GE(now("eider_smsr_operation_seconds_count{operation=\"CreateISDP\"}"), 1);
  EXPECT_GT(now("eider_smsr_short_messages_total{direction=\"out\",result=\"taken\"}"), out);
  EXPECT_GT(now("eider_smsr_short_messages_total{direction=\"in\",result=\"taken\"}"), in);
  EXPECT_GE(now("eider_smsr_sessions_total"), 1);
  EXPECT_GE(now("eider_smsr_posts_total{result=\"taken\"}"), 1);
  EXPECT_EQ(now("eider_smsr_smpp_bound"), 1);
  EXPECT_GT(now("eider_smsr_euiccs"), 10);
  EXPECT_GE(now("eider_http_connections_total{interface=\"functions\"}"), 1);
}

TEST(M2mMetrics, TellWhatIsUnderWay) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  // Two operations of one card that is out of reach.
  stage.lose(card.boot);
  const auto ask = [&](const std::string& what) {
    return stage.place().sh("\"$EIDER\" operator --pki pki" + stage.resolve() + " --smsr " + stage.smsr() +
                            " " + what + " --validity 90 >/dev/null 2>&1 &");
  };
  ask("audit " + card.eid);
  ask("audit " + card.eid + " " + card.boot);
  EXPECT_TRUE(M2mStage::comes_true([&] {
    return stage.metric("smsr", "eider_smsr_operations_longest") >= 2;
  })) << stage.ask("smsr", "/metrics");
  EXPECT_GE(stage.metric("smsr", "eider_smsr_operations"), 2);
  EXPECT_GE(stage.metric("smsr", "eider_smsr_operations_cards"), 1);
  stage.regain(card.boot);
}

TEST(M2mMetrics, OfTheSmDpTellWhatSmSrsAnswered) {
  auto& stage = M2mStage::get();
  stage.download(stage.take());
  const auto now = [&](const std::string& series) { return stage.metric("smdp", series); };
  EXPECT_GE(now(calls("smdp_calls_total", "ES2", "DownloadProfile", "success")), 1);
  EXPECT_GE(now("eider_smdp_call_seconds_count{function=\"DownloadProfile\",interface=\"ES2\"}"), 1);
  EXPECT_GE(now(calls("smdp_peer_calls_total", "ES3", "CreateISDP", "success")), 1);
  EXPECT_EQ(now("eider_smdp_procedures{step=\"SendData\"}"), 0);
  EXPECT_GE(now("eider_smdp_outbox_entries"), 0);
}

TEST(M2mMetrics, HealthIsAskedAtTheSamePlace) {
  auto& stage = M2mStage::get();
  for (const std::string role : {"smsr", "smdp"}) {
    EXPECT_EQ(stage.ask(role, "/health").substr(0, 6), "200 ok");
    EXPECT_EQ(stage.ask(role, "/").substr(0, 3), "404");
  }
}

}  // namespace eider::test
