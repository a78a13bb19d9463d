#include "support/smdp_fixture.hpp"

#include "spec/sgp02/eis_signature.hpp"
#include "spec/sgp02/status_codes.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::test {
namespace {
namespace soap = sgp02::soap;
namespace status = sgp02::status;
using sgp02::EntityId;
using sgp02::FunctionName;
using sgp02::Interface;

const EntityId kSelf("2.999.21"), kOperator("2.999.31"), kOther("2.999.32"), kSmsr("2.999.41"),
    kSmsr2("2.999.42");
const char kSmsrUrl[] = "https://smsr.example.com/es3", kOperatorUrl[] = "https://mno.example.com/es2",
           kSelfUrl[] = "https://smdp.example.com/es3";

std::string digits(const sgp22::Iccid& iccid) {
  return sgp22::iccid_digits(iccid);
}
sgp02::Eid the_eid() {
  return *sgp02::Eid::from(hex("89049032000001000000000000000074"));
}
}  // namespace

Result<server::StockProfile> StockDouble::reserve(const server::Reservation& r) {
  if (fault) return fail(*fault);
  bool type_known = false;
  for (auto& [key, item] : items) {
    if (item.order == r.order) return item.profile;
    type_known = type_known || (r.type && item.profile.type == *r.type);
  }
  if (r.iccid && !items.contains(digits(*r.iccid)))
    return status::refuse(status::kIccidUnknown, digits(*r.iccid));
  if (!r.iccid && !type_known) return status::refuse(status::kProfileTypeUnknown, *r.type);
  for (auto& [key, item] : items) {
    if (r.iccid ? key != digits(*r.iccid) : item.profile.type != *r.type || item.state != "available")
      continue;
    if (item.profile.owner != r.owner) return status::refuse(status::kIccidNotAllowed, key);
    if (item.state != "available") return status::refuse(status::kIccidInUse, key);
    item.order = r.order;
    item.state = "reserved";
    return item.profile;
  }
  return status::refuse(status::kProfileTypeUnavailable, *r.type);
}
Result<Secret> StockDouble::package(const sgp22::Iccid& iccid) {
  if (fault) return fail(*fault);
  return Secret(ByteView(items.at(digits(iccid)).package));
}
Status StockDouble::installed(const sgp22::Iccid& iccid, const std::string&) {
  if (fault) return fail(*fault);
  items.at(digits(iccid)).state = "installed";
  told.push_back("installed " + digits(iccid));
  return {};
}
Status StockDouble::returned(const sgp22::Iccid& iccid, const std::string&) {
  if (fault) return fail(*fault);
  auto& item = items.at(digits(iccid));
  item.state = "available";
  item.order.clear();
  told.push_back("returned " + digits(iccid));
  return {};
}
Status StockDouble::deleted(const sgp22::Iccid& iccid, const sgp22::Eid&) {
  if (fault) return fail(*fault);
  items.at(digits(iccid)).state = "deleted";
  told.push_back("deleted " + digits(iccid));
  return {};
}

SmsrDouble::SmsrDouble(const SmdpPki& pki, Random& random)
    : ecasd_key(crypto::PrivateKey::generate(crypto::Curve::kP256, own_random)),
      card(ecasd_key, pki.ci_key.public_key(), random) {
  auto& info = eis.eumSigned.info;
  info.eid = the_eid();
  info.eumId = EntityId("2.999.5");
  info.ecasd.role = sgp02::SecurityDomainRole::kEcasd;
  info.ecasd.aid.assign(sgp22::kEcasdAid);
  info.ecasd.sin = hex("0102");
  info.ecasd.sdin = hex("0304");
  sgp02::KeySet set;
  set.version = 0x74;
  const auto certificate = pki.ecasd(ecasd_key.public_key(), info.eid);
  set.certificates.push_back({1, hex("4202"), to_bytes(certificate.octets())});
  info.ecasd.keySets.push_back(set);
  info.euiccCapabilities.httpSupport = true;
  info.euiccCapabilities.remoteProvisioningVersion = "3.2";
  info.platformType = info.platformVersion = info.euiccCapabilities.securePacketVersion = "1";
  eis.remainingMemory = eis.availableMemoryForProfiles = 500000;
  eis.smsrId = kSmsr;
  sign(pki);
}

