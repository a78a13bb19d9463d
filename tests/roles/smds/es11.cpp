// ES11 as LPAs see it: SGP.22 v2.6.1 sections 3.6.2, 5.8.1 and 5.8.2. What a card is told, and that nobody
// else is told anything.
#include <gtest/gtest.h>

#include "support/smds_fixture.hpp"

namespace eider::test {
namespace {

using crypto::CertificateRole;
namespace a1 = es9::asn1;

struct SmDsEs11 : testing::Test {
  SmDsFixture f;
  SoftwareEuicc card{f.pki, kEid1, 3};
  SoftwareEuicc other_card{f.pki, kEid2, 4};
};

TEST_F(SmDsEs11, TellsTheCardItsEventsInTheOrderOfTheirArrival) {
  EXPECT_EQ(f.poll_text(card), "") << "an empty list is no refusal";
  ASSERT_EQ(f.register_event(f.request("E-1")), "ok");
  auto second = f.request("A-2");
  second.rspServerAddress = "other.example.com";
  ASSERT_EQ(f.register_event(second, f.certificate(CertificateRole::kDpTls, f.other)), "ok");
  EXPECT_EQ(f.poll_text(card), "smdpp.example.com E-1, other.example.com A-2");
  EXPECT_EQ(f.poll_text(card, ""), "smdpp.example.com E-1, other.example.com A-2") << "as LPAs of v2.2 ask";
  EXPECT_EQ(f.poll_text(card, "A-2"), "other.example.com A-2");
  EXPECT_EQ(f.poll_text(other_card), "");
  EXPECT_EQ(f.delete_event("E-1"), "ok");
  EXPECT_EQ(f.poll_text(card), "other.example.com A-2");
}

// The answer literally, as section 6.5.2 has it.
TEST_F(SmDsEs11, AnswersInTheWordsOfTheJsonBinding) {
  ASSERT_EQ(f.register_event(f.request("E-1")), "ok");
  const auto first = f.initiate(card);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->transactionId.size(), 16u);
  const auto certificate = crypto::Certificate::parse(first->serverCertificate);
  EXPECT_EQ(certificate->der().size(), f.pki.get(CertificateRole::kDsAuth).certificate.der().size());
  const auto reply = f.post_es11(es9::kAuthenticateClient.path,
                                 json::encode(es9::AuthenticateClientRequest{
                                     first->transactionId, card.authenticate_server(*first, {})}));
  std::string id = to_hex(first->transactionId);
  EXPECT_EQ(as_text(reply.body),
            R"({"header":{"functionExecutionStatus":{"status":"Executed-Success"}},"transactionId":")" + id +
                R"(","eventEntries":[{"eventId":"E-1","rspServerAddress":"smdpp.example.com"}]})");
  EXPECT_EQ(reply.header("X-Admin-Protocol"), "gsma/rsp/v2.6.1");
  const auto none = f.poll(other_card);
  ASSERT_TRUE(none);
  const auto again = f.initiate(other_card);
  const auto empty = f.post_es11(es9::kAuthenticateClient.path,
                                 json::encode(es9::AuthenticateClientRequest{
                                     again->transactionId, other_card.authenticate_server(*again, {})}));
  EXPECT_NE(as_text(empty.body).find(R"("eventEntries":[])"), std::string_view::npos) << as_text(empty.body);
}

// An EventID of another card is as unknown as one that nobody has.
TEST_F(SmDsEs11, KnowsNoEventOfAnotherCard) {
  ASSERT_EQ(f.register_event(f.request("E-1")), "ok");
  EXPECT_EQ(f.poll_text(other_card, "E-1"), "8.9.5/3.9");
  EXPECT_EQ(f.poll_text(other_card, "E-9"), "8.9.5/3.9");
  EXPECT_EQ(f.poll_text(card, "E-9"), "8.9.5/3.9");
}

