// Distinguished names (X.501): as received, and as people and rules need them.
#pragma once
#include <string>

#include "base/result.hpp"
#include "codec/der_values.hpp"

namespace eider::crypto {

struct NameAttribute {
  der::Oid type;
  std::uint8_t string_tag =
      0x0C;           // universal tag of the value: UTF8String 0C, PrintableString 13, IA5String 16
  std::string value;  // content octets as written
  bool operator==(const NameAttribute& o) const { return type == o.type && value == o.value; }
};

namespace attribute {  // attribute types of SGP.22 section 4.5.2
extern const der::Oid kCountry, kOrganization, kOrganizationalUnit, kCommonName, kSerialNumber;
}

class Name {
 public:
  Name() = default;
  // One Name TLV. Any attribute type and string type is taken.
  static Result<Name> parse(ByteView der);
  // One attribute per RDN, in the given order. serialNumber and country become PrintableString, others
  // UTF8String.
  static Name make(std::initializer_list<std::pair<der::Oid, std::string>> attributes);
  static Name make(std::span<const std::pair<der::Oid, std::string>> attributes);
  // "O=ACME,CN=SM-DP+" with C, O, OU, CN, SERIALNUMBER or dotted types; \, for a comma inside a value.
  static Result<Name> from_text(std::string_view text);

  ByteView der() const { return der_; }
  bool empty() const { return rdns_.empty(); }
  const std::vector<std::vector<NameAttribute>>& rdns() const { return rdns_; }
  // The first value of that type, at any position; nothing when absent.
  const std::string* find(const der::Oid& type) const;
  std::string text() const;  // "C=ES, O=RSP Test EUM, CN=EUM Test"
  // Same attributes in the same order; the string types may differ (RFC 5280 section 7.1, without case
  // folding).
  bool operator==(const Name& o) const { return rdns_ == o.rdns_; }

 private:
  Bytes der_;
  std::vector<std::vector<NameAttribute>> rdns_;
};

}  // namespace eider::crypto
