// How the records of campaigns lie in rows. Internal to src/store.
#pragma once
#include "roles/campaign/records.hpp"
#include "store/der_rows.hpp"
#include "store/row_values.hpp"

namespace eider::store {

// One step a version: what brings a store of version n to n + 1. Steps that were released never change.
std::span<const char* const> campaign_migrations();

// What no query asks for.
struct CampaignTerms {
  campaign::Goal goal;
  campaign::Pace pace;
};

}  // namespace eider::store

EIDER_DER(eider::campaign::Hours, 0x30);
EIDER_DER(eider::campaign::Goal, 0x30);
EIDER_DER(eider::campaign::Pace, 0x30);
EIDER_DER(eider::store::CampaignTerms, 0x30);
