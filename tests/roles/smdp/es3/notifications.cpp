// Notifications of the SM-SR, on their way to the owner of the Profile.
#include "roles/smdp/es3/notifications.hpp"

#include <gtest/gtest.h>

#include "support/smdp_fixture.hpp"

namespace eider::smdp {
namespace {
using sgp02::EntityId;
using sgp02::ProfileState;

const EntityId kFirstSmsr("2.999.41"), kSecondSmsr("2.999.42");

struct SmdpNotifications : ::testing::Test {
  test::SmdpFixture f;
  SmdpNotifications() {
    f.stock(1);
    f.call(f.order(1), "1");
    f.settle_all();
    f.clock.advance(Duration(60000));
  }
  template <class T>
  T about(int n = 1) {
    T v;
    v.eid = f.smsr.eis.eid();
    v.iccid = f.iccid(n);
    v.completionTimestamp = f.clock.now();
    return v;
  }
};

TEST_F(SmdpNotifications, ReachTheOwnerAndMoveTheState) {
  EXPECT_EQ(f.notify(about<sgp02::HandleProfileEnabledNotification>()).status, 202);
  f.settle_all();
  ASSERT_EQ(f.notifications.size(), 1u);
  EXPECT_EQ(f.notifications[0].function->interface, sgp02::Interface::kEs2);
  EXPECT_EQ(f.notifications[0].function->name, "HandleProfileEnabledNotification");
  EXPECT_EQ(f.profile(1)->state, ProfileState::kEnabled);
  f.clock.advance(Duration(1000));
  f.notify(about<sgp02::HandleProfileDisabledNotification>());
  EXPECT_EQ(f.profile(1)->state, ProfileState::kDisabled);
}

TEST_F(SmdpNotifications, ADuplicateIsTakenOnceAndAnOldOneMovesNothing) {
  const auto enabled = about<sgp02::HandleProfileEnabledNotification>();
  f.clock.advance(Duration(1000));
  f.notify(about<sgp02::HandleProfileDisabledNotification>());
  f.notify(enabled);  // overtaken
  EXPECT_EQ(f.profile(1)->state, ProfileState::kDisabled);
  for (int i = 0; i < 3; ++i) f.notify(enabled);
  f.start();
  f.notify(enabled);
  f.settle_all();
  EXPECT_EQ(f.notifications.size(), 2u);
}

TEST_F(SmdpNotifications, DeletionReturnsEverything) {
  f.notify(about<sgp02::HandleProfileDeletedNotification>());
  f.settle_all();
  EXPECT_FALSE(f.profile(1));
  EXPECT_FALSE(f.keys(1));
  EXPECT_EQ(f.inventory.told.back().substr(0, 7), "deleted");
  EXPECT_EQ(f.notifications.size(), 1u);
  EXPECT_EQ(f.procedures_left(), 0u);
}

TEST_F(SmdpNotifications, OthersArePassedOn) {
  f.notify(about<sgp02::HandleProfileDownloadedNotification>());
  f.notify(about<sgp02::HandleEmergencyProfileAttributeSetNotification>());
  f.notify(about<sgp02::HandleEmergencyProfileAttributeUnsetNotification>());
  f.notify(about<sgp02::HandleProfileFallBackAttributeSetNotification>());
  f.notify(about<sgp02::HandleProfileFallBackAttributeUnsetNotification>());
  auto pol2 = about<sgp02::HandleProfilePOL2UpdatedNotification>();
  pol2.pol2.emplace().rules.push_back({});
  f.notify(pol2);
  sgp02::HandlePLMASettingNotification plma;
  plma.plma.mnoId = EntityId("2.999.32");
  plma.plma.m2mSpId = EntityId("2.999.31");
  plma.completionTimestamp = f.clock.now();
  f.notify(plma);
  f.settle_all();
  EXPECT_EQ(f.notifications.size(), 7u);
  EXPECT_EQ(f.profile(1)->pol2.rules.size(), 1u);
}

TEST_F(SmdpNotifications, OfStrangersAndOfOtherCardsAreDropped) {
  EXPECT_EQ(f.notify(about<sgp02::HandleProfileEnabledNotification>(), EntityId("2.999.77")).status, 403);
  EXPECT_EQ(f.notify(about<sgp02::HandleProfileEnabledNotification>(), kSecondSmsr).status,
            202);                                                                      // not its card
  EXPECT_EQ(f.notify(about<sgp02::HandleProfileEnabledNotification>(3)).status, 202);  // unknown
  auto other_card = about<sgp02::HandleProfileDeletedNotification>();
  other_card.eid[2] ^= 1;
  f.notify(other_card);
  f.settle_all();
  EXPECT_TRUE(f.notifications.empty());
  EXPECT_EQ(f.profile(1)->state, ProfileState::kDisabled);
}

TEST_F(SmdpNotifications, AfterAnSmSrChangeTheNewOneIsBelieved) {
  sgp02::HandleSMSRChangeNotification change;
  change.eis = f.smsr.eis;
  change.completionTimestamp = f.clock.now();
  change.eis.smsrId = kSecondSmsr;
  f.notify(change, kFirstSmsr);  // not in the name of another
  EXPECT_EQ(f.profile(1)->smsr, kFirstSmsr);
  f.notify(change, kSecondSmsr);
  f.settle_all();
  EXPECT_EQ(f.profile(1)->smsr, kSecondSmsr);
  EXPECT_EQ(f.notifications.size(), 1u);
  f.notify(about<sgp02::HandleProfileEnabledNotification>(), kFirstSmsr);
  EXPECT_EQ(f.profile(1)->state, ProfileState::kDisabled);
  f.notify(about<sgp02::HandleProfileEnabledNotification>(), kSecondSmsr);
  EXPECT_EQ(f.profile(1)->state, ProfileState::kEnabled);
}

TEST_F(SmdpNotifications, WaitForAnOperatorThatIsAway) {
  bool away = true;
  f.reachable = [&](const sgp02::soap::Message&) { return !away; };
  f.notify(about<sgp02::HandleProfileEnabledNotification>());
  f.settle();
  EXPECT_TRUE(f.notifications.empty());
  f.start();
  away = false;
  f.settle_all();
  EXPECT_EQ(f.notifications.size(), 1u);
}

}  // namespace
}  // namespace eider::smdp
