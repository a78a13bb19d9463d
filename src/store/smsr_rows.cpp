#include "store/smsr_rows.hpp"

namespace eider::store {
namespace {
using namespace smsr;
using der::field;

constexpr der::Field kEuicc[] = {field<&Euicc::http>("http", 0x80),
                                 filled<&Euicc::cat_tp>("cat_tp", 0x81),
                                 filled<&Euicc::remaining_memory>("remaining_memory", 0x82),
                                 filled<&Euicc::available_memory>("available_memory", 0x83),
                                 field<&Euicc::last_audit>("last_audit", 0x84),
                                 field<&Euicc::last_notification>("last_notification", 0x85),
                                 filled<&Euicc::address>("address", 0x86),
                                 filled<&Euicc::imei>("imei", 0x87),
                                 filled<&Euicc::meid>("meid", 0x88),
                                 field<&Euicc::hold_until>("hold_until", 0x89),
                                 filled<&Euicc::scp80_version>("scp80_version", 0x8A),
                                 filled<&Euicc::scp81_version>("scp81_version", 0x8B)};

constexpr der::Field kProfile[] = {field<&Profile::isdp_aid>("isdp_aid", 0x80),
                                   filled<&Profile::state>("state", 0x81),
                                   filled<&Profile::owner>("owner", 0x82),
                                   field<&Profile::smdp_id>("smdp_id", 0x83),
                                   filled<&Profile::type>("type", 0x84),
                                   filled<&Profile::fallback>("fallback", 0x85),
                                   filled<&Profile::emergency>("emergency", 0x86),
                                   filled<&Profile::test>("test", 0x87),
                                   filled<&Profile::imsi>("imsi", 0x88),
                                   filled<&Profile::msisdn>("msisdn", 0x89),
                                   filled<&Profile::allocated_memory>("allocated_memory", 0x8A),
                                   field<&Profile::free_memory>("free_memory", 0x8B),
                                   filled<&Profile::pol2>("pol2", 0xAC)};

constexpr der::Field kEisDocument[] = {field<&EisDocument::signed_info>("signed_info", 0xA0),
                                       filled<&EisDocument::isd_r>("isd_r", 0xA1),
                                       filled<&EisDocument::properties>("properties", 0xA2)};

constexpr der::Field kStoredKey[] = {filled<&StoredKey::identifier>("identifier", 0x80),
                                     field<&StoredKey::type>("type", 0x81),
                                     field<&StoredKey::value>("value", 0x82)};
constexpr der::Field kCardKeys[] = {field<&CardKeys::type>("type", 0x80),
                                    filled<&CardKeys::counter>("counter", 0x81)};

constexpr der::Field kOutcome[] = {filled<&Outcome::status>("status", 0x80),
                                   field<&Outcome::code>("code", 0xA1),
                                   filled<&Outcome::euicc_response>("euicc_response", 0x82),
                                   field<&Outcome::isdp_aid>("isdp_aid", 0x83),
                                   filled<&Outcome::first>("first", 0x84),
                                   filled<&Outcome::second>("second", 0x85),
                                   filled<&Outcome::ended_at>("ended_at", 0x86)};
constexpr der::Field kCall[] = {filled<&Call::function>("function", 0x80),
                                filled<&Call::caller>("caller", 0x81),
                                filled<&Call::call_identifier>("call_identifier", 0x82),
                                filled<&Call::message_id>("message_id", 0x83),
                                filled<&Call::transaction_id>("transaction_id", 0x84),
                                filled<&Call::reply_to>("reply_to", 0x85),
                                filled<&Call::received_at>("received_at", 0x86),
                                filled<&Call::acceptable_validity>("acceptable_validity", 0x87)};
constexpr der::Field kAnsweredCall[] = {
    field<&AnsweredCall::call>("call", 0xA0), field<&AnsweredCall::outcome>("outcome", 0xA1),
    filled<&AnsweredCall::content>("content", 0x82), filled<&AnsweredCall::eid>("eid", 0x83),
    filled<&AnsweredCall::iccids>("iccids", 0xA4)};

constexpr der::Field kOperation[] = {filled<&Operation::parent>("parent", 0x80),
                                     filled<&Operation::eid>("eid", 0x81),
                                     field<&Operation::kind>("kind", 0x82),
                                     field<&Operation::stage>("stage", 0x83),
                                     field<&Operation::transport>("transport", 0x84),
                                     filled<&Operation::started>("started", 0x85),
                                     filled<&Operation::internal>("internal", 0x86),
                                     filled<&Operation::call>("call", 0xA7),
                                     filled<&Operation::iccid>("iccid", 0x88),
                                     filled<&Operation::isdp_aid>("isdp_aid", 0x89),
                                     filled<&Operation::iccids>("iccids", 0xAA),
                                     filled<&Operation::data>("data", 0x8B),
                                     filled<&Operation::peer>("peer", 0x8C),
                                     filled<&Operation::notification>("notification", 0x8D),
                                     filled<&Operation::notification_type>("notification_type", 0x8E),
                                     filled<&Operation::more_to_do>("more_to_do", 0x8F),
                                     filled<&Operation::created_at>("created_at", 0x90),
                                     filled<&Operation::expires_at>("expires_at", 0x91),
                                     filled<&Operation::next_at>("next_at", 0x92),
                                     filled<&Operation::attempts>("attempts", 0x93),
                                     filled<&Operation::counter>("counter", 0x94),
                                     filled<&Operation::key_version>("key_version", 0x95),
                                     filled<&Operation::token>("token", 0x96)};

constexpr der::Field kExpectedHandover[] = {filled<&ExpectedHandover::current_smsr>("current_smsr", 0x80),
                                            filled<&ExpectedHandover::announced_by>("announced_by", 0x81),
                                            filled<&ExpectedHandover::expires_at>("expires_at", 0x82)};

constexpr der::Field kReportContent[] = {
    field<&ReportContent::report>("report", 0x80), filled<&ReportContent::iccid>("iccid", 0x81),
    filled<&ReportContent::completed_at>("completed_at", 0x82),
    field<&ReportContent::initiator>("initiator", 0x83), filled<&ReportContent::plma>("plma", 0xA4)};
constexpr der::Field kOutboxEntry[] = {filled<&OutboxEntry::key>("key", 0x80),
                                       field<&OutboxEntry::kind>("kind", 0x81),
                                       filled<&OutboxEntry::target>("target", 0x82),
                                       filled<&OutboxEntry::url>("url", 0x83),
                                       filled<&OutboxEntry::eid>("eid", 0x84),
                                       filled<&OutboxEntry::call>("call", 0xA5),
                                       filled<&OutboxEntry::outcome>("outcome", 0xA6),
                                       filled<&OutboxEntry::report>("report", 0xA7),
                                       filled<&OutboxEntry::operation>("operation", 0x88),
                                       filled<&OutboxEntry::data>("data", 0x89),
                                       filled<&OutboxEntry::message_id>("message_id", 0x8A),
                                       filled<&OutboxEntry::accepted>("accepted", 0x8B),
                                       filled<&OutboxEntry::attempts>("attempts", 0x8C),
                                       filled<&OutboxEntry::not_before>("not_before", 0x8D),
                                       filled<&OutboxEntry::give_up_at>("give_up_at", 0x8E),
                                       filled<&OutboxEntry::message>("message", 0x8F)};

// card: the number that an EID has for ever. msisdn.part: of the eUICC (its address) or of a Profile.
// outbox.first: no earlier entry has its key.
constexpr const char* kSmsrVersion1 = EIDER_STORE_KEY_TABLE R"(
CREATE TABLE total(euiccs INTEGER NOT NULL);
INSERT INTO total VALUES(0);
CREATE TABLE card(number INTEGER PRIMARY KEY, eid BLOB NOT NULL UNIQUE);
CREATE TABLE part(id INTEGER PRIMARY KEY, iccid BLOB, data BLOB NOT NULL, secret BLOB);
CREATE TABLE document(card INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE iccid(iccid BLOB PRIMARY KEY, card INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE msisdn(msisdn TEXT NOT NULL, part INTEGER NOT NULL, PRIMARY KEY(msisdn, part)) WITHOUT ROWID;
CREATE TABLE operation(id INTEGER PRIMARY KEY AUTOINCREMENT, card INTEGER NOT NULL, next_at INTEGER NOT NULL,
  data BLOB NOT NULL, secret BLOB);
CREATE INDEX operation_by_card ON operation(card);
CREATE INDEX operation_by_time ON operation(next_at);
CREATE TABLE answered_call(id INTEGER PRIMARY KEY, caller BLOB NOT NULL, identifier TEXT NOT NULL,
  received_at INTEGER NOT NULL, data BLOB NOT NULL);
CREATE UNIQUE INDEX answered_call_by_name ON answered_call(caller, identifier);
CREATE INDEX answered_call_by_time ON answered_call(received_at);
CREATE TABLE plma(owner BLOB NOT NULL, authorised BLOB NOT NULL, type TEXT NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY(owner, authorised, type)) WITHOUT ROWID;
CREATE INDEX plma_by_authorised ON plma(authorised);
CREATE INDEX plma_by_type ON plma(type);
CREATE TABLE onc(owner BLOB NOT NULL, type TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY(owner, type)) WITHOUT ROWID;
CREATE TABLE expected_handover(eid BLOB PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE outbox(id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, first INTEGER NOT NULL,
  not_before INTEGER NOT NULL, message_id TEXT, data BLOB NOT NULL);
CREATE INDEX outbox_by_key ON outbox(key, id);
CREATE INDEX outbox_by_time ON outbox(not_before) WHERE first=1;
CREATE INDEX outbox_by_message ON outbox(message_id) WHERE message_id IS NOT NULL;
)";
// part.name: the ICCID of a Profile, and now the EID of an eUICC: who asks by ICCID or MSISDN needs the
// eUICC's row next, and has the EID with it.
constexpr const char* kSmsrVersion2 = R"(
ALTER TABLE part RENAME COLUMN iccid TO name;
UPDATE part SET name=(SELECT eid FROM card WHERE number=part.id>>32) WHERE (id & 0xFFFFFFFF)=0;
)";
constexpr const char* kSmsrMigrations[] = {kSmsrVersion1, kSmsrVersion2};

}  // namespace

std::span<const char* const> smsr_migrations() {
  return kSmsrMigrations;
}

Bytes key_set_row(const smsr::Eid& eid, std::uint8_t version) {
  return concat({eid.view(), ByteView(&version, 1)});
}
Bytes operation_row(smsr::OperationId id) {
  Bytes out;
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(id >> shift));
  return out;
}

}  // namespace eider::store

