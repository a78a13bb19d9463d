// EnableProfile, DisableProfile, DeleteProfile, eUICCMemoryReset, SetNickname, GetProfilesInfo and the
// notifications they leave: SGP.22 v2.6.1 sections 2.4.5, 3.5, 5.7.15 to 5.7.21.
#include <gtest/gtest.h>

#include "card/inspect.hpp"
#include "card/pki.hpp"
#include "spec/sgp22/es10b.hpp"
#include "spec/sgp22/es10c.hpp"
#include "support/mini_smdpp.hpp"

namespace eider::test {
namespace {
using namespace sgp22;

const char *kA = "8988211000000000019", *kB = "8988211000000000027", *kT1 = "8988211000000000035",
           *kT2 = "8988211000000000043", *kP = "8988211000000000050";

BppPlan plan_for(const char* iccid, ProfileClass profile_class = ProfileClass::kOperational) {
  SeededRandom random(5);
  auto parameters = profile::GenericProfileParameters::random(random);
  parameters.iccid = iccid;
  if (profile_class == ProfileClass::kTest) parameters.k = Secret(hex("000102030405060708090A0B0C0D0E0F"));
  BppPlan plan;
  plan.metadata.iccid = *parse_iccid(iccid);
  plan.metadata.profileClass = profile_class;
  plan.metadata.serviceProviderName = "Eider";
  plan.metadata.profileName = iccid;
  plan.upp = profile::build_generic_profile(parameters);
  add_notifications(plan, {kEventEnable, kEventDisable, kEventDelete});
  return plan;
}
struct Bench {
  TestCard card{pki()};
  MiniSmdpp smdpp{pki()};
  void install(const char* iccid, ProfileClass c = ProfileClass::kOperational,
               std::optional<BitString> ppr = {}) {
    auto plan = plan_for(iccid, c);
    if (ppr) {
      plan.metadata.profilePolicyRules = ppr;
      plan.metadata.profileOwner =
          OperatorId{*FixedBytes<3>::from(hex("00F110")), {}, {}};  // 001-01, as the IMSI
    }
    test::install(card, smdpp, plan);
  }
  int enable(const char* iccid, bool refresh = false) {
    return static_cast<int>(
        card.driver.call<EnableProfileResponse>(EnableProfileRequest{{*parse_iccid(iccid)}, refresh})
            .enableResult);
  }
  int disable(const char* iccid, bool refresh = false) {
    return static_cast<int>(
        card.driver.call<DisableProfileResponse>(DisableProfileRequest{{*parse_iccid(iccid)}, refresh})
            .disableResult);
  }
  int erase(const char* iccid) {
    return static_cast<int>(
        card.driver.call<DeleteProfileResponse>(DeleteProfileRequest{*parse_iccid(iccid)}).deleteResult);
  }
  int reset(std::initializer_list<int> bits) {
    return static_cast<int>(
        card.driver.call<EuiccMemoryResetResponse>(EuiccMemoryResetRequest{BitString(bits)}).resetResult);
  }
  card::CardView view() const {
    auto v = must(card::inspect(card.nvm));
    must(card::check_laws(v));
    return v;
  }
  std::string enabled() const {
    for (const auto& p : view().profiles)
      if (p.state == ProfileState::kEnabled) return iccid_digits(p.iccid);
    return "-";
  }
  // "seq event last-two-digits" of the notifications after `from`.
  std::string notifications(std::int64_t from) const {
    std::string out;
    for (const auto& n : view().notifications) {
      if (n.metadata.seqNumber < from) continue;
      const char* names[] = {"install", "enable", "disable", "delete"};
      for (int bit = 0; bit < 4; ++bit)
        if (n.metadata.profileManagementOperation.test(bit))
          out += std::string(out.empty() ? "" : " ") + names[bit];
      out += ":" + iccid_digits(*n.metadata.iccid).substr(17);
    }
    return out;
  }
};
}  // namespace

TEST(CardEnable, AtMostOneProfileIsEnabled) {
  Bench b;
  b.install(kA), b.install(kB);
  const auto from = b.view().next_sequence_number;
  EXPECT_EQ(b.enabled(), "-");
  EXPECT_EQ(b.enable(kA), 0);
  EXPECT_EQ(b.enable(kA), 2);
  EXPECT_EQ(b.enable(kB), 0);  // and A is disabled by it
  EXPECT_EQ(b.enabled(), kB);
  EXPECT_EQ(b.disable(kA), 2);
  EXPECT_EQ(b.disable(kB), 0);
  EXPECT_EQ(b.enabled(), "-");
  // The disable of the old one has the lower number.
  EXPECT_EQ(b.notifications(from), "enable:19 disable:19 enable:27 disable:27");
  // By AID, and in the form without response data.
  EXPECT_EQ(to_hex(b.card.driver.store_data("BF3117A0124F10A0000005591010FFFFFFFF8900001100810100").data),
            "BF3103800100");
  EXPECT_EQ(b.enabled(), kB);
  EXPECT_EQ(b.card.driver.apdu("81E290001ABF3117A0124F10A0000005591010FFFFFFFF8900001100810100").sw, 0x6985);
  EXPECT_EQ(b.card.driver.apdu("81E290001ABF3217A0124F10A0000005591010FFFFFFFF8900001100810100").sw, 0x9000);
  EXPECT_EQ(b.enabled(), "-");
}

TEST(CardEnable, Ppr1KeepsTheProfileEnabled) {
  Bench b;
  b.install(kA, ProfileClass::kOperational, BitString{kPpr1});
  b.install(kB), b.install(kT1, ProfileClass::kTest), b.install(kP, ProfileClass::kProvisioning);
  EXPECT_EQ(b.enable(kA), 0);
  EXPECT_EQ(b.enable(kB), 3);
  EXPECT_EQ(b.disable(kA), 3);
  EXPECT_EQ(b.erase(kA), 2);
  EXPECT_EQ(b.enable(kT1), 0);  // a Test Profile may
  EXPECT_EQ(b.enable(kB), 4);   // only the one before it may come back
  EXPECT_EQ(b.enable(kA), 0);
  EXPECT_EQ(b.enable(kP), 0);  // a Provisioning Profile may
  EXPECT_EQ(b.enabled(), kP);
}

TEST(CardEnable, TestProfilesComeBackToTheOperationalProfileBefore) {
  Bench b;
  b.install(kA), b.install(kB), b.install(kT1, ProfileClass::kTest), b.install(kT2, ProfileClass::kTest);
  b.enable(kA), b.enable(kT1);
  b.card.power_on();
  EXPECT_EQ(b.enable(kB), 4);
  EXPECT_EQ(b.enable(kT2), 0);  // another Test Profile: the pointer stays
  const auto from = b.view().next_sequence_number;
  EXPECT_EQ(b.disable(kT2), 0);
  EXPECT_EQ(b.enabled(), kA);
  EXPECT_EQ(b.notifications(from), "disable:43 enable:19");
  // Deleted meanwhile: nothing to come back to, and no error.
  b.enable(kT1);
  EXPECT_EQ(b.erase(kA), 0);
  EXPECT_FALSE(b.view().previous_operational);
  EXPECT_EQ(b.disable(kT1), 0);
  EXPECT_EQ(b.enabled(), "-");
  // No Operational Profile before: it must be disabled first.
  b.enable(kT1);
  EXPECT_EQ(b.enable(kB), 4);
  b.disable(kT1);
  EXPECT_EQ(b.enable(kB), 0);
}

TEST(CardDelete, LeavesItsNotificationsAndFreesItsMemory) {
  Bench b;
  const auto empty = b.view();
  b.install(kA);
  b.enable(kA);
  EXPECT_EQ(b.erase(kA), 2);
  b.disable(kA);
  const auto from = b.view().next_sequence_number;
  EXPECT_EQ(b.erase(kA), 0);
  EXPECT_EQ(b.erase(kA), 1);
  EXPECT_EQ(b.notifications(from), "delete:19");
  EXPECT_EQ(b.view().free_memory, empty.free_memory);
  b.card.power_on();
  const auto r = b.card.driver.call<RetrieveNotificationsListResponse>(
      RetrieveNotificationsListRequest{NotificationSearchCriteria{from}});
  const auto& other = std::get<OtherSignedNotification>(std::get<0>(r.value).at(0).value);
  const auto euicc = must(crypto::Certificate::parse(other.euiccCertificate.der));
  EXPECT_TRUE(
      crypto::verify(euicc.public_key(), other.tbsOtherNotification.raw, other.euiccNotificationSignature));
  EXPECT_EQ(
      b.card.driver.call<NotificationSentResponse>(NotificationSentRequest{from}).deleteNotificationStatus,
      DeleteNotificationStatus::kOk);
  EXPECT_EQ(
      b.card.driver.call<NotificationSentResponse>(NotificationSentRequest{from}).deleteNotificationStatus,
      DeleteNotificationStatus::kNothingToDelete);
  EXPECT_FALSE(card::profile_package(b.card.nvm, *parse_iccid(kA)));
}

TEST(CardDelete, Ppr2KeepsTheProfile) {
  Bench b;
  b.install(kA, ProfileClass::kOperational, BitString{kPpr2});
  EXPECT_EQ(b.erase(kA), 3);
  b.enable(kA);
  EXPECT_EQ(b.erase(kA), 2);  // the state comes first
  EXPECT_EQ(b.disable(kA), 0);
}

TEST(CardNotifications, OnePerRecipientAndListedByEvent) {
  Bench b;
  auto plan = plan_for(kA);
  add_notifications(plan, {kEventEnable}, "other.example.com");
  add_notifications(plan, {kEventEnable, kEventInstall}, "SMDPP.example.com");  // the first one again
  install(b.card, b.smdpp, plan);
  const auto from = b.view().next_sequence_number;
  b.enable(kA);
  EXPECT_EQ(b.notifications(from), "enable:19 enable:19");
  const auto list = [&](const char* request) {
    return std::get<0>(
               must(der::decode<ListNotificationResponse>(b.card.driver.store_data(request).data)).value)
        .size();
  };
  EXPECT_EQ(list("BF2800"), 4u);
  EXPECT_EQ(list("BF280481020780"), 2u);  // result and install
  EXPECT_EQ(list("BF280481020640"), 2u);
  EXPECT_EQ(list("BF280481020520"), 0u);
  EXPECT_EQ(list("BF2803810100"), 0u);  // no event selected
  EXPECT_EQ(std::get<0>(must(der::decode<RetrieveNotificationsListResponse>(
                                 b.card.driver.store_data("BF2B06A00481020640").data))
                            .value)
                .size(),
            2u);
}

TEST(CardNotifications, NumbersGoOnAfterMemoryReset) {
  Bench b;
  b.install(kA);
  const auto before = b.view().next_sequence_number;
  b.reset({0, 1, 2});
  b.install(kA);
  const auto view = b.view();
  EXPECT_EQ(view.notifications.front().metadata.seqNumber, 1);
  EXPECT_GT(view.next_sequence_number, before + 1);
}

TEST(CardMemoryReset, DeletesWhatItsOptionsSay) {
  Bench b;
  b.install(kA, ProfileClass::kOperational, BitString{kPpr1, kPpr2});
  b.install(kT1, ProfileClass::kTest), b.install(kP, ProfileClass::kProvisioning);
  b.enable(kA);
  b.card.driver.call<SetDefaultDpAddressResponse>(SetDefaultDpAddressRequest{"new.example.com"});
  auto from = b.view().next_sequence_number;
  EXPECT_EQ(b.reset({1}), 0);
  EXPECT_EQ(b.notifications(from), "delete:35");
  EXPECT_EQ(b.reset({1}), 1);
  EXPECT_EQ(b.view().profiles.size(), 2u);
  from = b.view().next_sequence_number;
  EXPECT_EQ(b.reset({0, 1}), 0);  // neither rules nor the state protect it
  EXPECT_EQ(b.notifications(from), "delete:19");
  ASSERT_EQ(b.view().profiles.size(), 1u);
  EXPECT_EQ(b.view().profiles[0].metadata.profileClass, ProfileClass::kProvisioning);
  EXPECT_EQ(b.view().default_smdp_address, "new.example.com");
  EXPECT_EQ(b.reset({2}), 0);
  EXPECT_EQ(b.view().default_smdp_address, "");
  EXPECT_EQ(b.reset({}), 1);
}

TEST(CardMemoryReset, EndsTheSession) {
  Bench b;
  b.install(kA);
  Download d(b.card.driver, b.smdpp, hex(kCardEid));
  d.authenticate();
  b.reset({0});
  EXPECT_TRUE(std::holds_alternative<PrepareDownloadResponseError>(d.prepare().value));
}

TEST(CardMemoryReset, AnEnabledTestProfileHandsBack) {
  Bench b;
  b.install(kA), b.install(kT1, ProfileClass::kTest);
  b.enable(kA), b.enable(kT1);
  EXPECT_EQ(b.reset({1}), 0);
  EXPECT_EQ(b.enabled(), kA);
}

TEST(CardProfilesInfo, SearchesAndTags) {
  Bench b;
  auto plan = plan_for(kA);
  plan.metadata.iconType = IconType::kPng;
  plan.metadata.icon = Bytes(900, 0x5A);
  install(b.card, b.smdpp, plan);
  b.install(kT1, ProfileClass::kTest);
  b.card.driver.call<SetNicknameResponse>(SetNicknameRequest{*parse_iccid(kA), "Holiday"});
  const auto infos = [&](const ProfileInfoListRequest& r) {
    return std::get<0>(b.card.driver.call<ProfileInfoListResponse>(r).value);
  };
  auto all = infos({});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].profileNickname, "Holiday");
  EXPECT_EQ(all[0].icon, plan.metadata.icon);
  EXPECT_EQ(all[0].profileState, ProfileState::kDisabled);
  EXPECT_FALSE(all[0].notificationConfigurationInfo);  // not in the default set
  ProfileInfoListRequest request;
  request.searchCriteria = ProfileInfoSearchCriteria{ProfileClass::kTest};
  EXPECT_EQ(infos(request).size(), 1u);
  request.searchCriteria = ProfileInfoSearchCriteria{*parse_iccid(kB)};
  EXPECT_EQ(infos(request).size(), 0u);
  request.searchCriteria = ProfileInfoSearchCriteria{all[0].isdpAid.value()};
  request.tagList = hex("5AB69F1F");  // with a tag of a later version
  const auto one = infos(request);
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].notificationConfigurationInfo, plan.metadata.notificationConfigurationInfo);
  EXPECT_FALSE(one[0].isdpAid);
  b.card.driver.call<SetNicknameResponse>(SetNicknameRequest{*parse_iccid(kA), ""});
  b.card.driver.call<SetNicknameResponse>(
      SetNicknameRequest{*parse_iccid(kA), ""});  // removing nothing is no error
  EXPECT_FALSE(infos({})[0].profileNickname);
}

