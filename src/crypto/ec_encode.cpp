// Keys in files: SubjectPublicKeyInfo, PKCS#8, SEC1, PEM.
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "crypto/detail/ec_impl.hpp"

namespace eider::crypto {
namespace {
using Check = VerificationFault::Check;

// Everything of a SubjectPublicKeyInfo before the point: it is constant for a curve.
ByteView spki_prefix(Curve curve) {
  static const Bytes p256 = hex("3059301306072A8648CE3D020106082A8648CE3D030107034200");
  static const Bytes brainpool = hex("305A301406072A8648CE3D020106092B2403030208010107034200");
  return curve == Curve::kP256 ? p256 : brainpool;
}

std::optional<Curve> curve_of_nid(int nid) {
  if (nid == NID_X9_62_prime256v1) return Curve::kP256;
  if (nid == NID_brainpoolP256r1) return Curve::kBrainpoolP256r1;
  return std::nullopt;
}

bool is_pem(ByteView data) {
  return as_text(data).find("-----BEGIN ") != std::string_view::npos;
}

detail::BioPtr bio_over(ByteView data) {
  detail::BioPtr bio(BIO_new_mem_buf(data.data(), static_cast<int>(data.size())));
  detail::require(bio != nullptr, "BIO_new_mem_buf");
  return bio;
}

// Writes at most `size` octets of the passphrase; 0 makes OpenSSL give up instead of asking the terminal.
int give_passphrase(char* buffer, int size, int, void* user) {
  const auto* passphrase = static_cast<const Secret*>(user);
  if (passphrase == nullptr || passphrase->empty() || passphrase->size() > static_cast<std::size_t>(size))
    return 0;
  std::copy(passphrase->view().begin(), passphrase->view().end(), buffer);
  return static_cast<int>(passphrase->size());
}

Result<Curve> curve_of(EVP_PKEY* key) {
  char name[64] = {};
  std::size_t n = 0;
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC || EVP_PKEY_get_group_name(key, name, sizeof name, &n) != 1)
    return fail_verification(Check::kCurve, "not an EC key on a named curve");
  if (const auto curve = curve_of_nid(OBJ_txt2nid(name))) return *curve;
  return fail_verification(Check::kCurve, std::string("curve ") + name + " is not supported");
}

Result<PrivateKey> private_of(EVP_PKEY* key) {
  EIDER_TRY(curve, curve_of(key));
  BIGNUM* scalar = nullptr;
  if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &scalar) != 1)
    return fail_verification(Check::kFormat, "no private scalar in the key file");
  const detail::BnPtr owned(scalar);
  Secret octets(std::size_t{32});
  if (BN_bn2binpad(scalar, octets.mutable_view().data(), 32) != 32)
    return fail_verification(Check::kFormat, "EC private scalar out of range");
  return PrivateKey::from_scalar(curve, octets.view());
}

Secret secret_from(BIO* bio) {
  char* data = nullptr;
  const long n = BIO_get_mem_data(bio, &data);
  Secret out(ByteView{reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(n)});
  zeroise({reinterpret_cast<std::uint8_t*>(data), static_cast<std::size_t>(n)});
  return out;
}

template <class Write>
Secret written(Write write) {
  const detail::BioPtr bio(BIO_new(BIO_s_secmem()));
  detail::require(bio && write(bio.get()) == 1, "writing a private key");
  return secret_from(bio.get());
}
}  // namespace

