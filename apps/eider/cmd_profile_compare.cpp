// eider profile diff, fit
#include <boost/json.hpp>
#include <cstdio>
#include <memory>

#include "cmd_lpa.hpp"
#include "cmd_profile.hpp"
#include "profile/diff.hpp"
#include "profile/fit.hpp"
#include "roles/lpa/es10b.hpp"

namespace eider::app::profile_command {

void declare_diff(CLI::App& profile) {
  struct Options {
    std::string first, second;
    bool json = false;
  };
  auto* sub =
      profile.add_subcommand("diff",
                             "Say what differs between two packages; exit code 0: nothing, 1: something, "
                             "2: trouble");
  auto o = std::make_shared<Options>();
  sub->add_option("first", o->first, "Package: DER or hexadecimal; - is standard input")
      ->required()
      ->type_name("FILE");
  sub->add_option("second", o->second, "Package to compare it with")->required()->type_name("FILE");
  sub->add_flag("--json", o->json, "As JSON");
  sub->callback([o] {
    if (o->first == "-" && o->second == "-") throw CommandError{2, "only one of them can be standard input"};
    Result<profile::PackageDiff> diff{profile::PackageDiff{}};
    try {
      const auto first = read_package_file(o->first), second = read_package_file(o->second);
      diff = profile::diff_packages(first, second);
      if (!diff) refuse(diff.error());
    } catch (CommandError& e) {  // 1 would say that they differ
      e.exit_code = 2;
      throw;
    }
    const auto text = o->json ? profile::to_json(*diff) : profile::to_text(*diff);
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (!diff->differences.empty()) throw CommandError{1, ""};
  });
}

namespace {

struct FitOptions {
  std::string file, info2;
  std::shared_ptr<lpa_cli::Options> card = std::make_shared<lpa_cli::Options>();
};

sgp22::EUICCInfo2 info2_of(const FitOptions& o) {
  if (o.info2.empty() && o.card->card.empty() && o.card->tcp.empty() && !o.card->use_pcsc &&
      !o.card->modem.chosen())
    throw CommandError{
        2, "name the eUICC: --euicc-info2, or one of --card, --tcp, --pcsc, --at, --qmi and --mbim"};
  if (!o.info2.empty()) {
    auto info = der::decode<sgp22::EUICCInfo2>(read_package_file(o.info2));
    if (!info) refuse(info.error(), o.info2);
    return *std::move(info);
  }
  const auto card = lpa_cli::open_card(*o.card);
  lpa::Es10Client es10(*card, lpa_cli::es10_options(*o.card));
  lpa_cli::must(es10.open(), *o.card);
  return lpa_cli::must(lpa::es10b::get_euicc_info2(es10), *o.card).value;
}

const char* verdict(const profile::Demand& d) {
  return !d.met ? "not told" : *d.met ? "met" : "NOT MET";
}

void print_fit(const std::vector<profile::Demand>& demands, bool json) {
  boost::json::array all;
  for (const auto& d : demands) {
    const bool unmet = !d.met.value_or(true);
    if (!json) {
      std::printf("%-9s %s%s%s\n", verdict(d), d.demand.c_str(), d.why.empty() ? "" : ": ", d.why.c_str());
      if (unmet && !d.remedy.empty()) std::printf("          remedy: %s\n", d.remedy.c_str());
      continue;
    }
    boost::json::object o{{"demand", d.demand}, {"why", d.why}};
    if (d.met)
      o["met"] = *d.met;
    else
      o["met"] = nullptr;
    if (unmet) o["remedy"] = d.remedy;
    all.push_back(std::move(o));
  }
  const bool fits = profile::fits(demands);
  if (json)
    std::puts(boost::json::serialize(boost::json::object{{"fits", fits}, {"demands", all}}).c_str());
  else
    std::puts(fits ? "the package fits" : "the package does not fit");
}

}  // namespace

void declare_fit(CLI::App& profile) {
  auto* sub = profile.add_subcommand("fit",
                                     "Say whether an eUICC can take a package, demand by demand; exit code 1 "
                                     "when it cannot, 2 when that is not known");
  auto o = std::make_shared<FitOptions>();
  sub->add_option("package", o->file, "Package: DER or hexadecimal; - is standard input")
      ->required()
      ->type_name("FILE");
  sub->add_option("--euicc-info2", o->info2, "EUICCInfo2 (BF22...) of the eUICC: DER or hexadecimal")
      ->type_name("FILE");
  lpa_cli::declare_card_options(*sub, o->card);
  sub->callback([o] {
    std::vector<profile::Demand> all;
    try {
      const auto demands = profile::demands_of(read_package_file(o->file));
      if (!demands) refuse(demands.error(), o->file);
      all = profile::fit(*demands, info2_of(*o));
    } catch (CommandError& e) {  // 1 would say that it does not fit
      e.exit_code = 2;
      throw;
    }
    print_fit(all, o->card->json);
    if (!profile::fits(all)) throw CommandError{1, ""};
  });
}

}  // namespace eider::app::profile_command
