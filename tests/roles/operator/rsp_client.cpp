// Calls of M2M functions over a scripted port, and an inbox of what comes later.
#include "roles/operator/rsp_client.hpp"

#include <functional>
#include <gmock/gmock.h>
#include <thread>

#include "crypto/pki_builder.hpp"
#include "support/test_pki.hpp"

namespace eider::mno {
namespace {
namespace soap = sgp02::soap;
namespace es4 = sgp02::es4;
using sgp02::Interface;
using testing::HasSubstr;

const sgp02::EntityId kMe("2.999.20"), kSmsr("2.999.30"), kOther("2.999.31");

struct Port final : HttpPort {
  std::function<HttpReply(const HttpPost&)> answer;
  std::optional<HttpPost> seen;
  Result<HttpReply> post(const HttpPost& request) override {
    seen = request;
    return answer(request);
  }
};

struct RspClientTest : testing::Test {
  Port http;
  ManualClock clock{*parse_time("2026-03-01T12:00:00Z")};
  SeededRandom random{1};
  RspClient client{{kMe, "mno", "", ""}, http, clock, random};
  RspPeer peer{kSmsr, {"smsr.example.com", 8445, "/es4"}};
  std::string answered_to;

  static es4::DeleteProfileRequest request() {
    return {{"call-1", 60},
            *sgp02::Eid::from(hex("89001012012341234012345678901224")),
            *sgp02::Iccid::from(hex("98940000000000000030"))};
  }
  // What the SM-SR says to the request in hand.
  std::string response(const std::function<void(sgp02::MessageHeader&, sgp02::EuiccResponse&)>& edit = {}) {
    const auto asked = soap::decode(http.seen->body);
    EXPECT_TRUE(asked);
    auto header = soap::reply_header(asked->header, {kSmsr, "SM-SR", "", "https://smsr.example.com"}, "u1",
                                     clock.now());
    sgp02::EuiccResponse body;
    if (edit) edit(header, body);
    return soap::encode_response(header, *sgp02::find_function("ES4-DeleteProfile"), body);
  }
  void will_answer(const std::function<void(sgp02::MessageHeader&, sgp02::EuiccResponse&)>& edit = {}) {
    http.answer = [this, edit](const HttpPost&) {
      return HttpReply{200, {}, to_bytes(as_bytes(response(edit)))};
    };
  }
};
}  // namespace

TEST_F(RspClientTest, AsksAndReadsTheAnswer) {
  will_answer();
  const auto r = client.call(peer, Interface::kEs4, request());
  ASSERT_TRUE(r) << r.error().message();
  ASSERT_TRUE(r->response);
  EXPECT_TRUE(check(*r->response->response()));
  EXPECT_EQ(http.seen->host, "smsr.example.com");
  EXPECT_EQ(http.seen->port, 8445);
  EXPECT_EQ(http.seen->path, "/es4");
  EXPECT_EQ(http.seen->server_id, kSmsr.dotted());
  const auto sent = soap::decode(http.seen->body);
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->header.sender.id, kMe);
  EXPECT_EQ(sent->header.receiver.id, kSmsr);
  EXPECT_TRUE(soap::answers_in_place(sent->header));
  EXPECT_EQ(*sent->as<es4::DeleteProfileRequest>(), request());
}

TEST_F(RspClientTest, AFunctionThatFailedIsAFunctionStatus) {
  using E = sgp02::ExecutionStatus;
  for (const auto status : {E::kFailed, E::kExpired}) {
    will_answer([&](auto&, sgp02::EuiccResponse& body) {
      body.base.functionExecutionStatus = {status, sgp02::StatusCodeData{"8.2.3", "3.8", {}, {}}};
    });
    const auto r = client.call(peer, Interface::kEs4, request());
    ASSERT_TRUE(r);
    const auto done = check(*r->response->response());
    ASSERT_FALSE(done);
    ASSERT_TRUE(done.error().as<FunctionStatus>());
    EXPECT_EQ(done.error().as<FunctionStatus>()->subject_code, "8.2.3");
  }
  will_answer([](auto&, sgp02::EuiccResponse& body) {
    body.base.functionExecutionStatus.status = E::kExecutedWithWarning;
  });
  EXPECT_TRUE(check(*client.call(peer, Interface::kEs4, request())->response->response()));
}

