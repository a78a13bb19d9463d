// ES12.RegisterEvent and ES15.RegisterEvent as SM-DP+ and Alternative SM-DS see them: SGP.22 v2.6.1 sections
// 5.9.1 and 5.10.1.
#include <atomic>
#include <gtest/gtest.h>
#include <thread>

#include "server/event_registration.hpp"
#include "support/smds_fixture.hpp"

namespace eider::test {
namespace {

using crypto::CertificateRole;

struct SmDsRegisterEvent : testing::Test {
  SmDsFixture f;
  std::string with(const std::function<void(ds::RegisterEventRequest&)>& edit) {
    auto r = f.request("E-1");
    edit(r);
    return f.register_event(r);
  }
};

// What the caller gets, literally: header "Executed-Success", no output (section 5.9.1).
TEST_F(SmDsRegisterEvent, KeepsTheEventForTheCard) {
  const auto reply = f.post(json::encode(f.request("E-1")));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("Content-Type"), "application/json");
  EXPECT_EQ(reply.header("X-Admin-Protocol"), "gsma/rsp/v2.6.1");
  EXPECT_EQ(as_text(reply.body), R"({"header":{"functionExecutionStatus":{"status":"Executed-Success"}}})");
  EXPECT_EQ(f.register_event(f.request("E-2")), "ok");
  auto other_card = f.request("E-3");
  other_card.eid = std::string(kEid2);
  EXPECT_EQ(f.register_event(other_card), "ok");
  EXPECT_EQ(f.events(kEid1), "smdpp.example.com E-1, smdpp.example.com E-2") << "oldest first";
  EXPECT_EQ(f.events(kEid2), "smdpp.example.com E-3");
  const auto kept = f.store.events_of(*sgp22::parse_eid(kEid2), {}, f.clock.now(), 9)->front();
  EXPECT_EQ(kept.caller, "2.999.10") << "from the certificate";
  EXPECT_EQ(kept.received_at, f.clock.now());
}

TEST_F(SmDsRegisterEvent, RefusesASecondUseOfAnEventId) {
  ASSERT_EQ(f.register_event(f.request("E-1")), "ok");
  const auto again = f.post(json::encode(f.request("E-1")));
  const auto told = json::decode<sgp22::EmptyResponse>(as_text(again.body));
  const auto refusal = sgp22::fault_of(told->header);
  ASSERT_TRUE(refusal);
  EXPECT_TRUE(status::is(*refusal, status::kEventInUse));
  EXPECT_EQ(refusal->subject_identifier, "E-1");
  auto other_card = f.request("E-1");
  other_card.eid = std::string(kEid2);
  EXPECT_EQ(f.register_event(other_card), "8.9.5/3.3") << "the key is caller and EventID";
  EXPECT_EQ(f.events(kEid1), "smdpp.example.com E-1");
  EXPECT_EQ(f.events(kEid2), "");
}

// A repeat may follow an answer that was lost with the process: it is told once more. Refusals are not.
TEST_F(SmDsRegisterEvent, TellsThePushServiceOfTheEuiccAlone) {
  struct Push final : smds::PushPort {
    std::vector<std::string> told;
    void event_waits(const sgp22::Eid& eid) override { told.push_back(sgp22::eid_digits(eid)); }
  } push;
  RootDouble root;
  f.push = &push;
  f.root = &root;
  f.start();
  auto r = f.request("E-1");
  r.forwardingIndicator = true;
  root.fault = TransportFault{false, "down"};
  EXPECT_NE(f.register_event(r), "ok");
  EXPECT_TRUE(push.told.empty());
  root.fault.reset();
  EXPECT_EQ(f.register_event(r), "ok");
  EXPECT_EQ(f.register_event(f.request("E-1")), "8.9.5/3.3");
  EXPECT_EQ(push.told, std::vector{std::string(kEid1)});
}

TEST_F(SmDsRegisterEvent, KeepsTheEventIdsOfCallersApart) {
  ASSERT_EQ(f.register_event(f.request("E-1")), "ok");
  auto r = f.request("E-1");
  r.rspServerAddress = "other.example.com";
  EXPECT_EQ(f.register_event(r, f.certificate(CertificateRole::kDpTls, f.other)), "ok");
  EXPECT_EQ(f.events(kEid1), "smdpp.example.com E-1, other.example.com E-1");
}

// The identity is the certificate's: what the header claims opens nobody else's names.
TEST_F(SmDsRegisterEvent, DoesNotBelieveTheHeader) {
  auto r = f.request("E-1");
  r.header.functionRequesterIdentifier = "2.999.12";
  ASSERT_EQ(f.register_event(r), "ok");
  EXPECT_EQ(f.store.events_of(*sgp22::parse_eid(kEid1), {}, f.clock.now(), 9)->front().caller, "2.999.10");
}

TEST_F(SmDsRegisterEvent, KnowsACallThatIsRepeated) {
  const auto first = f.request("E-1");
  ASSERT_EQ(f.register_event(first), "ok");
  EXPECT_EQ(f.register_event(first), "ok") << "its answer was lost";
  EXPECT_EQ(f.store.size(), 1u);
  auto changed = first;
  changed.rspServerAddress = "elsewhere.example.com";
  EXPECT_EQ(f.register_event(changed), "8.9.5/3.3");
  changed = first;
  changed.eid = std::string(kEid2);
  EXPECT_EQ(f.register_event(changed), "8.9.5/3.3");
  changed = first;
  changed.forwardingIndicator = !first.forwardingIndicator;
  EXPECT_EQ(f.register_event(changed), "8.9.5/3.3");
  auto nameless = f.request("E-2");
  nameless.header.functionCallIdentifier = "";
  EXPECT_EQ(f.register_event(nameless), "ok");
  EXPECT_EQ(f.register_event(nameless), "8.9.5/3.3") << "cannot be told from a second use";
}

TEST_F(SmDsRegisterEvent, RefusesWhoIsNotAuthenticated) {
  const auto as = [&](Bytes certificate) { return f.register_event(f.request("E-1"), certificate); };
  EXPECT_EQ(as({}), "1.1/1.1");
  EXPECT_EQ(as(hex("3000")), "1.1/1.1");
  for (const auto role : {CertificateRole::kDpAuth, CertificateRole::kDpPb, CertificateRole::kDsAuth,
                          CertificateRole::kCi, CertificateRole::kEum, CertificateRole::kOperatorClient})
    EXPECT_EQ(as(f.certificate(role)), "1.1/1.1") << crypto::to_string(role);
  // A party of M2M has a TLS certificate of the same CI; nothing in it says SM-DP+ or SM-DS.
  const auto& ci = f.pki.get(CertificateRole::kCi);
  const auto key = crypto::PrivateKey::generate(crypto::Curve::kP256, f.random);
  const auto& tls = f.pki.get(CertificateRole::kDpTls).certificate;
  const crypto::CertificateRequest request{.subject = tls.subject(),
                                           .public_key = key.public_key(),
                                           .serial = hex("4711"),
                                           .not_before = tls.not_before(),
                                           .not_after = tls.not_after(),
                                           .registered_id = der::Oid("2.999.10"),
                                           .dns_names = {"mno.test"},
                                           .permitted = {},
                                           .crl_distribution_points = {}};
  const auto mno = crypto::issue_certificate(sgp22::certificate_profile(CertificateRole::kM2mMnoTls), request,
                                             &ci.certificate, *crypto::make_signing_key(*ci.key));
  ASSERT_TRUE(mno) << mno.error().message();
  EXPECT_EQ(as(to_bytes(mno->der())), "1.1/1.1");
  auto tampered = f.certificate(CertificateRole::kDpTls);
  tampered.back() ^= 1;
  EXPECT_EQ(as(tampered), "1.1/1.1");
  const auto stranger = make_test_pki({crypto::Curve::kP256}, 99);
  EXPECT_EQ(as(f.certificate(CertificateRole::kDpTls, stranger)), "1.1/1.1") << "of a CI nobody trusts";
  EXPECT_EQ(f.store.size(), 0u);
  EXPECT_EQ(as(f.certificate(CertificateRole::kDpTls)), "ok");
  f.clock.set(f.pki.get(CertificateRole::kDpTls).certificate.not_after() + std::chrono::hours(1));
  EXPECT_EQ(f.register_event(f.request("E-2")), "1.1/1.1") << "expired";
}

TEST_F(SmDsRegisterEvent, RefusesARevokedCaller) {
  const auto& ci = f.pki.get(CertificateRole::kCi);
  crypto::CrlRequest list;
  list.entries.push_back(
      {to_bytes(f.pki.get(CertificateRole::kDpTls).certificate.serial()), f.clock.now(), {}, Time::max()});
  list.entries.back().expires = f.clock.now() + std::chrono::hours(24 * 365);
  list.number = 1;
  list.this_update = f.clock.now();
  list.next_update = f.clock.now() + std::chrono::hours(6);
  list.distribution_point = "http://ci.example.com/list.crl";
  auto crl = crypto::issue_crl(ci.certificate, *crypto::make_signing_key(*ci.key), list);
  ASSERT_TRUE(crl) << crl.error().message();
  ASSERT_TRUE(f.crls.add(*crl, ci.certificate.public_key(), ci.certificate.subject_key_identifier()));
  f.start();
  EXPECT_EQ(f.register_event(f.request("E-1")), "1.1/1.1");
  EXPECT_EQ(f.register_event(f.request("E-1"), f.certificate(CertificateRole::kDsTls)), "ok");
}

TEST_F(SmDsRegisterEvent, RefusesMembersThatAreMissingOrMalformed) {
  EXPECT_EQ(with([](auto& r) { r.eid.pop_back(); }), "1.3.1/2.1");
  EXPECT_EQ(with([](auto& r) { r.eid.back() = '4'; }), "1.3.1/2.1") << "check digits";
  EXPECT_EQ(with([](auto& r) { r.rspServerAddress = ""; }), "1.3.1/2.1");
  EXPECT_EQ(with([](auto& r) { r.rspServerAddress = "smdpp.example.com/path"; }), "1.3.1/2.1");
  EXPECT_EQ(with([](auto& r) { r.rspServerAddress = "https://smdpp.example.com"; }), "1.3.1/2.1");
  EXPECT_EQ(with([](auto& r) { r.rspServerAddress = "smdpp example"; }), "1.3.1/2.1");
  EXPECT_EQ(with([](auto& r) { r.eventId = ""; }), "1.3.1/2.1");
  EXPECT_EQ(with([](auto& r) { r.eventId = "a b"; }), "1.3.1/2.1");
  EXPECT_EQ(with([](auto& r) { r.eventId = std::string(201, 'A'); }), "1.3.1/2.1");
  for (const auto member : {"header", "eid", "rspServerAddress", "eventId", "forwardingIndicator"}) {
    auto body = json::encode(f.request("E-1"));
    body.replace(body.find(member), 1, "X");
    EXPECT_EQ(f.code(f.post(body)), "1.3.1/2.2") << member;
  }
  auto body = json::encode(f.request("E-1"));
  body.replace(body.find("false"), 5, "17");
  EXPECT_EQ(f.code(f.post(body)), "1.3.1/2.1");
  EXPECT_EQ(f.store.size(), 0u);
  EXPECT_EQ(with([](auto& r) { r.rspServerAddress = "localhost:8443"; }), "ok") << "a test installation";
}

TEST_F(SmDsRegisterEvent, RefusesWhatIsNotARequest) {
  EXPECT_EQ(f.post("{").status, 400);
  EXPECT_EQ(f.post("").status, 400);
  EXPECT_EQ(f.post("{}", "text/plain").status, 415);
  EXPECT_EQ(f.post("{}", "application/json", "/gsma/rsp2/es12/other").status, 404);
  EXPECT_EQ(f.post("{}", "application/json", "/gsma/rsp2/es9plus/initiateAuthentication").status, 404);
}

TEST_F(SmDsRegisterEvent, SaysSoWhenItsStoreFails) {
  f.store.refuse_all(true);
  EXPECT_EQ(f.post(json::encode(f.request("E-1"))).status, 500);
  f.store.refuse_all(false);
  EXPECT_EQ(f.store.size(), 0u);
  EXPECT_EQ(f.register_event(f.request("E-1")), "ok");
}

TEST_F(SmDsRegisterEvent, GivesAnEventIdToOneOfManyAtOnce) {
  std::vector<ds::RegisterEventRequest> requests;
  for (int i = 0; i < 8; ++i) requests.push_back(f.request("E-1"));
  std::atomic<int> taken = 0, refused = 0;
  std::vector<std::thread> callers;
  for (const auto& r : requests)
    callers.emplace_back([&] {
      const auto code = f.register_event(r);
      if (code == "ok") ++taken;
      if (code == "8.9.5/3.3") ++refused;
    });
  for (auto& c : callers) c.join();
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(refused, 7);
}

TEST_F(SmDsRegisterEvent, ARootIgnoresTheForwardingIndicator) {
  EXPECT_EQ(with([](auto& r) { r.forwardingIndicator = true; }), "ok");
  EXPECT_EQ(f.events(kEid1), "smdpp.example.com E-1");
}

struct SmDsCascade : SmDsRegisterEvent {
  RootDouble root;
  void SetUp() override {
    f.root = &root;
    f.start();
  }
  ds::RegisterEventRequest forwarded(const std::string& event) {
    auto r = f.request(event);
    r.forwardingIndicator = true;
    return r;
  }
};

TEST_F(SmDsCascade, TellsTheRootAnEventOfItsOwn) {
  ASSERT_EQ(f.register_event(forwarded("E-1")), "ok");
  EXPECT_EQ(f.events(kEid1), "smdpp.example.com E-1");
  ASSERT_EQ(root.events.size(), 1u);
  const auto own = f.store.events_of(*sgp22::parse_eid(kEid1), {}, f.clock.now(), 9)->front().root_event_id;
  EXPECT_EQ(root.events.front(), std::string(kEid1) + " smds.example.com " + own);
  EXPECT_EQ(own.size(), 32u);
  ASSERT_EQ(f.register_event(forwarded("E-2")), "ok");
  EXPECT_NE(root.events.front(), root.events.back());
}

TEST_F(SmDsCascade, OnlyWhenAskedAndOnlyForAnSmDpPlus) {
  EXPECT_EQ(f.register_event(f.request("E-1")), "ok");
  EXPECT_EQ(f.register_event(forwarded("E-2"), f.certificate(CertificateRole::kDsTls)), "ok");
  EXPECT_TRUE(root.events.empty());
  EXPECT_EQ(f.events(kEid1), "smdpp.example.com E-1, smdpp.example.com E-2");
}

TEST_F(SmDsCascade, KeepsNothingThatTheRootDoesNotTake) {
  root.fault = TransportFault{false, "down"};
  EXPECT_EQ(f.register_event(forwarded("E-1")), "8.9/5.1");
  EXPECT_EQ(root.deleted, 0) << "nothing was sent";
  root.fault = FunctionStatus{"8.9.5", "3.3", "", ""};
  EXPECT_EQ(f.register_event(forwarded("E-1")), "8.9/4.2");
  EXPECT_EQ(root.deleted, 0);
  root.fault = VerificationFault{VerificationFault::Check::kChain, "not the Root"};
  EXPECT_EQ(f.register_event(forwarded("E-1")), "8.9/5.1");
  EXPECT_EQ(f.store.size(), 0u);
  root.fault.reset();
  EXPECT_EQ(f.register_event(forwarded("E-1")), "ok") << "the EventID is free again";
}

TEST_F(SmDsCascade, WithdrawsWhatTheRootMayHave) {
  root.lose_answers = true;
  EXPECT_EQ(f.register_event(forwarded("E-1")), "8.9/5.1");
  EXPECT_EQ(root.deleted, 1);
  EXPECT_TRUE(root.events.empty());
  root.fault = DecodeFault{"Response", 0, "not JSON"};
  EXPECT_EQ(f.register_event(forwarded("E-1")), "8.9/5.1");
  EXPECT_EQ(root.deleted, 2);
  EXPECT_EQ(f.store.size(), 0u);
}

TEST_F(SmDsCascade, ShowsNoEventAndTakesNoSecondWhileTheRootIsAsked) {
  const auto r = forwarded("E-1");
  int status = 0;
  std::string code, seen = "?";
  root.meanwhile = [&] {
    status = f.post(json::encode(r)).status;
    code = f.register_event(forwarded("E-1"));
    seen = f.events(kEid1);
  };
  ASSERT_EQ(f.register_event(r), "ok");
  EXPECT_EQ(status, 503) << "the same call: neither done nor refused";
  EXPECT_EQ(code, "8.9.5/3.3");
  EXPECT_EQ(seen, "");
  EXPECT_EQ(f.register_event(r), "ok") << "now it is known";
  EXPECT_EQ(root.events.size(), 1u);
}

// Told to the Root, and cut short before the store heard of it: the repeat carries it out to the end.
TEST_F(SmDsCascade, ARepeatSettlesWhatWasCutShort) {
  const auto r = forwarded("E-1");
  root.meanwhile = [&] { f.store.refuse_all(true); };
  EXPECT_EQ(f.post(json::encode(r)).status, 500);
  f.store.refuse_all(false);
  EXPECT_EQ(f.events(kEid1), "");
  EXPECT_EQ(f.register_event(forwarded("E-1")), "8.9.5/3.3") << "another call";
  f.start();  // or in the next process
  root.fault = FunctionStatus{"8.9.5", "3.3", "", ""};
  EXPECT_EQ(f.register_event(r), "ok") << "the Root has it";
  EXPECT_EQ(f.events(kEid1), "smdpp.example.com E-1");
  EXPECT_EQ(root.events.size(), 1u);
}

TEST_F(SmDsCascade, ARepeatOfWhatTheRootNeverHeardRegistersIt) {
  const auto r = forwarded("E-1");
  root.fault = TransportFault{false, "down"};
  root.meanwhile = [&] { f.store.refuse_all(true); };  // the event cannot be removed either
  EXPECT_EQ(f.post(json::encode(r)).status, 500);
  f.store.refuse_all(false);
  root.fault.reset();
  EXPECT_EQ(f.register_event(r), "ok");
  EXPECT_EQ(root.events.size(), 1u);
}

// SM-DP+, Alternative and Root SM-DS with their real clients, requests and certificates.
TEST_F(SmDsCascade, ReachesTheRootOverEs15) {
  SmDsFixture top;
  top.address = "lpa.ds.gsma.com";
  top.start();
  HttpToSmDs to_root{top, f.certificate(CertificateRole::kDsTls)};
  smds::Es15Client es15(to_root, f.random, "lpa.ds.gsma.com", "2.999.15");
  f.root = &es15;
  f.start();
  HttpToSmDs to_alternative{f, f.certificate(CertificateRole::kDpTls)};
  SeededRandom random(5);
  server::EventRegistration es12(to_alternative, random, "2.999.10");
  const auto eid = *sgp22::parse_eid(kEid1);
  const auto done = es12.register_event("smds.example.com", eid, "smdpp.example.com", "M-1", true);
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(f.events(kEid1), "smdpp.example.com M-1");
  const auto above = *top.store.events_of(eid, {}, top.clock.now(), 9);
  ASSERT_EQ(above.size(), 1u);
  EXPECT_EQ(above.front().rsp_server_address, "smds.example.com");
  EXPECT_EQ(above.front().event_id, f.store.events_of(eid, {}, f.clock.now(), 9)->front().root_event_id);
  EXPECT_EQ(above.front().caller, "2.999.15");
  EXPECT_FALSE(above.front().forwarding_indicator) << "section 5.10.1";
  EXPECT_EQ(code_of(es12.register_event("smds.example.com", eid, "smdpp.example.com", "M-1", true)),
            "8.9.5/3.3");
  top.store.refuse_all(true);
  EXPECT_EQ(code_of(es12.register_event("smds.example.com", eid, "smdpp.example.com", "M-2", true)),
            "8.9/5.1");
  EXPECT_EQ(f.store.size(), 1u);
}

TEST(SmDs, IsNotMadeFromAnIncompleteConfiguration) {
  SmDsFixture f;
  const auto make = [&](smds::SmDsConfig config) {
    return smds::SmDs::create(std::move(config), {f.store, f.clock, f.random}).has_value();
  };
  const auto& auth = f.pki.get(CertificateRole::kDsAuth);
  const auto key = crypto::make_signing_key(*auth.key);
  const auto& dp = f.pki.get(CertificateRole::kDpAuth);
  const std::vector<std::string> address{"smds.example.com"};
  EXPECT_TRUE(make({address, {{auth.certificate, key}}, f.pki.roots, {}, {}}));
  EXPECT_FALSE(make({{}, {{auth.certificate, key}}, f.pki.roots, {}, {}}));
  EXPECT_FALSE(make({address, {}, f.pki.roots, {}, {}}));
  EXPECT_FALSE(make({address, {{auth.certificate, key}}, {}, {}, {}}));
  EXPECT_FALSE(make({address, {{auth.certificate, crypto::make_signing_key(*dp.key)}}, f.pki.roots, {}, {}}))
      << "the key of another";
  EXPECT_FALSE(make({address, {{dp.certificate, crypto::make_signing_key(*dp.key)}}, f.pki.roots, {}, {}}))
      << "CERT.DPauth is no CERT.DSauth";
}

}  // namespace
}  // namespace eider::test
