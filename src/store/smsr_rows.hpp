// How the SM-SR's records lie in rows. Internal to src/store.
//
// What is read and written together lies together: `part` holds an eUICC, its key sets, its Profiles and its
// audit trail under neighbouring numbers, so that a step of an operation writes one page of them.
#pragma once
#include "roles/smsr/records.hpp"
#include "store/row_seal.hpp"
#include "store/row_values.hpp"
#include "store/sgp02_rows.hpp"

// Without what the row's own columns say: the EID, a key set's keys, an id.
EIDER_DER(eider::smsr::Euicc, 0x30);
EIDER_DER(eider::smsr::Profile, 0x30);
EIDER_DER(eider::smsr::EisDocument, 0x30);
EIDER_DER(eider::smsr::StoredKey, 0x30);
EIDER_DER(eider::smsr::CardKeys, 0x30);
EIDER_DER(eider::smsr::Outcome, 0x30);
EIDER_DER(eider::smsr::Call, 0x30);
EIDER_DER(eider::smsr::AnsweredCall, 0x30);
EIDER_DER(eider::smsr::Operation, 0x30);
EIDER_DER(eider::smsr::ExpectedHandover, 0x30);
EIDER_DER(eider::smsr::ReportContent, 0x30);
EIDER_DER(eider::smsr::OutboxEntry, 0x30);

namespace eider::store {

// One step a version: what brings a store of version n to n + 1. Steps that were released never change.
std::span<const char* const> smsr_migrations();

inline constexpr std::string_view kSealedKeySet = "part.secret";
inline constexpr std::string_view kSealedOperation = "operation.secret";
// What a sealed value is bound to.
Bytes key_set_row(const smsr::Eid& eid, std::uint8_t version);
Bytes operation_row(smsr::OperationId id);

// Numbers of the parts of the card n: n * 2^32 + kind * 2^28 + number within the kind.
enum class PartKind : std::int64_t { kEuicc = 0, kKeySet = 1, kProfile = 2, kAudit = 3 };
constexpr std::int64_t part_id(std::int64_t card, PartKind kind, std::int64_t number = 0) {
  return (card << 32) + (static_cast<std::int64_t>(kind) << 28) + number;
}
constexpr std::int64_t part_end(std::int64_t card, PartKind kind) {
  return part_id(card, kind) + (std::int64_t{1} << 28);
}

}  // namespace eider::store
