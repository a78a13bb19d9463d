// Notifications, local profile management, segments and policy rules: SGP.22 v2.6.1
// sections 2.5.5, 2.9.2, 3.2, 3.5.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "roles/lpa/bpp_segments.hpp"
#include "roles/lpa/lpa_world.hpp"
#include "roles/lpa/policy_rules.hpp"
#include "roles/lpa/procedures/chip_info.hpp"
#include "roles/lpa/procedures/default_smdp.hpp"
#include "roles/lpa/procedures/memory_reset.hpp"

namespace eider::lpa {
namespace {
using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;
using State = NotificationDelivery::State;

std::vector<std::string> sent(const LpaWorld& w) {
  std::vector<std::string> out;
  for (const auto& r : w.server.requests)
    out.push_back(
        r.host + " " +
        std::to_string(
            metadata_of(json::decode<es9::HandleNotificationRequest>(as_text(r.body))->pendingNotification)
                .seqNumber));
  return out;
}
Result<HttpReply> no_route(const HttpPost&) {
  return fail(TransportFault{false, "no route"});
}

ProfileInfo profile(const char* iccid, ProfileState state, const char* nickname = nullptr) {
  ProfileInfo p;
  p.iccid = *parse_iccid(iccid);
  p.isdpAid = *Aid::from(hex("A0000005591010FFFFFFFF8900001100"));
  p.profileState = state;
  p.profileName = "Plan";
  if (nickname) p.profileNickname = nickname;
  return p;
}
}  // namespace

// ---- Notifications ----
TEST(Notifications, GoInAscendingOrderForEachServer) {
  LpaWorld w;
  w.card.pending = {
      notification(300, kEventDelete, "b.example.com"), notification(2, kEventDisable, "A.example.com"),
      notification(1, kEventEnable, "a.example.com"), notification(0, kEventInstall, "b.example.com")};
  auto r = deliver_notifications(w.lpa);
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_THAT(sent(w),
              ElementsAre("b.example.com 0", "b.example.com 300", "a.example.com 1", "a.example.com 2"));
  EXPECT_THAT(w.card.pending, IsEmpty());
  EXPECT_EQ(w.server.sessions, 2);
}

TEST(Notifications, StayUntilAcknowledgedAndDoNotHoldUpOtherServers) {
  LpaWorld w;
  w.card.pending = {notification(1, kEventInstall, "down.example.com"),
                    notification(2, kEventEnable, "down.example.com"),
                    notification(3, kEventEnable, "up.example.com")};
  w.server.handlers["handleNotification"] = [](const HttpPost& q) -> Result<HttpReply> {
    if (q.host == "down.example.com") return fail(TransportFault{false, "no route"});
    return HttpReply{204, {}, {}};
  };
  auto r = deliver_notifications(w.lpa);
  ASSERT_TRUE(r);
  EXPECT_EQ(r->at(0).state, State::kFailed);
  EXPECT_EQ(r->at(1).state, State::kPostponed);  // order is kept: it waits for the one before
  EXPECT_EQ(r->at(2).state, State::kDelivered);
  EXPECT_THAT(sent(w), ElementsAre("down.example.com 1", "up.example.com 3"));
  EXPECT_THAT(w.card.removed, ElementsAre(3));
}

TEST(Notifications, GoOnAfterAServerRefusedOne) {
  LpaWorld w;
  w.card.pending = {notification(1, kEventInstall, "a.example.com"),
                    notification(2, kEventEnable, "a.example.com")};
  int n = 0;
  w.server.handlers["handleNotification"] = [&](const HttpPost&) -> Result<HttpReply> {
    return HttpReply{++n == 1 ? 400 : 204, {}, {}};
  };
  auto r = deliver_notifications(w.lpa);
  ASSERT_TRUE(r);
  EXPECT_EQ(r->at(0).state, State::kFailed);
  EXPECT_EQ(r->at(1).state, State::kDelivered);
  EXPECT_THAT(w.card.removed, ElementsAre(2));
}

TEST(Notifications, WaitLongerAfterEachFailure) {
  LpaWorld w;
  w.card.pending = {notification(1, kEventInstall, "a.example.com")};
  w.server.handlers["handleNotification"] = no_route;
  ASSERT_TRUE(deliver_notifications(w.lpa));
  ASSERT_TRUE(deliver_notifications(w.lpa));  // its time has not come
  EXPECT_EQ(w.server.requests.size(), 1u);
  w.clock.advance(Duration(75001));
  ASSERT_TRUE(deliver_notifications(w.lpa));
  EXPECT_EQ(w.server.requests.size(), 2u);
  w.clock.advance(Duration(75001));  // now it waits two minutes and more
  ASSERT_TRUE(deliver_notifications(w.lpa));
  EXPECT_EQ(w.server.requests.size(), 2u);
  w.clock.advance(Duration(80000));
  w.server.handlers.clear();
  EXPECT_EQ(deliver_notifications(w.lpa)->at(0).state, State::kDelivered);
  EXPECT_FALSE(w.store.backoff("a.example.com"));
}

TEST(Notifications, OneCanBeChosenOrKept) {
  LpaWorld w;
  w.card.pending = {notification(1, kEventInstall, "a.example.com"),
                    notification(2, kEventEnable, "a.example.com")};
  ASSERT_TRUE(deliver_notifications(w.lpa, {.only = 2, .ignore_backoff = true, .keep = true}));
  EXPECT_THAT(sent(w), ElementsAre("a.example.com 2"));
  EXPECT_EQ(w.card.pending.size(), 2u);
  EXPECT_FALSE(deliver_notifications(w.lpa, {.only = 9, .ignore_backoff = true, .keep = false}));
  ASSERT_TRUE(discard_notification(w.lpa, 1));
  EXPECT_EQ(w.card.pending.size(), 1u);
}

TEST(Notifications, WithImpossibleAddressesFailAlone) {
  LpaWorld w;
  w.card.pending = {notification(1, kEventInstall, "http://bad"),
                    notification(2, kEventInstall, "good.example.com")};
  auto r = deliver_notifications(w.lpa);
  ASSERT_TRUE(r);
  EXPECT_EQ(r->at(0).state, State::kFailed);
  EXPECT_EQ(r->at(1).state, State::kDelivered);
}

// ---- Local profile management ----
TEST(Profiles, AreFoundByEveryName) {
  LpaWorld w;
  w.card.profiles = {profile("8947010000123456784", ProfileState::kEnabled, "home"),
                     profile("8947010000123456700", ProfileState::kDisabled)};
  w.card.profiles[1].isdpAid = *Aid::from(hex("A0000005591010FFFFFFFF8900001200"));
  EXPECT_EQ(find_profile(w.lpa, "8947010000123456784F")->profileNickname, "home");
  EXPECT_EQ(find_profile(w.lpa, "home")->iccid, w.card.profiles[0].iccid);
  EXPECT_EQ(find_profile(w.lpa, "a0000005591010ffffffff8900001200")->iccid, w.card.profiles[1].iccid);
  EXPECT_FALSE(find_profile(w.lpa, "Plan"));  // both are called so
  EXPECT_FALSE(find_profile(w.lpa, "nowhere"));
}

TEST(Profiles, EnablingRetriesWithoutRefreshAndByAid) {
  LpaWorld w;
  w.card.profiles = {profile("8947010000123456784", ProfileState::kDisabled)};
  std::vector<std::string> asked;
  w.card.override_answer = [&](Tag tag, ByteView o) -> std::optional<ResponseApdu> {
    if (tag != 0xBF31) return std::nullopt;
    asked.push_back(to_hex(o));
    if (asked.size() < 3)
      return ResponseApdu{hex(asked.size() == 1 ? "BF3103800105" : "BF310380017F"), 0x9000};
    w.card.profiles[0].profileState = ProfileState::kEnabled;
    return ResponseApdu{hex("BF3103800100"), 0x9000};
  };
  auto r = enable_profile(w.lpa, w.card.profiles[0]);
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_THAT(asked, ElementsAre("BF3111A00C5A0A987410000021436587F48101FF",
                                 "BF3111A00C5A0A987410000021436587F4810100",
                                 "BF3117A0124F10A0000005591010FFFFFFFF8900001100810100"));
}

TEST(Profiles, ARefusalByPolicyIsNotRetried) {
  LpaWorld w;
  int asked = 0;
  w.card.override_answer = [&](Tag tag, ByteView) -> std::optional<ResponseApdu> {
    if (tag != 0xBF32) return std::nullopt;
    ++asked;
    return ResponseApdu{hex("BF3203800103"), 0x9000};
  };
  auto r = disable_profile(w.lpa, profile("8947010000123456784", ProfileState::kEnabled));
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().as<Es10Fault>()->name, "disallowedByPolicy");
  EXPECT_EQ(asked, 1);
}

