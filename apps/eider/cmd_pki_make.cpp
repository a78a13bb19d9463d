// eider pki init, issue
#include <cstdio>

#include "cmd_pki.hpp"

namespace eider::app::pki {
namespace {
using crypto::CertificateRole;
using crypto::Curve;
using crypto::PkiEntry;
using crypto::PrivateKey;

der::Oid parse_oid(const std::string& text) {
  if (const auto oid = der::Oid::parse(text)) return *oid;
  refuse("\"" + text + "\" is not an object identifier", "write it dotted, like 2.999.10", 2);
}

void check_iin(const std::string& iin) {
  if (iin.empty() || iin.size() > 32 || iin.find_first_not_of("0123456789") != std::string::npos)
    refuse("\"" + iin + "\" is not an EID prefix", "give decimal digits, usually 8, like 89049032", 2);
}

void check_host(const std::string& host) {
  const bool bad =
      host.empty() || host.size() > 253 || host.front() == '.' || host.front() == '-' ||
      host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-*") !=
          std::string::npos;
  if (bad) refuse("\"" + host + "\" is not a host name", "give the name only, like smdpp.example.com", 2);
}

void print_directory(const crypto::PkiDirectory& dir, bool as_json) {
  if (as_json) {
    std::printf("%s\n", boost::json::serialize(to_json(dir)).c_str());
  } else {
    std::fputs(render(dir, SystemClock().now()).c_str(), stdout);
  }
}

struct Init {
  std::string out, curve = "p256", smdp_oid, smds_oid, m2m_host;
  crypto::PkiPlan plan;
  bool m2m = false;
  std::size_t smsrs = 2;
  PassphraseOptions passphrase;
  bool json = false;

  void run() {
    if (curve == "both") {
      plan.curves = {Curve::kP256, Curve::kBrainpoolP256r1};
    } else {
      plan.curves = {parse_curve(curve)};
    }
    for (const auto& iin : plan.iins) check_iin(iin);
    check_host(plan.smdp_host), check_host(plan.smds_host), check_host(plan.operator_host);
    if (!smdp_oid.empty()) plan.smdp_oid = parse_oid(smdp_oid);
    if (!smds_oid.empty()) plan.smds_oid = parse_oid(smds_oid);
    plan.now = SystemClock().now();
    SystemRandom random;
    auto dir = need(crypto::PkiDirectory::create(out, passphrase.source()));
    const auto items = need(crypto::build_pki(sgp22::certificate_profiles(), plan, random));
    for (const auto& item : items) need(dir.add(item));
    if (m2m) add_m2m(dir, items, random);
    print_directory(dir, json);
  }

  // One host for all is what a demonstration on one machine needs.
  void add_m2m(crypto::PkiDirectory& dir, const std::vector<crypto::PkiItem>& items, Random& random) const {
    crypto::M2mPlan parties;
    parties.smsr_hosts.clear();
    for (std::size_t i = 0; i < smsrs; ++i)
      parties.smsr_hosts.push_back(!m2m_host.empty() ? m2m_host
                                   : i == 0          ? "smsr.example.com"
                                                     : "smsr" + std::to_string(i + 1) + ".example.com");
    if (!m2m_host.empty()) {
      check_host(m2m_host);
      parties.smdp_host = parties.eum_host = parties.mno_host = parties.m2msp_host = m2m_host;
    }
    const auto made =
        need(crypto::build_m2m_pki(sgp22::certificate_profiles(), plan, parties, items, random));
    for (const auto& item : made.tls) need(dir.add(item));
    for (const auto& item : made.cards) need(dir.add(item));
  }
};

struct Issue {
  DirectoryOptions directory;
  std::string role, curve = "p256", subject, oid, eid, name, issuer, public_key, crl_uri;
  std::vector<std::string> hosts, iins;
  int days = 0;
  bool json = false;

  const crypto::CertificateProfile& profile() const { return sgp22::certificate_profile(parse_role(role)); }

