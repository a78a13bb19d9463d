// An SM-DP+ over any store, with an operator, a profile type and Profiles, and calls as an LPA and an
// operator make them.
#pragma once
#include "codec/json_binding.hpp"
#include "roles/smdpp/memory_store.hpp"
#include "roles/smdpp/smdpp.hpp"
#include "spec/sgp22/es2plus.hpp"
#include "support/software_euicc.hpp"

namespace eider::test {

namespace es9 = sgp22::es9plus;
namespace es2 = sgp22::es2plus;

inline constexpr std::string_view kEid1 = "89049032123451234512345678901235";
inline constexpr std::string_view kEid2 = "89049032000000000000000000000066";

inline std::vector<smdpp::DpCredential> dp_credentials(const TestPki& pki,
                                                       const std::vector<crypto::Curve>& curves) {
  using crypto::CertificateRole;
  std::vector<smdpp::DpCredential> out;
  for (const auto curve : curves) {
    const auto& auth = pki.get(CertificateRole::kDpAuth, curve);
    const auto& pb = pki.get(CertificateRole::kDpPb, curve);
    out.push_back({auth.certificate, crypto::make_signing_key(*auth.key), pb.certificate,
                   crypto::make_signing_key(*pb.key)});
  }
  return out;
}

struct SmdsDouble final : smdpp::SmdsPort {
  std::vector<std::string> events;  // "address eid event"
  std::optional<Fault> fault;
  Status register_event(const std::string& smds, const sgp22::Eid& eid, const std::string&,
                        const std::string& event) override {
    if (fault) return fail(*fault);
    events.push_back(smds + " " + sgp22::eid_digits(eid) + " " + event);
    return {};
  }
  Status delete_event(const std::string& smds, const sgp22::Eid& eid, const std::string& event) override {
    if (fault) return fail(*fault);
    std::erase(events, smds + " " + sgp22::eid_digits(eid) + " " + event);
    return {};
  }
};

struct SmDpPlusFixture {
  explicit SmDpPlusFixture(smdpp::Store& s, std::vector<crypto::Curve> curve_list = {crypto::Curve::kP256})
      : curves(curve_list), pki(make_test_pki(curve_list)), store(s), clock(pki_time()), random(7) {
    start();
  }
  // A new server over the same store: what is left after a restart.
  void start() {
    smdpp::SmDpPlusConfig config;
    config.addresses = {"smdpp.example.com"};
    config.credentials = dp_credentials(pki, curves);
    config.roots = pki.roots;
    config.limits = limits;
    config.crl_policy = crl_policy;
    auto made = smdpp::SmDpPlus::create(std::move(config), {store, clock, random, &smds});
    if (!made) throw std::runtime_error(made.error().message());
    server = *std::move(made);
  }
  void put_operator(const std::string& id, ByteView certificate) {
    must(store.write([&](smdpp::StoreTransaction& tx) -> Status {
      EIDER_CHECK(tx.put_operator({id,
                                   id,
                                   "2.999.100." + std::to_string(id.size()),
                                   {crypto::sha256(certificate)},
                                   "https://" + id + ".example.com"}));
      smdpp::ProfileType type;
      type.name = id + "-prepaid";
      type.owner = id;
      return tx.put_profile_type(type);
    }));
  }
  static sgp22::Iccid iccid(int n) {
    auto digits = std::to_string(n);
    return *sgp22::parse_iccid("8949" + std::string(15 - digits.size(), '0') + digits);
  }
  // An Available Profile of "<owner>-prepaid" with a package of that many octets.
  smdpp::Profile add_profile(int n, const std::string& owner = "op", std::size_t octets = 3000) {
    smdpp::Profile p;
    p.iccid = iccid(n);
    p.type = owner + "-prepaid";
    p.owner = owner;
    sgp22::StoreMetadataRequest m;
    m.iccid = p.iccid;
    m.serviceProviderName = "Eider Mobile";
    m.profileName = "Prepaid";
    if (edit_metadata) edit_metadata(m);
    p.metadata = der::encode(m);
    p.requirements.size_octets = static_cast<std::uint32_t>(octets);
    p.changed_at = clock.now();
    must(store.write([&](smdpp::StoreTransaction& tx) -> Status {
      EIDER_CHECK(tx.put_profile(p));
      return tx.put_package(p.iccid, package(n, octets));
    }));
    return p;
  }
  static Bytes package(int n, std::size_t octets) {
    SeededRandom r(static_cast<std::uint64_t>(n) + 1000);
    return r.bytes(octets);
  }
  // Released, for anyone with the code, or for one EID.
  std::string release(int n, std::optional<std::string> eid = {}, std::optional<std::string> code = {},
                      std::optional<std::string> matching_id = {}) {
    es2::DownloadOrderRequest order{op_header(), eid, sgp22::iccid_digits(iccid(n)), {}};
    must(es2plus<es2::DownloadOrderResponse>(es2::kDownloadOrder.path, order));
    es2::ConfirmOrderRequest confirm{
        op_header(), sgp22::iccid_digits(iccid(n)), {}, std::move(matching_id), std::move(code), {}, true};
    return *must(es2plus<es2::ConfirmOrderResponse>(es2::kConfirmOrder.path, confirm)).matchingId;
  }
  sgp22::RequestHeader op_header(const std::string& id = "op") const {
    return {"2.999.100." + std::to_string(id.size()), "call-" + std::to_string(++calls)};
  }
  smdpp::Profile profile(int n) {
    std::optional<smdpp::Profile> out;
    must(store.read([&](smdpp::StoreReader& r) -> Status {
      EIDER_TRY(found, r.profile(iccid(n)));
      out = std::move(found);
      return {};
    }));
    return out.value();
  }
  void change_type(const std::function<void(smdpp::ProfileType&)>& edit,
                   const std::string& name = "op-prepaid") {
    must(store.write([&](smdpp::StoreTransaction& tx) -> Status {
      EIDER_TRY(type, tx.profile_type(name));
      edit(*type);
      return tx.put_profile_type(*type);
    }));
  }
  // What the operator will be told: "point status" of every entry, in order.
  std::vector<std::string> progress() {
    std::vector<std::string> out;
    must(store.write([&](smdpp::StoreTransaction& tx) -> Status {
      for (;;) {
        EIDER_TRY(due, tx.due_outbox(Time::max(), 100));
        if (due.empty()) return {};
        for (const auto& e : due) {
          if (e.kind != smdpp::OutboxKind::kDeleteEvent) {
            EIDER_TRY(m, json::decode<es2::HandleDownloadProgressInfoRequest>(e.body));
            const auto& data = m.notificationPointStatus.statusCodeData;
            out.push_back(
                std::to_string(m.notificationPointId) + " " +
                (data ? data->subjectCode + "/" + data->reasonCode : m.notificationPointStatus.status));
          }
          EIDER_CHECK(tx.remove_outbox(e.id));
        }
      }
    }));
    return out;
  }

