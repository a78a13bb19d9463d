#include "store/smdpp_rows.hpp"

#include "codec/der.hpp"

namespace eider::store {
namespace {

struct OrderRecord {
  std::optional<FixedBytes<16>> eid;
  bool eid_from_operator = false;
  std::optional<std::string> matching_id;
  std::optional<FixedBytes<32>> confirmation_code_hash;
  std::int64_t confirmation_failures = 0, download_attempts = 0, deliveries = 0;
  bool maybe_installed = false;
  std::string smds_address;
  bool event_registered = false;
  std::int64_t ordered_at = 0;
  std::optional<std::int64_t> expires_at;
  std::string end_reason;
};

}  // namespace
}  // namespace eider::store

EIDER_DER(eider::store::OrderRecord, 0x30);

namespace eider::store {
namespace {
using der::field;
using O = OrderRecord;
constexpr der::Field kOrder[] = {field<&O::eid>("eid", 0x80),
                                 field<&O::eid_from_operator>("eid_from_operator", 0x81),
                                 field<&O::matching_id>("matching_id", 0x82),
                                 field<&O::confirmation_code_hash>("confirmation_code_hash", 0x83),
                                 field<&O::confirmation_failures>("confirmation_failures", 0x84),
                                 field<&O::download_attempts>("download_attempts", 0x85),
                                 field<&O::deliveries>("deliveries", 0x86),
                                 field<&O::maybe_installed>("maybe_installed", 0x87),
                                 field<&O::smds_address>("smds_address", 0x88),
                                 field<&O::event_registered>("event_registered", 0x89),
                                 field<&O::ordered_at>("ordered_at", 0x8A),
                                 field<&O::expires_at>("expires_at", 0x8B),
                                 field<&O::end_reason>("end_reason", 0x8C)};
}  // namespace
}  // namespace eider::store

EIDER_DER_SEQUENCE(eider::store::OrderRecord, eider::store::kOrder, "store");

