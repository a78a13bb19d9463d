// ListNotification, RetrieveNotificationsList and RemoveNotificationFromList over a card with something to
// tell: SGP.22 v2.6.1 sections 3.5 and 5.7.9 to 5.7.11.
#include <gtest/gtest.h>

#include "card/pki.hpp"
#include "spec/sgp22/es10b.hpp"
#include "spec/sgp22/es10c.hpp"
#include "support/card_fixtures.hpp"

namespace eider::test {
namespace {
using namespace sgp22;

// Result of the installation (1), installed (2), enabled (3), disabled (4), enabled (5).
struct Talkative {
  TestCard card{pki()};
  MiniSmdpp smdpp{pki()};
  Talkative() {
    install(card, smdpp, plan_of_class(kIccidA));
    enable(), disable(), enable();
  }
  void enable() {
    const auto r =
        card.driver.call<EnableProfileResponse>(EnableProfileRequest{{*parse_iccid(kIccidA)}, false});
    EXPECT_EQ(static_cast<int>(r.enableResult), 0);
  }
  void disable() {
    const auto r =
        card.driver.call<DisableProfileResponse>(DisableProfileRequest{{*parse_iccid(kIccidA)}, false});
    EXPECT_EQ(static_cast<int>(r.disableResult), 0);
  }
  std::vector<std::int64_t> listed(std::optional<BitString> events = {}) {
    std::vector<std::int64_t> out;
    const auto r = card.driver.call<ListNotificationResponse>(ListNotificationRequest{std::move(events)});
    for (const auto& m : std::get<0>(r.value)) out.push_back(m.seqNumber);
    return out;
  }
  std::vector<PendingNotification> retrieved(std::optional<NotificationSearchCriteria> by = {}) {
    auto r =
        card.driver.call<RetrieveNotificationsListResponse>(RetrieveNotificationsListRequest{std::move(by)});
    return std::get<0>(std::move(r.value));
  }
  int remove(std::int64_t number) {
    return static_cast<int>(
        card.driver.call<NotificationSentResponse>(NotificationSentRequest{number}).deleteNotificationStatus);
  }
};
using Numbers = std::vector<std::int64_t>;

TEST(CardNotifications, AreListedByEvent) {
  Talkative t;
  EXPECT_EQ(t.listed(), (Numbers{1, 2, 3, 4, 5}));
  EXPECT_EQ(t.listed(BitString{kEventInstall}), (Numbers{1, 2})) << "with the installation result";
  EXPECT_EQ(t.listed(BitString{kEventEnable}), (Numbers{3, 5}));
  EXPECT_EQ(t.listed(BitString{kEventDisable}), (Numbers{4}));
  EXPECT_EQ(t.listed(BitString({kEventInstall, kEventDisable})), (Numbers{1, 2, 4}));
  EXPECT_EQ(t.listed(BitString{kEventDelete}), Numbers{});
}

TEST(CardNotifications, SayWhatHappenedToWhom) {
  Talkative t;
  const auto r = t.card.driver.call<ListNotificationResponse>(ListNotificationRequest{});
  const auto& list = std::get<0>(r.value);
  ASSERT_EQ(list.size(), 5u);
  EXPECT_TRUE(list[3].profileManagementOperation.test(kEventDisable));
  EXPECT_EQ(list[3].iccid, parse_iccid(kIccidA));
  EXPECT_FALSE(list[3].notificationAddress.empty());
}

TEST(CardNotifications, AreRetrievedByNumberOrEvent) {
  Talkative t;
  ASSERT_EQ(t.retrieved().size(), 5u);
  EXPECT_TRUE(std::holds_alternative<ProfileInstallationResult>(t.retrieved()[0].value));
  const auto third = t.retrieved(NotificationSearchCriteria{std::int64_t{3}});
  ASSERT_EQ(third.size(), 1u);
  const auto& other = std::get<OtherSignedNotification>(third[0].value);
  EXPECT_EQ(other.tbsOtherNotification.value.seqNumber, 3);
  EXPECT_EQ(t.retrieved(NotificationSearchCriteria{BitString{kEventEnable}}).size(), 2u);
  EXPECT_TRUE(t.retrieved(NotificationSearchCriteria{std::int64_t{6}}).empty());
  EXPECT_TRUE(t.retrieved(NotificationSearchCriteria{std::int64_t{0}}).empty());
}

TEST(CardNotifications, AreSignedByTheCard) {
  Talkative t;
  for (const auto& n : t.retrieved(NotificationSearchCriteria{BitString({kEventEnable, kEventDisable})})) {
    const auto& other = std::get<OtherSignedNotification>(n.value);
    const auto card = must(crypto::Certificate::parse(other.euiccCertificate.der));
    EXPECT_TRUE(
        crypto::verify(card.public_key(), other.tbsOtherNotification.raw, other.euiccNotificationSignature));
    auto changed = to_bytes(other.tbsOtherNotification.raw);
    changed.back() ^= 1;
    EXPECT_FALSE(crypto::verify(card.public_key(), changed, other.euiccNotificationSignature));
  }
}

TEST(CardNotifications, StayUntilRemovedAndAcrossPowerLoss) {
  Talkative t;
  EXPECT_EQ(t.remove(2), 0);
  EXPECT_EQ(t.remove(2), 1) << "nothing to delete";
  EXPECT_EQ(t.remove(99), 1);
  EXPECT_EQ(t.listed(), (Numbers{1, 3, 4, 5}));
  t.card.power_on();
  EXPECT_EQ(t.listed(), (Numbers{1, 3, 4, 5}));
  t.disable();
  EXPECT_EQ(t.listed(), (Numbers{1, 3, 4, 5, 6})) << "numbers are not used again";
}

}  // namespace
}  // namespace eider::test
