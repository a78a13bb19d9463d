// Owning handles for OpenSSL objects. Included by this folder's .cpp files only.
#pragma once
#include <memory>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string>

#include "base/result.hpp"
#include "crypto/ec.hpp"

namespace eider::crypto::detail {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
inline void free_openssl(void* p) {
  OPENSSL_free(p);
}

using BnPtr = std::unique_ptr<BIGNUM, Deleter<BN_clear_free>>;
using BnCtxPtr = std::unique_ptr<BN_CTX, Deleter<BN_CTX_free>>;
using PointPtr = std::unique_ptr<EC_POINT, Deleter<EC_POINT_clear_free>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using PkeyCtxPtr = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, Deleter<X509_free>>;
using CrlPtr = std::unique_ptr<X509_CRL, Deleter<X509_CRL_free>>;
using ExtPtr = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using ObjPtr = std::unique_ptr<ASN1_OBJECT, Deleter<ASN1_OBJECT_free>>;
using OctetsPtr = std::unique_ptr<ASN1_OCTET_STRING, Deleter<ASN1_OCTET_STRING_free>>;
using IntegerPtr = std::unique_ptr<ASN1_INTEGER, Deleter<ASN1_INTEGER_free>>;

// An unrecoverable failure of the library itself (out of memory, broken installation): not caused by input.
[[noreturn]] void library_failure(const char* what);
inline void require(bool ok, const char* what) {
  if (!ok) library_failure(what);
}

// Shared, read only.
const EC_GROUP* group_of(Curve curve);
int nid_of(Curve curve);

// The cached key objects inside the pimpls; borrowed.
EVP_PKEY* evp_of(const PublicKey& key);
EVP_PKEY* evp_of(const PrivateKey& key);

// Public key of a SubjectPublicKeyInfo; refuses explicit parameters, compressed points and other curves.
Result<PublicKey> public_key_of(const X509_PUBKEY* spki);

}  // namespace eider::crypto::detail