TEST(CardPreloaded, TestAndProvisioningProfilesOfTheEumStay) {
  eum::CardModel model;
  auto test_plan = plan_for(kT1, ProfileClass::kTest),
       provisioning = plan_for(kP, ProfileClass::kProvisioning);
  MiniSmdpp smdpp(pki());
  model.preloaded = {{test_plan.metadata, test_plan.upp, false, smdpp.ci()},
                     {provisioning.metadata, provisioning.upp, true, smdpp.ci()}};
  TestCard card(pki(), model);
  auto view = must(card::inspect(card.nvm));
  ASSERT_EQ(view.profiles.size(), 2u);
  EXPECT_EQ(view.profiles[1].state, ProfileState::kEnabled);
  EXPECT_LT(view.free_memory, view.memory);
  EXPECT_EQ(card.driver.call<DeleteProfileResponse>(DeleteProfileRequest{*parse_iccid(kT1)}).deleteResult,
            DeleteProfileResult::kDisallowedByPolicy);
  EXPECT_EQ(to_hex(card.driver.store_data("BF3404820206C0").data), "BF3403800101");
  EXPECT_EQ(must(card::profile_package(card.nvm, *parse_iccid(kT1))), test_plan.upp);
  // What a download would be refused for, the EUM cannot load either.
  card::MemoryNvm nvm;
  model.preloaded[1].metadata.iccid = *parse_iccid(kA);
  SeededRandom random(1);
  const auto signer = eum_signer(pki(), crypto::Curve::kP256);
  EXPECT_FALSE(card::manufacture(
      must(eum::personalise(model, *parse_eid(kCardEid), std::span(&signer, 1), pki_time(), random)), nvm));
}

