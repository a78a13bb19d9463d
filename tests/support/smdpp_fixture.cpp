#include "support/smdpp_fixture.hpp"

namespace eider::test {

std::vector<smdpp::DpCredential> dp_credentials(const TestPki& pki,
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

Status SmdsDouble::register_event(const std::string& smds, const sgp22::Eid& eid, const std::string&,
                                  const std::string& event) {
  if (fault) return fail(*fault);
  events.push_back(smds + " " + sgp22::eid_digits(eid) + " " + event);
  return {};
}

Status SmdsDouble::delete_event(const std::string& smds, const sgp22::Eid& eid, const std::string& event) {
  if (fault) return fail(*fault);
  std::erase(events, smds + " " + sgp22::eid_digits(eid) + " " + event);
  return {};
}

SmDpPlusFixture::SmDpPlusFixture(smdpp::Store& s, std::vector<crypto::Curve> curve_list)
    : curves(curve_list), pki(make_test_pki(curve_list)), store(s), clock(pki_time()), random(7) {
  start();
}

void SmDpPlusFixture::start() {
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

void SmDpPlusFixture::put_operator(const std::string& id, ByteView certificate) {
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

sgp22::Iccid SmDpPlusFixture::iccid(int n) {
  auto digits = std::to_string(n);
  return *sgp22::parse_iccid("8949" + std::string(15 - digits.size(), '0') + digits);
}

smdpp::Profile SmDpPlusFixture::add_profile(int n, const std::string& owner, std::size_t octets) {
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

Bytes SmDpPlusFixture::package(int n, std::size_t octets) {
  SeededRandom r(static_cast<std::uint64_t>(n) + 1000);
  return r.bytes(octets);
}

std::string SmDpPlusFixture::release(int n, std::optional<std::string> eid, std::optional<std::string> code,
                                     std::optional<std::string> matching_id) {
  es2::DownloadOrderRequest order{op_header(), eid, sgp22::iccid_digits(iccid(n)), {}};
  must(es2plus<es2::DownloadOrderResponse>(es2::kDownloadOrder.path, order));
  es2::ConfirmOrderRequest confirm{
      op_header(), sgp22::iccid_digits(iccid(n)), {}, std::move(matching_id), std::move(code), {}, true};
  return *must(es2plus<es2::ConfirmOrderResponse>(es2::kConfirmOrder.path, confirm)).matchingId;
}

sgp22::RequestHeader SmDpPlusFixture::op_header(const std::string& id) const {
  return {"2.999.100." + std::to_string(id.size()), "call-" + std::to_string(++calls)};
}

smdpp::Profile SmDpPlusFixture::profile(int n) {
  std::optional<smdpp::Profile> out;
  must(store.read([&](smdpp::StoreReader& r) -> Status {
    EIDER_TRY(found, r.profile(iccid(n)));
    out = std::move(found);
    return {};
  }));
  return out.value();
}

void SmDpPlusFixture::change_type(const std::function<void(smdpp::ProfileType&)>& edit,
                                  const std::string& name) {
  must(store.write([&](smdpp::StoreTransaction& tx) -> Status {
    EIDER_TRY(type, tx.profile_type(name));
    edit(*type);
    return tx.put_profile_type(*type);
  }));
}

std::vector<std::string> SmDpPlusFixture::progress() {
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

HttpReply SmDpPlusFixture::post(std::string_view path, std::string_view body, std::string_view type) {
  const smdpp::Request r{path, type, as_bytes(body), peer, client_certificate};
  return path.find("es2plus") != std::string_view::npos ? server->es2plus(r) : server->es9plus(r);
}

Result<es9::InitiateAuthenticationResponse> SmDpPlusFixture::initiate(SoftwareEuicc& card) {
  return es9plus<es9::InitiateAuthenticationResponse>(es9::kInitiateAuthentication.path,
                                                      card.initiate("smdpp.example.com"));
}

Result<es9::AuthenticateClientResponse> SmDpPlusFixture::authenticate(
    SoftwareEuicc& card, std::optional<std::string> matching_id) {
  EIDER_TRY(first, initiate(card));
  last_authenticate = {first.transactionId, card.authenticate_server(first, std::move(matching_id))};
  return repeat_authenticate();
}

Result<es9::AuthenticateClientResponse> SmDpPlusFixture::repeat_authenticate() {
  return es9plus<es9::AuthenticateClientResponse>(es9::kAuthenticateClient.path, last_authenticate);
}

Result<Bytes> SmDpPlusFixture::bind(SoftwareEuicc& card, const es9::AuthenticateClientResponse& second,
                                    std::optional<std::string> code) {
  last_bind = {second.transactionId, card.prepare_download(second, std::move(code))};
  return repeat_bind();
}

Result<Bytes> SmDpPlusFixture::repeat_bind() {
  EIDER_TRY(third,
            es9plus<es9::GetBoundProfilePackageResponse>(es9::kGetBoundProfilePackage.path, last_bind));
  return third.boundProfilePackage;
}

Result<Bytes> SmDpPlusFixture::download(SoftwareEuicc& card, std::optional<std::string> matching_id,
                                        std::optional<std::string> code) {
  EIDER_TRY(second, authenticate(card, std::move(matching_id)));
  return bind(card, second, std::move(code));
}

int SmDpPlusFixture::notify(Bytes pending) {
  return post(es9::kHandleNotification.path, json::encode(es9::HandleNotificationRequest{std::move(pending)}))
      .status;
}

Status SmDpPlusFixture::cancel(SoftwareEuicc& card, sgp22::CancelSessionReason reason) {
  last_cancel = {to_bytes(card.transaction_id()), card.cancel(reason)};
  return repeat_cancel();
}

Status SmDpPlusFixture::repeat_cancel() {
  EIDER_CHECK(es9plus<es9::CancelSessionResponse>(es9::kCancelSession.path, last_cancel));
  return {};
}

}  // namespace eider::test
