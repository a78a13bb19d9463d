// Whose the certificates of TLS connections are (registeredID), so that each is read once. Whether one may be
// used is known by then: the connection stands.
#pragma once
#include <mutex>
#include <utility>
#include <vector>

#include "crypto/certificate.hpp"

namespace eider::server {

// Safe to use from several threads.
class KnownCertificates {
 public:
  // None: it is no certificate, or says none.
  std::vector<der::Oid> ids_of(ByteView certificate) {
    const std::lock_guard lock(mutex_);
    for (const auto& [octets, ids] : known_)
      if (equal(octets, certificate)) return ids;
    const auto parsed = crypto::Certificate::parse(certificate);
    if (!parsed) return {};
    if (known_.size() >= kMost) known_.erase(known_.begin());
    known_.emplace_back(to_bytes(certificate), parsed->registered_ids());
    return known_.back().second;
  }

 private:
  static constexpr std::size_t kMost = 32;
  std::mutex mutex_;
  std::vector<std::pair<Bytes, std::vector<der::Oid>>> known_;  // oldest first
};

}  // namespace eider::server
