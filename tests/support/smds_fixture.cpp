#include "support/smds_fixture.hpp"

namespace eider::test {

Status RootDouble::register_event(const sgp22::Eid& eid, const std::string& address,
                                  const std::string& event) {
  if (const auto hook = std::exchange(meanwhile, {})) hook();
  if (fault) return fail(*fault);
  events.push_back(sgp22::eid_digits(eid) + " " + address + " " + event);
  if (lose_answers) return fail(TransportFault{true, "the connection broke"});
  return {};
}

Status RootDouble::delete_event(const sgp22::Eid& eid, const std::string& event) {
  ++deleted;
  if (delete_fault) return fail(*delete_fault);
  std::erase_if(events, [&](const std::string& e) {
    return e.starts_with(sgp22::eid_digits(eid) + " ") && e.ends_with(" " + event);
  });
  return {};
}

SmDsFixture::SmDsFixture()
    : pki(make_test_pki({crypto::Curve::kP256})),
      other(make_test_pki({crypto::Curve::kP256}, 2,
                          [](auto& plan) { plan.smdp_oid = sgp22::Oid("2.999.12"); })),
      clock(pki_time()),
      random(7) {
  start();
}

void SmDsFixture::start() {
  smds::SmDsConfig config;
  config.addresses = {address};
  const auto& auth = pki.get(crypto::CertificateRole::kDsAuth);
  config.credentials = {{auth.certificate, crypto::make_signing_key(*auth.key)}};
  config.limits = limits;
  config.roots = pki.roots;
  for (const auto& anchor : other.roots.anchors()) config.roots.add(anchor);
  config.crls = crls;
  auto made = smds::SmDs::create(std::move(config), {store, clock, random, root, push});
  if (!made) throw std::runtime_error(made.error().message());
  server = *std::move(made);
}

Bytes SmDsFixture::certificate(crypto::CertificateRole role, const TestPki& of) {
  return to_bytes(of.get(role).certificate.der());
}

ds::RegisterEventRequest SmDsFixture::request(const std::string& event) {
  return {
      {"2.999.10", "call-" + std::to_string(++calls)}, std::string(kEid1), "smdpp.example.com", event, false};
}

HttpReply SmDsFixture::post(std::string_view body, std::string_view type, std::string_view path) {
  return post_as(certificate(crypto::CertificateRole::kDpTls), body, type, path);
}

HttpReply SmDsFixture::post_as(ByteView client, std::string_view body, std::string_view type,
                               std::string_view path) {
  return server->es12({path, type, as_bytes(body), "192.0.2.1", client});
}

std::string SmDsFixture::register_event(const ds::RegisterEventRequest& r, const Bytes& client) {
  return code(post_as(client, json::encode(r)));
}

std::string SmDsFixture::delete_event(const std::string& event, std::string_view eid) {
  return delete_event(event, eid, certificate(crypto::CertificateRole::kDpTls));
}

std::string SmDsFixture::delete_event(const std::string& event, std::string_view eid, const Bytes& client) {
  const ds::DeleteEventRequest r{{"2.999.10", "call-" + std::to_string(++calls)}, std::string(eid), event};
  return code(post_as(client, json::encode(r), "application/json", ds::kDeleteEvent.path));
}

HttpReply SmDsFixture::post_es11(std::string_view path, std::string_view body, std::string_view type) {
  return server->es11({path, type, as_bytes(body), peer, {}});
}

Result<es9::InitiateAuthenticationResponse> SmDsFixture::initiate(SoftwareEuicc& card) {
  return read_answer<es9::InitiateAuthenticationResponse>(
      post_es11(es9::kInitiateAuthentication.path, json::encode(card.initiate(address))));
}

Result<es9::AuthenticateClientEs11Response> SmDsFixture::authenticate(
    const es9::AuthenticateClientRequest& request) {
  return read_answer<es9::AuthenticateClientEs11Response>(
      post_es11(es9::kAuthenticateClient.path, json::encode(request)));
}

Result<es9::AuthenticateClientEs11Response> SmDsFixture::poll(SoftwareEuicc& card,
                                                              std::optional<std::string> event_id) {
  EIDER_TRY(first, initiate(card));
  last = {first.transactionId, card.authenticate_server(first, std::move(event_id))};
  return authenticate(last);
}

std::string SmDsFixture::poll_text(SoftwareEuicc& card, std::optional<std::string> event_id) {
  const auto answer = poll(card, std::move(event_id));
  if (!answer) return code_of(answer);
  std::string out;
  for (const auto& e : answer->eventEntries)
    out += (out.empty() ? "" : ", ") + e.rspServerAddress + " " + e.eventId;
  return out;
}

std::string SmDsFixture::code(const HttpReply& reply) {
  return code_of(read_answer<ds::RegisterEventResponse>(reply));
}

std::string SmDsFixture::events(std::string_view eid) {
  std::string out;
  const auto found = store.events_of(*sgp22::parse_eid(eid), {}, clock.now(), 1000);
  if (!found) throw std::runtime_error(found.error().message());
  for (const auto& e : *found) out += (out.empty() ? "" : ", ") + e.rsp_server_address + " " + e.event_id;
  return out;
}

Result<HttpReply> HttpToSmDs::post(const HttpPost& request) {
  if (request.host != to.address) return fail(TransportFault{false, "no such host: " + request.host});
  return to.post_as(client, as_text(request.body), "application/json", request.path);
}

}  // namespace eider::test
