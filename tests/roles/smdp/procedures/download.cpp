// Profile download and installation, SGP.02 v4.2 section 3.1, with doubles of inventory, SM-SR and card.
#include <gtest/gtest.h>

#include "codec/tlv.hpp"
#include "roles/smdp/orders.hpp"
#include "spec/sgp02/status_codes.hpp"
#include "spec/sgp22/aids.hpp"
#include "support/smdp_fixture.hpp"

namespace eider::smdp {
namespace {
namespace status = sgp02::status;
using sgp02::ProfileState;
using sgp02::soap::Message;
using test::must;
using Calls = std::vector<std::string>;

struct SmdpDownload : ::testing::Test {
  test::SmdpFixture f;
  std::string download(int n, bool enable = false, const std::string& id = "1") {
    f.stock(n);
    f.call(f.order(n, enable), id);
    f.settle_all();
    return f.code(id);
  }
  const std::string& stock_state(int n) {
    return f.inventory.items.at(sgp22::iccid_digits(f.iccid(n))).state;
  }
  std::size_t on_card() { return f.smsr.eis.profileInfos.size(); }
};

TEST_F(SmdpDownload, InstallsAndCompletes) {
  for (const bool asynchronous : {true, false}) {
    test::SmdpFixture g;
    g.asynchronous = asynchronous;
    g.stock(1);
    EXPECT_EQ(g.call(g.order(1), "1").status, 202);
    g.settle();
    ASSERT_EQ(g.code("1"), "ok");
    EXPECT_EQ(g.answer<sgp02::es2::DownloadProfileResponse>("1")->iccid, g.iccid(1));
    EXPECT_TRUE(g.answer<sgp02::es2::DownloadProfileResponse>("1")->euiccResponseData);
    EXPECT_EQ(g.smsr.calls, (Calls{"GetEIS", "CreateISDP", "SendData", "SendData", "SendData", "SendData",
                                   "ProfileDownloadCompleted"}));
    ASSERT_EQ(g.smsr.eis.profileInfos.size(), 1u);
    EXPECT_EQ(g.smsr.eis.profileInfos[0].state, ProfileState::kDisabled);
    EXPECT_EQ(g.smsr.card.find(g.smsr.eis.profileInfos[0].isdpAid)->package,
              g.inventory.items.begin()->second.package);
    ASSERT_EQ(g.smsr.completed.size(), 1u);
    EXPECT_EQ(g.smsr.completed[0].profileType, "prepaid");
    EXPECT_EQ(g.smsr.completed[0].subscriptionAddress->imsi, "001011000000001");
    EXPECT_EQ(g.profile(1)->state, ProfileState::kDisabled);
    EXPECT_EQ(g.inventory.told.size(), 1u);
    EXPECT_EQ(g.procedures_left(), 0u);
  }
}

TEST_F(SmdpDownload, TakesAnyProfileOfTheTypeAndEnablesIt) {
  f.stock(1);
  f.stock(2);
  must(f.store.write([](StoreTransaction& tx) {
    TypePolicy policy;
    policy.type = "prepaid";
    policy.pol2.rules.push_back(
        {sgp02::Pol2Subject::kProfile, sgp02::Pol2Action::kDelete, sgp02::Pol2Qualification::kNotAllowed});
    return tx.put_type_policy(policy);
  }));
  f.call(f.order({}, true), "a");
  f.call(f.order({}, true), "b");
  f.settle_all();
  EXPECT_EQ(f.code("a"), "ok");
  EXPECT_EQ(f.code("b"), "ok");
  EXPECT_EQ(on_card(), 2u);
  EXPECT_EQ(f.profile(1)->state, ProfileState::kEnabled);
  EXPECT_EQ(f.smsr.eis.profileInfos[0].pol2.rules.size(), 1u);
  // One download to a card at a time: the second waited.
  EXPECT_EQ(f.smsr.calls[7], "EnableProfile");
  f.call(f.order({}), "c");
  f.settle_all();
  EXPECT_EQ(f.code("c"), "8.2.5/3.7");
}

TEST_F(SmdpDownload, RefusesOrdersThatCannotBe) {
  f.stock(1);
  f.stock(2, 100, "prepaid", "2.999.32");
  auto neither = f.order(1);
  neither.iccid.reset();
  f.call(neither, "neither");
  f.call(f.order(9), "unknown");
  f.call(f.order(2), "of another");
  auto type = f.order({});
  type.profileType = "no such";
  f.call(type, "type");
  auto smsr = f.order(1);
  smsr.smsrId = sgp02::EntityId("2.999.99");
  f.call(smsr, "smsr");
  f.settle_all();
  EXPECT_EQ(f.code("neither"), "8.2.5/2.3");
  EXPECT_EQ(f.code("unknown"), "8.2.1/3.9");
  EXPECT_EQ(f.code("of another"), "8.2.1/1.2");
  EXPECT_EQ(f.code("type"), "8.2.5/3.9");
  EXPECT_EQ(f.code("smsr"), "8.7/3.9");
  EXPECT_TRUE(f.smsr.calls.empty());
  EXPECT_EQ(f.procedures_left(), 0u);
  EXPECT_EQ(stock_state(1), "available");
}

TEST_F(SmdpDownload, LooksAtTheEisBeforeAnythingIsCreated) {
  const std::pair<std::function<void(sgp02::Eis&)>, const char*> cases[] = {
      {[](auto& e) { e.remainingMemory = 10; }, "8.1/4.8"},
      {[](auto& e) { e.availableMemoryForProfiles = 5999; }, "8.1/4.8"},
      {[](auto& e) { e.eumSigned.info.euiccCapabilities.httpSupport = false; }, "8.2.5/2.1"},
      {[](auto& e) { e.eumSigned.info.euiccCapabilities.remoteProvisioningVersion = "2.1"; }, "8.2.5/2.1"},
      {[](auto& e) { e.eumSigned.info.eid[15] ^= 1; }, "8.6/2.1"},
      {[](auto& e) { e.eumSigned.info.ecasd.keySets.clear(); }, "8.5.1/6.1"},
      {[](auto& e) { e.eumSigned.info.ecasd.keySets[0].certificates[0].value[60] ^= 1; }, "8.5.1/6.1"},
      {[](auto&) {}, "8.6/6.1"},
  };
  int n = 0;
  for (const auto& [change, code] : cases) {
    test::SmdpFixture g;
    change(g.smsr.eis);
    g.smsr.sign(g.pki);
    if (n == 7) g.smsr.eis.eumSigned.signatureXml.clear();
    g.stock(1);
    auto order = g.order(1);
    order.eid = *sgp02::Eid::from(hex("89049032000001000000000000000074"));
    g.call(order, "1");
    g.settle_all();
    EXPECT_EQ(g.code("1"), code) << n;
    EXPECT_EQ(g.smsr.calls, Calls{"GetEIS"}) << n;
    EXPECT_EQ(g.inventory.items.begin()->second.state, "available") << n;
    ++n;
  }
}

TEST_F(SmdpDownload, AProfileThatIsOnTheCardIsNotLoadedAgain) {
  EXPECT_EQ(download(1), "ok");
  f.call(f.order(1), "again");
  f.settle_all();
  EXPECT_EQ(f.code("again"), "8.2.1/3.3");
  EXPECT_EQ(on_card(), 1u);
}

TEST_F(SmdpDownload, DeletesItsAbandonedIsdPsFirst) {
  for (const int n : {7, 1}) {  // another ICCID, and the same
    sgp02::ProfileInfo left;
    left.iccid = f.iccid(n);
    left.isdpAid = *sgp02::Aid::from(sgp22::isd_p_aid(static_cast<std::uint16_t>(0x10 + n)));
    left.mnoId = sgp02::EntityId("2.999.31");
    left.smdpId = f.config.self.id;
    f.smsr.card.create(left.isdpAid);
    f.smsr.eis.profileInfos.push_back(left);
  }
  auto foreign = f.smsr.eis.profileInfos[0];
  foreign.iccid = f.iccid(8);
  foreign.smdpId = sgp02::EntityId("2.999.77");
  f.smsr.eis.profileInfos.push_back(foreign);
  EXPECT_EQ(download(1), "ok");
  EXPECT_EQ(on_card(), 2u);  // the new one, and that of another SM-DP
  EXPECT_FALSE(f.smsr.find(f.iccid(7)));
}

TEST_F(SmdpDownload, CleanUpThatFailsIsTriedOnce) {
  sgp02::ProfileInfo left;
  left.iccid = f.iccid(7);
  left.mnoId = sgp02::EntityId("2.999.31");
  left.smdpId = f.config.self.id;
  f.smsr.eis.profileInfos.push_back(left);
  f.smsr.fails[FunctionName::kDeleteISDP].push_back(status::failed(status::kIsdrExecutionError));
  EXPECT_EQ(download(1), "ok");
  EXPECT_EQ(on_card(), 2u);
}

TEST_F(SmdpDownload, EnableThatFailsIsAWarning) {
  f.smsr.fails[FunctionName::kEnableProfile].push_back(status::failed(status::kPol2Refuses));
  EXPECT_EQ(download(1, true), "warning 8.2.3/3.8");
  EXPECT_EQ(f.profile(1)->state, ProfileState::kDisabled);
  EXPECT_EQ(stock_state(1), "installed");
}

TEST_F(SmdpDownload, WhatTheCardRefusesIsUndoneAndTold) {
  f.smsr.card.installer = [](ByteView package) {
    if (package.size() != 1007) return Bytes{};
    return test::euicc_response({saip::PeStatusCode::kOk, saip::PeStatusCode::kLibNotSupported}, true);
  };
  EXPECT_EQ(download(1), "8.3/4.2");
  const auto* response = f.answer<sgp02::es2::DownloadProfileResponse>("1");
  ASSERT_TRUE(response && response->base.functionExecutionStatus.statusCodeData->message);
  EXPECT_NE(response->base.functionExecutionStatus.statusCodeData->message->find(
                "1 of 2 profile elements: 2 lib-not-supported"),
            std::string::npos)
      << *response->base.functionExecutionStatus.statusCodeData->message;
  EXPECT_EQ(
      to_hex(*response->euiccResponseData),
      to_hex(test::euicc_response({saip::PeStatusCode::kOk, saip::PeStatusCode::kLibNotSupported}, true)));
  EXPECT_EQ(on_card(), 0u);
  EXPECT_FALSE(f.profile(1));
  EXPECT_FALSE(f.keys(1));
  EXPECT_EQ(stock_state(1), "available");
  EXPECT_EQ(f.smsr.calls.back(), "DeleteISDP");
}

TEST_F(SmdpDownload, APinnedProfileCountsAsInstalled) {
  f.smsr.pinned = true;
  // The package is installed, its result does not come back.
  int n = 0;
  f.smsr.change_answer = [&](Bytes& b) {
    if (++n == 4) b.back() ^= 1;
  };
  EXPECT_EQ(download(1), "ok");
  EXPECT_EQ(f.smsr.calls.back(), "ProfileDownloadCompleted");
  EXPECT_EQ(stock_state(1), "installed");
  EXPECT_TRUE(f.profile(1));
}

TEST_F(SmdpDownload, BusyAndUnreachableCardsAreTriedAgain) {
  f.smsr.fails[FunctionName::kGetEIS].push_back(status::failed(status::kBusy));
  f.smsr.fails[FunctionName::kCreateISDP].push_back(status::failed(status::kEuiccInaccessible));
  f.smsr.fails[FunctionName::kSendData] = {{}, status::failed(status::kEuiccInaccessible)};
  f.smsr.fails[FunctionName::kDeleteISDP].push_back(status::failed(status::kBusy));
  f.smsr.fails[FunctionName::kProfileDownloadCompleted].push_back(status::failed(status::kBusy));
  EXPECT_EQ(download(1), "ok");
  EXPECT_EQ(on_card(), 1u);
}

TEST_F(SmdpDownload, EndsAfterSoManyAttempts) {
  f.config.limits.download_attempts = 2;
  f.start();
  for (int i = 0; i < 10; ++i)
    f.smsr.fails[FunctionName::kSendData].push_back(status::failed(status::kEuiccInaccessible));
  EXPECT_EQ(download(1), "8.1.1/5.1");
  EXPECT_EQ(std::ranges::count(f.smsr.calls, "CreateISDP"), 2);
  EXPECT_EQ(on_card(), 0u);
  EXPECT_EQ(stock_state(1), "available");
}

TEST_F(SmdpDownload, AnSmSrThatIsNotReachedIsTriedUntilTheOrderExpires) {
  f.stock(1);
  int tries = 0;
  f.reachable = [&](const Message& m) {
    return m.function->interface != sgp02::Interface::kEs3 || (++tries, false);
  };
  auto order = f.order(1);
  order.base.validityPeriod = 3600;
  f.call(order, "1");
  f.settle();
  EXPECT_EQ(f.code("1"), "none");
  f.settle_all();
  EXPECT_EQ(f.code("1"), "expired");
  EXPECT_GT(tries, 5);
  EXPECT_EQ(stock_state(1), "available");
  EXPECT_EQ(f.procedures_left(), 0u);
}

// Whichever answer is lost for good, the operator hears that the order expired, and the card is cleaned up.
TEST_F(SmdpDownload, AnswersThatNeverCome) {
  for (int lost = 0; lost < 5; ++lost) {
    test::SmdpFixture g;
    g.stock(1);
    int n = 0;
    g.pass_answer = [&](Bytes&) { return n++ != lost; };
    auto order = g.order(1);
    order.base.validityPeriod = 600;
    g.call(order, "1");
    g.settle();
    EXPECT_EQ(g.code("1"), "none") << lost;
    g.settle_all();
    EXPECT_EQ(g.code("1"), "expired") << lost;
    EXPECT_TRUE(g.smsr.eis.profileInfos.empty()) << lost;
    EXPECT_EQ(g.inventory.items.begin()->second.state, "available") << lost;
    EXPECT_EQ(g.procedures_left(), 0u) << lost;
  }
}

TEST_F(SmdpDownload, ARepeatFetchesALostAnswer) {
  f.config.limits.repeat_unanswered = Duration(120000);
  f.start();
  int n = 0;
  f.pass_answer = [&](Bytes&) { return n++ % 2 == 1; };  // every other one is lost
  EXPECT_EQ(download(1), "ok");
  EXPECT_EQ(on_card(), 1u);
}

TEST_F(SmdpDownload, DuplicatesAndLateAnswersChangeNothing) {
  f.stock(1);
  std::vector<Bytes> seen;
  f.pass_answer = [&](Bytes& b) {
    for (const auto& old : seen) f.server->es3({old, f.certificate(sgp02::EntityId("2.999.41"))});
    seen.push_back(b);
    return true;
  };
  f.call(f.order(1), "1");
  f.settle_all();
  EXPECT_EQ(f.code("1"), "ok");
  const auto calls = f.smsr.calls.size();
  for (const auto& old : seen) f.server->es3({old, f.certificate(sgp02::EntityId("2.999.41"))});
  f.settle_all();
  EXPECT_EQ(f.smsr.calls.size(), calls);
  EXPECT_EQ(f.answer_order.size(), 1u);
}

// What the old SM-SR answers afterwards still counts.
TEST_F(SmdpDownload, GoesOnByWayOfTheNewSmSr) {
  f.stock(1);
  f.call(f.order(1), "1");
  must(f.server->run());
  ASSERT_EQ(f.smsr.calls.back(), "CreateISDP");
  f.change_smsr(true);
  f.settle_all();
  EXPECT_EQ(f.code("1"), "ok");
  EXPECT_EQ(f.profile(1)->smsr, f.smsr.manager);
  EXPECT_EQ(f.smsr.completed.size(), 1u);
}

TEST_F(SmdpDownload, IsUndoneByWayOfTheNewSmSrOnceThatIsKnown) {
  f.stock(1);
  f.call(f.order(1), "1");
  must(f.server->run());
  f.change_smsr(false);
  for (int i = 0; i < 6; ++i) {
    f.settle();
    f.clock.advance(Duration(60000));
  }
  EXPECT_EQ(on_card(), 1u);
  EXPECT_EQ(f.procedures_left(), 1u);
  f.change_smsr(true);
  f.settle_all();
  EXPECT_EQ(on_card(), 0u);
  EXPECT_EQ(f.code("1"), "8.1.1/1.1");
  EXPECT_EQ(stock_state(1), "available");
  EXPECT_EQ(f.procedures_left(), 0u);
}

TEST_F(SmdpDownload, AnswersOfOthersAreNotTaken) {
  f.stock(1);
  f.call(f.order(1), "1");
  must(f.server->run());
  ASSERT_EQ(f.later.size(), 1u);
  // The envelope of the SM-SR, over the connection of another; and from another SM-SR in its own name.
  EXPECT_EQ(f.server->es3({f.later.front(), f.certificate(sgp02::EntityId("2.999.42"))}).status, 403);
  auto forged = must(sgp02::soap::decode(f.later.front()).map_error([](const auto& r) { return r.fault(); }));
  forged.header.sender.id = sgp02::EntityId("2.999.42");
  const auto text = sgp02::soap::encode_response(forged.header, *forged.function, forged.body);
  EXPECT_EQ(f.server->es3({as_bytes(text), f.certificate(sgp02::EntityId("2.999.42"))}).status, 202);
  must(f.server->run());
  EXPECT_EQ(f.smsr.calls.back(), "CreateISDP");  // still waits
  f.settle_all();
  EXPECT_EQ(f.code("1"), "ok");
}

// Each line is one thing that goes wrong between SM-DP and card during key establishment and download.
struct Tamper {
  const char* name;
  int at;  // which SendData, from 1
  std::function<void(sgp02::es3::SendDataRequest&)> request;
  std::function<void(Bytes&)> answer;
};
TEST_F(SmdpDownload, TamperingEndsWithAnEmptyCardAndAFailedOrder) {
  const auto flip_answer = [](std::size_t from_end) {
    return [from_end](Bytes& b) { b[b.size() - from_end] ^= 1; };
  };
  const auto flip_request = [](std::size_t at) {
    return [at](sgp02::es3::SendDataRequest& r) { r.data[at % r.data.size()] ^= 1; };
  };
  const Tamper table[] = {
      {"INSTALL of another ISD-P", 1, flip_request(24), {}},
      {"certificate of the SM-DP", 1, flip_request(100), {}},
      {"signature on it", 1, flip_request(200), {}},
      {"challenge RC", 1, {}, flip_answer(5)},
      {"length of RC", 1, {}, [](Bytes& b) { b = hex("230485010090"); }},
      {"no RC", 1, {}, [](Bytes& b) { b = hex("23029000"); }},
      {"no answer to the certificate", 1, {}, [](Bytes& b) { b.clear(); }},
      {"CRT", 2, flip_request(14), {}},
      {"one-time key", 2, flip_request(60), {}},
      {"signature of the SM-DP", 2, flip_request(150), {}},
      {"to another ISD-P", 2, [](auto& r) { r.sdAid = *sgp02::Aid::from(sgp22::isd_p_aid(0x77)); }, {}},
      {"receipt", 2, {}, flip_answer(3)},
      {"derivation random", 2, {}, flip_answer(25)},
      {"no receipt", 2, {}, [](Bytes& b) { b = hex("23029000"); }},
      {"key set refused", 2, {}, [](Bytes& b) { b = hex("23026982"); }},
      {"host challenge", 3, flip_request(8), {}},
      {"key version", 3, flip_request(2), {}},
      {"card challenge", 3, {}, flip_answer(15)},
      {"card cryptogram", 3, {}, flip_answer(8)},
      {"error of INITIALIZE UPDATE", 3, {}, [](Bytes& b) { b = hex("9F440103"); }},
      {"host cryptogram", 4, flip_request(6), {}},
      {"MAC of EXTERNAL AUTHENTICATE", 4, flip_request(15), {}},
      {"security level", 4, flip_request(2), {}},
      {"a segment", 4, flip_request(300), {}},
      {"MAC of a segment", 4, flip_request(19 + 1023), {}},
      {"segments change places",
       4,
       [](auto& r) {
         const auto t = test::must(read_tlvs(r.data));
         r.data = concat({t[0].whole, t[2].whole, t[1].whole, t[3].whole});
       },
       {}},
      {"a segment is missing",
       4,
       [](auto& r) {
         const auto t = test::must(read_tlvs(r.data));
         r.data = concat({t[0].whole, t[1].whole, t[3].whole});
       },
       {}},
      {"a segment twice",
       4,
       [](auto& r) {
         const auto t = test::must(read_tlvs(r.data));
         r.data = concat({t[0].whole, t[1].whole, t[1].whole, t[2].whole, t[3].whole});
       },
       {}},
      {"R-MAC of the result", 4, {}, flip_answer(1)},
      {"the result", 4, {}, flip_answer(12)},
      {"the result is hidden", 4, {}, [](Bytes& b) { b = hex("8500860086008600"); }},
      {"the last answer is hidden", 4, {}, [](Bytes& b) { b = hex("850086008600"); }},
      {"error of a segment", 4, {}, [](Bytes& b) { b = hex("85009F460102"); }},
      {"something else", 4, {}, [](Bytes& b) { b = hex("DEADBEEF"); }},
  };
  for (const auto& t : table) {
    test::SmdpFixture g;
    g.stock(1);
    int requests = 0, replies = 0;
    g.smsr.change_request = [&](auto& r) {
      if (++requests == t.at && t.request) t.request(r);
    };
    g.smsr.change_answer = [&](Bytes& b) {
      if (++replies == t.at && t.answer) t.answer(b);
    };
    g.call(g.order(1, true), "1");
    g.settle_all();
    const auto code = g.code("1");
    EXPECT_TRUE(code == "8.5/6.1" || code == "8.3/4.2") << t.name << ": " << code;
    EXPECT_TRUE(g.smsr.eis.profileInfos.empty()) << t.name;
    EXPECT_EQ(std::ranges::count(g.smsr.calls, "EnableProfile"), 0) << t.name;
    EXPECT_FALSE(g.profile(1) || g.keys(1)) << t.name;
    EXPECT_EQ(g.inventory.items.begin()->second.state, "available") << t.name;
    EXPECT_EQ(g.procedures_left(), 0u) << t.name;
  }
  EXPECT_GE(std::size(table), 34u);
}

TEST_F(SmdpDownload, ACardWithAnotherKeyThanItsCertificateIsFoundOut) {
  SeededRandom random(8);
  const auto other = crypto::PrivateKey::generate(crypto::Curve::kP256, random);
  auto& info = f.smsr.eis.eumSigned.info;
  info.ecasd.keySets[0].certificates[0].value = to_bytes(f.pki.ecasd(other.public_key(), info.eid).octets());
  f.smsr.sign(f.pki);
  EXPECT_EQ(download(1), "8.5/6.1");
  EXPECT_EQ(on_card(), 0u);
}

// A restart before or after every commit of a download: one Profile on the card in the end, never two.
TEST_F(SmdpDownload, SurvivesARestartAtEveryCommit) {
  std::uint64_t commits = 0;
  {
    test::SmdpFixture g;
    g.stock(1);
    const auto before = g.store.commits();
    g.call(g.order(1, true), "1");
    g.settle_all();
    ASSERT_EQ(g.code("1"), "ok");
    commits = g.store.commits() - before;
  }
  ASSERT_GT(commits, 10u);
  for (std::uint64_t n = 1; n <= commits; ++n) {
    for (const auto how : {MemoryStore::Fail::kKillBefore, MemoryStore::Fail::kKillAfter}) {
      test::SmdpFixture g;
      g.config.limits.repeat_unanswered = Duration(60000);
      g.start();
      g.stock(1);
      g.store.fail_commit(n, how);
      const auto order = g.order(1, true);
      g.call(order, "1");
      for (int i = 0; i < 40 && !g.store.stopped(); ++i) g.settle();
      ASSERT_TRUE(g.store.stopped()) << n;
      g.later.clear();  // what was on its way to the process that died
      g.start();
      g.call(order, "1");  // the operator asks again
      g.settle_all();
      EXPECT_EQ(g.code("1"), "ok") << n << (how == MemoryStore::Fail::kKillAfter ? " after" : " before");
      ASSERT_EQ(g.smsr.eis.profileInfos.size(), 1u) << n;
      EXPECT_EQ(g.smsr.eis.profileInfos[0].state, ProfileState::kEnabled) << n;
      EXPECT_EQ(g.inventory.items.begin()->second.state, "installed") << n;
      EXPECT_EQ(g.procedures_left(), 0u) << n;
    }
  }
}

TEST_F(SmdpDownload, KeysAreKeptHandedOverOrDeletedAsTheOperatorWants) {
  const auto set = [&](KeyPolicy policy, bool tokens) {
    must(f.store.write([&](StoreTransaction& tx) -> Status {
      EIDER_TRY(op, tx.find_operator(sgp02::EntityId("2.999.31")));
      op->keys = policy;
      op->delete_tokens = tokens;
      op->domain = {hex("0102"), hex("0304"), hex("0506")};
      return tx.put_operator(*op);
    }));
  };
  const sgp02::EntityId owner("2.999.31"), other("2.999.32"), smsr("2.999.41");
  set(KeyPolicy::kKeep, false);
  EXPECT_EQ(download(1), "ok");
  EXPECT_FALSE(f.server->take_keys(owner, f.iccid(1)));
  EXPECT_FALSE(f.server->delete_token(smsr, f.iccid(1)));
  EXPECT_EQ(f.keys(1)->keys.mac, f.smsr.card.find(f.profile(1)->isdp)->keys->mac);

  set(KeyPolicy::kHandOver, true);
  EXPECT_EQ(download(2, false, "2"), "ok");
  EXPECT_FALSE(f.server->take_keys(other, f.iccid(2)));
  const auto taken = must(f.server->take_keys(owner, f.iccid(2)));
  const auto* on_the_card = f.smsr.card.find(f.profile(2)->isdp);
  EXPECT_EQ(taken.keys.enc, on_the_card->keys->enc);
  EXPECT_FALSE(f.server->take_keys(owner, f.iccid(2)));  // once
  EXPECT_TRUE(f.keys(2)->keys.enc.empty());

  // Master delete: the token that the ISD-P verifies.
  EXPECT_EQ(to_hex(on_the_card->domain_data), "45020304420201025F20020506");
  const auto command = must(f.server->delete_token(smsr, f.iccid(2)));
  const auto expected = must(crypto::aes_cmac(on_the_card->token_key, {command.token_input()}));
  EXPECT_TRUE(equal(expected, command.token));
  EXPECT_FALSE(f.server->delete_token(sgp02::EntityId("2.999.42"), f.iccid(2)));  // not that card's SM-SR

  set(KeyPolicy::kDelete, false);
  EXPECT_EQ(download(3, false, "3"), "ok");
  EXPECT_TRUE(f.keys(3)->keys.enc.empty());
}

TEST_F(SmdpDownload, ConnectivityParametersReachTheIsdP) {
  EXPECT_EQ(download(1), "ok");
  std::vector<std::string> heard;
  const auto listen = [&](const sgp02::FunctionExecutionStatus& s) {
    heard.push_back(s.statusCodeData ? s.statusCodeData->subject : "ok");
  };
  const sgp02::EntityId owner("2.999.31");
  const auto parameters = hex("A0090607914487200000F0");
  must(f.server->update_connectivity_parameters(owner, f.iccid(1), parameters, listen));
  f.settle_all();
  EXPECT_EQ(heard, std::vector<std::string>{"ok"});
  EXPECT_EQ(f.smsr.card.find(f.profile(1)->isdp)->connectivity, parameters);
  EXPECT_EQ(f.smsr.calls.back(), "UpdateConnectivityParameters");
  EXPECT_FALSE(
      f.server->update_connectivity_parameters(sgp02::EntityId("2.999.32"), f.iccid(1), parameters, listen));
  EXPECT_FALSE(f.server->update_connectivity_parameters(owner, f.iccid(2), parameters, listen));
  EXPECT_FALSE(f.server->update_connectivity_parameters(owner, f.iccid(1), hex("A300"), listen));
  f.smsr.card.refuse = {{"3A07", 0x6A80}};
  must(f.server->update_connectivity_parameters(owner, f.iccid(1), parameters, listen));
  f.settle_all();
  EXPECT_EQ(heard.back(), "8.3");
  EXPECT_EQ(f.procedures_left(), 0u);
}

// The order stands in the store: a restart wherever it is begins the session anew.
TEST_F(SmdpDownload, AnOrderOfConnectivityParametersSurvivesARestartAtEveryCommit) {
  EXPECT_EQ(download(1), "ok");
  const sgp02::EntityId owner("2.999.31");
  const auto outcome = [&](const std::string& call) {
    std::optional<sgp02::FunctionExecutionStatus> out;
    must(f.store.read([&](StoreReader& r) -> Status {
      EIDER_TRY(found, outcome_of_order(r, owner, call));
      out = found;
      return {};
    }));
    return out;
  };
  std::uint64_t longest = 0;
  for (const auto how : {MemoryStore::Fail::kKillBefore, MemoryStore::Fail::kKillAfter})
    for (std::uint64_t n = 1; n < 20; ++n) {
      const auto call = std::to_string(static_cast<int>(how)) + "-" + std::to_string(n);
      const auto parameters =
          hex("A00906079144872000" + std::string(n < 10 ? "0" : "") + std::to_string(n) + "F0");
      must(f.store.write([&](StoreTransaction& tx) -> Status {
        return order_connectivity_update(
                   tx, {owner, call, f.iccid(1), parameters, f.clock.now() + Duration(3600 * 1000)},
                   f.clock.now())
            .map([](const Procedure&) {});
      }));
      EXPECT_FALSE(outcome(call));
      f.store.fail_commit(n, how);
      for (int i = 0; i < 40 && !f.store.stopped(); ++i) f.settle();
      const bool hit = f.store.stopped();
      f.later.clear();
      f.start();
      f.settle_all();
      ASSERT_TRUE(outcome(call)) << call;
      EXPECT_EQ(outcome(call)->status, sgp02::ExecutionStatus::kExecutedSuccess) << call;
      EXPECT_EQ(f.smsr.card.find(f.profile(1)->isdp)->connectivity, parameters) << call;
      EXPECT_EQ(f.procedures_left(), 0u);
      longest = std::max(longest, n);
      if (!hit) break;
    }
  EXPECT_GT(longest, 4u);
}

TEST_F(SmdpDownload, TheInventoryIsToldUntilItListens) {
  f.stock(1);
  f.call(f.order(1), "1");
  must(f.server->run());
  f.smsr.change_answer = [&](Bytes&) {
    if (f.smsr.calls.size() == 6) f.inventory.fault = LocalFault{"disk", ""};
  };
  f.settle();
  EXPECT_EQ(f.code("1"), "ok");
  EXPECT_EQ(stock_state(1), "reserved");
  f.inventory.fault.reset();
  f.settle_all();
  EXPECT_EQ(stock_state(1), "installed");
}

}  // namespace
}  // namespace eider::smdp
