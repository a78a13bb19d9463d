// What the parts of `eider smdp` share.
#pragma once
#include <filesystem>

#include "cmd_smdpp.hpp"
#include "m2m_ports.hpp"
#include "roles/smdp/smdp.hpp"
#include "store/smdp_sqlite.hpp"

namespace eider::app::smdp_cli {

// DIR/smdp.toml. Files are named from that directory.
struct Settings {
  m2m::NodeOptions node;
  std::string url, listen, inventory;
  std::string metrics;  // empty: not served
  unsigned workers = 32;
  smdp::Limits limits;
  smdp::es8::KeyEstablishmentOptions keys;
  smdp::es8::DownloadOptions download;
};
Settings read_settings(const std::filesystem::path& dir);

struct DataDirectory {
  std::string dir = "smdp";
  void declare(CLI::App& sub);
  std::filesystem::path file(const char* name) const { return std::filesystem::path(dir) / name; }
  std::unique_ptr<store::SmdpSqlite> open() const;
};

// Of the PKI; refuses one without a CERT.DP.ECDSA.
struct Certificates {
  crypto::TrustStore roots;
  std::vector<crypto::Certificate> eums;
  std::vector<smdp::es8::DpCredential> credentials;
};
Certificates certificates_of(const Settings& settings);
// Of the SM-DP+ whose Profiles it delivers.
std::unique_ptr<store::SmdppSqlite> open_inventory(const Settings& settings);

void declare_init(CLI::App& smdp);
void declare_show(CLI::App& smdp);
void declare_orders(CLI::App& smdp);

}  // namespace eider::app::smdp_cli
