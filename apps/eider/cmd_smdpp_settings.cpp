// The settings file of `eider smdpp`: TOML.
#include <sstream>

#include "cmd_smdpp.hpp"
#include "settings_file.hpp"

namespace eider::app::smdpp_cli {
namespace {

smdpp::CrlPolicy read_crl_policy(const SettingsTable& t) {
  smdpp::CrlPolicy out;
  out.distribution_points = t.flag("crl.distribution_points", true);
  out.locations = t.list("crl.locations");
  out.refresh = std::chrono::minutes(t.number("crl.refresh_minutes", 24 * 60, 1));
  out.retry = t.seconds("crl.retry_seconds", std::chrono::minutes(15));
  out.require_current = t.flag("crl.require_current", false);
  return out;
}

}  // namespace

Settings read_settings(const std::filesystem::path& dir) {
  const auto t =
      read_settings_file(dir, kSmdpp,
                         {"address", "pki", "oid", "passphrase_file", "es9plus", "es2plus", "metrics",
                          "workers", "limits", "web_roots", "resolve", "notification_roots", "crl"});
  Settings s;
  s.addresses = t.list("address");
  s.pki = t.text("pki");
  s.oid = t.text("oid");
  s.passphrase_file = t.text("passphrase_file");
  s.es9plus = t.text("es9plus", s.es9plus);
  s.es2plus = t.text("es2plus", s.es2plus);
  s.metrics = t.text("metrics", s.metrics);
  s.workers = t.workers(s.workers);
  s.web_roots = t.flag("web_roots", false);
  s.notification_roots = t.list("notification_roots");
  s.limits.session_lifetime = t.seconds("limits.session_seconds", std::chrono::seconds(900));
  s.limits.sessions_per_peer = static_cast<std::size_t>(t.number("limits.sessions_per_peer", 256, 1));
  s.limits.sessions_per_eid = static_cast<std::size_t>(t.number("limits.sessions_per_eid", 4, 1));
  s.crl = read_crl_policy(t);
  s.resolve = t.pairs("resolve");
  if (s.addresses.empty()) t.refuse("no address", "address = [\"smdpp.example.com\"]");
  return s;
}

std::string write_settings(const Settings& s) {
  toml::array addresses;
  for (const auto& a : s.addresses) addresses.push_back(a);
  toml::table t{{"address", addresses},
                {"pki", s.pki},
                {"oid", s.oid},
                {"passphrase_file", s.passphrase_file},
                {"es9plus", s.es9plus},
                {"es2plus", s.es2plus},
                {"metrics", s.metrics},
                {"workers", std::int64_t{s.workers}},
                {"web_roots", s.web_roots},
                {"notification_roots", toml::array{}},
                {"resolve", toml::table{}},
                {"crl", toml::table{{"distribution_points", true},
                                    {"locations", toml::array{}},
                                    {"refresh_minutes", std::int64_t{24 * 60}},
                                    {"retry_seconds", std::int64_t{15 * 60}},
                                    {"require_current", false}}},
                {"limits", toml::table{{"session_seconds", std::int64_t{900}},
                                       {"sessions_per_peer", std::int64_t{256}},
                                       {"sessions_per_eid", std::int64_t{4}}}}};
  std::ostringstream out;
  out << "# SM-DP+ of Eider. oid chooses the SM-DP+ when the PKI has several; empty: the first. Listening "
         "addresses are host:port; resolve maps \"host:port\" to "
         "\"address:port\". crl.locations\n# are URLs and files beside those that certificates name; with "
         "crl.require_current, eUICCs of a CI\n# without a current CRL are refused.\n"
      << t << "\n";
  return out.str();
}

}  // namespace eider::app::smdpp_cli