TEST_F(SmDsEs11, TellsBothOfTwoCallersThatChoseOneEventId) {
  ASSERT_EQ(f.register_event(f.request("E-1")), "ok");
  auto second = f.request("E-1");
  second.rspServerAddress = "other.example.com";
  ASSERT_EQ(f.register_event(second, f.certificate(CertificateRole::kDpTls, f.other)), "ok");
  EXPECT_EQ(f.poll_text(card, "E-1"), "smdpp.example.com E-1, other.example.com E-1");
}

TEST_F(SmDsEs11, BoundsItsAnswer) {
  f.limits.events_per_answer = 2;
  f.start();
  for (const auto* id : {"E-1", "E-2", "E-3"}) ASSERT_EQ(f.register_event(f.request(id)), "ok");
  EXPECT_EQ(f.poll_text(card), "smdpp.example.com E-1, smdpp.example.com E-2");
  EXPECT_EQ(f.poll_text(card, "E-3"), "smdpp.example.com E-3");
  ASSERT_EQ(f.delete_event("E-1"), "ok");
  EXPECT_EQ(f.poll_text(card), "smdpp.example.com E-2, smdpp.example.com E-3");
}

TEST_F(SmDsEs11, SaysSoWhenItsStoreFails) {
  const auto first = f.initiate(card);
  f.store.refuse_all(true);
  const auto reply = f.post_es11(es9::kAuthenticateClient.path,
                                 json::encode(es9::AuthenticateClientRequest{
                                     first->transactionId, card.authenticate_server(*first, {})}));
  EXPECT_EQ(reply.status, 500);
}

TEST_F(SmDsEs11, RefusesAsInitiateAuthenticationShould) {
  const auto code = [&](const std::function<void(es9::InitiateAuthenticationRequest&)>& edit) {
    auto r = card.initiate(f.address);
    edit(r);
    return code_of(read_answer<es9::InitiateAuthenticationResponse>(
        f.post_es11(es9::kInitiateAuthentication.path, json::encode(r))));
  };
  EXPECT_EQ(code([](auto&) {}), "ok");
  EXPECT_EQ(code([](auto& r) { r.smdpAddress = "SMDS.example.com:8451"; }), "ok") << "an LPA names its port";
  EXPECT_EQ(code([](auto& r) { r.smdpAddress = "smdpp.example.com"; }), "8.9.1/3.8");
  EXPECT_EQ(code([](auto& r) { r.euiccChallenge.pop_back(); }), "1.3.1/2.1");
  EXPECT_EQ(code([](auto& r) { r.euiccInfo1.pop_back(); }), "1.3.1/2.1");
  const auto with_info = [&](const std::function<void(sgp22::EUICCInfo1&)>& edit) {
    return code([&](auto& r) {
      auto info = *der::decode<sgp22::EUICCInfo1>(r.euiccInfo1);
      edit(info);
      r.euiccInfo1 = der::encode(info);
    });
  };
  const sgp22::KeyIdentifier stranger = *sgp22::KeyIdentifier::from(Bytes(20, 0x55));
  EXPECT_EQ(with_info([](auto& i) { i.svn[0] = 3; }), "8.9.3/3.1");
  EXPECT_EQ(with_info([](auto& i) { i.svn[0] = 1; }), "8.9.3/3.1");
  EXPECT_EQ(with_info([&](auto& i) { i.euiccCiPKIdListForSigning = {stranger}; }), "8.9.2/3.1");
  EXPECT_EQ(with_info([&](auto& i) { i.euiccCiPKIdListForVerification = {stranger}; }), "8.9.4/3.7");
  EXPECT_EQ(f.post_es11("/gsma/rsp2/es9plus/getBoundProfilePackage", "{}").status, 404);
  EXPECT_EQ(f.post_es11(es9::kInitiateAuthentication.path, "{}", "text/html").status, 415);
  EXPECT_EQ(f.post_es11(es9::kInitiateAuthentication.path, "{").status, 400);
}