void SmsrDouble::sign(const SmdpPki& pki) {
  eis.eumSigned =
      must(sgp02::sign_eum_info(eis.eumSigned.info, pki.eum, *crypto::make_signing_key(pki.eum_key)));
}

sgp02::ProfileInfo* SmsrDouble::find(const sgp02::Iccid& iccid) {
  for (auto& p : eis.profileInfos)
    if (p.iccid == iccid) return &p;
  return nullptr;
}

namespace {
// One function of the double: `b` is the request, `status` how it goes so far.
struct Serving {
  SmsrDouble& d;
  const soap::Message& m;
  sgp02::BaseResponse base;

  bool ok() const {
    return base.functionExecutionStatus.status == sgp02::ExecutionStatus::kExecutedSuccess ||
           base.functionExecutionStatus.status == sgp02::ExecutionStatus::kExecutedWithWarning;
  }
  void refuse(status::Code code) { base.functionExecutionStatus = status::failed(code); }

  std::any create(const sgp02::es3::CreateISDPRequest& r) {
    sgp02::es3::CreateISDPResponse out;
    if (ok() && d.find(r.iccid)) refuse(status::kIccidInUse);
    if (ok()) {
      std::uint16_t n = 0x10;
      while (d.card.find(*sgp02::Aid::from(sgp22::isd_p_aid(n)))) ++n;
      out.isdpAid = *sgp02::Aid::from(sgp22::isd_p_aid(n));
      d.card.create(*out.isdpAid);
      sgp02::ProfileInfo info;
      info.iccid = r.iccid;
      info.isdpAid = *out.isdpAid;
      info.mnoId = r.mnoId;
      info.smdpId = kSelf;
      info.allocatedMemory = r.requiredMemory;
      d.eis.profileInfos.push_back(info);
    }
    out.base = base;
    return out;
  }
  std::any send_data(sgp02::es3::SendDataRequest r) {
    sgp02::es3::SendDataResponse out;
    if (d.change_request) d.change_request(r);
    if (ok()) {
      out.euiccResponseData = d.card.send_data(r.sdAid, r.data);
      if (d.change_answer) d.change_answer(*out.euiccResponseData);
      if (r.moreToDo != true) d.card.end_session();
    }
    out.base = base;
    return out;
  }
  std::any remove(const sgp02::Iccid& iccid) {
    sgp02::EuiccResponse out;
    const auto* info = d.find(iccid);
    if (ok() && !info) refuse(status::kIccidUnknown);
    if (ok() && d.pinned && d.card.find(info->isdpAid)->installed) {
      refuse(status::kIsdrExecutionError);
      out.euiccResponseData = hex("230269E1");
    }
    if (ok()) {
      d.card.remove(info->isdpAid);
      std::erase_if(d.eis.profileInfos, [&](const auto& p) { return p.iccid == iccid; });
    }
    out.base = base;
    return out;
  }
  std::any set_state(const sgp02::Iccid& iccid, sgp02::ProfileState state) {
    sgp02::EuiccResponse out;
    auto* info = d.find(iccid);
    if (ok() && !info) refuse(status::kIccidUnknown);
    if (ok()) info->state = state;
    out.base = base;
    return out;
  }
};
}  // namespace