EIDER_DER_SEQUENCE(eider::smsr::Euicc, eider::store::kEuicc, "store");
EIDER_DER_SEQUENCE(eider::smsr::Profile, eider::store::kProfile, "store");
EIDER_DER_SEQUENCE(eider::smsr::EisDocument, eider::store::kEisDocument, "store");
EIDER_DER_SEQUENCE(eider::smsr::StoredKey, eider::store::kStoredKey, "store");
EIDER_DER_SEQUENCE(eider::smsr::CardKeys, eider::store::kCardKeys, "store");
EIDER_DER_SEQUENCE(eider::smsr::Outcome, eider::store::kOutcome, "store");
EIDER_DER_SEQUENCE(eider::smsr::Call, eider::store::kCall, "store");
EIDER_DER_SEQUENCE(eider::smsr::AnsweredCall, eider::store::kAnsweredCall, "store");
EIDER_DER_SEQUENCE(eider::smsr::Operation, eider::store::kOperation, "store");
EIDER_DER_SEQUENCE(eider::smsr::ExpectedHandover, eider::store::kExpectedHandover, "store");
EIDER_DER_SEQUENCE(eider::smsr::ReportContent, eider::store::kReportContent, "store");
EIDER_DER_SEQUENCE(eider::smsr::OutboxEntry, eider::store::kOutboxEntry, "store");
