// eider pki show, verify
#include <cstdio>

#include "cmd_pki.hpp"

namespace eider::app::pki {
namespace {
namespace json = boost::json;
using crypto::Certificate;
using crypto::CertificateRole;

std::string grouped(ByteView bytes) {
  std::string out = to_hex(bytes);
  for (std::size_t at = 8; at < out.size(); at += 9) out.insert(at, " ");
  return out;
}

std::string validity_note(const Certificate& c, Time now) {
  using std::chrono::hours;
  if (now < c.not_before()) return "not yet valid";
  if (c.not_after() < now) return "EXPIRED";
  const auto days = std::chrono::duration_cast<hours>(c.not_after() - now).count() / 24;
  if (days < 90) return std::to_string(days) + " days left";
  return days < 2 * 365 ? std::to_string(days / 30) + " months left"
                        : std::to_string(days / 365) + " years left";
}

std::string join(const std::vector<std::string>& list) {
  std::string out;
  for (const auto& item : list) out += (out.empty() ? "" : ", ") + item;
  return out;
}

std::vector<std::string> dotted(const std::vector<der::Oid>& oids) {
  std::vector<std::string> out;
  for (const auto& oid : oids) out.push_back(oid.dotted());
  return out;
}

std::string purposes(const Certificate& c) {
  std::vector<std::string> out;
  for (const auto& oid : c.extended_key_usage())
    out.push_back(oid == crypto::key_purpose::kServerAuth   ? "serverAuth"
                  : oid == crypto::key_purpose::kClientAuth ? "clientAuth"
                                                            : oid.dotted());
  return join(out);
}

std::string extension_name(const der::Oid& id) {
  namespace ext = crypto::extension;
  static const std::pair<const der::Oid*, const char*> names[] = {
      {&ext::kSubjectKeyIdentifier, "subjectKeyIdentifier"},
      {&ext::kAuthorityKeyIdentifier, "authorityKeyIdentifier"},
      {&ext::kKeyUsage, "keyUsage"},
      {&ext::kCertificatePolicies, "certificatePolicies"},
      {&ext::kBasicConstraints, "basicConstraints"},
      {&ext::kExtendedKeyUsage, "extKeyUsage"},
      {&ext::kSubjectAltName, "subjectAltName"},
      {&ext::kNameConstraints, "nameConstraints"},
      {&ext::kCrlDistributionPoints, "cRLDistributionPoints"},
      {&ext::kPermittedEins, "permittedEins"}};
  for (const auto& [oid, name] : names)
    if (*oid == id) return name;
  return id.dotted();
}

std::vector<std::string> critical(const Certificate& c) {
  std::vector<std::string> out;
  for (const auto& e : c.extensions())
    if (e.critical) out.push_back(extension_name(e.id));
  return out;
}

std::string policy_text(const Certificate& c) {
  std::string out = join(dotted(c.policies()));
  if (const auto role = role_of(c)) out += std::string(" (") + crypto::to_string(*role) + ")";
  return out;
}

std::string title_of(const Certificate& c) {
  if (const auto role = role_of(c)) return std::string(sgp22::certificate_profile(*role).title);
  return "X.509 certificate";
}

json::array strings(const std::vector<std::string>& list) {
  return json::array(list.begin(), list.end());
}

std::string render_crl(const crypto::Crl& crl) {
  std::string out = "CRL number " + std::to_string(crl.number());
  if (crl.segments() > 1)
    out += ", segment " + std::to_string(crl.segment()) + " of " + std::to_string(crl.segments());
  out += "\n  issuer       " + crl.issuer().text() + "\n  key id       " +
         to_hex(crl.authority_key_identifier());
  out += "\n  issued       " + format_time(crl.this_update());
  if (crl.next_update()) out += ", next " + format_time(*crl.next_update());
  out += "\n  revoked      " + std::to_string(crl.entries().size()) + "\n";
  for (const auto& e : crl.entries())
    out += "    " + to_hex(e.serial) + "  since " + format_time(e.revoked_at) + "\n";
  return out;
}

json::object crl_json(const crypto::Crl& crl) {
  json::array entries;
  for (const auto& e : crl.entries()) {
    json::object entry{{"serial", to_hex(e.serial)}, {"revoked", format_time(e.revoked_at)}};
    if (e.expires) entry["expires"] = format_time(*e.expires);
    if (e.reason) entry["reason"] = *e.reason;
    entries.push_back(std::move(entry));
  }
  json::object o{{"type", "crl"},
                 {"number", crl.number()},
                 {"issuer", crl.issuer().text()},
                 {"authorityKeyIdentifier", to_hex(crl.authority_key_identifier())},
                 {"thisUpdate", format_time(crl.this_update())},
                 {"segment", crl.segment()},
                 {"segments", crl.segments()},
                 {"entries", std::move(entries)}};
  if (crl.next_update()) o["nextUpdate"] = format_time(*crl.next_update());
  return o;
}

struct Show {
  DirectoryOptions directory;
  std::string what;
  bool as_json = false;

