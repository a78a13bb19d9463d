// The M2M SM-DP (SGP.02 v4.2): ES2 for operators, ES3 towards SM-SRs, ES8 through them to cards. No sockets,
// no files: envelopes in, envelopes out, state in the Store port. Safe to use from several threads when the
// ports are.
#pragma once
#include <memory>

#include "crypto/verify.hpp"
#include "device/http_port.hpp"
#include "roles/smdp/ports.hpp"
#include "server/function_observer.hpp"
#include "server/inventory.hpp"
#include "server/soap_port.hpp"
#include "server/validity.hpp"

namespace eider::smdp {

struct Limits {
  Duration validity{24 * 60 * 60 * 1000};  // of a call that does not say
  Duration longest_validity{30LL * 24 * 60 * 60 * 1000};
  server::LongerValidity longer_validity = server::LongerValidity::kRefuse;
  Duration smsr_validity{7LL * 24 * 60 * 60 * 1000};  // SM-SRs are asked for no more in one call
  Duration answer_grace{60 * 1000};                   // how much later than its validity an SM-SR may answer
  Duration retry{30 * 1000};                          // a busy SM-SR or card, an SM-SR that was not reached
  Duration longest_retry{10 * 60 * 1000};
  // An SM-SR that took a call (202) and does not answer gets it again: only if it knows the
  // FunctionCallIdentifier for a repeat. Nothing: never.
  std::optional<Duration> repeat_unanswered;
  Duration late_answers{24LL * 60 * 60 * 1000};  // to functions that the Operator knows to have expired
  Duration clean_up{7LL * 24 * 60 * 60 * 1000};  // how long a half-done ISD-P is tried to delete
  std::uint32_t download_attempts = 3;           // of one order, each with a new ISD-P
  Duration answered_call_lifetime{7LL * 24 * 60 * 60 * 1000};
  std::size_t repeats_of_a_call = 8;  // that wait for one answer
  // RequiredMemory beyond the size of the Profile, which cards keep with administration of their own.
  std::uint32_t memory_percent = 25, memory_octets = 2048;
};

struct SmDpConfig {
  sgp02::Entity self;  // the OID of its certificates; the address is where SM-SRs answer
  std::vector<es8::DpCredential> credentials;  // under each CI one
  crypto::TrustStore roots;
  std::vector<crypto::Certificate> eums;
  bool check_validity = false;      // of EUM and ECASD certificates (es8/ecasd.hpp)
  bool check_eis_signature = true;  // of the EUM; the SM-SR checked it at registration
  es8::KeyEstablishmentOptions keys;
  es8::DownloadOptions download;
  Limits limits;
};

struct SmDpPorts {
  Store& store;
  server::Inventory& inventory;
  server::SoapPort& soap;
  const Clock& clock;
  Random& random;
  server::FunctionObserver* observer = nullptr;
};

struct Request {
  ByteView body;                // the envelope
  ByteView client_certificate;  // DER
};
// Called once, at once or later, from any thread that uses the SM-DP.
using Done = std::function<void(HttpReply)>;

class Context;

class SmDp {
 public:
  // LocalFault when the configuration does not hold together.
  static Result<std::unique_ptr<SmDp>> create(SmDpConfig config, SmDpPorts ports);
  ~SmDp();

  // Of operators. A call that an SM-SR has a part in is acknowledged with 202 and answered at its ReplyTo;
  // without one `done` is kept until then.
  void es2(const Request& request, Done done);
  // Of SM-SRs: answers to our calls, and notifications.
  HttpReply es3(const Request& request);

  // Sends what is due, gives up what has expired, goes on where a restart left off. Nothing: nothing waits.
  Result<std::optional<Time>> run();

  // ES8.UpdateConnectivityParameters of a Profile whose keys are kept. `done` hears how it went.
  Status update_connectivity_parameters(const EntityId& owner, const Iccid& iccid, ByteView parameters,
                                        std::function<void(sgp02::FunctionExecutionStatus)> done);
  // For the SM-SR that manages the card, if the operator does not refuse: SGP.02 section 3.10.
  Result<sgp02::es5::MasterDelete> delete_token(const EntityId& smsr, const Iccid& iccid);
  // Keys that are to be handed over; they are forgotten here by it.
  Result<IsdpKeys> take_keys(const EntityId& owner, const Iccid& iccid);

 private:
  explicit SmDp(std::unique_ptr<Context> context);
  std::unique_ptr<Context> context_;
};

}  // namespace eider::smdp
