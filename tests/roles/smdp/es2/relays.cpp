// ES2 functions that the SM-SR does: what is checked here, what is asked there, what comes back.
#include <gtest/gtest.h>

#include "spec/sgp02/status_codes.hpp"
#include "support/smdp_fixture.hpp"

namespace eider::smdp {
namespace {
namespace status = sgp02::status;
namespace es2 = sgp02::es2;
using sgp02::EntityId;
using sgp02::ProfileState;

const EntityId kOwner("2.999.31"), kOther("2.999.32"), kSmsr("2.999.41");

struct SmdpEs2 : ::testing::Test {
  test::SmdpFixture f;
  int calls = 0;
  SmdpEs2() {
    f.stock(1);
    f.call(f.order(1), "download");
    f.settle_all();
    EXPECT_EQ(f.code("download"), "ok");
    f.smsr.calls.clear();
  }
  template <class T>
  T about(int n = 1) {
    T r;
    r.eid = f.smsr.eis.eid();
    r.smsrId = kSmsr;
    r.iccid = f.iccid(n);
    return r;
  }
  std::string ask(std::any request, const EntityId& who = kOwner) {
    const auto id = "call " + std::to_string(++calls);
    f.call(std::move(request), id, who);
    f.settle_all();
    return f.code(id);
  }
  std::string last_id() const { return "call " + std::to_string(calls); }

  // What every function about a Profile refuses, and that it passes the SM-SR's words on.
  template <class T>
  void refuses(FunctionName es3) {
    EXPECT_EQ(ask(about<T>(9)), "8.2.1/3.9");
    EXPECT_EQ(ask(about<T>(), kOther), "8.2.1/1.2");
    auto other_card = about<T>();
    other_card.eid[3] ^= 1;
    EXPECT_EQ(ask(other_card), "8.2.1/3.9");
    auto other_smsr = about<T>();
    other_smsr.smsrId = EntityId("2.999.99");
    EXPECT_EQ(ask(other_smsr), "8.7/3.9");
    EXPECT_TRUE(f.smsr.calls.empty());
    f.smsr.fails[es3].push_back(status::failed(status::kPol2Refuses));
    EXPECT_EQ(ask(about<T>()), "8.2.3/3.8");
  }
};

TEST_F(SmdpEs2, EnablesAndDisables) {
  refuses<es2::EnableProfileRequest>(FunctionName::kEnableProfile);
  EXPECT_EQ(f.profile(1)->state, ProfileState::kDisabled);
  EXPECT_EQ(ask(about<es2::EnableProfileRequest>()), "ok");
  EXPECT_EQ(f.profile(1)->state, ProfileState::kEnabled);
  f.smsr.calls.clear();
  refuses<es2::DisableProfileRequest>(FunctionName::kDisableProfile);
  EXPECT_EQ(ask(about<es2::DisableProfileRequest>()), "ok");
  EXPECT_EQ(f.profile(1)->state, ProfileState::kDisabled);
}

TEST_F(SmdpEs2, GrantsNoLongerValidityThanItSays) {
  constexpr std::uint32_t kLongest = 30 * 24 * 3600, kAskedOfSmsrs = 7 * 24 * 3600;
  auto r = about<es2::EnableProfileRequest>();
  r.base.validityPeriod = kLongest + 1;
  const auto reply = f.call(r, "longer");
  const auto refused = sgp02::soap::decode(reply.body);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->response()->acceptableValidityPeriod, kLongest);
  EXPECT_EQ(refused->response()->functionExecutionStatus.statusCodeData->subject, "1.6");
  EXPECT_EQ(refused->response()->functionExecutionStatus.statusCodeData->reason, "3.8");
  EXPECT_TRUE(f.smsr.calls.empty());

  // SM-SRs are asked for what they may well grant.
  std::optional<std::uint32_t> asked;
  f.reachable = [&](const sgp02::soap::Message& m) {
    if (m.request()) asked = m.request()->validityPeriod;
    return true;
  };
  r.base.validityPeriod = kLongest;
  EXPECT_EQ(ask(r), "ok");
  EXPECT_EQ(asked, kAskedOfSmsrs);

