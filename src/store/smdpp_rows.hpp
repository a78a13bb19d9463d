// How the SM-DP+'s records lie in rows. Internal to src/store.
#pragma once
#include "roles/smdpp/records.hpp"
#include "store/row_seal.hpp"
#include "store/row_values.hpp"

namespace eider::store {

// One step a version: what brings a store of version n to n + 1. Steps that were released never change.
std::span<const char* const> smdpp_migrations();

inline constexpr std::string_view kSealedPersonalisation = "profile.personalisation";
inline constexpr std::string_view kSealedPackage = "package.package";
inline constexpr std::string_view kSealedTemplate = "template.package";
inline constexpr std::string_view kSealedSessionKeys = "kept_bpp.session_keys";
inline constexpr std::string_view kSealedRandomKeys = "kept_bpp.random_keys";
// Those that version 1 had in the clear.
std::span<const SealedColumn> smdpp_sealed_columns();

// The parts of an order that no query asks for.
Bytes encode_order(const smdpp::Order& order);
Result<smdpp::Order> decode_order(ByteView encoded);
Bytes encode_requirements(const smdpp::Requirements& r);
smdpp::Requirements decode_requirements(ByteView encoded);

// Columns of kProfileColumns, in that order.
#define EIDER_PROFILE_COLUMNS                                                                              \
  "iccid,state,type,owner,metadata,template_name,personalisation,requirements,order_data,on_card,changed_" \
  "at,version"
Result<smdpp::Profile> read_profile(const Query& q, const RowSealer* sealer);

}  // namespace eider::store