// ---- REFRESH ----

TEST(CardRefresh, TheSwitchWaitsForTheTerminalResponse) {
  for (const bool state_change : {false, true}) {
    Bench b;
    b.install(kA), b.install(kB);
    b.enable(kA);
    EXPECT_EQ(b.card.driver.apdu(terminal_profile(state_change)).sw, 0x9000);
    const auto r = b.card.driver.store_data(der::encode(EnableProfileRequest{{*parse_iccid(kB)}, true}));
    EXPECT_EQ(to_hex(r.data), "BF3103800100");
    EXPECT_EQ(r.sw, 0x910B);
    EXPECT_EQ(b.enabled(), kA);
    // Until then the state must not be told and nothing else may be switched.
    EXPECT_EQ(b.card.driver.store_data("BF2D00").sw, 0x6985);
    EXPECT_EQ(b.card.driver.store_data("BF2D035C015A").sw, 0x910B);
    EXPECT_EQ(b.card.driver.store_data(der::encode(EnableProfileRequest{{*parse_iccid(kB)}, false})).sw,
              0x6985);
    EXPECT_EQ(b.card.driver.store_data(der::encode(DeleteProfileRequest{*parse_iccid(kB)})).sw, 0x6985);
    const std::string mode = state_change ? "09" : "04";
    EXPECT_EQ(b.card.driver.apdu("8012000005").sw, 0x9000);  // 6C0B, then the right length
    EXPECT_EQ(b.card.driver.apdu("80140000 0C 810301 01" + mode + "82028281830100").sw, 0x9000);
    EXPECT_EQ(b.enabled(), kB);
    EXPECT_EQ(b.card.driver.store_data("BF2D00").sw, 0x9000);
    EXPECT_EQ(b.card.driver.apdu("801200000B").sw, 0x6985);
  }
}

