// Downloads that meet silence, lost and late answers, another SM-SR, tampering and restarts.
#include "codec/tlv.hpp"
#include "roles/smdp/procedures/smdp_download.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::smdp {
namespace {
using sgp02::ProfileState;
using sgp02::soap::Message;
using test::must;

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

TEST_F(SmdpDownload, AnEnablingThatIsAnsweredLateStillCounts) {
  std::deque<Bytes> late;
  f.pass_answer = [&](Bytes& answer) {
    const auto m = sgp02::soap::decode(answer);
    if (m && m->function->id != FunctionName::kEnableProfile) return true;
    late.push_back(answer);
    return false;
  };
  f.stock(1);
  auto order = f.order(1, true);
  order.base.validityPeriod = 600;
  f.call(order, "1");
  for (int i = 0; i < 15; ++i) {
    f.settle();
    f.clock.advance(std::chrono::minutes(1));
  }
  EXPECT_EQ(f.code("1"), "warning 1.6/5.3");
  EXPECT_EQ(stock_state(1), "installed");
  EXPECT_EQ(f.profile(1)->state, ProfileState::kDisabled);
  EXPECT_EQ(f.procedures_left(), 1u);
  f.start();  // over a restart
  f.pass_answer = {};
  f.later = late;
  f.settle();
  EXPECT_EQ(f.profile(1)->state, ProfileState::kEnabled);
  EXPECT_EQ(f.code("1"), "warning 1.6/5.3");
  EXPECT_EQ(f.procedures_left(), 0u);
}

// Disabled, and reported so, before the answer to the enabling arrives.
TEST_F(SmdpDownload, AnEnablingDoesNotOverrideWhatWasReportedSince) {
  std::deque<Bytes> held;
  f.pass_answer = [&](Bytes& answer) {
    const auto m = sgp02::soap::decode(answer);
    if (m && m->function->id != FunctionName::kEnableProfile) return true;
    held.push_back(answer);
    return false;
  };
  f.stock(1);
  f.call(f.order(1, true), "1");
  f.settle();
  ASSERT_EQ(held.size(), 1u);
  f.clock.advance(std::chrono::minutes(1));
  sgp02::HandleProfileDisabledNotification disabled;
  disabled.eid = f.smsr.eis.eid();
  disabled.iccid = f.iccid(1);
  disabled.completionTimestamp = f.clock.now();
  f.notify(disabled);
  f.pass_answer = {};
  f.later = held;
  f.settle();
  EXPECT_EQ(f.code("1"), "ok");
  EXPECT_EQ(f.profile(1)->state, ProfileState::kDisabled);
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

}  // namespace
}  // namespace eider::smdp