  const PkiEntry* find_issuer(const crypto::PkiDirectory& dir) const {
    if (profile().issuer == nullptr) return nullptr;
    const auto wanted = profile().issuer->role;
    const PkiEntry* entry = issuer.empty() ? dir.find(wanted, parse_curve(curve)) : &need_entry(dir, issuer);
    if (entry == nullptr || entry->role != wanted)
      refuse(std::string(profile().title) + " needs an issuer of role " + crypto::to_string(wanted) + " on " +
                 curve + ", and there is none in " + dir.path().string(),
             "name one with --issuer, or choose another --curve");
    return entry;
  }

  crypto::Name make_subject(const crypto::PkiDirectory& dir, const PkiEntry* parent) const {
    if (profile().role == CertificateRole::kEuicc) {
      const auto bcd = from_hex(eid);
      const auto value = bcd ? FixedBytes<16>::from(*bcd) : std::nullopt;
      if (!value) refuse("an eUICC certificate needs --eid with 32 decimal digits", {}, 2);
      return need(crypto::euicc_subject(parent->certificate, *value));
    }
    if (!subject.empty()) return need(crypto::Name::from_text(subject));
    if (const auto* like = dir.find(profile().role)) {
      if (hosts.empty()) return like->certificate.subject();
      const auto* organization = like->certificate.subject().find(crypto::attribute::kOrganization);
      return crypto::Name::make({{crypto::attribute::kOrganization, organization ? *organization : "Eider"},
                                 {crypto::attribute::kCommonName, hosts.front()}});
    }
    refuse("no subject for the certificate", "give one like --subject \"O=ACME,CN=SM-DP+ 2\"", 2);
  }

  crypto::CertificateRequest make_request(const crypto::PkiDirectory& dir, const PkiEntry* parent,
                                          const crypto::PublicKey& key, Random& random) const {
    const auto* like = dir.find(profile().role);
    const Time now = SystemClock().now();
    crypto::CertificateRequest r{.subject = make_subject(dir, parent),
                                 .public_key = key,
                                 .serial = crypto::random_serial(random),
                                 .not_before = now,
                                 .not_after = now + std::chrono::hours(24) * (days > 0 ? days : 3 * 365),
                                 .registered_id = {},
                                 .dns_names = hosts,
                                 .permitted = {},
                                 .crl_distribution_points = {}};
    if (profile().role == CertificateRole::kEuicc && days == 0) r.not_after = parent->certificate.not_after();
    if (!oid.empty()) {
      r.registered_id = parse_oid(oid);
    } else if (like != nullptr && !like->certificate.registered_ids().empty()) {
      r.registered_id = like->certificate.registered_ids().front();
    }
    if (profile().extended_key_usage == crypto::ExtendedKeyUsageRule::kTlsServer && hosts.empty() &&
        like != nullptr)
      r.dns_names = like->certificate.dns_names();
    const auto* organization = r.subject.find(crypto::attribute::kOrganization);
    for (const auto& iin : iins)
      r.permitted.push_back(
          crypto::Name::make({{crypto::attribute::kOrganization, organization ? *organization : ""},
                              {crypto::attribute::kSerialNumber, iin}}));
    if (!crl_uri.empty()) {
      r.crl_distribution_points = {crl_uri};
    } else if (parent != nullptr) {
      r.crl_distribution_points = parent->certificate.crl_distribution_points();
    }
    return r;
  }

