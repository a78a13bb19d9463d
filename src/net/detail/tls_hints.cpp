// What a ClientHello says about the certification authorities that the client trusts.
#include "net/detail/tls.hpp"

namespace eider::net::detail {
namespace {

constexpr std::uint8_t kPreAgreed = 0, kKeySha1 = 1, kX509Name = 2, kCertificateSha1 = 3;
constexpr std::size_t kSha1Size = 20;

struct Reader {
  ByteView rest;
  std::optional<ByteView> take(std::size_t n) {
    if (rest.size() < n) return std::nullopt;
    const auto out = rest.first(n);
    rest = rest.subspan(n);
    return out;
  }
  std::optional<ByteView> take_vector16() {
    const auto length = take(2);
    if (!length) return std::nullopt;
    return take(std::size_t{(*length)[0]} << 8 | (*length)[1]);
  }
};

}  // namespace

std::optional<std::vector<Bytes>> trusted_ca_key_hashes(ByteView extension) {
  Reader outer{extension};
  const auto list = outer.take_vector16();
  if (!list || !outer.rest.empty()) return std::nullopt;
  std::vector<Bytes> out;
  for (Reader in{*list}; !in.rest.empty();) {
    const std::uint8_t type = (*in.take(1))[0];
    if (type == kPreAgreed) continue;
    if (type != kKeySha1 && type != kX509Name && type != kCertificateSha1) return std::nullopt;
    const auto value = type == kX509Name ? in.take_vector16() : in.take(kSha1Size);
    if (!value) return std::nullopt;
    if (type == kKeySha1) out.push_back(to_bytes(*value));
  }
  return out;
}

std::optional<std::vector<Bytes>> certificate_authority_names(ByteView extension) {
  Reader outer{extension};
  const auto list = outer.take_vector16();
  if (!list || !outer.rest.empty()) return std::nullopt;
  std::vector<Bytes> out;
  for (Reader in{*list}; !in.rest.empty();) {
    const auto name = in.take_vector16();
    if (!name) return std::nullopt;
    out.push_back(to_bytes(*name));
  }
  return out;
}

}  // namespace eider::net::detail
