// Changes of the enabled Profile of an M2M card: accepted, carried out at the REFRESH, confirmed or rolled
// back (SGP.02 v4.2 sections 3.2, 3.4, 3.15, 3.16). Each step is one commit, so that power may go at any
// time.
#pragma once
#include "card/persistent_state.hpp"

namespace eider::card::m2m {

// A change is on its way: no other one can begin.
bool changing(const PersistentState& state);
// Accepts a change; nothing is different yet. Commits.
Status accept_change(PersistentState& state, Cause cause, std::optional<std::uint16_t> to);
// Carries an accepted change out: the states of both Profiles, the notification that says so. Nothing
// when none waits. Commits.
Status carry_out_change(PersistentState& state);
// The Profile that was enabled gets no network, or no confirmation: accepts the way back, or the fall-back
// when the way back has failed too. False: there is nowhere to go. Commits.
Result<bool> give_up_change(PersistentState& state);
// The network is lost (section 3.16): accepts the fall-back. False: it does not apply. Commits.
Result<bool> fall_back(PersistentState& state);

// A confirmation of the SM-SR (section 3.15): the notification is done, POL1 is carried out. The ISD-Ps that
// went; nothing: another notification, or none, waits. Commits.
Result<std::optional<std::vector<sgp02::es5::Aid>>> confirm(PersistentState& state, std::uint16_t sequence);

// Makes a notification when none waits. No commit.
void notify(PersistentState& state, sgp02::es5::NotificationType type);

// The device's own commands (section 3.30 and following): nothing for the SM-SR to know or to confirm.
enum class LocalFunction : std::uint8_t {
  kEnableTestProfile,
  kDisableTestProfile,
  kEnableEmergencyProfile,
  kDisableEmergencyProfile,
};
// 9000 when the change is accepted. Commits.
Result<std::uint16_t> local_change(PersistentState& state, LocalFunction function);

}  // namespace eider::card::m2m
