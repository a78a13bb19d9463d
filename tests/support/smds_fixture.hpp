// An SM-DS over its store in memory, and calls as an SM-DP+ and an Alternative SM-DS make them.
#pragma once
#include <atomic>
#include <functional>

#include "crypto/crl.hpp"
#include "roles/smds/es15_client.hpp"
#include "roles/smds/memory_store.hpp"
#include "roles/smds/smds.hpp"
#include "spec/sgp22/es12.hpp"
#include "spec/sgp22/status_codes.hpp"
#include "support/server_calls.hpp"
#include "support/software_euicc.hpp"
#include "support/test_pki.hpp"

namespace eider::test {

namespace ds = sgp22::es12;
namespace es9 = sgp22::es9plus;

// The Root SM-DS of an Alternative one.
struct RootDouble final : smds::RootPort {
  std::vector<std::string> events;    // "eid address event"
  std::optional<Fault> fault;         // of register_event
  std::optional<Fault> delete_fault;  // then nothing is deleted
  bool lose_answers = false;          // what is registered is registered, but nobody hears of it
  int deleted = 0;
  std::function<void()> meanwhile;  // once, during register_event
  Status register_event(const sgp22::Eid& eid, const std::string& address, const std::string& event) override;
  Status delete_event(const sgp22::Eid& eid, const std::string& event) override;
};

struct SmDsFixture {
  SmDsFixture();
  // A new server over the same store.
  void start();
  static Bytes certificate(crypto::CertificateRole role, const TestPki& of);
  Bytes certificate(crypto::CertificateRole role) const { return certificate(role, pki); }

  // A new call for the first card.
  ds::RegisterEventRequest request(const std::string& event);
  HttpReply post(std::string_view body, std::string_view type = "application/json",
                 std::string_view path = ds::kRegisterEvent.path);
  HttpReply post_as(ByteView client, std::string_view body, std::string_view type = "application/json",
                    std::string_view path = ds::kRegisterEvent.path);
  // "ok", "8.9.5/3.3", or what else went wrong.
  std::string register_event(const ds::RegisterEventRequest& r) { return code(post(json::encode(r))); }
  std::string register_event(const ds::RegisterEventRequest& r, const Bytes& client);
  static std::string code(const HttpReply& reply);
  std::string delete_event(const std::string& event, std::string_view eid = kEid1);
  std::string delete_event(const std::string& event, std::string_view eid, const Bytes& client);
  // "address event, address event": what an LPA would be told, in order.
  std::string events(std::string_view eid);

  // What an LPA calls, one by one.
  Result<es9::InitiateAuthenticationResponse> initiate(SoftwareEuicc& card);
  Result<es9::AuthenticateClientEs11Response> authenticate(const es9::AuthenticateClientRequest& request);
  // Both; `event_id` as in the signed ctxParams1.
  Result<es9::AuthenticateClientEs11Response> poll(SoftwareEuicc& card,
                                                   std::optional<std::string> event_id = {});
  // "address event, …", or the code.
  std::string poll_text(SoftwareEuicc& card, std::optional<std::string> event_id = {});
  HttpReply post_es11(std::string_view path, std::string_view body,
                      std::string_view type = "application/json");

  TestPki pki;
  TestPki other;  // of another CI, with another SM-DP+: 2.999.12
  smds::MemoryStore store;
  ManualClock clock;
  SeededRandom random;
  std::string address = "smds.example.com";
  crypto::CrlSet crls;
  smds::Limits limits;
  smds::RootPort* root = nullptr;
  smds::PushPort* push = nullptr;
  std::unique_ptr<smds::SmDs> server;
  std::atomic<int> calls = 0;
  std::string peer = "192.0.2.1";
  es9::AuthenticateClientRequest last;  // of poll
};

// The way to an SM-DS in the same process, for whoever has that certificate.
struct HttpToSmDs final : HttpPort {
  SmDsFixture& to;
  Bytes client;
  HttpToSmDs(SmDsFixture& f, Bytes certificate) : to(f), client(std::move(certificate)) {}
  Result<HttpReply> post(const HttpPost& request) override;
};

}  // namespace eider::test
