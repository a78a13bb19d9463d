// What a fault is over HTTP and what an answer is taken for: SGP.22 v2.6.1 sections 6.3 and 6.5.1.
#include <gtest/gtest.h>

#include "server/request.hpp"
#include "support/server_calls.hpp"

namespace eider::server {
namespace {

using test::code_of;
using test::kEid1;

HttpReply reply_with(int status, std::string_view type, std::string_view body) {
  return make_reply(status, type, to_bytes(as_bytes(body)));
}
std::string outcome(const HttpReply& reply) {
  return code_of(read_reply(reply, {"Function", "/path", sgp22::FunctionKind::kSynchronous, "6.5"}));
}
constexpr std::string_view kJson = sgp22::kJsonContentType;
constexpr std::string_view kExecuted =
    R"({"header":{"functionExecutionStatus":{"status":"Executed-Success"}}})";

TEST(ServerBinding, ARefusalIsAnAnswer) {
  const auto reply = json_fault(FunctionStatus{"8.2.6", "3.8", "ABC", "no"}, "role", "Function");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("X-Admin-Protocol"), "gsma/rsp/v2.6.1");
  EXPECT_EQ(outcome(reply), "8.2.6/3.8");
}

TEST(ServerBinding, FaultsThatAreNoAnswerHaveTheirStatus) {
  EXPECT_EQ(outcome(json_fault(DecodeFault{"eid", 0, "mandatory member missing"}, "role", "F")), "1.3.1/2.2");
  EXPECT_EQ(outcome(json_fault(DecodeFault{"eid", 0, "not text"}, "role", "F")), "1.3.1/2.1");
  EXPECT_EQ(json_fault(DecodeFault{"", 0, "not JSON"}, "role", "F").status, 400);
  EXPECT_EQ(json_fault(TransportFault{false, "busy"}, "role", "F").status, 503);
  EXPECT_EQ(json_fault(LocalFault{"the disk is full", ""}, "role", "F").status, 500);
}

// SGP.22 v2.6.1 section 6.2: the sender's highest version; peers in the field send v2.0.0 to v3.
TEST(ServerBinding, TakesEveryVersionFromTwoOn) {
  const auto code = [](std::string_view version) {
    const auto checked = check_admin_protocol(version);
    return checked ? std::string("ok") : code_of(Result<int>(fail(checked.error())));
  };
  for (const char* good :
       {"", "gsma/rsp/v2.0.0", "gsma/rsp/v2.6.1", "gsma/rsp/v3.1.0", "gsma/rsp/v2", "gsma/rsp/v10.0"})
    EXPECT_EQ(code(good), "ok") << good;
  for (const char* bad : {"gsma/rsp/v1.9.9", "gsma/rsp/v", "gsma/rsp/2.6.1", "gsma/rsp/v2x", "2.6.1",
                          "gsma/rsp/v99999999999", "gsma/rsp/v-2"})
    EXPECT_EQ(code(bad), "1.3.2/3.1") << bad;
}

TEST(ServerBinding, RefusesAnEarlierVersionBeforeTheFunction) {
  const struct {
    sgp22::HttpFunction http{"Function", "/path", sgp22::FunctionKind::kSynchronous, "6.5"};
  } function;
  const std::array functions{function};
  Request request{"/path", kJson, {}, "192.0.2.1", {}, "gsma/rsp/v1.0.0"};
  int calls = 0;
  const auto serve = [&] {
    return serve_json(request, "role", functions, [&](const auto&) -> Result<Bytes> {
      ++calls;
      return to_bytes(as_bytes(kExecuted));
    });
  };
  EXPECT_EQ(outcome(serve()), "1.3.2/3.1");
  EXPECT_EQ(calls, 0);
  request.admin_protocol = "gsma/rsp/v2.2.2";
  EXPECT_EQ(outcome(serve()), "ok");
  EXPECT_EQ(calls, 1);
}

TEST(ServerBinding, OnlyJsonThatSaysExecutedIsSuccess) {
  EXPECT_EQ(outcome(reply_with(200, kJson, kExecuted)), "ok");
  EXPECT_EQ(outcome(reply_with(200, "Application/JSON ;charset=UTF-8", kExecuted)), "ok");
  EXPECT_EQ(outcome(reply_with(200, "", kExecuted)), "ok");
  EXPECT_NE(outcome(reply_with(200, "text/html", kExecuted)), "ok") << "the page of a proxy";
  EXPECT_NE(outcome(reply_with(204, kJson, kExecuted)), "ok");
  EXPECT_NE(outcome(reply_with(500, kJson, kExecuted)), "ok");
  EXPECT_NE(outcome(reply_with(200, kJson, "{")), "ok");
}

TEST(ServerBinding, ReadsIdentifiers) {
  EXPECT_EQ(code_of(read_eid(std::string(kEid1))), "ok");
  EXPECT_EQ(code_of(read_eid("")), "1.3.1/2.1");
  EXPECT_EQ(code_of(read_eid(std::string(kEid1.substr(1)))), "1.3.1/2.1");
  const auto refused = read_iccid("not an ICCID", "iccid");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().as<FunctionStatus>()->subject_identifier, "iccid");
}

}  // namespace
}  // namespace eider::server
