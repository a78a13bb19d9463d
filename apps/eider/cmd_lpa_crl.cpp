// eider lpa crl: revocation lists into the card (ES10b.LoadCRL, SGP.22 v2.6.1 sections 4.6 and 5.7.12).
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <set>

#include "cmd_lpa.hpp"
#include "command.hpp"
#include "crypto/certificate.hpp"
#include "net/http_get.hpp"
#include "roles/lpa/procedures/crl.hpp"

namespace eider::app::lpa_cli {
namespace {
namespace bj = boost::json;
constexpr std::size_t kMaxCrl = 1024 * 1024;

Bytes read_crl_file(const std::string& path, const Options& o) {
  std::ifstream in(path, std::ios::binary);
  if (!in) fail_with(LocalFault{"cannot read " + path, "Name the file of a CRL: DER, PEM or base64."}, o);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (text.size() > kMaxCrl) fail_with(LocalFault{path + " is too large for a CRL", ""}, o);
  return to_bytes(as_bytes(text));
}

bj::object to_json(const lpa::CrlLoad& l) {
  bj::array missing;
  for (const auto n : l.missing) missing.push_back(n);
  return {{"issuer", to_hex(l.issuer)}, {"crlNumber", l.number}, {"revoked", l.revoked},
          {"loadedParts", l.loaded},    {"parts", l.parts},      {"missingParts", std::move(missing)}};
}

void load_all(const Options& o, const std::vector<Bytes>& files) {
  Session s(o);
  std::vector<lpa::CrlLoad> all;
  for (const auto& file : files)
    for (auto& load : must(lpa::load_crls(s.lpa(), file), o)) all.push_back(std::move(load));
  if (o.json) {
    bj::array out;
    for (const auto& l : all) out.push_back(to_json(l));
    return print_json(bj::object{{"crls", std::move(out)}});
  }
  for (const auto& l : all) {
    std::printf("CRL %llu of CI %s: %zu revoked, %zu of %zu parts loaded\n",
                static_cast<unsigned long long>(l.number), to_hex(l.issuer).c_str(), l.revoked, l.loaded,
                l.parts);
    if (!l.missing.empty()) std::printf("  the card still lacks %zu parts\n", l.missing.size());
  }
}

// Where the CIs of --pki and --ca publish their lists.
std::vector<std::string> distribution_points(const Options& o) {
  std::set<std::string> uris;
  for (const auto& der : must(ci_certificates(o), o)) {
    const auto certificate = must(crypto::Certificate::parse(der), o);
    for (const auto& uri : certificate.crl_distribution_points()) uris.insert(uri);
  }
  if (uris.empty())
    fail_with(LocalFault{"no CI certificate names a CRL distribution point",
                         "Give the URI of the list, or the CI certificate with --ca FILE or --pki DIR."},
              o);
  return {uris.begin(), uris.end()};
}

void fetch(const Options& o, std::vector<std::string> uris) {
  if (uris.empty()) uris = distribution_points(o);
  net::HttpGetOptions options;
  options.max_body = kMaxCrl;
  options.resolve = resolve_rules(o);
  std::vector<Bytes> bodies;
  for (const auto& uri : uris) {
    std::fprintf(stderr, "Fetch %s\n", printable(uri).c_str());
    bodies.push_back(must(net::http_get(lpa::segmented_crl_uri(uri), options), o));
  }
  load_all(o, bodies);
}
}  // namespace

void declare_crl(CLI::App& lpa, const std::shared_ptr<Options>& o) {
  auto* group = lpa.add_subcommand("crl", "Certificate revocation lists for the card")->require_subcommand(1);
  auto files = std::make_shared<std::vector<std::string>>();
  auto* load = group->add_subcommand("load", "Load them from files: DER, PEM, base64 or segments");
  load->add_option("FILE", *files, "A CRL, as a CI publishes it or `eider pki crl --out` writes it")
      ->required();
  load->callback([o, files] {
    std::vector<Bytes> bodies;
    for (const auto& file : *files) bodies.push_back(read_crl_file(file, *o));
    load_all(*o, bodies);
  });
  auto uris = std::make_shared<std::vector<std::string>>();
  auto* get = group->add_subcommand("fetch", "Fetch them from distribution points and load them");
  get->add_option("URI", *uris, "http://…; default: what the CI certificates of --pki and --ca name");
  get->callback([o, uris] { fetch(*o, *uris); });
}

}  // namespace eider::app::lpa_cli
