// ES9+ from GetBoundProfilePackage on: SGP.22 v2.6.1 sections 3.1.3 and 5.6.
#include "support/es9plus_fixture.hpp"

namespace eider::test {
namespace {

// ---- GetBoundProfilePackage ----

TEST_F(SmDpPlusEs9, RefusesPrepareDownloadResponses) {
  const auto code = f.release(1);
  struct Row {
    const char* expected;
    std::function<void(SoftwareEuicc&)> edit;
  };
  const Row rows[] = {
      {"8.1/6.1", [](auto& c) { c.tamper_prepare = [](auto& ok) { ok.euiccSignature2[0] ^= 1; }; }},
      {"8.1/6.1", [](auto& c) { c.tamper_prepare = [](auto& ok) { ok.euiccSigned2.raw.back() ^= 1; }; }},
      {"8.10.1/3.9",
       [](auto& c) { c.tamper_signed2 = [](auto& s) { s.transactionId.assign(Bytes(16, 3)); }; }},
      {"8.1/6.1", [](auto& c) { c.tamper_signed2 = [](auto& s) { s.euiccOtpk[64] ^= 1; }; }},
  };
  for (const auto& row : rows) {
    SoftwareEuicc c{f.pki, kEid1, 51};
    const auto second = f.authenticate(c, code);
    ASSERT_EQ(code_of(second), "ok");
    row.edit(c);
    EXPECT_EQ(code_of(f.bind(c, *second)), row.expected);
    EXPECT_EQ(code_of(f.repeat_bind()), row.expected) << "a repeat gets the same answer";
    EXPECT_EQ(state(), ProfileState::kReleased);
  }
  const auto second = f.authenticate(card, code);
  f.last_bind = {second->transactionId,
                 der::encode(sgp22::PrepareDownloadResponse{sgp22::PrepareDownloadResponseError{
                     card.transaction_id(), sgp22::DownloadErrorCode::kInvalidSignature}})};
  EXPECT_EQ(code_of(f.repeat_bind()), "8.1/6.1");
  f.last_bind.transactionId = Bytes(16, 5);
  EXPECT_EQ(code_of(f.repeat_bind()), "8.10.1/3.9");
}

TEST_F(SmDpPlusEs9, ChecksConfirmationCodes) {
  const auto code = f.release(1, {}, "12345678");
  const auto attempt = [&](std::optional<std::string> cc) {
    return code_of(f.download(card, code, std::move(cc)));
  };
  EXPECT_EQ(attempt({}), "8.2.7/2.2");
  EXPECT_TRUE(card.cc_required);
  EXPECT_EQ(attempt("0000"), "8.2.7/3.8");
  EXPECT_EQ(f.profile(1).order->confirmation_failures, 1u);
  EXPECT_EQ(code_of(f.repeat_bind()), "8.2.7/3.8") << "a repeat is not counted";
  EXPECT_EQ(f.profile(1).order->confirmation_failures, 1u);
  EXPECT_EQ(attempt("12345678"), "ok");
  EXPECT_EQ(state(), ProfileState::kDownloaded);
  EXPECT_EQ(f.progress(), (Strings{"1 Executed-Success", "1 Executed-Success", "2 8.2.7/3.8",
                                   "1 Executed-Success", "3 Executed-Success"}));
}

TEST_F(SmDpPlusEs9, LimitsConfirmationCodes) {
  const auto code = f.release(1, {}, "12345678");
  EXPECT_EQ(code_of(f.download(card, code, "1")), "8.2.7/3.8");
  EXPECT_EQ(code_of(f.download(card, code, "2")), "8.2.7/3.8");
  EXPECT_EQ(code_of(f.download(card, code, "3")), "8.2.7/6.4");
  EXPECT_EQ(state(), ProfileState::kError);
  EXPECT_EQ(f.progress().back(), "2 8.2.7/6.4");
  EXPECT_EQ(code_of(f.authenticate(card, code)), "8.2.6/3.8");
}

TEST_F(SmDpPlusEs9, RetriesWithTheSameOneTimeKey) {
  const auto code = f.release(1);
  const auto first = f.download(card, code);
  ASSERT_EQ(code_of(first), "ok");
  EXPECT_EQ(code_of(f.repeat_bind()), "ok");
  EXPECT_EQ(*f.repeat_bind(), *first) << "a repeat of the call is the same package";
  const auto retry = f.download(card, code);
  ASSERT_EQ(code_of(retry), "ok");
  ASSERT_TRUE(card.offered_otpk);
  EXPECT_EQ(card.open(*retry).package, SmDpPlusFixture::package(1, 3000));
  // Only BF23 differs.
  const auto rest = [](const Bytes& bpp) {
    const auto content = read_single_tlv(bpp)->value;
    return to_bytes(content.subspan(read_tlv(content)->whole.size()));
  };
  EXPECT_EQ(rest(*retry), rest(*first));
  EXPECT_NE(*retry, *first);
  EXPECT_EQ(state(), ProfileState::kDownloaded);
  EXPECT_EQ(f.profile(1).order->deliveries, 2u);
}

// The keys of a package protect one text only: other content under them would tell an eavesdropper about
// both.
TEST_F(SmDpPlusEs9, NeverBindsOtherContentUnderTheSameKeys) {
  for (const auto protection : {smdpp::Protection::kSessionKeys, smdpp::Protection::kRandomKeys}) {
    f.change_type([&](auto& t) { t.protection = protection; });
    const int n = protection == smdpp::Protection::kSessionKeys ? 1 : 2;
    f.add_profile(n);
    const auto code = f.release(n);
    const auto first = f.download(card, code);
    ASSERT_EQ(code_of(first), "ok");
    auto changed = SmDpPlusFixture::package(n, 3000);
    changed.back() ^= 1;
    must(store.write(
        [&](smdpp::StoreTransaction& tx) { return tx.put_package(SmDpPlusFixture::iccid(n), changed); }));
    EXPECT_EQ(code_of(f.repeat_bind()), "8.10.1/3.9") << "the same call cannot get the same answer";
    const auto retry = f.download(card, code);
    ASSERT_EQ(code_of(retry), "ok");
    EXPECT_EQ(card.open(*retry).package, changed);
    const auto channel = [](const Bytes& bpp) {
      return *der::decode<sgp22::InitialiseSecureChannelRequest>(
          read_tlv(read_single_tlv(bpp)->value)->whole);
    };
    EXPECT_NE(channel(*first).smdpOtpk, channel(*retry).smdpOtpk);
    card.keep_otpk = true;
  }
}

TEST_F(SmDpPlusEs9, BindsAgainToANewOneTimeKey) {
  const auto code = f.release(1);
  const auto first = f.download(card, code);
  card.keep_otpk = false;
  const auto retry = f.download(card, code);
  ASSERT_EQ(code_of(retry), "ok");
  EXPECT_NE(read_tlvs(read_single_tlv(*first)->value)->at(3).value.size(), 0u);
  EXPECT_EQ(card.open(*retry).package, SmDpPlusFixture::package(1, 3000));
  f.change_type([](auto& t) { t.rebinding = false; });
  EXPECT_EQ(code_of(f.download(card, code)), "8.2/3.7");
  EXPECT_EQ(state(), ProfileState::kError);
}

TEST_F(SmDpPlusEs9, ReusesSegmentsUnderRandomKeys) {
  f.change_type([](auto& t) { t.protection = smdpp::Protection::kRandomKeys; });
  const auto code = f.release(1);
  const auto first = f.download(card, code);
  ASSERT_EQ(code_of(first), "ok");
  const auto opened = card.open(*first);
  EXPECT_EQ(opened.package, SmDpPlusFixture::package(1, 3000));
  EXPECT_FALSE(opened.replace.empty());
  card.keep_otpk = false;
  const auto retry = f.download(card, code);
  ASSERT_EQ(code_of(retry), "ok");
  EXPECT_EQ(card.open(*retry).package, SmDpPlusFixture::package(1, 3000));
  const auto segments = [](const Bytes& bpp) {
    return to_bytes(find_tlv(read_single_tlv(bpp)->value, 0xA3)->whole);
  };
  EXPECT_EQ(segments(*retry), segments(*first)) << "octet for octet";
}

TEST_F(SmDpPlusEs9, SplitsLargeMetadata) {
  f.edit_metadata = [](auto& m) {
    m.iconType = sgp22::IconType::kPng;
    m.icon = Bytes(1024, 0x55);
  };
  f.add_profile(2);
  const auto bpp = f.download(card, f.release(2));
  ASSERT_EQ(code_of(bpp), "ok");
  EXPECT_EQ(card.open(*bpp).metadata, f.profile(2).metadata);
  EXPECT_EQ(der::decode<sgp22::BoundProfilePackage>(*bpp)->sequenceOf88.size(), 2u);
}

TEST_F(SmDpPlusEs9, GivesAProfileToOneCardOnly) {
  const auto code = f.release(1);
  const auto mine = f.authenticate(card, code);
  const auto theirs = f.authenticate(other, code);
  ASSERT_EQ(code_of(mine), "ok");
  ASSERT_EQ(code_of(theirs), "ok") << "not bound before a package is";
  EXPECT_EQ(code_of(f.bind(card, *mine)), "ok");
  EXPECT_EQ(code_of(f.bind(other, *theirs)), "8.2/3.7");
  EXPECT_EQ(f.profile(1).order->eid, card.eid());
  EXPECT_EQ(state(), ProfileState::kDownloaded);
}

// ---- HandleNotification ----

TEST_F(SmDpPlusEs9, AcknowledgesEverything) {
  EXPECT_EQ(f.post(es9::kHandleNotification.path, R"({"pendingNotification":"AAAA"})").status, 204);
  EXPECT_EQ(f.post(es9::kHandleNotification.path, "{}").status, 204);
  EXPECT_EQ(f.notify(card.success(SmDpPlusFixture::iccid(1))), 204) << "unknown transaction";
  ASSERT_EQ(code_of(f.download(card, f.release(1))), "ok");
  card.tamper_result = [](auto& r) { r.euiccSignPIR[3] ^= 1; };
  EXPECT_EQ(f.notify(card.success(SmDpPlusFixture::iccid(1))), 204);
  EXPECT_EQ(state(), ProfileState::kDownloaded) << "but a wrong signature has no effect";
  card.tamper_result = {};
  card.smdp_oid = sgp22::Oid("2.999.12");
  EXPECT_EQ(f.notify(card.success(SmDpPlusFixture::iccid(1))), 204);
  EXPECT_EQ(state(), ProfileState::kDownloaded) << "nor has another SM-DP+'s";
  SoftwareEuicc impostor{f.pki, kEid2, 61};
  EXPECT_EQ(f.notify(impostor.notification(SmDpPlusFixture::iccid(1), sgp22::kEventDelete)), 204);
  EXPECT_EQ(f.profile(1).on_card, smdpp::OnCardState::kUnknown);
}

TEST_F(SmDpPlusEs9, ProcessesEachResultOnce) {
  ASSERT_EQ(code_of(f.download(card, f.release(1))), "ok");
  const auto result = card.success(SmDpPlusFixture::iccid(1));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(f.notify(result), 204);
  EXPECT_EQ(f.progress().size(), 3u);
  EXPECT_EQ(f.profile(1).on_card, smdpp::OnCardState::kDisabled);
  for (const auto event : {sgp22::kEventEnable, sgp22::kEventDisable, sgp22::kEventDelete}) {
    const auto n = card.notification(SmDpPlusFixture::iccid(1), event);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(f.notify(n), 204);
    EXPECT_EQ(f.progress(), Strings{std::to_string(100 + event) + " Executed-Success"});
  }
  EXPECT_EQ(f.profile(1).on_card, smdpp::OnCardState::kDeleted);
  EXPECT_EQ(f.notify(card.notification(SmDpPlusFixture::iccid(1), sgp22::kEventEnable, 1)), 204);
  EXPECT_EQ(f.profile(1).on_card, smdpp::OnCardState::kDeleted) << "an older one is ignored";
}

TEST_F(SmDpPlusEs9, KeepsTheOrderAfterTemporaryErrors) {
  using Reason = sgp22::ErrorReason;
  const auto code = f.release(1);
  const auto iccid = SmDpPlusFixture::iccid(1);
  for (const auto reason :
       {Reason::kInstallFailedDueToInsufficientMemoryForProfile, Reason::kInstallFailedDueToInterruption}) {
    ASSERT_EQ(code_of(f.download(card, code)), "ok");
    f.notify(card.failure(iccid, reason));
    EXPECT_EQ(state(), ProfileState::kDownloaded);
  }
  ASSERT_EQ(code_of(f.download(card, code)), "ok");
  f.notify(card.failure(iccid, Reason::kInstallFailedDueToPEProcessingError));
  EXPECT_EQ(state(), ProfileState::kError);
  EXPECT_EQ(f.progress().back(), "4 8.2.10/4.2");
}

TEST_F(SmDpPlusEs9, UnderstandsALostResult) {
  using Reason = sgp22::ErrorReason;
  const auto code = f.release(1);
  const auto iccid = SmDpPlusFixture::iccid(1);
  ASSERT_EQ(code_of(f.download(card, code)), "ok");
  const auto lost = card.success(iccid);
  ASSERT_EQ(code_of(f.download(card, code)), "ok");
  f.notify(card.failure(iccid, Reason::kInstallFailedDueToIccidAlreadyExistsOnEuicc,
                        sgp22::BppCommandId::kStoreMetadata));
  EXPECT_EQ(state(), ProfileState::kInstalled);
  f.notify(lost);
  EXPECT_EQ(state(), ProfileState::kInstalled);
  // Without an earlier delivery the ICCID on the card is another Profile's.
  f.add_profile(2);
  ASSERT_EQ(code_of(f.download(card, f.release(2))), "ok");
  f.notify(card.failure(SmDpPlusFixture::iccid(2), Reason::kInstallFailedDueToIccidAlreadyExistsOnEuicc));
  EXPECT_EQ(state(2), ProfileState::kError);
}

// The card installed, its result is still on the way, and a retry ends the order: the late result corrects
// it.
TEST_F(SmDpPlusEs9, BelievesALateResultAfterTheOrderFailed) {
  f.change_type([](auto& t) { t.rebinding = false; });
  const auto code = f.release(1);
  ASSERT_EQ(code_of(f.download(card, code)), "ok");
  const auto late = card.success(SmDpPlusFixture::iccid(1));
  card.keep_otpk = false;
  ASSERT_EQ(code_of(f.download(card, code)), "8.2/3.7");
  ASSERT_EQ(state(), ProfileState::kError);
  EXPECT_EQ(f.notify(late), 204);
  EXPECT_EQ(state(), ProfileState::kInstalled);
  EXPECT_EQ(f.profile(1).order->end_reason, "");
}

TEST_F(SmDpPlusEs9, AnErrorOfAnEarlierSessionDoesNotEndTheOrder) {
  const auto code = f.release(1);
  const auto iccid = SmDpPlusFixture::iccid(1);
  ASSERT_EQ(code_of(f.download(card, code)), "ok");
  const auto late = card.failure(iccid, sgp22::ErrorReason::kInstallFailedDueToUnknownError);
  ASSERT_EQ(code_of(f.download(card, code)), "ok");
  f.notify(late);
  EXPECT_EQ(state(), ProfileState::kDownloaded);
  f.notify(card.success(iccid));
  EXPECT_EQ(state(), ProfileState::kInstalled);
}

TEST_F(SmDpPlusEs9, ReusesDeletedProfilesByPolicy) {
  f.change_type([](auto& t) { t.reuse_after_delete = true; });
  ASSERT_EQ(code_of(f.download(card, f.release(1))), "ok");
  f.notify(card.success(SmDpPlusFixture::iccid(1)));
  f.notify(card.notification(SmDpPlusFixture::iccid(1), sgp22::kEventDelete));
  EXPECT_EQ(state(), ProfileState::kAvailable);
  EXPECT_FALSE(f.profile(1).order);
  EXPECT_EQ(code_of(f.download(other, f.release(1))), "ok");
}

// The card installed, deleted and installed again before anything of it arrives: the first deletion is not
// the end.
TEST_F(SmDpPlusEs9, DoesNotReuseWhatWasInstalledAgain) {
  f.change_type([](auto& t) { t.reuse_after_delete = true; });
  const auto code = f.release(1);
  const auto iccid = SmDpPlusFixture::iccid(1);
  ASSERT_EQ(code_of(f.download(card, code)), "ok");
  const auto first = card.success(iccid);
  const auto deleted = card.notification(iccid, sgp22::kEventDelete);
  card.keep_otpk = false;
  ASSERT_EQ(code_of(f.download(card, code)), "ok");
  const auto second = card.success(iccid);
  f.notify(first);
  EXPECT_EQ(state(), ProfileState::kInstalled);
  f.notify(deleted);
  EXPECT_EQ(state(), ProfileState::kInstalled);
  EXPECT_EQ(f.profile(1).on_card, smdpp::OnCardState::kDeleted);
  f.notify(second);
  EXPECT_EQ(f.profile(1).on_card, smdpp::OnCardState::kDisabled);
  f.notify(card.notification(iccid, sgp22::kEventDelete));
  EXPECT_EQ(state(), ProfileState::kAvailable);
}

// A retry that found the Profile in place says nothing about what was done to it since.
TEST_F(SmDpPlusEs9, ARefusedSecondInstallationDoesNotDisable) {
  const auto code = f.release(1);
  const auto iccid = SmDpPlusFixture::iccid(1);
  ASSERT_EQ(code_of(f.download(card, code)), "ok");
  const auto first = card.success(iccid);
  const auto enabled = card.notification(iccid, sgp22::kEventEnable);
  ASSERT_EQ(code_of(f.download(card, code)), "ok");
  const auto refused = card.failure(iccid, sgp22::ErrorReason::kInstallFailedDueToIccidAlreadyExistsOnEuicc);
  f.notify(first);
  f.notify(enabled);
  f.notify(refused);
  EXPECT_EQ(state(), ProfileState::kInstalled);
  EXPECT_EQ(f.profile(1).on_card, smdpp::OnCardState::kEnabled);
}

// ---- CancelSession ----

TEST_F(SmDpPlusEs9, CancelsSessions) {
  using Reason = sgp22::CancelSessionReason;
  struct Row {
    Reason reason;
    const char* reported;
  };
  const Row rows[] = {{Reason::kEndUserRejection, "8.8.5/3.8"},
                      {Reason::kPprNotAllowed, "8.2.8/1.2"},
                      {Reason::kMetadataMismatch, "8.2.9/3.11"},
                      {Reason::kLoadBppExecutionError, "8.2.10/4.2"},
                      {Reason::kUndefinedReason, "8/4.2"},
                      {static_cast<Reason>(16), "8/4.2"},
                      {Reason::kPostponed, nullptr},
                      {Reason::kTimeout, nullptr}};
  int n = 200;
  for (const auto& row : rows) {
    for (const bool delivered : {false, true}) {
      f.add_profile(++n);
      const auto code = f.release(n);
      if (delivered)
        ASSERT_EQ(code_of(f.download(card, code)), "ok");
      else
        ASSERT_EQ(code_of(f.authenticate(card, code)), "ok");
      f.progress();
      EXPECT_EQ(code_of(f.cancel(card, row.reason)), "ok");
      EXPECT_EQ(code_of(f.repeat_cancel()), "ok") << "a repeat gets the same answer";
      const auto told = f.progress();
      if (row.reported) {
        EXPECT_EQ(told, Strings{(delivered ? "4 " : "3 ") + std::string(row.reported)});
        EXPECT_EQ(state(n), ProfileState::kError);
      } else {
        EXPECT_TRUE(told.empty());
        EXPECT_EQ(state(n), delivered ? ProfileState::kDownloaded : ProfileState::kReleased);
        EXPECT_EQ(code_of(f.download(card, code)), "ok") << "and may be tried again";
        f.notify(card.success(SmDpPlusFixture::iccid(n)));
      }
    }
  }
}

TEST_F(SmDpPlusEs9, RefusesCancellations) {
  using Reason = sgp22::CancelSessionReason;
  const auto code = f.release(1);
  const auto first = f.initiate(card);
  card.authenticate_server(*first, code);
  EXPECT_EQ(code_of(f.cancel(card, Reason::kEndUserRejection)), "8.10.1/3.9") << "not authenticated yet";
  ASSERT_EQ(code_of(f.authenticate(card, code)), "ok");
  card.tamper_cancel = [](auto& ok) { ok.euiccCancelSessionSignature[9] ^= 1; };
  EXPECT_EQ(code_of(f.cancel(card, Reason::kEndUserRejection)), "8.1/6.1");
  card.tamper_cancel = {};
  card.smdp_oid = sgp22::Oid("2.999.12");
  EXPECT_EQ(code_of(f.cancel(card, Reason::kEndUserRejection)), "8.8/3.10");
  card.smdp_oid = sgp22::Oid("2.999.10");
  f.last_cancel = {Bytes(16, 8), card.cancel(Reason::kEndUserRejection)};
  EXPECT_EQ(code_of(f.repeat_cancel()), "8.10.1/3.9");
  EXPECT_EQ(state(), ProfileState::kReleased);
  EXPECT_EQ(code_of(f.cancel(card, Reason::kPostponed)), "ok")
      << "the session outlives refused cancellations";
}

// ---- HTTP ----

TEST_F(SmDpPlusEs9, AnswersGarbagePrecisely) {
  EXPECT_EQ(f.post("/gsma/rsp2/es9plus/unknown", "{}").status, 404);
  EXPECT_EQ(f.post(es9::kInitiateAuthentication.path, "{}", "text/plain").status, 415);
  EXPECT_EQ(f.post(es9::kInitiateAuthentication.path, "{").status, 400);
  EXPECT_EQ(
      f.post(es9::kInitiateAuthentication.path, R"({"euiccChallenge":"!","euiccInfo1":"","smdpAddress":""})")
          .status,
      400);
  const auto missing = f.post(es9::kInitiateAuthentication.path, "{}", "application/json;charset=UTF-8");
  EXPECT_EQ(missing.status, 200);
  EXPECT_NE(as_text(missing.body).find(R"("subjectCode":"1.3.1","reasonCode":"2.2")"),
            std::string_view::npos);
  EXPECT_EQ(missing.header("x-admin-protocol"), "gsma/rsp/v2.6.1");
  EXPECT_EQ(f.post(es9::kAsn1Path, "xx", "application/x-gsma-rsp-asn1").status, 400);
}

}  // namespace
}  // namespace eider::test
