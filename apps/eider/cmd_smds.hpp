// What the parts of `eider smds` share.
#pragma once
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <map>

#include "cmd_pki.hpp"
#include "output.hpp"
#include "roles/smds/smds.hpp"
#include "store/smds_sqlite.hpp"

namespace eider::app::smds_cli {

using pki::need;
using pki::refuse;

// DIR/smds.toml
struct Settings {
  std::vector<std::string> addresses;
  std::string pki;
  std::string oid;  // of the SM-DS to be, dotted; empty: the first that the PKI has
  std::string passphrase_file;
  std::string root;  // address of the Root SM-DS, for ES15; empty: this is a Root
  std::string push;  // https://…, told the EIDs of eUICCs with a new event; empty: nobody is
  std::string es11 = "127.0.0.1:8451", es12 = "127.0.0.1:8452", metrics = "127.0.0.1:9465";
  unsigned workers = 16;  // they wait for commits most of the time
  smds::Limits limits;
  std::map<std::string, std::string> resolve;  // "host:port" = "address:port"
};
Settings read_settings(const std::filesystem::path& dir);
std::string write_settings(const Settings& settings);

struct DataDirectory {
  std::string dir;
  bool json = false;
  void declare(CLI::App& sub);
  std::filesystem::path settings_file() const { return std::filesystem::path(dir) / "smds.toml"; }
  std::filesystem::path database() const { return std::filesystem::path(dir) / "smds.db"; }
  Settings settings() const { return read_settings(dir); }
  // Refuses a directory that init did not make.
  std::unique_ptr<store::SmdsSqlite> open() const;
};
crypto::PkiDirectory open_pki(const Settings& settings);

void declare_init(CLI::App& smds);
void declare_serve(CLI::App& smds);
void declare_show(CLI::App& smds);

}  // namespace eider::app::smds_cli