  // CERT.DP.ECDSA and CERT.SR.ECDSA by a CI, CERT.ECASD.ECKA by an EUM.
  void run_for_card(crypto::GpCertificateKind kind) {
    auto dir = directory.open();
    const bool ecasd = kind == crypto::GpCertificateKind::kEcasd;
    const auto wanted = ecasd ? CertificateRole::kEum : CertificateRole::kCi;
    const PkiEntry* parent = issuer.empty() ? dir.find(wanted, parse_curve(curve)) : &need_entry(dir, issuer);
    if (parent == nullptr || parent->role != wanted)
      refuse(std::string(crypto::title(kind)) + " needs an issuer of role " + crypto::to_string(wanted),
             "name one with --issuer, or choose another --curve");
    Bytes whom;
    if (ecasd) {
      const auto bcd = from_hex(eid);
      if (!bcd || bcd->size() != 16)
        refuse("an ECASD's certificate needs --eid with 32 decimal digits", {}, 2);
      whom = *bcd;
    } else {
      if (oid.empty()) refuse("the certificate needs --oid, of the SM-DP or SM-SR", {}, 2);
      whom = to_bytes(parse_oid(oid).content());
    }
    SystemRandom random;
    auto item = need(crypto::build_gp_certificate(kind, whom, parent->certificate,
                                                  *need(dir.signing_key(*parent)), parent->name,
                                                  SystemClock().now(), days > 0 ? days : 10 * 365, random));
    if (!name.empty()) item.name = name;
    const auto added = need(dir.add(item));
    const auto& entry = *dir.find_gp(added);
    if (json)
      std::printf("%s\n", boost::json::serialize(to_json(dir, entry)).c_str());
    else
      std::printf("issued %s\n%s", added.c_str(), render(entry).c_str());
  }

