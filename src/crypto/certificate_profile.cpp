#include "crypto/certificate_profile.hpp"

namespace eider::crypto {
namespace {
constexpr const char* kNames[] = {"ci",      "eum",     "euicc",  "dpauth",      "dppb",
                                  "dptls",   "dsauth",  "dstls",  "operator-ca", "operator",
                                  "smdptls", "smsrtls", "eumtls", "mnotls",      "m2msptls"};
}

const char* to_string(CertificateRole role) {
  return kNames[static_cast<std::size_t>(role)];
}

std::optional<CertificateRole> role_from(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kNames); ++i)
    if (name == kNames[i]) return static_cast<CertificateRole>(i);
  return std::nullopt;
}

}  // namespace eider::crypto
