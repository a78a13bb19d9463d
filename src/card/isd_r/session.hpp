// The RSP session of the ISD-R (SGP.22 v2.6.1 sections 3.1.2, 3.1.3): volatile, at most one.
#pragma once
#include <memory>
#include <variant>

#include "crypto/ec.hpp"
#include "spec/sgp22/es10b.hpp"

namespace eider::card {

class BppLoader;  // card/isd_p/bpp_loader.hpp

struct NoSession {};
// After GetEUICCChallenge.
struct Challenged {
  sgp22::Challenge euiccChallenge;
};
// After AuthenticateServer.
struct ServerAuthenticated {
  sgp22::TransactionId transactionId;
  std::string serverAddress;
  sgp22::KeyIdentifier ciPKId;      // whose credentials this session signs with
  bool smdp = false;                // SM-DP+; otherwise SM-DS
  der::Oid serverOid;               // registeredID of the server certificate
  sgp22::KeyIdentifier serverRoot;  // CI of the server certificate
  Bytes euiccSignature1;            // TLV 5F37
};
// After PrepareDownload.
struct DownloadPrepared : ServerAuthenticated {
  crypto::PublicKey dp_pb_key;
  crypto::PrivateKey one_time_key;
  sgp22::OneTimePublicKey euiccOtpk;
};
// From the first segment of the Bound Profile Package to its result.
struct LoadingBpp : DownloadPrepared {
  std::shared_ptr<BppLoader> loader;
  int channel = 0;  // the whole package must come on one
};
using Session = std::variant<NoSession, Challenged, ServerAuthenticated, DownloadPrepared, LoadingBpp>;

// States as a set, for the table of functions.
enum SessionState : std::uint8_t {
  kNoSession = 1,
  kChallenged = 2,
  kServerAuthenticated = 4,
  kDownloadPrepared = 8,
  kLoadingBpp = 16,
  kNotLoading = 15,
  kAnySession = 31,
};
inline SessionState state_of(const Session& s) {
  return static_cast<SessionState>(1u << s.index());
}
// The part that CancelSession needs; nullptr before AuthenticateServer.
inline const ServerAuthenticated* authenticated(const Session& s) {
  if (const auto* l = std::get_if<LoadingBpp>(&s)) return l;
  if (const auto* p = std::get_if<DownloadPrepared>(&s)) return p;
  return std::get_if<ServerAuthenticated>(&s);
}

}  // namespace eider::card
