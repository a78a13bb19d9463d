// OpenSSL handles that free themselves. For the .cpp files of this folder only.
#pragma once
#include <memory>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::net::detail {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using X509Ptr = std::unique_ptr<X509, Deleter<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using SslCtxPtr = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;

// The oldest error of this thread's queue, which is emptied.
std::string openssl_error();
X509Ptr parse_x509(ByteView der);
// Refuses encrypted keys without asking for a pass phrase.
KeyPtr parse_key(ByteView pem_or_der);
Bytes to_der(const X509* certificate);

}  // namespace eider::net::detail
