#include "roles/campaign/messages.hpp"

#include <gtest/gtest.h>

#include "support/campaign_smsr.hpp"

namespace eider::campaign {
namespace {
using namespace eider::test;
namespace soap = sgp02::soap;
namespace es2 = sgp02::es2;
namespace es4 = sgp02::es4;

const EntityId kSmdp("2.999.11");

struct CampaignMessages : testing::Test {
  Parties parties{kCampaignSelf, Peer{kCampaignSmsr, {"smsr.example.com", 8445, "/"}},
                  Peer{kSmdp, {"smdp.example.com", 443, "/es2"}}, kCampaignSmsr,
                  "https://mno.example.com:8447/"};
  Campaign campaign;
  Call call;
  CampaignMessages() {
    campaign.tag = "abcd";
    call.name = {7, 2};
    call.identifier = "abcd-7-2";
    call.action = Action::kEnable;
    call.eid = campaign_eid(7);
    call.iccid = campaign_iccid(7, 2);
    call.validity = 600;
    call.first_sent = *parse_time("2026-03-01T12:00:00Z");
  }
  soap::Message sent() const {
    auto m = soap::decode(request_of(parties, call).body);
    EXPECT_TRUE(m);
    return *std::move(m);
  }
  HttpReply reply(const std::any& body, const std::function<void(sgp02::MessageHeader&)>& edit = {}) const {
    const auto asked = sent();
    auto header =
        soap::reply_header(asked.header, {asked.header.receiver.id, "", "", ""}, "u", call.first_sent);
    if (edit) edit(header);
    return {200, {}, to_bytes(as_bytes(soap::encode_response(header, *asked.function, body)))};
  }
};
}  // namespace

TEST_F(CampaignMessages, TheSmsrIsAskedOnEs4) {
  const auto post = request_of(parties, call);
  EXPECT_EQ(post.host, "smsr.example.com");
  EXPECT_EQ(post.port, 8445);
  EXPECT_EQ(post.server_id, parties.smsr->id.dotted());
  const auto m = sent();
  ASSERT_TRUE(m.as<es4::EnableProfileRequest>());
  const auto& r = *m.as<es4::EnableProfileRequest>();
  EXPECT_EQ(m.function->interface, sgp02::Interface::kEs4);
  EXPECT_EQ(r.base.functionCallIdentifier, "abcd-7-2");
  EXPECT_EQ(r.base.validityPeriod, 600U);
  EXPECT_EQ(r.eid, call.eid);
  EXPECT_EQ(r.iccid, call.iccid);
  EXPECT_EQ(m.header.sender.id, kCampaignSelf);
  EXPECT_EQ(m.header.replyTo, parties.reply_to);
  EXPECT_EQ(post.body, request_of(parties, call).body);  // a repetition is the same message
}

TEST_F(CampaignMessages, ALookIsAnsweredInPlace) {
  call.action = Action::kLook;
  const auto m = sent();
  EXPECT_TRUE(m.as<es4::GetEISRequest>());
  EXPECT_TRUE(soap::answers_in_place(m.header));
  sgp02::EisResponse body;
  body.base.functionExecutionStatus = sgp02::status::failed(sgp02::status::kEidUnknown);
  const auto a = read_reply(parties, call, reply(body));
  ASSERT_TRUE(a && a->status);
  EXPECT_EQ(a->status->status, sgp02::ExecutionStatus::kFailed);
  EXPECT_EQ(a->status->statusCodeData->subject, "8.1.1");
  EXPECT_FALSE(a->eis);
}

TEST_F(CampaignMessages, ADownloadGoesToTheSmdp) {
  call.action = Action::kDownload;
  call.iccid.reset();
  call.profile_type = "fleet";
  EXPECT_EQ(request_of(parties, call).path, "/es2");
  const auto m = sent();
  ASSERT_TRUE(m.as<es2::DownloadProfileRequest>());
  EXPECT_EQ(m.as<es2::DownloadProfileRequest>()->profileType, "fleet");
  EXPECT_EQ(m.as<es2::DownloadProfileRequest>()->smsrId, kCampaignSmsr);
  EXPECT_TRUE(m.as<es2::DownloadProfileRequest>()->enableProfile);
  const auto a = read_reply(parties, call, reply(es2::DownloadProfileResponse{{}, campaign_iccid(7, 3), {}}));
  ASSERT_TRUE(a && a->status);
  EXPECT_EQ(a->iccid, campaign_iccid(7, 3));
}

TEST_F(CampaignMessages, WithoutAnSmsrEverythingGoesByTheSmdp) {
  parties.smsr.reset();
  for (const auto action : {Action::kLook, Action::kEnable, Action::kDownload}) {
    call.action = action;
    EXPECT_EQ(sent().function->interface, sgp02::Interface::kEs2);
    EXPECT_EQ(peer_of(parties, action).id, kSmdp);
  }
  EXPECT_TRUE(missing_peer(parties, {}).empty());
  parties.smsr_id = {};
  EXPECT_FALSE(missing_peer(parties, {}).empty());
  parties = {kCampaignSelf, Peer{kCampaignSmsr, {}}, {}, {}, {}};
  EXPECT_TRUE(missing_peer(parties, {}).empty());
  EXPECT_FALSE(missing_peer(parties, {.download = true}).empty());
}

TEST_F(CampaignMessages, TakenIsNoAnswer) {
  EXPECT_FALSE(read_reply(parties, call, HttpReply{202, {}, {}}));
}

TEST_F(CampaignMessages, WhatIsNoAnswerToThisCallTellsNothing) {
  const auto unknown = [&](const Result<HttpReply>& r, const char* why) {
    const auto a = read_reply(parties, call, r);
    ASSERT_TRUE(a) << why;
    ASSERT_FALSE(a->status) << why;
    EXPECT_TRUE(a->status.error().as<TransportFault>() && a->status.error().as<TransportFault>()->sent)
        << why;
  };
  unknown(HttpReply{500, {}, {}}, "nothing");
  unknown(HttpReply{200, {}, to_bytes(as_bytes("<a/>"))}, "no SOAP");
  unknown(HttpReply{200, {}, request_of(parties, call).body}, "the request itself");
  unknown(HttpReply{500, {}, to_bytes(as_bytes(soap::encode_fault({{kCampaignSmsr, "", "", ""}}, {})))},
          "a fault");
  unknown(reply(sgp02::EuiccResponse{}, [](auto& h) { h.sender.id = kCampaignOther; }), "another party");
  unknown(reply(sgp02::EuiccResponse{}, [](auto& h) { h.relatesTo = "//2.999.30/abcd-7-3?a=b"; }),
          "another call");
  const auto a = read_reply(parties, call, fail(TransportFault{false, "refused"}));
  ASSERT_TRUE(a && !a->status);
  EXPECT_FALSE(a->status.error().as<TransportFault>()->sent);
  EXPECT_TRUE(
      read_reply(parties, call, reply(sgp02::EuiccResponse{}, [](auto& h) { h.relatesTo.reset(); }))->status);
}

TEST_F(CampaignMessages, LateAnswersNameTheirCall) {
  const auto late = [&](const std::function<void(sgp02::MessageHeader&)>& edit = {}) {
    return read_late(parties, campaign, *soap::decode(reply(sgp02::EuiccResponse{}, edit).body));
  };
  ASSERT_TRUE(late());
  EXPECT_EQ(late()->name, (CallName{7, 2}));
  EXPECT_FALSE(late([](auto& h) { h.relatesTo.reset(); }));
  EXPECT_FALSE(late([](auto& h) { h.relatesTo = "//2.999.30/abce-7-2?a=b"; }));
  EXPECT_FALSE(late([](auto& h) { h.sender.id = kCampaignOther; }));
  EXPECT_FALSE(read_late(parties, campaign, sent()));
}

TEST_F(CampaignMessages, RightsOfAnOperator) {
  const auto post = rights_request(parties, kCampaignOther, "id-1", call.first_sent);
  const auto asked = soap::decode(post.body);
  ASSERT_TRUE(asked);
  ASSERT_TRUE(asked->as<sgp02::GetPLMARequest>());
  EXPECT_EQ(asked->as<sgp02::GetPLMARequest>()->mnoId, kCampaignOther);
  sgp02::Plma p{kCampaignOther, kCampaignSelf, "fleet", {"EnableProfile"}, {}};
  const auto header = soap::reply_header(asked->header, {kCampaignSmsr, "", "", ""}, "u", call.first_sent);
  const auto body = soap::encode_response(header, *asked->function, sgp02::GetPLMAResponse{{}, {p}});
  const auto read = read_rights(HttpReply{200, {}, to_bytes(as_bytes(body))});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front(), p);
  EXPECT_FALSE(read_rights(HttpReply{200, {}, {}}));
}

}  // namespace eider::campaign