  void print(const std::string& text, const json::value& value) const {
    std::fputs(as_json ? (json::serialize(value) + "\n").c_str() : text.c_str(), stdout);
  }

  void show_file() const {
    const Bytes content = read_file(what);
    if (const auto c = Certificate::parse(content))
      return print(render(*c, SystemClock().now()), to_json(*c));
    const auto lists = crypto::parse_crl_download(content);
    if (!lists) refuse(Certificate::parse(content).error());
    std::string text;
    json::array values;
    for (const auto& crl : *lists) {
      text += render_crl(crl);
      values.push_back(crl_json(crl));
    }
    print(text, values.size() == 1 ? json::value(values[0]) : json::value(values));
  }

  void run() const {
    std::error_code error;
    if (!what.empty() && std::filesystem::is_regular_file(what, error)) return show_file();
    if (directory.dir.empty())
      refuse(what.empty() ? "nothing to show" : "no file " + what,
             "name a certificate or CRL file, or a PKI with --dir", 2);
    const auto dir = directory.open();
    if (what.empty()) return print(render(dir, SystemClock().now()), to_json(dir));
    if (const auto* gp = dir.find_gp(what)) return print(render(*gp), to_json(dir, *gp));
    const auto& entry = need_entry(dir, what);
    print(render(entry.certificate, SystemClock().now()), to_json(entry.certificate));
  }
};

struct Verify {
  DirectoryOptions directory;
  std::string what, role, at;
  std::vector<std::string> roots, eums, crls;
  bool as_json = false;

  // The PKI directory gives roots, EUM certificates and CRLs; files add to them.
  struct Material {
    crypto::TrustStore roots;
    std::vector<Certificate> intermediates;
    crypto::CrlSet crls;
  };

  Material collect(const crypto::CertificateProfile& root_profile,
                   const std::optional<crypto::PkiDirectory>& dir) const {
    Material m;
    if (dir) {
      m.roots = need(dir->roots(root_profile));
      m.crls = need(dir->crls());
      for (const auto* eum : dir->find_all(CertificateRole::kEum))
        m.intermediates.push_back(eum->certificate);
    }
    for (const auto& file : roots) need(m.roots.add(need(Certificate::parse(read_file(file))), root_profile));
    for (const auto& file : eums) m.intermediates.push_back(need(Certificate::parse(read_file(file))));
    for (const auto& file : crls)
      for (const auto& crl : need(crypto::parse_crl_download(read_file(file)))) {
        const auto* anchor = m.roots.find(crl.authority_key_identifier());
        if (anchor == nullptr)
          refuse(file + ": no root with key identifier " + to_hex(crl.authority_key_identifier()));
        need(m.crls.add(crl, anchor->key, anchor->ski));
      }
    if (m.roots.anchors().empty()) refuse("no root to verify against", "give --root FILE or --dir DIR", 2);
    return m;
  }