TEST(Profiles, APendingRefreshIsCompletedByReset) {
  LpaWorld w;
  w.card.profiles = {profile("8947010000123456784", ProfileState::kDisabled)};
  bool accepted = false;
  w.card.override_answer = [&](Tag tag, ByteView) -> std::optional<ResponseApdu> {
    if (tag == 0xBF31) {
      accepted = true;
      return ResponseApdu{hex("BF3103800100"), 0x9000};  // no 91xx: nobody listens for REFRESH
    }
    if (tag != 0xBF2D || !accepted) return std::nullopt;
    if (w.card.resets == 0) return ResponseApdu{{}, 0x6985};
    w.card.profiles[0].profileState = ProfileState::kEnabled;
    return std::nullopt;
  };
  auto r = enable_profile(w.lpa, w.card.profiles[0]);
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_TRUE(r->card_reset);
  EXPECT_EQ(w.card.resets, 1);
}

TEST(Profiles, AChangeThatDoesNotHappenIsAFault) {
  LpaWorld w;
  w.card.profiles = {profile("8947010000123456784", ProfileState::kDisabled)};
  w.card.override_answer = [&](Tag tag, ByteView) -> std::optional<ResponseApdu> {
    return tag == 0xBF31 ? std::optional(ResponseApdu{hex("BF3103800100"), 0x9000}) : std::nullopt;
  };
  EXPECT_TRUE(enable_profile(w.lpa, w.card.profiles[0]).error().as<LocalFault>());
}

