// What is behind PublicKey and PrivateKey. Included by this folder's .cpp files only.
#pragma once
#include <mutex>

#include "crypto/detail/openssl.hpp"
#include "crypto/ec.hpp"

namespace eider::crypto {

struct PublicKey::Impl {
  Curve curve;
  PointOctets octets;
  detail::PointPtr point;
  // Made at the first verification: one-time keys never need it.
  mutable std::once_flag once;
  mutable detail::PkeyPtr evp;
};

struct PrivateKey::Impl {
  Impl(PublicKey pub, detail::BnPtr s) : public_key(std::move(pub)), scalar(std::move(s)) {}
  PublicKey public_key;
  detail::BnPtr scalar;
  // Made at the first signature.
  mutable std::once_flag once;
  mutable detail::PkeyPtr evp;
};

}  // namespace eider::crypto