// Everything that could differ between a card and someone else; each row says what the other one is told, and
// the store is not even asked.
struct Tamper {
  const char* what;
  const char* code;
  std::function<void(SoftwareEuicc&, const SmDsFixture&)> apply;
};
const Tamper kTampers[] = {
    {"transactionId as signed", "8.10.1/3.9",
     [](auto& c, auto&) {
       c.tamper_signed1 = [](auto& s) { s.transactionId = *sgp22::TransactionId::from(Bytes(16, 1)); };
     }},
    {"serverChallenge", "8.1/6.1",
     [](auto& c, auto&) { c.tamper_signed1 = [](auto& s) { s.serverChallenge[0] ^= 1; }; }},
    {"serverAddress", "8.1/6.1",
     [](auto& c, auto&) { c.tamper_signed1 = [](auto& s) { s.serverAddress = "other.example.com"; }; }},
    {"SVN", "8.9.3/3.1",
     [](auto& c, auto&) { c.tamper_signed1 = [](auto& s) { s.euiccInfo2.svn[1] ^= 1; }; }},
    {"an octet of euiccSigned1 after signing", "8.1/6.1",
     [](auto& c, auto&) {
       c.tamper_auth = [](auto& ok) {
         auto signed1 = ok.euiccSigned1.value;
         std::get<0>(signed1.ctxParams1.value).matchingId = "E-1";
         ok.euiccSigned1 = der::seal(std::move(signed1));
       };
     }},
    {"the challenge after signing", "8.1/6.1",
     [](auto& c, auto&) {
       c.tamper_auth = [](auto& ok) {
         auto signed1 = ok.euiccSigned1.value;
         signed1.serverChallenge[3] ^= 1;
         ok.euiccSigned1 = der::seal(std::move(signed1));
       };
     }},
    {"euiccSignature1", "8.1/6.1",
     [](auto& c, auto&) { c.tamper_auth = [](auto& ok) { ok.euiccSignature1[5] ^= 1; }; }},
    {"CERT.EUICC", "8.1.3/6.1",
     [](auto& c, auto&) { c.tamper_auth = [](auto& ok) { ok.euiccCertificate.der.back() ^= 1; }; }},
    {"CERT.EUM", "8.1.2/6.1",
     [](auto& c, auto&) { c.tamper_auth = [](auto& ok) { ok.eumCertificate.der.back() ^= 1; }; }},
    {"CERT.EUICC of another card", "8.1/6.1",
     [](auto& c, auto& f) {
       c.tamper_auth = [&f](auto& ok) {
         SeededRandom random(77);
         ok.euiccCertificate.der = to_bytes(f.pki.euicc(kEid2, random).certificate.der());
       };
     }},
    {"certificates swapped", "8.11.1/3.9",
     [](auto& c, auto&) {
       c.tamper_auth = [](auto& ok) { std::swap(ok.euiccCertificate.der, ok.eumCertificate.der); };
     }},
};

TEST_F(SmDsEs11, TellsNobodyButTheCard) {
  ASSERT_EQ(f.register_event(f.request("E-1")), "ok");
  for (const auto& t : kTampers) {
    SoftwareEuicc changed(f.pki, kEid1, 5);
    t.apply(changed, f);
    EXPECT_EQ(f.poll_text(changed), t.code) << t.what;
  }
  EXPECT_EQ(f.store.look_ups(), 0u) << "no answer so far can depend on an event";
  EXPECT_EQ(f.poll_text(card), "smdpp.example.com E-1");
}

TEST_F(SmDsEs11, RefusesACardWhoseCertificatesHaveExpired) {
  f.clock.set(f.pki.get(CertificateRole::kEum).certificate.not_after() + std::chrono::hours(1));
  SoftwareEuicc late(f.pki, kEid1, 6);
  EXPECT_EQ(f.poll_text(late), "8.1.2/6.3");
}

// A foreign EUM's card, of a CI that is trusted, says nothing about the EID: its own certificate does.
TEST_F(SmDsEs11, GoesByTheEidOfTheCertificate) {
  ASSERT_EQ(f.register_event(f.request("E-1")), "ok");
  SoftwareEuicc same_eid(f.pki, kEid1, 99);
  EXPECT_EQ(f.poll_text(same_eid), "smdpp.example.com E-1");
  EXPECT_EQ(f.poll_text(other_card), "");
}