  f.config.limits.longer_validity = server::LongerValidity::kShorten;
  f.start();
  auto back = about<es2::DisableProfileRequest>();
  back.base.validityPeriod = kLongest + 1;
  EXPECT_EQ(ask(back), "ok");
  const auto* answer = f.answer<sgp02::EuiccResponse>(last_id());
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer->base.acceptableValidityPeriod, kLongest);
}

// What is granted is for callers that it knows, and for nobody else.
TEST_F(SmdpEs2, AStrangerDoesNotHearWhatIsGranted) {
  auto r = about<es2::EnableProfileRequest>();
  r.base.validityPeriod = 0xFFFFFFFF;
  f.call(r, "stranger", EntityId("2.999.88"));
  EXPECT_EQ(f.code("stranger"), "1.1/1.1");
  const auto self = std::exchange(f.addressee, EntityId("2.999.77"));
  f.call(r, "astray");
  EXPECT_EQ(f.code("astray"), "1.3.1/2.1");
  f.addressee = self;
  f.call(r, "known");
  EXPECT_EQ(f.code("known"), "1.6/3.8");
  EXPECT_EQ(f.procedures_left(), 0u);
}

TEST_F(SmdpEs2, DeletesAndForgets) {
  refuses<es2::DeleteProfileRequest>(FunctionName::kDeleteISDP);
  EXPECT_TRUE(f.profile(1));
  EXPECT_EQ(ask(about<es2::DeleteProfileRequest>()), "ok");
  EXPECT_FALSE(f.profile(1));
  EXPECT_FALSE(f.keys(1));
  EXPECT_EQ(f.inventory.told.back().substr(0, 7), "deleted");
  EXPECT_EQ(f.smsr.eis.profileInfos.size(), 0u);
  EXPECT_EQ(f.procedures_left(), 0u);
}

TEST_F(SmdpEs2, UpdatesPolicyRules) {
  refuses<es2::UpdatePolicyRulesRequest>(FunctionName::kUpdatePolicyRules);
  auto r = about<es2::UpdatePolicyRulesRequest>();
  r.pol2.emplace().rules.push_back({});
  EXPECT_EQ(ask(r), "ok");
  EXPECT_EQ(f.profile(1)->pol2.rules.size(), 1u);
  EXPECT_EQ(ask(about<es2::UpdatePolicyRulesRequest>()), "ok");  // absent: no rule any more
  EXPECT_TRUE(f.profile(1)->pol2.rules.empty());
}

TEST_F(SmdpEs2, UpdatesSubscriptionAddress) {
  refuses<es2::UpdateSubscriptionAddressRequest>(FunctionName::kUpdateSubscriptionAddress);
  auto r = about<es2::UpdateSubscriptionAddressRequest>();
  r.newSubscriptionAddress.msisdn = "491700000001";
  EXPECT_EQ(ask(r), "ok");
  EXPECT_EQ(f.profile(1)->address.msisdn, "491700000001");
}

TEST_F(SmdpEs2, SetsFallBackAndEmergencyAttributes) {
  refuses<es2::SetFallBackAttributeRequest>(FunctionName::kSetFallBackAttribute);
  EXPECT_EQ(ask(about<es2::SetFallBackAttributeRequest>()), "ok");
  f.smsr.calls.clear();
  refuses<es2::SetEmergencyProfileAttributeRequest>(FunctionName::kSetEmergencyProfileAttribute);
  EXPECT_EQ(ask(about<es2::SetEmergencyProfileAttributeRequest>()), "ok");
}