TEST(Profiles, DeletingDeliversItsNotificationAndNeverFailsOnIt) {
  LpaWorld w;
  w.card.pending = {notification(5, kEventDelete, "smdp.example.com")};
  w.card.override_answer = [&](Tag tag, ByteView) -> std::optional<ResponseApdu> {
    return tag == 0xBF33 ? std::optional(ResponseApdu{hex("BF3303800100"), 0x9000}) : std::nullopt;
  };
  w.server.handlers["handleNotification"] = no_route;
  const auto p = profile("8947010000123456784", ProfileState::kDisabled);
  ASSERT_TRUE(delete_profile(w.lpa, p));
  EXPECT_EQ(w.ui.warnings.size(), 1u);
  EXPECT_EQ(w.card.pending.size(), 1u);
  w.server.handlers.clear();
  ASSERT_TRUE(delete_profile(w.lpa, p));
  EXPECT_THAT(w.card.pending, IsEmpty());
}

TEST(Profiles, NicknamesHaveAtMost64Characters) {
  LpaWorld w;
  Bytes last;
  w.card.override_answer = [&](Tag tag, ByteView o) -> std::optional<ResponseApdu> {
    if (tag != 0xBF29) return std::nullopt;
    last = to_bytes(o);
    return ResponseApdu{hex("BF2903800100"), 0x9000};
  };
  const auto p = profile("8947010000123456784", ProfileState::kDisabled);
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "\xC3\xBC";
  EXPECT_TRUE(set_nickname(w.lpa, p, umlauts));
  EXPECT_FALSE(set_nickname(w.lpa, p, umlauts + "x"));
  EXPECT_TRUE(set_nickname(w.lpa, p, ""));
  EXPECT_EQ(to_hex(last), "BF290E5A0A987410000021436587F49000");
}

