// What the messages' members mean to a reader.
#include <algorithm>

#include "crypto/certificate.hpp"
#include "spec/registry.hpp"
#include "spec/saip/profile_element.hpp"
#include "spec/saip/response.hpp"
#include "spec/sgp22/aids.hpp"
#include "spec/sgp22/es10b.hpp"
#include "spec/sgp22/oids.hpp"

namespace eider::registry {
namespace {

using der::Field;

struct NamedAid {
  std::string_view prefix;  // hexadecimal
  std::string_view name;
};
constexpr NamedAid kAids[] = {
    {"A0000005591010FFFFFFFF8900000100", "ISD-R"},
    {"A0000005591010FFFFFFFF8900000200", "ECASD"},
    {"A0000005591010FFFFFFFF8900000D00", "load file of the ISD-Ps"},
    {"A0000005591010FFFFFFFF8900000E00", "module of the ISD-Ps"},
    {"A0000005591010FFFFFFFF8900000F00", "ISD-P, the own one"},
    {"A0000005591010FFFFFFFF89", "ISD-P"},
    {"A0000005591010000000008900000300", "ISD-R (eSIM.me)"},
    {"A06573746B6D65FFFF4953442D522030", "ISD-R (eSTK.me)"},
    {"A06573746B6D65FFFF4953442D522031", "ISD-R (eSTK.me)"},
    {"A000000151000000", "issuer security domain"},
    {"A0000000871002", "ADF.USIM"},
    {"A0000000871004", "ADF.ISIM"},
    {"A0000003431002", "ADF.CSIM"},
    {"A00000055910", "GSMA"},
    {"A000000087", "3GPP"},
};
struct NamedOid {
  std::string_view oid;
  std::string_view name;
};
constexpr NamedOid kOids[] = {
    {sgp22::oid::kRoleCi, "id-rspRole-ci"},
    {sgp22::oid::kRoleEuicc, "id-rspRole-euicc"},
    {sgp22::oid::kRoleEum, "id-rspRole-eum"},
    {sgp22::oid::kRoleDpTls, "id-rspRole-dp-tls"},
    {sgp22::oid::kRoleDpAuth, "id-rspRole-dp-auth"},
    {sgp22::oid::kRoleDpPb, "id-rspRole-dp-pb"},
    {sgp22::oid::kRoleDsTls, "id-rspRole-ds-tls"},
    {sgp22::oid::kRoleDsAuth, "id-rspRole-ds-auth"},
    {sgp22::oid::kV3RoleEuicc, "id-rspRole-euicc v3"},
    {sgp22::oid::kV3RoleEum, "id-rspRole-eum v3"},
    {sgp22::oid::kV3RoleDpTls, "id-rspRole-dp-tls v3"},
    {sgp22::oid::kV3RoleDpAuth, "id-rspRole-dp-auth v3"},
    {sgp22::oid::kV3RoleDpPb, "id-rspRole-dp-pb v3"},
    {sgp22::oid::kV3RoleDsTls, "id-rspRole-ds-tls v3"},
    {sgp22::oid::kV3RoleDsAuth, "id-rspRole-ds-auth v3"},
    {"2.5.29.14", "subjectKeyIdentifier"},
    {"2.5.29.15", "keyUsage"},
    {"2.5.29.17", "subjectAltName"},
    {"2.5.29.19", "basicConstraints"},
    {"2.5.29.30", "nameConstraints"},
    {"2.5.29.31", "cRLDistributionPoints"},
    {"2.5.29.32", "certificatePolicies"},
    {"2.5.29.35", "authorityKeyIdentifier"},
    {"2.5.29.37", "extKeyUsage"},
    {"1.2.840.10045.2.1", "ecPublicKey"},
    {"1.2.840.10045.3.1.7", "P-256"},
    {"1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"},
    {"1.2.840.10045.4.3.2", "ecdsa-with-SHA256"},
};

std::string named(std::string text, std::string_view name) {
  return name.empty() ? text : text + " (" + std::string(name) + ")";
}

std::optional<std::string> digits(ByteView v, bool swapped) {
  return bcd_decode(v, swapped);
}

std::string mcc_mnc(ByteView v) {
  const auto nibble = [&](std::size_t i, bool high) {
    return static_cast<char>("0123456789ABCDEF"[high ? v[i] >> 4 : v[i] & 0x0F]);
  };
  std::string out{nibble(0, false), nibble(0, true), nibble(1, false), '-',
                  nibble(2, false), nibble(2, true)};
  if (nibble(1, true) != 'F') out += nibble(1, true);
  return out;
}

std::optional<std::string> version(ByteView v) {
  const auto parsed = sgp22::Version::from(v);
  return parsed ? std::optional(sgp22::version_text(*parsed)) : std::nullopt;
}

std::optional<std::string> resources(ByteView v) {
  const auto r = sgp22::parse_ext_card_resource(v);
  if (!r) return std::nullopt;
  return std::to_string(r->number_of_applications) + " applications, free memory " +
         std::to_string(r->free_nvm_octets) + " octets non-volatile, " + std::to_string(r->free_ram_octets) +
         " volatile";
}

std::optional<std::string> tags(ByteView v) {
  const auto list = parse_tag_list(v);
  if (!list) return std::nullopt;
  std::string out;
  for (const auto tag : *list) out += (out.empty() ? "" : " ") + tag_text(tag);
  return out;
}

std::optional<std::string> certificate(ByteView whole) {
  const auto c = crypto::Certificate::parse(whole);
  if (!c) return std::nullopt;
  std::string role;
  for (const auto& p : c->policies()) role = named(p.dotted(), oid_name(p));
  return "certificate of " + c->subject().text() + (role.empty() ? "" : ", " + role) + ", issued by " +
         c->issuer().text();
}

std::optional<std::string> value_of(const Field* f, const der::Type& type, ByteView v) {
  if (type.kind == der::Kind::kAny) return certificate(v);
  if (type.kind == der::Kind::kOid) {
    const auto oid = der::Oid::from_content(v);
    return oid && !oid_name(*oid).empty() ? std::optional(named(oid->dotted(), oid_name(*oid)))
                                          : std::nullopt;
  }
  if (type.kind != der::Kind::kOctetString || !f) return std::nullopt;
  const auto is = [&](std::string_view name) { return f->name == name; };
  const auto ends = [&](std::string_view tail) { return f->name.ends_with(tail); };
  if (is("iccid") && v.size() == 10) return digits(v, f->tag != 0x83);  // SAIP writes the digits in order
  if (is("eidValue")) return digits(v, false);
  if (is("mccMnc") && v.size() == 3) return mcc_mnc(v);
  if (is("tac") || is("imei")) return digits(v, true);
  if (type.min == 3 && type.max == 3 &&
      (is("svn") || ends("Svn") || ends("Version") || ends("Release") || ends("Ver")))
    return version(v);
  if (is("extCardResource")) return resources(v);
  if (is("tagList")) return tags(v);
  if (v.size() >= 5 && (is("aid") || ends("Aid") || ends("AID") || is("dfName")))
    return named(to_hex(v), aid_name(v));
  return std::nullopt;
}

const der::Type* inner_of(const Field* f, ByteView v) {
  if (!f) return nullptr;
  if (f->name == "simaResponse" && !v.empty() && v[0] == 0x30)
    return &der::Describe<saip::EuiccResponse>::type;
  if (f->type->kind != der::Kind::kAny || f->name == "unknown") return nullptr;
  // An ANY of the ASN.1 binding holds a message of ES10 or ES8+. Not another of the binding: nesting must
  // end.
  const auto tlv = read_single_tlv(v, false);
  if (!tlv || std::ranges::any_of(by_tag(tlv->tag), [](const Entry* e) { return e->interface == "ES9+"; }))
    return nullptr;
  const auto m = best_match(v);
  return m && !m->tolerant ? m->entry->type : nullptr;
}

}  // namespace

std::string_view aid_name(ByteView aid) {
  const auto text = to_hex(aid);
  for (const auto& a : kAids)
    if (text.starts_with(a.prefix)) return a.name;
  return {};
}

std::string_view oid_name(const der::Oid& oid) {
  const auto text = oid.dotted();
  for (const auto& o : kOids)
    if (o.oid == text) return o.name;
  if (const auto* t = saip::find_template(oid)) return t->name;
  return {};
}

const der::PrintHooks& hooks() {
  static const der::PrintHooks hooks{value_of, inner_of};
  return hooks;
}

}  // namespace eider::registry
