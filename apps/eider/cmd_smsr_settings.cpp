// The settings of `eider smsr`, and its registry.
#include "arguments.hpp"
#include "cmd_smsr.hpp"
#include "input_file.hpp"
#include "settings_file.hpp"
#include "spec/etsi/numbering.hpp"

namespace eider::app::smsr_cli {
namespace {
namespace fs = std::filesystem;
using pki::need;
using pki::refuse;

struct PartyName {
  std::string_view name;
  sgp02::Party party;
};
constexpr PartyName kParties[] = {{"eum", sgp02::kEum},
                                  {"mno", sgp02::kMno},
                                  {"smdp", sgp02::kSmDp},
                                  {"smsr", sgp02::kSmSr},
                                  {"m2m-sp", sgp02::kM2mSp}};

Secret read_hex_key(const fs::path& file) {
  const auto text = read_input(file.string(), 4096);
  auto digits = text.substr(0, text.find_last_not_of(" \r\n\t") + 1);
  auto octets = from_hex(digits);
  if (!octets || octets->size() < 16)
    refuse(file.string() + " holds no key", "32 hexadecimal digits or more: openssl rand -hex 16");
  return Secret(std::move(*octets));
}

smsr::Peer read_peer(const SettingsTable& t, const fs::path& dir) {
  t.check_names({"id", "as", "name", "url", "transport_key_file", "certificate"});
  smsr::Peer peer;
  peer.id = m2m::parse_entity_id(t.file().string() + ": id", t.text("id"));
  peer.name = t.text("name");
  peer.url = t.text("url");
  for (const auto& name : t.list("as")) {
    const auto role = party_of(name);
    if (!role) t.refuse("a party is eum, mno, smdp, smsr or m2m-sp, not \"" + name + "\"");
    peer.parties |= *role;
  }
  if (peer.parties == 0) t.refuse("the party " + peer.id.dotted() + " is nothing", "as = [\"mno\"]");
  if (const auto key = t.text("transport_key_file"); !key.empty())
    peer.transport_key = read_hex_key(dir / key);
  if (const auto certificate = t.text("certificate"); !certificate.empty())
    peer.certificate =
        need(crypto::Certificate::parse(need(net::load_certificates(dir / certificate)).front()));
  return peer;
}

void read_limits(const SettingsTable& t, smsr::Settings& role) {
  const auto limit = [&](const char* name, Duration& to) { to = t.seconds(name, to); };
  limit("limits.sms_seconds", role.sms_timeout);
  limit("limits.trigger_seconds", role.trigger_timeout);
  limit("limits.session_seconds", role.session_timeout);
  limit("limits.hold_seconds", role.hold);
  limit("limits.settling_seconds", role.settling);
  limit("limits.validity_seconds", role.default_validity);
  limit("limits.longest_validity_seconds", role.longest_validity);
  limit("limits.retry_seconds", role.first_retry);
  role.longer_validity = m2m::longer_validity(t.text("limits.longer_validity", "refuse"));
}

void read_sms(const SettingsTable& t, const fs::path& dir, m2m::SmsSettings& sms) {
  sms.smsc = t.text("sms.smsc", sms.smsc);
  sms.system_id = t.text("sms.system_id", sms.system_id);
  sms.address = t.text("sms.address");
  if (sms.address.empty() || !etsi::all_digits(sms.address))
    t.refuse("sms.address is the number of the SM-SR, digits alone");
  if (const auto password = t.text("sms.password_file"); !password.empty()) {
    auto text = read_input((dir / password).string(), 4096);
    text.resize(text.find_last_not_of(" \r\n\t") + 1);
    sms.password = Secret(as_bytes(text));
  }
  for (const auto& ca : t.list("sms.ca")) sms.ca_files.push_back((dir / ca).string());
}

crypto::FileKeyStore store_keys(const DataDirectory& data) {
  return crypto::FileKeyStore(data.file("keys"), read_settings(data.dir).node.passphrase.source());
}

}  // namespace

std::optional<sgp02::Party> party_of(std::string_view name) {
  const auto row = std::ranges::find(kParties, name, &PartyName::name);
  return row == std::end(kParties) ? std::nullopt : std::optional(row->party);
}

void DataDirectory::declare(CLI::App& sub) {
  sub.add_option("--data", dir, "Directory of the SM-SR")->capture_default_str()->type_name("DIR");
}

std::unique_ptr<store::SmsrSqlite> DataDirectory::open() const {
  need_server(dir, kSmsr, kSmsr.database());
  const auto keys = store_keys(*this);
  if (!keys.has_wrapping_key(kStoreKey))
    refuse("the key of the registry, " + (file("keys") / kStoreKey).string() + ".kek, is missing",
           "restore it from a backup: without it the keys of the cards cannot be read");
  return need(store::SmsrSqlite::open(file("smsr.db").string(), {&keys, kStoreKey}));
}

void create_store(const DataDirectory& data) {
  const auto keys = store_keys(data);
  need(keys.create_wrapping_key(kStoreKey));
  need(store::SmsrSqlite::open(data.file("smsr.db").string(), {&keys, kStoreKey}));
}

Settings read_settings(const fs::path& dir) {
  const auto t =
      read_settings_file(dir, kSmsr,
                         {"pki", "as", "card_certificate", "passphrase_file", "url", "functions", "sessions",
                          "metrics", "workers", "sms", "trigger", "limits", "change", "resolve", "party"});
  Settings s;
  s.dir = dir;
  s.node = m2m::node_options(t, dir);
  s.card_certificate = t.text("card_certificate");
  s.url = t.text("url");
  s.functions = t.text("functions", s.functions);
  s.sessions = t.text("sessions", s.sessions);
  s.metrics = t.text("metrics");
  s.workers = t.workers(s.workers);
  read_sms(t, dir, s.sms);
  s.session_address = t.text("trigger.address", "127.0.0.1");
  s.session_host = t.text("trigger.host");
  s.session_port = t.port("trigger.port", 8446);
  read_limits(t, s.role);
  s.role.https_keys = t.flag("change.https_keys", true);
  for (const auto& p : t.tables("party")) {
    auto peer = read_peer(p, dir);
    const auto id = peer.id;
    if (!s.role.peers.emplace(id, std::move(peer)).second)
      p.refuse("the party " + id.dotted() + " is there twice",
               "one [[party]] with all that it is: as = [\"mno\", \"m2m-sp\"]");
  }
  return s;
}

}  // namespace eider::app::smsr_cli
