#include "roles/smsr/fixture.hpp"

#include "crypto/issue.hpp"
#include "crypto/transport_key.hpp"
#include "spec/sgp02/eis_signature.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::smsr::test {
namespace {
namespace soap = sgp02::soap;
using sgp02::Interface;

const Bytes kKic = hex("101112131415161718191A1B1C1D1E1F"), kKid = hex("202122232425262728292A2B2C2D2E2F"),
            kPsk = hex("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF"),
            kTransport = hex("00112233445566778899AABBCCDDEEFF");
const Eid kEid = *sgp22::parse_eid("89001012012341234012345678901224");

crypto::PrivateKey key_of(std::uint64_t seed) {
  SeededRandom random(seed);
  return crypto::PrivateKey::generate(crypto::Curve::kP256, random);
}
}  // namespace

Iccid iccid(int n) {
  return *sgp22::parse_iccid("8949000000000000000" + std::to_string(n));
}
Aid isdp(int n) {
  return *Aid::from(sgp22::isd_p_aid(static_cast<std::uint16_t>(0x0F + n)));
}

Parties::Parties()
    : pki(eider::test::make_test_pki({crypto::Curve::kP256})), ecasd(key_of(71)), sr_key(key_of(72)) {
  const auto& ci = pki.get(crypto::CertificateRole::kCi);
  eum_id = pki.get(crypto::CertificateRole::kEum).certificate.registered_ids().front();
  std::uint8_t serial = 1;
  for (const auto& id : {kSmsr, kOther, kMno1, kMno2, kSmdp, kSp, kStranger, eum_id}) {
    crypto::CertificateRequest r{.subject = crypto::Name{}, .public_key = key_of(80u + serial).public_key()};
    r.subject = ci.certificate.subject();
    r.serial = {serial++};
    r.not_before = eider::test::pki_time() - std::chrono::hours(24);
    r.not_after = eider::test::pki_time() + std::chrono::hours(24 * 365);
    r.registered_id = id;
    r.crl_distribution_points = {"http://ci.example/crl"};
    const auto c =
        must(crypto::issue_certificate(sgp22::certificate_profile(crypto::CertificateRole::kDpAuth), r,
                                       &ci.certificate, *crypto::make_signing_key(*ci.key)));
    der_[id] = to_bytes(c.der());
  }
}
const Parties& Parties::get() {
  static const Parties parties;
  return parties;
}
const Bytes& Parties::certificate_of(const EntityId& id) const {
  return der_.at(id);
}

Settings World::settings(const EntityId& id) const {
  const auto& all = Parties::get();
  Settings s;
  s.id = id;
  s.url = "https://" + id.dotted() + ".example/";
  s.roots = all.pki.roots;
  const auto add = [&](const EntityId& peer, std::uint8_t parties, bool reachable = true) {
    s.peers[peer] =
        Peer{peer, parties, peer.dotted(), reachable ? "https://" + peer.dotted() + ".example/" : "", {}, {}};
  };
  add(kMno1, sgp02::kMno);
  add(kMno2, sgp02::kMno);
  add(kSmdp, sgp02::kSmDp);
  add(kSp, sgp02::kM2mSp);
  add(kSmsr, sgp02::kSmSr);
  add(kOther, sgp02::kSmSr);
  add(all.eum_id, sgp02::kEum, false);
  s.peers[all.eum_id].transport_key = Secret(kTransport);
  s.peers[all.eum_id].certificate = all.pki.get(crypto::CertificateRole::kEum).certificate;
  crypto::GpCertificateFields f;
  f.serial_number = hex("0D");
  f.ca_identifier = hex("4201");
  f.subject = hex("5F2001");
  f.key_usage = static_cast<std::uint16_t>(crypto::GpKeyUsage::kVerificationAndAgreement);
  f.expiration = "20451231";
  f.role = crypto::GpRole::kSmSr;
  const auto& ci = all.pki.get(crypto::CertificateRole::kCi);
  f.authority_key_identifier = to_bytes(ci.certificate.subject_key_identifier());
  s.signing_key = crypto::make_signing_key(all.sr_key);
  s.certificate =
      must(crypto::GpCertificate::issue(f, all.sr_key.public_key(), *crypto::make_signing_key(*ci.key)));
  return s;
}

