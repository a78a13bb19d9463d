#include "net/support/certificates.hpp"

#include <atomic>
#include <memory>
#include <openssl/conf.h>
#include <openssl/pem.h>
#include <stdexcept>

#include "net/detail/openssl.hpp"

namespace eider::test {
namespace {

using net::detail::KeyPtr;
using net::detail::X509Ptr;

void must(bool ok) {
  if (!ok) throw std::runtime_error("test certificate: " + net::detail::openssl_error());
}

KeyPtr make_key(Curve curve) {
  KeyPtr key(EVP_EC_gen(curve == Curve::kP256 ? "P-256" : "brainpoolP256r1"));
  must(key != nullptr);
  return key;
}

void set_name(X509_NAME* name, const std::string& common_name) {
  const auto add = [&](const char* field, const std::string& value) {
    const auto* data = reinterpret_cast<const unsigned char*>(value.data());
    must(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, data, static_cast<int>(value.size()), -1,
                                    0) == 1);
  };
  add("O", "Example");
  add("CN", common_name);
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<CONF, net::detail::Deleter<NCONF_free>> empty(NCONF_new(nullptr));
  X509V3_set_nconf(&context, empty.get());
  std::unique_ptr<X509_EXTENSION, net::detail::Deleter<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  must(extension != nullptr);
  must(X509_add_ext(certificate, extension.get(), -1) == 1);
}

void add_unknown_critical(X509* certificate) {
  std::unique_ptr<ASN1_OBJECT, net::detail::Deleter<ASN1_OBJECT_free>> oid(OBJ_txt2obj("2.999.77", 1));
  std::unique_ptr<ASN1_OCTET_STRING, net::detail::Deleter<ASN1_OCTET_STRING_free>> value(
      ASN1_OCTET_STRING_new());
  const unsigned char null[] = {0x05, 0x00};
  must(ASN1_OCTET_STRING_set(value.get(), null, sizeof null) == 1);
  std::unique_ptr<X509_EXTENSION, net::detail::Deleter<X509_EXTENSION_free>> extension(
      X509_EXTENSION_create_by_OBJ(nullptr, oid.get(), 1, value.get()));
  must(X509_add_ext(certificate, extension.get(), -1) == 1);
}

X509Ptr begin(EVP_PKEY* key, const std::string& name, long not_before, long not_after) {
  static std::atomic<long> serial{1000};
  X509Ptr out(X509_new());
  must(X509_set_version(out.get(), 2) == 1);
  ASN1_INTEGER_set(X509_get_serialNumber(out.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), not_before);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), not_after);
  must(X509_set_pubkey(out.get(), key) == 1);
  set_name(X509_get_subject_name(out.get()), name);
  return out;
}

crypto::TlsKey tls_key(EVP_PKEY* key) {
  must(EVP_PKEY_up_ref(key) == 1);
  return {key, EVP_PKEY_free};
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

TestCa::TestCa(Curve curve, const std::string& name) : curve_(curve) {
  const KeyPtr key = make_key(curve);
  X509Ptr root = begin(key.get(), name, -7200, 864000);
  must(X509_set_issuer_name(root.get(), X509_get_subject_name(root.get())) == 1);
  add_extension(root.get(), root.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(root.get(), root.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  // As in GSMA CI certificates: critical, which path validation must not stumble over.
  add_extension(root.get(), root.get(), NID_certificate_policies, "critical,2.23.146.1.2.1.0");
  add_extension(root.get(), root.get(), NID_subject_key_identifier, "hash");
  must(X509_sign(root.get(), key.get(), EVP_sha256()) > 0);
  self_ = {{net::detail::to_der(root.get())}, tls_key(key.get())};
}

net::TlsIdentity TestCa::issue(const CertificateSpec& spec) const {
  const KeyPtr key = make_key(curve_);
  const X509Ptr root = net::detail::parse_x509(certificate());
  X509Ptr leaf = begin(key.get(), spec.common_name, spec.not_before, spec.not_after);
  must(X509_set_issuer_name(leaf.get(), X509_get_subject_name(root.get())) == 1);
  const auto add = [&](int nid, const std::optional<std::string>& value) {
    if (value) add_extension(leaf.get(), root.get(), nid, *value);
  };
  add(NID_authority_key_identifier, "keyid");
  add(NID_subject_key_identifier, "hash");
  add(NID_key_usage, spec.key_usage);
  add(NID_ext_key_usage, spec.extended_key_usage);
  add(NID_certificate_policies, spec.policies);
  add(NID_subject_alt_name, spec.alternative_names);
  if (spec.unknown_critical_extension) add_unknown_critical(leaf.get());
  auto* signer = self_.key.get();
  must(X509_sign(leaf.get(), signer, EVP_sha256()) > 0);
  return {{net::detail::to_der(leaf.get())}, tls_key(key.get())};
}

net::TlsIdentity TestCa::issue_with_root(const CertificateSpec& spec) const {
  auto out = issue(spec);
  out.chain.push_back(certificate());
  return out;
}

std::string to_pem(const Bytes& certificate) {
  const net::detail::BioPtr bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509(bio.get(), net::detail::parse_x509(certificate).get()) == 1);
  return text_of(bio.get());
}

std::string key_to_pem(const net::TlsIdentity& identity) {
  const net::detail::BioPtr bio(BIO_new(BIO_s_mem()));
  auto* key = identity.key.get();
  must(PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return text_of(bio.get());
}

}  // namespace eider::test