TEST_F(SmdpEs2, GivesAnEisWithTheCallersProfilesOnly) {
  sgp02::ProfileInfo foreign = f.smsr.eis.profileInfos[0];
  foreign.iccid = f.iccid(5);
  foreign.mnoId = kOther;
  f.smsr.eis.profileInfos.push_back(foreign);
  f.smsr.eis.isdR = f.smsr.eis.eumSigned.info.ecasd;
  es2::GetEISRequest r;
  r.eid = f.smsr.eis.eid();
  r.smsrId = kSmsr;
  ASSERT_EQ(ask(r), "ok");
  const auto* got = f.answer<sgp02::EisResponse>(last_id());
  ASSERT_TRUE(got && got->eis);
  ASSERT_EQ(got->eis->profileInfos.size(), 1u);
  EXPECT_EQ(got->eis->profileInfos[0].iccid, f.iccid(1));
  EXPECT_FALSE(got->eis->isdR);
  f.smsr.fails[FunctionName::kGetEIS].push_back(status::failed(status::kEidUnknown));
  EXPECT_EQ(ask(r), "8.1.1/1.1");
}

TEST_F(SmdpEs2, AuditsOwnProfiles) {
  es2::AuditEISRequest r;
  r.eid = f.smsr.eis.eid();
  r.smsrId = kSmsr;
  EXPECT_EQ(ask(r, kOther), "8.1/1.2");
  r.iccids = {f.iccid(9)};
  EXPECT_EQ(ask(r), "8.2.1/3.9");
  r.iccids = {f.iccid(1)};
  EXPECT_EQ(ask(r, kOther), "8.2.1/1.2");
  EXPECT_TRUE(f.smsr.calls.empty());
  EXPECT_EQ(ask(r), "ok");
  r.iccids.clear();
  EXPECT_EQ(ask(r), "ok");
  EXPECT_EQ(f.answer<sgp02::EisResponse>(last_id())->eis->profileInfos.size(), 1u);
}

TEST_F(SmdpEs2, HandsPlmaAndOncOn) {
  es2::SetPLMARequest plma;
  plma.smsrId = kSmsr;
  plma.plma.mnoId = kOther;
  plma.plma.m2mSpId = EntityId("2.999.51");
  EXPECT_EQ(ask(plma), "1.1/1.2");  // of another operator
  plma.plma.mnoId = kOwner;
  plma.plma.authorisedOperations = {"EnableProfile"};
  EXPECT_EQ(ask(plma), "ok");
  es2::SetONCRequest onc;
  onc.smsrId = kSmsr;
  onc.onc.mnoId = kOther;
  EXPECT_EQ(ask(onc), "1.1/1.2");
  onc.onc.mnoId = kOwner;
  EXPECT_EQ(ask(onc), "ok");
  es2::GetPLMARequest get_plma;
  get_plma.smsrId = kSmsr;
  EXPECT_EQ(ask(get_plma), "ok");
  get_plma.mnoId = kOther;
  EXPECT_EQ(ask(get_plma), "1.1/1.2");
  es2::GetONCRequest get_onc;
  get_onc.smsrId = kSmsr;
  EXPECT_EQ(ask(get_onc), "ok");
  get_onc.mnoId = kOther;
  EXPECT_EQ(ask(get_onc), "1.1/1.2");
  EXPECT_EQ(f.smsr.calls, (std::vector<std::string>{"SetPLMA", "SetONC", "GetPLMA", "GetONC"}));
}

TEST_F(SmdpEs2, KnowsItsCallersByTheirCertificates) {
  EXPECT_EQ(f.call(about<es2::EnableProfileRequest>(), "stranger", EntityId("2.999.88")).status, 200);
  EXPECT_EQ(f.code("stranger"), "1.1/1.1");
  const auto self = std::exchange(f.addressee, EntityId("2.999.77"));  // another SM-DP
  f.call(about<es2::EnableProfileRequest>(), "astray");
  EXPECT_EQ(f.code("astray"), "1.3.1/2.1");
  f.addressee = self;
  // The operator's name, over another's connection.
  f.certificates[kOwner.dotted()] = f.certificate(kOther);
  f.call(about<es2::EnableProfileRequest>(), "forged");
  EXPECT_EQ(f.code("forged"), "1.1/6.1");
  f.certificates[kOwner.dotted()] = hex("00");
  f.call(about<es2::EnableProfileRequest>(), "without");
  EXPECT_EQ(f.code("without"), "1.1/6.1");
  EXPECT_TRUE(f.smsr.calls.empty());
}

