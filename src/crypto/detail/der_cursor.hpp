// Walks the members of a SEQUENCE in order. Included by this folder's .cpp files only.
#pragma once
#include "base/clock.hpp"
#include "codec/tlv.hpp"
#include "crypto/ec.hpp"
#include "crypto/name.hpp"

namespace eider::crypto::detail {

class Cursor {
 public:
  // `base` is where offsets in faults count from; `path` names the structure.
  Cursor(ByteView content, const std::uint8_t* base, const char* path)
      : rest_(content), base_(base), path_(path) {}

  bool done() const { return rest_.empty(); }
  // The next member has this tag. (High tag numbers do not occur in X.509.)
  bool at(std::uint8_t tag) const { return !rest_.empty() && rest_[0] == tag; }
  Result<Tlv> next(std::uint8_t tag, const char* member) {
    EIDER_TRY(tlv, next_any(member));
    if (tlv.tag != tag) {
      rest_ = {tlv.whole.data(), rest_.data() + rest_.size()};
      return bad(member, "tag " + tag_text(tlv.tag) + " where " + tag_text(tag) + " belongs");
    }
    return tlv;
  }
  Result<Tlv> next_any(const char* member) {
    auto tlv = read_tlv(rest_);
    if (!tlv) return bad(member, tlv.error().as<DecodeFault>()->what);
    rest_ = rest_.subspan(tlv->whole.size());
    return *tlv;
  }
  Status finish() const {
    if (!rest_.empty()) return bad(nullptr, "octets after the last member");
    return {};
  }
  tl::unexpected<Fault> bad(const char* member, std::string what) const {
    std::string path = path_;
    if (member != nullptr) path.append(".").append(member);
    return fail(
        DecodeFault{std::move(path), static_cast<std::size_t>(rest_.data() - base_), std::move(what)});
  }
  Cursor into(const Tlv& tlv, const char* path) const { return Cursor(tlv.value, base_, path); }

 private:
  ByteView rest_;
  const std::uint8_t* base_;
  const char* path_;
};

// UTCTime or GeneralizedTime in the DER forms of RFC 5280 section 4.1.2.5; nothing otherwise.
std::optional<Time> parse_x509_time(const Tlv& tlv);
// UTCTime up to 2049, GeneralizedTime after that.
Bytes encode_x509_time(Time time);

Result<der::Oid> oid_of(const Tlv& tlv, const Cursor& where, const char* member);

// SEQUENCE { ecdsa-with-SHA256 } without parameters (SGP.22 section 4.5.2.1).
ByteView ecdsa_with_sha256();
// tbs, algorithm and signature of SIGNED { … }.
struct SignedParts {
  Tlv tbs;
  Signature signature;
};
Result<SignedParts> parse_signed(ByteView der, const char* path);
Bytes assemble_signed(ByteView tbs, const Signature& signature);

struct ParsedExtension {
  der::Oid id;
  bool critical = false;
  ByteView value;
};
// Extensions ::= SEQUENCE OF Extension; a repeated extension is refused.
Result<std::vector<ParsedExtension>> parse_extensions(const Tlv& sequence, const Cursor& where);
Bytes encode_extension(const der::Oid& id, bool critical, ByteView value);

Result<std::uint64_t> small_unsigned(ByteView integer_tlv, const Cursor& where, const char* member);
Bytes encode_unsigned(ByteView magnitude);   // INTEGER
Bytes encode_unsigned(std::uint64_t value);  // INTEGER
Bytes encode_oid(const der::Oid& oid, Tag tag = 0x06);

// The DER of the first PEM block with that label, or `data` itself when it is not PEM.
Result<Bytes> der_from(ByteView data, std::string_view label);
std::string pem_of(ByteView der, std::string_view label);

}  // namespace eider::crypto::detail
