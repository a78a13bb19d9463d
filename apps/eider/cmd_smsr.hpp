// What the parts of `eider smsr` share.
#pragma once
#include <filesystem>

#include "m2m_ports.hpp"
#include "roles/smsr/smsr.hpp"
#include "store/smsr_sqlite.hpp"

namespace eider::app::smsr_cli {

// DIR/smsr.toml. Files are named from that directory.
struct Settings {
  std::filesystem::path dir;
  m2m::NodeOptions node;
  std::string card_certificate;  // entry of the PKI: CERT.SR.ECDSA; empty: no SM-SR change to this one
  std::string url;               // of its functions, as others call them
  std::string functions = "127.0.0.1:8445", sessions = "127.0.0.1:8446";
  std::string metrics;  // empty: not served
  unsigned workers = 32;
  m2m::SmsSettings sms;
  // Told to cards by trigger messages.
  std::string session_address, session_host;
  std::uint16_t session_port = 0;
  std::vector<std::string> eum_certificates;  // PEM or DER beside those of the PKI
  smsr::Settings role;                        // parties, limits; what follows from the above comes later
};
Settings read_settings(const std::filesystem::path& dir);

struct DataDirectory {
  std::string dir = "smsr";
  void declare(CLI::App& sub);
  std::filesystem::path file(const char* name) const { return std::filesystem::path(dir) / name; }
  std::unique_ptr<store::SmsrSqlite> open() const;
};

inline constexpr const char* kStoreKey = "store";
// A new registry, sealed under a new key.
void create_store(const DataDirectory& data);
// "mno", "smdp"
std::optional<sgp02::Party> party_of(std::string_view name);
// What follows from certificates and listening addresses.
smsr::Settings role_settings(const Settings& settings, const m2m::Node& node);

// Where cards connect to: of trigger messages, and of cards that notify by HTTPS.
channel::scp81::ConnectionParameters session_connection(const Settings& settings);
Bytes https_parameters(const Settings& settings);  // 84 and 89: A5 of the addressing parameters

void declare_init(CLI::App& smsr);
void declare_serve(CLI::App& smsr);
void declare_show(CLI::App& smsr);
void declare_orders(CLI::App& smsr);

}  // namespace eider::app::smsr_cli