std::any SmsrDouble::serve(const soap::Message& m) {
  const auto id = m.function->id;
  calls.emplace_back(m.function->name);
  const auto& call = m.request()->functionCallIdentifier;
  if (const auto it = repeats.find(call); it != repeats.end()) return it->second;
  Serving s{*this, m, {}};
  if (auto& queue = fails[id]; !queue.empty()) {
    s.base.functionExecutionStatus = queue.front();
    queue.pop_front();
  }
  std::any out;
  if (const auto* r = m.as<sgp02::GetEISRequest>()) {
    (void)r;
    sgp02::EisResponse answer{s.base, s.ok() ? std::optional(eis) : std::nullopt};
    out = answer;
  } else if (m.as<sgp02::AuditEISRequest>()) {
    sgp02::EisResponse answer{s.base, s.ok() ? std::optional(eis) : std::nullopt};
    out = answer;
  } else if (const auto* c = m.as<sgp02::es3::CreateISDPRequest>()) {
    out = s.create(*c);
  } else if (const auto* data = m.as<sgp02::es3::SendDataRequest>()) {
    out = s.send_data(*data);
  } else if (const auto* done = m.as<sgp02::es3::ProfileDownloadCompletedRequest>()) {
    if (s.ok() && !find(done->iccid)) s.refuse(status::kIccidUnknown);
    if (s.ok()) {
      auto* info = find(done->iccid);
      info->state = sgp02::ProfileState::kDisabled;
      info->pol2 = done->pol2.value_or(sgp02::Pol2{});
      completed.push_back(*done);
    }
    out = sgp02::SimpleResponse{s.base};
  } else if (const auto* gone = m.as<sgp02::es3::DeleteISDPRequest>()) {
    out = s.remove(gone->iccid);
  } else if (const auto* on = m.as<sgp02::EnableProfileRequest>()) {
    out = s.set_state(on->iccid, sgp02::ProfileState::kEnabled);
  } else if (const auto* off = m.as<sgp02::DisableProfileRequest>()) {
    out = s.set_state(off->iccid, sgp02::ProfileState::kDisabled);
  } else if (const auto* connectivity = m.as<sgp02::es3::UpdateConnectivityParametersRequest>()) {
    sgp02::es3::SendDataRequest inner;
    inner.sdAid = find(connectivity->iccid)->isdpAid;
    inner.data = connectivity->connectivityParameters;
    out = s.send_data(inner);
  } else {
    out = soap::make_response(*m.function, s.base);
  }
  repeats[call] = out;
  return out;
}

SmdpFixture::SmdpFixture() : clock(pki_time()), smsr(pki, random) {
  config.self = {kSelf, "Eider Test SM-DP", {}, kSelfUrl};
  config.credentials.push_back(pki.credential);
  config.roots = pki.pki.roots;
  config.eums.push_back(pki.eum);
  must(store.write([&](smdp::StoreTransaction& tx) -> Status {
    EIDER_CHECK(tx.put_smsr({kSmsr, "SM-SR", kSmsrUrl}));
    EIDER_CHECK(tx.put_smsr({kSmsr2, "SM-SR 2", kSmsrUrl}));
    smdp::Operator op;
    op.id = kOperator;
    op.name = "Operator";
    op.notification_address = kOperatorUrl;
    EIDER_CHECK(tx.put_operator(op));
    op.id = kOther;
    op.notification_address.clear();
    return tx.put_operator(op);
  }));
  start();
}

void SmdpFixture::start() {
  server.reset();
  store.restart();
  server = must(smdp::SmDp::create(config, {store, inventory, *this, clock, random}));
}

const Bytes& SmdpFixture::certificate(const EntityId& id) {
  auto& known = certificates[id.dotted()];
  if (known.empty()) {
    const auto made = make_test_pki({crypto::Curve::kP256}, 100 + certificates.size(),
                                    [&](crypto::PkiPlan& plan) { plan.smdp_oid = der::Oid(id.dotted()); });
    known = to_bytes(made.get(crypto::CertificateRole::kDpTls).certificate.der());
  }
  return known;
}

sgp02::Iccid SmdpFixture::iccid(int n) {
  auto text = std::to_string(n);
  text = "8944501234567" + std::string(6 - text.size(), '0') + text;
  return *sgp02::Iccid::from(*bcd_encode(text, true));
}

