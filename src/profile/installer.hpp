// What a card checks while a profile package is loaded (TCA PPIF; SGP.22 v2.6.1
// sections 2.4.5, 2.5.6, 5.5.5).
//
//   PackageInstaller installer(capabilities, limits, facts);
//   for each ProfileElement:  auto o = installer.element(der);  if (o.stored) keep(der);  if (o.aborted) undo
//   everything; auto report = installer.finish();     report.sima_response goes into
//   ProfileInstallationResult
#pragma once
#include <memory>

#include "profile/file_system.hpp"

namespace eider::profile {

struct CardCapabilities {
  std::uint8_t lowest_major = 2;
  std::uint8_t highest_major = 3;
  // EUICCInfo2.uiccCapability (SGP.22 v2.6.1 section 5.7.8): services the card has. Default: all_services().
  der::BitString uicc_capability = all_services();
  std::vector<der::Oid> templates;  // supported file templates; empty: every one that saip::templates() knows
  struct Library {
    saip::Aid aid;
    std::uint8_t major = 1;
    std::uint8_t minor = 0;
  };
  std::vector<Library> libraries;  // preloaded packages
  // What a software card can do: NAAs (of CSIM the files), their algorithms, GBA, BER-TLV, links, SUCI; no
  // MBMS, no EAP client, no Java Card.
  static der::BitString all_services();
  // A card that has every service there is.
  static CardCapabilities everything();
  bool has(saip::Service service) const { return uicc_capability.test(saip::capability_bit(service)); }
};

struct InstallLimits {
  std::size_t element_bytes = 512 * 1024;
  std::size_t package_bytes = 1024 * 1024;
  std::size_t elements = 512;
  std::size_t memory_bytes = 1024 * 1024;  // free non-volatile memory for this profile
};

// From StoreMetadata.
struct MetadataFacts {
  FixedBytes<10> iccid;  // as coded in EF.ICCID
  bool test_profile = false;
  struct Owner {
    FixedBytes<3> mcc_mnc;  // TS 24.008 coding
    std::optional<Bytes> gid1;
    std::optional<Bytes> gid2;
  };
  std::optional<Owner> profile_owner;
};

struct NaaAuthentication {
  Tag naa = 0;  // saip::pe::kUsim, kIsim, kCsim, kIot
  saip::Aid aid;
  saip::AkaParameter parameters;  // of a mapping: those of its source
  // Whose sequence numbers it checks: its own AID, of a mapping that of its source. With numbers of its own,
  // a mapped NAA would accept what its source has seen already.
  saip::Aid sqn_owner;
};
// PINs of one directory, given by its index in the file system.
struct PinSet {
  int directory = 0;
  int shared_with = -1;  // directory whose PINs this one uses; -1: it has its own
  std::vector<saip::PinConfiguration> pins;
};
// What the accepted elements say; complete after finish().
struct ProfileFacts {
  saip::ProfileHeader header;
  Bytes ef_iccid;                          // content of EF.ICCID; empty: no such file
  std::string imsi;                        // of the first USIM
  std::optional<std::uint8_t> mnc_length;  // EF.AD
  std::optional<Bytes> gid1, gid2;         // EF.GID1, EF.GID2 of the first USIM
  Bytes ust;
  std::vector<NaaAuthentication> naas;
  std::vector<PinSet> pin_sets;
  std::vector<saip::PukConfiguration> puks;
  std::vector<saip::SecurityDomain> security_domains;  // the first one is the MNO-SD
  std::vector<saip::Rfm> remote_managers;
  std::vector<saip::Application> applications;  // without the octets of their load blocks
  std::size_t memory_bytes = 0;                 // estimate of what the profile takes
  std::size_t elements = 0;
  bool ust_service(int n) const;  // n counts from 1
};

// Outcome of one element.
struct ElementOutcome {
  saip::PeStatus status;
  bool stored = false;   // carried out: its octets are part of the profile
  bool aborted = false;  // the package failed: undo everything, expect no further elements
  std::string why;       // one line; empty when all is well
};

// errorReason of ProfileInstallationResult that follows from the package (SGP.22 v2.6.1 section 2.5.6).
enum class InstallError : std::uint8_t {
  kNone = 0,
  kInsufficientMemoryForProfile = 10,
  kPeProcessingError = 12,
  kDataMismatch = 13,
  kTestProfileInstallFailedDueToInvalidNaaKey = 14,
};
struct InstallReport {
  InstallError error = InstallError::kNone;
  saip::EuiccResponse response;
  Bytes sima_response;  // `response` in DER
  std::string why;
  ProfileFacts facts;
};

class PackageInstaller {
 public:
  PackageInstaller(CardCapabilities capabilities, InstallLimits limits, MetadataFacts facts);
  ~PackageInstaller();
  PackageInstaller(PackageInstaller&&) noexcept;
  PackageInstaller& operator=(PackageInstaller&&) noexcept;

  // One complete ProfileElement TLV. After an abort every call repeats the outcome of the abort.
  ElementOutcome element(ByteView der);
  // PE-End was accepted.
  bool complete() const;
  // The final checks, after the last element. Also after an abort.
  InstallReport finish();
  const FileSystemImage& file_system() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace eider::profile
