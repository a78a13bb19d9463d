#include "net/crl_fetcher.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace eider::net {
namespace {

Result<Bytes> read_file(const std::string& path, std::size_t limit) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return fail_local("cannot read " + path + ": " + error.message(), "check the path");
  if (size > limit) return fail_local(path + " is over the limit of " + std::to_string(limit) + " octets");
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail_local("cannot read " + path, "check its permissions");
  return Bytes(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

}  // namespace

Result<Bytes> CrlFetcher::fetch(const std::string& location) {
  constexpr std::string_view kFile = "file://";
  if (location.starts_with(kFile)) return read_file(location.substr(kFile.size()), options_.max_body);
  if (location.find("://") != std::string::npos) return http_get(location, options_);
  return read_file(location, options_.max_body);
}

}  // namespace eider::net
