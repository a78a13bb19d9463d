#include "crypto/ec.hpp"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <stdexcept>

#include "crypto/detail/ec_impl.hpp"
#include "crypto/hash.hpp"

namespace eider::crypto {
namespace detail {

void library_failure(const char* what) {
  throw std::runtime_error(std::string("OpenSSL failed: ") + what);
}

int nid_of(Curve curve) {
  return curve == Curve::kP256 ? NID_X9_62_prime256v1 : NID_brainpoolP256r1;
}

const EC_GROUP* group_of(Curve curve) {
  static const EC_GROUP* const groups[2] = {EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1),
                                            EC_GROUP_new_by_curve_name(NID_brainpoolP256r1)};
  const EC_GROUP* group = groups[static_cast<int>(curve)];
  require(group != nullptr, "curve");
  return group;
}

namespace {
// A key object that holds the curve only. Copying it is four times faster than making a key from its name.
EVP_PKEY* template_of(Curve curve) {
  static const auto make = [](Curve c) {
    const PkeyCtxPtr ctx(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* key = nullptr;
    require(ctx && EVP_PKEY_paramgen_init(ctx.get()) == 1 &&
                EVP_PKEY_CTX_set_ec_paramgen_curve_nid(ctx.get(), nid_of(c)) == 1 &&
                EVP_PKEY_paramgen(ctx.get(), &key) == 1,
            "EC parameters");
    return key;
  };
  static EVP_PKEY* const p256 = make(Curve::kP256);
  static EVP_PKEY* const brainpool = make(Curve::kBrainpoolP256r1);
  return curve == Curve::kP256 ? p256 : brainpool;
}

PkeyPtr make_public_evp(const PublicKey::Impl& pub) {
  PkeyPtr key(EVP_PKEY_dup(template_of(pub.curve)));
  require(key && EVP_PKEY_set1_encoded_public_key(key.get(), pub.octets.data(), pub.octets.size()) == 1,
          "public key");
  return key;
}

PkeyPtr make_private_evp(const PublicKey::Impl& pub, const BIGNUM* scalar) {
  const std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>> b(OSSL_PARAM_BLD_new());
  require(b &&
              OSSL_PARAM_BLD_push_utf8_string(b.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                              OBJ_nid2sn(nid_of(pub.curve)), 0) == 1 &&
              OSSL_PARAM_BLD_push_octet_string(b.get(), OSSL_PKEY_PARAM_PUB_KEY, pub.octets.data(),
                                               pub.octets.size()) == 1 &&
              OSSL_PARAM_BLD_push_BN(b.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1,
          "private key parameters");
  const std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>> params(OSSL_PARAM_BLD_to_param(b.get()));
  const PkeyCtxPtr ctx(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  require(params && ctx && EVP_PKEY_fromdata_init(ctx.get()) == 1 &&
              EVP_PKEY_fromdata(ctx.get(), &key, EVP_PKEY_KEYPAIR, params.get()) == 1,
          "private key");
  return PkeyPtr(key);
}
}  // namespace

EVP_PKEY* evp_of(const PublicKey& key) {
  const auto& m = key.impl();
  std::call_once(m.once, [&] { m.evp = make_public_evp(m); });
  return m.evp.get();
}

EVP_PKEY* evp_of(const PrivateKey& key) {
  const auto& m = key.impl();
  std::call_once(m.once, [&] { m.evp = make_private_evp(m.public_key.impl(), m.scalar.get()); });
  return m.evp.get();
}

}  // namespace detail

namespace {
using Check = VerificationFault::Check;

BN_CTX* thread_bn_ctx() {
  thread_local const detail::BnCtxPtr ctx(BN_CTX_secure_new());
  detail::require(ctx != nullptr, "BN_CTX");
  return ctx.get();
}

PublicKey public_from_point(Curve curve, detail::PointPtr point) {
  auto impl = std::make_shared<PublicKey::Impl>();
  impl->curve = curve;
  const std::size_t n =
      EC_POINT_point2oct(detail::group_of(curve), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                         impl->octets.data(), impl->octets.size(), thread_bn_ctx());
  detail::require(n == impl->octets.size(), "point encoding");
  impl->point = std::move(point);
  return PublicKey(std::move(impl));
}

// Nothing unless 1 <= value < n.
detail::BnPtr scalar_in_range(Curve curve, ByteView octets) {
  detail::BnPtr s(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
  detail::require(s != nullptr, "scalar");
  if (BN_is_zero(s.get()) || BN_cmp(s.get(), EC_GROUP_get0_order(detail::group_of(curve))) >= 0)
    return nullptr;
  BN_set_flags(s.get(), BN_FLG_CONSTTIME);
  return s;
}

PrivateKey private_from_scalar(Curve curve, detail::BnPtr scalar) {
  const EC_GROUP* group = detail::group_of(curve);
  detail::PointPtr point(EC_POINT_new(group));
  detail::require(
      point && EC_POINT_mul(group, point.get(), scalar.get(), nullptr, nullptr, thread_bn_ctx()) == 1,
      "public key of a scalar");
  return PrivateKey(
      std::make_shared<PrivateKey::Impl>(public_from_point(curve, std::move(point)), std::move(scalar)));
}
}  // namespace

const char* to_string(Curve curve) {
  return curve == Curve::kP256 ? "P-256" : "brainpoolP256r1";
}

std::optional<Curve> curve_from(std::string_view name) {
  if (name == "P-256" || name == "p256" || name == "nist" || name == "NIST") return Curve::kP256;
  if (name == "brainpoolP256r1" || name == "brainpool" || name == "brp" || name == "BRP")
    return Curve::kBrainpoolP256r1;
  return std::nullopt;
}

Result<PublicKey> PublicKey::from_point(Curve curve, ByteView uncompressed) {
  if (uncompressed.size() != PointOctets().size() || uncompressed[0] != 0x04)
    return fail_verification(Check::kFormat, "an EC public key is 65 octets, 04 || X || Y");
  const EC_GROUP* group = detail::group_of(curve);
  detail::PointPtr point(EC_POINT_new(group));
  detail::require(point != nullptr, "EC_POINT_new");
  // oct2point refuses coordinates >= p and points off the curve; with cofactor 1 nothing else needs a check.
  if (EC_POINT_oct2point(group, point.get(), uncompressed.data(), uncompressed.size(), thread_bn_ctx()) != 1)
    return fail_verification(Check::kFormat, std::string("EC point is not on ") + to_string(curve));
  auto impl = std::make_shared<PublicKey::Impl>();
  impl->curve = curve;
  std::copy(uncompressed.begin(), uncompressed.end(), impl->octets.begin());
  impl->point = std::move(point);
  return PublicKey(std::move(impl));
}

Curve PublicKey::curve() const {
  return impl_->curve;
}
const PointOctets& PublicKey::point() const {
  return impl_->octets;
}
KeyIdentifier PublicKey::key_identifier() const {
  return sha1(impl_->octets.view());
}

PrivateKey PrivateKey::generate(Curve curve, Random& random) {
  for (;;) {
    auto octets = random.fixed<32>();
    auto scalar = scalar_in_range(curve, octets.view());
    zeroise(octets);
    if (scalar) return private_from_scalar(curve, std::move(scalar));
  }
}

Result<PrivateKey> PrivateKey::from_scalar(Curve curve, ByteView scalar) {
  if (scalar.size() != 32) return fail_verification(Check::kFormat, "an EC private scalar has 32 octets");
  auto value = scalar_in_range(curve, scalar);
  if (!value) return fail_verification(Check::kFormat, "EC private scalar out of range");
  return private_from_scalar(curve, std::move(value));
}

const PublicKey& PrivateKey::public_key() const {
  return impl_->public_key;
}

Result<Secret> PrivateKey::agree(const PublicKey& other) const {
  if (other.curve() != curve())
    return fail_verification(Check::kCurve, std::string("key agreement between ") + to_string(curve()) +
                                                " and " + to_string(other.curve()));
  const EC_GROUP* group = detail::group_of(curve());
  const detail::PointPtr shared(EC_POINT_new(group));
  const detail::BnPtr x(BN_secure_new());
  detail::require(shared && x, "EC_POINT_new");
  if (EC_POINT_mul(group, shared.get(), nullptr, other.impl().point.get(), impl_->scalar.get(),
                   thread_bn_ctx()) != 1 ||
      EC_POINT_is_at_infinity(group, shared.get()) ||
      EC_POINT_get_affine_coordinates(group, shared.get(), x.get(), nullptr, thread_bn_ctx()) != 1)
    return fail_verification(Check::kFormat, "key agreement gives no valid point");
  Secret out(std::size_t{32});
  detail::require(BN_bn2binpad(x.get(), out.mutable_view().data(), 32) == 32, "shared secret");
  return out;
}

}  // namespace eider::crypto
