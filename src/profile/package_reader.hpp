// Cuts a profile package into its ProfileElement TLVs while it arrives in arbitrary pieces (SGP.22 BPP
// segments).
#pragma once
#include "codec/tlv.hpp"

namespace eider::profile {

struct PackageLimits {
  std::size_t element_bytes = 512 * 1024;  // one element, tag and length included
  std::size_t package_bytes = 1024 * 1024;
  std::size_t elements = 512;
};

struct PackageElement {
  Tag tag = 0;
  std::size_t offset = 0;  // of its tag, from the start of the package
  ByteView der;
};

// The elements of a whole package; faults are DecodeFault with the offset in the package.
Result<std::vector<PackageElement>> read_package(ByteView package, const PackageLimits& limits = {});
// They are views of the package, which has to stay.
Result<std::vector<PackageElement>> read_package(Bytes&& package, const PackageLimits& limits = {}) = delete;

class PackageReader {
 public:
  explicit PackageReader(PackageLimits limits = {}) : limits_(limits) {}
  ~PackageReader();
  PackageReader(PackageReader&&) noexcept = default;
  PackageReader& operator=(PackageReader&&) noexcept = default;

  // Takes any number of octets; complete elements can then be taken with next(). After a fault it stays
  // faulty.
  Status feed(ByteView piece);
  // The next complete element, valid until the next call of feed() or next().
  std::optional<PackageElement> next();
  // An element has begun and is not complete.
  bool pending() const { return start_ < buffer_.size(); }
  std::size_t received() const { return base_ + buffer_.size(); }

 private:
  PackageLimits limits_;
  Bytes buffer_;  // what is not taken yet; `base_` octets of the package were dropped before it
  std::size_t base_ = 0;
  std::size_t start_ = 0;    // in buffer_
  std::size_t checked_ = 0;  // in buffer_: where the first element whose header has not been checked begins
  std::size_t count_ = 0;
  std::optional<Fault> fault_;
  void drop_taken();
};

}  // namespace eider::profile
