// eider pki revoke, crl
#include <cstdio>
#include <fstream>

#include "cmd_pki.hpp"
#include "codec/base64.hpp"

namespace eider::app::pki {
namespace {
using crypto::CertificateRole;

struct Reason {
  const char* name;
  std::uint8_t code;
};
// RFC 5280 section 5.3.1; SGP.22 section 4.6 does not use certificateHold.
constexpr Reason kReasons[] = {{"unspecified", 0},        {"keyCompromise", 1}, {"cACompromise", 2},
                               {"affiliationChanged", 3}, {"superseded", 4},    {"cessationOfOperation", 5}};

std::string reason_list() {
  std::string out;
  for (const auto& r : kReasons) out += (out.empty() ? "" : ", ") + std::string(r.name);
  return out;
}

struct Revoke {
  DirectoryOptions directory;
  std::string name, reason = "keyCompromise";

  void run() const {
    const auto* known =
        std::ranges::find(kReasons, reason, [](const Reason& r) { return std::string(r.name); });
    if (known == std::end(kReasons))
      refuse("unknown reason \"" + reason + "\"", "one of: " + reason_list(), 2);
    auto dir = directory.open();
    const auto& entry = need_entry(dir, name);
    const std::string issuer = entry.issuer;
    need(dir.revoke(entry, SystemClock().now(), known->code));
    std::printf("revoked %s; publish it with `eider pki crl --dir %s --issuer %s`\n", name.c_str(),
                dir.path().c_str(), issuer.c_str());
  }
};

struct IssueCrl {
  DirectoryOptions directory;
  std::string issuer, out;
  int days = 30;
  bool segmented = false, base64 = false;

  const crypto::PkiEntry& find_issuer(const crypto::PkiDirectory& dir) const {
    if (!issuer.empty()) return need_entry(dir, issuer);
    const auto all = dir.find_all(CertificateRole::kCi);
    if (all.size() == 1) return *all.front();
    refuse("the PKI has " + std::to_string(all.size()) + " CIs", "name one with --issuer", 2);
  }

  void run() const {
    auto dir = directory.open();
    const auto& root = find_issuer(dir);
    const std::string name = root.name;
    const auto lists =
        need(dir.issue_crl(root, SystemClock().now(), std::chrono::hours(24) * days, segmented));
    const Bytes content = segmented ? crypto::encode_segments(lists) : to_bytes(lists.front().der());
    if (!out.empty()) {
      const std::string text = base64 ? base64_encode(content) : std::string(as_text(content));
      std::ofstream file(out, std::ios::binary | std::ios::trunc);
      file << text << std::flush;
      if (!file) refuse("cannot write " + out);
    }
    std::size_t entries = 0;
    for (const auto& crl : lists) entries += crl.entries().size();
    std::printf("CRL %llu of %s: %zu revoked, %zu %s, next update %s\n",
                static_cast<unsigned long long>(lists.front().number()), name.c_str(), entries, lists.size(),
                lists.size() == 1 ? "part" : "segments", format_time(*lists.front().next_update()).c_str());
  }
};
}  // namespace

void declare_revoke(CLI::App& pki) {
  auto* sub = pki.add_subcommand("revoke", "Mark a certificate as revoked, for the next CRL");
  const auto o = std::make_shared<Revoke>();
  sub->add_option("name", o->name, "Name of the entry")->required();
  o->directory.declare(*sub, true);
  sub->add_option("--reason", o->reason, reason_list())->capture_default_str();
  sub->footer(
      "Examples:\n  eider pki revoke --dir pki dpauth-p256 --reason superseded\nA revocation cannot be taken "
      "back.");
  sub->callback([o] { o->run(); });
}

void declare_crl(CLI::App& pki) {
  auto* sub = pki.add_subcommand("crl", "Issue the next CRL of a CI");
  const auto o = std::make_shared<IssueCrl>();
  o->directory.declare(*sub, true);
  sub->add_option("--issuer", o->issuer, "Name of the issuing entry; default: the only CI");
  sub->add_option("--days", o->days, "Days until the next update")
      ->capture_default_str()
      ->check(CLI::Range(1, 3650));
  sub->add_flag("--segmented", o->segmented, "Parts of at most 1024 octets, for cards");
  sub->add_option("--out", o->out, "Write it here too (it is kept in DIR/crl)")->type_name("FILE");
  sub->add_flag("--base64", o->base64, "Write FILE as base64, the form of the HTTP download");
  sub->footer(
      "Examples:\n  eider pki crl --dir pki\n  eider pki crl --dir pki --issuer ci-p256 --segmented --out "
      "CRL.b64 --base64");
  sub->callback([o] { o->run(); });
}

}  // namespace eider::app::pki