TEST(CardRefresh, ATerminalThatCannotKeepsBothStates) {
  Bench b;
  b.install(kA), b.install(kB);
  b.enable(kA);
  b.card.driver.apdu(terminal_profile(true));
  const auto from = b.view().next_sequence_number;
  b.card.driver.store_data(der::encode(DisableProfileRequest{{*parse_iccid(kA)}, true}));
  EXPECT_EQ(to_hex(b.card.driver.apdu("801200000B").data), "D009810301010982028182");
  EXPECT_EQ(b.card.driver.apdu("801400000C810301010982028281830120").sw,
            0x9000);  // terminal currently unable
  EXPECT_EQ(b.enabled(), kA);
  EXPECT_EQ(b.notifications(from), "");
  b.card.power_on();
  EXPECT_EQ(b.enabled(), kA);
}

TEST(CardRefresh, AResetCarriesThePendingSwitchOut) {
  Bench b;
  b.install(kA);
  b.card.driver.apdu(terminal_profile(false));
  b.card.driver.store_data(der::encode(EnableProfileRequest{{*parse_iccid(kA)}, true}));
  EXPECT_EQ(b.enabled(), "-");
  EXPECT_TRUE(b.view().switch_pending);
  b.card.power_on();
  EXPECT_EQ(b.enabled(), kA);
  EXPECT_FALSE(b.view().switch_pending);
}

