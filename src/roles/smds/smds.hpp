// The SM-DS role (SGP.22 v2.6.1), Root or Alternative: ES12 for SM-DP+, ES15 for Alternative SM-DS. No
// sockets, no files: requests in, answers out, state in the Store port. Safe to use from several threads when
// the ports are.
#pragma once
#include <memory>

#include "base/random.hpp"
#include "crypto/verify.hpp"
#include "roles/smds/ports.hpp"
#include "server/request.hpp"

namespace eider::smds {

struct SmDsConfig {
  std::string address;       // the FQDN under which LPAs know this SM-DS; an Alternative gives it to its Root
  crypto::TrustStore roots;  // CIs whose servers may register events
  crypto::CrlSet crls;
};

struct SmDsPorts {
  Store& store;
  const Clock& clock;
  Random& random;
  RootPort* root = nullptr;  // of an Alternative SM-DS; without it this is a Root, which forwards nothing
};

class Context;

class SmDs {
 public:
  // LocalFault when the configuration does not hold together: no address, no root.
  static Result<std::unique_ptr<SmDs>> create(SmDsConfig config, SmDsPorts ports);
  ~SmDs();

  // ES12, and ES15, which has the same paths. The caller is who the client certificate says: CERT.DP.TLS on
  // ES12, CERT.DS.TLS on ES15.
  HttpReply es12(const server::Request& request);

 private:
  explicit SmDs(std::unique_ptr<Context> context);
  std::unique_ptr<Context> context_;
};

}  // namespace eider::smds
