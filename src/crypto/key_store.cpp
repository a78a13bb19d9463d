#include "crypto/key_store.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/detail/der_cursor.hpp"
#include "crypto/detail/key_files.hpp"
#include "crypto/detail/openssl.hpp"

namespace eider::crypto {
namespace {
class SoftKey final : public SigningKey {
 public:
  explicit SoftKey(PrivateKey key) : key_(std::move(key)) {}
  const PublicKey& public_key() const override { return key_.public_key(); }
  Result<Signature> sign(std::span<const ByteView> parts) const override { return key_.sign(parts); }
  Result<Secret> agree(const PublicKey& other) const override { return key_.agree(other); }
  Result<TlsKey> tls_key() const override {
    auto* key = detail::evp_of(key_);
    if (EVP_PKEY_up_ref(key) != 1) return fail_local("TLS cannot use the private key");
    return TlsKey(key, EVP_PKEY_free);
  }

 private:
  PrivateKey key_;
};

tl::unexpected<Fault> no_key(std::string_view what) {
  return fail_local("no private key for " + std::string(what),
                    "see `eider pki show` for what the directory holds");
}

}  // namespace
}  // namespace eider::crypto

namespace eider::crypto::detail {
bool good_key_name(std::string_view name) {
  return !name.empty() && name[0] != '.' && name.find('/') == std::string_view::npos;
}

Status write_new_file(const std::filesystem::path& path, ByteView content, mode_t mode) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return fail_local("cannot create " + path.string() + ": " + std::strerror(errno));
  ByteView rest = content;
  while (!rest.empty()) {
    const ssize_t n = ::write(fd, rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int error = errno;
      ::close(fd);
      ::unlink(path.c_str());
      return fail_local("cannot write " + path.string() + ": " + std::strerror(error));
    }
    rest = rest.subspan(static_cast<std::size_t>(n));
  }
  if (::close(fd) != 0) return fail_local("cannot write " + path.string() + ": " + std::strerror(errno));
  return {};
}

Result<Secret> read_secret_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail_local("cannot read " + path.string(), "check that the file exists and is readable");
  return Secret(Bytes(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()));
}
}  // namespace eider::crypto::detail

namespace eider::crypto {
using detail::read_secret_file;
using detail::write_new_file;

SigningKeyPtr make_signing_key(PrivateKey key) {
  return std::make_shared<SoftKey>(std::move(key));
}

void MemoryKeyStore::add(std::string name, PrivateKey key) {
  keys_.insert_or_assign(std::move(name), make_signing_key(std::move(key)));
}

Result<SigningKeyPtr> MemoryKeyStore::find(std::string_view name) const {
  const auto it = keys_.find(name);
  if (it == keys_.end()) return no_key(name);
  return it->second;
}

Result<SigningKeyPtr> MemoryKeyStore::find_by_ski(ByteView ski) const {
  for (const auto& [name, key] : keys_)
    if (equal(key->public_key().key_identifier().view(), ski)) return key;
  return no_key("key identifier " + to_hex(ski));
}

PassphraseSource no_passphrase() {
  return [](std::string_view) -> Result<Secret> { return Secret(); };
}

PassphraseSource fixed_passphrase(Secret passphrase) {
  return [passphrase = std::move(passphrase)](std::string_view) -> Result<Secret> { return passphrase; };
}

PassphraseSource passphrase_file(std::filesystem::path path) {
  return [path = std::move(path)](std::string_view) -> Result<Secret> {
    EIDER_TRY(content, read_secret_file(path));
    const ByteView all = content.view();
    const auto end = std::ranges::find_if(all, [](std::uint8_t b) { return b == '\n' || b == '\r'; });
    if (end == all.begin()) return fail_local(path.string() + " holds no passphrase in its first line");
    return Secret(ByteView(all.begin(), end));
  };
}

PassphraseSource passphrase_env(std::string variable) {
  return [variable = std::move(variable)](std::string_view) -> Result<Secret> {
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr || *value == 0)
      return fail_local("the environment variable " + variable + " holds no passphrase");
    return Secret(as_bytes(value));
  };
}

Result<PrivateKey> load_private_key(const std::filesystem::path& path, const Secret& passphrase) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) == 0 && (info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return fail_local("private key " + path.string() + " may be written by others", "chmod 600 it");
  EIDER_TRY(content, read_secret_file(path));
  auto key = PrivateKey::from_encoded(content.view(), passphrase);
  if (key) return key;
  return fail_local(path.string() + ": " + key.error().message());
}

FileKeyStore::FileKeyStore(std::filesystem::path directory, PassphraseSource passphrase)
    : directory_(std::move(directory)), passphrase_(std::move(passphrase)) {}

Result<SigningKeyPtr> FileKeyStore::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  if (const auto it = open_.find(name); it != open_.end()) return it->second;
  const auto path = directory_ / (std::string(name) + ".pem");
  std::error_code error;
  if (!detail::good_key_name(name) || !std::filesystem::exists(path, error)) return no_key(path.string());
  EIDER_TRY(passphrase, passphrase_(name));
  EIDER_TRY(key, load_private_key(path, passphrase));
  auto handle = make_signing_key(std::move(key));
  open_.emplace(name, handle);
  return handle;
}

Result<SigningKeyPtr> FileKeyStore::find_by_ski(ByteView ski) const {
  std::error_code error;
  std::filesystem::directory_iterator it(directory_, error), end;
  if (error) return fail_local("cannot read " + directory_.string() + ": " + error.message());
  constexpr std::string_view suffix = ".pub.pem";
  for (; it != end; it.increment(error)) {
    const std::string file = it->path().filename().string();
    if (!file.ends_with(suffix)) continue;
    EIDER_TRY(content, read_secret_file(it->path()));
    const auto key = PublicKey::from_spki(content.view());
    if (key && equal(key->key_identifier().view(), ski))
      return find(std::string_view(file).substr(0, file.size() - suffix.size()));
  }
  return no_key("key identifier " + to_hex(ski));
}

Status FileKeyStore::store(std::string_view name, const PrivateKey& key) const {
  if (!detail::good_key_name(name)) return fail_local("\"" + std::string(name) + "\" cannot name a key file");
  EIDER_TRY(passphrase, passphrase_(name));
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  const auto base = directory_ / std::string(name);
  if (passphrase.empty()) {
    EIDER_CHECK(write_new_file(base.string() + ".pem", key.pkcs8_pem().view(), 0600));
  } else {
    EIDER_CHECK(write_new_file(base.string() + ".pem", key.pkcs8_pem_encrypted(passphrase), 0600));
  }
  return write_new_file(base.string() + ".pub.pem",
                        as_bytes(detail::pem_of(key.public_key().spki_der(), "PUBLIC KEY")), 0644);
}

}  // namespace eider::crypto