void SmdpFixture::stock(int n, std::size_t octets, const std::string& type, const std::string& owner) {
  StockDouble::Item item;
  item.profile.iccid = iccid(n);
  item.profile.type = type;
  item.profile.owner = owner;
  item.profile.size = static_cast<std::uint32_t>(octets * 2);
  item.profile.imsi = "00101" + std::to_string(1000000000 + n);
  item.package = Bytes(octets);
  for (std::size_t i = 0; i < octets; ++i)
    item.package[i] = static_cast<std::uint8_t>(i * 7 + static_cast<std::size_t>(n));
  smsr.card.complete_at = octets;
  inventory.items[digits(iccid(n))] = std::move(item);
}

sgp02::es2::DownloadProfileRequest SmdpFixture::order(std::optional<int> n, bool enable) const {
  sgp02::es2::DownloadProfileRequest r;
  r.eid = smsr.eis.eid();
  r.smsrId = kSmsr;
  if (n)
    r.iccid = iccid(*n);
  else
    r.profileType = "prepaid";
  r.enableProfile = enable;
  return r;
}

HttpReply SmdpFixture::call(std::any request, const std::string& call_identifier, const EntityId& who,
                            bool in_place) {
  sgp02::MessageHeader header;
  header.sender = {who, "Operator", {}, kOperatorUrl};
  header.receiver = {addressee, {}, {}, kSelfUrl};
  header.transactionId = call_identifier;
  header.messageId = soap::make_message_id(who, to_hex(random.bytes(8)), call_identifier, clock.now());
  header.messageDate = clock.now();
  if (!in_place) header.replyTo = kOperatorUrl;
  for (const auto& f : sgp02::functions()) {
    if (f.interface != Interface::kEs2 || *f.request.type != request.type() ||
        !f.request.request_base(request))
      continue;
    const_cast<sgp02::BaseRequest*>(f.request.request_base(request))->functionCallIdentifier =
        call_identifier;
  }
  const auto envelope = soap::encode(header, Interface::kEs2, request);
  call_of_message[header.messageId] = call_identifier;
  const auto out = std::make_shared<HttpReply>();
  server->es2({as_bytes(envelope), certificate(who)},
              [this, out, call_identifier, in_place](HttpReply reply) {
                if (!reply.body.empty()) {
                  const auto m = soap::decode(reply.body);
                  if (m && m->kind == sgp02::MessageKind::kResponse) {
                    answers[call_identifier] = m->body;
                    answer_order.push_back(call_identifier);
                  }
                }
                *out = reply;
                if (in_place) in_place_replies.push_back(reply);
              });
  return *out;
}

HttpReply SmdpFixture::notify(const std::any& notification, const EntityId& who) {
  sgp02::MessageHeader header;
  header.sender = {who, {}, {}, kSmsrUrl};
  header.receiver = {kSelf, {}, {}, kSelfUrl};
  header.messageId = soap::make_message_id(who, to_hex(random.bytes(8)), "n", clock.now());
  const auto envelope = soap::encode(header, Interface::kEs3, notification);
  return server->es3({as_bytes(envelope), certificate(who)});
}

namespace {
// Of an SM-SR that does not manage the card.
std::any not_managed(const soap::Message& m) {
  sgp02::BaseResponse base;
  base.functionExecutionStatus = status::failed(status::kEidUnknown);
  return soap::make_response(*m.function, base);
}
}  // namespace

Result<server::SoapReply> SmdpFixture::post(const server::SoapPost& request) {
  const auto m = must(soap::decode(request.body).map_error([](const soap::Refusal& r) { return r.fault(); }));
  if (request.party != m.header.receiver.id.dotted()) return fail_local("a message for nobody");
  if (reachable && !reachable(m)) return fail(TransportFault{false, "not reached"});
  if (request.url == kOperatorUrl) {
    if (m.kind == sgp02::MessageKind::kNotification) {
      notifications.push_back(m);
    } else {
      const auto& call = call_of_message[m.header.relatesTo.value_or("")];
      answers[call] = m.body;
      answer_order.push_back(call);
    }
    return server::SoapReply{202, {}, {}};
  }
  const auto& asked = m.header.receiver.id;
  auto response = asked == smsr.manager ? smsr.serve(m) : not_managed(m);
  if (auto* base = m.function->response.response_base(response)) base->processingEnd = clock.now();
  const sgp02::Entity self{asked, "SM-SR", {}, kSmsrUrl};
  const auto header = soap::reply_header(m.header, self, to_hex(random.bytes(8)), clock.now());
  const auto envelope = to_bytes(as_bytes(soap::encode_response(header, *m.function, response)));
  if (!asynchronous || !m.function->touches_card) return server::SoapReply{200, envelope, {}};
  later.push_back(envelope);
  return server::SoapReply{202, {}, {}};
}

