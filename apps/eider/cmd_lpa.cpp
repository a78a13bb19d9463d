// eider lpa: the Local Profile Assistant.
#include "cmd_lpa.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <unistd.h>

#include "card_address.hpp"
#include "command.hpp"
#include "lpa_quirks.hpp"
#include "roles/lpa/procedures/default_smdp.hpp"
#include "roles/lpa/procedures/memory_reset.hpp"

namespace eider::app::lpa_cli {
namespace {
namespace bj = boost::json;
using namespace sgp22;

constexpr const char* kExamples = R"(Examples:
  eider lpa chip --card card.eider                       what the card says of itself
  eider lpa download 'LPA:1$smdp.example.com$TOKEN'      asks before it installs
  eider lpa download --qr code.png --enable --yes        from a picture, without questions
  eider lpa download --yes --allow-class test CODE       --yes alone takes Operational Profiles only
  eider lpa download --default                           what the default SM-DP+ has for this card
  eider lpa discover --download                          what SM-DSs know of for this card
  eider lpa daemon --yes                                 asks for them by itself
  eider lpa ui                                           all of this on one screen
  eider lpa list                                         Profiles on the card
  eider lpa enable 8947010000123456784                   by ICCID, AID, nickname or name
  eider lpa nickname 8947010000123456784 Travel
  eider lpa notifications send                           what servers have not heard yet
  eider lpa notifications send --due                     the same from a timer: waits longer after each failure
  eider lpa crl fetch --pki pki                          CRLs of the CIs, into the card
  eider lpa crl load CRL.b64
  eider lpa default-smdp set smdp.example.com
  eider lpa reset --yes                                  deletes every Operational Profile
  eider lpa chip --at /dev/ttyUSB2                       the card in a modem
  eider lpa list --at /dev/ttyUSB2 --at-way csim         a modem that has AT+CSIM only
  eider lpa chip --qmi /dev/cdc-wdm0 --slot 2            a modem that speaks QMI, or MBIM:
  eider lpa chip --mbim /dev/cdc-wdm0 --proxy            beside ModemManager

The card: --card FILE (emulated), --tcp HOST:PORT (card server), --at, --qmi or --mbim DEVICE (modem), or --pcsc [NAME]
(reader; the default). End ModemManager before a modem is used: two programs on one AT port read each other's answers.
Servers are trusted through CI certificates: --pki DIR or --ca FILE.
Exit codes: 0 done, 1 refused, 2 wrong usage, 3 not reached (worth another try).)";

using O = std::shared_ptr<Options>;

void report_operation(const Options& o, const char* done, const ProfileInfo& profile,
                      const lpa::OperationResult& result) {
  if (o.json) {
    bj::object out{{"cardReset", result.card_reset}, {"notifications", to_json(result.notifications)}};
    if (profile.iccid) out["iccid"] = iccid_digits(*profile.iccid);
    return print_json(out);
  }
  std::printf("%s %s\n", done, profile.iccid ? iccid_digits(*profile.iccid).c_str() : "");
  report_deliveries(result.notifications);
}

// ---- chip ----
void chip(const Options& o) {
  Session s(o);
  const auto c = must(lpa::chip_info(s.lpa()), o);
  if (o.json) return print_json(to_json(c));
  print_pairs(chip_pairs(c));
}

// ---- download ----
struct DownloadOptions {
  std::string code, qr, confirmation_code;
  bool from_default = false, enable = false;
};

lpa::DownloadRequest request_of(const DownloadOptions& d, const Options& o, Session& s) {
  if (d.from_default) return must(lpa::default_smdp_request(s.lpa()), o);
  return lpa::download_request(
      must(lpa::parse_activation_code(d.qr.empty() ? d.code : read_qr_code(d.qr)), o));
}

void download(const Options& o, const DownloadOptions& d) {
  if (!d.code.empty() + !d.qr.empty() + d.from_default != 1)
    throw CommandError{2, "give an Activation Code, --qr IMAGE or --default"};
  if (!o.yes && isatty(STDIN_FILENO) != 1)
    throw CommandError{2,
                       "there is no terminal to confirm the download at\n  remedy  Use --yes to accept what "
                       "the SM-DP+ offers."};
  if (!d.from_default)
    (void)must(lpa::parse_activation_code(d.qr.empty() ? d.code : read_qr_code(d.qr)),
               o);  // before the card is touched
  Session s(o);
  auto request = request_of(d, o, s);
  request.enable = d.enable;
  if (!d.confirmation_code.empty()) request.confirmationCode = Secret(as_bytes(d.confirmation_code));
  auto result = lpa::download_profile(s.lpa(), request);
  s.ui().finish_line();
  if (!result && s.ui().refusal()) fail_with(*s.ui().refusal(), o);
  if (!result) fail_with(result.error(), o);
  if (o.json) {
    bj::object out{{"profile", to_json(result->metadata)},
                   {"isdpAid", to_hex(result->isdpAid.view())},
                   {"enabled", result->enabled.has_value()},
                   {"notifications", to_json(result->notifications)}};
    if (result->enabled)
      for (const auto& n : result->enabled->notifications)
        out["notifications"].as_array().push_back(to_json(n));
    if (result->enableFault) out["enableError"] = explain(*result->enableFault).json;
    print_json(out);
  } else {
    std::printf("Installed %s %s\n", iccid_digits(result->metadata.iccid).c_str(),
                printable(result->metadata.profileName).c_str());
    report_deliveries(result->notifications);
    if (result->enabled) std::printf("Enabled\n");
  }
  if (result->enableFault) {
    auto quiet = o;
    quiet.json = false;
    fail_with(*result->enableFault, quiet);
  }
}

// ---- Profiles ----
void list(const Options& o, bool icons) {
  Session s(o);
  const auto profiles = must(lpa::list_profiles(s.lpa(), icons), o);
  if (o.json) {
    bj::array out;
    for (const auto& p : profiles) out.push_back(to_json(p));
    return print_json(bj::object{{"profiles", std::move(out)}});
  }
  if (profiles.empty()) return void(std::puts("The card has no Profiles."));
  std::vector<std::vector<std::string>> rows{{"ICCID", "STATE", "CLASS", "NAME", "PROVIDER", "NICKNAME"}};
  for (const auto& p : profiles)
    rows.push_back({p.iccid ? iccid_digits(*p.iccid) : "?",
                    p.profileState ? name_of(static_cast<int>(*p.profileState), kProfileStateNames) : "?",
                    p.profileClass ? name_of(static_cast<int>(*p.profileClass), kProfileClassNames) : "",
                    p.profileName.value_or(""), p.serviceProviderName.value_or(""),
                    p.profileNickname.value_or("")});
  print_table(rows);
}

void enable(const Options& o, const std::string& which) {
  Session s(o);
  const auto profile = must(lpa::find_profile(s.lpa(), which), o);
  const auto result = must(lpa::enable_profile(s.lpa(), profile), o);
  s.ui().finish_line();
  report_operation(o, "Enabled", profile, result);
}

void disable(const Options& o, const std::string& which) {
  Session s(o);
  const auto profile = must(lpa::find_profile(s.lpa(), which), o);
  const auto result = must(lpa::disable_profile(s.lpa(), profile), o);
  s.ui().finish_line();
  report_operation(o, "Disabled", profile, result);
}

void erase(const Options& o, const std::string& which) {
  Session s(o);
  const auto profile = must(lpa::find_profile(s.lpa(), which), o);
  const auto name =
      printable(profile.profileName.value_or("")) + " " + (profile.iccid ? iccid_digits(*profile.iccid) : "");
  if (!s.ui().confirm("Delete " + name + "? It cannot be brought back without the operator."))
    throw CommandError{1, "nothing was deleted"};
  const auto result = must(lpa::delete_profile(s.lpa(), profile), o);
  s.ui().finish_line();
  report_operation(o, "Deleted", profile, result);
}

void nickname(const Options& o, const std::string& which, const std::string& name) {
  Session s(o);
  const auto profile = must(lpa::find_profile(s.lpa(), which), o);
  must(lpa::set_nickname(s.lpa(), profile, name), o);
  if (o.json)
    return print_json(bj::object{{"iccid", iccid_digits(*profile.iccid)}, {"profileNickname", name}});
  std::printf(name.empty() ? "Nickname of %s removed\n" : "Nickname of %s set\n",
              iccid_digits(*profile.iccid).c_str());
}

// ---- The card ----
void reset(const Options& o, const lpa::MemoryResetOptions& what) {
  Session s(o);
  if (!s.ui().confirm(
          "Reset the memory of the card? Profiles cannot be brought back without their operators."))
    throw CommandError{1, "nothing was deleted"};
  const auto result = must(lpa::reset_memory(s.lpa(), what), o);
  s.ui().finish_line();
  if (o.json)
    return print_json(
        bj::object{{"cardReset", result.card_reset}, {"notifications", to_json(result.notifications)}});
  std::puts("The memory of the card was reset.");
  report_deliveries(result.notifications);
}

void default_smdp_get(const Options& o) {
  Session s(o);
  const auto address = must(lpa::default_smdp_address(s.lpa()), o);
  if (o.json) return print_json(bj::object{{"defaultDpAddress", address}});
  std::puts(address.empty() ? "none" : printable(address).c_str());
}

void default_smdp_set(const Options& o, const std::string& address) {
  Session s(o);
  must(lpa::set_default_smdp_address(s.lpa(), address), o);
  if (o.json) return print_json(bj::object{{"defaultDpAddress", address}});
  std::puts(address.empty() ? "The card has no default SM-DP+ any more."
                            : ("Default SM-DP+: " + address).c_str());
}

// ---- Declaration ----
void declare_common(CLI::App& sub, const O& o) {
  sub.add_option("--card", o->card, "Emulated card in this file, run in this process")->envname("EIDER_CARD");
  sub.add_option("--tcp", o->tcp, kTcpCardHelp);
  sub.add_option_function<std::string>(
         "--pcsc",
         [o](const std::string& name) {
           o->use_pcsc = true;
           o->pcsc = name;
         },
         "Card in the PC/SC reader whose name contains NAME (default: the only reader)")
      ->expected(0, 1)
      ->type_name("NAME");
  declare_modem_options(sub, o->modem);
  sub.add_option("--pki", o->pki, "Trust the CIs of this directory (made by `eider pki`)")
      ->envname("EIDER_PKI");
  sub.add_option("--ca", o->ca_files, "Trust this CI certificate (PEM or DER); may be repeated")
      ->allow_extra_args(false);
  sub.add_flag("--web-roots", o->web_roots, "Trust the system's web certification authorities as well");
  sub.add_option("--resolve", o->resolve, "Connect to address:port for host:port, without name look-up")
      ->allow_extra_args(false)
      ->type_name("HOST:PORT:ADDRESS:PORT");
  sub.add_flag("--allow-private", o->allow_private,
               "Also ask servers whose names lead to this machine or a private network")
      ->envname("EIDER_LPA_ALLOW_PRIVATE");
  sub.add_option("--imei", o->imei, "IMEI of the device (15 digits), told to the SM-DP+");
  sub.add_option("--isd-r-aid", o->isd_r_aid, "AID of the ISD-R in hexadecimal, for cards with their own");
  sub.add_option("--quirks", o->quirks, "Cards that deviate (default: eider/lpa.toml in ~/.config)")
      ->type_name("FILE");
  sub.add_option("--binding", o->binding, "How ES9+ messages are written: json or asn1")
      ->check(CLI::IsMember({"json", "asn1"}))
      ->capture_default_str();
  sub.add_option("--state", o->state,
                 "Where the times of the next tries are kept (default: eider/lpa in $XDG_STATE_HOME or "
                 "~/.local/state)")
      ->envname("EIDER_LPA_STATE")
      ->type_name("FILE");
  sub.add_option("--block-size", o->block_size,
                 "Octets of a STORE DATA block (default: 120, or what --quirks says)")
      ->check(CLI::Range(6, 255));
  sub.add_flag("--json", o->json, "Write JSON");
  sub.add_flag("-y,--yes", o->yes, "Do not ask");
}

void declare_download(CLI::App& lpa, const O& o) {
  auto d = std::make_shared<DownloadOptions>();
  auto* sub = lpa.add_subcommand("download", "Download a Profile and install it");
  sub->add_option("CODE", d->code, "Activation Code: LPA:1$address$token");
  sub->add_option("--qr", d->qr, "PNG image of the Activation Code")->type_name("IMAGE");
  sub->add_flag("--default", d->from_default, "Ask the default SM-DP+ of the card");
  sub->add_option("--confirmation-code", d->confirmation_code, "Instead of entering it when asked")
      ->envname("EIDER_CONFIRMATION_CODE");
  sub->add_flag("--enable", d->enable, "Enable the Profile once it is installed");
  sub->add_option("--allow-class", o->allow_classes,
                  "With --yes: also take a Profile of this class; may be repeated")
      ->check(CLI::IsMember({"test", "provisioning"}))
      ->allow_extra_args(false)
      ->type_name("CLASS");
  sub->callback([o, d] { download(*o, *d); });
}

void declare_profiles(CLI::App& lpa, const O& o) {
  auto icons = std::make_shared<bool>(false);
  auto* sub = lpa.add_subcommand("list", "Profiles on the card");
  sub->add_flag("--icons", *icons, "With their icons (JSON only)");
  sub->callback([o, icons] { list(*o, *icons); });
  const auto with_profile = [&](const char* name, const char* summary,
                                void (*run)(const Options&, const std::string&)) {
    auto which = std::make_shared<std::string>();
    auto* command = lpa.add_subcommand(name, summary);
    command->add_option("PROFILE", *which, "ICCID, AID, nickname or name")->required();
    command->callback([o, which, run] { run(*o, *which); });
  };
  with_profile("enable", "Enable a Profile; the one enabled before is disabled", &enable);
  with_profile("disable", "Disable a Profile", &disable);
  with_profile("delete", "Delete a disabled Profile", &erase);
  auto which = std::make_shared<std::string>(), name = std::make_shared<std::string>();
  auto* nick = lpa.add_subcommand("nickname", "Give a Profile a name of your own");
  nick->add_option("PROFILE", *which, "ICCID, AID, nickname or name")->required();
  nick->add_option("NICKNAME", *name, "At most 64 characters; nothing removes it");
  nick->callback([o, which, name] { nickname(*o, *which, *name); });
}

void declare_chip(CLI::App& lpa, const O& o) {
  lpa.add_subcommand("chip", "What the card says of itself")->callback([o] { chip(*o); });
  auto what = std::make_shared<lpa::MemoryResetOptions>();
  auto* sub = lpa.add_subcommand("reset", "Delete every Operational Profile");
  sub->add_flag("--test-profiles", what->fieldLoadedTestProfiles, "Field-loaded Test Profiles too");
  sub->add_flag("--default-smdp", what->defaultSmdpAddress, "The default SM-DP+ address too");
  sub->add_flag("!--keep-operational", what->operationalProfiles, "Leave the Operational Profiles");
  sub->callback([o, what] { reset(*o, *what); });
  auto* group =
      lpa.add_subcommand("default-smdp", "The default SM-DP+ address of the card")->require_subcommand(1);
  group->add_subcommand("get", "Show it")->callback([o] { default_smdp_get(*o); });
  auto address = std::make_shared<std::string>();
  auto* set = group->add_subcommand("set", "Set it; without ADDRESS, remove it");
  set->add_option("ADDRESS", *address, "FQDN of the SM-DP+");
  set->callback([o, address] { default_smdp_set(*o, *address); });
}

const RegisterCommand kRegister{{
    .order = 20,
    .name = "lpa",
    .summary = "Local Profile Assistant: download and manage Profiles on an eUICC",
    .declare =
        [](CLI::App& sub) {
          auto o = std::make_shared<Options>();
          sub.require_subcommand(1);
          sub.fallthrough();
          declare_common(sub, o);
          declare_chip(sub, o);
          declare_download(sub, o);
          declare_discover(sub, o);
          declare_daemon(sub, o);
          declare_screen(sub, o);
          declare_profiles(sub, o);
          declare_notifications(sub, o);
          declare_crl(sub, o);
          sub.footer(std::string(kExamples) + "\n" + kQuirksHelp);
        },
}};
}  // namespace
}  // namespace eider::app::lpa_cli
