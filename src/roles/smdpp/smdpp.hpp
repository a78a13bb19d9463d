// The SM-DP+ role (SGP.22 v2.6.1): ES9+ for LPAs, ES2+ for operators. No sockets, no files: requests in,
// answers out, state in the Store port. Safe to use from several threads when the ports are.
#pragma once
#include <memory>

#include "crypto/key_store.hpp"
#include "crypto/verify.hpp"
#include "roles/smdpp/ports.hpp"
#include "server/request.hpp"

namespace eider::smdpp {

// CERT.DPauth and CERT.DPpb under one CI.
struct DpCredential {
  crypto::Certificate auth_certificate;
  crypto::SigningKeyPtr auth_key;
  crypto::Certificate pb_certificate;
  crypto::SigningKeyPtr pb_key;
};

struct Limits {
  Duration session_lifetime{15 * 60 * 1000};
  Duration ended_session_lifetime{10 * 60 * 1000};  // how long repeats of the last call get the same answer
  // Counted by this process: with several on one store, each has its own.
  std::size_t sessions_per_peer = 256;  // live ones; beyond it 503
  std::size_t sessions_per_eid = 4;     // live ones; the oldest gives way
  // How long, and how many of one operator, a repeated ES2+ call gets the first answer again.
  Duration answered_call_lifetime{7 * 24 * 60 * 60 * 1000};
  std::size_t answered_calls_per_operator = 100'000;
};

// Whether and when CRLs are fetched, and what holds without one: SGP.22 v2.6.1 section 4.6.
struct CrlPolicy {
  bool distribution_points = true;        // those that CI, own and EUM certificates name
  std::vector<std::string> locations;     // others: URIs, files
  Duration refresh{24 * 60 * 60 * 1000};  // at nextUpdate, and after this time at the latest
  Duration retry{15 * 60 * 1000};         // after a failure, and the shortest interval
  // Refuse the eUICCs of a CI without a CRL, or with one past its nextUpdate. Else the last known one is
  // used.
  bool require_current = false;
};
struct CrlRound {
  std::size_t fetched = 0;
  std::size_t failed = 0;
};

struct SmDpPlusConfig {
  std::vector<std::string> addresses;     // FQDNs under which LPAs know this SM-DP+; the first is announced
  std::vector<DpCredential> credentials;  // preferred first
  crypto::TrustStore roots;               // CIs whose eUICCs are served
  crypto::CrlSet crls;                    // beside those that are fetched
  CrlPolicy crl_policy;
  BoundedBytes<16> host_id;  // hostId of the key agreement; empty: the first octets of SHA-256 of the address
  Limits limits;
};

struct SmDpPlusPorts {
  Store& store;
  const Clock& clock;
  Random& random;
  SmdsPort* smds = nullptr;  // without it, orders that name an SM-DS are refused with 8.9/5.1
};

using server::Request;

class Context;

class SmDpPlus {
 public:
  // LocalFault when the configuration does not hold together: no address, no credential, a key that is not
  // the certificate's, certificates that do not verify or name different SM-DP+.
  static Result<std::unique_ptr<SmDpPlus>> create(SmDpPlusConfig config, SmDpPlusPorts ports);
  ~SmDpPlus();

  // ES9+, JSON and ASN.1 binding.
  HttpReply es9plus(const Request& request);
  // ES2+. The caller is the operator that the client certificate belongs to.
  HttpReply es2plus(const Request& request);

  // Fetches the CRLs that are due, verifies, keeps and applies them. Slow: call it in a thread of its own.
  // What cannot be fetched or does not verify changes nothing. Faults are of the store.
  Result<CrlRound> refresh_crls(CrlSource& source);
  // In force at the moment.
  std::shared_ptr<const crypto::CrlSet> crls() const;

  // Begun in this process, and neither ended nor expired.
  std::size_t live_sessions() const;

  const std::string& address() const;
  const sgp22::Oid& oid() const;
  Context& context() { return *context_; }

 private:
  explicit SmDpPlus(std::unique_ptr<Context> context);
  std::unique_ptr<Context> context_;
};

}  // namespace eider::smdpp