namespace detail {
Result<PublicKey> public_key_of(const X509_PUBKEY* spki) {
  ASN1_OBJECT* algorithm = nullptr;
  const unsigned char* point = nullptr;
  int size = 0;
  X509_ALGOR* id = nullptr;
  if (X509_PUBKEY_get0_param(&algorithm, &point, &size, &id, const_cast<X509_PUBKEY*>(spki)) != 1)
    return fail_verification(Check::kFormat, "SubjectPublicKeyInfo malformed");
  if (OBJ_obj2nid(algorithm) != NID_X9_62_id_ecPublicKey)
    return fail_verification(Check::kCurve, "the public key is not an EC key");
  int type = 0;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &type, &value, id);
  if (type != V_ASN1_OBJECT) return fail_verification(Check::kCurve, "the EC key does not name its curve");
  const auto* oid = static_cast<const ASN1_OBJECT*>(value);
  const auto curve = curve_of_nid(OBJ_obj2nid(oid));
  if (!curve) {
    char text[80] = {};
    OBJ_obj2txt(text, sizeof text, oid, 1);
    return fail_verification(Check::kCurve, std::string("curve ") + text + " is not supported");
  }
  return PublicKey::from_point(*curve, {point, static_cast<std::size_t>(size)});
}
}  // namespace detail

Bytes PublicKey::spki_der() const {
  return concat({spki_prefix(curve()), point().view()});
}

Result<PublicKey> PublicKey::from_spki(ByteView data) {
  Bytes der;
  if (is_pem(data)) {
    char *name = nullptr, *header = nullptr;
    unsigned char* body = nullptr;
    long n = 0;
    if (PEM_read_bio(bio_over(data).get(), &name, &header, &body, &n) != 1)
      return fail_verification(Check::kFormat, "PEM block malformed");
    der.assign(body, body + n);
    const bool is_public = std::string_view(name) == "PUBLIC KEY";
    OPENSSL_free(name), OPENSSL_free(header), OPENSSL_free(body);
    if (!is_public) return fail_verification(Check::kFormat, "the PEM block is not a PUBLIC KEY");
    data = der;
  }
  for (const Curve curve : {Curve::kP256, Curve::kBrainpoolP256r1}) {
    const ByteView prefix = spki_prefix(curve);
    if (data.size() == prefix.size() + 65 && equal(data.first(prefix.size()), prefix))
      return from_point(curve, data.subspan(prefix.size()));
  }
  const unsigned char* p = data.data();
  const std::unique_ptr<X509_PUBKEY, detail::Deleter<X509_PUBKEY_free>> spki(
      d2i_X509_PUBKEY(nullptr, &p, static_cast<long>(data.size())));
  ERR_clear_error();
  if (!spki) return fail_verification(Check::kFormat, "SubjectPublicKeyInfo malformed");
  if (p != data.data() + data.size())
    return fail_verification(Check::kFormat, "octets after the SubjectPublicKeyInfo");
  return detail::public_key_of(spki.get());
}

Result<PrivateKey> PrivateKey::from_encoded(ByteView data, const Secret& passphrase) {
  detail::PkeyPtr key;
  if (is_pem(data)) {
    key.reset(PEM_read_bio_PrivateKey(bio_over(data).get(), nullptr, give_passphrase,
                                      const_cast<Secret*>(&passphrase)));
  } else {
    const unsigned char* p = data.data();
    key.reset(d2i_AutoPrivateKey(nullptr, &p, static_cast<long>(data.size())));
    if (key && p != data.data() + data.size())
      return fail_verification(Check::kFormat, "octets after the private key");
  }
  ERR_clear_error();
  if (key) return private_of(key.get());
  if (as_text(data).find("ENCRYPTED") != std::string_view::npos)
    return fail_local("the private key is encrypted and the passphrase is missing or wrong",
                      "give the passphrase the key was written with");
  return fail_verification(Check::kFormat, "not a private key in PKCS#8 or SEC1, DER or PEM");
}

Secret PrivateKey::pkcs8_der() const {
  return written([&](BIO* bio) {
    return i2d_PKCS8PrivateKey_bio(bio, detail::evp_of(*this), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

Secret PrivateKey::pkcs8_pem() const {
  return written([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, detail::evp_of(*this), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

Bytes PrivateKey::pkcs8_pem_encrypted(const Secret& passphrase) const {
  const Secret out = written([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, detail::evp_of(*this), EVP_aes_256_cbc(), nullptr, 0,
                                         give_passphrase, const_cast<Secret*>(&passphrase));
  });
  return to_bytes(out.view());
}

}  // namespace eider::crypto
