// ES2+ as an operator sees it: SGP.22 v2.6.1 section 5.3.
#include <gtest/gtest.h>
#include <set>

#include "roles/operator/es2plus_client.hpp"
#include "roles/smdpp/outbox.hpp"
#include "support/smdpp_fixture.hpp"

namespace eider::test {
namespace {

using smdpp::ProfileState;

struct SmDpPlusEs2 : testing::Test {
  smdpp::MemoryStore store;
  SmDpPlusFixture f{store};
  Bytes other_certificate = hex("BB02");

  void SetUp() override {
    f.put_operator("op", f.client_certificate);
    f.put_operator("other", other_certificate);
    f.add_profile(1);
    f.add_profile(2);
    f.add_profile(9, "other");
  }
  static std::string digits(int n) { return sgp22::iccid_digits(SmDpPlusFixture::iccid(n)); }
  ProfileState state(int n) { return f.profile(n).state; }
  std::string order(std::optional<std::string> iccid, std::optional<std::string> type = {},
                    std::optional<std::string> eid = {}) {
    return code_of(f.es2plus<es2::DownloadOrderResponse>(
        es2::kDownloadOrder.path, es2::DownloadOrderRequest{f.op_header(), eid, iccid, type}));
  }
  Result<es2::ConfirmOrderResponse> confirm(const es2::ConfirmOrderRequest& r) {
    return f.es2plus<es2::ConfirmOrderResponse>(es2::kConfirmOrder.path, r);
  }
  es2::ConfirmOrderRequest confirmation(int n, bool release = false) {
    es2::ConfirmOrderRequest r;
    r.header = f.op_header();
    r.iccid = digits(n);
    r.releaseFlag = release;
    return r;
  }
  std::string release(int n) {
    return code_of(f.es2plus<es2::ReleaseProfileResponse>(
        es2::kReleaseProfile.path, es2::ReleaseProfileRequest{f.op_header(), digits(n)}));
  }
  std::string cancel(int n, const std::string& final_state = "Available", std::optional<std::string> eid = {},
                     std::optional<std::string> matching_id = {}) {
    return code_of(f.es2plus<es2::CancelOrderResponse>(
        es2::kCancelOrder.path,
        es2::CancelOrderRequest{f.op_header(), digits(n), eid, matching_id, final_state}));
  }
};

TEST_F(SmDpPlusEs2, OrdersByIccidAndByType) {
  EXPECT_EQ(order(digits(1)), "ok");
  EXPECT_EQ(state(1), ProfileState::kAllocated);
  const auto by_type = f.es2plus<es2::DownloadOrderResponse>(
      es2::kDownloadOrder.path,
      es2::DownloadOrderRequest{f.op_header(), std::string(kEid1), {}, "op-prepaid"});
  ASSERT_EQ(code_of(by_type), "ok");
  EXPECT_EQ(by_type->iccid, digits(2));
  EXPECT_EQ(state(2), ProfileState::kLinked);
  EXPECT_EQ(order({}, "op-prepaid"), "8.2.5/3.7") << "none is left";
}

TEST_F(SmDpPlusEs2, RefusesDownloadOrders) {
  EXPECT_EQ(order({}), "8.2.5/2.3");
  EXPECT_EQ(order(digits(77)), "8.2.1/3.9");
  EXPECT_EQ(order(digits(9)), "8.2.1/1.2");
  EXPECT_EQ(order({}, "unknown"), "8.2.5/3.9");
  EXPECT_EQ(order({}, "other-prepaid"), "8.2.5/1.2");
  f.change_type([](auto& t) { t.name = "op-second"; });
  EXPECT_EQ(order(digits(1), "op-second"), "8.2.5/3.8");
  EXPECT_EQ(order(digits(1)), "ok");
  EXPECT_EQ(order(digits(1)), "8.2.1/3.3");
  EXPECT_EQ(order("12"), "1.3.1/2.1");
  EXPECT_EQ(order(digits(2), {}, "89049032123451234512345678901234"), "1.3.1/2.1") << "EID check digits";
}

TEST_F(SmDpPlusEs2, ConfirmsAndReleases) {
  ASSERT_EQ(order(digits(1)), "ok");
  const auto confirmed = confirm(confirmation(1));
  ASSERT_EQ(code_of(confirmed), "ok");
  EXPECT_EQ(confirmed->smdpAddress, "smdpp.example.com");
  EXPECT_FALSE(confirmed->eid);
  EXPECT_EQ(confirmed->matchingId->size(), 23u);
  EXPECT_EQ(state(1), ProfileState::kConfirmed);
  EXPECT_EQ(release(1), "ok");
  EXPECT_EQ(release(1), "ok") << "already Released: nothing to do";
  EXPECT_EQ(state(1), ProfileState::kReleased);
  ASSERT_EQ(order(digits(2)), "ok");
  auto r = confirmation(2, true);
  r.eid = std::string(kEid1);
  r.matchingId = "MY-CODE-1";
  r.confirmationCode = "4711";
  const auto second = confirm(r);
  ASSERT_EQ(code_of(second), "ok");
  EXPECT_EQ(second->matchingId, "MY-CODE-1");
  EXPECT_EQ(second->eid, kEid1);
  EXPECT_EQ(state(2), ProfileState::kReleased);
  EXPECT_EQ(f.profile(2).order->confirmation_code_hash, crypto::sha256(as_bytes("4711")));
}

TEST_F(SmDpPlusEs2, RefusesConfirmOrders) {
  EXPECT_EQ(code_of(confirm(confirmation(1))), "8.2.1/3.5") << "still Available";
  EXPECT_EQ(code_of(confirm(confirmation(77))), "8.2.1/3.9");
  EXPECT_EQ(code_of(confirm(confirmation(9))), "8.2.1/1.2");
  ASSERT_EQ(order(digits(1), {}, std::string(kEid1)), "ok");
  ASSERT_EQ(order(digits(2)), "ok");
  const auto with = [&](int n, const std::function<void(es2::ConfirmOrderRequest&)>& edit) {
    auto r = confirmation(n);
    edit(r);
    return code_of(confirm(r));
  };
  EXPECT_EQ(with(1, [](auto& r) { r.eid = std::string(kEid2); }), "8.1.1/3.10");
  EXPECT_EQ(with(2, [](auto& r) { r.matchingId = ""; }), "8.1.1/2.2");
  EXPECT_EQ(with(2, [](auto& r) { r.smdsAddress = "smds.example.com"; }), "8.1.1/2.2");
  EXPECT_EQ(with(1, [](auto& r) { r.matchingId = "", r.smdsAddress = "smds.example.com"; }), "8.2.6/2.1");
  EXPECT_EQ(with(2, [](auto& r) { r.matchingId = "lower$case"; }), "8.2.6/2.1");
  EXPECT_EQ(with(1, [](auto& r) { r.matchingId = "TAKEN"; }), "ok");
  EXPECT_EQ(with(2, [](auto& r) { r.matchingId = "TAKEN"; }), "8.2.6/3.3");
  EXPECT_EQ(with(1, [](auto&) {}), "8.2.1/3.5") << "confirmed already";
}

TEST_F(SmDpPlusEs2, RegistersEventsAtAnSmDs) {
  ASSERT_EQ(order(digits(1), {}, std::string(kEid1)), "ok");
  auto r = confirmation(1, true);
  r.smdsAddress = "smds.example.com";
  f.smds.fault = TransportFault{false, "down"};
  EXPECT_EQ(code_of(confirm(r)), "8.9/5.1");
  f.smds.fault = FunctionStatus{"8.9.5", "3.3", "", ""};
  EXPECT_EQ(code_of(confirm(r)), "8.9/4.2");
  EXPECT_EQ(state(1), ProfileState::kLinked);
  f.smds.fault.reset();
  const auto confirmed = confirm(r);
  ASSERT_EQ(code_of(confirmed), "ok");
  EXPECT_EQ(f.smds.events, std::vector<std::string>{"smds.example.com " + std::string(kEid1) + " " +
                                                    *confirmed->matchingId});
  // Deferred until ReleaseProfile.
  ASSERT_EQ(order(digits(2), {}, std::string(kEid2)), "ok");
  auto deferred = confirmation(2);
  deferred.smdsAddress = "smds.example.com";
  ASSERT_EQ(code_of(confirm(deferred)), "ok");
  EXPECT_EQ(f.smds.events.size(), 1u);
  f.smds.fault = TransportFault{false, "down"};
  EXPECT_EQ(release(2), "8.9/5.1");
  EXPECT_EQ(state(2), ProfileState::kConfirmed);
  f.smds.fault.reset();
  EXPECT_EQ(release(2), "ok");
  EXPECT_EQ(f.smds.events.size(), 2u);
  // CancelOrder deletes the event, through the outbox; so do the undo entries of the failed registrations.
  EXPECT_EQ(cancel(1, "Available", std::string(kEid1), confirmed->matchingId), "ok");
  f.clock.advance(std::chrono::minutes(11));
  struct NoHttp : HttpPort {
    Result<HttpReply> post(const HttpPost&) override { return fail(TransportFault{false, "none"}); }
  } http;
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(smdpp::send_outbox(store, f.clock, http, &f.smds));
  EXPECT_EQ(f.smds.events.size(), 1u);
  f.server.reset();
}

struct NoHttp final : HttpPort {
  Result<HttpReply> post(const HttpPost&) override { return fail(TransportFault{false, "none"}); }
};

// An order that expires while no eUICC asks for it takes its event with it; before, the event stays.
TEST_F(SmDpPlusEs2, WithdrawsTheEventOfAnOrderThatExpiresUnnoticed) {
  f.change_type([](auto& t) { t.order_lifetime = std::chrono::hours(48); });
  ASSERT_EQ(order(digits(1), {}, std::string(kEid1)), "ok");
  auto r = confirmation(1, true);
  r.smdsAddress = "smds.example.com";
  ASSERT_EQ(code_of(confirm(r)), "ok");
  NoHttp http;
  const auto round = [&] { return smdpp::send_outbox(store, f.clock, http, &f.smds); };
  f.clock.advance(std::chrono::hours(47));
  ASSERT_TRUE(round());
  EXPECT_EQ(f.smds.events.size(), 1u);
  f.clock.advance(std::chrono::hours(1));
  f.start();  // the deletion is in the store
  f.smds.fault = TransportFault{false, "down"};
  ASSERT_TRUE(round());
  EXPECT_EQ(f.smds.events.size(), 1u);
  f.smds.fault.reset();
  f.clock.advance(std::chrono::minutes(1));
  ASSERT_TRUE(round());
  EXPECT_TRUE(f.smds.events.empty());
}

// SGP.22 v2.6.1 section 3.6.3: an order that is over has no event at the SM-DS; until the SM-DS says so, it
// is asked.
TEST_F(SmDpPlusEs2, WithdrawsTheEventWhenTheOrderIsOver) {
  NoHttp http;
  for (const bool installed : {true, false}) {
    const int n = installed ? 1 : 2;
    const auto eid = std::string(installed ? kEid1 : kEid2);
    ASSERT_EQ(order(digits(n), {}, eid), "ok");
    auto r = confirmation(n, true);
    r.smdsAddress = "smds.example.com";
    const auto confirmed = confirm(r);
    ASSERT_EQ(code_of(confirmed), "ok");
    ASSERT_EQ(f.smds.events.size(), 1u);
    SoftwareEuicc card{f.pki, eid, 11};
    ASSERT_EQ(code_of(f.download(card, confirmed->matchingId)), "ok");
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(smdpp::send_outbox(store, f.clock, http, &f.smds));
    EXPECT_EQ(f.smds.events.size(), 1u) << "the download may still fail";
    f.notify(installed ? card.success(SmDpPlusFixture::iccid(n))
                       : card.failure(SmDpPlusFixture::iccid(n),
                                      sgp22::ErrorReason::kInstallFailedDueToPEProcessingError));
    for (const auto& fault : {std::optional<Fault>(TransportFault{false, "down"}),
                              std::optional<Fault>(FunctionStatus{"8.9", "4.2", "", ""})}) {
      f.smds.fault = fault;
      f.clock.advance(std::chrono::hours(1));
      for (int i = 0; i < 3; ++i) ASSERT_TRUE(smdpp::send_outbox(store, f.clock, http, &f.smds));
      EXPECT_EQ(f.smds.events.size(), 1u) << "neither of these says that it is gone";
    }
    f.smds.fault.reset();
    f.clock.advance(std::chrono::hours(24));
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(smdpp::send_outbox(store, f.clock, http, &f.smds));
    EXPECT_TRUE(f.smds.events.empty()) << installed;
  }
}

TEST_F(SmDpPlusEs2, NeedsAnSmDsPortForEvents) {
  smdpp::SmDpPlusConfig config;
  config.addresses = {"smdpp.example.com"};
  config.credentials = dp_credentials(f.pki, f.curves);
  config.roots = f.pki.roots;
  f.server = *smdpp::SmDpPlus::create(std::move(config), {store, f.clock, f.random, nullptr});
  ASSERT_EQ(order(digits(1), {}, std::string(kEid1)), "ok");
  auto r = confirmation(1, true);
  r.smdsAddress = "smds.example.com";
  EXPECT_EQ(code_of(confirm(r)), "8.9/5.1");
}

TEST_F(SmDpPlusEs2, CancelsOrders) {
  EXPECT_EQ(cancel(77), "8.2.1/3.9");
  EXPECT_EQ(cancel(9), "8.2.1/1.2");
  EXPECT_EQ(cancel(1, "Gone"), "1.3.1/2.1");
  ASSERT_EQ(order(digits(1), {}, std::string(kEid1)), "ok");
  EXPECT_EQ(cancel(1), "8.1.1/2.2") << "an EID is associated";
  EXPECT_EQ(cancel(1, "Available", std::string(kEid2)), "8.2.1/3.10");
  EXPECT_EQ(cancel(1, "Available", std::string(kEid1)), "ok");
  EXPECT_EQ(state(1), ProfileState::kAvailable);
  EXPECT_FALSE(f.profile(1).order);
  const auto code = f.release(1);
  EXPECT_EQ(cancel(1, "Available", {}, "OTHER"), "8.2.6/3.10");
  EXPECT_EQ(cancel(1, "Available"), "8.2.6/3.10") << "a MatchingID is associated";
  EXPECT_EQ(cancel(1, "Unavailable", {}, code), "ok");
  EXPECT_EQ(state(1), ProfileState::kUnavailable);
  EXPECT_EQ(order(digits(1)), "8.2.1/3.3") << "never again";
  EXPECT_EQ(cancel(2, "Unavailable"), "8.2.1/3.5") << "no order";
}

TEST_F(SmDpPlusEs2, DoesNotRecycleWhatMayBeOnACard) {
  SoftwareEuicc card{f.pki, kEid1, 11};
  const auto code = f.release(1);
  ASSERT_EQ(code_of(f.download(card, code)), "ok");
  EXPECT_EQ(cancel(1, "Available", {}, code), "8.2.1/3.3") << "Downloaded";
  const auto undelivered = card.success(SmDpPlusFixture::iccid(1));
  // A second session ends the order without a word about the first one.
  ASSERT_EQ(code_of(f.authenticate(card, code)), "ok");
  ASSERT_EQ(code_of(f.cancel(card, sgp22::CancelSessionReason::kEndUserRejection)), "ok");
  ASSERT_EQ(state(1), ProfileState::kError);
  EXPECT_EQ(cancel(1, "Available", {}, code), "8.2.1/3.3") << "the first package may be installed";
  EXPECT_EQ(cancel(1, "Unavailable", {}, code), "ok");
  // An installation error says that it is not on the card.
  const auto second = f.release(2);
  ASSERT_EQ(code_of(f.download(card, second)), "ok");
  f.notify(card.failure(SmDpPlusFixture::iccid(2), sgp22::ErrorReason::kInstallFailedDueToDataMismatch));
  EXPECT_EQ(cancel(2, "Available", {}, second), "ok");
}

TEST_F(SmDpPlusEs2, ConfinesOperatorsToTheirOwn) {
  const auto as_other = [&](const std::string& header) {
    f.client_certificate = other_certificate;
    const auto code = code_of(f.es2plus<es2::DownloadOrderResponse>(
        es2::kDownloadOrder.path, es2::DownloadOrderRequest{f.op_header(header), {}, digits(1), {}}));
    f.client_certificate = hex("AA01");
    return code;
  };
  EXPECT_EQ(as_other("other"), "8.2.1/1.2");
  EXPECT_EQ(as_other("op"), "1.1/1.1") << "the requester identifier is not the certificate's";
  f.client_certificate = hex("CC03");
  EXPECT_EQ(order(digits(1)), "1.1/1.1") << "unknown certificate";
  f.client_certificate = {};
  EXPECT_EQ(order(digits(1)), "1.1/1.1") << "no certificate";
}

TEST_F(SmDpPlusEs2, MatchingIdsDoNotRepeat) {
  std::set<std::string> seen;
  for (int n = 300; n < 400; ++n) {
    f.add_profile(n);
    const auto id = f.release(n);
    EXPECT_TRUE(seen.insert(id).second);
    EXPECT_EQ(id.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), std::string::npos);
  }
}

// ---- Outbox ----

struct RecordingHttp : HttpPort {
  std::vector<std::pair<std::string, std::string>> posts;  // host, "path point"
  std::vector<std::string> bodies, identifiers;
  int status = 204;
  std::string page;  // of a proxy in between
  Result<HttpReply> post(const HttpPost& p) override {
    if (status == 0) return fail(TransportFault{false, "unreachable"});
    const auto m = *json::decode<es2::HandleDownloadProgressInfoRequest>(as_text(p.body));
    bodies.emplace_back(as_text(p.body));
    identifiers.push_back(m.header.functionCallIdentifier);
    posts.emplace_back(p.host, p.path + " " + std::to_string(m.notificationPointId));
    HttpReply reply;
    reply.status = status;
    if (!page.empty()) reply.headers.push_back({"Content-Type", "text/html"});
    reply.body = to_bytes(as_bytes(page));
    return reply;
  }
};

TEST_F(SmDpPlusEs2, DeliversProgressInOrderAndRetries) {
  SoftwareEuicc card{f.pki, kEid1, 11};
  ASSERT_EQ(code_of(f.download(card, f.release(1))), "ok");
  f.notify(card.success(SmDpPlusFixture::iccid(1)));
  f.notify(card.notification(SmDpPlusFixture::iccid(1), sgp22::kEventEnable));
  RecordingHttp http;
  http.status = 0;
  auto round = smdpp::send_outbox(store, f.clock, http, nullptr);
  EXPECT_EQ(round->postponed, 1u) << "one ICCID: only its first entry";
  http.status = 503;
  EXPECT_EQ(smdpp::send_outbox(store, f.clock, http, nullptr)->postponed, 0u) << "not before the back-off";
  f.clock.advance(std::chrono::seconds(6));
  EXPECT_EQ(smdpp::send_outbox(store, f.clock, http, nullptr)->postponed, 1u);
  http.status = 200;
  http.page = "<html>sign in first</html>";
  f.clock.advance(std::chrono::seconds(11));
  EXPECT_EQ(smdpp::send_outbox(store, f.clock, http, nullptr)->postponed, 1u) << "a proxy has answered";
  http.status = 204;
  http.page.clear();
  http.posts.clear();
  f.clock.advance(std::chrono::seconds(21));
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(smdpp::send_outbox(store, f.clock, http, nullptr));
  const std::string progress = "/gsma/rsp2/es2plus/handleDownloadProgressInfo ";
  EXPECT_EQ(http.posts, (std::vector<std::pair<std::string, std::string>>{
                            {"op.example.com", progress + "1"},
                            {"op.example.com", progress + "3"},
                            {"op.example.com", progress + "4"},
                            {"op.example.com", "/gsma/rsp2/es2plus/handleNotification 101"}}));
}

// An answer of the operator that was lost, or that the server could not note before it stopped: the message
// goes out again as it was, and the operator knows it by its functionCallIdentifier.
TEST_F(SmDpPlusEs2, RepeatsProgressUnderTheSameIdentifier) {
  using Fail = smdpp::MemoryStore::Fail;
  SoftwareEuicc card{f.pki, kEid1, 11};
  ASSERT_EQ(code_of(f.download(card, f.release(1))), "ok");
  f.notify(card.success(SmDpPlusFixture::iccid(1)));
  f.notify(card.notification(SmDpPlusFixture::iccid(1), sgp22::kEventEnable));
  RecordingHttp http;
  mno::SeenCalls seen;
  std::vector<std::string> first;  // what is new to the operator
  const auto round = [&] {
    const auto sent = http.bodies.size();
    (void)smdpp::send_outbox(store, f.clock, http, nullptr);
    for (auto i = sent; i < http.bodies.size(); ++i) {
      const auto path = http.posts[i].second.substr(0, http.posts[i].second.find(' '));
      const auto progress = mno::parse_progress(path, http.bodies[i]);
      ASSERT_TRUE(progress);
      if (seen.first(*progress)) first.push_back(http.posts[i].second);
    }
    f.clock.advance(std::chrono::hours(2));
  };
  for (const auto how : {Fail::kBefore, Fail::kKillBefore}) {
    store.fail_commit(1, how);
    round();
    store.restart();
    f.start();
  }
  http.status = 500;
  round();
  http.status = 200;
  http.page = "<html>";
  round();
  ASSERT_EQ(http.bodies.size(), 4u);
  for (const auto& body : http.bodies) EXPECT_EQ(body, http.bodies[0]);
  http.status = 204;
  http.page.clear();
  for (int i = 0; i < 8; ++i) round();
  const std::set<std::string> distinct(http.identifiers.begin(), http.identifiers.end());
  EXPECT_EQ(distinct.size(), 4u) << "points 1, 3 and 4, and one notification";
  EXPECT_FALSE(distinct.contains(""));
  EXPECT_EQ(http.bodies.size(), 4u + 4u);
  const std::string path = "/gsma/rsp2/es2plus/handleDownloadProgressInfo ";
  EXPECT_EQ(first, (std::vector<std::string>{path + "1", path + "3", path + "4",
                                             "/gsma/rsp2/es2plus/handleNotification 101"}));
}

}  // namespace
}  // namespace eider::test
