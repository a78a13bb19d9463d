// eider card show, dump
#include "cmd_card.hpp"

#include <cstdio>

#include "cmd_profile.hpp"
#include "store/card_file.hpp"

namespace eider::app::card_cmd {
namespace {
using pki::need;
using pki::refuse;
namespace json = boost::json;

const char* class_name(sgp22::ProfileClass c) {
  switch (c) {
    case sgp22::ProfileClass::kTest:
      return "test";
    case sgp22::ProfileClass::kProvisioning:
      return "provisioning";
    default:
      return "operational";
  }
}
const char* state_name(sgp22::ProfileState s) {
  return s == sgp22::ProfileState::kEnabled ? "enabled" : "disabled";
}

std::string rules(const sgp22::StoreMetadataRequest& m) {
  std::string out;
  if (m.profilePolicyRules && m.profilePolicyRules->test(sgp22::kPpr1)) out += "PPR1 ";
  if (m.profilePolicyRules && m.profilePolicyRules->test(sgp22::kPpr2)) out += "PPR2 ";
  if (!out.empty()) out.pop_back();
  return out;
}

std::string event(const card::NotificationView& n) {
  if (n.installation_result) return "result";
  static constexpr const char* kNames[] = {"install", "enable", "disable", "delete"};
  for (int bit = 0; bit < 4; ++bit)
    if (n.metadata.profileManagementOperation.test(bit)) return kNames[bit];
  return "unknown";
}

// Names of the M2M side.
const char* life_cycle_name(std::uint8_t state) {
  switch (state) {
    case 0x07:
      return "selectable";
    case 0x0F:
      return "personalized";
    case 0x1F:
      return "disabled";
    default:
      return "enabled";
  }
}
std::string pol1_name(std::uint8_t pol1) {
  static constexpr const char* kRules[] = {"disabling not allowed", "deletion not allowed",
                                           "deleted when disabled"};
  std::string out;
  for (unsigned bit = 0; bit < std::size(kRules); ++bit)
    if ((pol1 >> bit & 1u) != 0) out += (out.empty() ? "" : ", ") + std::string(kRules[bit]);
  return out;
}
const char* change_name(const card::m2m::Change& change) {
  switch (change.cause) {
    case card::m2m::Cause::kCommand:
      return "commanded";
    case card::m2m::Cause::kRollBack:
      return "roll-back";
    case card::m2m::Cause::kFallBack:
      return "fall-back";
    default:
      return "local";
  }
}
std::string attributes(const card::M2mView& m, const card::Aid& aid) {
  std::string out;
  if (m.fallback == aid) out += "fall-back ";
  if (m.emergency == aid) out += "emergency ";
  if (m.pinned == aid) out += "to-return ";
  if (!out.empty()) out.pop_back();
  return out;
}

std::string text(const char* format, auto... values) {
  char buffer[512];
  std::snprintf(buffer, sizeof buffer, format, values...);
  return buffer;
}

struct Show {
  std::string file;
  bool as_json = false;
  void run() const {
    const auto nvm = need(store::CardFile::open_read_only(file));
    const auto view = need(card::inspect(*nvm));
    const FileFacts facts{nvm->file_size(), nvm->writes()};
    if (as_json) {
      std::printf("%s\n", json::serialize(to_json(view, facts)).c_str());
    } else {
      std::fputs(render(view, facts).c_str(), stdout);
    }
    if (auto laws = card::check_laws(view); !laws) refuse(laws.error());
  }
};

struct Dump {
  std::string file, iccid, out;
  void run() const {
    const auto id = sgp22::parse_iccid(iccid);
    if (!id) refuse("\"" + iccid + "\" is not an ICCID", "18 to 20 digits", 2);
    const auto nvm = need(store::CardFile::open_read_only(file));
    const auto upp = need(card::profile_package(*nvm, *id));
    profile_command::write_file(out, upp);
    std::fprintf(stderr, "%zu octets to %s\n", upp.size(), out.c_str());
  }
};

const RegisterCommand registered{
    {41, "card", "Emulated cards: what is on them, serve them to readers, talk to them", [](CLI::App& sub) {
       sub.require_subcommand(1);
       static Show show;
       auto* s = sub.add_subcommand("show", "What the card holds");
       s->add_option("FILE", show.file, "Card file")->required();
       s->add_flag("--json", show.as_json, "JSON");
       s->callback([] { show.run(); });
       static Dump dump;
       auto* d = sub.add_subcommand("dump", "The octets of an installed profile package");
       d->add_option("FILE", dump.file, "Card file")->required();
       d->add_option("--iccid", dump.iccid, "Which profile")->required();
       d->add_option("--out", dump.out, "Where to write the package, DER")->required()->type_name("FILE");
       d->callback([] { dump.run(); });
       declare_serve(sub);
       declare_fleet(sub);
       declare_apdu(sub);
       declare_shell(sub);
     }}};

std::string render_m2m(const card::M2mView& m) {
  std::string out =
      text("\nM2M            %s\n", m.active ? "active" : "domains only, the consumer side is active");
  out += text("SM-SR          %s\n", m.sms_address.empty() ? "-" : m.sms_address.c_str());
  std::string versions;
  for (const auto v : m.key_versions) versions += (versions.empty() ? "" : ", ") + to_hex(Bytes{v});
  out += text("ISD-R keys     %s\n", versions.c_str());
  if (!m.declared) out += "The SM-SR has not confirmed the first attach.\n";
  if (m.change)
    out += text("A %s change of the profile %s.\n", change_name(*m.change),
                m.change->phase == card::m2m::Phase::kUnconfirmed ? "waits for its confirmation"
                                                                  : "waits for its REFRESH");
  if (m.notice)
    out += text("Notification %02X number %u waits for its confirmation.\n",
                static_cast<unsigned>(m.notice->type), static_cast<unsigned>(m.notice->sequence));
  for (const auto& p : m.isd_ps)
    out += text("  ISD-P %s  %-12s  %s%s%s\n", to_hex(p.aid).c_str(), life_cycle_name(p.life_cycle),
                attributes(m, p.aid).c_str(), p.pol1 == 0 ? "" : "  POL1: ", pol1_name(p.pol1).c_str());
  return out;
}

json::object m2m_json(const card::M2mView& m) {
  json::array versions, isd_ps;
  for (const auto v : m.key_versions) versions.push_back(json::string(to_hex(Bytes{v})));
  for (const auto& p : m.isd_ps)
    isd_ps.push_back(json::object{{"isdpAid", to_hex(p.aid)},
                                  {"state", life_cycle_name(p.life_cycle)},
                                  {"fallback", m.fallback == p.aid},
                                  {"emergency", m.emergency == p.aid},
                                  {"pol1", p.pol1}});
  json::object out{{"active", m.active},
                   {"smsrAddress", m.sms_address},
                   {"keyVersions", std::move(versions)},
                   {"declared", m.declared},
                   {"isdPs", std::move(isd_ps)}};
  if (m.change)
    out["change"] = json::object{{"cause", change_name(*m.change)},
                                 {"confirmed", false},
                                 {"done", m.change->phase == card::m2m::Phase::kUnconfirmed}};
  if (m.notice)
    out["notification"] =
        json::object{{"type", static_cast<int>(m.notice->type)}, {"sequenceNumber", m.notice->sequence}};
  return out;
}
}  // namespace

std::string render(const card::CardView& v, const std::optional<FileFacts>& file) {
  std::string out = text("EID            %s\n", sgp22::eid_digits(v.eid).c_str());
  out += text("Default SM-DP+ %s\n", v.default_smdp_address.empty() ? "-" : v.default_smdp_address.c_str());
  out += text("Root SM-DS     %s\n", v.root_smds_address.c_str());
  for (std::size_t i = 0; i < v.verification_cis.size(); ++i) {
    const bool own = std::ranges::find(v.signing_cis, v.verification_cis[i]) != v.signing_cis.end();
    out += text("%-14s %s%s\n", i == 0 ? "CI" : "", to_hex(v.verification_cis[i]).c_str(),
                own ? "" : " (verification only)");
  }
  out += text("Memory         %u of %u octets free", v.free_memory, v.memory);
  out += file ? text("; file %zu octets\n", file->octets) : "\n";
  if (file)
    out += text("Wear           %llu writes since the card was made\n",
                static_cast<unsigned long long>(file->writes));
  if (v.switch_pending) out += "A profile switch waits for its REFRESH.\n";
  if (v.memory_reset_pending) out += "A memory reset continues at the next power-on.\n";
  out += text("\nProfiles: %zu\n", v.profiles.size());
  for (const auto& p : v.profiles) {
    out +=
        text("  %s  %-8s  %-12s  %s / %s%s%s%s%s\n", sgp22::iccid_digits(p.iccid).c_str(),
             state_name(p.state), class_name(p.metadata.profileClass), p.metadata.serviceProviderName.c_str(),
             p.metadata.profileName.c_str(), p.nickname ? " \"" : "", p.nickname.value_or("").c_str(),
             p.nickname ? "\"" : "", p.preloaded ? " (preloaded)" : "");
    const auto ppr = rules(p.metadata);
    out += text("    %s  %u octets%s%s\n", to_hex(p.aid).c_str(), p.memory, ppr.empty() ? "" : "  ",
                ppr.c_str());
  }
  out += text("\nNotifications: %zu\n", v.notifications.size());
  for (const auto& n : v.notifications)
    out += text("  %4lld  %-8s  %s  %s\n", static_cast<long long>(n.metadata.seqNumber), event(n).c_str(),
                n.metadata.iccid ? sgp22::iccid_digits(*n.metadata.iccid).c_str() : "-",
                n.metadata.notificationAddress.c_str());
  if (v.m2m) out += render_m2m(*v.m2m);
  return out;
}

json::object to_json(const card::CardView& v, const std::optional<FileFacts>& file) {
  json::array cis, profiles, notifications;
  for (const auto& ci : v.verification_cis)
    cis.push_back(json::object{{"keyIdentifier", to_hex(ci)},
                               {"signing", std::ranges::find(v.signing_cis, ci) != v.signing_cis.end()}});
  for (const auto& p : v.profiles) {
    json::object o{{"iccid", sgp22::iccid_digits(p.iccid)},
                   {"isdpAid", to_hex(p.aid)},
                   {"state", state_name(p.state)},
                   {"class", class_name(p.metadata.profileClass)},
                   {"serviceProviderName", p.metadata.serviceProviderName},
                   {"profileName", p.metadata.profileName},
                   {"preloaded", p.preloaded},
                   {"memory", p.memory},
                   {"packageOctets", p.package_octets},
                   {"policyRules", rules(p.metadata)}};
    if (p.nickname) o["nickname"] = *p.nickname;
    profiles.push_back(std::move(o));
  }
  for (const auto& n : v.notifications) {
    json::object o{{"seqNumber", n.metadata.seqNumber},
                   {"event", event(n)},
                   {"address", n.metadata.notificationAddress}};
    if (n.metadata.iccid) o["iccid"] = sgp22::iccid_digits(*n.metadata.iccid);
    notifications.push_back(std::move(o));
  }
  json::object out{{"eid", sgp22::eid_digits(v.eid)},
                   {"defaultSmdpAddress", v.default_smdp_address},
                   {"rootSmdsAddress", v.root_smds_address},
                   {"ci", std::move(cis)},
                   {"memory", v.memory},
                   {"freeMemory", v.free_memory},
                   {"switchPending", v.switch_pending},
                   {"memoryResetPending", v.memory_reset_pending},
                   {"profiles", std::move(profiles)},
                   {"notifications", std::move(notifications)}};
  if (v.m2m) out["m2m"] = m2m_json(*v.m2m);
  if (file) {
    out["fileOctets"] = file->octets;
    out["writes"] = file->writes;
  }
  return out;
}

}  // namespace eider::app::card_cmd
