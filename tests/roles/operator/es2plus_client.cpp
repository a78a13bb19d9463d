#include "roles/operator/es2plus_client.hpp"

#include <gtest/gtest.h>

namespace eider::mno {
namespace {

struct ScriptedHttp final : HttpPort {
  HttpReply reply;
  std::optional<HttpPost> seen;
  Result<HttpReply> post(const HttpPost& request) override {
    seen = request;
    return reply;
  }
  void answer(int status, std::string type, std::string_view body) {
    reply = {status, {{"content-type", std::move(type)}}, to_bytes(as_bytes(body))};
  }
};

struct Operator : testing::Test {
  ScriptedHttp http;
  SeededRandom random{1};
  Es2PlusClient client = *Es2PlusClient::create("smdpp.example.com:8443", {"2.999.20"}, http, random);
};

constexpr char kOk[] =
    R"({"header":{"functionExecutionStatus":{"status":"Executed-Success"}},"iccid":"8947010000123456784"})";

}  // namespace

TEST_F(Operator, SendsTheHeaderAndReadsTheIccid) {
  http.answer(200, "application/json;charset=UTF-8", kOk);
  auto r = client.download_order({{}, {}, {}, "gold"});
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_EQ(r->iccid, "8947010000123456784");
  EXPECT_EQ(http.seen->path, "/gsma/rsp2/es2plus/downloadOrder");
  EXPECT_EQ(http.seen->port, 8443);
  auto sent = json::decode<sgp22::es2plus::DownloadOrderRequest>(as_text(http.seen->body));
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->header.functionRequesterIdentifier, "2.999.20");
  EXPECT_FALSE(sent->header.functionCallIdentifier.empty());
  EXPECT_FALSE(sent->iccid);
}

TEST_F(Operator, FailedStatusBecomesAFunctionStatus) {
  http.answer(
      200, "application/json",
      R"({"header":{"functionExecutionStatus":{"status":"Failed","statusCodeData":{"subjectCode":"8.2.5","reasonCode":"3.7"}}}})");
  auto r = client.download_order({});
  ASSERT_FALSE(r);
  ASSERT_TRUE(r.error().as<FunctionStatus>());
  EXPECT_EQ(r.error().as<FunctionStatus>()->reason_code, "3.7");
}

TEST_F(Operator, OtherAnswersAreNotTakenForAnOutcome) {
  http.answer(503, "text/html", "<html>");
  EXPECT_TRUE(client.release_profile({{}, "8947010000123456784"}).error().not_reached());
  http.answer(200, "text/html", "<html>");
  EXPECT_TRUE(client.release_profile({{}, "8947010000123456784"}).error().not_reached());
  http.answer(200, "application/json", "{");
  EXPECT_TRUE(client.release_profile({{}, "8947010000123456784"}).error().as<DecodeFault>());
}

// Loses the first answers, as a broken connection does.
struct LossyHttp final : HttpPort {
  std::vector<Bytes> bodies;
  std::vector<Result<HttpReply>> answers;
  Result<HttpReply> post(const HttpPost& request) override {
    bodies.push_back(request.body);
    auto next = answers.front();
    answers.erase(answers.begin());
    return next;
  }
};

TEST(OperatorRetries, RepeatsTheCallAsItWas) {
  LossyHttp http;
  SeededRandom random{1};
  auto client = *Es2PlusClient::create("smdpp.example.com", {"2.999.20"}, http, random);
  std::vector<unsigned> pauses;
  client.set_retries({3, [&](unsigned attempt) { pauses.push_back(attempt); }});
  const HttpReply ok{200, {{"Content-Type", "application/json"}}, to_bytes(as_bytes(kOk))};
  const Fault lost{TransportFault{true, "timeout"}};
  http.answers = {fail(lost), HttpReply{503, {}, {}}, ok};
  ASSERT_TRUE(client.download_order({{}, {}, {}, "gold"}));
  ASSERT_EQ(http.bodies.size(), 3u);
  EXPECT_EQ(http.bodies[1], http.bodies[0]);
  EXPECT_EQ(http.bodies[2], http.bodies[0]);
  EXPECT_EQ(pauses, (std::vector<unsigned>{2, 3}));
  http.answers = {ok};
  ASSERT_TRUE(client.download_order({{}, {}, {}, "gold"}));
  EXPECT_NE(http.bodies[3], http.bodies[0]) << "a new call, a new identifier";
  http.answers = {fail(lost), fail(lost), fail(lost), ok};
  EXPECT_TRUE(client.download_order({{}, {}, {}, "gold"}).error().not_reached());
  http.answers = {HttpReply{400, {}, {}}, ok};
  EXPECT_FALSE(client.download_order({{}, {}, {}, "gold"})) << "an answer, if a bad one";
  EXPECT_EQ(http.answers.size(), 1u);
  http.bodies.clear();
  ASSERT_TRUE(client.download_order({{"", "mine"}, {}, {}, "gold"}));
  EXPECT_EQ(json::decode<sgp22::es2plus::DownloadOrderRequest>(as_text(http.bodies[0]))
                ->header.functionCallIdentifier,
            "mine");
}

TEST(OperatorProgress, IsKnownByItsIdentifier) {
  SeenCalls seen(2);
  const auto progress = [](const char* function, const char* requester, const char* call) {
    Progress p;
    p.function = function;
    p.requester = requester;
    p.function_call_identifier = call;
    return p;
  };
  EXPECT_TRUE(seen.first(progress("f", "2.999.10", "a")));
  EXPECT_FALSE(seen.first(progress("f", "2.999.10", "a")));
  EXPECT_TRUE(seen.first(progress("f", "2.999.11", "a"))) << "another SM-DP+";
  EXPECT_TRUE(seen.first(progress("f", "2.999.10", "b")));
  EXPECT_TRUE(seen.first(progress("f", "2.999.10", "a"))) << "only the newest are remembered";
  EXPECT_TRUE(seen.first(progress("f", "2.999.10", "")));
  EXPECT_TRUE(seen.first(progress("f", "2.999.10", "")));
}

TEST(OperatorProgress, ReadsPointAndFailure) {
  sgp22::es2plus::HandleDownloadProgressInfoRequest r;
  r.header = {"2.999.10", "c1"};
  r.iccid = "8947010000123456784";
  r.notificationPointId = 2;
  r.notificationPointStatus = sgp22::ResponseHeader::failed({"8.2.7", "3.8", "", ""}).functionExecutionStatus;
  auto p = parse_progress("/gsma/rsp2/es2plus/handleDownloadProgressInfo", json::encode(r));
  ASSERT_TRUE(p) << p.error().message();
  EXPECT_EQ(p->point_name, "confirmation failure");
  EXPECT_EQ(p->failure->subject_code, "8.2.7");
  EXPECT_FALSE(parse_progress("/other", json::encode(r)));
  EXPECT_FALSE(parse_progress("/gsma/rsp2/es2plus/handleNotification", "{}"));
}

// What the SM-DP+ of Eider reports of notifications: 100 and the event's bit (SGP.22 v2.6.1 section 5.7.9).
TEST(OperatorProgress, NamesWhatHappenedOnTheCard) {
  const std::pair<int, std::string> named[] = {{1, "eligibility and retry limit check"},
                                               {4, "BPP installation"},
                                               {100, "Profile installed"},
                                               {101, "Profile enabled"},
                                               {102, "Profile disabled"},
                                               {103, "Profile deleted"},
                                               {5, "Profile deleted"},
                                               {104, "other"}};
  for (const auto& [point, name] : named) EXPECT_EQ(notification_point_name(point), name) << point;
}

}  // namespace eider::mno
