#include "tamper_bench.hpp"

#include "roles/lpa/bpp_segments.hpp"

namespace eider::test {
using crypto::CertificateRole;
using crypto::Curve;

namespace {
constexpr char kAddress[] = "smdpp.example.com";
constexpr char kEid[] = "89049032000000000000000000000163";

std::string other_eid() {
  return sgp22::eid_with_check_digits("890490320000000000000000000002");
}
Curve opposite(Curve c) {
  return c == Curve::kP256 ? Curve::kBrainpoolP256r1 : Curve::kP256;
}

std::string sw_text(std::uint16_t sw) {
  return to_hex(Bytes{static_cast<std::uint8_t>(sw >> 8), static_cast<std::uint8_t>(sw)});
}
}  // namespace

void flip(Bytes& bytes, std::size_t from_end) {
  bytes.at(bytes.size() - from_end) ^= 0x01;
}

TestPki& known_pki() {
  static TestPki pki = make_test_pki({Curve::kP256, Curve::kBrainpoolP256r1}, 1);
  return pki;
}
const TestPki& strangers() {
  static const TestPki pki = make_test_pki({Curve::kP256, Curve::kBrainpoolP256r1}, 2);
  return pki;
}

BenchCard::BenchCard(const TestPki& pki, const eum::CardModel& model, std::string_view eid,
                     const std::vector<Curve>& curves, std::uint64_t seed)
    : random(seed), key(crypto::PrivateKey::generate(curves.front(), random)) {
  std::vector<eum::EumSigner> signers;
  for (const auto c : curves) signers.push_back(eum_signer(pki, c));
  record = must(eum::personalise(model, *sgp22::parse_eid(eid), signers, pki_time(), random));
  key = must(crypto::PrivateKey::from_encoded(record.credentials.front().privateKey.view()));
  must(card::manufacture(record, nvm));
  power_on();
}

void BenchCard::power_on() {
  nvm.restore_power();
  euicc = std::make_unique<card::Euicc>(nvm, random);
  driver = std::make_unique<CardDriver>(*euicc);
  must(euicc->reset());
  driver->open();
}

Bytes BenchCard::es10(std::string_view function, ByteView command) {
  auto answer = driver->store_data(command);
  if (answer.sw != 0x9000 && answer.sw >> 8 != 0x91)
    throw Refused{std::string(function) + " SW " + sw_text(answer.sw)};
  return std::move(answer.data);
}

Bench::Bench(Options options)
    : curve(options.curve),
      other_curve(opposite(options.curve)),
      pki(known_pki()),
      clock(pki_time() + std::chrono::hours(24)),
      owner_certificate_(to_bytes(as_bytes("certificate of the owner"))),
      foreign_certificate_(to_bytes(as_bytes("certificate of another operator"))) {
  const std::vector<Curve> curves = {curve, other_curve};
  card = std::make_unique<BenchCard>(pki, options.model, kEid, curves, 7);
  other = std::make_unique<BenchCard>(pki, options.model, other_eid(), curves, 8);
  rebuild_server(options.configure);
  must(store.write([&](smdpp::StoreTransaction& tx) -> Status {
    for (const bool owner : {true, false}) {
      smdpp::Operator o;
      o.id = o.name = owner ? "owner" : "foreign";
      o.requester_identifier = owner ? "2.999.200" : "2.999.201";
      o.certificates = {crypto::sha256(owner ? owner_certificate_ : foreign_certificate_)};
      o.notification_url = "https://operator.example.com";
      EIDER_CHECK(tx.put_operator(o));
      smdpp::ProfileType type;
      type.name = owner ? "plain" : "theirs";
      type.owner = o.id;
      if (options.type) options.type(type);
      EIDER_CHECK(tx.put_profile_type(type));
    }
    return {};
  }));
}

void Bench::rebuild_server(std::function<void(smdpp::SmDpPlusConfig&)> configure) {
  smdpp::SmDpPlusConfig config;
  config.addresses = {kAddress};
  const auto& auth = item(CertificateRole::kDpAuth);
  const auto& pb = item(CertificateRole::kDpPb);
  config.credentials.push_back({auth.certificate, crypto::make_signing_key(*auth.key), pb.certificate,
                                crypto::make_signing_key(*pb.key)});
  config.roots = pki.roots;
  if (configure) configure(config);
  server = must(smdpp::SmDpPlus::create(std::move(config), {store, clock, random, nullptr}));
}

// ---- the stock ----

profile::GenericProfileParameters Bench::subscription(int n) {
  SeededRandom random(static_cast<std::uint64_t>(n));
  auto p = profile::GenericProfileParameters::random(random);
  p.iccid = "898821100000000070" + std::to_string(n) + "?";
  p.imsi = "00101000000000" + std::to_string(n);
  p.telecom = p.five_g = p.rfm = false;
  p.ballast = 3000;  // several segments
  return p;
}

sgp22::Iccid Bench::iccid(int n) const {
  return must(profile::Iccid::parse(subscription(n).iccid)).file();
}

sgp22::StoreMetadataRequest Bench::metadata(int n) const {
  sgp22::StoreMetadataRequest m;
  m.iccid = iccid(n);
  m.serviceProviderName = "Eider";
  m.profileName = "Profile " + std::to_string(n);
  m.profileOwner.emplace().mccMnc = profile::encode_plmn("001", "01");
  const der::BitString all{sgp22::kEventInstall, sgp22::kEventEnable, sgp22::kEventDisable,
                           sgp22::kEventDelete};
  m.notificationConfigurationInfo.emplace().push_back({all, kAddress});
  return m;
}

void Bench::add_profile(int n, std::function<void(sgp22::StoreMetadataRequest&)> change,
                        std::function<void(profile::GenericProfileParameters&)> build,
                        std::function<void(Bytes&)> upp) {
  auto m = metadata(n);
  if (change) change(m);
  auto parameters = subscription(n);
  if (build) build(parameters);
  auto package = profile::build_generic_profile(parameters);
  if (upp) upp(package);
  smdpp::Profile p;
  p.iccid = iccid(n);
  p.type = "plain";
  p.owner = "owner";
  p.metadata = der::encode(m);
  p.changed_at = clock.now();
  must(store.write([&](smdpp::StoreTransaction& tx) -> Status {
    EIDER_CHECK(tx.put_profile(p));
    return tx.put_package(p.iccid, package);
  }));
}

void Bench::change_type(const std::function<void(smdpp::ProfileType&)>& change) {
  must(store.write([&](smdpp::StoreTransaction& tx) -> Status {
    EIDER_TRY(type, tx.profile_type("plain"));
    change(*type);
    return tx.put_profile_type(*type);
  }));
}

void Bench::order(int n, const std::string& id, const std::string& confirmation_code,
                  const BenchCard* for_card, bool release) {
  const auto accepted = [](const std::string& what) {
    if (what != "ok") throw std::runtime_error("the order was refused: " + what);
  };
  es2::DownloadOrderRequest download;
  download.iccid = sgp22::iccid_digits(iccid(n));
  if (for_card) download.eid = sgp22::eid_digits(for_card->eid());
  accepted(es2(es2::kDownloadOrder, download));
  es2::ConfirmOrderRequest confirm;
  confirm.iccid = *download.iccid;
  confirm.matchingId = id;
  if (!confirmation_code.empty()) confirm.confirmationCode = confirmation_code;
  confirm.releaseFlag = release;
  accepted(es2(es2::kConfirmOrder, confirm));
  matching_id = id;
  code = confirmation_code;
}

smdpp::Profile Bench::profile(int n) {
  std::optional<smdpp::Profile> out;
  must(store.read([&](smdpp::StoreReader& reader) -> Status {
    EIDER_TRY(found, reader.profile(iccid(n)));
    out = std::move(found);
    return {};
  }));
  return out.value();
}

// ---- the flow ----

HttpReply Bench::post(std::string_view function, std::string path, std::string type, std::string body) {
  if (hooks.http) hooks.http(function, path, type, body);
  return server->es9plus({path, type, as_bytes(body), "192.0.2.1", {}});
}

void Bench::initiate(BenchCard& c) {
  const auto info1 = c.es10("GetEUICCInfo1", hex("BF2000"));
  const auto challenge =
      must(der::decode<sgp22::GetEuiccChallengeResponse>(c.es10("GetEUICCChallenge", hex("BF2E00"))));
  es9::InitiateAuthenticationRequest request{to_bytes(challenge.euiccChallenge.view()), info1, kAddress};
  apply(hooks.initiate_request, request);
  s.initiate = call<es9::InitiateAuthenticationResponse>(es9::kInitiateAuthentication, request);
  apply(hooks.initiate_answer, s.initiate);
}

void Bench::authenticate_server(BenchCard& c) {
  sgp22::CtxParamsForCommonAuthentication ctx;
  if (!matching_id.empty()) ctx.matchingId = matching_id;
  ctx.deviceInfo.tac = *FixedBytes<4>::from(hex("53926011"));
  Bytes command =
      make_tlv(0xBF38, {s.initiate.serverSigned1, s.initiate.serverSignature1, s.initiate.euiccCiPKIdToBeUsed,
                        s.initiate.serverCertificate, der::encode(sgp22::CtxParams1{ctx})});
  apply(hooks.authenticate_command, command);
  s.authenticate = c.es10("AuthenticateServer", command);
  const auto answer = must(der::decode<sgp22::AuthenticateServerResponse>(s.authenticate));
  if (const auto* error = std::get_if<sgp22::AuthenticateResponseError>(&answer.value))
    throw Refused{"AuthenticateServer " + std::to_string(static_cast<int>(error->authenticateErrorCode))};
  apply(hooks.authenticate_answer, s.authenticate);
}

void Bench::authenticate_client() {
  es9::AuthenticateClientRequest request{s.initiate.transactionId, s.authenticate};
  apply(hooks.client_request, request);
  s.client = call<es9::AuthenticateClientResponse>(es9::kAuthenticateClient, request);
  apply(hooks.client_answer, s.client);
}

void Bench::prepare(BenchCard& c) {
  Bytes hash;
  const auto typed = entered_code.value_or(code);
  if (!typed.empty()) {
    const auto once = crypto::sha256(as_bytes(typed));
    hash = make_tlv(0x04, crypto::sha256({once.view(), s.id().view()}));
  }
  Bytes command =
      make_tlv(0xBF21, {s.client.smdpSigned2, s.client.smdpSignature2, hash, s.client.smdpCertificate});
  apply(hooks.prepare_command, command);
  s.prepare = c.es10("PrepareDownload", command);
  const auto answer = must(der::decode<sgp22::PrepareDownloadResponse>(s.prepare));
  if (const auto* error = std::get_if<sgp22::PrepareDownloadResponseError>(&answer.value))
    throw Refused{"PrepareDownload " + std::to_string(static_cast<int>(error->downloadErrorCode))};
  apply(hooks.prepare_answer, s.prepare);
}

void Bench::bind() {
  es9::GetBoundProfilePackageRequest request{s.initiate.transactionId, s.prepare};
  apply(hooks.bind_request, request);
  s.package =
      call<es9::GetBoundProfilePackageResponse>(es9::kGetBoundProfilePackage, request).boundProfilePackage;
  apply(hooks.package, s.package);
}

void Bench::load(BenchCard& c) {
  const auto parts = must(lpa::segment_bound_profile_package(s.package));
  std::vector<Bytes> segments;
  for (const auto& part : parts.segments) segments.push_back(to_bytes(part));
  apply(hooks.segments, segments);
  s.result.clear();
  for (const auto& segment : segments) {
    s.result = c.es10("LoadBoundProfilePackage", segment);
    if (!s.result.empty()) break;
  }
  if (s.result.empty()) throw Refused{"LoadBoundProfilePackage waits for more"};
  const auto pir = must(der::decode<sgp22::ProfileInstallationResult>(s.result));
  const auto& final_result = pir.profileInstallationResultData.value.finalResult.value;
  if (const auto* error = std::get_if<sgp22::ErrorResult>(&final_result))
    throw Refused{"PIR " + std::to_string(static_cast<int>(error->bppCommandId)) + "/" +
                  std::to_string(static_cast<int>(error->errorReason))};
}

std::string Bench::flow(BenchCard& c) {
  return outcome([&]() -> std::string {
    initiate(c);
    authenticate_server(c);
    authenticate_client();
    prepare(c);
    bind();
    load(c);
    return notify(s.result) == "acknowledged" ? "ok" : "not acknowledged";
  });
}

void Bench::install(int n) {
  add_profile(n);
  order(n, "INSTALL-" + std::to_string(n));
  if (const auto got = flow(); got != "ok") throw std::runtime_error("the first download failed: " + got);
}

Bytes Bench::cancel(BenchCard& c, sgp22::CancelSessionReason reason) {
  return c.es10("CancelSession", der::encode(sgp22::CancelSessionRequest{s.id(), reason}));
}

std::string Bench::notify(ByteView pending) {
  const auto reply = post("HandleNotification", std::string(es9::kHandleNotification.path),
                          std::string(sgp22::kJsonContentType),
                          json::encode(es9::HandleNotificationRequest{to_bytes(pending)}));
  return reply.status == 204 ? "acknowledged" : "HandleNotification HTTP " + std::to_string(reply.status);
}

std::string Bench::cancel_at_server(const Bytes& transaction, const Bytes& response) {
  return outcome([&]() -> std::string {
    (void)call<es9::CancelSessionResponse>(es9::kCancelSession,
                                           es9::CancelSessionRequest{transaction, response});
    return "ok";
  });
}

std::string Bench::es10_result(std::string_view function, ByteView command) {
  return outcome([&]() -> std::string {
    const auto answer = card->es10(function, command);
    const auto outer = must(read_single_tlv(answer));
    for (const Tag tag : {Tag{0x80}, Tag{0x81}})
      if (const auto code_tlv = find_tlv(outer.value, tag); code_tlv && code_tlv->value.size() == 1)
        return std::string(function) + " " + std::to_string(code_tlv->value[0]);
    return "ok";
  });
}

std::string Bench::outcome(const std::function<std::string()>& f) {
  try {
    return f();
  } catch (const Refused& refused) {
    return refused.outcome;
  }
}

// ---- what changed ----

Snapshot Bench::snapshot() {
  Snapshot out;
  for (const auto& key : card->nvm.keys("")) out.card[key] = *card->nvm.get(key);
  for (const auto& key : other->nvm.keys("")) out.other[key] = *other->nvm.get(key);
  must(store.read([&](smdpp::StoreReader& reader) -> Status {
    EIDER_TRY(all, reader.profiles({}));
    out.profiles = std::move(all);
    EIDER_TRY(size, reader.outbox_size());
    out.outbox = size;
    return {};
  }));
  return out;
}

void Bench::mark() {
  if (!before_) before_ = snapshot();
}

namespace {
void compare(const std::map<std::string, Bytes>& before, const std::map<std::string, Bytes>& after,
             const std::string& who, std::set<std::string>& out) {
  for (const auto* list : {&before, &after})
    for (const auto& [key, value] : *list) {
      const auto b = before.find(key), a = after.find(key);
      if (b == before.end() || a == after.end() || b->second != a->second)
        out.insert(who + key.substr(0, key.find('/')));
    }
}

void compare(const smdpp::Profile& before, const smdpp::Profile& after, std::set<std::string>& out) {
  if (before.state != after.state) out.insert("state:" + std::string(to_string(after.state)));
  if (before.on_card != after.on_card) out.insert("on-card:" + std::string(to_string(after.on_card)));
  if (before.metadata != after.metadata || before.owner != after.owner || before.type != after.type)
    out.insert("record");
  if (before.order.has_value() != after.order.has_value()) out.insert("order");
  if (!before.order || !after.order) return;
  const auto &b = *before.order, &a = *after.order;
  if (b.eid != a.eid) out.insert("eid");
  if (b.matching_id != a.matching_id) out.insert("matching-id");
  if (b.confirmation_code_hash != a.confirmation_code_hash) out.insert("code");
  if (b.download_attempts != a.download_attempts) out.insert("attempt");
  if (b.confirmation_failures != a.confirmation_failures) out.insert("code-failure");
  if (b.deliveries != a.deliveries) out.insert("delivery");
}
}  // namespace

std::string Bench::changes() {
  if (!before_) return "nothing was marked";
  const auto after = snapshot();
  std::set<std::string> list;
  compare(before_->card, after.card, "card:", list);
  compare(before_->other, after.other, "other-card:", list);
  if (before_->profiles.size() != after.profiles.size()) list.insert("stock");
  for (std::size_t i = 0; i < std::min(before_->profiles.size(), after.profiles.size()); ++i)
    compare(before_->profiles[i], after.profiles[i], list);
  if (after.outbox != before_->outbox) list.insert("report");
  std::string out;
  for (const auto& change : list) out += (out.empty() ? "" : " ") + change;
  return out;
}

// ---- for the hands ----

Bytes Bench::resign1(ByteView bf38, const std::function<void(sgp22::EuiccSigned1&)>& change,
                     const BenchCard* by) {
  auto answer = must(der::decode<sgp22::AuthenticateServerResponse>(bf38));
  auto& ok = std::get<sgp22::AuthenticateResponseOk>(answer.value);
  auto value = ok.euiccSigned1.value;
  change(value);
  ok.euiccSigned1 = der::seal(std::move(value));
  ok.euiccSignature1 = (by ? by : card.get())->key.sign(ok.euiccSigned1.raw);
  return der::encode(answer);
}

Bytes Bench::resign2(ByteView bf21, const std::function<void(sgp22::EuiccSigned2&)>& change,
                     const BenchCard* by) {
  auto answer = must(der::decode<sgp22::PrepareDownloadResponse>(bf21));
  auto& ok = std::get<sgp22::PrepareDownloadResponseOk>(answer.value);
  auto value = ok.euiccSigned2.value;
  change(value);
  ok.euiccSigned2 = der::seal(std::move(value));
  ok.euiccSignature2 = (by ? by : card.get())->key.sign({ok.euiccSigned2.raw, s.client.smdpSignature2});
  return der::encode(answer);
}

Bytes Bench::resign_channel(ByteView bpp,
                            const std::function<void(sgp22::InitialiseSecureChannelRequest&)>& change) {
  const auto outer = must(read_single_tlv(bpp));
  const auto first = must(read_tlv(outer.value));
  auto request = must(der::decode<sgp22::InitialiseSecureChannelRequest>(first.whole));
  change(request);
  const auto prepared = must(der::decode<sgp22::PrepareDownloadResponse>(s.prepare));
  const auto& otpk = std::get<sgp22::PrepareDownloadResponseOk>(prepared.value).euiccSigned2.value.euiccOtpk;
  request.smdpSign = pb_key().sign(sgp22::smdp_sign_input(request, otpk));
  return make_tlv(0xBF36, {ByteView(der::encode(request)), outer.value.subspan(first.whole.size())});
}

Bytes Bench::insider_package(const std::function<void(smdpp::BindRequest&)>& change) {
  const auto prepared = must(der::decode<sgp22::PrepareDownloadResponse>(s.prepare));
  const auto& otpk = std::get<sgp22::PrepareDownloadResponseOk>(prepared.value).euiccSigned2.value.euiccOtpk;
  const auto stored = profile();
  std::optional<Bytes> upp;
  must(store.read([&](smdpp::StoreReader& reader) -> Status {
    EIDER_TRY(found, reader.package(stored.iccid));
    upp = std::move(found);
    return {};
  }));
  const auto host = *BoundedBytes<16>::from(hex("80"));
  smdpp::BindRequest request{s.id(), card->eid(), otpk, host, server->oid(), stored.metadata, *upp, {}};
  change(request);
  return must(smdpp::bind_package(request, *crypto::make_signing_key(pb_key()), random)).bpp;
}

crypto::Certificate Bench::issue(
    CertificateRole role, const crypto::PrivateKey& key,
    const std::function<void(crypto::CertificateProfile&, crypto::CertificateRequest&)>& change,
    const TestPki* by, std::optional<Curve> issuer_curve) {
  const auto& issuers = by ? *by : pki;
  const auto issuer_role = role == CertificateRole::kEuicc ? CertificateRole::kEum : CertificateRole::kCi;
  const auto& issuer = issuers.get(issuer_role, issuer_curve.value_or(curve));
  const auto& model = role == CertificateRole::kEuicc
                          ? must(crypto::Certificate::parse(card->credential().euiccCertificate.der))
                          : item(role).certificate;
  auto profile_row = sgp22::certificate_profile(role);
  crypto::CertificateRequest request{.subject = model.subject(),
                                     .public_key = key.public_key(),
                                     .serial = crypto::random_serial(random),
                                     .not_before = pki_time(),
                                     .not_after = model.not_after(),
                                     .registered_id = {},
                                     .dns_names = {},
                                     .permitted = {},
                                     .crl_distribution_points = {}};
  if (!model.registered_ids().empty()) request.registered_id = model.registered_ids().front();
  if (model.name_constraints()) request.permitted = model.name_constraints()->permitted;
  if (change) change(profile_row, request);
  return must(crypto::issue_certificate(profile_row, request, &issuer.certificate,
                                        *crypto::make_signing_key(*issuer.key)));
}

Bytes Bench::crl(const crypto::Certificate& certificate, std::uint64_t number,
                 std::optional<Time> this_update, const crypto::PrivateKey* key) {
  const auto& ci = item(CertificateRole::kCi);
  crypto::CrlRequest request;
  request.number = number;
  request.this_update = this_update.value_or(clock.now());
  request.next_update = request.this_update + std::chrono::hours(24 * 30);
  request.distribution_point = "http://ci.example.com/CRL.crl";
  request.entries.push_back({to_bytes(certificate.serial()), clock.now(), {}, certificate.not_after()});
  return to_bytes(
      must(crypto::issue_crl(ci.certificate, *crypto::make_signing_key(key ? *key : *ci.key), request))
          .der());
}

crypto::CrlSet Bench::revoked(const crypto::Certificate& certificate) {
  const auto& ci = item(CertificateRole::kCi).certificate;
  crypto::CrlSet out;
  must(out.add(must(crypto::Crl::parse(crl(certificate))), ci.public_key(), ci.subject_key_identifier()));
  return out;
}

Bytes Bench::load_crl_command(ByteView list) const {
  return make_tlv(0xBF35, make_tlv(0xA0, must(read_single_tlv(list)).value));
}

}  // namespace eider::test
