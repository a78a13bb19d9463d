// ES12.DeleteEvent and ES15.DeleteEvent, and what time does to events: SGP.22 v2.6.1 sections 5.9.2 and
// 5.10.2.
#include <gtest/gtest.h>

#include "support/smds_fixture.hpp"

namespace eider::test {
namespace {

using crypto::CertificateRole;

struct SmDsDeleteEvent : testing::Test {
  SmDsFixture f;
  RootDouble root;
  // An Alternative SM-DS from now on.
  void below_a_root() {
    f.root = &root;
    f.start();
  }
  std::string forward(const std::string& event) {
    auto r = f.request(event);
    r.forwardingIndicator = true;
    return f.register_event(r);
  }
};

TEST_F(SmDsDeleteEvent, TakesTheEventAwayAndFreesItsPlace) {
  ASSERT_EQ(f.register_event(f.request("E-1")), "ok");
  ASSERT_EQ(f.register_event(f.request("E-2")), "ok");
  const ds::DeleteEventRequest r{{"2.999.10", "7"}, std::string(kEid1), "E-1"};
  const auto reply = f.post(json::encode(r), "application/json", ds::kDeleteEvent.path);
  EXPECT_EQ(as_text(reply.body), R"({"header":{"functionExecutionStatus":{"status":"Executed-Success"}}})");
  EXPECT_EQ(f.events(kEid1), "smdpp.example.com E-2");
  EXPECT_EQ(f.delete_event("E-1"), "8.9.5/3.9") << "it is gone";
}

// The key is caller and EventID: nobody deletes, or learns of, what another has registered.
TEST_F(SmDsDeleteEvent, KnowsNoEventOfAnotherCallerOrCard) {
  ASSERT_EQ(f.register_event(f.request("E-1")), "ok");
  EXPECT_EQ(f.delete_event("E-1", kEid1, f.certificate(CertificateRole::kDpTls, f.other)), "8.9.5/3.9");
  EXPECT_EQ(f.delete_event("E-1", kEid1, f.certificate(CertificateRole::kDsTls)), "8.9.5/3.9");
  EXPECT_EQ(f.delete_event("E-1", kEid2), "8.9.5/3.9");
  EXPECT_EQ(f.delete_event("E-9"), "8.9.5/3.9");
  EXPECT_EQ(f.delete_event("E-1", "890490"), "1.3.1/2.1");
  EXPECT_EQ(f.delete_event("E-1", kEid1, {}), "1.1/1.1");
  EXPECT_EQ(f.events(kEid1), "smdpp.example.com E-1");
}

TEST_F(SmDsDeleteEvent, SaysSoWhenItsStoreFails) {
  ASSERT_EQ(f.register_event(f.request("E-1")), "ok");
  f.store.refuse_all(true);
  const ds::DeleteEventRequest r{{"2.999.10", "7"}, std::string(kEid1), "E-1"};
  EXPECT_EQ(f.post(json::encode(r), "application/json", ds::kDeleteEvent.path).status, 500);
  f.store.refuse_all(false);
  EXPECT_EQ(f.delete_event("E-1"), "ok");
}

TEST_F(SmDsDeleteEvent, GoesToTheRootFirst) {
  below_a_root();
  ASSERT_EQ(forward("E-1"), "ok");
  ASSERT_EQ(f.register_event(f.request("E-2")), "ok");
  ASSERT_EQ(root.events.size(), 1u);
  EXPECT_EQ(f.delete_event("E-2"), "ok");
  EXPECT_EQ(root.deleted, 0) << "the Root was never told of it";
  EXPECT_EQ(f.delete_event("E-1"), "ok");
  EXPECT_TRUE(root.events.empty());
  EXPECT_EQ(f.store.size(), 0u);
}

TEST_F(SmDsDeleteEvent, StaysWhileTheRootHasIt) {
  below_a_root();
  ASSERT_EQ(forward("E-1"), "ok");
  root.delete_fault = TransportFault{false, "down"};
  EXPECT_EQ(f.delete_event("E-1"), "8.9/5.1");
  root.delete_fault = FunctionStatus{"1.1", "1.1", "", ""};
  EXPECT_EQ(f.delete_event("E-1"), "8.9/4.2");
  EXPECT_EQ(f.events(kEid1), "smdpp.example.com E-1");
  root.delete_fault = FunctionStatus{"8.9.5", "3.9", "", ""};
  EXPECT_EQ(f.delete_event("E-1"), "ok") << "the Root does not know it: section 5.9.2";
  EXPECT_EQ(f.store.size(), 0u);
}

TEST_F(SmDsDeleteEvent, WaitsForTheRegistrationThatIsUnderWay) {
  below_a_root();
  int status = 0;
  root.meanwhile = [&] {
    const ds::DeleteEventRequest r{{"2.999.10", "7"}, std::string(kEid1), "E-1"};
    status = f.post(json::encode(r), "application/json", ds::kDeleteEvent.path).status;
  };
  ASSERT_EQ(forward("E-1"), "ok");
  EXPECT_EQ(status, 503);
  EXPECT_EQ(f.delete_event("E-1"), "ok");
  EXPECT_TRUE(root.events.empty());
}

struct SmDsExpiry : SmDsDeleteEvent {
  SmDsExpiry() {
    f.limits.event_lifetime = std::chrono::hours(1);
    f.start();
  }
};

TEST_F(SmDsExpiry, EndsAnEventWhetherItIsPurgedOrNot) {
  ASSERT_EQ(f.register_event(f.request("E-1")), "ok");
  f.clock.advance(std::chrono::minutes(30));
  ASSERT_EQ(f.register_event(f.request("E-2")), "ok");
  f.clock.advance(std::chrono::minutes(30) - Duration(1));
  EXPECT_EQ(f.events(kEid1), "smdpp.example.com E-1, smdpp.example.com E-2");
  EXPECT_EQ(f.server->purge()->removed, 0u);
  f.clock.advance(Duration(1));
  EXPECT_EQ(f.events(kEid1), "smdpp.example.com E-2");
  EXPECT_EQ(f.store.size(), 2u);
  EXPECT_EQ(f.server->purge()->removed, 1u);
  EXPECT_EQ(f.store.size(), 1u);
  EXPECT_EQ(f.register_event(f.request("E-1")), "ok");
}

TEST_F(SmDsExpiry, IsCarriedToTheRootAndTriedAgain) {
  below_a_root();
  ASSERT_EQ(forward("E-1"), "ok");
  f.clock.advance(std::chrono::hours(2));
  root.delete_fault = TransportFault{false, "down"};
  auto round = f.server->purge();
  EXPECT_EQ(round->removed, 0u);
  EXPECT_EQ(round->postponed, 1u);
  EXPECT_EQ(f.events(kEid1), "") << "for no LPA meanwhile";
  root.delete_fault.reset();
  round = f.server->purge();
  EXPECT_EQ(round->removed, 1u);
  EXPECT_TRUE(root.events.empty());
  EXPECT_EQ(f.store.size(), 0u);
}

TEST_F(SmDsExpiry, APurgeThatCannotReachItsStoreSaysSo) {
  f.store.refuse_all(true);
  EXPECT_FALSE(f.server->purge());
}

struct SmDsLimits : SmDsDeleteEvent {
  SmDsLimits() {
    f.limits.events.per_caller = 3;
    f.limits.events.per_caller_and_eid = 2;
    f.start();
  }
  std::string for_card(const std::string& event, std::string_view eid) {
    auto r = f.request(event);
    r.eid = std::string(eid);
    return f.register_event(r);
  }
};

TEST_F(SmDsLimits, CountForEachCallerAndForItsEventsOfOneCard) {
  ASSERT_EQ(for_card("E-1", kEid1), "ok");
  ASSERT_EQ(for_card("E-2", kEid1), "ok");
  EXPECT_EQ(for_card("E-3", kEid1), "8.9/4.2") << "two for one card";
  ASSERT_EQ(for_card("E-3", kEid2), "ok");
  EXPECT_EQ(for_card("E-4", kEid2), "8.9/4.2") << "three in all";
  EXPECT_EQ(f.store.size(), 3u);
  EXPECT_EQ(f.delete_event("E-1"), "ok");
  EXPECT_EQ(for_card("E-4", kEid2), "ok");
}

// Else a caller would learn from a refusal that others have something waiting for the card.
TEST_F(SmDsLimits, OfOneCallerAreNotFilledByAnother) {
  ASSERT_EQ(for_card("E-1", kEid1), "ok");
  ASSERT_EQ(for_card("E-2", kEid1), "ok");
  const auto other = f.certificate(CertificateRole::kDpTls, f.other);
  EXPECT_EQ(f.register_event(f.request("E-1"), other), "ok");
  EXPECT_EQ(f.register_event(f.request("E-2"), other), "ok");
}

}  // namespace
}  // namespace eider::test
