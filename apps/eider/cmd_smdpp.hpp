// What the parts of `eider smdpp` share.
#pragma once
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <map>

#include "cmd_pki.hpp"
#include "output.hpp"
#include "roles/smdpp/smdpp.hpp"
#include "store/smdpp_sqlite.hpp"

namespace eider::app::smdpp_cli {

using pki::need;
using pki::refuse;

// DIR/smdpp.toml
struct Settings {
  std::vector<std::string> addresses;
  std::string pki;
  std::string oid;  // of the SM-DP+ to be, dotted; empty: the first that the PKI has
  std::string passphrase_file;
  std::string es9plus = "127.0.0.1:8443", es2plus = "127.0.0.1:8444", metrics = "127.0.0.1:9464";
  unsigned workers = 16;  // they wait for commits most of the time
  smdpp::Limits limits;
  smdpp::CrlPolicy crl;
  bool web_roots = false;                       // trust public CAs of operators' notification servers
  std::map<std::string, std::string> resolve;   // "host:port" = "address:port"
  std::vector<std::string> notification_roots;  // PEM files
};
Settings read_settings(const std::filesystem::path& dir);
std::string write_settings(const Settings& settings);

struct DataDirectory {
  std::string dir;
  bool json = false;
  void declare(CLI::App& sub);
  std::filesystem::path settings_file() const { return std::filesystem::path(dir) / "smdpp.toml"; }
  std::filesystem::path database() const { return std::filesystem::path(dir) / "smdpp.db"; }
  Settings settings() const { return read_settings(dir); }
  std::filesystem::path key_directory() const { return std::filesystem::path(dir) / "keys"; }
  crypto::FileKeyStore keys() const;  // of the database: DIR/keys/NAME.kek
  // Refuses a directory that init did not make, and a database whose key is not there. One of an earlier
  // version gets a key and is sealed.
  std::unique_ptr<store::SmdppSqlite> open() const;
};
crypto::PkiDirectory open_pki(const Settings& settings);
Bytes read_file(const std::filesystem::path& path);
void write_private_file(const std::filesystem::path& path, ByteView content);
smdpp::Iccid parse_iccid_argument(const std::string& text);

inline constexpr const char* kStoreKeyName = "store";
crypto::PassphraseSource passphrase_of(const Settings& settings);
// A new store in `data`, sealed under a new key.
std::unique_ptr<store::SmdppSqlite> create_store(const DataDirectory& data);

void declare_init(CLI::App& smdpp);
void declare_rekey(CLI::App& smdpp);
void declare_operators(CLI::App& smdpp);
void declare_types(CLI::App& smdpp);
void declare_import(CLI::App& smdpp);
void declare_profiles(CLI::App& smdpp);
void declare_serve(CLI::App& smdpp);

}  // namespace eider::app::smdpp_cli
