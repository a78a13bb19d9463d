// Certificates made on the spot, right or wrong in one point each.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "net/tls_identity.hpp"

namespace eider::test {

enum class Curve { kP256, kBrainpool };

struct CertificateSpec {
  std::string common_name = "smdpp.example.com";
  std::optional<std::string> alternative_names = "DNS:smdpp.example.com,RID:2.999.10";  // OpenSSL's notation
  std::optional<std::string> key_usage = "critical,digitalSignature";
  std::optional<std::string> extended_key_usage = "critical,serverAuth,clientAuth";
  std::optional<std::string> policies = "2.23.146.1.2.1.3";
  bool unknown_critical_extension = false;
  long not_before = -3600;  // seconds from now
  long not_after = 86400;
};

class TestCa {
 public:
  explicit TestCa(Curve curve, const std::string& name = "Test CI");
  net::TlsIdentity issue(const CertificateSpec& spec) const;
  // With the CI's own certificate behind the leaf.
  net::TlsIdentity issue_with_root(const CertificateSpec& spec) const;
  const Bytes& certificate() const { return self_.chain.front(); }

 private:
  Curve curve_;
  net::TlsIdentity self_;
};

std::string to_pem(const Bytes& certificate);
std::string key_to_pem(const net::TlsIdentity& identity);

}  // namespace eider::test
