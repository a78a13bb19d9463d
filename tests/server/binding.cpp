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