  HttpReply post(std::string_view path, std::string_view body, std::string_view type = "application/json") {
    const smdpp::Request r{path, type, as_bytes(body), peer, client_certificate};
    return path.find("es2plus") != std::string_view::npos ? server->es2plus(r) : server->es9plus(r);
  }
  template <class Answer, class Body>
  Result<Answer> es9plus(std::string_view path, const Body& body) {
    return answer<Answer>(post(path, json::encode(body)));
  }
  template <class Answer, class Body>
  Result<Answer> es2plus(std::string_view path, const Body& body) {
    return answer<Answer>(post(path, json::encode(body)));
  }
  template <class Answer>
  static Result<Answer> answer(const HttpReply& reply) {
    if (reply.status != 200) return fail(TransportFault{true, "HTTP " + std::to_string(reply.status)});
    EIDER_TRY(header, json::decode<sgp22::EmptyResponse>(as_text(reply.body)));
    if (auto failed = sgp22::fault_of(header.header)) return fail(*std::move(failed));
    return json::decode<Answer>(as_text(reply.body));
  }

  // The calls of a download, one by one.
  Result<es9::InitiateAuthenticationResponse> initiate(SoftwareEuicc& card) {
    return es9plus<es9::InitiateAuthenticationResponse>(es9::kInitiateAuthentication.path,
                                                        card.initiate("smdpp.example.com"));
  }
  Result<es9::AuthenticateClientResponse> authenticate(SoftwareEuicc& card,
                                                       std::optional<std::string> matching_id) {
    EIDER_TRY(first, initiate(card));
    last_authenticate = {first.transactionId, card.authenticate_server(first, std::move(matching_id))};
    return repeat_authenticate();
  }
  Result<es9::AuthenticateClientResponse> repeat_authenticate() {
    return es9plus<es9::AuthenticateClientResponse>(es9::kAuthenticateClient.path, last_authenticate);
  }
  Result<Bytes> bind(SoftwareEuicc& card, const es9::AuthenticateClientResponse& second,
                     std::optional<std::string> code = {}) {
    last_bind = {second.transactionId, card.prepare_download(second, std::move(code))};
    return repeat_bind();
  }
  Result<Bytes> repeat_bind() {
    EIDER_TRY(third,
              es9plus<es9::GetBoundProfilePackageResponse>(es9::kGetBoundProfilePackage.path, last_bind));
    return third.boundProfilePackage;
  }
  Result<Bytes> download(SoftwareEuicc& card, std::optional<std::string> matching_id,
                         std::optional<std::string> code = {}) {
    EIDER_TRY(second, authenticate(card, std::move(matching_id)));
    return bind(card, second, std::move(code));
  }
  int notify(Bytes pending) {
    return post(es9::kHandleNotification.path,
                json::encode(es9::HandleNotificationRequest{std::move(pending)}))
        .status;
  }
  Status cancel(SoftwareEuicc& card, sgp22::CancelSessionReason reason) {
    last_cancel = {to_bytes(card.transaction_id()), card.cancel(reason)};
    return repeat_cancel();
  }
  Status repeat_cancel() {
    EIDER_CHECK(es9plus<es9::CancelSessionResponse>(es9::kCancelSession.path, last_cancel));
    return {};
  }

  static void must(const Status& s) {
    if (!s) throw std::runtime_error(s.error().message());
  }
  template <class T>
  static T must(Result<T> r) {
    if (!r) throw std::runtime_error(r.error().message());
    return *std::move(r);
  }

  std::vector<crypto::Curve> curves;
  TestPki pki;
  smdpp::Store& store;
  ManualClock clock;
  SeededRandom random;
  SmdsDouble smds;
  smdpp::Limits limits;
  smdpp::CrlPolicy crl_policy;
  std::unique_ptr<smdpp::SmDpPlus> server;
  mutable int calls = 0;
  std::string peer = "192.0.2.1";
  Bytes client_certificate = hex("AA01");
  std::function<void(sgp22::StoreMetadataRequest&)> edit_metadata;
  es9::AuthenticateClientRequest last_authenticate;
  es9::GetBoundProfilePackageRequest last_bind;
  es9::CancelSessionRequest last_cancel;
};

// "8.2.6/3.8", or "ok", or what else went wrong.
template <class T>
std::string code_of(const Result<T>& r) {
  if (r) return "ok";
  const auto* s = r.error().template as<FunctionStatus>();
  return s ? s->subject_code + "/" + s->reason_code : r.error().message();
}

}  // namespace eider::test