TEST(MemoryReset, SelectsWhatItIsTold) {
  LpaWorld w;
  Bytes last;
  w.card.override_answer = [&](Tag tag, ByteView o) -> std::optional<ResponseApdu> {
    if (tag != 0xBF34) return std::nullopt;
    last = to_bytes(o);
    return ResponseApdu{hex("BF3403800100"), 0x9000};
  };
  ASSERT_TRUE(reset_memory(w.lpa, {true, true, true}));
  EXPECT_EQ(to_hex(last), "BF3404820205E0");
  ASSERT_TRUE(reset_memory(w.lpa, {false, false, true}));
  EXPECT_EQ(to_hex(last), "BF340482020520");
  EXPECT_FALSE(reset_memory(w.lpa, {false, false, false}));
}

TEST(DefaultSmdp, TakesHostNamesOnly) {
  LpaWorld w;
  w.card.override_answer = [](Tag tag, ByteView) -> std::optional<ResponseApdu> {
    return tag == 0xBF3F ? std::optional(ResponseApdu{hex("BF3F03800100"), 0x9000}) : std::nullopt;
  };
  EXPECT_TRUE(set_default_smdp_address(w.lpa, "smdp.example.com"));
  EXPECT_TRUE(set_default_smdp_address(w.lpa, ""));
  EXPECT_FALSE(set_default_smdp_address(w.lpa, "https://smdp.example.com"));
}

// ---- Segments ----
TEST(BppSegments, CoverThePackageWithoutGapOrOverlap) {
  const Bytes package =
      make_tlv(0xBF36, {make_tlv(0xBF23, Bytes(200, 9)), make_tlv(0xA0, make_tlv(0x87, Bytes(24, 1))),
                        make_tlv(0xA1, {make_tlv(0x88, Bytes(100, 2)), make_tlv(0x88, Bytes(20, 3))}),
                        make_tlv(0xA2, make_tlv(0x87, Bytes(72, 4))),
                        make_tlv(0xA3, {make_tlv(0x86, Bytes(1008, 5)), make_tlv(0x86, Bytes(30, 6))})});
  auto r = segment_bound_profile_package(package);
  ASSERT_TRUE(r) << r.error().message();
  ASSERT_EQ(r->segments.size(), 9u);
  Bytes together;
  for (const auto& s : r->segments) append(together, s);
  EXPECT_EQ(together, package);
  EXPECT_EQ(r->segments[2].size(), 2u);  // A1 header alone
  EXPECT_EQ(r->segments[3][0], 0x88);
  EXPECT_EQ(r->segments[5][0], 0xA2);
  EXPECT_EQ(r->segments[6].size(), 4u);  // A3 82 xx xx
  EXPECT_EQ(r->metadata, concat({Bytes(92, 2), Bytes(12, 3)}));
}

TEST(BppSegments, KeepTheLengthFormOfTheServer) {
  // BF36 with a length of two octets more than DER would take.
  const Bytes package = hex("BF3682001BBF2301FFA08103870101A10A8808AABBCCDDEEFF0011A303860100");
  const auto r = segment_bound_profile_package(package);
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_EQ(to_hex(r->segments[0]), "BF3682001BBF2301FF");
  EXPECT_EQ(to_hex(r->segments[1]), "A08103870101");
}

TEST(BppSegments, RefuseWhatIsNotAPackage) {
  for (const char* text : {"", "BF3600", "BF2500", "BF3603BF2300", "BF3606BF2300A00000",
                           "BF3608BF2300A0028700FF", "BF3609BF2300A00287008800",
                           "BF360EBF2300A0028700A1028800A30286", "BF360DBF2300A0028600A1028800A300"}) {
    EXPECT_FALSE(segment_bound_profile_package(hex(text))) << text;
  }
}

