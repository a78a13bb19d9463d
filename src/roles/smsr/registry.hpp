// What the registry knows of a card, and what an event of the card changes in it.
#pragma once
#include "roles/smsr/context.hpp"

namespace eider::smsr {

std::optional<Profile> enabled_of(const std::vector<Profile>& profiles);
std::optional<Profile> with_aid(const std::vector<Profile>& profiles, const Aid& isdp_aid);
// The smallest ISD-P AID that none of them has (section 2.2.3).
Result<Aid> free_aid(const std::vector<Profile>& profiles);

// The card has this Profile enabled now, because of that operation or by itself: the EIS follows, and those
// who own them hear of it. Gives back the one that was enabled before, if another.
Result<std::optional<Profile>> set_enabled(StoreTransaction& tx, Context& context, const Eid& eid,
                                           const Aid& isdp_aid, const Operation* by);
// The Profile is no longer on the card.
Status profile_gone(StoreTransaction& tx, Context& context, const Profile& profile,
                    const std::optional<EntityId>& initiator);
// POL2 of a Profile that has become disabled: the card is told to delete it.
Status apply_auto_delete(StoreTransaction& tx, Context& context, const Profile& profile);

std::optional<EntityId> initiator_of(const Operation& operation);

}  // namespace eider::smsr
