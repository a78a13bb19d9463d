// ES9+ as an eUICC and LPA see it, up to AuthenticateClient: SGP.22 v2.6.1 sections 3.1.2 and 5.6.
#include "support/es9plus_fixture.hpp"

namespace eider::test {
namespace {

TEST_F(SmDpPlusEs9, DownloadsWithAnActivationCode) {
  const auto code = f.release(1);
  EXPECT_EQ(code.size(), 23u);
  const auto second = f.authenticate(card, code);
  ASSERT_EQ(code_of(second), "ok");
  EXPECT_EQ(second->profileMetadata, f.profile(1).metadata);
  EXPECT_FALSE(card.cc_required);
  const auto bpp = f.bind(card, *second);
  ASSERT_EQ(code_of(bpp), "ok");
  const auto opened = card.open(*bpp);
  EXPECT_EQ(opened.metadata, second->profileMetadata);
  EXPECT_EQ(opened.package, SmDpPlusFixture::package(1, 3000));
  EXPECT_TRUE(opened.replace.empty());
  EXPECT_EQ(to_hex(opened.configure),
            "BF2407B8058003"
            "88370A");
  EXPECT_EQ(state(), ProfileState::kDownloaded);
  EXPECT_EQ(f.profile(1).order->eid, card.eid());
  EXPECT_EQ(f.notify(card.success(SmDpPlusFixture::iccid(1))), 204);
  EXPECT_EQ(state(), ProfileState::kInstalled);
  EXPECT_EQ(f.progress(), (Strings{"1 Executed-Success", "3 Executed-Success", "4 Executed-Success"}));
}

TEST_F(SmDpPlusEs9, AnswersTheAsn1BindingToo) {
  const auto code = f.release(1);
  namespace a1 = es9::asn1;
  const auto call = [&](a1::RemoteProfileProvisioningRequest r) {
    const auto body = der::encode(r);
    const auto reply = f.post(es9::kAsn1Path, as_text(body), "application/x-gsma-rsp-asn1");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.header("content-type"), "application/x-gsma-rsp-asn1");
    return *der::decode<a1::RemoteProfileProvisioningResponse>(reply.body, der::Rules::strict());
  };
  const auto first_request = card.initiate("SMDPP.example.com");
  const auto first =
      call({a1::InitiateAuthenticationRequest{*sgp22::Challenge::from(first_request.euiccChallenge),
                                              first_request.smdpAddress,
                                              {first_request.euiccInfo1}}});
  const auto& ok1 = std::get<0>(std::get<0>(first.value).value);
  const es9::InitiateAuthenticationResponse r1{{},
                                               to_bytes(ok1.transactionId),
                                               ok1.serverSigned1.der,
                                               make_tlv(0x5F37, ok1.serverSignature1.view()),
                                               make_tlv(0x04, ok1.euiccCiPKIdToBeUsed),
                                               ok1.serverCertificate.der};
  const auto second =
      call({a1::AuthenticateClientRequest{ok1.transactionId, {card.authenticate_server(r1, code)}}});
  const auto& ok2 = std::get<0>(std::get<1>(second.value).value);
  const es9::AuthenticateClientResponse r2{{},
                                           to_bytes(ok2.transactionId),
                                           ok2.profileMetadata.der,
                                           ok2.smdpSigned2.der,
                                           make_tlv(0x5F37, ok2.smdpSignature2.view()),
                                           ok2.smdpCertificate.der};
  const auto third =
      call({a1::GetBoundProfilePackageRequest{ok2.transactionId, {card.prepare_download(r2, {})}}});
  const auto& ok3 = std::get<0>(std::get<2>(third.value).value);
  EXPECT_EQ(card.open(ok3.boundProfilePackage.der).package, SmDpPlusFixture::package(1, 3000));
  // A cancellation of an unknown transaction is error 1, a notification is 204.
  auto cancelled =
      *der::decode<sgp22::CancelSessionResponse>(card.cancel(sgp22::CancelSessionReason::kPostponed));
  const auto refused = call({a1::CancelSessionRequest{*sgp22::TransactionId::from(Bytes(16, 9)), cancelled}});
  EXPECT_EQ(std::get<1>(std::get<3>(refused.value).value), 1);
  a1::HandleNotification n{*der::decode<sgp22::PendingNotification>(card.success(SmDpPlusFixture::iccid(1)))};
  const auto body = der::encode(a1::RemoteProfileProvisioningRequest{n});
  EXPECT_EQ(f.post(es9::kAsn1Path, as_text(body), "application/x-gsma-rsp-asn1").status, 204);
  EXPECT_EQ(state(), ProfileState::kInstalled);
}

TEST_F(SmDpPlusEs9, WorksOnBrainpool) {
  smdpp::MemoryStore own;
  SmDpPlusFixture g(own, {crypto::Curve::kP256, crypto::Curve::kBrainpoolP256r1});
  g.put_operator("op", g.client_certificate);
  g.add_profile(1, "op", 12000);
  SoftwareEuicc brainpool(g.pki, kEid1, 5, crypto::Curve::kBrainpoolP256r1);
  const auto bpp = g.download(brainpool, g.release(1));
  ASSERT_EQ(code_of(bpp), "ok");
  EXPECT_EQ(brainpool.open(*bpp).package, SmDpPlusFixture::package(1, 12000));
}

// ---- InitiateAuthentication ----

TEST_F(SmDpPlusEs9, RefusesInitiateAuthentication) {
  const auto code =
      [&](const std::function<void(es9::InitiateAuthenticationRequest&, SoftwareEuicc&)>& edit) {
        SoftwareEuicc c{f.pki, kEid1, 21};
        auto r = c.initiate("smdpp.example.com");
        edit(r, c);
        return code_of(f.es9plus<es9::InitiateAuthenticationResponse>(es9::kInitiateAuthentication.path, r));
      };
  const auto with_info = [&](const std::function<void(sgp22::EUICCInfo2&)>& edit) {
    return code([&](auto& r, SoftwareEuicc& c) {
      edit(c.info2);
      r = c.initiate("smdpp.example.com");
    });
  };
  EXPECT_EQ(code([](auto&, auto&) {}), "ok");
  EXPECT_EQ(code([](auto& r, auto&) { r.smdpAddress = "SmDpP.EXAMPLE.com"; }), "ok");
  EXPECT_EQ(code([](auto& r, auto&) { r.smdpAddress = "smdpp.example.com:8443"; }), "ok");
  EXPECT_EQ(code([](auto& r, auto&) { r.smdpAddress = "other.example.com"; }), "8.8.1/3.8");
  EXPECT_EQ(code([](auto& r, auto&) { r.euiccChallenge.pop_back(); }), "1.3.1/2.1");
  EXPECT_EQ(code([](auto& r, auto&) { r.euiccInfo1 = hex("BF2000"); }), "1.3.1/2.1");
  EXPECT_EQ(with_info([](auto& i) { i.svn = SoftwareEuicc::version(1, 0, 0); }), "8.8.3/3.1");
  EXPECT_EQ(with_info([](auto& i) { i.svn = SoftwareEuicc::version(3, 0, 0); }), "8.8.3/3.1");
  EXPECT_EQ(with_info([](auto& i) { i.svn = SoftwareEuicc::version(2, 2, 0); }), "ok");
  EXPECT_EQ(with_info([](auto& i) { i.euiccCiPKIdListForSigning.clear(); }), "8.8.2/3.1");
  EXPECT_EQ(with_info([](auto& i) { i.euiccCiPKIdListForSigning[0].assign(Bytes(20, 1)); }), "8.8.2/3.1");
  EXPECT_EQ(with_info([](auto& i) { i.euiccCiPKIdListForVerification.clear(); }), "8.8.4/3.7");
}

TEST_F(SmDpPlusEs9, LimitsSessionsOfOnePeer) {
  f.limits.sessions_per_peer = 3;
  f.start();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(code_of(f.initiate(card)), "ok");
  EXPECT_EQ(
      f.post(es9::kInitiateAuthentication.path, json::encode(card.initiate("smdpp.example.com"))).status,
      503);
  f.peer = "192.0.2.2";
  EXPECT_EQ(code_of(f.initiate(card)), "ok");
  f.peer = "192.0.2.1";
  f.clock.advance(std::chrono::hours(1));
  EXPECT_EQ(code_of(f.initiate(card)), "ok") << "expired sessions do not count";
}

TEST_F(SmDpPlusEs9, FinishedDownloadsDoNotCountAgainstThePeer) {
  f.limits.sessions_per_peer = 1;
  f.start();
  for (int n = 1; n <= 4; ++n) {
    if (n > 1) f.add_profile(n);
    ASSERT_EQ(code_of(f.download(card, f.release(n))), "ok") << n;
    EXPECT_EQ(f.notify(card.success(SmDpPlusFixture::iccid(n))), 204);
  }
}

// ---- AuthenticateClient ----

TEST_F(SmDpPlusEs9, RefusesAClientThatDoesNotVerify) {
  const auto code = f.release(1);
  struct Row {
    const char* expected;
    std::function<void(SoftwareEuicc&)> edit;
  };
  const auto flip = [](Bytes& b, std::size_t from_end) { b[b.size() - from_end] ^= 1; };
  const Row rows[] = {
      {"8.1.2/6.1", [&](auto& c) { c.tamper_auth = [&](auto& ok) { flip(ok.eumCertificate.der, 3); }; }},
      {"8.11.1/3.9",
       [&](auto& c) { c.tamper_auth = [&](auto& ok) { ok.eumCertificate.der = ok.euiccCertificate.der; }; }},
      {"8.1.3/6.1", [&](auto& c) { c.tamper_auth = [&](auto& ok) { flip(ok.euiccCertificate.der, 3); }; }},
      {"8.1.3/6.1",
       [&](auto& c) { c.tamper_auth = [&](auto& ok) { ok.euiccCertificate.der = ok.eumCertificate.der; }; }},
      {"8.1/6.1", [&](auto& c) { c.tamper_auth = [&](auto& ok) { ok.euiccSignature1[5] ^= 1; }; }},
      {"8.1/6.1", [&](auto& c) { c.tamper_auth = [&](auto& ok) { flip(ok.euiccSigned1.raw, 3); }; }},
      {"8.1/6.1", [&](auto& c) { c.tamper_signed1 = [&](auto& s) { s.serverChallenge[0] ^= 1; }; }},
      {"8.1/6.1",
       [&](auto& c) { c.tamper_signed1 = [&](auto& s) { s.serverAddress = "evil.example.com"; }; }},
      {"8.10.1/3.9",
       [&](auto& c) { c.tamper_signed1 = [&](auto& s) { s.transactionId.assign(Bytes(16, 7)); }; }},
      {"8.8.3/3.1",
       [&](auto& c) {
         c.tamper_signed1 = [&](auto& s) { s.euiccInfo2.svn = SoftwareEuicc::version(2, 2, 0); };
       }},
  };
  for (const auto& row : rows) {
    SoftwareEuicc c{f.pki, kEid1, 31};
    row.edit(c);
    EXPECT_EQ(code_of(f.authenticate(c, code)), row.expected);
  }
  EXPECT_EQ(f.profile(1).order->download_attempts, 0u);
  EXPECT_EQ(state(), ProfileState::kReleased);
}

TEST_F(SmDpPlusEs9, RefusesChainsOfOthers) {
  const auto code = f.release(1);
  const auto stranger_pki = make_test_pki({crypto::Curve::kP256}, 99);
  SoftwareEuicc stranger(stranger_pki, kEid1, 3);
  stranger.info2.euiccCiPKIdListForSigning = card.info2.euiccCiPKIdListForSigning;
  stranger.info2.euiccCiPKIdListForVerification = card.info2.euiccCiPKIdListForVerification;
  EXPECT_EQ(code_of(f.authenticate(stranger, code)), "8.11.1/3.9");
  f.clock.advance(std::chrono::hours(24 * 365 * 200));
  EXPECT_NE(code_of(f.authenticate(card, code)), "ok");
}

TEST_F(SmDpPlusEs9, FindsTheOrder) {
  const auto code = f.release(1);
  EXPECT_EQ(code_of(f.authenticate(card, "UNKNOWN-CODE")), "8.2.6/3.8");
  EXPECT_EQ(code_of(f.authenticate(card, "")), "8.1.1/3.8");
  EXPECT_EQ(code_of(f.authenticate(card, {})), "8.1.1/3.8");
  EXPECT_EQ(code_of(f.authenticate(card, code)), "ok");
  f.add_profile(2);
  const auto bound = f.release(2, std::string(kEid2));
  EXPECT_EQ(code_of(f.authenticate(card, bound)), "8.1.1/3.8");
  EXPECT_EQ(code_of(f.authenticate(other, {})), "ok") << "any pending order of this EID";
  EXPECT_EQ(code_of(f.authenticate(other, "")), "ok");
  EXPECT_EQ(code_of(f.authenticate(other, bound)), "ok");
}

TEST_F(SmDpPlusEs9, ServesTheDefaultSmDpPlusUseCase) {
  EXPECT_EQ(f.release(1, std::string(kEid1), {}, ""), "");
  const auto bpp = f.download(card, {});
  ASSERT_EQ(code_of(bpp), "ok");
  EXPECT_EQ(f.notify(card.success(SmDpPlusFixture::iccid(1))), 204);
  EXPECT_EQ(code_of(f.authenticate(card, {})), "8.1.1/3.8") << "nothing is left";
}

TEST_F(SmDpPlusEs9, RefusesWhatIsNotReleasedOrFinished) {
  es2::DownloadOrderRequest order{
      f.op_header(), std::string(kEid1), sgp22::iccid_digits(SmDpPlusFixture::iccid(1)), {}};
  must(f.es2plus<es2::DownloadOrderResponse>(es2::kDownloadOrder.path, order));
  EXPECT_EQ(code_of(f.authenticate(card, {})), "8.2/1.2") << "Linked";
  es2::ConfirmOrderRequest confirm{f.op_header(), order.iccid.value(), {}, "ABC-1", {}, {}, false};
  must(f.es2plus<es2::ConfirmOrderResponse>(es2::kConfirmOrder.path, confirm));
  EXPECT_EQ(code_of(f.authenticate(card, "ABC-1")), "8.2/1.2") << "Confirmed";
  must(f.es2plus<es2::ReleaseProfileResponse>(
      es2::kReleaseProfile.path, es2::ReleaseProfileRequest{f.op_header(), order.iccid.value()}));
  ASSERT_EQ(code_of(f.download(card, "ABC-1")), "ok");
  EXPECT_EQ(code_of(f.authenticate(other, "ABC-1")), "8.1.1/3.8") << "linked by the download";
  f.notify(card.success(SmDpPlusFixture::iccid(1)));
  EXPECT_EQ(code_of(f.authenticate(card, "ABC-1")), "8.2.6/3.8") << "used up";
}

TEST_F(SmDpPlusEs9, ExpiresOrders) {
  f.change_type([](auto& t) { t.order_lifetime = std::chrono::hours(24); });
  const auto code = f.release(1);
  f.clock.advance(std::chrono::hours(25));
  EXPECT_EQ(code_of(f.authenticate(card, code)), "8.8.5/4.10");
  EXPECT_EQ(state(), ProfileState::kError);
  EXPECT_EQ(f.progress(), Strings{"1 8.8.5/4.10"});
}

TEST_F(SmDpPlusEs9, LimitsDownloadAttempts) {
  f.change_type([](auto& t) { t.download_limit = 2; });
  const auto code = f.release(1);
  EXPECT_EQ(code_of(f.authenticate(card, code)), "ok");
  EXPECT_EQ(code_of(f.authenticate(card, code)), "ok");
  EXPECT_EQ(code_of(f.authenticate(card, code)), "8.8.5/6.4");
  EXPECT_EQ(state(), ProfileState::kError);
  EXPECT_EQ(f.progress().back(), "1 8.8.5/6.4");
  EXPECT_EQ(code_of(f.authenticate(card, code)), "8.2.6/3.8");
}

TEST_F(SmDpPlusEs9, ChecksEligibility) {
  struct Row {
    const char* expected;
    std::function<void(SoftwareEuicc&, smdpp::Profile&, sgp22::StoreMetadataRequest&)> edit;
  };
  const Row rows[] = {
      {"ok", [](auto&, auto&, auto&) {}},
      {"8.2.5/4.3",
       [](auto& c, auto&, auto&) { c.info2.rspCapability.set(sgp22::kAdditionalProfile, false); }},
      {"8.2.5/4.3",
       [](auto& c, auto&, auto& m) {
         c.info2.forbiddenProfilePolicyRules = sgp22::BitString{sgp22::kPpr1};
         m.profilePolicyRules = sgp22::BitString{sgp22::kPpr1};
       }},
      {"ok",
       [](auto& c, auto&, auto& m) {
         c.info2.forbiddenProfilePolicyRules = sgp22::BitString{sgp22::kPpr1};
         m.profilePolicyRules = sgp22::BitString{sgp22::kPpr2};
       }},
      {"8.2.5/4.3",
       [](auto& c, auto&, auto& m) {
         c.info2.rspCapability.set(sgp22::kTestProfileSupport, false);
         m.profileClass = sgp22::ProfileClass::kTest;
       }},
      {"8.2.5/4.3", [](auto&, auto& p, auto&) { p.requirements.profile_major = 3; }},
      {"ok",
       [](auto& c, auto& p, auto&) {
         p.requirements.profile_major = 3;
         c.info2.additionalEuiccProfilePackageVersions = {{SoftwareEuicc::version(3, 1, 0)}};
       }},
      {"8.2.5/4.3", [](auto&, auto& p, auto&) { p.requirements.profile_minor = 4; }},
      {"8.2.5/4.3", [](auto&, auto& p, auto&) { p.requirements.uicc_capability.set(3); }},
      {"ok", [](auto&, auto& p, auto&) { p.requirements.uicc_capability.set(4); }},
      {"8.1/4.8",
       [](auto& c, auto& p, auto&) {
         p.requirements.size_octets = 70000;
         c.info2.extCardResource = sgp22::encode_ext_card_resource({0, 60000, 1000});
       }},
  };
  int n = 100;
  for (const auto& row : rows) {
    ++n;
    SoftwareEuicc c{f.pki, kEid1, 41};
    auto p = f.add_profile(n);
    auto m = *der::decode<sgp22::StoreMetadataRequest>(p.metadata);
    row.edit(c, p, m);
    p.metadata = der::encode(m);
    must(store.write([&](smdpp::StoreTransaction& tx) { return tx.put_profile(p); }));
    const auto code = f.release(n);
    EXPECT_EQ(code_of(f.authenticate(c, code)), row.expected) << n;
    EXPECT_EQ(state(n),
              std::string_view(row.expected) == "ok" ? ProfileState::kReleased : ProfileState::kError)
        << n;
  }
  // By the operator's policy the order survives.
  f.change_type([](auto& t) { t.ineligible_ends_order = false; });
  card.info2.rspCapability = {};
  EXPECT_EQ(code_of(f.authenticate(card, f.release(1))), "8.2.5/4.3");
  EXPECT_EQ(state(), ProfileState::kReleased);
}

TEST_F(SmDpPlusEs9, RepeatsOfAuthenticateClientCountOnce) {
  const auto code = f.release(1);
  const auto first = f.authenticate(card, code);
  ASSERT_EQ(code_of(first), "ok");
  const auto again = f.repeat_authenticate();
  ASSERT_EQ(code_of(again), "ok");
  EXPECT_EQ(again->smdpSigned2, first->smdpSigned2);
  EXPECT_EQ(again->smdpSignature2, first->smdpSignature2);
  EXPECT_EQ(again->profileMetadata, first->profileMetadata);
  EXPECT_EQ(f.profile(1).order->download_attempts, 1u);
  EXPECT_EQ(f.progress(), Strings{"1 Executed-Success"});
  // A refusal is repeated as well, and another body in its place is not taken.
  EXPECT_EQ(code_of(f.authenticate(card, "WRONG")), "8.2.6/3.8");
  EXPECT_EQ(code_of(f.repeat_authenticate()), "8.2.6/3.8");
  f.last_authenticate.authenticateServerResponse.back() ^= 1;
  EXPECT_EQ(code_of(f.repeat_authenticate()), "8.10.1/3.9");
}

TEST_F(SmDpPlusEs9, KnowsItsTransactions) {
  const auto code = f.release(1);
  auto first = *f.initiate(card);
  const auto response = card.authenticate_server(first, code);
  const auto call = [&](Bytes id) {
    return code_of(f.es9plus<es9::AuthenticateClientResponse>(
        es9::kAuthenticateClient.path, es9::AuthenticateClientRequest{std::move(id), response}));
  };
  EXPECT_EQ(call(Bytes(16, 1)), "8.10.1/3.9");
  EXPECT_EQ(call({}), "8.10.1/3.9");
  EXPECT_EQ(call(Bytes(17, 1)), "8.10.1/3.9");
  f.clock.advance(std::chrono::minutes(16));
  EXPECT_EQ(call(first.transactionId), "8.10.1/3.9") << "expired";
  // An eUICC that refused the server ends its session.
  first = *f.initiate(card);
  sgp22::AuthenticateServerResponse error{sgp22::AuthenticateResponseError{
      *sgp22::TransactionId::from(first.transactionId), sgp22::AuthenticateErrorCode::kInvalidSignature}};
  EXPECT_EQ(code_of(f.es9plus<es9::AuthenticateClientResponse>(
                es9::kAuthenticateClient.path,
                es9::AuthenticateClientRequest{first.transactionId, der::encode(error)})),
            "8.1/6.1");
}

}  // namespace
}  // namespace eider::test
