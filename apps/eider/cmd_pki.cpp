// eider pki: certificates, keys and CRLs of a test or private PKI.
#include "cmd_pki.hpp"

#include "input_file.hpp"

namespace eider::app::pki {

void refuse(std::string cause, std::string remedy, int exit_code) {
  throw CommandError{
      exit_code, remedy.empty() ? std::move(cause) : std::move(cause) + "\n  remedy: " + std::move(remedy)};
}

void refuse(const Fault& fault) {
  if (const auto* local = fault.as<LocalFault>()) refuse(local->what, local->remedy);
  if (fault.as<VerificationFault>() != nullptr)
    refuse(fault.message() + "\n  clause: SGP.22 v2.6.1 section 4.5.2");
  refuse(fault.message());
}

void PassphraseOptions::declare(CLI::App& sub) {
  auto* by_file =
      sub.add_option("--passphrase-file", file, "Passphrase of the private keys: first line of this file")
          ->type_name("FILE");
  sub.add_option("--passphrase-env", env, "Passphrase of the private keys: this environment variable")
      ->type_name("VARIABLE")
      ->excludes(by_file);
}

crypto::PassphraseSource PassphraseOptions::source() const {
  if (!file.empty()) return crypto::passphrase_file(file);
  if (!env.empty()) return crypto::passphrase_env(env);
  return crypto::no_passphrase();
}

void DirectoryOptions::declare(CLI::App& sub, bool required) {
  auto* option = sub.add_option("--dir", dir, "PKI directory")->envname("EIDER_PKI")->type_name("DIR");
  if (required) option->required();
  passphrase.declare(sub);
}

crypto::PkiDirectory DirectoryOptions::open() const {
  return need(crypto::PkiDirectory::open(dir, passphrase.source()));
}

std::string role_list() {
  std::string out;
  for (const auto& row : sgp22::certificate_profiles())
    out += (out.empty() ? "" : ", ") + std::string(crypto::to_string(row.role));
  return out;
}

crypto::CertificateRole parse_role(const std::string& name) {
  if (const auto role = crypto::role_from(name)) return *role;
  refuse("unknown role \"" + name + "\"", "one of: " + role_list(), 2);
}

crypto::Curve parse_curve(const std::string& name) {
  if (const auto curve = crypto::curve_from(name)) return *curve;
  refuse("unknown curve \"" + name + "\"", "p256 or brainpool", 2);
}

const crypto::PkiEntry& need_entry(const crypto::PkiDirectory& dir, const std::string& name) {
  if (const auto* entry = dir.find(name)) return *entry;
  refuse("no entry \"" + name + "\" in " + dir.path().string(),
         "list them with `eider pki show --dir " + dir.path().string() + "`");
}

Bytes read_file(const std::string& path) {
  return to_bytes(as_bytes(read_input(path)));
}

std::optional<crypto::CertificateRole> role_of(const crypto::Certificate& certificate) {
  for (const auto& row : sgp22::certificate_profiles())
    for (const auto& oid : certificate.policies())
      if (std::ranges::find(row.policies, oid) != row.policies.end()) return row.role;
  return std::nullopt;
}

namespace {
const RegisterCommand registered{{60, "pki",
                                  "Certificates: make a test PKI, issue, show, verify, revoke, import SGP.26",
                                  [](CLI::App& sub) {
                                    sub.require_subcommand(1);
                                    declare_init(sub);
                                    declare_issue(sub);
                                    declare_show(sub);
                                    declare_verify(sub);
                                    declare_revoke(sub);
                                    declare_crl(sub);
                                    declare_import(sub);
                                  }}};
}  // namespace

}  // namespace eider::app::pki
