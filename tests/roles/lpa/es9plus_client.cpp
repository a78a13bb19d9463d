// SGP.22 v2.6.1 sections 6.1 to 6.5: what servers, proxies and firewalls answer in the field.
#include "roles/lpa/es9plus_client.hpp"

#include <gtest/gtest.h>

#include "roles/lpa/lpa_world.hpp"

namespace eider::lpa {
namespace {
using namespace test;

struct Reply {
  int status;
  const char* type;
  std::string body;
};
const char kGoodReply[] =
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
  // CERT.DP.TLS and no other (section 4.5.2.1).
  EXPECT_EQ(server.requests.at(0).server_policies,
            (std::vector<std::string>{"2.23.146.1.2.1.3", "2.23.146.1.2.1.0.0.1.0"}));
  return out;
}
}  // namespace

TEST(Es9PlusClient, ReadsLeniently) {
  for (const char* type :
       {"application/json", "application/json;charset=UTF-8", "Application/JSON ; x=y", ""}) {
    auto r = ask({200, type, kGoodReply});
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
  for (const auto& reply : {Reply{200, "text/html", "<html>blocked</html>"}, Reply{200, "", "<html>"},
                            Reply{302, "application/json", kGoodReply}, Reply{404, "text/plain", "no"},
                            Reply{500, "application/json", kGoodReply}, Reply{204, "", ""},
                            Reply{201, "application/json", kGoodReply}}) {
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
  auto big = ask({200, "application/json", kGoodReply}, 10);
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

// ---- The ASN.1 binding (section 6.6) ----
namespace {
struct Asn1 {
  ScriptedSmdp server;
  Es9PlusOptions options;
  std::optional<Es9PlusClient> client;
  explicit Asn1(Bytes answer, int status = 200, const char* type = "application/x-gsma-rsp-asn1") {
    server.handlers["asn1"] = [=](const HttpPost&) -> Result<HttpReply> {
      return HttpReply{status, {{"Content-Type", type}}, answer};
    };
    options.binding = Binding::kAsn1;
    client = *Es9PlusClient::create(server, "smdp.example.com", options);
  }
  std::string sent() const { return to_hex(server.requests.back().body); }
};
}  // namespace

TEST(Es9PlusClientAsn1, SendsTheOctetsOfTheCardInsideTheFunction) {
  Asn1 w(hex("A206BF3B03810106"));
  Challenge challenge;
  challenge.fill(0x11);
  EXPECT_FALSE(w.client->initiate_authentication(challenge, hex("BF2000")));
  EXPECT_EQ(w.sent(),
            "A22ABF3927811011111111111111111111111111111111"
            "8310736D64702E6578616D706C652E636F6DBF2000");
  EXPECT_EQ(w.server.requests.back().path, "/gsma/rsp2/asn1");
  EXPECT_EQ(w.server.requests.back().headers.back().value, "application/x-gsma-rsp-asn1");
  EXPECT_FALSE(w.client->authenticate_client(hex("0102"), hex("BF3803020105")));
  EXPECT_EQ(w.sent(), "A20DBF3B0A80020102BF3803020105");
  EXPECT_FALSE(w.client->get_bound_profile_package(hex("0102"), hex("BF2100")));
  EXPECT_EQ(w.sent(), "A20ABF3A0780020102BF2100");
  EXPECT_FALSE(w.client->cancel_session(hex("0102"), hex("BF4103810105")));
  EXPECT_EQ(w.sent(), "A20CBF410980020102A103810105");  // the card's BF41 becomes A1
}

TEST(Es9PlusClientAsn1, ReadsAnswersAndErrors) {
  auto bpp = Asn1(hex("A212BF3A0FA00D80020102BF3606BF2303800101"))
                 .client->get_bound_profile_package(hex("0102"), hex("BF2100"));
  ASSERT_TRUE(bpp) << bpp.error().message();
  EXPECT_EQ(to_hex(bpp->boundProfilePackage), "BF3606BF2303800101");
  EXPECT_EQ(to_hex(bpp->transactionId), "0102");
  auto refused = Asn1(hex("A206BF3B03810106")).client->authenticate_client(hex("0102"), hex("BF3800"));
  ASSERT_TRUE(refused.error().as<FunctionStatus>()) << refused.error().message();
  EXPECT_EQ(refused.error().as<FunctionStatus>()->subject_code, "8.2.6");
  EXPECT_EQ(refused.error().as<FunctionStatus>()->reason_code, "3.8");
  EXPECT_TRUE(Asn1(hex("A205BF4102A000")).client->cancel_session(hex("0102"), hex("BF4103810105")));
  // The answer of another function, of another transaction, of something in between.
  EXPECT_TRUE(Asn1(hex("A206BF3B03810106"))
                  .client->get_bound_profile_package(hex("0102"), hex("BF2100"))
                  .error()
                  .as<DecodeFault>());
  EXPECT_TRUE(Asn1(hex("A212BF3A0FA00D80020103BF3606BF2303800101"))
                  .client->get_bound_profile_package(hex("0102"), hex("BF2100"))
                  .error()
                  .as<VerificationFault>());
  EXPECT_TRUE(Asn1(hex("3C"), 200, "text/html")
                  .client->get_bound_profile_package(hex("0102"), hex("BF2100"))
                  .error()
                  .as<TransportFault>());
}

TEST(Es9PlusClientAsn1, Notifications) {
  Asn1 ok({}, 204);
  EXPECT_TRUE(ok.client->handle_notification(hex("3000")));
  EXPECT_EQ(ok.sent(), "A207BF3D04A0023000");
  EXPECT_TRUE(Asn1(hex("3C"), 200, "text/html")
                  .client->handle_notification(hex("3000"))
                  .error()
                  .as<TransportFault>());
}

TEST(Es9PlusClient, RefusesAddressesThatAreNone) {
  ScriptedSmdp server;
  for (const char* address :
       {"", "http://smdp.example.com", "user@smdp.example.com", "a b", "smdp.example.com:x"})
    EXPECT_FALSE(Es9PlusClient::create(server, address)) << address;
}

}  // namespace eider::lpa
