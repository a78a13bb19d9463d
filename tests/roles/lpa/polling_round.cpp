// One round of an LPA that asks by itself, against scripted servers.
#include <gtest/gtest.h>

#include "roles/lpa/lpa_world.hpp"
#include "roles/lpa/polling/round.hpp"
#include "support/test_pki.hpp"

namespace eider::test {
namespace {
namespace polling = lpa::polling;
using crypto::CertificateRole;

// "ds…" are SM-DSs that all know of `entries`; others SM-DP+ that have a Profile for events of `entries` and,
// as default SM-DP+, when `default_waits`.
struct PollingRound : testing::Test {
  TestPki pki = make_test_pki({crypto::Curve::kP256});
  LpaWorld w;
  std::vector<es9::EventEntry> entries;
  EuiccConfiguredAddressesResponse addresses;
  std::vector<std::string> down;
  bool default_waits = false;
  std::string at;
  polling::RoundOptions options;

  PollingRound() {
    addresses.rootDsAddress = "ds.example.com";
    w.card.override_answer = [this](Tag tag, ByteView) -> std::optional<ResponseApdu> {
      if (tag != 0xBF3C) return std::nullopt;
      return ResponseApdu{der::encode(addresses), 0x9000};
    };
    w.server.handlers["initiateAuthentication"] = [this](const HttpPost& r) -> Result<HttpReply> {
      at = r.host;
      if (std::ranges::find(down, at) != down.end()) return fail(TransportFault{false, at + " is down"});
      w.server.address = w.server.signed_address = at;
      const auto role = is_smds() ? CertificateRole::kDsAuth : CertificateRole::kDpAuth;
      w.server.serverCertificate = to_bytes(pki.get(role).certificate.der());
      return w.server.normal(r);
    };
    w.server.handlers["authenticateClient"] = [this](const HttpPost& r) -> Result<HttpReply> {
      if (is_smds())
        return ScriptedSmdp::json_reply(
            json::encode(es9::AuthenticateClientEs11Response{ResponseHeader{}, kTransaction, entries}));
      const auto asked = w.card.ctx->matchingId.value_or("");
      if (asked.empty() && !default_waits) return ScriptedSmdp::failed("8.2.6", "3.8");
      return w.server.normal(r);
    };
  }
  bool is_smds() const { return at.starts_with("ds"); }
  polling::RoundResult round() {
    auto out = polling::ask_round(w.lpa, options);
    EXPECT_TRUE(out) << out.error().message();
    return *std::move(out);
  }
};

TEST_F(PollingRound, NothingWaitsAnywhere) {
  addresses.defaultDpAddress = "dp.example.com";
  const auto r = round();
  EXPECT_TRUE(r.answered());
  EXPECT_TRUE(r.installed.empty() && r.waiting.empty() && r.failed.empty());
  EXPECT_EQ(w.server.requests.front().host, "dp.example.com");
  EXPECT_EQ(at, "ds.example.com");
}

TEST_F(PollingRound, DownloadsWhatTheUserAgreesTo) {
  entries = {{"E-1", "dp.example.com"}};
  options.smds = {"ds2.example.com"};  // which knows of it, too
  const auto r = round();
  ASSERT_EQ(r.installed.size(), 1u);
  EXPECT_EQ(r.installed[0].from.eventId, "E-1");
  EXPECT_EQ(w.ui.offers.size(), 1u);
  EXPECT_TRUE(r.failed.empty());
}

TEST_F(PollingRound, WhatIsPutOffWaits) {
  entries = {{"E-1", "dp.example.com"}};
  w.ui.answer = lpa::Answer::kNotNow;
  auto r = round();
  ASSERT_EQ(r.waiting.size(), 1u);
  EXPECT_EQ(r.waiting[0].profileName, some_metadata().profileName);
  EXPECT_EQ(w.card.cancelled, std::vector{CancelSessionReason::kPostponed});
  w.ui.answer = lpa::Answer::kNo;  // that is an answer
  r = round();
  EXPECT_TRUE(r.waiting.empty());
  EXPECT_EQ(r.failed.size(), 1u);
}

TEST_F(PollingRound, WhatTheUserKnowsOfIsNotAskedAgain) {
  entries = {{"E-1", "dp.example.com"}, {"E-2", "dp.example.com"}};
  w.ui.answer = lpa::Answer::kNotNow;
  options.known = round().waiting;
  ASSERT_EQ(options.known.size(), 2u);
  w.ui.offers.clear();
  entries.erase(entries.begin());
  const auto r = round();
  ASSERT_EQ(r.waiting.size(), 1u);
  EXPECT_EQ(r.waiting[0].eventId, "E-2");
  EXPECT_TRUE(w.ui.offers.empty());
}

TEST_F(PollingRound, AConfirmationCodeThatNobodyHasLetsItWait) {
  addresses.defaultDpAddress = "dp.example.com";
  default_waits = true;
  w.server.cc_required = true;
  const auto r = round();
  ASSERT_EQ(r.waiting.size(), 1u);
  EXPECT_TRUE(r.waiting[0].confirmationCode);
}

TEST_F(PollingRound, ServersThatAreNotReachedHoldUpNoOther) {
  addresses.defaultDpAddress = "dp.example.com";
  options.smds = {"ds2.example.com"};
  down = {"dp.example.com", "ds.example.com"};
  entries = {{"E-1", "dp2.example.com"}};
  const auto r = round();
  EXPECT_FALSE(r.answered());
  EXPECT_EQ(r.failed.size(), 2u);
  EXPECT_EQ(r.installed.size(), 1u);
}

TEST_F(PollingRound, SeesHowThingsStandOnTheCard) {
  EXPECT_EQ(round().situation, polling::Situation::kNoProfile);
  ProfileInfo p;
  p.iccid = some_metadata().iccid;
  p.profileState = ProfileState::kDisabled;
  p.profileClass = ProfileClass::kTest;
  w.card.profiles = {p};
  EXPECT_EQ(round().situation, polling::Situation::kNoProfile);
  p.profileClass = ProfileClass::kOperational;
  w.card.profiles.push_back(p);
  EXPECT_EQ(round().situation, polling::Situation::kNoneEnabled);
  w.card.profiles.back().profileState = ProfileState::kEnabled;
  EXPECT_EQ(round().situation, polling::Situation::kEnabled);
}

}  // namespace
}  // namespace eider::test
