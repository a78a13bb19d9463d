#include "cmd_eum_m2m.hpp"

#include <boost/json.hpp>

#include "base/clock.hpp"
#include "cmd_pki.hpp"
#include "cmd_smdpp.hpp"
#include "codec/tlv.hpp"
#include "crypto/aes.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::app::eum_m2m {
namespace {
using pki::need;
using pki::refuse;
namespace json = boost::json;

std::string numbered(std::string name, std::uint64_t number) {
  const auto at = name.find("{n}");
  return at == std::string::npos ? name : name.replace(at, 3, std::to_string(number));
}

// First three octets of AES over 01 01 … 01 (SGP.02 v4.2 section 2.3.3).
std::string check_value(const Secret& key) {
  crypto::AesBlock ones;
  std::ranges::fill(ones, std::uint8_t{0x01});
  return to_hex(need(crypto::Aes::make(key.view())).encrypt_block(ones).view().first(3));
}

json::array key_sets(const eum::M2m& m) {
  json::array out;
  std::optional<std::uint8_t> version;
  for (const auto& key : m.isdRKeys) {
    if (version != key.keyVersion) {
      version = key.keyVersion;
      json::object set{{"version", key.keyVersion}, {"type", key.keyVersion <= 0x0F ? "SCP80" : "SCP81"}};
      if (key.keyVersion <= 0x0F) set["counter"] = 0;
      set["keys"] = json::array();
      out.push_back(std::move(set));
    }
    out.back().as_object()["keys"].as_array().push_back(json::object{{"index", key.keyIdentifier},
                                                                     {"type", key.keyType},
                                                                     {"kcv", check_value(key.value)},
                                                                     {"value", to_hex(key.value.view())}});
  }
  return out;
}
}  // namespace

void Options::declare(CLI::App& sub) {
  auto* m2m =
      sub.add_flag("--m2m", wanted,
                   "The M2M architecture (SGP.02): ISD-R with keys of SCP80 and SCP81, ECASD with its "
                   "certificate; beside each card CARD.eis.json with what its EIS needs");
  const auto option = [&](const char* name, std::string& to, const char* what) {
    sub.add_option(name, to, what)->type_name("PACKAGE")->needs(m2m);
  };
  sub.add_option("--bootstrap", bootstrap,
                 "M2M: a Profile that is on the card from the start; may be repeated; {n} in the name stands "
                 "for the number of the card. The first one is enabled and the fall-back, unless others are")
      ->type_name("PACKAGE")
      ->needs(m2m);
  option("--bootstrap-enabled", enabled, "M2M: the bootstrap package that is enabled");
  option("--fallback", fallback, "M2M: the bootstrap package with the fall-back attribute");
  option("--emergency", emergency, "M2M: the bootstrap package with the emergency attribute");
  option("--test-profile", test, "M2M: the bootstrap package that is the test Profile");
  sub.add_option("--smsr-number", smsr_number, "M2M: number of the first SM-SR, international digits")
      ->needs(m2m);
  sub.add_option("--smsr-https", https,
                 "M2M: parameters of HTTPS sessions with the SM-SR, in hexadecimal (84, 85, 86 and 89 of "
                 "GlobalPlatform Amendment B)")
      ->type_name("HEX")
      ->needs(m2m);
  sub.add_flag("--also-consumer", consumer,
               "M2M: the card also has the credentials of the consumer architecture")
      ->needs(m2m);
}

eum::M2mModel Options::model(std::uint64_t number) const {
  eum::M2mModel m;
  m.consumer = consumer;
  if (!smsr_number.empty()) m.sms_address = smsr_number;
  if (!https.empty()) {
    const auto octets = from_hex(https);
    if (!octets || !read_tlvs(*octets)) refuse("--smsr-https is no sequence of TLVs in hexadecimal", "", 2);
    m.other_addressing = make_tlv(0xA5, *octets);
  }
  for (const auto* named : {&enabled, &fallback, &emergency, &test})
    if (!named->empty() && std::ranges::find(bootstrap, *named) == bootstrap.end())
      refuse(*named + " is none of the --bootstrap packages", "", 2);
  for (const auto& package : bootstrap) {
    eum::M2mProfile profile;
    profile.package = pki::read_file(numbered(package, number));
    profile.enabled = enabled.empty() ? package == bootstrap.front() : package == enabled;
    profile.fallback = package == fallback;
    profile.emergency = package == emergency;
    profile.test = package == test;
    m.profiles.push_back(std::move(profile));
  }
  return m;
}

std::filesystem::path write_eis(const eum::M2mCard& card, std::uint32_t free_memory,
                                const std::filesystem::path& card_file) {
  const auto& p = card.personalisation;
  json::array profiles;
  for (const auto& profile : card.profiles)
    profiles.push_back(json::object{{"iccid", sgp22::iccid_digits(profile.iccid)},
                                    {"isdpAid", to_hex(profile.isdp_aid)},
                                    {"state", profile.enabled ? "Enabled" : "Disabled"},
                                    {"fallbackAttribute", profile.fallback},
                                    {"emergencyAttribute", profile.emergency},
                                    {"profileType", profile.type},
                                    {"pol1", profile.pol1}});
  const auto domain = [&](std::span<const std::uint8_t> aid) {
    return json::object{{"aid", to_hex(aid)}, {"sin", to_hex(p.m2m->sin)}, {"sdin", to_hex(p.m2m->sdin)}};
  };
  auto ecasd = domain(sgp22::kEcasdAid), isd_r = domain(sgp22::kIsdRAid);
  ecasd["certificate"] = to_hex(p.m2m->ecasdCertificate);
  isd_r["keySets"] = key_sets(*p.m2m);
  const json::object out{
      {"eid", sgp22::eid_digits(p.eid)}, {"productionDate", format_time(SystemClock().now())},
      {"memory", p.nonVolatileMemory},   {"freeMemory", free_memory},
      {"ecasd", std::move(ecasd)},       {"isdR", std::move(isd_r)},
      {"profiles", std::move(profiles)}};
  auto path = card_file;
  path.replace_extension(".eis.json");
  smdpp_cli::write_private_file(path, as_bytes(json::serialize(out) + "\n"));
  return path;
}

}  // namespace eider::app::eum_m2m
