// AuthenticateServer, PrepareDownload, LoadBoundProfilePackage, CancelSession: SGP.22 v2.6.1
// sections 5.7.5, 5.7.6, 5.7.13, 5.7.14, 5.5 and 2.5.
#include <gtest/gtest.h>

#include "card/inspect.hpp"
#include "card/pki.hpp"
#include "spec/sgp22/certificates.hpp"
#include "spec/sgp22/es10c.hpp"
#include "support/mini_smdpp.hpp"

namespace eider::test {
namespace {
using namespace sgp22;
using crypto::CertificateRole;

struct DownloadBench {
  TestCard card{pki_of_both_curves(), {}, kCardEid, {crypto::Curve::kP256, crypto::Curve::kBrainpoolP256r1}};
  MiniSmdpp smdpp{pki_of_both_curves()};
  Download download{card.driver, smdpp, hex(kCardEid)};
  crypto::PublicKey euicc_key() const {
    const auto record = must(der::decode<eum::Personalisation>(*card.nvm.get("personalisation")));
    return must(crypto::Certificate::parse(record.credentials[0].euiccCertificate.der)).public_key();
  }
};
int auth_code(const AuthenticateServerResponse& r) {
  const auto* e = std::get_if<AuthenticateResponseError>(&r.value);
  return e ? static_cast<int>(e->authenticateErrorCode) : 0;
}
int prepare_code(const PrepareDownloadResponse& r) {
  const auto* e = std::get_if<PrepareDownloadResponseError>(&r.value);
  return e ? static_cast<int>(e->downloadErrorCode) : 0;
}
// Runs AuthenticateServer with a request that `change` has spoilt.
template <class F>
int auth_with(DownloadBench& b, F change) {
  const auto challenge =
      b.card.driver.call<GetEuiccChallengeResponse>(GetEuiccChallengeRequest{}).euiccChallenge;
  auto request = b.smdpp.authenticate_request(challenge);
  change(request);
  return auth_code(b.card.driver.call<AuthenticateServerResponse>(request));
}
template <class F>
int prepare_with(DownloadBench& b, F change) {
  b.download.authenticate();
  auto request = b.smdpp.prepare_request();
  change(request);
  return prepare_code(b.card.driver.call<PrepareDownloadResponse>(request));
}
std::pair<int, int> failed(const ProfileInstallationResult& r) {
  const auto* e = error_of(r);
  return e ? std::pair{static_cast<int>(e->bppCommandId), static_cast<int>(e->errorReason)}
           : std::pair{-1, -1};
}
std::pair<int, int> failed(DownloadBench& b, const BppPlan& plan) {
  return failed(b.download.run(plan));
}
}  // namespace

TEST(CardAuthenticateServer, SignsWhatTheServerMustSee) {
  DownloadBench b;
  const auto response = b.download.authenticate();
  const auto* ok = std::get_if<AuthenticateResponseOk>(&response.value);
  ASSERT_TRUE(ok);
  const auto euicc = must(crypto::Certificate::parse(ok->euiccCertificate.der));
  const auto eum = must(crypto::Certificate::parse(ok->eumCertificate.der));
  EXPECT_TRUE(crypto::verify(euicc.public_key(), ok->euiccSigned1.raw, ok->euiccSignature1));
  EXPECT_TRUE(crypto::verify_certificate(euicc, certificate_profile(CertificateRole::kEuicc),
                                         pki_of_both_curves().roots, std::span(&eum, 1), {}));
  EXPECT_EQ(ok->euiccSigned1.value.transactionId, b.smdpp.transaction_id);
  EXPECT_EQ(ok->euiccSigned1.value.serverAddress, "smdpp.example.com");
  EXPECT_EQ(to_hex(must(crypto::eid_of(euicc))), kCardEid);
}

TEST(CardAuthenticateServer, EachCheckHasItsCode) {
  DownloadBench b;
  EXPECT_EQ(auth_with(b, [](auto&) {}), 0);
  EXPECT_EQ(auth_with(b, [&](auto& r) { r.serverSignature1[3] ^= 1; }), 2);
  EXPECT_EQ(auth_with(b,
                      [&](auto& r) {
                        r.serverSigned1.value.euiccChallenge[0] ^= 1;
                        r.serverSigned1 = der::seal(r.serverSigned1.value);
                        r.serverSignature1 =
                            b.smdpp.item(CertificateRole::kDpAuth).key->sign(r.serverSigned1.raw);
                      }),
            6);
  EXPECT_EQ(auth_with(b, [&](auto& r) { r.euiccCiPKIdToBeUsed = *KeyIdentifier::from(Bytes(20, 1)); }), 7);
  // The other roles of the same chain.
  EXPECT_EQ(auth_with(b,
                      [&](auto& r) {
                        r.serverCertificate.der =
                            to_bytes(b.smdpp.item(CertificateRole::kDpPb).certificate.der());
                      }),
            5);
  EXPECT_EQ(auth_with(b,
                      [&](auto& r) {
                        r.serverCertificate.der =
                            to_bytes(b.smdpp.item(CertificateRole::kEum).certificate.der());
                      }),
            5);
  // A flipped bit in the certificate's signature.
  EXPECT_EQ(auth_with(b, [&](auto& r) { r.serverCertificate.der.back() ^= 1; }), 1);
  EXPECT_EQ(auth_with(b, [&](auto& r) { r.serverCertificate.der = hex("3000"); }), 1);
  // A CI that the card does not know.
  const auto strangers = make_test_pki({crypto::Curve::kP256}, 2);
  EXPECT_EQ(auth_with(b,
                      [&](auto& r) {
                        r.serverCertificate.der =
                            to_bytes(strangers.get(CertificateRole::kDpAuth).certificate.der());
                      }),
            7);
}

TEST(CardAuthenticateServer, AChallengeIsGoodForOneTry) {
  DownloadBench b;
  EXPECT_EQ(auth_code(b.card.driver.call<AuthenticateServerResponse>(b.smdpp.authenticate_request({}))), 4);
  const auto challenge =
      b.card.driver.call<GetEuiccChallengeResponse>(GetEuiccChallengeRequest{}).euiccChallenge;
  auto request = b.smdpp.authenticate_request(challenge);
  const auto good = request;
  request.serverSignature1[0] ^= 1;
  EXPECT_EQ(auth_code(b.card.driver.call<AuthenticateServerResponse>(request)), 2);
  EXPECT_EQ(auth_code(b.card.driver.call<AuthenticateServerResponse>(good)), 4);
  const auto next = b.card.driver.call<GetEuiccChallengeResponse>(GetEuiccChallengeRequest{}).euiccChallenge;
  const auto again = b.smdpp.authenticate_request(next);
  EXPECT_EQ(auth_code(b.card.driver.call<AuthenticateServerResponse>(again)), 0);
  EXPECT_EQ(auth_code(b.card.driver.call<AuthenticateServerResponse>(again)), 4);  // past this step
  b.card.power_on();
  EXPECT_EQ(auth_code(b.card.driver.call<AuthenticateServerResponse>(again)), 4);  // volatile
}

TEST(CardAuthenticateServer, BrainpoolServersAndSmDs) {
  DownloadBench b;
  MiniSmdpp brainpool(pki_of_both_curves(), crypto::Curve::kBrainpoolP256r1);
  Download d(b.card.driver, brainpool, hex(kCardEid));
  EXPECT_EQ(auth_code(d.authenticate()), 0);
  EXPECT_EQ(prepare_code(d.prepare()), 0);
  b.smdpp.auth_role = CertificateRole::kDsAuth;
  EXPECT_EQ(auth_code(b.download.authenticate()), 0);
  EXPECT_EQ(prepare_code(b.download.prepare()), 4);  // an SM-DS downloads nothing
  const auto cancel = b.card.driver.call<CancelSessionResponse>(
      CancelSessionRequest{b.smdpp.transaction_id, CancelSessionReason::kTimeout});
  EXPECT_TRUE(std::holds_alternative<CancelSessionResponseError>(cancel.value));
}

TEST(CardPrepareDownload, EachCheckHasItsCode) {
  DownloadBench b;
  EXPECT_EQ(prepare_with(b, [](auto&) {}), 0);
  EXPECT_EQ(prepare_with(b, [&](auto& r) { r.smdpSignature2[3] ^= 1; }), 2);
  EXPECT_EQ(prepare_with(b,
                         [&](auto& r) {
                           r.smdpSigned2 =
                               der::seal(SmdpSigned2{*TransactionId::from(Bytes(16, 7)), false, {}, {}});
                           b.smdpp.sign(r);
                         }),
            5);
  EXPECT_EQ(prepare_with(b, [&](auto& r) { r.smdpCertificate.der.back() ^= 1; }), 1);
  EXPECT_EQ(prepare_with(b,
                         [&](auto& r) {
                           r.smdpCertificate.der =
                               to_bytes(b.smdpp.item(CertificateRole::kDpAuth).certificate.der());
                         }),
            1);
  // Another CI's DPpb.
  EXPECT_EQ(prepare_with(b,
                         [&](auto& r) {
                           const auto& other = pki_of_both_curves().get(CertificateRole::kDpPb,
                                                                        crypto::Curve::kBrainpoolP256r1);
                           r.smdpCertificate.der = to_bytes(other.certificate.der());
                           r.smdpSignature2 = other.key->sign(
                               {r.smdpSigned2.raw, make_tlv(0x5F37, b.smdpp.euicc_signature1)});
                         }),
            1);
  // A Confirmation Code that is required and missing.
  EXPECT_EQ(prepare_with(b,
                         [&](auto& r) {
                           r.smdpSigned2 = der::seal(SmdpSigned2{b.smdpp.transaction_id, true, {}, {}});
                           b.smdpp.sign(r);
                         }),
            127);
  b.card.driver.call<GetEuiccChallengeResponse>(GetEuiccChallengeRequest{});
  EXPECT_EQ(prepare_code(b.card.driver.call<PrepareDownloadResponse>(b.smdpp.prepare_request())), 4);
}

TEST(CardPrepareDownload, OtherOwnerOfDpPbIsRefused) {
  DownloadBench b;
  // A DPpb certificate of another SM-DP+ under the same CI.
  const auto& ci = b.smdpp.item(CertificateRole::kCi);
  const auto& mine = b.smdpp.item(CertificateRole::kDpPb);
  const auto key = crypto::PrivateKey::generate(crypto::Curve::kP256, b.smdpp.random());
  crypto::CertificateRequest request{.subject = mine.certificate.subject(),
                                     .public_key = key.public_key(),
                                     .serial = Bytes(8, 5),
                                     .not_before = pki_time(),
                                     .not_after = mine.certificate.not_after(),
                                     .registered_id = der::Oid("2.999.12"),
                                     .dns_names = {},
                                     .permitted = {},
                                     .crl_distribution_points = {"http://ci.example.com/CRL.crl"}};
  const auto other = must(crypto::issue_certificate(certificate_profile(CertificateRole::kDpPb), request,
                                                    &ci.certificate, *crypto::make_signing_key(*ci.key)));
  EXPECT_EQ(prepare_with(b,
                         [&](auto& r) {
                           r.smdpCertificate.der = to_bytes(other.der());
                           r.smdpSignature2 =
                               key.sign({r.smdpSigned2.raw, make_tlv(0x5F37, b.smdpp.euicc_signature1)});
                         }),
            1);
}

TEST(CardPrepareDownload, HashCcIsSignedUnchangedAndKeysAreReusedOnRetryOnly) {
  DownloadBench b;
  b.download.authenticate();
  auto request = b.smdpp.prepare_request({}, true);
  request.hashCc = *FixedBytes<32>::from(Bytes(32, 0xCC));
  const auto r1 = b.card.driver.call<PrepareDownloadResponse>(request);
  const auto& ok = std::get<PrepareDownloadResponseOk>(r1.value);
  EXPECT_EQ(ok.euiccSigned2.value.hashCc, request.hashCc);
  EXPECT_TRUE(crypto::verify(b.euicc_key(), {ok.euiccSigned2.raw, make_tlv(0x5F37, request.smdpSignature2)},
                             ok.euiccSignature2));
  const auto first = ok.euiccSigned2.value.euiccOtpk;

  b.card.power_on();  // an interrupted download, also over a power loss
  b.download.authenticate();
  b.download.prepare(first);
  EXPECT_EQ(b.download.euicc_otpk, first);
  b.download.authenticate();
  b.download.prepare();
  EXPECT_NE(b.download.euicc_otpk, first);  // not asked for: a new one
  auto unknown = first;
  unknown[5] ^= 1;
  b.download.authenticate();
  b.download.prepare(unknown);
  EXPECT_NE(b.download.euicc_otpk, unknown);
  // Terminal cancellation uses the pair up.
  b.download.authenticate();
  b.download.prepare(first);
  ASSERT_EQ(b.download.euicc_otpk, first);
  b.card.driver.call<CancelSessionResponse>(
      CancelSessionRequest{b.smdpp.transaction_id, CancelSessionReason::kEndUserRejection});
  b.download.authenticate();
  b.download.prepare(first);
  EXPECT_NE(b.download.euicc_otpk, first);
}

TEST(CardCancelSession, SignsOnceAndEndsTheSession) {
  DownloadBench b;
  b.download.authenticate();
  const CancelSessionRequest wrong{*TransactionId::from(Bytes(16, 1)), CancelSessionReason::kPostponed};
  EXPECT_EQ(std::get<CancelSessionResponseError>(b.card.driver.call<CancelSessionResponse>(wrong).value),
            CancelSessionResponseError::kInvalidTransactionId);
  const CancelSessionRequest request{b.smdpp.transaction_id, CancelSessionReason::kPostponed};
  const auto r = b.card.driver.call<CancelSessionResponse>(request);
  const auto& ok = std::get<CancelSessionResponseOk>(r.value);
  EXPECT_TRUE(crypto::verify(b.euicc_key(), ok.euiccCancelSessionSigned.raw, ok.euiccCancelSessionSignature));
  EXPECT_EQ(ok.euiccCancelSessionSigned.value.smdpOid.dotted(), "2.999.10");
  EXPECT_EQ(ok.euiccCancelSessionSigned.value.reason, CancelSessionReason::kPostponed);
  EXPECT_TRUE(std::holds_alternative<CancelSessionResponseError>(
      b.card.driver.call<CancelSessionResponse>(request).value));
}

TEST(CardInstall, InstallsAndReadsBackTheSameOctets) {
  for (const bool ppk : {false, true}) {
    for (const bool split : {false, true}) {
      DownloadBench b;
      auto plan = simple_plan();
      plan.ppk = ppk;
      plan.split_metadata = split;
      plan.dp_proprietary_data = hex("800388370A");
      add_notifications(plan, {kEventInstall, kEventEnable, kEventDisable, kEventDelete});
      const auto before = must(card::inspect(b.card.nvm));
      const auto result = b.download.run(plan);
      const auto* ok = success_of(result);
      ASSERT_TRUE(ok);
      EXPECT_TRUE(
          crypto::verify(b.euicc_key(), result.profileInstallationResultData.raw, result.euiccSignPIR));
      const auto& data = result.profileInstallationResultData.value;
      EXPECT_EQ(data.notificationMetadata.seqNumber, 1);
      EXPECT_EQ(data.notificationMetadata.iccid, plan.metadata.iccid);
      EXPECT_EQ(data.notificationMetadata.notificationAddress, "smdpp.example.com");
      EXPECT_EQ(data.smdpOid.dotted(), "2.999.10");
      EXPECT_EQ(to_hex(ok->aid), "A0000005591010FFFFFFFF8900001000");

      b.card.power_on();
      const auto after = must(card::inspect(b.card.nvm));
      ASSERT_EQ(after.profiles.size(), 1u);
      EXPECT_EQ(after.profiles[0].state, ProfileState::kDisabled);
      EXPECT_LT(after.free_memory, before.free_memory);
      EXPECT_EQ(must(card::profile_package(b.card.nvm, plan.metadata.iccid)), plan.upp);
      EXPECT_EQ(to_hex(b.card.driver.store_data("BF2D035C01B8").data), "BF2D0BA009E307B805800388370A");
      EXPECT_TRUE(card::check_laws(after));

      // The result first, then the install notification; the one-time key is used up.
      ASSERT_EQ(after.notifications.size(), 2u);
      EXPECT_TRUE(after.notifications[0].installation_result);
      EXPECT_FALSE(after.notifications[1].installation_result);
      EXPECT_EQ(after.one_time_keys, 0u);
      const auto pending =
          b.card.driver.call<RetrieveNotificationsListResponse>(RetrieveNotificationsListRequest{});
      const auto& list = std::get<0>(pending.value);
      ASSERT_EQ(list.size(), 2u);
      EXPECT_EQ(std::get<ProfileInstallationResult>(list[0].value).profileInstallationResultData.raw,
                result.profileInstallationResultData.raw);
      const auto& other = std::get<OtherSignedNotification>(list[1].value);
      EXPECT_TRUE(
          crypto::verify(b.euicc_key(), other.tbsOtherNotification.raw, other.euiccNotificationSignature));
    }
  }
}

TEST(CardInstall, BlocksOfAnySizeAndOnePieceAreTheSame) {
  DownloadBench b;
  const auto plan = simple_plan();
  b.download.authenticate();
  b.download.prepare();
  const auto segments = b.download.bind(plan);
  Bytes all;
  for (const auto& s : segments) append(all, s);
  const auto r = b.card.driver.store_data(all, 250);  // an LPA that does not segment
  ASSERT_TRUE(success_of(must(der::decode<ProfileInstallationResult>(r.data))));
  DownloadBench c;
  c.download.authenticate();
  c.download.prepare();
  CardResponse last;
  for (const auto& s : c.download.bind(plan)) last = c.card.driver.store_data(s, 120);
  EXPECT_TRUE(success_of(must(der::decode<ProfileInstallationResult>(last.data))));
}

TEST(CardInstall, BrainpoolDownload) {
  DownloadBench b;
  MiniSmdpp brainpool(pki_of_both_curves(), crypto::Curve::kBrainpoolP256r1);
  install(b.card, brainpool, simple_plan());
}

TEST(CardInstall, InitialiseSecureChannelFailures) {
  DownloadBench b;
  const auto with = [&](auto change) {
    auto plan = simple_plan();
    change(plan);
    return failed(b, plan);
  };
  using P = std::pair<int, int>;
  EXPECT_EQ(with([](auto& p) { p.bad_signature = true; }), P(0, 2));
  EXPECT_EQ(with([](auto& p) { p.remote_op_id = 2; }), P(0, 5));
  EXPECT_EQ(with([](auto& p) { p.transaction_id = Bytes(16, 9); }), P(0, 3));
  EXPECT_EQ(with([](auto& p) { p.key_type = 0x89; }), P(0, 4));
  EXPECT_EQ(with([](auto& p) { p.key_length = 0x20; }), P(0, 4));
  EXPECT_EQ(with([](auto& p) { p.bad_otpk = true; }), P(0, 1));
  EXPECT_EQ(with([](auto& p) { p.bad_host_keys = true; }), P(1, 8));
  EXPECT_TRUE(must(card::inspect(b.card.nvm)).profiles.empty());
}

TEST(CardInstall, ConfigureAndMetadataFailures) {
  using P = std::pair<int, int>;
  DownloadBench b;
  const auto with = [&](auto change) {
    auto plan = simple_plan();
    change(plan);
    return failed(b, plan);
  };
  EXPECT_EQ(with([](auto& p) { p.configure_isdp = hex("BF2500"); }), P(1, 1));
  EXPECT_EQ(with([](auto& p) {
              p.dp_proprietary_data = make_tlv(0x80, hex("88370A"));
              append(*p.dp_proprietary_data, make_tlv(0x81, Bytes(120)));
            }),
            P(1, 1));
  EXPECT_EQ(with([](auto& p) { p.store_metadata = hex("BF2503910100"); }), P(2, 1));
  EXPECT_EQ(with([](auto& p) { p.metadata.icon = Bytes(10); }), P(2, 1));
  EXPECT_EQ(with([](auto& p) {
              p.metadata.icon = Bytes(10);
              p.split_metadata = true;
            }),
            P(3, 1));
  EXPECT_EQ(with([](auto& p) { p.metadata.profilePolicyRules = BitString{kPpr2}; }), P(2, 15));  // no owner
  EXPECT_EQ(with([](auto& p) {
              p.ppk = true;
              p.replace_session_keys = hex("BF2600");
            }),
            P(4, 1));
  install(b.card, b.smdpp, simple_plan());
  EXPECT_EQ(with([](auto&) {}), P(2, 9));
  const auto view = must(card::inspect(b.card.nvm));
  EXPECT_EQ(view.profiles.size(), 1u);
  EXPECT_EQ(view.notifications.size(), 9u);  // one result each
  EXPECT_TRUE(view.notifications.back().metadata.iccid.has_value());
  EXPECT_FALSE(view.notifications.front().metadata.iccid.has_value());
}

TEST(CardInstall, ProfileElementFailures) {
  using P = std::pair<int, int>;
  DownloadBench b;
  auto plan = simple_plan();
  plan.metadata.iccid = *parse_iccid("8988211000000000027");
  EXPECT_EQ(failed(b, plan), P(5, 13));  // EF.ICCID says otherwise
  plan = simple_plan();
  plan.upp.resize(plan.upp.size() - 20);
  EXPECT_EQ(failed(b, plan), P(5, 12));  // no end
  plan = simple_plan();
  plan.upp = hex("0400");
  EXPECT_EQ(failed(b, plan), P(5, 12));
  EXPECT_TRUE(must(card::inspect(b.card.nvm)).profiles.empty());
}

TEST(CardInstall, TestProfilesNeedTestKeysAndSupport) {
  using P = std::pair<int, int>;
  DownloadBench b;
  auto plan = simple_plan();
  plan.metadata.profileClass = ProfileClass::kTest;
  EXPECT_EQ(failed(b, plan), P(5, 14));
  eum::CardModel model;
  model.test_profiles = false;
  TestCard card(pki_of_both_curves(), model);
  Download d(card.driver, b.smdpp, hex(kCardEid));
  EXPECT_EQ(failed(d.run(plan)), P(2, 6));
}

TEST(CardInstall, MemoryRunsOutAndComesBack) {
  eum::CardModel model;
  model.memory_octets = 64 * 1024;
  TestCard card(pki_of_both_curves(), model);
  MiniSmdpp smdpp(pki_of_both_curves());
  Download d(card.driver, smdpp, hex(kCardEid));
  int n = 0;
  for (;; ++n) {
    ASSERT_LT(n, 60);
    const auto result =
        d.run(simple_plan(iccid_digits(*parse_iccid("89882110000000000" + std::to_string(10 + n)))));
    if (success_of(result)) continue;
    EXPECT_EQ(failed(result).second, 10) << failed(result).first;
    break;
  }
  EXPECT_GE(n, 1);
  const auto full = must(card::inspect(card.nvm));
  EXPECT_EQ(full.profiles.size(), static_cast<std::size_t>(n));
  // The one-time key stays: the download may be tried again when there is room.
  EXPECT_EQ(full.one_time_keys, 1u);
  card.driver.store_data("BF3404820205E0");
  const auto empty = must(card::inspect(card.nvm));
  EXPECT_EQ(empty.free_memory, empty.memory);
}

TEST(CardInstall, TamperedSegmentsAreRefusedWhereverTheyAre) {
  DownloadBench b;
  const auto plan = simple_plan();
  b.download.authenticate();
  b.download.prepare();
  const auto count = b.download.bind(plan).size();
  for (std::size_t i = 1; i < count; ++i) {
    b.download.authenticate();
    b.download.prepare();
    auto segments = b.download.bind(plan);
    if (segments[i].size() < 20) continue;  // headers only
    segments[i].back() ^= 1;
    const auto result = b.download.load(segments);
    ASSERT_TRUE(result);
    ASSERT_TRUE(error_of(*result));
    EXPECT_EQ(error_of(*result)->errorReason, ErrorReason::kScp03tSecurityError);
    EXPECT_EQ(b.card.driver.store_data(segments.back()).sw, 0x6A88);  // after the result nothing is taken
  }
  EXPECT_TRUE(must(card::inspect(b.card.nvm)).profiles.empty());
}

TEST(CardInstall, SegmentsOutOfOrderLeaveTheSessionAsItIs) {
  DownloadBench b;
  const auto plan = simple_plan();
  EXPECT_EQ(b.card.driver.store_data("BF3603BF2300").sw, 0x6985);
  EXPECT_EQ(b.card.driver.store_data("A100").sw, 0x6A88);
  b.download.authenticate();
  b.download.prepare();
  const auto s = b.download.bind(plan);
  EXPECT_EQ(b.card.driver.store_data(s[1]).sw, 0x6A88);
  EXPECT_EQ(b.card.driver.store_data(s[0]).sw, 0x9000);
  EXPECT_EQ(b.card.driver.store_data(s[2]).sw, 0x6A88);
  EXPECT_EQ(b.card.driver.store_data(s[0]).sw, 0x6A88);
  EXPECT_EQ(b.card.driver.store_data("BF7E00").sw, 0x6A88);
  EXPECT_EQ(b.card.driver.store_data("BF2D00").sw, 0x6985);  // not while loading
  EXPECT_EQ(b.card.driver.store_data(ByteView(s[1]).first(s[1].size() - 1)).sw, 0x6A80);
  // Another channel may not join in.
  b.card.driver.apdu("0070000002");
  b.card.driver.apdu("02A4040010A0000005591010FFFFFFFF890000010000");
  Bytes foreign = {0x82, 0xE2, 0x91, 0x00, static_cast<std::uint8_t>(s[1].size())};
  append(foreign, s[1]);
  EXPECT_EQ(b.card.driver.apdu(foreign).sw, 0x6985);
  std::optional<ProfileInstallationResult> result = b.download.load({s.begin() + 1, s.end()});
  ASSERT_TRUE(result);
  EXPECT_TRUE(success_of(*result));
}

TEST(CardInstall, ANewChallengeOrCancelEndsLoadingWithoutResult) {
  DownloadBench b;
  const auto plan = simple_plan();
  for (const bool cancel : {false, true}) {
    b.download.authenticate();
    b.download.prepare();
    const auto s = b.download.bind(plan);
    EXPECT_FALSE(b.download.load({s.begin(), s.begin() + 6}));
    if (cancel) {
      b.card.driver.call<CancelSessionResponse>(
          CancelSessionRequest{b.smdpp.transaction_id, CancelSessionReason::kLoadBppExecutionError});
    } else {
      b.card.driver.call<GetEuiccChallengeResponse>(GetEuiccChallengeRequest{});
    }
    EXPECT_EQ(b.card.driver.store_data(s[6]).sw, 0x6A88);
    const auto view = must(card::inspect(b.card.nvm));
    EXPECT_TRUE(view.profiles.empty());
    EXPECT_TRUE(view.notifications.empty());
    EXPECT_FALSE(view.loading);
    EXPECT_EQ(view.free_memory, view.memory);
    EXPECT_EQ(view.one_time_keys, 1u);  // of the interrupted one; cancelling uses its own up
  }
  install(b.card, b.smdpp, plan);
}

TEST(CardInstall, ResultsBeyondTheCapacityPushOutTheOldest) {
  DownloadBench b;
  auto plan = simple_plan();
  plan.bad_signature = true;
  for (int i = 0; i < 40; ++i) b.download.run(plan);
  const auto view = must(card::inspect(b.card.nvm));
  EXPECT_EQ(view.notifications.size(), 32u);
  EXPECT_EQ(view.notifications.front().metadata.seqNumber, 9);
  EXPECT_EQ(view.next_sequence_number, 41);
}

}  // namespace eider::test
