// eider ota: manage the enabled Profile of a card over the air, with a terminal in between.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "cmd_lpa.hpp"
#include "cmd_profile.hpp"
#include "command.hpp"
#include "ota_smpp.hpp"
#include "profile/installer.hpp"
#include "profile/ota_keys.hpp"
#include "profile/package_reader.hpp"
#include "secret_argument.hpp"
#include "spec/sgp22/es10c.hpp"
#include "spec/status_words.hpp"
#include "store/ota_counters.hpp"

namespace eider::app::ota_cmd {
namespace {

namespace bj = boost::json;
namespace scp80 = channel::scp80;
using lpa_cli::must;

constexpr std::string_view kExamples = R"(

Examples:
  eider ota read 2FE2 --card card.eider --package profile.der
  eider ota update 7FFF6F46 014549444552 --tar B00020 --kic @kic.hex --kid @kid.hex
  eider ota metadata --name "Plan B" --tar B20100 --kic env:KIC --kid env:KID --tcp localhost:9999
  eider ota pol1 disable=not-allowed --package profile.der --smpp 127.0.0.1:2775 --esme mno=@secret --to 4917000001 --counter-name 8949…
  eider ota send 00A4080C022FE2 00B000000A --format expanded --tar B00000 --package profile.der --json

TARs of Profiles that `eider profile create` makes: B00000 files of the UICC, B00020 files of the USIM, B20100
the security domain.)";

[[noreturn]] void wrong(const std::string& message) {
  throw CommandError{2, message};
}
Bytes octets(const std::string& name, std::string_view text) {
  auto out = from_hex(text);
  if (!out) wrong(name + " is not hexadecimal");
  return *std::move(out);
}
Bytes octet_pair(const std::string& name, const std::string& text, std::size_t size) {
  auto out = octets(name, text);
  if (out.size() != size) wrong(name + " has " + std::to_string(size) + " octets");
  return out;
}

struct Options {
  lpa_cli::Options card;
  std::string package, kic, kid, tar = "B00000", spi = "1639", algorithm = "aes", format = "compact",
                                 counters, sender = "12345", key_set_name;
  int version = 1, mac_length = 8;
  std::uint64_t counter = 1;
  bool weak = false;
  SmppOptions smpp;
  // What to do.
  std::vector<std::string> commands;
  std::string path, data;
  unsigned offset = 0, length = 0, record = 0;
  std::optional<std::string> profile_name, provider;
  bool clear_rules = false;
  std::vector<std::string> rules;

  scp80::Policy policy() const { return weak ? scp80::Policy::anything() : scp80::Policy(); }
  etsi::ScriptFormat script_format() const {
    return format == "compact"    ? etsi::ScriptFormat::kCompact
           : format == "expanded" ? etsi::ScriptFormat::kExpanded
                                  : etsi::ScriptFormat::kExpandedIndefinite;
  }
};

// Keys 1 and 2 of the first security domain that has them in this version, as a card would install it.
scp80::KeySet keys_of_package(const Options& o) {
  const auto package = profile_command::read_package_file(o.package);
  profile::PackageInstaller installer(profile::CardCapabilities::everything(), {}, {});
  for (const auto& part : must(profile::read_package(package), o.card)) {
    const auto outcome = installer.element(part.der);
    if (outcome.aborted) throw CommandError{1, o.package + ": " + outcome.why};
  }
  for (const auto& domain : installer.finish().facts.security_domains)
    if (auto keys = profile::ota_keys(domain, static_cast<std::uint8_t>(o.version))) return *std::move(keys);
  throw CommandError{1, o.package + " has no OTA keys of version " + std::to_string(o.version)};
}

scp80::KeySet keys_of(const Options& o) {
  if (!o.package.empty()) return keys_of_package(o);
  if (o.kic.empty() && o.kid.empty()) wrong("no keys: give --package, or --kic and --kid");
  const bool aes = o.algorithm == "aes";
  scp80::KeySet out{static_cast<std::uint8_t>(o.version), {}, {}};
  const auto read = [&](const char* name, const std::string& argument) {
    scp80::Key key{aes, Secret(octets(name, as_text(read_secret_argument(name, argument).view()))),
                   static_cast<std::uint8_t>(o.mac_length)};
    const auto n = key.value.size();
    if (n != 16 && n != 24 && n != (aes ? 32u : 8u))
      wrong(std::string(name) + ": a key has " + (aes ? "16, 24 or 32 octets" : "8, 16 or 24 octets"));
    return key;
  };
  if (!o.kic.empty()) out.kic = read("--kic", o.kic);
  if (!o.kid.empty()) out.kid = read("--kid", o.kid);
  return out;
}

std::filesystem::path counter_path(const Options& o) {
  if (!o.counters.empty()) return o.counters;
  if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state == '/')
    return std::filesystem::path(state) / "eider" / "ota";
  if (const char* home = std::getenv("HOME"); home && *home == '/')
    return std::filesystem::path(home) / ".local" / "state" / "eider" / "ota";
  throw CommandError{2, "there is no place for the counters: name a file with --counters"};
}

