// Where private keys live. Users get handles that sign and agree; only key stores see private octets, so that
// a PKCS#11 store can take the place of files without a change to anyone.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>

#include "crypto/ec.hpp"
#include "crypto/sealing.hpp"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace eider::crypto {

// What OpenSSL's TLS signs with; the key itself may be anywhere.
using TlsKey = std::shared_ptr<evp_pkey_st>;

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
  // LocalFault when TLS cannot use this key.
  virtual Result<TlsKey> tls_key() const = 0;
};
using SigningKeyPtr = std::shared_ptr<const SigningKey>;

SigningKeyPtr make_signing_key(PrivateKey key);

// A key that only protects other keys, and stays where it is (a file, a token). Safe to share between
// threads.
class WrappingKey {
 public:
  virtual ~WrappingKey() = default;
  virtual Result<Bytes> wrap(const Secret& key, ByteView associated) const = 0;
  // VerificationFault kMac: of another wrapping key, changed, or with other associated data.
  virtual Result<Secret> unwrap(ByteView wrapped, ByteView associated) const = 0;
};
using WrappingKeyPtr = std::shared_ptr<const WrappingKey>;
WrappingKeyPtr make_wrapping_key(SealingKey key);

class KeyStore {
 public:
  virtual ~KeyStore() = default;
  // LocalFault when there is no such key or it cannot be opened.
  virtual Result<SigningKeyPtr> find(std::string_view name) const = 0;
  // By subject key identifier, 20 octets.
  virtual Result<SigningKeyPtr> find_by_ski(ByteView ski) const = 0;
  // LocalFault when there is none, or when the store has no such keys at all.
  virtual Result<WrappingKeyPtr> find_wrapping_key(std::string_view name) const;
};

class MemoryKeyStore final : public KeyStore {
 public:
  void add(std::string name, PrivateKey key);
  void add_wrapping_key(std::string name, SealingKey key);
  Result<SigningKeyPtr> find(std::string_view name) const override;
  Result<SigningKeyPtr> find_by_ski(ByteView ski) const override;
  Result<WrappingKeyPtr> find_wrapping_key(std::string_view name) const override;

 private:
  std::map<std::string, SigningKeyPtr, std::less<>> keys_;
  std::map<std::string, WrappingKeyPtr, std::less<>> wrapping_keys_;
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
  // `<name>.kek`: encrypted under scrypt of the passphrase, or in the clear when that is empty.
  Result<WrappingKeyPtr> find_wrapping_key(std::string_view name) const override;
  bool has_wrapping_key(std::string_view name) const;
  // A new random one; mode 0600, never overwrites.
  Status create_wrapping_key(std::string_view name) const;
  Status remove_wrapping_key(std::string_view name) const;

 private:
  std::filesystem::path directory_;
  PassphraseSource passphrase_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, SigningKeyPtr, std::less<>> open_;
};

// Reads a private key file without a store.
Result<PrivateKey> load_private_key(const std::filesystem::path& path, const Secret& passphrase = {});

}  // namespace eider::crypto