void SmdpFixture::change_smsr(bool told) {
  smsr.manager = kSmsr2;
  if (!told) return;
  sgp02::HandleSMSRChangeNotification change;
  change.eis = smsr.eis;
  change.eis.smsrId = kSmsr2;
  change.completionTimestamp = clock.now();
  notify(change, kSmsr2);
}

std::size_t SmdpFixture::deliver_one() {
  if (later.empty()) return 0;
  auto envelope = std::move(later.front());
  later.pop_front();
  if (pass_answer && !pass_answer(envelope)) return 1;
  const auto m = must(soap::decode(envelope).map_error([](const soap::Refusal& r) { return r.fault(); }));
  server->es3({envelope, certificate(m.header.sender.id)});
  return 1;
}

void SmdpFixture::settle() {
  for (int i = 0; i < 1000; ++i) {
    const auto next = server->run();
    if (!next) return;  // the store was stopped
    if (deliver_one() == 0 && (!*next || **next > clock.now())) return;
  }
}

void SmdpFixture::settle_all(int rounds) {
  for (int i = 0; i < rounds; ++i) {
    settle();
    const auto next = server->run();
    if (!next || !*next) return;
    clock.set(std::max(**next, clock.now()));
  }
}

sgp02::FunctionExecutionStatus SmdpFixture::outcome(const std::string& call_identifier) const {
  const auto it = answers.find(call_identifier);
  if (it == answers.end()) return {};
  for (const auto& f : sgp02::functions()) {
    if (f.interface != Interface::kEs2 || f.notification() || *f.response.type != it->second.type()) continue;
    auto copy = it->second;
    return f.response.response_base(copy)->functionExecutionStatus;
  }
  return {};
}

std::string SmdpFixture::code(const std::string& call_identifier) const {
  if (!answers.contains(call_identifier)) return "none";
  const auto s = outcome(call_identifier);
  const auto pair = s.statusCodeData ? s.statusCodeData->subject + "/" + s.statusCodeData->reason : "";
  switch (s.status) {
    case sgp02::ExecutionStatus::kExecutedSuccess:
      return "ok";
    case sgp02::ExecutionStatus::kExecutedWithWarning:
      return "warning " + pair;
    case sgp02::ExecutionStatus::kExpired:
      return "expired";
    case sgp02::ExecutionStatus::kFailed:
      break;
  }
  return pair;
}

std::optional<smdp::Profile> SmdpFixture::profile(int n) {
  std::optional<smdp::Profile> out;
  must(store.read([&](smdp::StoreReader& reader) -> Status {
    EIDER_TRY(p, reader.profile(iccid(n)));
    out = p;
    return {};
  }));
  return out;
}
std::optional<smdp::IsdpKeys> SmdpFixture::keys(int n) {
  std::optional<smdp::IsdpKeys> out;
  must(store.read([&](smdp::StoreReader& reader) -> Status {
    EIDER_TRY(k, reader.keys(iccid(n)));
    out = k;
    return {};
  }));
  return out;
}
std::uint64_t SmdpFixture::procedures_left() {
  std::uint64_t out = 0;
  must(store.read([&](smdp::StoreReader& reader) -> Status {
    EIDER_TRY(p, reader.procedures(smsr.eis.eid()));
    out = p.size();
    return {};
  }));
  return out;
}

}  // namespace eider::test
