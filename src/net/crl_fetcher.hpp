// The SM-DP+'s source of CRLs: distribution points over plain HTTP, and files.
#pragma once
#include "net/http_get.hpp"
#include "roles/smdpp/ports.hpp"

namespace eider::net {

class CrlFetcher final : public smdpp::CrlSource {
 public:
  explicit CrlFetcher(HttpGetOptions options) : options_(std::move(options)) {}
  // "http://…" as http_get() takes it; anything else without "://", and "file://…", is a file. Faults: those
  // of http_get(), LocalFault (another scheme, no such file, more than max_body).
  Result<Bytes> fetch(const std::string& location) override;

 private:
  HttpGetOptions options_;
};

}  // namespace eider::net
