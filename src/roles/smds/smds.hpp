// The SM-DS role (SGP.22 v2.6.1), Root or Alternative: ES11 for LPAs, ES12 for SM-DP+, ES15 for Alternative
// SM-DS. No sockets, no files: requests in, answers out, state in the Store port. Safe to use from several
// threads when the ports are.
#pragma once
#include <memory>

#include "base/random.hpp"
#include "crypto/key_store.hpp"
#include "crypto/verify.hpp"
#include "roles/smds/ports.hpp"
#include "server/request.hpp"

namespace eider::smds {

// CERT.DSauth under one CI.
struct DsCredential {
  crypto::Certificate certificate;
  crypto::SigningKeyPtr key;
};

struct Limits {
  EventLimits events;
  std::size_t events_per_answer = 64;  // oldest first; the others come with a later poll
  Duration event_lifetime{std::chrono::hours(180 * 24)};
  // Of sessions on ES11 whose eUICC has not authenticated itself, in this process; beyond it 503.
  Duration session_lifetime{std::chrono::minutes(2)};
  std::size_t sessions = 65536;
  std::size_t sessions_per_peer = 256;
};

struct SmDsConfig {
  // FQDNs under which LPAs know this SM-DS; an Alternative gives the first to its Root.
  std::vector<std::string> addresses;
  std::vector<DsCredential> credentials;  // preferred first
  crypto::TrustStore roots;  // CIs whose servers may register events, and whose eUICCs are served
  crypto::CrlSet crls;
  Limits limits;
};

struct SmDsPorts {
  Store& store;
  const Clock& clock;
  Random& random;
  RootPort* root = nullptr;  // of an Alternative SM-DS; without it this is a Root, which forwards nothing
  PushPort* push = nullptr;  // told of events that LPAs may fetch from now on
};

struct PurgeRound {
  std::size_t removed = 0;
  std::size_t postponed = 0;  // the Root did not answer; they are for no LPA meanwhile
};

class Context;

class SmDs {
 public:
  // LocalFault when the configuration does not hold together: no address, no root, no credential, a key that
  // is not the certificate's, certificates that do not verify or name different SM-DS.
  static Result<std::unique_ptr<SmDs>> create(SmDsConfig config, SmDsPorts ports);
  ~SmDs();

  // ES11, JSON and ASN.1 binding; it has the paths of ES9+.
  HttpReply es11(const server::Request& request);
  // ES12, and ES15, which has the same paths. The caller is who the client certificate says: CERT.DP.TLS on
  // ES12, CERT.DS.TLS on ES15.
  HttpReply es12(const server::Request& request);

  // Removes what has expired, at most `limit`, at the Root as well.
  Result<PurgeRound> purge(std::size_t limit = 256);
  // Those in force from now on.
  void use_crls(crypto::CrlSet crls);
  // Sessions on ES11 that are open in this process.
  std::size_t live_sessions() const;

  const std::string& address() const;
  const sgp22::Oid& oid() const;

 private:
  explicit SmDs(std::unique_ptr<Context> context);
  std::unique_ptr<Context> context_;
};

}  // namespace eider::smds
