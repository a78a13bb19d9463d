// What every command that is a party of the M2M architecture shares: its certificate, whom it trusts, its way
// to other parties and its own end point (SGP.02 v4.2 Annex B: SOAP over mutually authenticated TLS).
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cmd_pki.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "server/validity.hpp"
#include "spec/sgp02/function.hpp"
#include "store/small_file.hpp"

namespace eider::app {
class SettingsTable;
}

namespace eider::app::m2m {

struct NodeOptions {
  std::string pki, name;  // an entry of a PKI directory
  pki::PassphraseOptions passphrase;
  std::string certificate, key;  // or files
  std::vector<std::string> ca_files, resolve;

  // `role`: "operator", for the help; the entry of the PKI is `standard` unless --as names another.
  void declare(CLI::App& sub, const std::string& role, const std::string& standard);
};

// Of the settings of a server in `dir`: pki, as, passphrase_file, resolve.
NodeOptions node_options(const SettingsTable& settings, const std::filesystem::path& dir);

struct Node {
  sgp02::EntityId id;  // registeredID of the certificate
  net::TlsIdentity identity;
  std::vector<Bytes> anchors;  // DER, of every CI
  std::map<std::string, std::string> resolve;

  // Throws CommandError with cause and remedy.
  static Node load(const NodeOptions& options);
  std::unique_ptr<net::HttpClient> client() const;
  // At ADDRESS:PORT; every caller shows a certificate of a CI.
  // `what`: of whom the address is, as in "functions".
  std::unique_ptr<net::HttpServer> server(const std::string& what, const std::string& at,
                                          net::HttpHandler handler, unsigned threads = 4) const;
};

// Of all processes one holds `path`, until it ends, however it ends; PATH.lock stands beside it. Throws
// CommandError when another does. `what`: "serves the SM-SR in smsr".
std::unique_ptr<store::FileLock> only_process(const std::filesystem::path& path, const std::string& what);

// The setting of both servers: "refuse" or "shorten". Throws CommandError.
server::LongerValidity longer_validity(const std::string& text);

// "OID@HOST[:PORT][/PATH]". Throws CommandError.
struct PeerText {
  sgp02::EntityId id;
  HttpsUrl url;
};
PeerText parse_peer(const std::string& option, const std::string& text);
// Of a call that never went out; empty for another fault.
std::string unreached_remedy(const Fault& fault);
sgp02::EntityId parse_entity_id(const std::string& option, const std::string& text);
// Of command lines; a check digit of the EID that is wrong is refused.
sgp02::Eid parse_eid_argument(const std::string& text);
sgp02::Iccid parse_iccid_argument(const std::string& text);

}  // namespace eider::app::m2m