TEST_F(RspClientTest, WhatIsNoAnswerToThisRequestIsNotTakenForOne) {
  const auto refused = [&](const char* why) {
    const auto r = client.call(peer, Interface::kEs4, request());
    ASSERT_FALSE(r) << why;
    EXPECT_TRUE(r.error().not_reached() || r.error().as<FunctionStatus>()) << why;
  };
  will_answer([](sgp02::MessageHeader& h, auto&) { h.relatesTo = "//2.999.20/other"; });
  refused("relates to another request");
  will_answer([](sgp02::MessageHeader& h, auto&) { h.sender.id = kOther; });
  refused("another party answers");
  http.answer = [](const HttpPost& p) { return HttpReply{200, {}, p.body}; };
  refused("the request itself");
  http.answer = [](const HttpPost&) { return HttpReply{500, {}, {}}; };
  refused("nothing");
  http.answer = [](const HttpPost&) { return HttpReply{200, {}, to_bytes(as_bytes("<a/>"))}; };
  refused("no SOAP");
  http.answer = [](const HttpPost&) {
    return HttpReply{200, {}, to_bytes(as_bytes(soap::encode_fault({{kSmsr, "", "", ""}}, {})))};
  };
  refused("a SOAP fault");
}

TEST_F(RspClientTest, AnAnswerThatComesLaterIsFoundByTheRequest) {
  http.answer = [](const HttpPost&) { return HttpReply{202, {}, {}}; };
  const auto r = client.call(peer, Interface::kEs4, request(), {"https://mno.example.com/", "T1", {}});
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_FALSE(r->response);
  const auto sent = soap::decode(http.seen->body);
  EXPECT_EQ(sent->header.replyTo, "https://mno.example.com/");
  EXPECT_EQ(sent->header.transactionId, "T1");

  const auto pki = test::make_test_pki({crypto::Curve::kP256}, 1);
  const auto& certificate = pki.get(crypto::CertificateRole::kDpTls).certificate;
  const auto id = certificate.registered_ids().at(0);
  RspInbox inbox;
  EXPECT_FALSE(inbox.wait(r->message_id, Duration(1)));
  const auto text = response([&](sgp02::MessageHeader& h, auto&) { h.sender.id = id; });
  std::thread later([&] { EXPECT_EQ(inbox.post(as_bytes(text), certificate.der()).status, 202); });
  const auto answer = inbox.wait(r->message_id, Duration(10000));
  later.join();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->function->name, "DeleteProfile");
  EXPECT_FALSE(inbox.wait(r->message_id, Duration(1))) << "once";
}

TEST_F(RspClientTest, TheInboxRefusesWhoIsNotWhoHeSays) {
  will_answer();
  ASSERT_TRUE(client.call(peer, Interface::kEs4, request()));
  const auto pki = test::make_test_pki({crypto::Curve::kP256}, 1);
  const auto& certificate = pki.get(crypto::CertificateRole::kDpTls).certificate;
  RspInbox inbox;
  EXPECT_EQ(inbox.post(as_bytes(response()), certificate.der()).status, 403) << "another EntityId";
  EXPECT_EQ(inbox.post(as_bytes(response()), {}).status, 403) << "no certificate";
  EXPECT_EQ(inbox.post(as_bytes("<x/>"), certificate.der()).status, 400);
  EXPECT_EQ(inbox.post(http.seen->body, certificate.der()).status, 403) << "a request";
}

}  // namespace eider::mno