TEST_F(SmDsEs11, ASessionIsGoodForOneAttempt) {
  ASSERT_EQ(f.register_event(f.request("E-1")), "ok");
  ASSERT_TRUE(f.poll(card));
  EXPECT_EQ(code_of(f.authenticate(f.last)), "8.10.1/3.9") << "a replay is told nothing";
  const auto first = f.initiate(card);
  auto wrong = card.authenticate_server(*first, {});
  const es9::AuthenticateClientRequest good{first->transactionId, wrong};
  auto bad = good;
  bad.authenticateServerResponse[bad.authenticateServerResponse.size() - 1] ^= 1;
  EXPECT_EQ(code_of(f.authenticate(bad)), "8.1.2/6.1");
  EXPECT_EQ(code_of(f.authenticate(good)), "8.10.1/3.9") << "begin again";
}

TEST_F(SmDsEs11, KnowsNoSessionThatIsForeignOrExpired) {
  ASSERT_EQ(f.register_event(f.request("E-1")), "ok");
  const auto mine = f.initiate(card);
  const auto theirs = f.initiate(other_card);
  const auto response = card.authenticate_server(*mine, {});
  EXPECT_EQ(code_of(f.authenticate({theirs->transactionId, response})), "8.10.1/3.9") << "signed for another";
  EXPECT_EQ(code_of(f.authenticate({Bytes(16, 7), response})), "8.10.1/3.9");
  EXPECT_EQ(code_of(f.authenticate({{}, response})), "8.10.1/3.9");
  f.clock.advance(f.limits.session_lifetime);
  EXPECT_EQ(code_of(f.authenticate({mine->transactionId, response})), "8.10.1/3.9");
  EXPECT_EQ(f.server->live_sessions(), 0u);
  EXPECT_EQ(f.store.look_ups(), 0u);
}

TEST_F(SmDsEs11, TakesTheCardsOwnRefusal) {
  const auto first = f.initiate(card);
  const sgp22::AuthenticateServerResponse refusal{sgp22::AuthenticateResponseError{
      *sgp22::TransactionId::from(first->transactionId), sgp22::AuthenticateErrorCode::kInvalidCertificate}};
  EXPECT_EQ(code_of(f.authenticate({first->transactionId, der::encode(refusal)})), "8.1/6.1");
  EXPECT_EQ(f.server->live_sessions(), 0u);
}

TEST_F(SmDsEs11, BoundsSessionsWithoutAnEuiccByPeerAndInAll) {
  f.limits.sessions_per_peer = 2;
  f.limits.sessions = 3;
  f.start();
  const auto status = [&] {
    return f.post_es11(es9::kInitiateAuthentication.path, json::encode(card.initiate(f.address))).status;
  };
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(status(), 503);
  f.peer = "192.0.2.2";
  const auto held = f.initiate(other_card);
  EXPECT_TRUE(held);
  EXPECT_EQ(status(), 503) << "three in all";
  EXPECT_TRUE(f.authenticate({held->transactionId, other_card.authenticate_server(*held, {})}));
  EXPECT_EQ(status(), 200) << "a card that has authenticated itself leaves its place";
  f.clock.advance(f.limits.session_lifetime);
  f.peer = "192.0.2.1";
  EXPECT_EQ(status(), 200) << "so does time";
}

