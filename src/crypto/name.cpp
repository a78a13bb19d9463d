#include "crypto/name.hpp"

#include "crypto/detail/der_cursor.hpp"

namespace eider::crypto {
namespace attribute {
const der::Oid kCountry("2.5.4.6"), kOrganization("2.5.4.10"), kOrganizationalUnit("2.5.4.11"),
    kCommonName("2.5.4.3"), kSerialNumber("2.5.4.5");
}

namespace {
struct Short {
  const char* name;
  const der::Oid* type;
};
const std::vector<Short>& short_names() {
  static const std::vector<Short> all = {{"C", &attribute::kCountry},
                                         {"O", &attribute::kOrganization},
                                         {"OU", &attribute::kOrganizationalUnit},
                                         {"CN", &attribute::kCommonName},
                                         {"SERIALNUMBER", &attribute::kSerialNumber}};
  return all;
}

std::optional<der::Oid> type_of(std::string_view name) {
  for (const auto& s : short_names())
    if (name == s.name || (name == "serialNumber" && s.type == &attribute::kSerialNumber)) return *s.type;
  return der::Oid::parse(name);
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}
}  // namespace

Result<Name> Name::parse(ByteView der) {
  detail::Cursor top(der, der.data(), "Name");
  EIDER_TRY(sequence, top.next(0x30, "RDNSequence"));
  EIDER_CHECK(top.finish());
  Name out;
  out.der_ = to_bytes(der);
  detail::Cursor rdns = top.into(sequence, "Name");
  while (!rdns.done()) {
    EIDER_TRY(set, rdns.next(0x31, "RelativeDistinguishedName"));
    detail::Cursor members = rdns.into(set, "Name");
    if (members.done()) return members.bad("RelativeDistinguishedName", "empty");
    auto& rdn = out.rdns_.emplace_back();
    while (!members.done()) {
      EIDER_TRY(pair, members.next(0x30, "AttributeTypeAndValue"));
      detail::Cursor c = members.into(pair, "Name");
      EIDER_TRY(id, c.next(0x06, "type"));
      EIDER_TRY(type, detail::oid_of(id, c, "type"));
      EIDER_TRY(value, c.next_any("value"));
      EIDER_CHECK(c.finish());
      rdn.push_back({type, static_cast<std::uint8_t>(value.tag), std::string(as_text(value.value))});
    }
  }
  return out;
}

Name Name::make(std::span<const std::pair<der::Oid, std::string>> attributes) {
  Name out;
  Bytes content;
  for (const auto& [type, value] : attributes) {
    const bool printable = type == attribute::kSerialNumber || type == attribute::kCountry;
    const NameAttribute a{type, static_cast<std::uint8_t>(printable ? 0x13 : 0x0C), value};
    const Bytes pair = make_tlv(0x30, {detail::encode_oid(type), make_tlv(a.string_tag, as_bytes(value))});
    append_tlv(content, 0x31, pair);
    out.rdns_.push_back({a});
  }
  out.der_ = make_tlv(0x30, content);
  return out;
}

Name Name::make(std::initializer_list<std::pair<der::Oid, std::string>> attributes) {
  return make(std::span<const std::pair<der::Oid, std::string>>(attributes.begin(), attributes.size()));
}

Result<Name> Name::from_text(std::string_view text) {
  std::vector<std::pair<der::Oid, std::string>> attributes;
  std::string part;
  const auto flush = [&]() -> bool {
    const auto eq = part.find('=');
    if (eq == std::string::npos) return false;
    const auto type = type_of(trim(std::string_view(part).substr(0, eq)));
    const auto value = trim(std::string_view(part).substr(eq + 1));
    if (!type || value.empty()) return false;
    attributes.emplace_back(*type, std::string(value));
    part.clear();
    return true;
  };
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '\\' && i + 1 < text.size()) {
      part += text[++i];
    } else if (i == text.size() || text[i] == ',') {
      if (!flush())
        return fail_local("\"" + std::string(text) + "\" is not a distinguished name",
                          "write it like O=ACME,CN=SM-DP+");
    } else {
      part += text[i];
    }
  }
  return make(attributes);
}

const std::string* Name::find(const der::Oid& type) const {
  for (const auto& rdn : rdns_)
    for (const auto& a : rdn)
      if (a.type == type) return &a.value;
  return nullptr;
}

std::string Name::text() const {
  std::string out;
  for (const auto& rdn : rdns_) {
    for (const auto& a : rdn) {
      if (!out.empty()) out += &a == rdn.data() ? ", " : " + ";
      std::string type = a.type.dotted();
      for (const auto& s : short_names())
        if (a.type == *s.type) type = s.name;
      out += type + "=";
      const bool text_like =
          a.string_tag == 0x0C || a.string_tag == 0x13 || a.string_tag == 0x16 || a.string_tag == 0x14;
      if (!text_like) {
        out += "#" + to_hex(as_bytes(a.value));
        continue;
      }
      for (const char ch : a.value) {
        if (ch == ',' || ch == '\\') out += '\\';
        // Names come from outside and go to terminals: no control characters.
        out += static_cast<unsigned char>(ch) < 0x20 || ch == 0x7F ? '?' : ch;
      }
    }
  }
  return out;
}

}  // namespace eider::crypto