// ---- Policy rules ----
TEST(PolicyRules, MatchOperatorsAsTheTableSays) {
  const auto id = [](const char* mcc_mnc, std::optional<Bytes> gid1 = {}, std::optional<Bytes> gid2 = {}) {
    return OperatorId{*FixedBytes<3>::from(hex(mcc_mnc)), std::move(gid1), std::move(gid2)};
  };
  EXPECT_TRUE(operator_matches(id("42F618"), id("42F618")));
  EXPECT_FALSE(operator_matches(id("42F618"), id("42F619")));
  EXPECT_TRUE(operator_matches(id("42FEEE"), id("42F618")));
  EXPECT_TRUE(operator_matches(id("EEEEEE", Bytes{}, Bytes{}), id("42F618", hex("01"), hex("02"))));
  EXPECT_FALSE(operator_matches(id("42F618"), id("42F618", hex("01"))));  // left out: the owner may have none
  EXPECT_TRUE(operator_matches(id("42F618", hex("01")), id("42F618", hex("01"))));
  EXPECT_FALSE(operator_matches(id("42F618", hex("01")), id("42F618", hex("02"))));
  EXPECT_FALSE(operator_matches(id("42F618", hex("01")), id("42F618")));
}

TEST(PolicyRules, TheFirstMatchingEntryDecidesEachRule) {
  const OperatorId owner{*FixedBytes<3>::from(hex("42F618")), {}, {}};
  const OperatorId other{*FixedBytes<3>::from(hex("62F210")), {}, {}};
  const ProfilePolicyAuthorisationRule ppr1_ours{BitString{kPpr1}, {owner}, {}};
  const ProfilePolicyAuthorisationRule both_all{
      BitString{kPpr1, kPpr2}, {{*FixedBytes<3>::from(hex("EEEEEE")), Bytes{}, Bytes{}}}, BitString{0}};
  const auto decide = [&](std::initializer_list<int> rules, const std::optional<OperatorId>& who,
                          std::vector<ProfilePolicyAuthorisationRule> rat, bool operational = false) {
    return evaluate_policy_rules(BitString(rules), who, rat, operational);
  };
  EXPECT_TRUE(evaluate_policy_rules(std::nullopt, std::nullopt, {}, true).allowed);
  EXPECT_TRUE(decide({kPpr1}, owner, {ppr1_ours, both_all}).allowed);
  EXPECT_FALSE(decide({kPpr1}, owner, {ppr1_ours, both_all}).consentRequired);
  EXPECT_TRUE(decide({kPpr1}, other, {ppr1_ours, both_all}).consentRequired);
  EXPECT_TRUE(decide({kPpr1, kPpr2}, owner, {ppr1_ours, both_all}).consentRequired);
  EXPECT_FALSE(decide({kPpr1, kPpr2}, owner, {ppr1_ours}).allowed);
  EXPECT_FALSE(decide({kPpr1}, other, {ppr1_ours}).allowed);
  EXPECT_FALSE(decide({kPpr1}, owner, {}).allowed);
  EXPECT_FALSE(decide({kPpr1}, owner, {both_all}, true).allowed);
  EXPECT_TRUE(decide({kPpr2}, owner, {both_all}, true).allowed);
  EXPECT_FALSE(decide({3}, owner, {both_all}).allowed);
  EXPECT_FALSE(decide({kPpr2}, std::nullopt, {both_all}).allowed);
}

TEST(Imei, HasItsCheckDigitInTheHighNibble) {
  EXPECT_EQ(to_hex(*encode_imei("352906111234567")), "539260112143657F");
  EXPECT_FALSE(encode_imei("35290611123456"));
  EXPECT_FALSE(encode_imei("35290611123456x"));
}

}  // namespace eider::lpa
