// The PKI that tests start from: made once per curve set from a fixed seed, valid around pki_time().
#pragma once
#include <functional>
#include <stdexcept>

#include "crypto/pki_builder.hpp"
#include "spec/sgp22/certificates.hpp"

namespace eider::test {

Time pki_time();

struct TestPki {
  std::vector<crypto::PkiItem> items;
  crypto::TrustStore roots;

  const crypto::PkiItem& get(crypto::CertificateRole role, std::optional<crypto::Curve> curve = {}) const;
  crypto::PkiItem euicc(std::string_view eid, Random& random, std::optional<crypto::Curve> curve = {}) const;
};

// `edit` changes the plan: other OIDs, other hosts.
TestPki make_test_pki(std::vector<crypto::Curve> curves, std::uint64_t seed = 1,
                      const std::function<void(crypto::PkiPlan&)>& edit = {});

}  // namespace eider::test