  void run() {
    if (const auto kind = crypto::gp_kind_from(role)) return run_for_card(*kind);
    for (const auto& iin : iins) check_iin(iin);
    for (const auto& host : hosts) check_host(host);
    if (profile().role == CertificateRole::kEum && iins.empty())
      refuse("an EUM certificate needs --iin, the EID prefixes it may use", {}, 2);
    auto dir = directory.open();
    const PkiEntry* parent = find_issuer(dir);
    SystemRandom random;
    std::optional<PrivateKey> key;
    const Curve on = parent != nullptr ? parent->curve() : parse_curve(curve);
    if (public_key.empty()) key = PrivateKey::generate(on, random);
    const auto pub = key ? key->public_key() : need(crypto::PublicKey::from_spki(read_file(public_key)));
    if (!key && parent == nullptr) refuse("a root signs itself: --public-key cannot be used for it", {}, 2);
    const auto signer = parent != nullptr ? need(dir.signing_key(*parent)) : crypto::make_signing_key(*key);
    auto certificate = need(crypto::issue_certificate(profile(), make_request(dir, parent, pub, random),
                                                      parent ? &parent->certificate : nullptr, *signer));
    std::string item = name.empty() ? crypto::item_name(profile().role, on) : name;
    if (name.empty() && !eid.empty()) item += "-" + eid;
    const std::string added =
        need(dir.add({item, profile().role, certificate, key, parent ? parent->name : item}));
    if (json) {
      auto object = to_json(certificate);
      object["name"] = added;
      std::printf("%s\n", boost::json::serialize(object).c_str());
    } else {
      std::printf("issued %s\n%s", added.c_str(), render(certificate, SystemClock().now()).c_str());
    }
  }
};
}  // namespace

void declare_init(CLI::App& pki) {
  auto* sub = pki.add_subcommand("init", "Make a whole test PKI: CI, EUM, SM-DP+, SM-DS, operator");
  const auto o = std::make_shared<Init>();
  sub->add_option("--out", o->out, "Directory to make")->required()->type_name("DIR");
  sub->add_option("--curve", o->curve, "p256, brainpool or both")->capture_default_str();
  sub->add_option("--smdp-host", o->plan.smdp_host, "Host name of the SM-DP+ (dNSName of DPtls)")
      ->capture_default_str();
  sub->add_option("--smds-host", o->plan.smds_host, "Host name of the SM-DS")->capture_default_str();
  sub->add_option("--operator-host", o->plan.operator_host,
                  "Host name under which the operator takes ES2+ notifications")
      ->capture_default_str();
  sub->add_option("--smdp-oid", o->smdp_oid, "OID of the SM-DP+ (default 2.999.10)");
  sub->add_option("--smds-oid", o->smds_oid, "OID of the SM-DS (default 2.999.15)");
  sub->add_option("--iin", o->plan.iins, "EID prefixes the EUM may use")->capture_default_str();
  sub->add_option("--eum", o->plan.eum_organization, "Organization of the EUM")->capture_default_str();
  sub->add_option("--smdp", o->plan.smdp_organization, "Organization of the SM-DP+")->capture_default_str();
  sub->add_option("--operator", o->plan.operator_name, "Name of the operator, client of ES2+")
      ->capture_default_str();
  sub->add_option("--crl-uri", o->plan.crl_uri, "Where the CRL will be published")->capture_default_str();
  sub->add_flag("--m2m", o->m2m,
                "Also the parties of M2M: SM-DP, SM-SRs, EUM, MNO, M2M SP (TLS, and 7F21 for cards)");
  sub->add_option("--m2m-host", o->m2m_host, "Host name of all of these; default: one each below example.com")
      ->needs("--m2m");
  sub->add_option("--smsrs", o->smsrs, "How many SM-SRs")
      ->check(CLI::Range(1, 99))
      ->capture_default_str()
      ->needs("--m2m");
  sub->add_flag("--json", o->json, "List the result as JSON");
  o->passphrase.declare(*sub);
  sub->footer(
      "Examples:\n  eider pki init --out pki --smdp-host smdpp.example.com\n"
      "  eider pki init --out pki --m2m --m2m-host localhost\n"
      "  eider pki init --out pki --curve both --passphrase-file secret.txt\n"
      "The CI key of a test PKI must never be trusted by cards in the field.");
  sub->callback([o] { o->run(); });
}

void declare_issue(CLI::App& pki) {
  auto* sub = pki.add_subcommand("issue", "Issue one more certificate of a role");
  const auto o = std::make_shared<Issue>();
  o->directory.declare(*sub, true);
  sub->add_option("--role", o->role, "One of: " + role_list() + "; for cards of M2M certdp, certsr, ecasd")
      ->required();
  sub->add_option("--curve", o->curve, "p256 or brainpool")->capture_default_str();
  sub->add_option("--subject", o->subject,
                  "Distinguished name; default: that of the newest certificate of the role");
  sub->add_option("--oid", o->oid, "registeredID; default: as above");
  sub->add_option("--host", o->hosts, "dNSName of a TLS certificate (several allowed)");
  sub->add_option("--iin", o->iins, "EID prefixes of an EUM (several allowed)");
  sub->add_option("--eid", o->eid, "EID of an eUICC");
  sub->add_option("--issuer", o->issuer,
                  "Name of the issuing entry; default: the newest of its role and curve");
  sub->add_option("--public-key", o->public_key,
                  "Certify this key (SubjectPublicKeyInfo) instead of a new one")
      ->type_name("FILE");
  sub->add_option("--crl-uri", o->crl_uri, "CRL distribution point; default: the issuer's");
  sub->add_option("--days", o->days, "Validity; default: 3 years, an eUICC as long as its EUM")
      ->check(CLI::Range(1, 365 * 200));
  sub->add_option("--name", o->name, "Name of the entry; default: role and curve");
  sub->add_flag("--json", o->json, "Print the certificate as JSON");
  sub->footer(
      "Examples:\n  eider pki issue --dir pki --role euicc --eid 89049032123451234512345678901235\n"
      "  eider pki issue --dir pki --role certsr --oid 2.999.22\n"
      "  eider pki issue --dir pki --role dptls --host smdpp2.example.com --oid 2.999.12\n"
      "  eider pki issue --dir pki --role eum --iin 89044099 --subject \"O=Other EUM,CN=EUM\"");
  sub->callback([o] { o->run(); });
}

}  // namespace eider::app::pki
