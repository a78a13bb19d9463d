// Where private keys live. Users get handles that sign and agree; only key stores see private octets, so that
// a PKCS#11 store can take the place of files without a change to anyone.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>

#include "crypto/ec.hpp"

namespace eider::crypto {

// Safe to share between threads.
class SigningKey {
 public:
  virtual ~SigningKey() = default;
  virtual const PublicKey& public_key() const = 0;
  // ECDSA with SHA-256 over the concatenation, r || s.
  virtual Result<Signature> sign(std::span<const ByteView> parts) const = 0;
  Result<Signature> sign(std::initializer_list<ByteView> parts) const {
    return sign(std::span<const ByteView>(parts.begin(), parts.size()));
  }
  // ECKA: the x-coordinate, 32 octets.
  virtual Result<Secret> agree(const PublicKey& other) const = 0;
};
using SigningKeyPtr = std::shared_ptr<const SigningKey>;

SigningKeyPtr make_signing_key(PrivateKey key);

class KeyStore {
 public:
  virtual ~KeyStore() = default;
  // LocalFault when there is no such key or it cannot be opened.
  virtual Result<SigningKeyPtr> find(std::string_view name) const = 0;
  // By subject key identifier, 20 octets.
  virtual Result<SigningKeyPtr> find_by_ski(ByteView ski) const = 0;
};

class MemoryKeyStore final : public KeyStore {
 public:
  void add(std::string name, PrivateKey key);
  Result<SigningKeyPtr> find(std::string_view name) const override;
  Result<SigningKeyPtr> find_by_ski(ByteView ski) const override;

 private:
  std::map<std::string, SigningKeyPtr, std::less<>> keys_;
};

// Gives the passphrase of the named key file; an empty one means that there is none.
using PassphraseSource = std::function<Result<Secret>(std::string_view key_name)>;
PassphraseSource no_passphrase();
PassphraseSource fixed_passphrase(Secret passphrase);
// The first line of a file.
PassphraseSource passphrase_file(std::filesystem::path path);
PassphraseSource passphrase_env(std::string variable);

// PKCS#8 (or SEC1) PEM files `<name>.pem` in one directory, opened at first use. Refuses files that others
// than the owner may write.
class FileKeyStore final : public KeyStore {
 public:
  FileKeyStore(std::filesystem::path directory, PassphraseSource passphrase);
  Result<SigningKeyPtr> find(std::string_view name) const override;
  // Looks at the public keys next to the private ones (`<name>.pub.pem`) before it opens any private key.
  Result<SigningKeyPtr> find_by_ski(ByteView ski) const override;
  // Writes `<name>.pem` (mode 0600, encrypted when the passphrase is not empty) and `<name>.pub.pem`. Never
  // overwrites.
  Status store(std::string_view name, const PrivateKey& key) const;

 private:
  std::filesystem::path directory_;
  PassphraseSource passphrase_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, SigningKeyPtr, std::less<>> open_;
};

// Reads a private key file without a store.
Result<PrivateKey> load_private_key(const std::filesystem::path& path, const Secret& passphrase = {});

}  // namespace eider::crypto
