// A PKI in a directory, as `eider pki` makes it and as servers, card tooling and LPA load it.
//
//   DIR/index.json              roles, issuers, revocations; the files below are found through it
//   DIR/certificates/NAME.pem   one certificate each
//   DIR/certificates/NAME.7f21  one certificate each that cards of M2M read (GlobalPlatform)
//   DIR/keys/NAME.pem           its private key, PKCS#8, mode 0600, encrypted when a passphrase was given
//   DIR/keys/NAME.pub.pem       its public key
//   DIR/crl/NAME.crl            the last CRL of the root NAME: DER CertificateList, or SEQUENCE OF it when
//   segmented
//
// NAME is role and curve: ci-p256, eum-brainpool, dpauth-p256, euicc-p256-<EID>, operator-p256, smsrtls-p256,
// certsr-p256 …
#pragma once
#include "crypto/pki_builder.hpp"

namespace eider::crypto {

struct PkiEntry {
  std::string name;
  CertificateRole role;
  Certificate certificate;
  std::string issuer;  // name of the issuing entry
  bool has_key = false;
  Curve curve() const { return certificate.public_key().curve(); }
};

struct GpEntry {
  std::string name;
  GpCertificateKind kind;
  GpCertificate certificate;
  std::string issuer;  // name of the issuing PkiEntry
  bool has_key = false;
  Curve curve() const { return certificate.public_key().curve(); }
};

struct PkiRevocation {
  std::string issuer;  // name of the root
  RevokedEntry entry;
};

class PkiDirectory {
 public:
  // LocalFault with cause and remedy when the directory is not a PKI or a certificate in it cannot be read.
  static Result<PkiDirectory> open(const std::filesystem::path& path,
                                   PassphraseSource passphrase = no_passphrase());
  // Makes an empty one; refuses a directory that already holds an index.
  static Result<PkiDirectory> create(const std::filesystem::path& path,
                                     PassphraseSource passphrase = no_passphrase());

  const std::filesystem::path& path() const { return path_; }
  const std::vector<PkiEntry>& entries() const { return entries_; }
  const PkiEntry* find(std::string_view name) const;
  // The newest entry of the role, on the curve if one is given; a revoked one only when there is no other.
  const PkiEntry* find(CertificateRole role, std::optional<Curve> curve = {}) const;
  std::vector<const PkiEntry*> find_all(CertificateRole role) const;
  // The certificate that issued `entry`; nullptr for a root or when it is not here.
  const PkiEntry* issuer_of(const PkiEntry& entry) const {
    return entry.issuer == entry.name ? nullptr : find(entry.issuer);
  }
  // Where the files are, for libraries that want paths (TLS).
  std::filesystem::path certificate_path(const PkiEntry& entry) const;
  std::filesystem::path key_path(const PkiEntry& entry) const;

  // The private key as a handle; LocalFault when it is not here or the passphrase is wrong.
  Result<SigningKeyPtr> signing_key(const PkiEntry& entry) const;
  // The private key itself: for TLS libraries and for personalising cards.
  Result<PrivateKey> private_key(const PkiEntry& entry) const;
  // Every CI as a root, verified against its row; for the operator CA pass that row.
  Result<TrustStore> roots(const CertificateProfile& root_profile) const;
  // The CRLs in the directory, verified.
  Result<CrlSet> crls() const;

  // Adds a certificate (and key) and writes index and files. A taken name gets a number: dpauth-p256-2.
  Result<std::string> add(const PkiItem& item);

  // Certificates that cards read.
  const std::vector<GpEntry>& gp_entries() const { return gp_entries_; }
  const GpEntry* find_gp(std::string_view name) const;
  // The newest of the kind, on the curve if one is given, and for the subject (5F20) if that is given.
  const GpEntry* find_gp(GpCertificateKind kind, std::optional<Curve> curve = {},
                         ByteView subject = {}) const;
  std::filesystem::path certificate_path(const GpEntry& entry) const;
  Result<SigningKeyPtr> signing_key(const GpEntry& entry) const;
  Result<PrivateKey> private_key(const GpEntry& entry) const;
  Result<std::string> add(const GpItem& item);

  const std::vector<PkiRevocation>& revocations() const { return revocations_; }
  bool revoked(const PkiEntry& entry) const;
  Status revoke(const PkiEntry& entry, Time now, std::uint8_t reason);
  // Issues the next CRL of that root over its revocations and writes it.
  Result<std::vector<Crl>> issue_crl(const PkiEntry& root, Time now, Duration until_next, bool segmented);

 private:
  PkiDirectory(std::filesystem::path path, PassphraseSource passphrase);
  Status load();
  bool taken(std::string_view name) const { return find(name) != nullptr || find_gp(name) != nullptr; }
  Result<PrivateKey> private_key(const std::string& name, const PublicKey& expected) const;
  Result<SigningKeyPtr> signing_key(const std::string& name, const PublicKey& expected) const;
  Status save() const;

  std::filesystem::path path_;
  PassphraseSource passphrase_;
  std::shared_ptr<FileKeyStore> keys_;
  std::vector<PkiEntry> entries_;
  std::vector<GpEntry> gp_entries_;
  std::vector<PkiRevocation> revocations_;
  std::map<std::string, std::uint64_t> crl_numbers_;  // next number, by root
};

}  // namespace eider::crypto