// Counters belong to a Profile: EF.ICCID tells which one is enabled.
std::string iccid_on(CardPort& card, const Options& o) {
  const auto run = [&](std::string_view command) {
    return must(parse_response(must(card.transmit(hex(command)), o.card)), o.card);
  };
  if (run("00A4080C022FE2").sw != 0x9000) return {};
  const auto r = run("00B000000A");
  return r.sw == 0x9000 ? bcd_decode(r.data, true).value_or("") : "";
}

// ---- Output

std::string sw_text(std::uint16_t sw) {
  return to_hex(Bytes{static_cast<std::uint8_t>(sw >> 8), static_cast<std::uint8_t>(sw)});
}

bj::object to_json(const Options& o, const mno::OtaOutcome& r) {
  bj::object out{{"tar", o.tar},
                 {"counter", r.counter},
                 {"messages", r.messages},
                 {"packet", to_hex(r.packet)},
                 {"sw", sw_text(r.sw)}};
  if (!r.response) return out;
  const auto& p = r.response->packet;
  const auto status = static_cast<std::uint8_t>(p.status);
  const auto* row = etsi::find_response_status(status);
  out["response"] = bj::object{{"status", to_hex(Bytes{status})},
                               {"name", row ? std::string(row->name) : "unknown"},
                               {"protected", r.response->protected_as_asked},
                               {"bySubmit", r.by_submit},
                               {"counter", p.counter},
                               {"data", to_hex(p.data)}};
  if (!r.script) return out;
  bj::array responses;
  for (const auto& a : r.script->responses)
    responses.push_back(bj::object{{"sw", sw_text(a.sw)}, {"data", to_hex(a.data)}});
  bj::object script{{"executed", r.script->executed}, {"responses", std::move(responses)}};
  if (r.script->bad_format) script["badFormat"] = *r.script->bad_format;
  if (r.script->immediate_action) script["immediateAction"] = *r.script->immediate_action;
  if (r.script->script_chaining) script["scriptChaining"] = *r.script->script_chaining;
  out["script"] = std::move(script);
  return out;
}

void print(const Options& o, const mno::OtaOutcome& r) {
  const auto row = [](const char* name, const std::string& value) {
    std::printf("%-12s %s\n", name, value.c_str());
  };
  row("Application", o.tar);
  row("Counter", std::to_string(r.counter));
  row("Messages", std::to_string(r.messages));
  if (!r.response) return row("Response", "none");
  const auto status = static_cast<std::uint8_t>(r.response->packet.status);
  const auto* known = etsi::find_response_status(status);
  row("Response", to_hex(Bytes{status}) + " " + (known ? std::string(known->name) : "unknown") +
                      (r.response->protected_as_asked ? "" : ", without protection") +
                      (r.by_submit ? ", by short message" : ""));
  if (known && status != 0 && !known->remedy.empty()) row("Remedy", std::string(known->remedy));
  if (!r.script) return;
  row("Executed", std::to_string(r.script->executed));
  for (const auto& a : r.script->responses) {
    row("Answer", sw_text(a.sw) + "  " + explain_status_word(a.sw).meaning);
    if (!a.data.empty()) row("Data", to_hex(a.data));
  }
}

// Did everything happen that was asked for, as far as the card was asked to say?
bool succeeded(const mno::OtaOutcome& r) {
  if (!r.response) return true;
  if (r.response->packet.status != etsi::ResponseStatus::kOk) return false;
  if (!r.script) return true;
  if (r.script->bad_format || r.script->immediate_action || r.script->script_chaining) return false;
  return r.script->responses.empty() || etsi::script_goes_on(r.script->responses.back().sw);
}