  // A 7F21 against the certificate that the directory says issued it, and that one up to its root.
  void verify_for_card(const crypto::PkiDirectory& dir, const crypto::GpEntry& entry) const {
    const auto& issuer = need_entry(dir, entry.issuer);
    need(entry.certificate.verify(issuer.certificate.public_key()));
    const auto& ci_profile = sgp22::certificate_profile(CertificateRole::kCi);
    if (issuer.role != CertificateRole::kCi) {
      const auto trusted = need(dir.roots(ci_profile));
      crypto::VerifyOptions options;
      options.now = SystemClock().now();
      need(crypto::verify_certificate(issuer.certificate, sgp22::certificate_profile(issuer.role), trusted,
                                      options));
    }
    const auto subject = crypto::gp_subject_text(entry.kind, entry.certificate);
    if (as_json)
      std::printf("%s\n", json::serialize(json::object{{"valid", true},
                                                       {"role", crypto::to_string(entry.kind)},
                                                       {"subject", subject},
                                                       {"issuer", entry.issuer}})
                              .c_str());
    else
      std::printf("valid %s: %s\n  issued by %s\n", crypto::title(entry.kind), subject.c_str(),
                  entry.issuer.c_str());
  }

  void run() const {
    std::optional<crypto::PkiDirectory> dir;
    if (!directory.dir.empty()) dir = directory.open();
    std::error_code error;
    const bool is_file = std::filesystem::is_regular_file(what, error);
    if (!is_file && dir)
      if (const auto* gp = dir->find_gp(what)) return verify_for_card(*dir, *gp);
    if (!is_file && !dir)
      refuse("no file " + what, "name a certificate file, or an entry of a PKI with --dir", 2);
    const auto certificate =
        is_file ? need(Certificate::parse(read_file(what))) : need_entry(*dir, what).certificate;
    auto stated = role.empty() ? role_of(certificate) : parse_role(role);
    // Certificates without a policy (TLS of M2M) have the role that the directory gives them.
    if (!stated && !is_file && sgp22::certificate_profile(need_entry(*dir, what).role).policies.empty() &&
        sgp22::certificate_profile(need_entry(*dir, what).role).issuer != nullptr)
      stated = need_entry(*dir, what).role;
    if (!stated) refuse("the certificate names no role of SGP.22", "give one with --role: " + role_list(), 2);
    const auto& profile = sgp22::certificate_profile(*stated);
    const auto* root_profile = &profile;
    while (root_profile->issuer != nullptr) root_profile = root_profile->issuer;
    const Material m = collect(*root_profile, dir);
    crypto::VerifyOptions options;
    options.crls = &m.crls;
    options.now = at.empty() ? SystemClock().now() : parse_time(at).value_or(Time{});
    if (!at.empty() && !parse_time(at))
      refuse("\"" + at + "\" is not a time", "write it like 2026-11-24T15:00:00Z", 2);
    const auto result = crypto::verify_certificate(certificate, profile, m.roots, m.intermediates, options);
    if (!result) {
      const auto* fault = result.error().as<VerificationFault>();
      if (as_json)
        std::printf("%s\n", json::serialize(json::object{{"valid", false},
                                                         {"role", crypto::to_string(*stated)},
                                                         {"check", fault ? to_string(fault->check) : "other"},
                                                         {"cause", result.error().message()}})
                                .c_str());
      refuse(result.error());
    }
    const auto& anchor = **result;
    const std::string root = anchor.certificate ? anchor.certificate->subject().text() : to_hex(anchor.ski);
    if (as_json) {
      std::printf("%s\n", json::serialize(json::object{{"valid", true},
                                                       {"role", crypto::to_string(*stated)},
                                                       {"root", root},
                                                       {"rootKeyIdentifier", to_hex(anchor.ski)}})
                              .c_str());
    } else {
      std::printf("valid %s: %s\n  chains to %s\n", std::string(profile.title).c_str(),
                  certificate.subject().text().c_str(), root.c_str());
    }
  }
};
}  // namespace

std::string render(const Certificate& c, Time now) {
  std::string out = title_of(c) + "\n";
  const auto line = [&](const char* label, const std::string& value) {
    char head[24];
    std::snprintf(head, sizeof head, "  %-12s ", label);
    if (!value.empty()) out += head + value + "\n";
  };
  line("subject", c.subject().text());
  line("issuer", c.issuer().text() + (c.self_issued() ? " (itself)" : ""));
  line("serial", to_hex(c.serial()));
  line("valid",
       format_time(c.not_before()) + " to " + format_time(c.not_after()) + ", " + validity_note(c, now));
  line("key", std::string(crypto::to_string(c.public_key().curve())) + " " +
                  to_hex(c.public_key().point().view().first(9)) + "…");
  line("key id", to_hex(c.subject_key_identifier()));
  line("issuer key", to_hex(c.authority_key_identifier()));
  line("policy", policy_text(c));
  line("key usage", c.key_usage() ? crypto::key_usage_text(*c.key_usage()) : "");
  line("purpose", purposes(c));
  if (const auto& b = c.basic_constraints(); b && b->ca)
    line("CA", b->path_length ? "yes, path length " + std::to_string(*b->path_length) : "yes");
  line("host", join(c.dns_names()));
  line("OID", join(dotted(c.registered_ids())));
  if (c.name_constraints())
    for (const auto& name : c.name_constraints()->permitted) line("may certify", name.text());
  for (const auto& ein : c.permitted_eins()) line("may certify", "EID " + ein + "…");
  line("CRL", join(c.crl_distribution_points()));
  line("critical", join(critical(c)));
  line("SHA-256", grouped(c.fingerprint().view()));
  return out;
}

json::object to_json(const Certificate& c) {
  json::object o{{"type", "certificate"},
                 {"title", title_of(c)},
                 {"subject", c.subject().text()},
                 {"issuer", c.issuer().text()},
                 {"serial", to_hex(c.serial())},
                 {"notBefore", format_time(c.not_before())},
                 {"notAfter", format_time(c.not_after())},
                 {"curve", crypto::to_string(c.public_key().curve())},
                 {"publicKey", to_hex(c.public_key().point())},
                 {"subjectKeyIdentifier", to_hex(c.subject_key_identifier())},
                 {"policies", strings(dotted(c.policies()))},
                 {"registeredIds", strings(dotted(c.registered_ids()))},
                 {"dnsNames", strings(c.dns_names())},
                 {"crlDistributionPoints", strings(c.crl_distribution_points())},
                 {"criticalExtensions", strings(critical(c))},
                 {"sha256", to_hex(c.fingerprint())},
                 {"pem", c.pem()}};
  if (const auto role = role_of(c)) o["role"] = crypto::to_string(*role);
  if (!c.authority_key_identifier().empty())
    o["authorityKeyIdentifier"] = to_hex(c.authority_key_identifier());
  if (c.key_usage()) o["keyUsage"] = crypto::key_usage_text(*c.key_usage());
  if (!c.extended_key_usage().empty()) o["extendedKeyUsage"] = purposes(c);
  if (const auto& b = c.basic_constraints()) o["ca"] = b->ca;
  if (c.name_constraints()) {
    std::vector<std::string> names;
    for (const auto& name : c.name_constraints()->permitted) names.push_back(name.text());
    o["permitted"] = strings(names);
  }
  return o;
}

std::string render(const crypto::PkiDirectory& dir, Time now) {
  std::string out = dir.path().string() + ": " + std::to_string(dir.entries().size()) + " certificates\n";
  std::size_t width = 4;
  for (const auto& e : dir.entries()) width = std::max(width, e.name.size());
  for (const auto& e : dir.entries()) {
    std::string note = validity_note(e.certificate, now);
    if (!e.has_key) note += ", no private key";
    if (dir.revoked(e)) note += ", REVOKED";
    out += "  " + e.name + std::string(width + 2 - e.name.size(), ' ') + e.certificate.subject().text() +
           " (" + note + ")\n";
  }
  for (const auto& e : dir.gp_entries())
    out += "  " + e.name + std::string(width + 2 - std::min(width + 1, e.name.size()), ' ') +
           crypto::title(e.kind) + " " + crypto::gp_subject_text(e.kind, e.certificate) + " (until " +
           e.certificate.fields().expiration + (e.has_key ? ")\n" : ", no private key)\n");
  return out;
}

std::string render(const crypto::GpEntry& e) {
  const auto& f = e.certificate.fields();
  std::string out = std::string(crypto::title(e.kind)) + "\n";
  const auto line = [&](const char* label, const std::string& value) {
    char head[24];
    std::snprintf(head, sizeof head, "  %-12s ", label);
    if (!value.empty()) out += head + value + "\n";
  };
  line("subject", crypto::gp_subject_text(e.kind, e.certificate));
  line("issuer", e.issuer + ", " + to_hex(f.ca_identifier));
  line("serial", to_hex(f.serial_number));
  line("valid", (f.effective ? *f.effective + " " : std::string()) + "to " + f.expiration);
  line("key", std::string(crypto::to_string(e.curve())) + " " +
                  to_hex(e.certificate.public_key().point().view().first(9)) + "…");
  line("issuer key", to_hex(f.authority_key_identifier));
  line("octets", to_hex(e.certificate.octets()));
  return out;
}

json::object to_json(const crypto::PkiDirectory& dir, const crypto::GpEntry& e) {
  const auto& f = e.certificate.fields();
  return {{"type", "cardCertificate"},
          {"title", crypto::title(e.kind)},
          {"name", e.name},
          {"role", crypto::to_string(e.kind)},
          {"subject", crypto::gp_subject_text(e.kind, e.certificate)},
          {"issuedBy", e.issuer},
          {"serial", to_hex(f.serial_number)},
          {"expiration", f.expiration},
          {"curve", crypto::to_string(e.curve())},
          {"publicKey", to_hex(e.certificate.public_key().point())},
          {"hasKey", e.has_key},
          {"file", dir.certificate_path(e).string()},
          {"octets", to_hex(e.certificate.octets())}};
}

json::array to_json(const crypto::PkiDirectory& dir) {
  json::array out;
  for (const auto& e : dir.entries()) {
    json::object o = to_json(e.certificate);
    o["name"] = e.name, o["role"] = crypto::to_string(e.role), o["issuedBy"] = e.issuer,
    o["hasKey"] = e.has_key;
    o["file"] = dir.certificate_path(e).string();
    o["revoked"] = dir.revoked(e);
    out.push_back(std::move(o));
  }
  for (const auto& e : dir.gp_entries()) out.push_back(to_json(dir, e));
  return out;
}

void declare_show(CLI::App& pki) {
  auto* sub = pki.add_subcommand("show", "Show a certificate, a CRL or a whole PKI directory");
  const auto o = std::make_shared<Show>();
  sub->add_option("what", o->what, "File (DER, PEM, base64) or name of an entry; nothing: the directory")
      ->type_name("FILE|NAME");
  o->directory.declare(*sub, false);
  sub->add_flag("--json", o->as_json, "Print JSON");
  sub->footer(
      "Examples:\n  eider pki show --dir pki\n  eider pki show --dir pki dpauth-p256\n  eider pki show "
      "CERT_EUM_ECDSA_NIST.der --json");
  sub->callback([o] { o->run(); });
}

void declare_verify(CLI::App& pki) {
  auto* sub = pki.add_subcommand("verify", "Verify a certificate in its role, up to a root");
  const auto o = std::make_shared<Verify>();
  sub->add_option("what", o->what, "File, or name of an entry")->required()->type_name("FILE|NAME");
  o->directory.declare(*sub, false);
  sub->add_option("--role", o->role, "Role it must have; default: the one it claims. One of: " + role_list());
  sub->add_option("--root", o->roots, "Trusted root certificate (several allowed)")->type_name("FILE");
  sub->add_option("--eum", o->eums, "EUM certificate for an eUICC (several allowed)")->type_name("FILE");
  sub->add_option("--crl", o->crls, "CRL to consult (several allowed)")->type_name("FILE");
  sub->add_option("--at", o->at, "Time to verify at, like 2026-11-24T15:00:00Z; default: now");
  sub->add_flag("--json", o->as_json, "Print JSON");
  sub->footer(
      "Examples:\n  eider pki verify --dir pki dptls-p256 --role dptls\n"
      "  eider pki verify card.der --role euicc --eum eum.der --root ci.der\nExit code 0: valid, 1: refused, "
      "2: wrong usage.");
  sub->callback([o] { o->run(); });
}

}  // namespace eider::app::pki
