// The life cycle, every state against every event: SGP.22 v2.6.1 section 3.1.6.
#include "roles/smdpp/profile_state.hpp"

#include <gtest/gtest.h>
#include <map>

namespace eider::smdpp {
namespace {

// Rows: events in their order; a letter per state (Available aLlocated linKed Confirmed Released Downloaded
// Installed Error Unavailable Pushed), '.' for illegal. Written from the specification's diagram, not from
// the table; Pushed is not in it.
constexpr std::string_view kStates = "ALKCRDIEUP";
const std::map<ProfileEvent, std::string_view> kExpected = {
    {ProfileEvent::kDownloadOrder, "L........."},       {ProfileEvent::kDownloadOrderWithEid, "K........."},
    {ProfileEvent::kConfirmOrder, ".CC......."},        {ProfileEvent::kConfirmAndRelease, ".RR......."},
    {ProfileEvent::kReleaseProfile, "...RR....."},      {ProfileEvent::kBppDelivered, "....DD...."},
    {ProfileEvent::kInstallSucceeded, ".....I.I.."},    {ProfileEvent::kInstallFailed, ".....E...."},
    {ProfileEvent::kInstallInterrupted, ".....D...."},  {ProfileEvent::kSessionPostponed, "....RD...."},
    {ProfileEvent::kOrderFailed, "....EE...."},         {ProfileEvent::kCancelToAvailable, ".AAAA..A.."},
    {ProfileEvent::kCancelToUnavailable, ".UUUU..U.."}, {ProfileEvent::kDeletedForReuse, "......A..."},
    {ProfileEvent::kPushReserved, "P........."},        {ProfileEvent::kPushInstalled, ".........I"},
    {ProfileEvent::kPushReturned, ".........A"},
};

TEST(SmDpPlusProfileState, EveryStateAndEvent) {
  ASSERT_EQ(kExpected.size(), kProfileEvents);
  for (const auto& [event, row] : kExpected) {
    ASSERT_EQ(row.size(), kProfileStates);
    for (std::size_t from = 0; from < kProfileStates; ++from) {
      const auto to = next_state(static_cast<ProfileState>(from), event);
      const char got = to ? kStates[static_cast<std::size_t>(*to)] : '.';
      EXPECT_EQ(got, row[from]) << to_string(event) << " in " << to_string(static_cast<ProfileState>(from));
    }
  }
}

TEST(SmDpPlusProfileState, NamesRoundTrip) {
  for (std::size_t s = 0; s < kProfileStates; ++s)
    EXPECT_EQ(profile_state_from(to_string(static_cast<ProfileState>(s))), static_cast<ProfileState>(s));
  EXPECT_FALSE(profile_state_from("Enabled"));
}

}  // namespace
}  // namespace eider::smdpp
