#include "profile/package_reader.hpp"

#include "base/secret.hpp"

namespace eider::profile {
namespace {

struct Extent {
  Tag tag = 0;
  std::size_t size = 0;  // 0: the header itself is not complete
};

tl::unexpected<Fault> fault_at(std::size_t offset, std::string what) {
  return fail(DecodeFault{"ProfilePackage", offset, std::move(what)});
}

// How long the element at the start of `input` is, from its tag and length alone. `offset` is for faults.
Result<Extent> extent_of(ByteView input, std::size_t offset) {
  std::size_t i = 0;
  Tag tag = 0;
  do {
    if (i == input.size()) return Extent{};
    if (i == 4) return fault_at(offset, "tag of more than four octets");
    tag = tag << 8 | input[i++];
  } while (i == 1 ? (tag & 0x1F) == 0x1F : (tag & 0x80) != 0);
  if (i == input.size()) return Extent{};
  if (!is_constructed(tag) || (first_octet(tag) & 0xC0) != 0x80)
    return fault_at(offset, "tag " + tag_text(tag) + " cannot begin a ProfileElement");
  std::size_t length = input[i++];
  if (length >= 0x80) {
    const std::size_t count = length & 0x7F;
    if (count == 0) return fault_at(offset + i - 1, "indefinite length");
    if (count > 4) return fault_at(offset + i - 1, "length of more than four octets");
    if (input.size() - i < count) return Extent{};
    length = 0;
    for (std::size_t k = 0; k < count; ++k) length = length << 8 | input[i++];
    if (length < 0x80 || (count > 1 && length >> 8 * (count - 1) == 0))
      return fault_at(offset + i - count - 1, "length not in its shortest form");
  }
  return Extent{tag, i + length};
}

}  // namespace

PackageReader::~PackageReader() {
  zeroise(buffer_);
}

void PackageReader::drop_taken() {
  if (start_ == 0) return;
  const auto keep = buffer_.size() - start_;
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(start_), buffer_.end(), buffer_.begin());
  zeroise(std::span(buffer_).subspan(keep));
  buffer_.resize(keep);
  base_ += start_;
  checked_ -= start_;
  start_ = 0;
}

Status PackageReader::feed(ByteView piece) {
  if (fault_) return fail(*fault_);
  const auto stop = [&](tl::unexpected<Fault> f) -> Status {
    fault_ = f.value();
    return f;
  };
  drop_taken();
  if (piece.size() > limits_.package_bytes - std::min(limits_.package_bytes, received()))
    return stop(fault_at(limits_.package_bytes,
                         "package larger than " + std::to_string(limits_.package_bytes) + " octets"));
  append(buffer_, piece);
  while (checked_ < buffer_.size()) {
    auto extent = extent_of(ByteView(buffer_).subspan(checked_), base_ + checked_);
    if (!extent) return stop(fail(std::move(extent).error()));
    if (extent->size == 0) break;
    if (extent->size > limits_.element_bytes)
      return stop(fault_at(base_ + checked_, "element of " + std::to_string(extent->size) + " octets"));
    if (buffer_.size() - checked_ < extent->size) break;
    if (++count_ > limits_.elements)
      return stop(fault_at(base_ + checked_, "more than " + std::to_string(limits_.elements) + " elements"));
    checked_ += extent->size;
  }
  return {};
}

std::optional<PackageElement> PackageReader::next() {
  if (start_ >= checked_) return std::nullopt;
  const auto extent = extent_of(ByteView(buffer_).subspan(start_), 0);  // accepted in feed() already
  PackageElement out{extent->tag, base_ + start_, ByteView(buffer_).subspan(start_, extent->size)};
  start_ += extent->size;
  return out;
}

Result<std::vector<PackageElement>> read_package(ByteView package, const PackageLimits& limits) {
  if (package.size() > limits.package_bytes)
    return fault_at(limits.package_bytes,
                    "package larger than " + std::to_string(limits.package_bytes) + " octets");
  std::vector<PackageElement> out;
  for (std::size_t at = 0; at < package.size();) {
    EIDER_TRY(extent, extent_of(package.subspan(at), at));
    if (extent.size > limits.element_bytes)
      return fault_at(at, "element of " + std::to_string(extent.size) + " octets");
    if (extent.size == 0 || extent.size > package.size() - at)
      return fault_at(package.size(), "package ends within an element");
    if (out.size() == limits.elements)
      return fault_at(at, "more than " + std::to_string(limits.elements) + " elements");
    out.push_back({extent.tag, at, package.subspan(at, extent.size)});
    at += extent.size;
  }
  return out;
}

}  // namespace eider::profile