TEST_F(SmDsEs11, RefusesWhatTheCrlsOfTheMomentHaveRevoked) {
  crypto::CrlRequest list;
  const auto& eum = f.pki.get(CertificateRole::kEum);
  list.number = 1;
  list.this_update = f.clock.now();
  list.next_update = f.clock.now() + std::chrono::hours(24);
  list.entries = {
      {to_bytes(eum.certificate.serial()), f.clock.now(), {}, f.clock.now() + std::chrono::hours(48)}};
  list.distribution_point = "http://ci.example.com/list.crl";
  const auto& ci = f.pki.get(CertificateRole::kCi);
  const auto crl = crypto::issue_crl(ci.certificate, *crypto::make_signing_key(*ci.key), list);
  ASSERT_TRUE(crl) << crl.error().message();
  crypto::CrlSet set;
  ASSERT_TRUE(set.add(*crl, ci.certificate.public_key(), ci.certificate.subject_key_identifier()));
  EXPECT_EQ(f.poll_text(card), "");
  f.server->use_crls(std::move(set));
  EXPECT_EQ(f.poll_text(card), "8.1.2/6.1");
}

// ---- The ASN.1 binding, section 6.6 ----

struct SmDsAsn1 : SmDsEs11 {
  Result<a1::RemoteProfileProvisioningResponse> call(const a1::RemoteProfileProvisioningRequest& r) {
    const auto body = der::encode(r);
    const auto reply = f.post_es11(es9::kAsn1Path, as_text(body), sgp22::kAsn1ContentType);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.header("Content-Type"), sgp22::kAsn1ContentType);
    return der::decode<a1::RemoteProfileProvisioningResponse>(reply.body);
  }
  a1::InitiateAuthenticationRequest initiation(const std::string& address) {
    const auto r = card.initiate(address);
    a1::InitiateAuthenticationRequest out;
    out.euiccChallenge = *sgp22::Challenge::from(r.euiccChallenge);
    out.smdpAddress = r.smdpAddress;
    out.euiccInfo1.der = r.euiccInfo1;
    return out;
  }
  sgp22::es11::asn1::AuthenticateClientResponse poll_asn1(std::optional<std::string> event_id) {
    const auto answer = call({initiation(f.address)});
    const auto& ok = std::get<0>(std::get<a1::InitiateAuthenticationResponse>(answer->value).value);
    es9::InitiateAuthenticationResponse read;
    read.transactionId = to_bytes(ok.transactionId);
    read.serverSigned1 = ok.serverSigned1.der;
    read.serverSignature1 = make_tlv(0x5F37, ok.serverSignature1);
    read.serverCertificate = ok.serverCertificate.der;
    a1::AuthenticateClientRequest second;
    second.transactionId = ok.transactionId;
    second.authenticateServerResponse.der = card.authenticate_server(read, std::move(event_id));
    const auto last = call({std::move(second)});
    return std::get<sgp22::es11::asn1::AuthenticateClientResponse>(last->value);
  }
};

TEST_F(SmDsAsn1, GivesTheSameEvents) {
  ASSERT_EQ(f.register_event(f.request("E-1")), "ok");
  const auto answer = poll_asn1({});
  ASSERT_EQ(answer.value.index(), 0u);
  const auto& entries = std::get<0>(answer.value).eventEntries;
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].eventId, "E-1");
  EXPECT_EQ(entries[0].rspServerAddress, "smdpp.example.com");
}

TEST_F(SmDsAsn1, RefusesByNumber) {
  EXPECT_EQ(std::get<1>(poll_asn1("E-9").value), 6) << "eventIdUnknown";
  const auto answer = call({initiation("other.example.com")});
  EXPECT_EQ(std::get<1>(std::get<a1::InitiateAuthenticationResponse>(answer->value).value), 1);
  EXPECT_EQ(f.post_es11(es9::kAsn1Path, "\xA2\x01", sgp22::kAsn1ContentType).status, 400);
  EXPECT_EQ(f.post_es11(es9::kAsn1Path, "{}", "application/json").status, 415);
  a1::GetBoundProfilePackageRequest not_here;
  not_here.transactionId = *sgp22::TransactionId::from(Bytes(16, 1));
  not_here.prepareDownloadResponse.der = {0xBF, 0x21, 0x00};
  const auto body = der::encode(a1::RemoteProfileProvisioningRequest{not_here});
  EXPECT_EQ(f.post_es11(es9::kAsn1Path, as_text(body), sgp22::kAsn1ContentType).status, 400);
}

}  // namespace
}  // namespace eider::test
