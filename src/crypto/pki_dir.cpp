#include "crypto/pki_dir.hpp"

#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace eider::crypto {
namespace {
namespace fs = std::filesystem;
namespace json = boost::json;
constexpr std::string_view kFormat = "eider-pki";

Result<Bytes> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail_local("cannot read " + path.string());
  return Bytes(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

// Whole or not at all: readers never see half an index.
Status replace_file(const fs::path& path, ByteView content) {
  const fs::path temporary = path.string() + ".new";
  {
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
    out.flush();
    if (!out) return fail_local("cannot write " + temporary.string());
  }
  std::error_code error;
  fs::rename(temporary, path, error);
  if (error) return fail_local("cannot replace " + path.string() + ": " + error.message());
  return {};
}

std::string text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool safe_name(std::string_view name) {
  return !name.empty() && name[0] != '.' && name.find_first_of("/\\") == std::string_view::npos;
}

const json::array& array_of(const json::object& object, std::string_view key) {
  static const json::array empty;
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->get_array() : empty;
}

Result<PkiRevocation> revocation_from(const json::object& o, const fs::path& path) {
  PkiRevocation r;
  r.issuer = text_of(o, "issuer");
  const auto serial = from_hex(text_of(o, "serial"));
  const auto date = parse_time(text_of(o, "revoked"));
  if (r.issuer.empty() || !serial || serial->empty() || !date)
    return fail_local(path.string() + ": a revocation lacks issuer, serial or date");
  r.entry.serial = *serial;
  r.entry.revoked_at = *date;
  r.entry.expires = parse_time(text_of(o, "expires"));
  if (const auto* reason = o.if_contains("reason");
      reason != nullptr && reason->is_int64() && reason->get_int64() >= 0 && reason->get_int64() <= 10)
    r.entry.reason = static_cast<std::uint8_t>(reason->get_int64());
  return r;
}

json::object to_json(const PkiRevocation& r) {
  json::object o{
      {"issuer", r.issuer}, {"serial", to_hex(r.entry.serial)}, {"revoked", format_time(r.entry.revoked_at)}};
  if (r.entry.expires) o["expires"] = format_time(*r.entry.expires);
  if (r.entry.reason) o["reason"] = *r.entry.reason;
  return o;
}
Result<GpEntry> gp_entry_from(const json::object& o, const fs::path& path) {
  const std::string name = text_of(o, "name");
  const auto kind = gp_kind_from(text_of(o, "kind"));
  const auto curve = curve_from(text_of(o, "curve"));
  if (!safe_name(name) || !kind || !curve)
    return fail_local((path / "index.json").string() + ": a card certificate lacks a name, kind or curve");
  const auto file = path / "certificates" / (name + ".7f21");
  EIDER_TRY(content, read_file(file));
  auto certificate = GpCertificate::decode(content, *curve);
  if (!certificate) return fail_local(file.string() + ": " + certificate.error().message());
  std::error_code missing;
  return GpEntry{name, *kind, std::move(*certificate), text_of(o, "issuer"),
                 fs::exists(path / "keys" / (name + ".pem"), missing)};
}

json::object to_json(const GpEntry& e) {
  return {{"name", e.name},
          {"kind", to_string(e.kind)},
          {"curve", short_name(e.curve())},
          {"issuer", e.issuer},
          {"subject", gp_subject_text(e.kind, e.certificate)}};
}
}  // namespace

PkiDirectory::PkiDirectory(fs::path path, PassphraseSource passphrase)
    : path_(std::move(path)),
      passphrase_(passphrase),
      keys_(std::make_shared<FileKeyStore>(path_ / "keys", std::move(passphrase))) {}

Result<PkiDirectory> PkiDirectory::create(const fs::path& path, PassphraseSource passphrase) {
  std::error_code error;
  if (fs::exists(path / "index.json", error))
    return fail_local(path.string() + " already holds a PKI",
                      "choose another directory, or add to it with `eider pki issue`");
  for (const char* sub : {"certificates", "keys", "crl"}) {
    fs::create_directories(path / sub, error);
    if (error) return fail_local("cannot make " + (path / sub).string() + ": " + error.message());
  }
  fs::permissions(path / "keys", fs::perms::owner_all, error);
  if (error) return fail_local("cannot protect " + (path / "keys").string() + ": " + error.message());
  PkiDirectory dir(path, std::move(passphrase));
  EIDER_CHECK(dir.save());
  return dir;
}

Result<PkiDirectory> PkiDirectory::open(const fs::path& path, PassphraseSource passphrase) {
  PkiDirectory dir(path, std::move(passphrase));
  EIDER_CHECK(dir.load());
  return dir;
}

Status PkiDirectory::load() {
  const fs::path index = path_ / "index.json";
  const auto content = read_file(index);
  if (!content)
    return fail_local(path_.string() + " is not a PKI directory: it has no readable index.json",
                      "make one with `eider pki init --out " + path_.string() + "`");
  json::error_code error;
  const json::value document = json::parse(as_text(*content), error);
  const auto* root = error ? nullptr : document.if_object();
  if (root == nullptr || text_of(*root, "format") != kFormat)
    return fail_local(index.string() + " is not an eider-pki index");
  for (const auto& value : array_of(*root, "certificates")) {
    const auto* o = value.if_object();
    const std::string name = o != nullptr ? text_of(*o, "name") : "";
    const auto role = o != nullptr ? role_from(text_of(*o, "role")) : std::nullopt;
    if (!safe_name(name) || !role)
      return fail_local(index.string() + ": an entry lacks a name or a known role");
    EIDER_TRY(file, read_file(path_ / "certificates" / (name + ".pem")));
    auto certificate = Certificate::parse(file);
    if (!certificate)
      return fail_local((path_ / "certificates" / (name + ".pem")).string() + ": " +
                        certificate.error().message());
    std::error_code missing;
    entries_.push_back({name, *role, *certificate, text_of(*o, "issuer"),
                        fs::exists(path_ / "keys" / (name + ".pem"), missing)});
  }
  for (const auto& value : array_of(*root, "cardCertificates")) {
    EIDER_TRY(entry, gp_entry_from(value.is_object() ? value.get_object() : json::object(), path_));
    gp_entries_.push_back(std::move(entry));
  }
  for (const auto& value : array_of(*root, "revocations")) {
    EIDER_TRY(revocation, revocation_from(value.is_object() ? value.get_object() : json::object(), index));
    revocations_.push_back(std::move(revocation));
  }
  if (const auto* numbers = root->if_contains("nextCrlNumber"); numbers != nullptr && numbers->is_object())
    for (const auto& pair : numbers->get_object()) {
      json::error_code bad;
      crl_numbers_[std::string(pair.key())] = pair.value().to_number<std::uint64_t>(bad);
      if (bad) return fail_local(index.string() + ": nextCrlNumber is not a number");
    }
  return {};
}

Status PkiDirectory::save() const {
  json::array certificates, card_certificates, revocations;
  for (const auto& e : entries_)
    certificates.push_back(json::object{{"name", e.name},
                                        {"role", to_string(e.role)},
                                        {"curve", short_name(e.curve())},
                                        {"issuer", e.issuer},
                                        {"subject", e.certificate.subject().text()},
                                        {"ski", to_hex(e.certificate.subject_key_identifier())},
                                        {"notAfter", format_time(e.certificate.not_after())}});
  for (const auto& e : gp_entries_) card_certificates.push_back(to_json(e));
  for (const auto& r : revocations_) revocations.push_back(to_json(r));
  json::object numbers;
  for (const auto& [name, number] : crl_numbers_) numbers[name] = number;
  const json::object root{{"format", kFormat},
                          {"version", 1},
                          {"certificates", std::move(certificates)},
                          {"cardCertificates", std::move(card_certificates)},
                          {"revocations", std::move(revocations)},
                          {"nextCrlNumber", std::move(numbers)}};
  // One member a line is enough for people to read and for version control to compare.
  std::string text = json::serialize(root);
  for (const std::string_view at :
       {"{\"name\"", "\"cardCertificates\"", "\"revocations\"", "\"nextCrlNumber\"", "{\"issuer\""})
    for (std::size_t pos = 0; (pos = text.find(at, pos)) != std::string::npos; pos += at.size() + 1)
      text.insert(pos, "\n");
  return replace_file(path_ / "index.json", as_bytes(text + "\n"));
}

const PkiEntry* PkiDirectory::find(std::string_view name) const {
  for (const auto& e : entries_)
    if (e.name == name) return &e;
  return nullptr;
}

const PkiEntry* PkiDirectory::find(CertificateRole role, std::optional<Curve> curve) const {
  const PkiEntry *found = nullptr, *found_revoked = nullptr;
  for (const auto& e : entries_)
    if (e.role == role && (!curve || e.curve() == *curve)) (revoked(e) ? found_revoked : found) = &e;
  return found != nullptr ? found : found_revoked;
}

bool PkiDirectory::revoked(const PkiEntry& entry) const {
  return std::ranges::any_of(revocations_, [&](const PkiRevocation& r) {
    return r.issuer == entry.issuer && equal(r.entry.serial, entry.certificate.serial());
  });
}

std::vector<const PkiEntry*> PkiDirectory::find_all(CertificateRole role) const {
  std::vector<const PkiEntry*> out;
  for (const auto& e : entries_)
    if (e.role == role) out.push_back(&e);
  return out;
}

fs::path PkiDirectory::certificate_path(const PkiEntry& e) const {
  return path_ / "certificates" / (e.name + ".pem");
}
fs::path PkiDirectory::key_path(const PkiEntry& e) const {
  return path_ / "keys" / (e.name + ".pem");
}

Result<SigningKeyPtr> PkiDirectory::signing_key(const std::string& name, const PublicKey& expected) const {
  EIDER_TRY(key, keys_->find(name));
  if (!(key->public_key() == expected))
    return fail_local((path_ / "keys" / (name + ".pem")).string() +
                      " does not belong to the certificate of the same name");
  return key;
}
Result<SigningKeyPtr> PkiDirectory::signing_key(const PkiEntry& entry) const {
  return signing_key(entry.name, entry.certificate.public_key());
}
Result<SigningKeyPtr> PkiDirectory::signing_key(const GpEntry& entry) const {
  return signing_key(entry.name, entry.certificate.public_key());
}

Result<PrivateKey> PkiDirectory::private_key(const std::string& name, const PublicKey& expected) const {
  const auto file = path_ / "keys" / (name + ".pem");
  std::error_code missing;
  if (!fs::exists(file, missing)) return fail_local("no private key for " + name + " in " + path_.string());
  EIDER_TRY(passphrase, passphrase_(name));
  EIDER_TRY(key, load_private_key(file, passphrase));
  if (!(key.public_key() == expected))
    return fail_local(file.string() + " does not belong to the certificate of the same name");
  return key;
}
Result<PrivateKey> PkiDirectory::private_key(const PkiEntry& entry) const {
  return private_key(entry.name, entry.certificate.public_key());
}
Result<PrivateKey> PkiDirectory::private_key(const GpEntry& entry) const {
  return private_key(entry.name, entry.certificate.public_key());
}

const GpEntry* PkiDirectory::find_gp(std::string_view name) const {
  for (const auto& e : gp_entries_)
    if (e.name == name) return &e;
  return nullptr;
}

const GpEntry* PkiDirectory::find_gp(GpCertificateKind kind, std::optional<Curve> curve,
                                     ByteView subject) const {
  const GpEntry* found = nullptr;
  for (const auto& e : gp_entries_)
    if (e.kind == kind && (!curve || e.curve() == *curve) &&
        (subject.empty() || equal(subject, e.certificate.fields().subject)))
      found = &e;
  return found;
}

fs::path PkiDirectory::certificate_path(const GpEntry& e) const {
  return path_ / "certificates" / (e.name + ".7f21");
}

Result<std::string> PkiDirectory::add(const GpItem& item) {
  if (!safe_name(item.name)) return fail_local("\"" + item.name + "\" cannot name a PKI entry");
  std::string name = item.name;
  for (int n = 2; taken(name); ++n) name = item.name + "-" + std::to_string(n);
  if (item.key) EIDER_CHECK(keys_->store(name, *item.key));
  EIDER_CHECK(replace_file(path_ / "certificates" / (name + ".7f21"), item.certificate.octets()));
  gp_entries_.push_back({name, item.kind, item.certificate, item.issuer, item.key.has_value()});
  EIDER_CHECK(save());
  return name;
}

Result<TrustStore> PkiDirectory::roots(const CertificateProfile& profile) const {
  TrustStore store;
  for (const auto& e : entries_) {
    if (e.role != profile.role) continue;
    if (auto added = store.add(e.certificate, profile); !added)
      return fail_local(certificate_path(e).string() + ": " + added.error().message());
  }
  return store;
}

Result<CrlSet> PkiDirectory::crls() const {
  CrlSet set;
  for (const auto& e : entries_) {
    const fs::path file = path_ / "crl" / (e.name + ".crl");
    std::error_code missing;
    if (!fs::exists(file, missing)) continue;
    EIDER_TRY(content, read_file(file));
    EIDER_TRY(lists, parse_crl_download(content));
    for (const Crl& crl : lists)
      if (auto added = set.add(crl, e.certificate.public_key(), e.certificate.subject_key_identifier());
          !added)
        return fail_local(file.string() + ": " + added.error().message());
  }
  return set;
}

Result<std::string> PkiDirectory::add(const PkiItem& item) {
  if (!safe_name(item.name)) return fail_local("\"" + item.name + "\" cannot name a PKI entry");
  for (const auto& e : entries_)
    if (e.certificate == item.certificate)
      return fail_local("this certificate is here already, as " + e.name);
  std::string name = item.name;
  for (int n = 2; taken(name); ++n) name = item.name + "-" + std::to_string(n);
  if (item.key) EIDER_CHECK(keys_->store(name, *item.key));
  EIDER_CHECK(replace_file(path_ / "certificates" / (name + ".pem"), as_bytes(item.certificate.pem())));
  const std::string issuer = item.issuer == item.name ? name : item.issuer;
  entries_.push_back({name, item.role, item.certificate, issuer, item.key.has_value()});
  EIDER_CHECK(save());
  return name;
}

Status PkiDirectory::revoke(const PkiEntry& entry, Time now, std::uint8_t reason) {
  const PkiEntry* issuer = entry.issuer == entry.name ? &entry : find(entry.issuer);
  if (issuer == nullptr) return fail_local("the issuer of " + entry.name + " is not in this PKI");
  if (entry.role == CertificateRole::kEuicc)
    return fail_local("eUICC certificates are not revoked singly (SGP.22 section 4.6)",
                      "revoke the EUM certificate");
  if (revoked(entry)) return fail_local(entry.name + " is revoked already");
  revocations_.push_back(
      {issuer->name, {to_bytes(entry.certificate.serial()), now, reason, entry.certificate.not_after()}});
  return save();
}

Result<std::vector<Crl>> PkiDirectory::issue_crl(const PkiEntry& root, Time now, Duration until_next,
                                                 bool segmented) {
  EIDER_TRY(key, signing_key(root));
  const auto& uris = root.certificate.crl_distribution_points();
  CrlRequest request{.entries = {},
                     .number = crl_numbers_[root.name],
                     .this_update = now,
                     .next_update = now + until_next,
                     .distribution_point = uris.empty() ? "http://ci.example.com/CRL.crl" : uris.front()};
  for (const auto& r : revocations_)
    if (r.issuer == root.name) request.entries.push_back(r.entry);
  std::vector<Crl> lists;
  if (segmented) {
    EIDER_TRY(segments, issue_segmented_crl(root.certificate, *key, request));
    lists = std::move(segments);
  } else {
    EIDER_TRY(whole, crypto::issue_crl(root.certificate, *key, request));
    lists.push_back(std::move(whole));
  }
  ++crl_numbers_[root.name];
  EIDER_CHECK(save());
  const Bytes content = segmented ? encode_segments(lists) : to_bytes(lists.front().der());
  EIDER_CHECK(replace_file(path_ / "crl" / (root.name + ".crl"), content));
  return lists;
}

}  // namespace eider::crypto
