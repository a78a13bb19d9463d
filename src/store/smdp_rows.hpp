// How the SM-DP's records lie in rows. Internal to src/store.
#pragma once
#include "roles/smdp/records.hpp"
#include "store/row_seal.hpp"
#include "store/row_values.hpp"
#include "store/sgp02_rows.hpp"

namespace eider::store {

// What of IsdpKeys is sealed.
struct IsdpSecrets {
  channel::scp03::Keys keys;
  std::optional<smdp::es8::TokenKey> token;
};

// One step a version: what brings a store of version n to n + 1. Steps that were released never change.
std::span<const char* const> smdp_migrations();

inline constexpr std::string_view kSealedIsdpKeys = "isdp_keys.secret";

}  // namespace eider::store

// Without what the row's own columns say: an ICCID, an id.
EIDER_DER(eider::sgp02::SubscriptionAddress, 0x30);
EIDER_DER(eider::channel::scp03::Keys, 0x30);
EIDER_DER(eider::server::StockProfile, 0x30);
EIDER_DER(eider::smdp::es8::DomainData, 0x30);
EIDER_DER(eider::smdp::es8::TokenKey, 0x30);
EIDER_DER(eider::smdp::Operator, 0x30);
EIDER_DER(eider::smdp::TypePolicy, 0x30);
EIDER_DER(eider::smdp::SmSr, 0x30);
EIDER_DER(eider::smdp::Profile, 0x30);
EIDER_DER(eider::smdp::IsdpKeys, 0x30);
EIDER_DER(eider::store::IsdpSecrets, 0x30);
EIDER_DER(eider::smdp::Waiting, 0x30);
EIDER_DER(eider::smdp::Procedure, 0x30);
EIDER_DER(eider::smdp::AnsweredCall, 0x30);
EIDER_DER(eider::smdp::OutboxEntry, 0x30);
