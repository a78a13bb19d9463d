// SHA-256 and SHA-1, at once or in parts.
#pragma once
#include <initializer_list>
#include <memory>

#include "base/bytes.hpp"

namespace eider::crypto {

using Sha256Digest = FixedBytes<32>;
using Sha1Digest = FixedBytes<20>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256& other);  // forks the state
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(const Sha256&) = delete;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& update(ByteView part);
  // The digest of all parts since construction or the last finish(); then starts anew.
  Sha256Digest finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

Sha256Digest sha256(ByteView message);
Sha256Digest sha256(std::span<const ByteView> parts);
inline Sha256Digest sha256(std::initializer_list<ByteView> parts) {
  return sha256(std::span<const ByteView>(parts.begin(), parts.size()));
}
// For key identifiers only (SGP.22 section 4.5.2.1).
Sha1Digest sha1(ByteView message);

}  // namespace eider::crypto
