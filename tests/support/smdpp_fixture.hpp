// An SM-DP+ over any store, with an operator, a profile type and Profiles, and calls as an LPA and an
// operator make them.
#pragma once
#include "roles/smdpp/memory_store.hpp"
#include "roles/smdpp/smdpp.hpp"
#include "spec/sgp22/es2plus.hpp"
#include "support/must.hpp"
#include "support/server_calls.hpp"
#include "support/software_euicc.hpp"

namespace eider::test {

namespace es9 = sgp22::es9plus;
namespace es2 = sgp22::es2plus;

std::vector<smdpp::DpCredential> dp_credentials(const TestPki& pki, const std::vector<crypto::Curve>& curves);

struct SmdsDouble final : smdpp::SmdsPort {
  std::vector<std::string> events;  // "address eid event"
  std::optional<Fault> fault;
  Status register_event(const std::string& smds, const sgp22::Eid& eid, const std::string&,
                        const std::string& event) override;
  Status delete_event(const std::string& smds, const sgp22::Eid& eid, const std::string& event) override;
};

struct SmDpPlusFixture {
  explicit SmDpPlusFixture(smdpp::Store& s, std::vector<crypto::Curve> curve_list = {crypto::Curve::kP256});
  // A new server over the same store: what is left after a restart.
  void start();
  void put_operator(const std::string& id, ByteView certificate);
  static sgp22::Iccid iccid(int n);
  // An Available Profile of "<owner>-prepaid" with a package of that many octets.
  smdpp::Profile add_profile(int n, const std::string& owner = "op", std::size_t octets = 3000);
  static Bytes package(int n, std::size_t octets);
  // Released, for anyone with the code, or for one EID.
  std::string release(int n, std::optional<std::string> eid = {}, std::optional<std::string> code = {},
                      std::optional<std::string> matching_id = {});
  sgp22::RequestHeader op_header(const std::string& id = "op") const;
  smdpp::Profile profile(int n);
  void change_type(const std::function<void(smdpp::ProfileType&)>& edit,
                   const std::string& name = "op-prepaid");
  // What the operator will be told: "point status" of every entry, in order.
  std::vector<std::string> progress();

  HttpReply post(std::string_view path, std::string_view body, std::string_view type = "application/json");
  template <class Answer, class Body>
  Result<Answer> es9plus(std::string_view path, const Body& body) {
    return read_answer<Answer>(post(path, json::encode(body)));
  }
  template <class Answer, class Body>
  Result<Answer> es2plus(std::string_view path, const Body& body) {
    return read_answer<Answer>(post(path, json::encode(body)));
  }

  // The calls of a download, one by one.
  Result<es9::InitiateAuthenticationResponse> initiate(SoftwareEuicc& card);
  Result<es9::AuthenticateClientResponse> authenticate(SoftwareEuicc& card,
                                                       std::optional<std::string> matching_id);
  Result<es9::AuthenticateClientResponse> repeat_authenticate();
  Result<Bytes> bind(SoftwareEuicc& card, const es9::AuthenticateClientResponse& second,
                     std::optional<std::string> code = {});
  Result<Bytes> repeat_bind();
  Result<Bytes> download(SoftwareEuicc& card, std::optional<std::string> matching_id,
                         std::optional<std::string> code = {});
  int notify(Bytes pending);
  Status cancel(SoftwareEuicc& card, sgp22::CancelSessionReason reason);
  Status repeat_cancel();

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

}  // namespace eider::test
