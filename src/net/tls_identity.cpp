#include "net/tls_identity.hpp"

#include <fstream>
#include <iterator>
#include <openssl/pem.h>

#include "net/detail/openssl.hpp"

namespace eider::net {
namespace detail {

std::string openssl_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "no reason given";
  const char* reason = ERR_reason_error_string(code);
  return reason ? reason : "OpenSSL error " + std::to_string(code);
}

X509Ptr parse_x509(ByteView der) {
  const unsigned char* at = der.data();
  X509Ptr out(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (out && at != der.data() + der.size()) out.reset();
  return out;
}

KeyPtr parse_key(ByteView pem_or_der) {
  const unsigned char* at = pem_or_der.data();
  KeyPtr key;
  if (as_text(pem_or_der).find("-----BEGIN") != std::string_view::npos) {
    BioPtr bio(BIO_new_mem_buf(pem_or_der.data(), static_cast<int>(pem_or_der.size())));
    const auto refuse = [](char*, int, int, void*) { return -1; };
    key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse, nullptr));
  } else {
    key.reset(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(pem_or_der.size())));
  }
  return key;
}

Bytes to_der(const X509* certificate) {
  unsigned char* buffer = nullptr;
  const int size = i2d_X509(certificate, &buffer);
  if (size <= 0) return {};
  Bytes out(buffer, buffer + size);
  OPENSSL_free(buffer);
  return out;
}

}  // namespace detail

namespace {

Result<Bytes> read_whole(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail_local("cannot read " + file.string(), "check the path and its permissions");
  return Bytes(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

}  // namespace

Result<std::vector<Bytes>> parse_certificates(ByteView pem_or_der) {
  std::vector<Bytes> out;
  if (as_text(pem_or_der).find("-----BEGIN") == std::string_view::npos) {
    if (!detail::parse_x509(pem_or_der)) return fail_local("not a certificate: " + detail::openssl_error());
    out.push_back(to_bytes(pem_or_der));
    return out;
  }
  detail::BioPtr bio(BIO_new_mem_buf(pem_or_der.data(), static_cast<int>(pem_or_der.size())));
  while (detail::X509Ptr one{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    out.push_back(detail::to_der(one.get()));
  }
  const auto last = ERR_peek_last_error();
  if (out.empty() || ERR_GET_REASON(last) != PEM_R_NO_START_LINE) {
    return fail_local("not a PEM certificate: " + detail::openssl_error());
  }
  ERR_clear_error();
  return out;
}

Result<TlsIdentity> make_tls_identity(ByteView certificates, ByteView key) {
  TlsIdentity out;
  EIDER_TRY(chain, parse_certificates(certificates));
  out.chain = std::move(chain);
  auto parsed = detail::parse_key(key);
  if (!parsed)
    return fail_local("not a private key: " + detail::openssl_error(), "use unencrypted PKCS#8 or SEC1");
  const auto leaf = detail::parse_x509(out.chain.front());
  if (!leaf || X509_check_private_key(leaf.get(), parsed.get()) != 1) {
    ERR_clear_error();
    return fail_local("the private key is not the certificate's", "give the key of the first certificate");
  }
  out.key = std::move(parsed);
  return out;
}

Result<std::vector<Bytes>> load_certificates(const std::filesystem::path& file) {
  EIDER_TRY(bytes, read_whole(file));
  return parse_certificates(bytes);
}

Result<TlsIdentity> load_tls_identity(const std::filesystem::path& certificates,
                                      const std::filesystem::path& key) {
  EIDER_TRY(chain, read_whole(certificates));
  EIDER_TRY(key_bytes, read_whole(key));
  const Secret guarded(std::move(key_bytes));
  return make_tls_identity(chain, guarded.view());
}

}  // namespace eider::net
