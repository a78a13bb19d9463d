// Records for tests of the SM-SR's stores: every member has a value of its own.
#pragma once
#include <filesystem>

#include "base/random.hpp"
#include "roles/smsr/records.hpp"

namespace eider::smsr::samples {

struct TemporaryStore {
  std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("eider-smsr-" + to_hex(SystemRandom().bytes(8)));
  TemporaryStore() { std::filesystem::create_directories(directory); }
  ~TemporaryStore() { std::filesystem::remove_all(directory); }
  TemporaryStore(const TemporaryStore&) = delete;
  TemporaryStore& operator=(const TemporaryStore&) = delete;
  std::string path() const { return (directory / "smsr.db").string(); }
};

inline Time at(std::int64_t ms) {
  return Time(Duration(ms));
}
inline Eid eid(int n) {
  Eid e;
  e[0] = 0x89;
  e[14] = static_cast<std::uint8_t>(n >> 8);
  e[15] = static_cast<std::uint8_t>(n);
  return e;
}
inline Iccid iccid(int n) {
  Iccid i;
  i[0] = 0x98;
  i[8] = static_cast<std::uint8_t>(n >> 8);
  i[9] = static_cast<std::uint8_t>(n);
  return i;
}
inline Aid aid(int n) {
  Aid a;
  a[0] = 0xA0;
  a[15] = static_cast<std::uint8_t>(n);
  return a;
}
inline EntityId party(int n) {
  return EntityId("2.999." + std::to_string(n));
}

inline Euicc euicc(int n) {
  Euicc e;
  e.eid = eid(n);
  e.http = false;
  e.cat_tp = true;
  e.remaining_memory = 300000;
  e.available_memory = 4000000000;
  e.last_audit = at(1000 + n);
  e.last_notification = 0xFFFE;
  e.address = "4917100" + std::to_string(n);
  e.imei = "3520990010000000";
  e.meid = "A0000000001234";
  e.hold_until = at(5);
  e.scp80_version = 1;
  e.scp81_version = 0x40;
  return e;
}

inline Profile profile(int card, int n) {
  Profile p;
  p.eid = eid(card);
  p.iccid = iccid(n);
  p.isdp_aid = aid(n);
  p.state = ProfileState::kDisabled;
  p.owner = party(1);
  p.smdp_id = party(2);
  p.type = "prepaid";
  p.fallback = p.emergency = p.test = true;
  p.imsi = "001010000000001";
  p.msisdn = "4915200" + std::to_string(n);
  p.allocated_memory = 65536;
  p.free_memory = 0;
  using A = sgp02::Pol2Action;
  using Q = sgp02::Pol2Qualification;
  p.pol2.rules = {{{}, A::kDisable, Q::kNotAllowed}, {{}, A::kDelete, Q::kAutoDelete}, {}};
  return p;
}

inline sgp02::SecurityDomain domain() {
  sgp02::SecurityDomain d;
  (void)d.aid.assign(aid(7));
  d.tars = {*FixedBytes<3>::from(Bytes{0, 0, 1}), {}};
  d.sin = {1, 2};
  d.sdin = {3};
  d.role = sgp02::SecurityDomainRole::kEcasd;
  sgp02::KeySet keys;
  keys.version = 0x40;
  keys.type = sgp02::KeySetType::kCa;
  keys.cntr = 0xFFFFFFFFFF;
  keys.keys = {{1, {9, 9, 9}, {{0x88, {1}}, {0x85, {}}}}, {}};
  keys.certificates = {{2, {4, 2}, Bytes(300, 0x7F)}};
  d.keySets = {keys, {}};
  return d;
}
inline EisDocument document(int n) {
  EisDocument d;
  d.eid = eid(n);
  auto& info = d.signed_info.info;
  info.eid = eid(n);
  info.eumId = party(3);
  info.productionDate = at(1700000000000);
  info.platformType = "Eider";
  info.platformVersion = "1.0";
  info.isdpLoadFileAid = aid(1);
  info.isdpModuleAid = aid(2);
  info.ecasd = domain();
  info.euiccCapabilities = {true, "1.0", true, std::nullopt, "12.1", "4.2"};
  d.signed_info.signedInfoXml = "<rps:EumSignedInfo>" + std::string(4000, 'x') + "</rps:EumSignedInfo>";
  d.signed_info.signatureXml = "<ds:Signature>\xC3\xA9</ds:Signature>";
  d.isd_r = domain();
  d.properties.properties = {{"key", "value"}, {"", ""}};
  return d;
}

inline CardKeys keys(int card, std::uint8_t version, std::uint64_t counter = 1) {
  CardKeys k;
  k.eid = eid(card);
  k.version = version;
  k.type = version < 0x40 ? KeySetType::kScp80 : KeySetType::kScp81;
  k.counter = counter;
  for (std::uint8_t i = 1; i <= 3; ++i)
    k.keys.push_back({i, static_cast<std::uint8_t>(0x80 + i),
                      Secret(Bytes(16, static_cast<std::uint8_t>(card * 16 + version + i)))});
  return k;
}

inline Outcome outcome() {
  Outcome o;
  o.status = ExecutionStatus::kFailed;
  o.code = sgp02::StatusCodeData{"8.2.1", "3.9", "8988", std::nullopt};
  o.euicc_response = {1, 2, 3};
  o.isdp_aid = aid(3);
  o.first = {4};
  o.second = Bytes(200, 5);
  return o;
}
inline Call call(int n) {
  return {"ES3-CreateISDP",
          party(4),
          "call-" + std::to_string(n),
          "message-" + std::to_string(n),
          "transaction",
          "https://smdp.example.com/es3",
          at(n)};
}
inline AnsweredCall answered(int n) {
  AnsweredCall a;
  a.call = call(n);
  a.content[3] = 7;
  a.eid = eid(n);
  a.iccids = {iccid(1), iccid(2)};
  return a;
}

inline Operation operation(int card, std::int64_t next_at) {
  Operation o;
  o.parent = 17;
  o.eid = eid(card);
  o.kind = OperationKind::kTakeover;
  o.stage = Stage::kPeerKeySet;
  o.transport = Transport::kSession;
  o.started = o.internal = o.more_to_do = true;
  o.call = call(card);
  o.iccid = iccid(card);
  o.isdp_aid = aid(card);
  o.iccids = {iccid(1)};
  o.data = Bytes(700, 0xDA);
  o.peer = party(5);
  o.notification = 65535;
  o.notification_type = 2;
  o.created_at = at(1);
  o.expires_at = at(1000000);
  o.next_at = at(next_at);
  o.attempts = 4;
  o.counter = 0xFFFFFFFFFF;
  o.key_version = 0x41;
  o.token = "token";
  return o;
}

inline sgp02::AuditTrailRecord audit(int card, int n) {
  sgp02::AuditTrailRecord r;
  r.eid = eid(card);
  r.smsrId = party(6);
  r.operationDate = at(n);
  r.operationType = static_cast<sgp02::OperationType>(n);
  r.requesterId = party(7);
  r.operationExecutionStatus = {ExecutionStatus::kExecutedWithWarning,
                                sgp02::StatusCodeData{"1.1", "2.2", std::nullopt, "text"}};
  r.isdpAid = aid(n);
  r.iccid = iccid(n);
  r.imei = Bytes(8, 1);
  r.meid = Bytes{};
  return r;
}

inline Plma plma(int owner, int authorised, std::optional<std::string> type) {
  return {party(owner),
          party(authorised),
          std::move(type),
          {"EnableProfile"},
          {"HandleProfileEnabledNotification"}};
}
inline Onc onc(int owner, std::optional<std::string> type) {
  return {party(owner), std::move(type), {"HandleProfileEnabledNotification"}};
}

inline OutboxEntry outbox(const std::string& key, std::int64_t not_before) {
  OutboxEntry e;
  e.key = key;
  e.kind = OutboxKind::kCall;
  e.target = party(8);
  e.url = "https://operator.example.com/es4";
  e.eid = eid(1);
  e.call = call(3);
  e.outcome = outcome();
  e.report = {Report::kPlmaSet, iccid(1), at(3), party(9), plma(1, 2, "t")};
  e.operation = 12;
  e.data = {7, 7};
  e.message = Bytes(900, 0x3C);
  e.accepted = true;
  e.attempts = 2;
  e.not_before = at(not_before);
  e.give_up_at = at(99999);
  return e;
}

}  // namespace eider::smsr::samples
