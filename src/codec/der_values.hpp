// Value types that ASN.1 has and C++ lacks.
#pragma once
#include <string>

#include "codec/tlv.hpp"

namespace eider::der {

struct Null {
  bool operator==(const Null&) const = default;
};

// Up to 128 bits; bit 0 is the first (most significant) bit, as in X.680. Written without trailing zero bits.
class BitString {
 public:
  BitString() = default;
  BitString(std::initializer_list<int> set_bits) {
    for (int b : set_bits) set(b);
  }
  bool test(int bit) const {
    return bit >= 0 && bit < 128 && (data_[static_cast<std::size_t>(bit) / 8] & (0x80 >> bit % 8)) != 0;
  }
  void set(int bit, bool on = true) {
    if (bit < 0 || bit >= 128) return;
    auto& b = data_[static_cast<std::size_t>(bit) / 8];
    b = static_cast<std::uint8_t>(on ? b | (0x80 >> bit % 8) : b & ~(0x80 >> bit % 8));
  }
  bool none() const { return data_ == std::array<std::uint8_t, 16>{}; }
  bool operator==(const BitString&) const = default;
  const std::array<std::uint8_t, 16>& data() const { return data_; }
  std::array<std::uint8_t, 16>& data() { return data_; }

 private:
  std::array<std::uint8_t, 16> data_{};
};

// An object identifier, kept as its content octets.
class Oid {
 public:
  Oid() = default;
  // For constants: throws std::invalid_argument on bad text.
  explicit Oid(std::string_view dotted);
  static std::optional<Oid> parse(std::string_view dotted);
  static std::optional<Oid> from_content(ByteView content);
  std::string dotted() const;
  ByteView content() const { return content_; }
  bool empty() const { return content_.empty(); }
  bool operator==(const Oid& o) const { return content_ == o.content_; }
  auto operator<=>(const Oid& o) const { return content_ <=> o.content_; }

 private:
  BoundedBytes<39> content_;
};

// A whole TLV of any type, kept as received.
struct RawTlv {
  Bytes der;
  bool operator==(const RawTlv&) const = default;
};
// The same without a copy: valid only while the decoded input lives.
struct TlvView {
  ByteView der;
};

// A whole SEQUENCE (tag 30), kept as received and not looked into: X.509 certificates.
struct SequenceTlv {
  Bytes der;
  bool operator==(const SequenceTlv&) const = default;
};
// Octets without a copy: valid only while the decoded input lives.
struct OctetsView {
  ByteView bytes;
};

// A signed structure: `raw` are the octets received (or sealed); signatures are made and checked over them
// alone.
template <class T>
struct Signed {
  T value{};
  Bytes raw;
};

// Written in DER order of the encodings.
template <class T>
struct SetOf : std::vector<T> {
  using std::vector<T>::vector;
};
// SEQUENCE OF whose elements carry the tag Element.
template <class T, Tag Element>
struct ListOf : std::vector<T> {
  using std::vector<T>::vector;
};

}  // namespace eider::der
