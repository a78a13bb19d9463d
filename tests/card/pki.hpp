// The keys and certificates that the tests of the card share.
#pragma once
#include "support/test_pki.hpp"

namespace eider::test {

inline const TestPki& pki() {
  static const TestPki p = make_test_pki({crypto::Curve::kP256});
  return p;
}
inline const TestPki& pki_of_both_curves() {
  static const TestPki p = make_test_pki({crypto::Curve::kP256, crypto::Curve::kBrainpoolP256r1});
  return p;
}

}  // namespace eider::test