TEST(CardRefresh, WithoutTerminalProfileTheSwitchIsMadeAtOnce) {
  Bench b;
  b.install(kA);
  EXPECT_EQ(b.enable(kA, true), 0);
  EXPECT_EQ(b.enabled(), kA);
}

TEST(CardRefresh, AProactiveSessionMakesTheCardBusy) {
  Bench b;
  b.install(kA), b.install(kB);
  b.enable(kA);
  b.card.euicc.send_proactive_command(hex("D009810301260182028182"));  // PROVIDE LOCAL INFORMATION
  EXPECT_EQ(b.card.driver.apdu(terminal_profile(true)).sw, 0x910B);
  b.card.driver.apdu("801200000B");
  for (const bool refresh : {false, true}) {
    EXPECT_EQ(b.enable(kB, refresh), 5);
    EXPECT_EQ(b.disable(kA, refresh), 5);
  }
  EXPECT_EQ(b.reset({0}), 5);
  EXPECT_EQ(b.card.driver.apdu("81E2900014BF3111A00C5A0A" + to_hex(*parse_iccid(kB)) + "810100").sw, 0x9300);
  EXPECT_EQ(b.card.driver.apdu("801400000C810301260182028281830100").sw, 0x9000);
  EXPECT_EQ(b.enable(kB), 0);
}

TEST(CardRefresh, MemoryResetOfTheEnabledProfileAsksForIt) {
  Bench b;
  b.install(kA);
  b.enable(kA);
  b.card.driver.apdu(terminal_profile(false));
  const auto r = b.card.driver.store_data("BF3404820205E0");
  EXPECT_EQ(to_hex(r.data), "BF3403800100");
  EXPECT_EQ(r.sw, 0x910B);
  EXPECT_EQ(to_hex(b.card.driver.apdu("801200000B").data), "D009810301010482028182");
  EXPECT_EQ(b.card.driver.apdu("801400000C810301010482028281830100").sw, 0x9000);
  EXPECT_TRUE(b.view().profiles.empty());
}

}  // namespace eider::test