TEST_F(SmdpEs2, AnSmSrThatCarriesAFunctionOutManagesTheCard) {
  f.change_smsr(false);
  EXPECT_EQ(ask(about<es2::EnableProfileRequest>()), "8.1.1/1.1");
  EXPECT_EQ(f.profile(1)->smsr, kSmsr);
  auto request = about<es2::EnableProfileRequest>();
  request.smsrId = f.smsr.manager;
  EXPECT_EQ(ask(request), "ok");
  EXPECT_EQ(f.profile(1)->smsr, f.smsr.manager);
}

TEST_F(SmdpEs2, ARepeatGetsTheSameAnswerAndNothingIsDoneTwice) {
  const auto request = about<es2::EnableProfileRequest>();
  f.call(request, "x");
  f.call(request, "x");  // while it runs
  f.settle_all();
  EXPECT_EQ(f.smsr.calls.size(), 1u);
  EXPECT_EQ(f.answer_order.size(), 3u);  // the download's, and both of these
  f.call(request, "x");                  // afterwards
  f.settle_all();
  EXPECT_EQ(f.smsr.calls.size(), 1u);
  EXPECT_EQ(f.answer_order.size(), 4u);
  EXPECT_EQ(f.code("x"), "ok");
  // The same identifier for something else.
  f.call(about<es2::DisableProfileRequest>(), "x");
  f.settle_all();
  EXPECT_EQ(f.code("x"), "1.6/3.3");
  // A refusal is repeated too, though it would be granted now.
  f.call(about<es2::EnableProfileRequest>(2), "y");
  f.settle_all();
  f.stock(2);
  f.call(f.order(2), "z");
  f.settle_all();
  f.call(about<es2::EnableProfileRequest>(2), "y");
  f.settle_all();
  EXPECT_EQ(f.code("y"), "8.2.1/3.9");
  // The same identifier of another caller is another call.
  f.call(request, "x", kOther);
  f.settle_all();
  EXPECT_EQ(f.code("x"), "8.2.1/1.2");
}

TEST_F(SmdpEs2, WithoutAReplyToTheResponseIsHeld) {
  f.call(about<es2::EnableProfileRequest>(), "held", kOwner, true);
  EXPECT_TRUE(f.in_place_replies.empty());
  f.settle_all();
  ASSERT_EQ(f.in_place_replies.size(), 1u);
  EXPECT_EQ(f.in_place_replies[0].status, 200);
  EXPECT_EQ(f.code("held"), "ok");
}

TEST_F(SmdpEs2, ExpiresWhenTheSmSrSaysNothing) {
  f.pass_answer = [](Bytes&) { return false; };
  auto r = about<es2::EnableProfileRequest>();
  r.base.validityPeriod = 60;
  EXPECT_EQ(ask(r), "expired");
  r.base.validityPeriod = 0;
  f.smsr.calls.clear();
  EXPECT_EQ(ask(r), "expired");
  EXPECT_TRUE(f.smsr.calls.empty());
}

// Nobody is told of it any more, but what the SM-SR did it did.
TEST_F(SmdpEs2, ALateAnswerStillSaysWhatBecameOfTheProfile) {
  std::deque<Bytes> late;
  f.pass_answer = [&](Bytes& answer) {
    late.push_back(answer);
    return false;
  };
  auto r = about<es2::EnableProfileRequest>();
  r.base.validityPeriod = 60;
  f.call(r, "late");
  for (int i = 0; i < 4; ++i) {
    f.settle();
    f.clock.advance(Duration(60000));
  }
  EXPECT_EQ(f.code("late"), "expired");
  EXPECT_EQ(f.profile(1)->state, ProfileState::kDisabled);
  const auto in = [&](Step step) {
    std::uint64_t out = 0;
    test::must(f.store.read([&](StoreReader& reader) -> Status {
      EIDER_TRY(count, reader.count_in(step));
      out = count;
      return {};
    }));
    return out;
  };
  EXPECT_EQ(in(Step::kRelay), 0u) << "nothing of it is under way";
  EXPECT_EQ(in(Step::kLate), 1u);
  f.pass_answer = {};
  f.later = late;
  f.settle();
  EXPECT_EQ(f.profile(1)->state, ProfileState::kEnabled);
  EXPECT_EQ(f.code("late"), "expired");
  EXPECT_EQ(f.procedures_left(), 0u);
  f.call(r, "late");  // a repeat hears the same
  f.settle();
  EXPECT_EQ(f.code("late"), "expired");
}