mno::OtaOutcome send(const Options& o, const scp80::KeySet& keys, const mno::OtaMessage& message) {
  store::OtaCounterFile counters(counter_path(o));
  const auto version = "/" + std::to_string(o.version);
  if (o.smpp.given()) {
    if (o.key_set_name.empty())
      throw CommandError{2, "--counter-name says which card it is, for the counters: its ICCID"};
    SmppPath path(o.smpp, o.sender, message.spi.por != etsi::PorRequest::kNever);
    mno::OtaServer server(path, counters, {keys, o.key_set_name + version, {0x91, o.sender}, o.policy()});
    return must(server.send(message), o.card);
  }
  const auto card = lpa_cli::open_card_without_terminal(o.card);
  const SystemClock clock;
  device::Terminal terminal(*card, clock);
  must(terminal.introduce(), o.card);
  const auto name = o.key_set_name.empty() ? iccid_on(*card, o) : o.key_set_name;
  if (name.empty())
    throw CommandError{1, "the card has no EF.ICCID to count by: name it with --counter-name"};
  mno::OtaServer server(terminal, counters, {keys, name + version, {0x91, o.sender}, o.policy()});
  return must(server.send(message), o.card);
}

void run(const Options& o, const std::vector<Bytes>& commands) {
  const auto how = octet_pair("--spi", o.spi, 2);
  const auto spi = etsi::Spi::decode(how[0], how[1]);
  if (!spi) wrong("--spi uses reserved values");
  const auto keys = keys_of(o);
  const auto script = must(etsi::encode_script(commands, o.script_format()), o.card);
  const auto outcome =
      send(o, keys, {*etsi::Tar::from(octet_pair("--tar", o.tar, 3)), *spi, script, o.counter});
  if (o.card.json) {
    std::puts(bj::serialize(to_json(o, outcome)).c_str());
  } else {
    print(o, outcome);
  }
  if (!succeeded(outcome)) throw CommandError{1, "the card did not carry it out"};
}

// ---- Subcommands

std::uint8_t one_octet(const std::string& name, unsigned n) {
  if (n > 255) wrong(name + " is at most 255");
  return static_cast<std::uint8_t>(n);
}
Bytes path_of(const Options& o) {
  auto out = octets("PATH", o.path);
  if (out.empty() || out.size() % 2 != 0) wrong("PATH has two octets a file: 2FE2, 7FFF6F07");
  return out;
}

void send(const Options& o) {
  std::vector<Bytes> commands;
  for (const auto& c : o.commands) commands.push_back(octets("a command", c));
  run(o, commands);
}
void read(const Options& o) {
  const auto length = one_octet("--length", o.length);
  run(o, o.record != 0 ? mno::read_record_script(path_of(o), one_octet("--record", o.record), length)
                       : mno::read_binary_script(path_of(o), static_cast<std::uint16_t>(o.offset), length));
}
void update(const Options& o) {
  const auto data = octets("DATA", o.data);
  if (data.empty() || data.size() > 255) wrong("DATA has 1 to 255 octets");
  run(o, o.record != 0 ? mno::update_record_script(path_of(o), one_octet("--record", o.record), data)
                       : mno::update_binary_script(path_of(o), static_cast<std::uint16_t>(o.offset), data));
}
void metadata(const Options& o) {
  sgp22::UpdateMetadataRequest request;
  if (o.profile_name) request.profileName = *o.profile_name;
  if (o.provider) request.serviceProviderName = *o.provider;
  if (o.clear_rules) request.profilePolicyRules.emplace();
  if (!o.profile_name && !o.provider && !o.clear_rules)
    wrong("nothing to change: --name, --provider or --clear-rules");
  run(o, mno::update_metadata_script(der::encode(request)));
}

// POL1 (SGP.02): bit 1 disabling is not allowed, bit 2 deletion is not, bit 3 deleted when it becomes
// disabled.
void pol1(const Options& o) {
  static constexpr std::pair<std::string_view, std::uint8_t> kRules[] = {
      {"disable=not-allowed", 1}, {"delete=not-allowed", 2}, {"disable=delete", 4}};
  std::uint8_t rules = 0;
  for (const auto& r : o.rules) {
    const auto row = std::ranges::find(kRules, r, &std::pair<std::string_view, std::uint8_t>::first);
    if (row == std::end(kRules))
      wrong("a rule of POL1 is disable=not-allowed, delete=not-allowed or disable=delete, not \"" + r + "\"");
    rules |= row->second;
  }
  run(o, mno::update_pol1_script(rules));
}
void connectivity(const Options& o) {
  run(o, mno::update_connectivity_script(octets("PARAMETERS", o.data)));
}

