#include "store/smdp_rows.hpp"

namespace eider::store {
namespace {
using namespace smdp;
using channel::scp03::Keys;
using der::field;
using es8::DomainData;
using es8::TokenKey;
using server::StockProfile;
using sgp02::SubscriptionAddress;

constexpr der::Field kSubscriptionAddress[] = {field<&SubscriptionAddress::imsi>("imsi", 0x80),
                                               field<&SubscriptionAddress::msisdn>("msisdn", 0x81)};
constexpr der::Field kScp03Keys[] = {field<&Keys::enc>("enc", 0x80), field<&Keys::mac>("mac", 0x81),
                                     field<&Keys::dek>("dek", 0x82)};
constexpr der::Field kStockProfile[] = {field<&StockProfile::iccid>("iccid", 0x80),
                                        filled<&StockProfile::type>("type", 0x81),
                                        filled<&StockProfile::owner>("owner", 0x82),
                                        field<&StockProfile::profile_major>("profile_major", 0x83),
                                        field<&StockProfile::profile_minor>("profile_minor", 0x84),
                                        filled<&StockProfile::size>("size", 0x85),
                                        field<&StockProfile::imsi>("imsi", 0x86),
                                        field<&StockProfile::msisdn>("msisdn", 0x87)};
constexpr der::Field kDomainData[] = {
    filled<&DomainData::provider_id>("provider_id", 0x80),
    filled<&DomainData::image_number>("image_number", 0x81),
    filled<&DomainData::application_provider_id>("application_provider_id", 0x82)};
constexpr der::Field kTokenKey[] = {field<&TokenKey::domain>("domain", 0xA0),
                                    field<&TokenKey::identifier>("identifier", 0x81),
                                    field<&TokenKey::key>("key", 0x82)};

constexpr der::Field kSmdpOperator[] = {filled<&Operator::id>("id", 0x80),
                                        filled<&Operator::name>("name", 0x81),
                                        filled<&Operator::notification_address>("notification_address", 0x82),
                                        field<&Operator::keys>("keys", 0x83),
                                        filled<&Operator::delete_tokens>("delete_tokens", 0x84),
                                        filled<&Operator::domain>("domain", 0xA5),
                                        field<&Operator::master_delete>("master_delete", 0x86)};
constexpr der::Field kTypePolicy[] = {filled<&TypePolicy::type>("type", 0x80),
                                      filled<&TypePolicy::pol2>("pol2", 0xA1)};
constexpr der::Field kSmSr[] = {filled<&SmSr::id>("id", 0x80), filled<&SmSr::name>("name", 0x81),
                                filled<&SmSr::address>("address", 0x82)};
constexpr der::Field kInstalledProfile[] = {filled<&Profile::eid>("eid", 0x80),
                                            filled<&Profile::smsr>("smsr", 0x81),
                                            filled<&Profile::owner>("owner", 0x82),
                                            filled<&Profile::isdp>("isdp", 0x83),
                                            filled<&Profile::type>("type", 0x84),
                                            filled<&Profile::pol2>("pol2", 0xA5),
                                            filled<&Profile::address>("address", 0xA6),
                                            field<&Profile::state>("state", 0x87),
                                            filled<&Profile::changed_at>("changed_at", 0x88)};
constexpr der::Field kIsdpKeys[] = {field<&IsdpKeys::policy>("policy", 0x80),
                                    filled<&IsdpKeys::key_version>("key_version", 0x81)};
constexpr der::Field kIsdpSecrets[] = {field<&IsdpSecrets::keys>("keys", 0xA0),
                                       field<&IsdpSecrets::token>("token", 0xA1)};

constexpr der::Field kWaiting[] = {
    filled<&Waiting::message_id>("message_id", 0x80),
    filled<&Waiting::call_identifier>("call_identifier", 0x81), field<&Waiting::function>("function", 0x82),
    filled<&Waiting::deadline>("deadline", 0x83), filled<&Waiting::smsr>("smsr", 0x84)};
constexpr der::Field kProcedure[] = {filled<&Procedure::caller>("caller", 0x80),
                                     filled<&Procedure::call_identifier>("call_identifier", 0x81),
                                     filled<&Procedure::request_digest>("request_digest", 0x82),
                                     field<&Procedure::function>("function", 0x83),
                                     filled<&Procedure::requests>("requests", 0xA4),
                                     filled<&Procedure::smsr>("smsr", 0x85),
                                     filled<&Procedure::eid>("eid", 0x86),
                                     field<&Procedure::step>("step", 0x87),
                                     field<&Procedure::waiting>("waiting", 0xA8),
                                     field<&Procedure::resume_at>("resume_at", 0x89),
                                     filled<&Procedure::received_at>("received_at", 0x8A),
                                     filled<&Procedure::expires_at>("expires_at", 0x8B),
                                     filled<&Procedure::answered>("answered", 0x8C),
                                     field<&Procedure::iccid>("iccid", 0x8D),
                                     field<&Procedure::stock>("stock", 0xAE),
                                     filled<&Procedure::ecasd>("ecasd", 0x8F),
                                     filled<&Procedure::ci>("ci", 0x90),
                                     field<&Procedure::isdp>("isdp", 0x91),
                                     filled<&Procedure::cleaned>("cleaned", 0xB2),
                                     filled<&Procedure::attempts>("attempts", 0x93),
                                     filled<&Procedure::enable>("enable", 0x94),
                                     filled<&Procedure::again>("again", 0x95),
                                     field<&Procedure::settle>("settle", 0x96),
                                     filled<&Procedure::outcome>("outcome", 0xB7),
                                     field<&Procedure::euicc_response>("euicc_response", 0x98),
                                     filled<&Procedure::payload>("payload", 0x99)};
constexpr der::Field kSmdpAnsweredCall[] = {filled<&AnsweredCall::caller>("caller", 0x80),
                                            filled<&AnsweredCall::call_identifier>("call_identifier", 0x81),
                                            filled<&AnsweredCall::request_digest>("request_digest", 0x82),
                                            field<&AnsweredCall::function>("function", 0x83),
                                            filled<&AnsweredCall::response>("response", 0x84),
                                            filled<&AnsweredCall::answered_at>("answered_at", 0x85)};
constexpr der::Field kSmdpOutboxEntry[] = {filled<&OutboxEntry::procedure>("procedure", 0x80),
                                           filled<&OutboxEntry::message_id>("message_id", 0x81),
                                           filled<&OutboxEntry::url>("url", 0x82),
                                           filled<&OutboxEntry::action>("action", 0x83),
                                           filled<&OutboxEntry::body>("body", 0x84),
                                           filled<&OutboxEntry::attempts>("attempts", 0x85),
                                           filled<&OutboxEntry::not_before>("not_before", 0x86),
                                           filled<&OutboxEntry::give_up_at>("give_up_at", 0x87),
                                           filled<&OutboxEntry::party>("party", 0x88)};

// procedure.due_at: when it waits for something, or is to go on.
constexpr const char* kSmdpVersion1 = EIDER_STORE_KEY_TABLE R"(
CREATE TABLE operator(id BLOB PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE smsr(id BLOB PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE type_policy(type TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE profile(iccid BLOB PRIMARY KEY, eid BLOB NOT NULL, data BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX profile_by_eid ON profile(eid);
CREATE TABLE isdp_keys(iccid BLOB PRIMARY KEY, data BLOB NOT NULL, secret BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE procedure(id INTEGER PRIMARY KEY AUTOINCREMENT, eid BLOB NOT NULL, caller BLOB NOT NULL,
  call_identifier TEXT NOT NULL, step INTEGER NOT NULL, message_id TEXT, due_at INTEGER, data BLOB NOT NULL);
CREATE INDEX procedure_by_eid ON procedure(eid);
CREATE INDEX procedure_by_call ON procedure(caller, call_identifier);
CREATE INDEX procedure_by_step ON procedure(step);
CREATE INDEX procedure_by_message ON procedure(message_id) WHERE message_id IS NOT NULL;
CREATE INDEX procedure_by_time ON procedure(due_at) WHERE due_at IS NOT NULL;
CREATE TABLE answered_call(id INTEGER PRIMARY KEY, caller BLOB NOT NULL, identifier TEXT NOT NULL,
  answered_at INTEGER NOT NULL, data BLOB NOT NULL);
CREATE UNIQUE INDEX answered_call_by_name ON answered_call(caller, identifier);
CREATE INDEX answered_call_by_time ON answered_call(answered_at);
CREATE TABLE outbox(id INTEGER PRIMARY KEY AUTOINCREMENT, procedure INTEGER NOT NULL, not_before INTEGER NOT NULL,
  data BLOB NOT NULL);
CREATE INDEX outbox_by_procedure ON outbox(procedure);
CREATE INDEX outbox_by_time ON outbox(not_before);
)";
constexpr const char* kSmdpMigrations[] = {kSmdpVersion1};

}  // namespace

std::span<const char* const> smdp_migrations() {
  return kSmdpMigrations;
}

}  // namespace eider::store

EIDER_DER_SEQUENCE(eider::sgp02::SubscriptionAddress, eider::store::kSubscriptionAddress, "store");
EIDER_DER_SEQUENCE(eider::channel::scp03::Keys, eider::store::kScp03Keys, "store");
EIDER_DER_SEQUENCE(eider::server::StockProfile, eider::store::kStockProfile, "store");
EIDER_DER_SEQUENCE(eider::smdp::es8::DomainData, eider::store::kDomainData, "store");
EIDER_DER_SEQUENCE(eider::smdp::es8::TokenKey, eider::store::kTokenKey, "store");
EIDER_DER_SEQUENCE(eider::smdp::Operator, eider::store::kSmdpOperator, "store");
EIDER_DER_SEQUENCE(eider::smdp::TypePolicy, eider::store::kTypePolicy, "store");
EIDER_DER_SEQUENCE(eider::smdp::SmSr, eider::store::kSmSr, "store");
EIDER_DER_SEQUENCE(eider::smdp::Profile, eider::store::kInstalledProfile, "store");
EIDER_DER_SEQUENCE(eider::smdp::IsdpKeys, eider::store::kIsdpKeys, "store");
EIDER_DER_SEQUENCE(eider::store::IsdpSecrets, eider::store::kIsdpSecrets, "store");
EIDER_DER_SEQUENCE(eider::smdp::Waiting, eider::store::kWaiting, "store");
EIDER_DER_SEQUENCE(eider::smdp::Procedure, eider::store::kProcedure, "store");
EIDER_DER_SEQUENCE(eider::smdp::AnsweredCall, eider::store::kSmdpAnsweredCall, "store");
EIDER_DER_SEQUENCE(eider::smdp::OutboxEntry, eider::store::kSmdpOutboxEntry, "store");