World::World(const EntityId& id, bool registered) : card(kEid), eid(kEid) {
  channel::scp80::KeySet keys;
  keys.kic = channel::scp80::Key{true, Secret(kKic), 8};
  keys.kid = channel::scp80::Key{true, Secret(kKid), 8};
  card.key_sets[1] = keys;
  card.ecasd = Parties::get().ecasd;
  card.isdps[isdp(1)] = {0x3F, true, false, false};
  card.isdps[isdp(2)] = {0x1F, false, false, false};
  smsr = must(SmSr::create(settings(id), Ports{store, clock, random, sms, soap}));
  if (!registered) return;
  const auto reply = call(Parties::get().eum_id, Interface::kEs1, sgp02::es1::RegisterEISRequest{{}, eis()});
  if (status_of(reply) != "ok") throw std::runtime_error("RegisterEIS: " + status_of(reply));
}

void World::restart() {
  store.restart();
  smsr = must(SmSr::create(settings(smsr->context().settings.id), Ports{store, clock, random, sms, soap}));
  must(smsr->resume());
}

sgp02::Eis World::eis() const {
  const auto& all = Parties::get();
  const auto& eum = all.pki.get(crypto::CertificateRole::kEum);
  const auto eum_key = crypto::make_signing_key(*eum.key);
  sgp02::EumSignedInfo info;
  info.eid = eid;
  info.eumId = all.eum_id;
  info.productionDate = eider::test::pki_time();
  info.platformType = "double";
  info.platformVersion = "1.0.0";
  info.isdpLoadFileAid = *Aid::from(sgp22::kIsdPLoadFileAid);
  info.isdpModuleAid = *Aid::from(sgp22::kIsdPModuleAid);
  info.euiccCapabilities = {false, {}, true, "1.1.3", "9.0.0", "4.2.0"};
  crypto::GpCertificateFields f;
  f.serial_number = hex("0E");
  f.ca_identifier = hex("4202");
  f.subject = to_bytes(eid);
  f.key_usage = static_cast<std::uint16_t>(crypto::GpKeyUsage::kEcasdAgreement);
  f.expiration = "20451231";
  const auto ecasd = must(crypto::GpCertificate::issue(f, all.ecasd.public_key(), *eum_key));
  info.ecasd.role = sgp02::SecurityDomainRole::kEcasd;
  info.ecasd.aid.assign(sgp22::kEcasdAid);
  info.ecasd.tars = {*FixedBytes<3>::from(hex("000002"))};
  info.ecasd.sin = hex("01");
  info.ecasd.sdin = hex("02");
  sgp02::KeySet certificates;
  certificates.version = 0x74;
  certificates.type = KeySetType::kCa;
  certificates.certificates.push_back({1, hex("4202"), to_bytes(ecasd.octets())});
  info.ecasd.keySets.push_back(certificates);

  sgp02::Eis out;
  out.eumSigned = must(sgp02::sign_eum_info(info, eum.certificate, *eum_key));
  out.remainingMemory = 500'000;
  out.availableMemoryForProfiles = 600'000;
  out.smsrId = kSmsr;
  const auto profile = [](int n, const EntityId& owner, bool enabled) {
    sgp02::ProfileInfo p;
    p.iccid = iccid(n);
    p.isdpAid = isdp(n);
    p.mnoId = owner;
    p.fallbackAttribute = enabled;
    p.state = enabled ? sgp02::ProfileState::kEnabled : sgp02::ProfileState::kDisabled;
    p.profileType = "type" + std::to_string(n);
    p.allocatedMemory = 50'000;
    p.subscriptionAddress.msisdn = "+" + (n == 1 ? kMsisdn1 : kMsisdn2);
    if (n == 2) p.smdpId = kSmdp;
    return p;
  };
  out.profileInfos = {profile(1, kMno1, true), profile(2, kMno2, false)};
  sgp02::SecurityDomain isdr;
  isdr.aid.assign(sgp22::kIsdRAid);
  isdr.tars = {*FixedBytes<3>::from(hex("000001"))};
  isdr.sin = hex("01");
  isdr.sdin = hex("02");
  const auto key = [](std::uint8_t index, std::uint8_t type, const Bytes& value) {
    return sgp02::Key{index,
                      must(crypto::key_check_value(type, value)),
                      {{type, must(crypto::wrap_transported(Secret(value), kTransport))}}};
  };
  isdr.keySets.push_back({1, KeySetType::kScp80, 0, {key(1, 0x88, kKic), key(2, 0x88, kKid)}, {}});
  isdr.keySets.push_back({0x40, KeySetType::kScp81, std::nullopt, {key(1, 0x85, kPsk)}, {}});
  out.isdR = isdr;
  return out;
}

