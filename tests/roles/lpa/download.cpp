// SGP.22 v2.6.1 sections 3.1.2 and 3.1.3 with doubles: what the LPA asks, checks, cancels and leaves behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "roles/lpa/lpa_world.hpp"
#include "support/shared_data.hpp"

namespace eider::lpa {
namespace {
using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;
using Reason = CancelSessionReason;

template <class Fault_, class R>
const Fault_* fault(const R& r) {
  return r ? nullptr : r.error().template as<Fault_>();
}
Result<HttpReply> unreachable(const HttpPost&) {
  return fail(TransportFault{true, "connection lost"});
}
}  // namespace

TEST(Download, InstallsReportsAndTidiesUp) {
  LpaWorld w;
  auto r = download_profile(w.lpa, w.request());
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_EQ(to_hex(r->isdpAid.view()), "A0000005591010FFFFFFFF8900001000");
  EXPECT_EQ(r->metadata.profileName, "Test plan");
  EXPECT_THAT(w.server.functions(), ElementsAre("initiateAuthentication", "authenticateClient",
                                                "getBoundProfilePackage", "handleNotification"));
  EXPECT_THAT(w.card.removed, ElementsAre(7));
  EXPECT_THAT(w.card.pending, IsEmpty());
  EXPECT_THAT(w.card.cancelled, IsEmpty());
  EXPECT_EQ(w.card.ctx->matchingId, "MATCH-1");
  EXPECT_TRUE(w.card.ctx->deviceInfo.deviceCapabilities.nr5gcSupportedRelease);
  EXPECT_FALSE(w.card.hash_cc);
  EXPECT_FALSE(r->enabled);
  EXPECT_THAT(w.ui.warnings, IsEmpty());
  EXPECT_THAT(w.ui.steps, ElementsAre(Step::kReadCard, Step::kContactServer, Step::kAuthenticateServer,
                                      Step::kAuthenticateClient, Step::kConfirm, Step::kPrepareDownload,
                                      Step::kGetPackage, Step::kInstall, Step::kNotify));
}

TEST(Download, SendsTheHeadersOfSection62) {
  LpaWorld w;
  ASSERT_TRUE(download_profile(w.lpa, w.request()));
  for (const auto& r : w.server.requests) {
    EXPECT_EQ(r.host, "smdp.example.com");
    EXPECT_EQ(r.port, 443);
    HttpReply headers{0, r.headers, {}};
    EXPECT_EQ(headers.header("User-Agent"), "gsma-rsp-lpad");
    EXPECT_EQ(headers.header("X-Admin-Protocol"), "gsma/rsp/v2.6.1");
    EXPECT_EQ(headers.header("Content-Type"), "application/json");
    EXPECT_EQ(as_text(r.body).find("\"header\""), std::string_view::npos);  // an LPA sends none
  }
  const std::string first(as_text(w.server.requests[0].body));
  EXPECT_NE(first.find("\"euiccChallenge\":\"AQEBAQEBAQEBAQEBAQEBAQ==\""), std::string::npos) << first;
}

TEST(Download, SegmentsReachTheCardOctetByOctet) {
  LpaWorld w;
  ASSERT_TRUE(download_profile(w.lpa, w.request()));
  Bytes loaded;
  bool loading = false;
  for (const auto& o : w.card.objects) {
    loading |= o[0] == 0xBF && o[1] == 0x36;
    if (o[0] == 0xBF && o[1] != 0x36) loading = false;
    if (loading) append(loaded, o);
  }
  EXPECT_EQ(loaded, w.server.package());
}

TEST(Download, CanEnableWhatItInstalled) {
  LpaWorld w;
  auto request = w.request();
  request.enable = true;
  auto r = download_profile(w.lpa, request);
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_TRUE(r->enabled);
  EXPECT_TRUE(w.card.enabled);
}

TEST(Download, LeavesTheMatchingIdOutWhenThereIsNone) {
  LpaWorld w;
  auto request = w.request();
  request.matchingId.clear();
  ASSERT_TRUE(download_profile(w.lpa, request));
  EXPECT_FALSE(w.card.ctx->matchingId);
}

TEST(Download, KeepsNewCapabilitiesFromOldCards) {
  LpaWorld w;
  w.card.info2.rspCapability = BitString{kAdditionalProfile};
  ASSERT_TRUE(download_profile(w.lpa, w.request()));
  EXPECT_FALSE(w.card.ctx->deviceInfo.deviceCapabilities.nrEpcSupportedRelease);
  EXPECT_TRUE(w.card.ctx->deviceInfo.deviceCapabilities.eutranEpcSupportedRelease);
}

// ---- Section 3.1.2 step 9 ----
TEST(Download, ACardWithoutFreeMemoryIsNotBegunWith) {
  LpaWorld w;
  w.card.info2.extCardResource = encode_ext_card_resource({0, 0, 2000});
  const auto r = download_profile(w.lpa, w.request());
  const auto* f = fault<LocalFault>(r);
  ASSERT_TRUE(f);
  EXPECT_NE(f->what.find("no free memory"), std::string::npos);
  EXPECT_NE(f->remedy.find("same Activation Code"), std::string::npos);
  EXPECT_THAT(w.card.cancelled, ElementsAre(Reason::kPostponed));  // the order stays open
  EXPECT_THAT(w.ui.offers, IsEmpty());
}

TEST(Download, APackageLargerThanTheFreeMemoryIsToldAndTried) {
  LpaWorld w;
  w.card.info2.extCardResource = encode_ext_card_resource({0, 10, 2000});
  EXPECT_TRUE(download_profile(w.lpa, w.request()));
  ASSERT_EQ(w.ui.warnings.size(), 1u);
  EXPECT_THAT(w.ui.warnings[0], testing::HasSubstr("the card has 10 free"));
  LpaWorld silent;  // does not tell
  silent.card.info2.extCardResource = hex("8101");
  EXPECT_TRUE(download_profile(silent.lpa, silent.request()));
  EXPECT_THAT(silent.ui.warnings, IsEmpty());
}

TEST(Download, RefusesAServerOfAnotherName) {
  LpaWorld w;
  w.server.signed_address = "other.example.com";
  auto r = download_profile(w.lpa, w.request());
  ASSERT_TRUE(fault<VerificationFault>(r));
  EXPECT_EQ(fault<VerificationFault>(r)->check, VerificationFault::Check::kBinding);
  EXPECT_THAT(w.server.functions(), ElementsAre("initiateAuthentication"));
  EXPECT_FALSE(w.card.ctx);
}
TEST(Download, ComparesServerNamesWithoutCase) {
  LpaWorld w;
  w.server.signed_address = "SMDP.Example.COM";
  EXPECT_TRUE(download_profile(w.lpa, w.request()));
}
TEST(Download, RefusesAnotherOidThanTheActivationCodes) {
  EIDER_SHARED_OR_SKIP(path, "sgp26/DPauth/CERT_S_SM_DPauth_ECDSA_NIST.der");
  LpaWorld w;
  w.server.serverCertificate = read_file(path);
  auto request = w.request();
  request.smdpOid = Oid("2.999.11");
  auto r = download_profile(w.lpa, request);
  ASSERT_TRUE(fault<VerificationFault>(r));
  EXPECT_NE(fault<VerificationFault>(r)->what.find("2.999.11"), std::string::npos);
  EXPECT_THAT(w.server.functions(), ElementsAre("initiateAuthentication"));
  request.smdpOid = Oid("2.999.10");  // SGP.26: the OID of this certificate
  EXPECT_TRUE(download_profile(w.lpa, request));
}
TEST(Download, RefusesAnotherTransactionOrChallenge) {
  for (const char* what : {"transaction", "challenge"}) {
    LpaWorld w;
    w.server.handlers["initiateAuthentication"] = [&](const HttpPost&) -> Result<HttpReply> {
      ServerSigned1 s;
      s.transactionId =
          *TransactionId::from(std::string_view(what) == "transaction" ? hex("99") : kTransaction);
      s.serverAddress = w.server.address;
      return ScriptedSmdp::json_reply(json::encode(es9::InitiateAuthenticationResponse{
          ResponseHeader{}, kTransaction, der::encode(s), make_tlv(0x5F37, Bytes(64, 3)),
          make_tlv(0x04, Bytes(20, 4)), some_certificate().der}));
    };
    EXPECT_TRUE(fault<VerificationFault>(download_profile(w.lpa, w.request()))) << what;
    EXPECT_FALSE(w.card.ctx) << what;
  }
}

// ---- Confirmation Code ----
TEST(Download, AsksForTheCodeWhenTheActivationCodeSaysSo) {
  LpaWorld w;
  w.ui.codes = {"12345678"};
  auto request = w.request();
  request.confirmationCodeRequired = true;
  ASSERT_TRUE(download_profile(w.lpa, request));
  const auto inner = crypto::sha256(as_bytes("12345678"));
  EXPECT_EQ(to_hex(*w.card.hash_cc), to_hex(crypto::sha256({inner.view(), ByteView(kTransaction)})));
  EXPECT_TRUE(w.ui.offers.at(0).confirmationCodeRequired);
}
TEST(Download, AsksForTheCodeWhenOnlyTheServerSaysSo) {
  LpaWorld w;
  w.server.cc_required = true;
  w.ui.codes = {"1"};
  ASSERT_TRUE(download_profile(w.lpa, w.request()));
  EXPECT_TRUE(w.card.hash_cc);
  EXPECT_EQ(w.ui.code_prompts, 1);
}
TEST(Download, TakesAGivenCodeWithoutAsking) {
  LpaWorld w;
  w.server.cc_required = true;
  auto request = w.request();
  request.confirmationCode = Secret(as_bytes("1"));
  ASSERT_TRUE(download_profile(w.lpa, request));
  EXPECT_EQ(w.ui.code_prompts, 0);
}
TEST(Download, StartsANewSessionForASecondCode) {
  LpaWorld w;
  w.server.cc_required = true;
  w.ui.codes = {"wrong", "right"};
  int asked = 0;
  w.server.handlers["getBoundProfilePackage"] = [&](const HttpPost& q) -> Result<HttpReply> {
    return ++asked == 1 ? ScriptedSmdp::failed("8.2.7", "3.8") : w.server.normal(q);
  };
  ASSERT_TRUE(download_profile(w.lpa, w.request()));
  EXPECT_EQ(w.card.challenges, 2);
  EXPECT_EQ(w.ui.offers.size(), 1u);  // the user is not asked again about the Profile
  EXPECT_EQ(w.ui.code_prompts, 2);
}
// Section 3.1.3: what the user agreed to is what is installed, also after a refused Confirmation Code.
TEST(Download, AsksAgainWhenTheSecondSessionOffersSomethingElse) {
  for (const bool agrees : {true, false}) {
    LpaWorld w;
    w.server.cc_required = true;
    w.ui.codes = {"wrong", "right"};
    int asked = 0;
    w.server.handlers["getBoundProfilePackage"] = [&](const HttpPost& q) -> Result<HttpReply> {
      if (++asked > 1) return w.server.normal(q);
      w.server.metadata.profileName = w.server.package_metadata.profileName = "Another plan";
      w.ui.answer = agrees ? Answer::kYes : Answer::kNo;
      return ScriptedSmdp::failed("8.2.7", "3.8");
    };
    const auto r = download_profile(w.lpa, w.request());
    EXPECT_EQ(r.has_value(), agrees);
    ASSERT_EQ(w.ui.offers.size(), 2u);
    EXPECT_EQ(w.ui.offers[1].metadata.profileName, "Another plan");
    EXPECT_EQ(asked, agrees ? 2 : 1);
  }
}
TEST(Download, GivesUpAfterTooManyCodes) {
  LpaWorld w;
  w.server.cc_required = true;
  w.ui.codes = {"a", "b", "c", "d", "e"};
  w.server.handlers["getBoundProfilePackage"] = [&](const HttpPost&) -> Result<HttpReply> {
    return ScriptedSmdp::failed("8.2.7", "3.8");
  };
  auto r = download_profile(w.lpa, w.request());
  ASSERT_TRUE(fault<FunctionStatus>(r));
  EXPECT_EQ(fault<FunctionStatus>(r)->subject_code, "8.2.7");
  EXPECT_EQ(w.ui.code_prompts, 3);
  EXPECT_THAT(w.server.cancelled(), IsEmpty());
}

// ---- Each failure, and the reason both sides hear (section 5.7.14) ----
struct Failure {
  const char* name;
  std::function<void(LpaWorld&)> arrange;
  Reason reason;
};
class DownloadFails : public testing::TestWithParam<Failure> {};
TEST_P(DownloadFails, AndCancelsWithTheRightReason) {
  LpaWorld w;
  GetParam().arrange(w);
  auto r = download_profile(w.lpa, w.request());
  ASSERT_FALSE(r);
  EXPECT_THAT(w.card.cancelled, ElementsAre(GetParam().reason)) << r.error().message();
  EXPECT_THAT(w.server.cancelled(), ElementsAre(GetParam().reason));
}
ProfilePolicyAuthorisationRule everyone(std::initializer_list<int> rules, bool consent) {
  ProfilePolicyAuthorisationRule rule{
      BitString(rules), {{*FixedBytes<3>::from(hex("EEEEEE")), Bytes{}, Bytes{}}}, {}};
  if (consent) rule.pprFlags.set(0);
  return rule;
}
void set_rules(LpaWorld& w, std::initializer_list<int> rules) {
  for (auto* m : {&w.server.metadata, &w.server.package_metadata}) {
    m->profilePolicyRules = BitString(rules);
    m->profileOwner = OperatorId{*FixedBytes<3>::from(hex("42F618")), {}, {}};
  }
}
INSTANTIATE_TEST_SUITE_P(
    Lpa, DownloadFails,
    testing::Values(
        Failure{"user_says_no", [](LpaWorld& w) { w.ui.answer = Answer::kNo; }, Reason::kEndUserRejection},
        Failure{"user_says_not_now", [](LpaWorld& w) { w.ui.answer = Answer::kNotNow; }, Reason::kPostponed},
        Failure{"user_does_not_answer", [](LpaWorld& w) { w.ui.answer = Answer::kTimeout; },
                Reason::kTimeout},
        Failure{"no_code_entered", [](LpaWorld& w) { w.server.cc_required = true; }, Reason::kPostponed},
        Failure{"rules_without_rat", [](LpaWorld& w) { set_rules(w, {kPpr2}); }, Reason::kPprNotAllowed},
        Failure{"ppr1_with_operational_profile",
                [](LpaWorld& w) {
                  set_rules(w, {kPpr1});
                  w.card.rat = {everyone({kPpr1, kPpr2}, false)};
                  w.card.profiles.emplace_back().profileClass = ProfileClass::kOperational;
                },
                Reason::kPprNotAllowed},
        Failure{"device_takes_no_rules",
                [](LpaWorld& w) {
                  set_rules(w, {kPpr2});
                  w.card.rat = {everyone({kPpr2}, false)};
                  w.lpa.settings.refuse_policy_rules = true;
                },
                Reason::kPprNotAllowed},
        Failure{"rules_appear_in_the_package",
                [](LpaWorld& w) {
                  set_rules(w, {kPpr2});
                  w.server.metadata = some_metadata();
                },
                Reason::kPprNotAllowed},
        Failure{"other_name_in_the_package",
                [](LpaWorld& w) { w.server.package_metadata.profileName = "Dear plan"; },
                Reason::kMetadataMismatch},
        Failure{"other_icon_in_the_package",
                [](LpaWorld& w) {
                  w.server.package_metadata.iconType = IconType::kPng;
                  w.server.package_metadata.icon = hex("89504E470D0A1A0A");
                },
                Reason::kMetadataMismatch},
        Failure{"other_service_data_in_the_package",
                [](LpaWorld& w) {
                  w.server.package_metadata.serviceSpecificDataStoredInEuicc.emplace().push_back(
                      {*Oid::parse("2.999.1"), hex("0500")});
                },
                Reason::kMetadataMismatch},
        Failure{"other_iccid_in_the_package",
                [](LpaWorld& w) { w.server.package_metadata.iccid = *parse_iccid("8947010000123456700"); },
                Reason::kMetadataMismatch},
        Failure{"package_is_garbage", [](LpaWorld& w) { w.server.raw_package = hex("BF360430020101"); },
                Reason::kLoadBppExecutionError},
        Failure{"package_is_cut_short", [](LpaWorld& w) { w.server.raw_package = hex("BF368201"); },
                Reason::kLoadBppExecutionError},
        Failure{"card_refuses_the_first_segment", [](LpaWorld& w) { w.card.fail_segment = 0; },
                Reason::kLoadBppExecutionError},
        Failure{"card_refuses_a_later_segment",
                [](LpaWorld& w) {
                  w.card.fail_segment = 4;
                  w.card.fail_sw = 0x6985;
                },
                Reason::kLoadBppExecutionError},
        Failure{"card_gives_no_result", [](LpaWorld& w) { w.card.no_pir = true; },
                Reason::kLoadBppExecutionError},
        Failure{"card_refuses_the_package_signature", [](LpaWorld& w) { w.card.prepare_error = 2; },
                Reason::kUndefinedReason},
        Failure{"metadata_is_garbage",
                [](LpaWorld& w) {
                  w.server.handlers["authenticateClient"] = [](const HttpPost&) -> Result<HttpReply> {
                    return ScriptedSmdp::json_reply(json::encode(
                        es9::AuthenticateClientResponse{ResponseHeader{}, kTransaction, hex("BF2500"),
                                                        hex("3000"), hex("5F3700"), hex("3000")}));
                  };
                },
                Reason::kUndefinedReason},
        Failure{"answer_for_another_transaction",
                [](LpaWorld& w) {
                  w.server.handlers["authenticateClient"] = [&w](const HttpPost& q) -> Result<HttpReply> {
                    auto r = *w.server.normal(q);
                    std::string body(as_text(r.body));
                    body.replace(body.find("00112233"), 8, "FF112233");
                    return ScriptedSmdp::json_reply(body);
                  };
                },
                Reason::kUndefinedReason},
        Failure{"package_member_missing",
                [](LpaWorld& w) {
                  w.server.handlers["getBoundProfilePackage"] = [](const HttpPost&) -> Result<HttpReply> {
                    return ScriptedSmdp::json_reply("{}");
                  };
                },
                Reason::kLoadBppExecutionError}),
    [](const auto& p) { return std::string(p.param.name); });

TEST(Download, InstallsWithConsentToRules) {
  LpaWorld w;
  set_rules(w, {kPpr1, kPpr2});
  w.card.rat = {everyone({kPpr1}, false), everyone({kPpr1, kPpr2}, true)};
  ASSERT_TRUE(download_profile(w.lpa, w.request()));
  EXPECT_TRUE(w.ui.offers.at(0).policyRuleConsentRequired);
}
TEST(Download, InstallsChangedMetadataTheUserAccepts) {
  LpaWorld w;
  w.server.package_metadata.profileName = "Better plan";
  w.ui.changed_answer = Answer::kYes;
  auto r = download_profile(w.lpa, w.request());
  ASSERT_TRUE(r);
  EXPECT_EQ(r->metadata.profileName, "Better plan");
}
TEST(Download, DoesNotMindAnotherEncodingOfTheSameMetadata) {
  LpaWorld w;
  w.server.handlers["authenticateClient"] = [&](const HttpPost& q) -> Result<HttpReply> {
    auto r = json::decode<es9::AuthenticateClientResponse>(as_text(w.server.normal(q)->body));
    Bytes members = to_bytes(read_single_tlv(r->profileMetadata)->value);
    append(members, hex("950102"));  // the default, written out
    r->profileMetadata = make_tlv(0xBF25, members);
    return ScriptedSmdp::json_reply(json::encode(*r));
  };
  EXPECT_TRUE(download_profile(w.lpa, w.request()));
  EXPECT_EQ(w.ui.changed_prompts, 0);
}

TEST(Download, TellsTheServerThatTheCardRefusedIt) {
  LpaWorld w;
  w.card.authenticate_error = 2;
  auto r = download_profile(w.lpa, w.request());
  ASSERT_TRUE(fault<Es10Fault>(r));
  EXPECT_EQ(fault<Es10Fault>(r)->name, "invalidSignature");
  EXPECT_THAT(w.server.functions(), ElementsAre("initiateAuthentication", "authenticateClient"));
}
TEST(Download, DoesNotCancelWhatTheServerRefused) {
  for (const char* function : {"initiateAuthentication", "authenticateClient", "getBoundProfilePackage"}) {
    LpaWorld w;
    w.server.handlers[function] = [](const HttpPost&) -> Result<HttpReply> {
      return ScriptedSmdp::failed("8.2.6", "3.8");
    };
    auto r = download_profile(w.lpa, w.request());
    ASSERT_TRUE(fault<FunctionStatus>(r)) << function;
    EXPECT_EQ(fault<FunctionStatus>(r)->reason_code, "3.8");
    EXPECT_THAT(w.server.cancelled(), IsEmpty());
  }
}
TEST(Download, ReportsAFailedInstallation) {
  LpaWorld w;
  w.card.pir_error = 9;
  auto r = download_profile(w.lpa, w.request());
  ASSERT_TRUE(fault<Es10Fault>(r));
  EXPECT_EQ(fault<Es10Fault>(r)->code, 9);
  EXPECT_EQ(w.server.functions().back(), "handleNotification");
  EXPECT_EQ(w.card.segment, 4);  // nothing is sent after BF37
  EXPECT_THAT(w.server.cancelled(), IsEmpty());
  EXPECT_THAT(w.card.removed, ElementsAre(7));
}

// ---- Lost answers ----
class AnswerLost : public testing::TestWithParam<const char*> {};
TEST_P(AnswerLost, AndTheNextTrySucceeds) {
  LpaWorld w;
  w.server.handlers[GetParam()] = unreachable;
  auto r = download_profile(w.lpa, w.request());
  if (std::string_view(GetParam()) == "handleNotification") {
    ASSERT_TRUE(r) << "the Profile is installed, its report waits on the card";
    EXPECT_EQ(w.card.pending.size(), 1u);
    EXPECT_EQ(w.ui.warnings.size(), 1u);
    w.server.handlers.clear();
    auto delivered = deliver_notifications(w.lpa, {.only = {}, .ignore_backoff = true, .keep = false});
    ASSERT_TRUE(delivered);
    EXPECT_EQ(delivered->at(0).state, NotificationDelivery::State::kDelivered);
    EXPECT_THAT(w.card.pending, IsEmpty());
    return;
  }
  ASSERT_TRUE(fault<TransportFault>(r));
  EXPECT_THAT(w.server.cancelled(), IsEmpty());  // who cannot be reached is not told; the order stays open
  if (std::string_view(GetParam()) == "initiateAuthentication") {
    EXPECT_THAT(w.card.cancelled, IsEmpty());  // has no session yet
  } else {
    EXPECT_THAT(w.card.cancelled, ElementsAre(Reason::kPostponed));  // keeps none, but its one-time key
  }
  w.server.handlers.clear();
  EXPECT_TRUE(download_profile(w.lpa, w.request()));
}
INSTANTIATE_TEST_SUITE_P(Lpa, AnswerLost,
                         testing::Values("initiateAuthentication", "authenticateClient",
                                         "getBoundProfilePackage", "handleNotification"));

// ---- The user stops it ----
class DownloadStopped : public testing::TestWithParam<Step> {};
TEST_P(DownloadStopped, EndsOnBothSidesAndTheNextTrySucceeds) {
  LpaWorld w;
  w.ui.stop_at = GetParam();
  auto r = download_profile(w.lpa, w.request());
  ASSERT_TRUE(fault<LocalFault>(r));
  EXPECT_NE(r.error().message().find("postponed"), std::string::npos) << r.error().message();
  // Nobody is told of a session that it does not have.
  const std::vector told{Reason::kPostponed}, not_told = std::vector<Reason>{};
  EXPECT_EQ(w.card.cancelled, GetParam() < Step::kAuthenticateServer ? not_told : told);
  EXPECT_EQ(w.server.cancelled(), GetParam() < Step::kAuthenticateClient ? not_told : told);
  EXPECT_THAT(w.ui.warnings, IsEmpty());
  w.ui.stop_at.reset();
  w.ui.stopped = false;
  EXPECT_TRUE(download_profile(w.lpa, w.request()));
}
INSTANTIATE_TEST_SUITE_P(Lpa, DownloadStopped,
                         testing::Values(Step::kReadCard, Step::kContactServer, Step::kAuthenticateServer,
                                         Step::kAuthenticateClient, Step::kConfirm, Step::kPrepareDownload,
                                         Step::kGetPackage, Step::kInstall));

TEST(Download, AWaitThatIsBrokenOffIsNoFailureOfTheServer) {
  LpaWorld w;
  w.server.handlers["getBoundProfilePackage"] = [&](const HttpPost&) -> Result<HttpReply> {
    w.ui.stopped = true;
    return fail_local("the exchange was stopped");
  };
  auto r = download_profile(w.lpa, w.request());
  ASSERT_TRUE(fault<LocalFault>(r));
  EXPECT_THAT(w.card.cancelled, ElementsAre(Reason::kPostponed));
  EXPECT_THAT(w.server.cancelled(), ElementsAre(Reason::kPostponed));
  // Nor is it one of the server that notifications go to.
  w.ui.stopped = false;
  w.server.handlers.clear();
  w.server.handlers["handleNotification"] = [&](const HttpPost&) -> Result<HttpReply> {
    w.ui.stopped = true;
    return fail_local("the exchange was stopped");
  };
  ASSERT_TRUE(download_profile(w.lpa, w.request()));
  EXPECT_EQ(w.card.pending.size(), 1u);
  EXPECT_FALSE(w.store.backoff("smdp.example.com"));
}

TEST(Download, SurvivesALostCancellation) {
  LpaWorld w;
  w.ui.answer = Answer::kNo;
  w.server.handlers["cancelSession"] = unreachable;
  auto r = download_profile(w.lpa, w.request());
  ASSERT_TRUE(fault<LocalFault>(r));
  EXPECT_EQ(w.ui.warnings.size(), 1u);
}

class CardLost : public testing::TestWithParam<int> {};
TEST_P(CardLost, EndsWithATransportFaultAndNothingToUndo) {
  LpaWorld w;
  int n = 0;
  FakeCard flaky([&](ByteView c) -> Result<Bytes> {
    if (n++ == GetParam()) return fail(TransportFault{true, "reader gone"});
    return w.card.transmit(c);
  });
  {
    Es10Client es10(flaky);
    Lpa lpa{es10, w.server, w.clock, w.random, w.ui, w.store, {}};
    auto opened = es10.open();
    if (opened) {
      auto r = download_profile(lpa, w.request());
      if (r) return;  // the fault fell behind the installation
      EXPECT_TRUE(r.error().not_reached()) << GetParam() << ": " << r.error().message();
    }
  }
  w.card.pending.clear();
  ASSERT_TRUE(w.es10.open());
  EXPECT_TRUE(download_profile(w.lpa, w.request())) << GetParam();
}
INSTANTIATE_TEST_SUITE_P(Lpa, CardLost, testing::Range(0, 30));

TEST(Download, AsksTheDefaultSmdp) {
  LpaWorld w;
  w.card.override_answer = [](Tag tag, ByteView) -> std::optional<ResponseApdu> {
    if (tag != 0xBF3C) return std::nullopt;
    return ResponseApdu{make_tlv(0xBF3C, make_tlv(0x80, as_bytes("smdp.example.com"))), 0x9000};
  };
  auto request = default_smdp_request(w.lpa);
  ASSERT_TRUE(request);
  EXPECT_TRUE(download_profile(w.lpa, *request));
  EXPECT_FALSE(w.card.ctx->matchingId);
  w.card.override_answer = [](Tag tag, ByteView) -> std::optional<ResponseApdu> {
    return tag == 0xBF3C ? std::optional(ResponseApdu{hex("BF3C00"), 0x9000}) : std::nullopt;
  };
  EXPECT_TRUE(fault<LocalFault>(default_smdp_request(w.lpa)));
}

}  // namespace eider::lpa
