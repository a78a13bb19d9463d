// Certificates, CRLs, ICCIDs and EIDs.
#include <algorithm>

#include "crypto/certificate.hpp"
#include "crypto/crl.hpp"
#include "spec/etsi/numbering.hpp"
#include "spec/inspect/inspect.hpp"
#include "spec/registry.hpp"
#include "spec/sgp22/types.hpp"

namespace eider::inspect {
namespace {

using etsi::all_digits;

std::string oid_text(const der::Oid& oid) {
  const auto name = registry::oid_name(oid);
  return name.empty() ? oid.dotted() : oid.dotted() + " (" + std::string(name) + ")";
}

template <class List, class Text>
std::string join(const List& list, Text text) {
  std::string out;
  for (const auto& item : list) out += (out.empty() ? "" : ", ") + text(item);
  return out;
}

void add_names(const crypto::Certificate& c, Finding& f) {
  const auto same = [](const std::string& s) { return s; };
  if (!c.dns_names().empty()) f.add("host names", join(c.dns_names(), same));
  if (!c.registered_ids().empty()) f.add("registered ID", join(c.registered_ids(), oid_text));
  if (const auto& nc = c.name_constraints())
    f.add("permitted names", join(nc->permitted, [](const crypto::Name& n) { return n.text(); }) +
                                 (nc->other ? " and other constraints" : ""));
  if (!c.permitted_eins().empty()) f.add("permitted EINs", join(c.permitted_eins(), same));
  if (!c.crl_distribution_points().empty()) f.add("CRL", join(c.crl_distribution_points(), same));
}

}  // namespace

std::optional<Finding> certificate(ByteView in) {
  const auto c = crypto::Certificate::parse(in);
  if (!c) return std::nullopt;
  Finding f{.kind = "X.509 certificate"};
  f.add("subject", c->subject().text());
  f.add("issuer", c->self_issued() ? "itself" : c->issuer().text());
  if (!c->policies().empty()) f.add("policy", join(c->policies(), oid_text));
  if (const auto eid = crypto::eid_of(*c)) f.add("EID", bcd_decode(*eid, false).value_or(to_hex(*eid)));
  f.add("serial", to_hex(c->serial()));
  f.add("valid", format_time(c->not_before()) + " to " + format_time(c->not_after()));
  f.add("key",
        std::string(crypto::to_string(c->public_key().curve())) + " " + to_hex(c->public_key().point()));
  if (const auto usage = c->key_usage()) f.add("key usage", crypto::key_usage_text(*usage));
  if (const auto& basic = c->basic_constraints(); basic && basic->ca)
    f.add("CA", basic->path_length ? "yes, path length " + std::to_string(*basic->path_length) : "yes");
  f.add("key identifier", to_hex(c->subject_key_identifier()));
  if (!c->authority_key_identifier().empty())
    f.add("issuer's key identifier", to_hex(c->authority_key_identifier()));
  add_names(*c, f);
  f.add("SHA-256", to_hex(c->fingerprint()));
  if (c->self_issued())
    f.add("signature", c->verify_signed_by(c->public_key()) ? "verifies with its own key"
                                                            : "does not verify with its own key");
  return f;
}

std::optional<Finding> revocation_list(ByteView in) {
  const auto crl = crypto::Crl::parse(in);
  if (!crl) return std::nullopt;
  Finding f{.kind = "certificate revocation list"};
  f.add("issuer", crl->issuer().text());
  f.add("number", std::to_string(crl->number()));
  f.add("this update", format_time(crl->this_update()));
  if (const auto next = crl->next_update()) f.add("next update", format_time(*next));
  if (crl->segments() > 1)
    f.add("segment", std::to_string(crl->segment()) + " of " + std::to_string(crl->segments()));
  for (const auto& e : crl->entries()) f.add("revoked", to_hex(e.serial));
  return f;
}

std::optional<Finding> iccid(std::string_view in) {
  std::string digits(in);
  while (!digits.empty() && (digits.back() == 'F' || digits.back() == 'f')) digits.pop_back();
  if (digits.size() < 18 || digits.size() > 20 || !all_digits(digits) || !digits.starts_with("89"))
    return std::nullopt;
  const auto coded = sgp22::parse_iccid(digits);
  if (!coded) return std::nullopt;
  Finding f{.kind = "ICCID"};
  f.add("digits", digits);
  f.add("check digit", etsi::luhn_valid(digits)
                           ? "right (Luhn)"
                           : "does not fit Luhn (ITU-T E.118); allowed, but check for a typing error");
  f.add("as EF.ICCID and tag 5A", to_hex(*coded));
  f.add("in a ProfileHeader", to_hex(*bcd_encode(digits, false)) + (digits.size() < 19 ? "FF" : ""));
  return f;
}

std::optional<Finding> eid(std::string_view in) {
  if (in.size() != 32 || !all_digits(in)) return std::nullopt;
  const bool valid = sgp22::eid_check_digits_valid(in);
  if (!valid && !in.starts_with("89")) return std::nullopt;  // hexadecimal that happens to have no letter
  Finding f{.kind = "EID"};
  f.add("digits", std::string(in));
  f.add("check digits", valid ? "right (1 modulo 97)"
                              : "wrong: with these first 30 digits they would be " +
                                    sgp22::eid_with_check_digits(in.substr(0, 30)).substr(30));
  f.add("country, issuer", std::string(in.substr(2, 3)) + ", " + std::string(in.substr(5, 3)) +
                               " (SGP.02 section 2.2.2; issuers by SGP.29 cut otherwise)");
  if (!valid) f.error = "EID check digits are wrong";
  return f;
}

}  // namespace eider::inspect
