// One download, message by message, between the real card and the real SM-DP+, with a hand on every message.
// The bench of the tamper table: it says who refused and how, and what changed on either side since the hand
// moved.
#pragma once
#include <functional>
#include <map>

#include "profile/builder.hpp"
#include "roles/smdpp/bpp.hpp"
#include "roles/smdpp/memory_store.hpp"
#include "roles/smdpp/smdpp.hpp"
#include "spec/sgp22/es2plus.hpp"
#include "spec/sgp22/es9plus.hpp"
#include "support/test_card.hpp"

namespace eider::test {
namespace es9 = sgp22::es9plus;
namespace es2 = sgp22::es2plus;

// Ends the flow; `outcome` is what the table compares: "AuthenticateClient 8.1/6.1", "PrepareDownload 2",
// "PIR 1/8", "LoadBoundProfilePackage SW 6A80", "AuthenticateClient HTTP 400".
struct Refused {
  std::string outcome;
};

struct BenchCard {
  SeededRandom random;
  eum::Personalisation record;
  card::MemoryNvm nvm;
  std::unique_ptr<card::Euicc> euicc;
  std::unique_ptr<CardDriver> driver;
  crypto::PrivateKey key;  // SK.EUICC of the first CI
  BenchCard(const TestPki& pki, const eum::CardModel& model, std::string_view eid,
            const std::vector<crypto::Curve>& curves, std::uint64_t seed);
  void power_on();
  const sgp22::Eid& eid() const { return record.eid; }
  const eum::EuiccCredential& credential() const { return record.credentials.front(); }
  // The data of a response to one ES10 command; refuses with "`function` SW …" on any other status word.
  Bytes es10(std::string_view function, ByteView command);
};

struct Hooks {
  // HTTP requests to the SM-DP+ as they leave: function name, path, content type, body.
  std::function<void(std::string_view, std::string&, std::string&, std::string&)> http;
  std::function<void(es9::InitiateAuthenticationRequest&)> initiate_request;
  std::function<void(es9::InitiateAuthenticationResponse&)> initiate_answer;
  std::function<void(Bytes&)> authenticate_command, authenticate_answer;  // BF38
  std::function<void(es9::AuthenticateClientRequest&)> client_request;
  std::function<void(es9::AuthenticateClientResponse&)> client_answer;
  std::function<void(Bytes&)> prepare_command, prepare_answer;  // BF21
  std::function<void(es9::GetBoundProfilePackageRequest&)> bind_request;
  std::function<void(Bytes&)> package;  // BF36
  std::function<void(std::vector<Bytes>&)> segments;
};

// What the messages of the last flow were.
struct Session {
  es9::InitiateAuthenticationResponse initiate;
  Bytes authenticate;  // BF38 of the card
  es9::AuthenticateClientResponse client;
  Bytes prepare;  // BF21 of the card
  Bytes package, result;
  sgp22::TransactionId id() const { return *sgp22::TransactionId::from(initiate.transactionId); }
};

struct Snapshot {
  std::map<std::string, Bytes> card, other;
  std::vector<smdpp::Profile> profiles;
  std::uint64_t outbox = 0;
};

class Bench {
 public:
  struct Options {
    crypto::Curve curve = crypto::Curve::kP256;
    eum::CardModel model;
    std::function<void(smdpp::SmDpPlusConfig&)> configure;
    std::function<void(smdpp::ProfileType&)> type;
  };
  explicit Bench(Options options);

  // ---- the people
  crypto::Curve curve, other_curve;
  TestPki pki;
  ManualClock clock;
  SeededRandom random{99};
  smdpp::MemoryStore store;
  std::unique_ptr<smdpp::SmDpPlus> server;
  std::unique_ptr<BenchCard> card, other;
  Hooks hooks;
  Session s;
  std::string matching_id = "TAMPER-1", code;  // of the order, and the code that the user enters
  std::optional<std::string> entered_code;     // when it is another one

  const crypto::PkiItem& item(crypto::CertificateRole role) const { return pki.get(role, curve); }
  const crypto::PrivateKey& pb_key() const { return *item(crypto::CertificateRole::kDpPb).key; }
  void rebuild_server(std::function<void(smdpp::SmDpPlusConfig&)> configure);

  // ---- the stock
  sgp22::Iccid iccid(int n) const;
  static profile::GenericProfileParameters subscription(int n);
  sgp22::StoreMetadataRequest metadata(int n) const;
  // An Available Profile of the type "plain"; changes to its metadata and package come from the row.
  void add_profile(int n, std::function<void(sgp22::StoreMetadataRequest&)> change = {},
                   std::function<void(profile::GenericProfileParameters&)> build = {},
                   std::function<void(Bytes&)> upp = {});
  void change_type(const std::function<void(smdpp::ProfileType&)>& change);
  // DownloadOrder and ConfirmOrder of profile n by the owner.
  void order(int n = 1, const std::string& id = "TAMPER-1", const std::string& confirmation_code = {},
             const BenchCard* for_card = nullptr, bool release = true);
  smdpp::Profile profile(int n = 1);

