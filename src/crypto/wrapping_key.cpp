// Key-encryption keys in memory and in files.
#include <fstream>
#include <openssl/rand.h>
#include <sstream>
#include <sys/stat.h>

#include "base/random.hpp"
#include "crypto/detail/key_files.hpp"
#include "crypto/detail/openssl.hpp"
#include "crypto/key_store.hpp"

namespace eider::crypto {
namespace {

class SoftWrappingKey final : public WrappingKey {
 public:
  explicit SoftWrappingKey(SealingKey key) : key_(std::move(key)) {}
  Result<Bytes> wrap(const Secret& key, ByteView associated) const override {
    return key_.seal(key.view(), associated);
  }
  Result<Secret> unwrap(ByteView wrapped, ByteView associated) const override {
    return key_.open(wrapped, associated);
  }

 private:
  SealingKey key_;
};

tl::unexpected<Fault> no_wrapping_key(std::string_view name) {
  return fail_local("no wrapping key \"" + std::string(name) + "\"", "restore it from a backup");
}

// ---- the file: a line that says what it is, then "key KEY" or "scrypt LOG2N R P SALT SEALED", hexadecimal
// ----

constexpr std::string_view kFirstLine = "eider wrapping key 1";
constexpr unsigned kLog2N = 15, kBlockSize = 8, kParallel = 1;  // 32 MiB
constexpr std::uint64_t kMemoryLimit = 256ull << 20;

Result<SealingKey> derive(const Secret& passphrase, ByteView salt, unsigned log2n, unsigned r, unsigned p) {
  Secret key(SealingKey::kKeySize);
  if (log2n < 10 || log2n > 20 || r == 0 || r > 32 || p == 0 || p > 16 ||
      EVP_PBE_scrypt(reinterpret_cast<const char*>(passphrase.view().data()), passphrase.size(), salt.data(),
                     salt.size(), std::uint64_t{1} << log2n, r, p, kMemoryLimit, key.mutable_view().data(),
                     key.size()) != 1)
    return fail_local("scrypt with these parameters is out of bounds");
  return SealingKey::make(key);
}

Result<Secret> read_file(ByteView content, const Secret& passphrase, const std::string& path) {
  std::istringstream in{std::string(as_text(content))};
  std::string first, kind;
  std::getline(in, first);
  in >> kind;
  const auto damaged = [&] {
    return fail_local(path + " is no wrapping key file", "restore it from a backup");
  };
  if (first != kFirstLine) return damaged();
  if (kind == "key") {
    std::string hex;
    in >> hex;
    auto key = from_hex(hex);
    zeroise({reinterpret_cast<std::uint8_t*>(hex.data()), hex.size()});
    if (!key || key->size() != SealingKey::kKeySize) return damaged();
    return Secret(*std::move(key));
  }
  unsigned log2n = 0, r = 0, p = 0;
  std::string salt_hex, sealed_hex;
  if (kind != "scrypt" || !(in >> log2n >> r >> p >> salt_hex >> sealed_hex)) return damaged();
  const auto salt = from_hex(salt_hex), sealed = from_hex(sealed_hex);
  if (!salt || !sealed) return damaged();
  if (passphrase.empty()) return fail_local(path + " needs a passphrase", "set passphrase_file");
  EIDER_TRY(key, derive(passphrase, *salt, log2n, r, p));
  auto opened = key.open(*sealed, as_bytes(kFirstLine));
  if (!opened) return fail_local("wrong passphrase for " + path, "use the one that it was made with");
  return opened;
}

Result<Bytes> write_file(const Secret& key, const Secret& passphrase) {
  std::string out = std::string(kFirstLine) + "\n";
  if (passphrase.empty()) {
    out += "key " + to_hex(key.view()) + "\n";
  } else {
    const auto salt = SystemRandom().bytes(16);
    EIDER_TRY(outer, derive(passphrase, salt, kLog2N, kBlockSize, kParallel));
    out += "scrypt " + std::to_string(kLog2N) + " " + std::to_string(kBlockSize) + " " +
           std::to_string(kParallel) + " " + to_hex(salt) + " " +
           to_hex(outer.seal(key.view(), as_bytes(kFirstLine))) + "\n";
  }
  return to_bytes(as_bytes(out));
}

}  // namespace

WrappingKeyPtr make_wrapping_key(SealingKey key) {
  return std::make_shared<SoftWrappingKey>(std::move(key));
}

Result<WrappingKeyPtr> KeyStore::find_wrapping_key(std::string_view name) const {
  return no_wrapping_key(name);
}

void MemoryKeyStore::add_wrapping_key(std::string name, SealingKey key) {
  wrapping_keys_.insert_or_assign(std::move(name), make_wrapping_key(std::move(key)));
}

Result<WrappingKeyPtr> MemoryKeyStore::find_wrapping_key(std::string_view name) const {
  const auto it = wrapping_keys_.find(name);
  if (it == wrapping_keys_.end()) return no_wrapping_key(name);
  return it->second;
}

Result<WrappingKeyPtr> FileKeyStore::find_wrapping_key(std::string_view name) const {
  if (!has_wrapping_key(name)) return no_wrapping_key((directory_ / std::string(name)).string() + ".kek");
  const auto path = directory_ / (std::string(name) + ".kek");
  struct stat info = {};
  if (::stat(path.c_str(), &info) == 0 && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return fail_local("the wrapping key " + path.string() + " is open to others", "chmod 600 it");
  EIDER_TRY(content, detail::read_secret_file(path));
  EIDER_TRY(passphrase, passphrase_(name));
  EIDER_TRY(key, read_file(content.view(), passphrase, path.string()));
  EIDER_TRY(sealing, SealingKey::make(key));
  return make_wrapping_key(std::move(sealing));
}

bool FileKeyStore::has_wrapping_key(std::string_view name) const {
  std::error_code error;
  return detail::good_key_name(name) &&
         std::filesystem::exists(directory_ / (std::string(name) + ".kek"), error);
}

Status FileKeyStore::create_wrapping_key(std::string_view name) const {
  if (!detail::good_key_name(name)) return fail_local("\"" + std::string(name) + "\" cannot name a key file");
  EIDER_TRY(passphrase, passphrase_(name));
  EIDER_TRY(content, write_file(Secret(SystemRandom().bytes(SealingKey::kKeySize)), passphrase));
  const Secret guarded(std::move(content));
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  return detail::write_new_file(directory_ / (std::string(name) + ".kek"), guarded.view(), 0600);
}

Status FileKeyStore::remove_wrapping_key(std::string_view name) const {
  std::error_code error;
  if (!has_wrapping_key(name) || !std::filesystem::remove(directory_ / (std::string(name) + ".kek"), error))
    return fail_local("cannot remove the wrapping key " + std::string(name), error.message());
  return {};
}

}  // namespace eider::crypto
