// Power losses at every durable write of every operation that changes a card: afterwards it is as before or
// as after.
#include <functional>
#include <gtest/gtest.h>

#include "card/pki.hpp"
#include "spec/sgp22/es10c.hpp"
#include "support/card_fixtures.hpp"

namespace eider::test {
namespace {
using namespace sgp22;
using Cut = card::MemoryNvm::Cut;
using CardOperation = std::function<void(CardCopy&)>;

// A card with A enabled, B and a Test Profile disabled, and a nickname.
const card::MemoryNvm& base() {
  static const card::MemoryNvm nvm = [] {
    TestCard card(pki());
    MiniSmdpp smdpp(pki());
    install(card, smdpp, plan_of_class(kIccidA));
    install(card, smdpp, plan_of_class(kIccidB));
    install(card, smdpp, plan_of_class(kIccidTest, ProfileClass::kTest));
    card.driver.call<EnableProfileResponse>(EnableProfileRequest{{*parse_iccid(kIccidA)}, false});
    card.driver.call<SetDefaultDpAddressResponse>(SetDefaultDpAddressRequest{"smdpp.example.com"});
    return card.nvm;
  }();
  return nvm;
}

// Runs the operation with the power going at each write in turn. `resumed`: a cut after the first write must
// lead to the state after the operation, too. `interrupted` (state, write): is it what a download leaves that
// came to that write? Returns how many writes the operation makes.
using Interrupted = std::function<bool(const card::MemoryNvm&, std::size_t)>;
std::size_t crash_everywhere(const CardOperation& operation, bool resumed = false,
                             const Interrupted& interrupted = {}) {
  const auto before = state_text(base());
  CardCopy whole(base());
  const auto writes_before = whole.nvm.commits();
  operation(whole);
  const auto writes = whole.nvm.commits() - writes_before;
  must(whole.euicc.reset());  // a pending switch is carried out
  const auto after = state_text(whole.nvm);
  EXPECT_NE(before, after);
  for (std::size_t n = 1; n <= writes; ++n) {
    for (const auto cut : {Cut::kBeforeWrite, Cut::kAfterWrite}) {
      CardCopy card(base());
      card.nvm.cut_power_at(n, cut);
      EXPECT_THROW(operation(card), std::runtime_error);  // the card falls silent
      EXPECT_FALSE(card.nvm.powered());
      EXPECT_FALSE(card.euicc.transmit(hex("80F2000C")));  // and stays so
      card.nvm.restore_power();
      EXPECT_TRUE(card.euicc.reset());
      const auto state = state_text(card.nvm);
      // Writes that took effect: what comes after the first and before the last is an interrupted download.
      const auto done = cut == Cut::kAfterWrite ? n : n - 1;
      const bool between = interrupted && done >= 2 && done < writes;
      EXPECT_TRUE(between ? interrupted(card.nvm, done) : state == before || state == after)
          << "write " << n << (cut == Cut::kAfterWrite ? " after" : " before") << "\n"
          << state << "\nbefore:\n"
          << before << "\nafter:\n"
          << after;
      const bool begun = n > 1 || cut == Cut::kAfterWrite;
      EXPECT_TRUE(!resumed || !begun || state == after);
      // It works as ever.
      card.driver.open();
      EXPECT_EQ(card.driver.store_data("BF2D00").sw, 0x9000);
    }
  }
  return writes;
}

// Is the card as before, and one ProfileInstallationResult more: signed, errorReason 11, the ICCID if it was
// known, and the command that the download had come to? `step`: its place among the plan's commands.
bool is_interruption(const card::MemoryNvm& nvm, const BppPlan& plan, std::size_t step) {
  std::vector<BppCommandId> commands = {BppCommandId::kInitialiseSecureChannel, BppCommandId::kConfigureISDP,
                                        BppCommandId::kStoreMetadata};
  if (plan.split_metadata) commands.push_back(BppCommandId::kStoreMetadata2);
  const auto metadata_known = commands.size() - 1;
  if (plan.ppk) commands.push_back(BppCommandId::kReplaceSessionKeys);
  commands.push_back(BppCommandId::kLoadProfileElements);
  CardCopy card(nvm);
  const auto before = must(card::inspect(base()));
  auto view = must(card::inspect(card.nvm));
  const auto number = view.next_sequence_number - 1;
  const auto list = card.driver.call<RetrieveNotificationsListResponse>(
      RetrieveNotificationsListRequest{NotificationSearchCriteria{number}});
  const auto& pending = std::get<0>(list.value);
  if (view.loading || number != before.next_sequence_number || pending.size() != 1) return false;
  const auto* pir = std::get_if<ProfileInstallationResult>(&pending.front().value);
  if (!pir || !error_of(*pir)) return false;
  const auto& data = pir->profileInstallationResultData.value;
  const auto credential = must(der::decode<eum::Personalisation>(*nvm.get("personalisation"))).credentials[0];
  const auto key = must(crypto::Certificate::parse(credential.euiccCertificate.der)).public_key();
  EXPECT_TRUE(crypto::verify(key, pir->profileInstallationResultData.raw, pir->euiccSignPIR));
  EXPECT_EQ(data.notificationMetadata.notificationAddress, "smdpp.example.com");
  EXPECT_TRUE(data.notificationMetadata.profileManagementOperation.test(kEventInstall));
  EXPECT_EQ(data.notificationMetadata.iccid,
            step >= metadata_known ? std::optional(plan.metadata.iccid) : std::nullopt);
  EXPECT_EQ(error_of(*pir)->errorReason, ErrorReason::kInstallFailedDueToInterruption);
  EXPECT_EQ(error_of(*pir)->bppCommandId, commands.at(step));
  // But for that result the card is as it was.
  view.notifications.pop_back();
  --view.next_sequence_number;
  return state_text(view) == state_text(before);
}
CardOperation download_of(const BppPlan& plan) {
  return [&plan](CardCopy& c) {
    MiniSmdpp smdpp(pki());
    Download(c.driver, smdpp, hex(kCardEid)).run(plan);
  };
}
}  // namespace

TEST(CardCrash, Install) {
  const auto plan = plan_of_class("8988211000000000068");
  const auto writes = crash_everywhere(
      download_of(plan), false,
      [&](const card::MemoryNvm& nvm, std::size_t done) { return is_interruption(nvm, plan, done - 2); });
  // The one-time key; InitialiseSecureChannel, ConfigureISDP, StoreMetadata, LoadProfileElements; the
  // installation.
  EXPECT_EQ(writes, 6u);
}

TEST(CardCrash, InstallWithSplitMetadataAndOtherKeys) {
  auto plan = plan_of_class("8988211000000000068");
  plan.split_metadata = true;
  plan.ppk = true;
  const auto writes = crash_everywhere(
      download_of(plan), false,
      [&](const card::MemoryNvm& nvm, std::size_t done) { return is_interruption(nvm, plan, done - 2); });
  EXPECT_EQ(writes, 8u);
}

TEST(CardCrash, FailedInstall) {
  auto plan = plan_of_class("8988211000000000068");
  plan.upp.resize(500);
  crash_everywhere(download_of(plan), false, [&](const card::MemoryNvm& nvm, std::size_t done) {
    return is_interruption(nvm, plan, done - 2);
  });
}

// A segment is lost and the card reset, without power loss at a write.
TEST(CardCrash, AResetWhileLoadingLeavesAResult) {
  const auto plan = plan_of_class("8988211000000000068");
  for (std::size_t n = 0; n <= 6; ++n) {
    CardCopy card(base());
    MiniSmdpp smdpp(pki());
    Download d(card.driver, smdpp, hex(kCardEid));
    d.authenticate();
    d.prepare();
    auto segments = d.bind(plan);
    segments.resize(n);
    EXPECT_FALSE(d.load(segments));
    EXPECT_EQ(must(card::inspect(card.nvm)).loading, n > 0);
    must(card.euicc.reset());
    if (n == 0) {
      EXPECT_EQ(state_text(card.nvm), state_text(base()));  // nothing had begun
    } else {
      // Header A1 alone and header A3 alone are no commands.
      const std::size_t command[] = {0, 0, 1, 1, 2, 2, 3};
      EXPECT_TRUE(is_interruption(card.nvm, plan, command[n])) << n;
    }
    const auto state = state_text(card.nvm);
    must(card.euicc.reset());
    EXPECT_EQ(state_text(card.nvm), state);  // once
  }
}

TEST(CardCrash, TheResultOfAnInterruptionSurvivesPowerLossesWhileItIsMade) {
  const auto plan = plan_of_class("8988211000000000068");
  CardCopy card(base());
  MiniSmdpp smdpp(pki());
  Download d(card.driver, smdpp, hex(kCardEid));
  d.authenticate();
  d.prepare();
  auto segments = d.bind(plan);
  segments.resize(2);
  EXPECT_FALSE(d.load(segments));
  for (int i = 0; i < 3; ++i) {
    card.nvm.restore_power();
    card.nvm.cut_power_at(1, Cut::kBeforeWrite);
    EXPECT_FALSE(card.euicc.reset());
  }
  card.nvm.restore_power();
  card.nvm.cut_power_at(1, Cut::kAfterWrite);
  EXPECT_FALSE(card.euicc.reset());
  card.nvm.restore_power();
  must(card.euicc.reset());
  EXPECT_TRUE(is_interruption(card.nvm, plan, 1));
}

TEST(CardCrash, EnableDisableDeleteNickname) {
  EXPECT_EQ(crash_everywhere([](CardCopy& c) {
              c.driver.call<EnableProfileResponse>(EnableProfileRequest{{*parse_iccid(kIccidB)}, false});
            }),
            1u);
  crash_everywhere([](CardCopy& c) {
    c.driver.call<EnableProfileResponse>(EnableProfileRequest{{*parse_iccid(kIccidTest)}, false});
  });
  crash_everywhere([](CardCopy& c) {
    c.driver.call<DisableProfileResponse>(DisableProfileRequest{{*parse_iccid(kIccidA)}, false});
  });
  crash_everywhere(
      [](CardCopy& c) { c.driver.call<DeleteProfileResponse>(DeleteProfileRequest{*parse_iccid(kIccidB)}); });
  crash_everywhere([](CardCopy& c) {
    c.driver.call<SetNicknameResponse>(SetNicknameRequest{*parse_iccid(kIccidB), "Work"});
  });
}

TEST(CardCrash, EnableWithRefreshIsCarriedOutAtPowerOn) {
  const CardOperation operation = [](CardCopy& c) {
    c.driver.apdu(terminal_profile());
    c.driver.call<EnableProfileResponse>(EnableProfileRequest{{*parse_iccid(kIccidB)}, true});
    c.driver.apdu("801200000B");
    c.driver.apdu("801400000C810301010482028281830100");
  };
  EXPECT_EQ(crash_everywhere(operation, true), 2u);
}

TEST(CardCrash, MemoryResetGoesOnAtPowerOn) {
  EXPECT_EQ(
      crash_everywhere(
          [](CardCopy& c) { c.driver.call<EuiccMemoryResetResponse>(EuiccMemoryResetRequest{{0, 1, 2}}); },
          true),
      2u);
}

TEST(CardCrash, MemoryResetSurvivesAPowerLossWhileItResumes) {
  CardCopy card(base());
  card.nvm.cut_power_at(1, Cut::kAfterWrite);
  EXPECT_THROW(card.driver.store_data("BF3404820205E0"), std::runtime_error);
  for (int i = 0; i < 3; ++i) {
    card.nvm.restore_power();
    card.nvm.cut_power_at(1, Cut::kBeforeWrite);
    EXPECT_FALSE(card.euicc.reset());
  }
  card.nvm.restore_power();
  EXPECT_TRUE(card.euicc.reset());
  EXPECT_TRUE(must(card::inspect(card.nvm)).profiles.empty());
}

TEST(CardCrash, NotificationRemovalAndSettings) {
  crash_everywhere([](CardCopy& c) { c.driver.call<NotificationSentResponse>(NotificationSentRequest{2}); });
  crash_everywhere(
      [](CardCopy& c) { c.driver.call<SetDefaultDpAddressResponse>(SetDefaultDpAddressRequest{""}); });
}

TEST(CardCrash, AnInterruptedDownloadIsRetriedWithTheSameKey) {
  CardCopy card(base());
  MiniSmdpp smdpp(pki());
  const auto plan = plan_of_class("8988211000000000068");
  Download d(card.driver, smdpp, hex(kCardEid));
  d.authenticate();
  d.prepare();
  const auto key = d.euicc_otpk;
  auto segments = d.bind(plan);
  segments.resize(segments.size() / 2);
  EXPECT_FALSE(d.load(segments));
  must(card.euicc.reset());  // power goes in the middle
  EXPECT_TRUE(is_interruption(card.nvm, plan, 1));
  EXPECT_EQ(must(card::inspect(card.nvm)).profiles.size(), 3u);
  EXPECT_EQ(must(card::inspect(card.nvm)).free_memory, must(card::inspect(base())).free_memory);
  card.driver.open();
  d.authenticate();
  d.prepare(key);
  EXPECT_EQ(d.euicc_otpk, key);
  const auto result = d.load(d.bind(plan));
  ASSERT_TRUE(result && success_of(*result));
  // Used up: never given out again.
  d.authenticate();
  d.prepare(key);
  EXPECT_NE(d.euicc_otpk, key);
}

}  // namespace eider::test
