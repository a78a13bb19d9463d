// Profile download and installation, SGP.02 v4.2 section 3.1, with doubles of inventory, SM-SR and card.
#include "roles/smdp/procedures/smdp_download.hpp"
#include "spec/sgp02/status_codes.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::smdp {
namespace {
namespace status = sgp02::status;
using sgp02::ProfileState;
using test::must;
using Calls = std::vector<std::string>;

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
