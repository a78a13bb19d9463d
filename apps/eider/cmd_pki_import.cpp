// eider pki import: the folder layout of the SGP.26 test certificates into a PKI directory.
#include <cstdio>

#include "cmd_pki.hpp"

namespace eider::app::pki {
namespace {
namespace fs = std::filesystem;
using crypto::CertificateRole;

struct Import {
  std::string from, out;
  PassphraseOptions passphrase;
  bool json = false;

  struct Found {
    fs::path file;
    CertificateRole role;
    crypto::Certificate certificate;
  };

  static bool starts(const fs::path& file, std::string_view prefix) {
    return file.filename().string().starts_with(prefix);
  }

  // CERT_*.der, sorted, so that the plain names (DPauth) come after the numbered ones (DP2auth) and are the
  // newest.
  std::vector<Found> certificates() const {
    std::error_code error;
    std::vector<fs::path> files;
    for (fs::recursive_directory_iterator it(from, error), end; !error && it != end; it.increment(error))
      if (it->is_regular_file() && starts(it->path(), "CERT_") && it->path().extension() == ".der")
        files.push_back(it->path());
    if (error) refuse("cannot read " + from + ": " + error.message());
    std::ranges::sort(files, {}, [](const fs::path& p) { return p.filename().string(); });
    std::vector<Found> found;
    for (const auto& file : files) {
      auto certificate = crypto::Certificate::parse(read_file(file.string()));
      if (!certificate) {
        std::fprintf(stderr, "eider: skipped %s: %s\n", file.c_str(), certificate.error().message().c_str());
        continue;
      }
      const auto role = role_of(*certificate);
      if (!role) {
        std::fprintf(stderr, "eider: skipped %s: no role policy of SGP.22\n", file.c_str());
        continue;
      }
      found.push_back({file, *role, *std::move(certificate)});
    }
    if (found.empty())
      refuse("no CERT_*.der of SGP.26 in " + from,
             "give the folder that holds CertificateIssuer, EUM, eUICC, DPauth …");
    std::ranges::stable_sort(found, {}, &Found::role);  // roots first
    return found;
  }

  // The SK_*.pem beside the certificate that has its public key.
  static std::optional<crypto::PrivateKey> key_of(const Found& found) {
    std::error_code error;
    for (fs::directory_iterator it(found.file.parent_path(), error), end; !error && it != end;
         it.increment(error)) {
      if (!starts(it->path(), "SK_")) continue;
      const Secret content(read_file(it->path().string()));
      auto key = crypto::PrivateKey::from_encoded(content.view());
      if (key && key->public_key() == found.certificate.public_key()) return *std::move(key);
    }
    return std::nullopt;
  }

  // The number of the second, fourth … SM-DP+ in names like CERT_S_SM_DP2auth.
  static std::string number_of(const fs::path& file) {
    const std::string name = file.filename().string();
    const auto at = name.find("_DP") != std::string::npos ? name.find("_DP") : name.find("_DS");
    std::string digits;
    for (auto i = at == std::string::npos ? name.size() : at + 3;
         i < name.size() && name[i] >= '0' && name[i] <= '9'; ++i)
      digits += name[i];
    return digits.empty() ? "" : "-" + digits;
  }

  static std::string name_of(const Found& f) {
    std::string name = crypto::item_name(f.role, f.certificate.public_key().curve()) + number_of(f.file);
    if (f.role == CertificateRole::kEuicc)
      if (const auto eid = crypto::eid_of(f.certificate)) name += "-" + to_hex(eid->view());
    return name;
  }

  void run() {
    const auto found = certificates();
    auto dir = need(crypto::PkiDirectory::create(out, passphrase.source()));
    for (const auto& f : found) {
      const std::string name = name_of(f);
      std::string issuer = f.role == CertificateRole::kCi ? name : "";
      for (const auto& e : dir.entries())
        if (issuer.empty() &&
            equal(e.certificate.subject_key_identifier(), f.certificate.authority_key_identifier()))
          issuer = e.name;
      need(dir.add({name, f.role, f.certificate, key_of(f), issuer}));
    }
    if (json) {
      std::printf("%s\n", boost::json::serialize(to_json(dir)).c_str());
    } else {
      std::fputs(render(dir, SystemClock().now()).c_str(), stdout);
    }
  }
};
}  // namespace

void declare_import(CLI::App& pki) {
  auto* sub = pki.add_subcommand("import", "Import test certificates and keys in the SGP.26 folder layout");
  const auto o = std::make_shared<Import>();
  sub->add_option("from", o->from, "Folder with CertificateIssuer, EUM, eUICC, DPauth, DPpb, DPtls")
      ->required()
      ->type_name("FOLDER");
  sub->add_option("--out", o->out, "PKI directory to make")->required()->type_name("DIR");
  o->passphrase.declare(*sub);
  sub->add_flag("--json", o->json, "List the result as JSON");
  sub->footer(
      "Examples:\n  eider pki import sgp26 --out pki\nThe private keys of SGP.26 are public: never trust its "
      "CI in the field.");
  sub->callback([o] { o->run(); });
}

}  // namespace eider::app::pki
