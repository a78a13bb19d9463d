// The CRLs that the SM-DP+ judges certificates by: SGP.22 v2.6.1 section 4.6. Internal to roles/smdpp.
#pragma once
#include <map>
#include <mutex>

#include "roles/smdpp/smdpp.hpp"

namespace eider::smdpp {

class Context;

// The CRLs in force. A new download replaces them as a whole, so that a request sees one state from its
// beginning to its end. Safe to share between threads.
class Revocation {
 public:
  explicit Revocation(crypto::CrlSet initial)
      : set_(std::make_shared<const crypto::CrlSet>(std::move(initial))) {}

  std::shared_ptr<const crypto::CrlSet> current() const;
  // What the store kept of earlier downloads. One that no longer verifies (its CI is not trusted any more) is
  // left out.
  Status load(Context& context);
  Result<CrlRound> refresh(Context& context, CrlSource& source);

 private:
  bool due(const std::string& location, Time now) const;
  // Verifies, keeps and puts into force what was downloaded; when it should be fetched again.
  Result<Time> take(Context& context, ByteView body);
  void replace(crypto::CrlSet set);

  mutable std::mutex mutex_;
  std::shared_ptr<const crypto::CrlSet> set_;
  std::map<std::string, Time> due_;  // by location
};

// 8.1.2/6.1 when the configuration demands a current CRL of the CI and there is none.
Status check_crl_is_current(const Context& context, const crypto::CrlSet& crls, ByteView ci_ski);

}  // namespace eider::smdpp