namespace eider::store {

namespace {

constexpr const char* kVersion1 = R"(
CREATE TABLE profile(id INTEGER PRIMARY KEY, iccid BLOB NOT NULL UNIQUE, state INTEGER NOT NULL, type TEXT NOT NULL,
  owner TEXT NOT NULL, metadata BLOB NOT NULL, template_name TEXT NOT NULL, personalisation BLOB NOT NULL,
  requirements BLOB NOT NULL, eid BLOB, matching_id TEXT, ordered_at INTEGER, order_data BLOB, on_card INTEGER NOT NULL,
  changed_at INTEGER NOT NULL, version INTEGER NOT NULL);
CREATE INDEX profile_by_type ON profile(type, state, iccid);
CREATE INDEX profile_by_eid ON profile(eid, ordered_at, iccid) WHERE eid IS NOT NULL;
CREATE UNIQUE INDEX profile_by_matching_id ON profile(matching_id) WHERE matching_id IS NOT NULL;
CREATE TABLE package(iccid BLOB PRIMARY KEY, package BLOB NOT NULL);
CREATE TABLE template(name TEXT PRIMARY KEY, owner TEXT NOT NULL, package BLOB NOT NULL, requirements BLOB NOT NULL);
CREATE TABLE profile_type(name TEXT PRIMARY KEY, owner TEXT NOT NULL, protection INTEGER NOT NULL,
  rebinding INTEGER NOT NULL, reuse_after_delete INTEGER NOT NULL, ineligible_ends_order INTEGER NOT NULL,
  retry_after_error INTEGER NOT NULL, download_limit INTEGER NOT NULL, confirmation_limit INTEGER NOT NULL,
  order_lifetime INTEGER, smdp_address TEXT NOT NULL);
CREATE TABLE operator(id TEXT PRIMARY KEY, name TEXT NOT NULL, requester_identifier TEXT NOT NULL,
  notification_url TEXT NOT NULL);
CREATE TABLE operator_certificate(fingerprint BLOB PRIMARY KEY, operator TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE session(transaction_id BLOB PRIMARY KEY, state BLOB NOT NULL, peer TEXT, eid BLOB,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX session_by_expiry ON session(expires_at);
CREATE INDEX session_by_peer ON session(peer) WHERE peer IS NOT NULL;
CREATE INDEX session_by_eid ON session(eid, created_at) WHERE eid IS NOT NULL;
CREATE TABLE kept_bpp(iccid BLOB PRIMARY KEY, transaction_id BLOB NOT NULL, euicc_otpk BLOB NOT NULL, bpp BLOB NOT NULL,
  random_keys BLOB NOT NULL);
CREATE TABLE delivery(transaction_id BLOB PRIMARY KEY, iccid BLOB NOT NULL, eid BLOB NOT NULL,
  euicc_public_key BLOB NOT NULL, closed INTEGER NOT NULL, delivered_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE last_notification(eid BLOB NOT NULL, iccid BLOB NOT NULL, sequence_number INTEGER NOT NULL,
  PRIMARY KEY(eid, iccid)) WITHOUT ROWID;
CREATE TABLE outbox(id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, kind INTEGER NOT NULL, target TEXT NOT NULL,
  body TEXT NOT NULL, attempts INTEGER NOT NULL, not_before INTEGER NOT NULL, created_at INTEGER NOT NULL);
CREATE INDEX outbox_by_key ON outbox(key, id);
)";

constexpr const char* kVersion2 = R"(
CREATE TABLE answered_call(key BLOB PRIMARY KEY, operator TEXT NOT NULL, position INTEGER NOT NULL,
  request BLOB NOT NULL, answer BLOB NOT NULL, answered_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX answered_call_by_operator ON answered_call(operator, position);
CREATE TABLE crl(issuer BLOB NOT NULL, segment INTEGER NOT NULL, crl BLOB NOT NULL, fetched_at INTEGER NOT NULL,
  PRIMARY KEY(issuer, segment)) WITHOUT ROWID;
CREATE TABLE store_key(id INTEGER PRIMARY KEY, wrapped BLOB NOT NULL, wrapping_key TEXT NOT NULL);
)";

// Few pages a download: no index that its steps touch without need, what makes a kept package again instead
// of the package. Sessions, which live for minutes, and kept packages are dropped.
constexpr const char* kVersion3 = R"(
DROP INDEX profile_by_type;
CREATE INDEX available_profile ON profile(type, iccid) WHERE state=0;
DROP TABLE session;
CREATE TABLE session(transaction_id BLOB PRIMARY KEY, state BLOB NOT NULL, created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;
DROP TABLE kept_bpp;
CREATE TABLE kept_bpp(iccid BLOB PRIMARY KEY, transaction_id BLOB NOT NULL, euicc_otpk BLOB NOT NULL,
  secure_channel BLOB NOT NULL, session_keys BLOB NOT NULL, random_keys BLOB NOT NULL,
  content BLOB NOT NULL) WITHOUT ROWID;
ALTER TABLE outbox RENAME TO old_outbox;
DROP INDEX outbox_by_key;
CREATE TABLE outbox(id INTEGER PRIMARY KEY, key TEXT NOT NULL, kind INTEGER NOT NULL, target TEXT NOT NULL,
  body TEXT NOT NULL, attempts INTEGER NOT NULL, not_before INTEGER NOT NULL, created_at INTEGER NOT NULL);
INSERT INTO outbox SELECT * FROM old_outbox;
DROP TABLE old_outbox;
CREATE INDEX outbox_by_key ON outbox(key, id);
)";

constexpr const char* kMigrations[] = {kVersion1, kVersion2, kVersion3};

constexpr SealedColumn kColumns[] = {
    {kSealedPersonalisation,
     "SELECT rowid,iccid,personalisation FROM profile WHERE rowid>? ORDER BY rowid LIMIT 500",
     "UPDATE profile SET personalisation=? WHERE rowid=?"},
    {kSealedPackage, "SELECT rowid,iccid,package FROM package WHERE rowid>? ORDER BY rowid LIMIT 500",
     "UPDATE package SET package=? WHERE rowid=?"},
    {kSealedTemplate, "SELECT rowid,name,package FROM template WHERE rowid>? ORDER BY rowid LIMIT 500",
     "UPDATE template SET package=? WHERE rowid=?"}};

}  // namespace

std::span<const char* const> smdpp_migrations() {
  return kMigrations;
}
std::span<const SealedColumn> smdpp_sealed_columns() {
  return kColumns;
}

Bytes encode_order(const smdpp::Order& o) {
  OrderRecord r{o.eid,
                o.eid_from_operator,
                o.matching_id,
                o.confirmation_code_hash,
                o.confirmation_failures,
                o.download_attempts,
                o.deliveries,
                o.maybe_installed,
                o.smds_address,
                o.event_registered,
                to_integer(o.ordered_at),
                {},
                o.end_reason};
  if (o.expires_at) r.expires_at = to_integer(*o.expires_at);
  return der::encode(r);
}

Result<smdpp::Order> decode_order(ByteView encoded) {
  EIDER_TRY(r, der::decode<OrderRecord>(encoded, der::Rules::strict()));
  smdpp::Order o;
  o.eid = r.eid;
  o.eid_from_operator = r.eid_from_operator;
  o.matching_id = std::move(r.matching_id);
  o.confirmation_code_hash = r.confirmation_code_hash;
  o.confirmation_failures = static_cast<std::uint32_t>(r.confirmation_failures);
  o.download_attempts = static_cast<std::uint32_t>(r.download_attempts);
  o.deliveries = static_cast<std::uint32_t>(r.deliveries);
  o.maybe_installed = r.maybe_installed;
  o.smds_address = std::move(r.smds_address);
  o.event_registered = r.event_registered;
  o.ordered_at = to_time(r.ordered_at);
  if (r.expires_at) o.expires_at = to_time(*r.expires_at);
  o.end_reason = std::move(r.end_reason);
  return o;
}

Bytes encode_requirements(const smdpp::Requirements& r) {
  Bytes out(r.uicc_capability.data().begin(), r.uicc_capability.data().end());
  out.push_back(r.profile_major);
  out.push_back(r.profile_minor);
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(r.size_octets >> shift));
  return out;
}

smdpp::Requirements decode_requirements(ByteView v) {
  smdpp::Requirements r;
  if (v.size() != 22) return r;
  std::copy_n(v.begin(), 16, r.uicc_capability.data().begin());
  r.profile_major = v[16];
  r.profile_minor = v[17];
  for (std::size_t i = 18; i < 22; ++i) r.size_octets = r.size_octets << 8 | v[i];
  return r;
}

Result<smdpp::Profile> read_profile(const Query& q, const RowSealer* sealer) {
  smdpp::Profile p;
  const auto iccid = smdpp::Iccid::from(q.blob(0));
  if (!iccid) return fail_local("a row of the store is damaged", "restore it from a backup");
  p.iccid = *iccid;
  p.state = static_cast<smdpp::ProfileState>(q.integer(1));
  p.type = q.text(2);
  p.owner = q.text(3);
  p.metadata = to_bytes(q.blob(4));
  p.template_name = q.text(5);
  EIDER_TRY(personalisation, open_value(sealer, kSealedPersonalisation, p.iccid, q.blob(6)));
  p.personalisation = to_bytes(personalisation.view());
  p.requirements = decode_requirements(q.blob(7));
  if (!q.null(8)) {
    EIDER_TRY(order, decode_order(q.blob(8)));
    p.order = std::move(order);
  }
  p.on_card = static_cast<smdpp::OnCardState>(q.integer(9));
  p.changed_at = to_time(q.integer(10));
  p.version = static_cast<std::uint64_t>(q.integer(11));
  return p;
}

}  // namespace eider::store