  // ---- the flow; each step throws Refused
  void initiate(BenchCard& c);
  void authenticate_server(BenchCard& c);
  void authenticate_client();
  void prepare(BenchCard& c);
  void bind();
  void load(BenchCard& c);
  Bytes cancel(BenchCard& c, sgp22::CancelSessionReason reason);  // BF41 of the card
  // All of them, then the result is delivered: "ok", or who refused.
  std::string flow(BenchCard& c);
  std::string flow() { return flow(*card); }
  // A complete and successful one, before the tampering.
  void install(int n = 1);

  // HandleNotification: "acknowledged", or the HTTP status.
  std::string notify(ByteView pending);
  // CancelSession of ES9+: "ok", or who refused.
  std::string cancel_at_server(const Bytes& transaction, const Bytes& response);
  // ES2+ with a client certificate and requester of our choice: "ok", or who refused.
  template <class Request>
  std::string es2(const sgp22::HttpFunction& function, Request request, std::string_view who = "owner");
  // ES10 on the card: "`function` n" from the result code in `tag`, or SW.
  std::string es10_result(std::string_view function, ByteView command);

  // Runs `f` and returns its outcome: what it returns, or what it was refused with.
  static std::string outcome(const std::function<std::string()>& f);

  // ---- what changed
  void mark();  // only the first call of a row counts
  std::string changes();

  // ---- for the hands
  template <class Response, class Request>
  Response call(const sgp22::HttpFunction& function, const Request& request);
  HttpReply post(std::string_view function, std::string path, std::string type, std::string body);
  // Re-signs as the card or the server would.
  Bytes resign1(ByteView bf38, const std::function<void(sgp22::EuiccSigned1&)>& change,
                const BenchCard* by = nullptr);
  Bytes resign2(ByteView bf21, const std::function<void(sgp22::EuiccSigned2&)>& change,
                const BenchCard* by = nullptr);
  Bytes resign_channel(ByteView bpp,
                       const std::function<void(sgp22::InitialiseSecureChannelRequest&)>& change);
  // What the SM-DP+ itself would bind, were it dishonest: other metadata or another package in this session.
  Bytes insider_package(const std::function<void(smdpp::BindRequest&)>& change);
  crypto::Certificate issue(
      crypto::CertificateRole role, const crypto::PrivateKey& key,
      const std::function<void(crypto::CertificateProfile&, crypto::CertificateRequest&)>& change,
      const TestPki* by = nullptr, std::optional<crypto::Curve> issuer_curve = {});
  crypto::CrlSet revoked(const crypto::Certificate& certificate);
  Bytes crl(const crypto::Certificate& certificate, std::uint64_t number = 1,
            std::optional<Time> this_update = {}, const crypto::PrivateKey* key = nullptr);
  Bytes load_crl_command(ByteView crl) const;

 private:
  Snapshot snapshot();
  template <class T>
  void apply(const std::function<void(T&)>& hook, T& value) {
    if (!hook) return;
    mark();
    hook(value);
  }
  std::function<void(smdpp::SmDpPlusConfig&)> configure_;
  Bytes owner_certificate_, foreign_certificate_;
  int calls_ = 0;
  std::optional<Snapshot> before_;
};

void flip(Bytes& bytes, std::size_t from_end = 1);
// The PKI of somebody else: same names, other keys.
const TestPki& strangers();
TestPki& known_pki();

struct Row {
  std::string name;
  std::string expected;  // the outcome
  std::string changes;   // on either side, since the hand moved; empty: nothing
  std::function<std::string(Bench&)> run;
  bool both_curves = false;
  Bench::Options options{};
};
using Rows = std::vector<Row>;
Rows es9plus_rows();
Rows card_rows();
Rows package_rows();
Rows notification_rows();
Rows operator_rows();
Rows lpa_rows();

template <class Response, class Request>
Response Bench::call(const sgp22::HttpFunction& function, const Request& request) {
  const auto reply = post(function.name, std::string(function.path), std::string(sgp22::kJsonContentType),
                          json::encode(request));
  const std::string name(function.name);
  if (reply.status != 200) throw Refused{name + " HTTP " + std::to_string(reply.status)};
  const auto head = must(json::decode<sgp22::EmptyResponse>(as_text(reply.body)));
  if (const auto status = sgp22::fault_of(head.header))
    throw Refused{name + " " + status->subject_code + "/" + status->reason_code};
  return must(json::decode<Response>(as_text(reply.body)));
}

template <class Request>
std::string Bench::es2(const sgp22::HttpFunction& function, Request request, std::string_view who) {
  const bool owner = who == "owner";
  if (request.header.functionRequesterIdentifier.empty())
    request.header.functionRequesterIdentifier = owner ? "2.999.200" : "2.999.201";
  request.header.functionCallIdentifier = "call-" + std::to_string(++calls_);
  const auto body = json::encode(request);
  const Bytes nobody = to_bytes(as_bytes("an unknown certificate"));
  const auto& certificate = owner ? owner_certificate_ : who == "foreign" ? foreign_certificate_ : nobody;
  const auto reply =
      server->es2plus({function.path, sgp22::kJsonContentType, as_bytes(body), "192.0.2.2", certificate});
  const std::string name(function.name);
  if (reply.status != 200) return name + " HTTP " + std::to_string(reply.status);
  const auto head = must(json::decode<sgp22::EmptyResponse>(as_text(reply.body)));
  if (const auto status = sgp22::fault_of(head.header))
    return name + " " + status->subject_code + "/" + status->reason_code;
  return "ok";
}

}  // namespace eider::test