// A day later nobody waits for it any more.
TEST_F(SmdpEs2, ALateAnswerIsNotAwaitedForever) {
  f.pass_answer = [](Bytes&) { return false; };
  auto r = about<es2::EnableProfileRequest>();
  r.base.validityPeriod = 60;
  f.call(r, "never");
  for (int i = 0; i < 4; ++i) {
    f.settle();
    f.clock.advance(Duration(60000));
  }
  EXPECT_EQ(f.code("never"), "expired");
  EXPECT_EQ(f.procedures_left(), 1u);
  f.clock.advance(std::chrono::hours(25));
  f.settle();
  EXPECT_EQ(f.procedures_left(), 0u);
}

// Disabled, and reported so, before the answer to the enabling arrives.
TEST_F(SmdpEs2, ALateAnswerDoesNotOverrideWhatWasReportedSince) {
  std::deque<Bytes> late;
  f.pass_answer = [&](Bytes& answer) {
    late.push_back(answer);
    return false;
  };
  for (const bool remove : {false, true}) {
    auto enable = about<es2::EnableProfileRequest>();
    auto erase = about<es2::DeleteProfileRequest>();
    enable.base.validityPeriod = erase.base.validityPeriod = 60;
    f.call(remove ? std::any(erase) : std::any(enable), remove ? "delete" : "enable");
    for (int i = 0; i < 4; ++i) {
      f.settle();
      f.clock.advance(Duration(60000));
    }
    sgp02::HandleProfileDisabledNotification disabled;
    disabled.eid = f.smsr.eis.eid();
    disabled.iccid = f.iccid(1);
    disabled.completionTimestamp = f.clock.now();
    f.notify(disabled);
  }
  f.pass_answer = {};
  f.later = late;
  f.settle();
  ASSERT_TRUE(f.profile(1));
  EXPECT_EQ(f.profile(1)->state, ProfileState::kDisabled);
  EXPECT_EQ(f.procedures_left(), 0u);
}

TEST_F(SmdpEs2, RefusesWhatIsNoCall) {
  int status = 0;
  const auto post = [&](std::string_view body) {
    f.server->es2({as_bytes(body), f.certificate(kOwner)}, [&](HttpReply r) { status = r.status; });
    return status;
  };
  EXPECT_EQ(post("no xml"), 400);
  EXPECT_EQ(post(""), 400);
  EXPECT_EQ(f.server->es3({as_bytes("no xml"), f.certificate(kSmsr)}).status, 400);
  // A function of ES3 at ES2's door.
  sgp02::MessageHeader header;
  header.sender.id = kOwner;
  header.messageId = "//2.999.31/1";
  sgp02::GetEISRequest get;
  get.base.functionCallIdentifier = "1";
  EXPECT_EQ(post(sgp02::soap::encode(header, sgp02::Interface::kEs3, get)), 400);
  // No FunctionCallIdentifier.
  f.call(about<es2::EnableProfileRequest>(), "");
  EXPECT_EQ(f.code("").substr(0, 5), "1.3.1");
}

TEST_F(SmdpEs2, ANewProcessAnswersWhatTheOldOneTook) {
  f.call(about<es2::EnableProfileRequest>(), "r");
  f.start();
  f.settle_all();
  EXPECT_EQ(f.code("r"), "ok");
}

}  // namespace
}  // namespace eider::smdp
