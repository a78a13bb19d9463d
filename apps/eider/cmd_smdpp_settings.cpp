// The settings file of `eider smdpp`: TOML.
#include <sstream>
#include <toml++/toml.h>

#include "cmd_smdpp.hpp"

namespace eider::app::smdpp_cli {
namespace {

std::vector<std::string> strings(const toml::table& table, const char* name) {
  std::vector<std::string> out;
  if (const auto* list = table[name].as_array())
    for (const auto& v : *list)
      if (const auto s = v.value<std::string>()) out.push_back(*s);
  return out;
}

void check_names(const toml::table& table, const std::filesystem::path& file) {
  constexpr std::string_view kKnown[] = {
      "address", "pki",       "oid",     "passphrase_file",    "es9plus", "es2plus", "metrics", "workers",
      "limits",  "web_roots", "resolve", "notification_roots", "crl"};
  for (const auto& [key, value] : table)
    if (std::ranges::find(kKnown, key.str()) == std::end(kKnown))
      stop(file.string() + ": unknown setting \"" + std::string(key.str()) + "\"",
           "eider smdpp init writes all of them");
}

}  // namespace

Settings read_settings(const std::filesystem::path& file) {
  toml::table t;
  try {
    t = toml::parse_file(file.string());
  } catch (const toml::parse_error& e) {
    std::ostringstream what;
    what << file.string() << ": " << e;
    stop(what.str(), "make the directory with eider smdpp init, or correct the file");
  }
  check_names(t, file);
  Settings s;
  s.addresses = strings(t, "address");
  s.pki = t["pki"].value_or("");
  s.oid = t["oid"].value_or("");
  s.passphrase_file = t["passphrase_file"].value_or("");
  s.es9plus = t["es9plus"].value_or(s.es9plus);
  s.es2plus = t["es2plus"].value_or(s.es2plus);
  s.metrics = t["metrics"].value_or(s.metrics);
  s.workers = static_cast<unsigned>(t["workers"].value_or(std::int64_t{s.workers}));
  s.web_roots = t["web_roots"].value_or(false);
  s.notification_roots = strings(t, "notification_roots");
  const auto limits = t["limits"];
  s.limits.session_lifetime = std::chrono::seconds(limits["session_seconds"].value_or(std::int64_t{900}));
  s.limits.sessions_per_peer =
      static_cast<std::size_t>(limits["sessions_per_peer"].value_or(std::int64_t{256}));
  s.limits.sessions_per_eid = static_cast<std::size_t>(limits["sessions_per_eid"].value_or(std::int64_t{4}));
  if (const auto* crl = t["crl"].as_table()) {
    s.crl.distribution_points = (*crl)["distribution_points"].value_or(true);
    s.crl.locations = strings(*crl, "locations");
    s.crl.refresh = std::chrono::minutes((*crl)["refresh_minutes"].value_or(std::int64_t{24 * 60}));
    s.crl.retry = std::chrono::seconds((*crl)["retry_seconds"].value_or(std::int64_t{15 * 60}));
    s.crl.require_current = (*crl)["require_current"].value_or(false);
    if (s.crl.refresh <= Duration(0) || s.crl.retry <= Duration(0))
      stop(file.string() + ": crl.refresh_minutes and crl.retry_seconds must be above 0");
  }
  if (const auto* resolve = t["resolve"].as_table())
    for (const auto& [key, value] : *resolve)
      if (const auto to = value.value<std::string>()) s.resolve[std::string(key.str())] = *to;
  if (s.addresses.empty()) stop(file.string() + ": no address", "address = [\"smdpp.example.com\"]");
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
