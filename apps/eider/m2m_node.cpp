#include "m2m_node.hpp"

#include "arguments.hpp"
#include "server/request.hpp"
#include "settings_file.hpp"

namespace eider::app::m2m {
using pki::need;

void NodeOptions::declare(CLI::App& sub, const std::string& role, const std::string& standard) {
  name = standard;
  sub.add_option("--pki", pki, "PKI directory: CI to trust, certificate and key of the " + role)
      ->type_name("DIR")
      ->envname("EIDER_PKI");
  sub.add_option("--as", name, "Entry of the PKI directory that this " + role + " is")
      ->type_name("NAME")
      ->capture_default_str();
  passphrase.declare(sub);
  sub.add_option("--certificate", certificate,
                 "Certificate of the " + role + ", PEM or DER, in place of --as")
      ->type_name("FILE");
  sub.add_option("--key", key, "Its private key")->type_name("FILE");
  sub.add_option("--ca", ca_files, "CI certificate to trust")->type_name("FILE");
  sub.add_option("--resolve", resolve, "host:port:address:port, in place of a name look-up")
      ->type_name("RULE");
}

namespace {
sgp02::EntityId entity_of(const net::TlsIdentity& identity) {
  const auto certificate = need(crypto::Certificate::parse(identity.chain.front()));
  if (certificate.registered_ids().size() != 1)
    pki::refuse("the certificate does not say who this party is",
                "a certificate with one registeredID in its subjectAltName: eider pki init --m2m");
  return certificate.registered_ids().front();
}
}  // namespace

NodeOptions node_options(const SettingsTable& settings, const std::filesystem::path& dir) {
  NodeOptions out;
  out.pki = settings.text("pki");
  out.name = settings.text("as");
  if (const auto passphrase = settings.text("passphrase_file"); !passphrase.empty())
    out.passphrase.file = (dir / passphrase).string();
  for (const auto& [from, to] : settings.pairs("resolve")) out.resolve.push_back(from + ":" + to);
  return out;
}

Node Node::load(const NodeOptions& o) {
  Node node;
  for (const auto& rule : o.resolve) node.resolve.insert(resolve_rule(rule));
  for (const auto& file : o.ca_files)
    for (auto& der : need(net::load_certificates(file))) node.anchors.push_back(std::move(der));
  if (!o.pki.empty()) {
    const auto dir = need(crypto::PkiDirectory::open(o.pki, o.passphrase.source()));
    for (const auto* ci : dir.find_all(crypto::CertificateRole::kCi))
      node.anchors.push_back(to_bytes(ci->certificate.der()));
    if (o.certificate.empty()) {
      const auto& entry = pki::need_entry(dir, o.name);
      node.identity = {{to_bytes(entry.certificate.der())}, need(need(dir.signing_key(entry))->tls_key())};
    }
  }
  if (!o.certificate.empty()) node.identity = need(net::load_tls_identity(o.certificate, o.key));
  if (node.identity.chain.empty())
    throw CommandError{2,
                       "no certificate: parties of M2M prove to each other who they are\n  remedy: --pki "
                       "DIR with --as NAME, or --certificate FILE and --key FILE"};
  if (node.anchors.empty())
    throw CommandError{2, "no CI is trusted, so nobody can be\n  remedy: --pki DIR or --ca FILE"};
  node.id = entity_of(node.identity);
  return node;
}

std::unique_ptr<net::HttpClient> Node::client() const {
  net::HttpClientConfig config;
  config.trust_anchors = anchors;
  config.identity = identity;
  config.resolve = resolve;
  return need(net::HttpClient::create(std::move(config)));
}

std::unique_ptr<net::HttpServer> Node::server(const std::string& what, const std::string& at,
                                              net::HttpHandler handler, unsigned threads) const {
  net::HttpServerConfig config;
  std::tie(config.address, config.port) = listening_address(what, at);
  config.identities = {identity};
  config.client_authentication = net::ClientAuthentication::kRequired;
  config.client_anchors = anchors;
  config.threads = threads;
  auto server = std::make_unique<net::HttpServer>(std::move(config), std::move(handler));
  need(server->start());
  return server;
}

std::unique_ptr<store::FileLock> only_process(const std::filesystem::path& path, const std::string& what) {
  auto lock = std::make_unique<store::FileLock>(path, store::FileLock::Wait::kNot);
  if (!lock->held())
    pki::refuse("another process " + what + ", or " + path.string() + ".lock cannot be written",
                "wait for it, or end it; fuser " + path.string() + ".lock names it");
  return lock;
}

server::LongerValidity longer_validity(const std::string& text) {
  if (text == "refuse") return server::LongerValidity::kRefuse;
  if (text == "shorten") return server::LongerValidity::kShorten;
  pki::refuse("longer_validity is \"refuse\" or \"shorten\", not \"" + text + "\"");
}

sgp02::EntityId parse_entity_id(const std::string& option, const std::string& text) {
  check_oid(option, text);
  return *sgp02::EntityId::parse(text);
}

PeerText parse_peer(const std::string& option, const std::string& text) {
  const auto at = text.find('@');
  if (at == std::string::npos)
    throw CommandError{2, option + " takes OID@HOST[:PORT][/PATH], not \"" + text + "\"\n  remedy: like " +
                              (option == "--smdp" ? "2.999.11@smdp.example.com:8448/es2"
                                                  : "2.999.20@smsr.example.com:8445")};
  const auto url = parse_https_url(text.substr(at + 1));
  if (!url) throw CommandError{2, option + ": " + url.error().message()};
  return {parse_entity_id(option, text.substr(0, at)), *url};
}

std::string unreached_remedy(const Fault& fault) {
  const auto* transport = fault.as<TransportFault>();
  if (!transport || transport->sent) return {};
  return "see that it runs there; for a name in no DNS: --resolve HOST:PORT:ADDRESS:PORT, like "
         "smsr.example.com:8445:127.0.0.1:8445";
}

sgp02::Eid parse_eid_argument(const std::string& text) {
  const auto eid = sgp22::parse_eid(text);
  if (!eid) throw CommandError{2, "an EID has 32 digits, the last two are check digits: \"" + text + "\""};
  return *eid;
}
sgp02::Iccid parse_iccid_argument(const std::string& text) {
  const auto iccid = server::read_iccid(text);
  if (!iccid) throw CommandError{2, "an ICCID has 18 to 20 digits: \"" + text + "\""};
  return *iccid;
}

}  // namespace eider::app::m2m
