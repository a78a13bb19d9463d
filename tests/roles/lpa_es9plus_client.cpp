// SGP.22 v2.6.1 sections 6.1 to 6.5: what servers, proxies and firewalls answer in the field.
#include <gtest/gtest.h>

#include "roles/lpa/es9plus_client.hpp"
#include "roles/lpa_world.hpp"

namespace eider::lpa {
namespace {
using namespace test;

struct Reply {
  int status;
  const char* type;
  std::string body;
};
const char kGood[] =
    R"({"header":{"functionExecutionStatus":{"status":"Executed-Success"}},"transactionId":"00112233445566778899aabbccddeeff","boundProfilePackage":"v\/YA\r\n"})";

Result<es9::GetBoundProfilePackageResponse> ask(const Reply& reply, std::size_t max_body = 4096) {
  ScriptedSmdp server;
  server.handlers["getBoundProfilePackage"] = [&](const HttpPost&) -> Result<HttpReply> {
    HttpReply r{reply.status, {}, to_bytes(as_bytes(reply.body))};
    if (*reply.type) r.headers.push_back({"content-type", reply.type});
    return r;
  };
  Es9PlusOptions options;
  options.max_body = max_body;
  auto client = Es9PlusClient::create(server, "smdp.example.com:8443", options);
  auto out = client->get_bound_profile_package(kTransaction, hex("BF2100"));
  EXPECT_EQ(server.requests.at(0).port, 8443);
  return out;
}
}  // namespace

TEST(Es9PlusClient, ReadsLeniently) {
  for (const char* type :
       {"application/json", "application/json;charset=UTF-8", "Application/JSON ; x=y", ""}) {
    auto r = ask({200, type, kGood});
    ASSERT_TRUE(r) << type << r.error().message();
    EXPECT_EQ(to_hex(r->boundProfilePackage), "BFF600");  // escaped solidus and line break inside base64
  }
  // Unknown members, no header, another spelling.
  EXPECT_TRUE(ask(
      {200, "application/json",
       R"({"later":[1,{}],"transactionID":"00112233445566778899AABBCCDDEEFF","boundProfilePackage":"vzYA"})"}));
}

TEST(Es9PlusClient, GivesTheStatusOfAFailedFunction) {
  auto r = ask(
      {200, "application/json",
       R"({"header":{"functionExecutionStatus":{"status":"Failed","statusCodeData":{"subjectCode":"8.2.7","reasonCode":"3.10","message":"x"}}}})"});
  ASSERT_TRUE(r.error().as<FunctionStatus>());
  EXPECT_EQ(r.error().as<FunctionStatus>()->reason_code, "3.10");
}

TEST(Es9PlusClient, DoesNotTakeErrorPagesForAnswers) {
  for (const auto& reply :
       {Reply{200, "text/html", "<html>blocked</html>"}, Reply{200, "", "<html>"},
        Reply{302, "application/json", kGood}, Reply{404, "text/plain", "no"},
        Reply{500, "application/json", kGood}, Reply{204, "", ""}, Reply{201, "application/json", kGood}}) {
    auto r = ask(reply);
    ASSERT_FALSE(r) << reply.status << reply.type;
    ASSERT_TRUE(r.error().as<TransportFault>()) << reply.status << r.error().message();
    EXPECT_TRUE(r.error().as<TransportFault>()->sent);
  }
}

TEST(Es9PlusClient, RefusesMalformedBodies) {
  std::string deep(100000, '[');
  for (const auto& body : {std::string(""), std::string("{"), std::string("[]"), std::string("null"),
                           std::string("\"x\""), deep, std::string(R"({"header":7})"),
                           std::string(R"({"header":{"functionExecutionStatus":{}},"transactionId":5})"),
                           std::string(R"({"transactionId":"0011","boundProfilePackage":"@"})"),
                           std::string(R"({"transactionId":"zz","boundProfilePackage":"AA=="})"),
                           std::string("{\"transactionId\":\"00112233445566778899AABBCCDDEEFF\"}")}) {
    auto r = ask({200, "application/json", body}, 200000);
    EXPECT_FALSE(r) << body.substr(0, 80);
    EXPECT_TRUE(r.error().as<DecodeFault>()) << body.substr(0, 80);
  }
}

TEST(Es9PlusClient, ChecksTheTransactionAndTheSize) {
  auto other = ask({200, "application/json", R"({"transactionId":"0011","boundProfilePackage":"vzYA"})"});
  EXPECT_TRUE(other.error().as<VerificationFault>());
  auto big = ask({200, "application/json", kGood}, 10);
  EXPECT_TRUE(big.error().as<TransportFault>());
}

TEST(Es9PlusClient, TakesBothAcknowledgementsOfANotification) {
  ScriptedSmdp server;
  auto client = *Es9PlusClient::create(server, "smdp.example.com");
  EXPECT_TRUE(client.handle_notification(hex("3000")));
  server.handlers["handleNotification"] = [](const HttpPost&) -> Result<HttpReply> {
    return HttpReply{200, {}, {}};
  };
  EXPECT_TRUE(client.handle_notification(hex("3000")));
  server.handlers["handleNotification"] = [](const HttpPost&) -> Result<HttpReply> {
    return ScriptedSmdp::failed("8.1", "6.1");
  };
  EXPECT_TRUE(client.handle_notification(hex("3000")).error().as<FunctionStatus>());
  EXPECT_EQ(client.last_status(), 200);
  server.handlers["handleNotification"] = [](const HttpPost&) -> Result<HttpReply> {
    return HttpReply{503, {}, {}};
  };
  EXPECT_TRUE(client.handle_notification(hex("3000")).error().as<TransportFault>());
  EXPECT_EQ(client.last_status(), 503);
}

TEST(Es9PlusClient, DoesNotTakeTheAnswerOfAProxyForAnAcknowledgement) {
  ScriptedSmdp server;
  auto client = *Es9PlusClient::create(server, "smdp.example.com");
  server.handlers["handleNotification"] = [](const HttpPost&) -> Result<HttpReply> {
    return HttpReply{200, {{"Content-Type", "text/html"}}, to_bytes(as_bytes("<html>sign in first</html>"))};
  };
  EXPECT_TRUE(client.handle_notification(hex("3000")).error().as<TransportFault>());
}

TEST(Es9PlusClient, RefusesAddressesThatAreNone) {
  ScriptedSmdp server;
  for (const char* address :
       {"", "http://smdp.example.com", "user@smdp.example.com", "a b", "smdp.example.com:x"})
    EXPECT_FALSE(Es9PlusClient::create(server, address)) << address;
}

}  // namespace eider::lpa