Reply World::send(const EntityId& from, Interface interface, const std::any& request,
                  const std::string& reply_to, const EntityId* claimed) {
  sgp02::MessageHeader h;
  h.sender.id = claimed ? *claimed : from;
  h.sender.address = "https://caller.example/";
  h.receiver.id = addressee.value_or(smsr->context().settings.id);
  h.receiver.address = "https://smsr.example/";
  h.messageId = "//" + from.dotted() + "/m" + std::to_string(++calls_) + "?TransactionId=t";
  if (!reply_to.empty()) h.replyTo = reply_to;
  const auto text = soap::encode(h, interface, request);
  return smsr->handle({as_bytes(text), Parties::get().certificate_of(from)});
}
Reply World::enable(int n, const EntityId& from, const std::string& id) {
  const auto interface = from == kSmdp ? Interface::kEs3 : Interface::kEs4;
  return call(from, interface, sgp02::EnableProfileRequest{{{}, 600}, eid, iccid(n)}, id);
}
Reply World::disable(int n, const EntityId& from) {
  return call(from, Interface::kEs4, sgp02::DisableProfileRequest{{{}, 600}, eid, iccid(n)});
}
Reply World::remove(int n, const EntityId& from) {
  return call(from, Interface::kEs4, sgp02::es4::DeleteProfileRequest{{{}, 600}, eid, iccid(n)});
}

void World::deliver(int times) {
  while (!sms.sent.empty()) {
    const auto m = sms.sent.front();
    sms.sent.pop_front();
    for (const auto& part : m.user_data) {
      const auto answers = card.receive(part);
      for (int i = 0; i < times; ++i)
        for (const auto& a : answers) from_card(a, m.msisdn);
    }
  }
}
void World::from_card(const Bytes& user_data, const std::string& from) {
  must(smsr->on_short_message("+" + from, user_data));
}

Profile World::profile(int n) {
  std::optional<Profile> out;
  must(store.read([&](StoreReader& r) -> Status {
    EIDER_TRY(p, r.profile(eid, iccid(n)));
    out = p;
    return {};
  }));
  return out.value();
}
bool World::has(int n) {
  bool out = false;
  must(store.read([&](StoreReader& r) -> Status {
    EIDER_TRY(p, r.profile(eid, iccid(n)));
    out = p.has_value();
    return {};
  }));
  return out;
}
std::size_t World::operations() {
  std::size_t out = 0;
  must(store.read([&](StoreReader& r) -> Status {
    EIDER_TRY(all, r.operations(eid));
    out = all.size();
    return {};
  }));
  return out;
}
CardKeys World::scp80(std::uint8_t version) {
  std::optional<CardKeys> out;
  must(store.read([&](StoreReader& r) -> Status {
    EIDER_TRY(k, r.key_set(eid, version));
    out = k;
    return {};
  }));
  return out.value();
}

std::vector<soap::Message> World::sent() {
  for (std::size_t before = soap.posts.size() + 1; before != soap.posts.size();) {
    before = soap.posts.size();
    must(smsr->send_outbox());
  }
  std::vector<soap::Message> out;
  for (const auto& p : std::exchange(soap.posts, {})) {
    auto m = soap::decode(p.body);
    if (!m) throw std::runtime_error(m.error().fault().message());
    out.push_back(*std::move(m));
  }
  return out;
}
std::vector<std::string> World::told() {
  std::vector<std::string> out;
  for (const auto& m : sent()) {
    std::string line = sgp02::element_name(*m.function, m.kind) + " " + m.header.receiver.id.dotted();
    if (const auto* r = m.response()) {
      const auto& s = r->functionExecutionStatus;
      line += s.statusCodeData ? " " + s.statusCodeData->subject + "/" + s.statusCodeData->reason : " ok";
    }
    out.push_back(std::move(line));
  }
  std::ranges::sort(out);
  return out;
}

const sgp02::FunctionExecutionStatus& status_of(const soap::Message& m) {
  return m.response()->functionExecutionStatus;
}
std::string status_of(const Reply& reply) {
  if (reply.body.empty()) return std::to_string(reply.status);
  const auto m = soap::decode(reply.body);
  if (!m || !m->response()) return "no response";
  const auto& s = status_of(*m);
  return s.statusCodeData ? s.statusCodeData->subject + "/" + s.statusCodeData->reason : "ok";
}

}  // namespace eider::smsr::test
