// What the parts of `eider pki` share.
#pragma once
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "command.hpp"
#include "crypto/pki_dir.hpp"
#include "spec/sgp22/certificates.hpp"

namespace eider::app::pki {

[[noreturn]] void refuse(const Fault& fault);
[[noreturn]] void refuse(std::string cause, std::string remedy = {}, int exit_code = 1);

template <class T>
T need(Result<T> result) {
  if (!result) refuse(result.error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// --passphrase-file, --passphrase-env
struct PassphraseOptions {
  std::string file, env;
  void declare(CLI::App& sub);
  crypto::PassphraseSource source() const;
};

// --dir (or $EIDER_PKI) and the passphrase.
struct DirectoryOptions {
  std::string dir;
  PassphraseOptions passphrase;
  void declare(CLI::App& sub, bool required);
  crypto::PkiDirectory open() const;
};

crypto::CertificateRole parse_role(const std::string& name);
std::string role_list();
crypto::Curve parse_curve(const std::string& name);
const crypto::PkiEntry& need_entry(const crypto::PkiDirectory& dir, const std::string& name);
Bytes read_file(const std::string& path);

std::string render(const crypto::Certificate& certificate, Time now);
boost::json::object to_json(const crypto::Certificate& certificate);
// One line an entry, as `init`, `import` and `show` print a directory.
std::string render(const crypto::PkiDirectory& dir, Time now);
boost::json::array to_json(const crypto::PkiDirectory& dir);
// A certificate that cards read.
std::string render(const crypto::GpEntry& entry);
boost::json::object to_json(const crypto::PkiDirectory& dir, const crypto::GpEntry& entry);
// The row whose policy the certificate carries; nothing for certificates outside the GSMA PKI.
std::optional<crypto::CertificateRole> role_of(const crypto::Certificate& certificate);

void declare_init(CLI::App& pki);
void declare_issue(CLI::App& pki);
void declare_import(CLI::App& pki);
void declare_show(CLI::App& pki);
void declare_verify(CLI::App& pki);
void declare_revoke(CLI::App& pki);
void declare_crl(CLI::App& pki);

}  // namespace eider::app::pki