void declare_security(CLI::App& sub, const std::shared_ptr<Options>& o) {
  auto* from =
      sub.add_option("--package", o->package, "Take the keys from this Profile Package")->type_name("FILE");
  sub.add_option("--kic", o->kic, "Key KIc, for the cipher")->type_name("SECRET")->excludes(from);
  sub.add_option("--kid", o->kid, "Key KID, for the checksum")->type_name("SECRET")->excludes(from);
  sub.add_option("--algorithm", o->algorithm, "Of --kic and --kid: aes or des (two or three keys)")
      ->check(CLI::IsMember({"aes", "des"}))
      ->capture_default_str()
      ->excludes(from);
  sub.add_option("--mac-length", o->mac_length, "Octets of the AES checksum")
      ->check(CLI::IsMember({4, 8}))
      ->excludes(from);
  sub.add_option("--key-version", o->version, "Key version number")
      ->check(CLI::Range(1, 15))
      ->capture_default_str();
  sub.add_option("--tar", o->tar, "Application to reach")->type_name("HEX")->capture_default_str();
  sub.add_option(
         "--spi", o->spi,
         "Both octets of the SPI (TS 102 225): 1639 is checksum, cipher, higher counter; answer always, "
         "with checksum and cipher, by short message")
      ->type_name("HEX")
      ->capture_default_str();
  sub.add_flag("--weak", o->weak, "Allow single DES, CRCs and no protection at all");
  sub.add_option("--counters", o->counters, "File of the counters; default: eider/ota in the user's state")
      ->type_name("FILE");
  sub.add_option("--counter", o->counter, "At least this counter")
      ->check(CLI::Range(std::uint64_t{0}, etsi::kCounterMax));
  sub.add_option("--counter-name", o->key_set_name, "Count under this name, not the card's ICCID");
  sub.add_option("--format", o->format, "compact, expanded or indefinite")
      ->check(CLI::IsMember({"compact", "expanded", "indefinite"}))
      ->capture_default_str();
  sub.add_option("--sender", o->sender, "Number that the messages come from")->capture_default_str();
}

CLI::App* subcommand(CLI::App& ota, const char* name, const char* help, void (*work)(const Options&),
                     std::shared_ptr<Options>& o) {
  auto* sub = ota.add_subcommand(name, help);
  o = std::make_shared<Options>();
  lpa_cli::declare_card_options(*sub, {o, &o->card});
  declare_security(*sub, o);
  o->smpp.declare(*sub);
  sub->footer(kSecretForms + std::string(kExamples));
  sub->callback([o, work] { work(*o); });
  return sub;
}

void declare(CLI::App& ota) {
  ota.require_subcommand(1);
  ota.footer(std::string(kExamples));
  std::shared_ptr<Options> o;
  auto* sub = subcommand(ota, "send", "Send a script of command APDUs", send, o);
  sub->add_option("APDU", o->commands, "Commands in hexadecimal, in their order")->required();
  sub = subcommand(ota, "read", "Read a file", read, o);
  sub->add_option("PATH", o->path, "From the MF, or from the application: 2FE2, 7FFF6F07")->required();
  sub->add_option("--record", o->record, "This record of it");
  sub->add_option("--offset", o->offset, "From this octet on")->check(CLI::Range(0, 0x7FFF));
  sub->add_option("--length", o->length, "Octets; 0: as many as there are, up to 256");
  sub = subcommand(ota, "update", "Write a file", update, o);
  sub->add_option("PATH", o->path, "From the MF, or from the application: 7FFF6F46")->required();
  sub->add_option("DATA", o->data, "Hexadecimal")->required();
  sub->add_option("--record", o->record, "This record of it");
  sub->add_option("--offset", o->offset, "From this octet on")->check(CLI::Range(0, 0x7FFF));
  sub = subcommand(ota, "metadata", "Change what the LPA shows of the Profile (ES6.UpdateMetadata)", metadata,
                   o);
  sub->add_option("--name", o->profile_name, "profileName; empty removes it");
  sub->add_option("--provider", o->provider, "serviceProviderName; empty removes it");
  sub->add_flag("--clear-rules", o->clear_rules, "Unset every Profile Policy Rule");
  sub->get_option("--tar")->default_val("B20100");
  sub =
      subcommand(ota, "pol1", "Change POL1 of an M2M card's enabled Profile (ES6.UpdatePOL1byMNO)", pol1, o);
  sub->add_option("RULE", o->rules,
                  "disable=not-allowed, delete=not-allowed, disable=delete; none: no rules");
  sub->get_option("--tar")->default_val("B20100");
  sub = subcommand(ota, "connectivity",
                   "Change connectivity parameters of an M2M card's enabled Profile "
                   "(ES6.UpdateConnectivityParametersByMNO)",
                   connectivity, o);
  sub->add_option("PARAMETERS", o->data, "A0, A1, A2 of SGP.02 section 4.1.3.4, hexadecimal")->required();
  sub->get_option("--tar")->default_val("B20100");
}

const RegisterCommand kRegister{
    {43, "ota", "Manage the enabled Profile over the air: files, security domain, metadata", declare}};

}  // namespace
}  // namespace eider::app::ota_cmd
